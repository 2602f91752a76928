import Connectors
import Foundation
import Markets
import Storage
import Transport

/// Builds the connectors, in their order of preference, and the service in front of them.
struct SourceHouse {
    private let workspace: Workspace

    /// The house of a workspace.
    init(_ workspace: Workspace) {
        self.workspace = workspace
    }

    /// Orders of preference that differ from that of the connectors: files the owner keeps are the first source of price
    /// history, and the last of quotes.
    private static let order: [DataKind: [String]] = [
        .quotes: ["alpaca", "tradier", "tastytrade", "robinhood", "chain_files", "imported", "yahoo"],
        .history: ["price_files", "alpaca", "tradier", "imported", "yahoo"],
        .earnings: ["finnhub", "alphavantage", "earnings", "tastytrade", "robinhood"],
        .volatility: ["tastytrade", "volatility_files", "volatility_snapshots"],
    ]

    /// The owner's own sources: brokers first, then services of market data and research, then files and what was imported.
    ///
    /// - Throws: `CommandError`, `StorageError`.
    func owners() throws -> DataService {
        let configuration = workspace.configuration
        let environment = environment
        let database = database
        let snapshots = database.map { VolatilitySnapshots(store: VolatilityStore(database: $0)) }
        let balances = database.map { BalanceSnapshots(store: BalanceStore(database: $0)) }
        let volumes = database.map { OptionVolumes(store: OptionVolumeStore(database: $0)) }
        let builtIn = builtIn(environment, database)
        let described = descriptions(environment, besides: builtIn)
        for problem in described.problems { workspace.logger.error("\(problem)") }
        let options = DataServiceOptions(
            deadline: .seconds(configuration.deadline.value),
            order: SourceHouse.order,
            crossChecked: Set(configuration.crossCheck.value),
            isOffline: isOffline
        )
        let rate = configuration.riskFreeRate.value
        let logger = workspace.logger
        return DataService(
            connectors: builtIn + described.connectors,
            store: database.map(ConnectorStore.init(database:)),
            options: options,
            clock: environment.clock,
            sawChain: { chain in
                do {
                    try snapshots?.keep(chain, rate: rate)
                } catch {
                    // A chain without options around 30 days gives no snapshot; the day may bring another.
                    logger.debug("no volatility snapshot of \(chain.value.underlying): \(error)")
                }
                do {
                    try volumes?.keep(chain)
                } catch {
                    logger.warning("the volumes of \(chain.value.underlying)'s options could not be kept: \(error)")
                }
            },
            sawHoldings: { [clock = environment.clock] holdings in
                do {
                    try balances?.keep(holdings, now: clock())
                } catch {
                    logger.warning("the balances of \(holdings.source) could not be kept: \(error)")
                }
            }
        )
    }

    /// The demonstration's sources: files that come with the program, at the demonstration's moment.
    ///
    /// - Throws: `CommandError`, `StorageError`.
    func demo() throws -> DataService {
        let resources = try workspace.resources()
        let folder = resources + "/demo"
        let moment = try DemoPortfolio(folder: folder).moment()
        var environment = environment
        environment.clock = { moment }
        // The demonstration meets neither the network nor the owner's own sign-ins.
        environment.transport = OfflineTransport()
        environment.folder = folder
        environment.settings = ConnectorSettings([
            "chain_files": ["folder": [folder + "/chains"]],
            "price_files": ["folder": [folder + "/prices"]],
            "earnings": ["files": [folder + "/earnings.csv"]],
            "tradingview": ["files": [folder + "/wheel.txt"]],
            "volatility_files": ["files": [folder + "/volatility.csv"]],
            "sectors": ["path": [folder + "/sectors.csv"]],
        ])
        let described = DeclarativeSources(own: resources + "/connectors", shipped: nil, environment: environment)
        return DataService(
            connectors: [
                ChainFiles(environment: environment), PriceFiles(environment: environment), EarningsFiles(environment),
                TradingView(environment: environment, version: MagnusCommand.version), VolatilityFiles(environment),
            ] + described.connectors.filter { $0.name == "sectors" },
            clock: environment.clock
        )
    }

    /// How the owner signs in to a service, by the connector's name.
    func signIn(_ name: String) -> OAuthSignIn? {
        switch name {
        case "robinhood": Robinhood.signIn(environment)
        case "tradingview": TradingView.signIn(environment)
        default: nil
        }
    }

    /// The database; nil where it cannot be opened, for sources answer without it too. What needs it says what is wrong.
    private var database: Database? {
        do {
            return try workspace.database()
        } catch {
            workspace.logger.warning("what sources answer is not kept: \(error)")
            return nil
        }
    }

    /// The connectors that come with the program, in their order of preference.
    private func builtIn(_ environment: ConnectorEnvironment, _ database: Database?) -> [any Connector] {
        let version = MagnusCommand.version
        let connectors: [any Connector] = [
            Robinhood(environment: environment, version: version), Alpaca(environment), Tradier(environment),
            Tastytrade(environment), Kalshi(environment), Finnhub(environment), AlphaVantage(environment),
            NewsFeeds(environment), SECEdgar(environment), FRED(environment),
            TradingView(environment: environment, version: version), EarningsFiles(environment),
            PriceFiles(environment: environment), ChainFiles(environment: environment), VolatilityFiles(environment),
            Yahoo(environment),
        ]
        guard let database else { return connectors }
        let imported = ImportedMarket(store: PortfolioStore(database: database), clock: environment.clock)
        let snapshots = VolatilitySnapshots(store: VolatilityStore(database: database))
        let balances = BalanceSnapshots(store: BalanceStore(database: database))
        let volumes = OptionVolumes(store: OptionVolumeStore(database: database))
        return connectors + [imported, KeptVolatility(snapshots, clock: environment.clock), balances, volumes]
    }

    /// What is wrong with descriptions of the owner's own sources.
    func problems() -> [DescriptionError] {
        descriptions(environment, besides: builtIn(environment, database)).problems
    }

    /// Sources that are described in files, the owner's before those that come with the program.
    private func descriptions(
        _ environment: ConnectorEnvironment,
        besides builtIn: [any Connector]
    ) -> DeclarativeSources {
        DeclarativeSources(
            own: workspace.locations.ownSources,
            shipped: workspace.locations.resources.map { $0 + "/connectors" },
            reserved: Set(builtIn.map(\.name)),
            environment: environment
        )
    }

    private var isOffline: Bool {
        workspace.options.offline || workspace.configuration.isOffline.value
    }

    private var environment: ConnectorEnvironment {
        ConnectorEnvironment(
            transport: isOffline ? OfflineTransport() : workspace.guarded(online),
            settings: workspace.configuration.connectors,
            secrets: workspace.keys,
            clock: workspace.environment.clock,
            folder: workspace.locations.connectors
        )
    }

    private var online: any HTTPTransport {
        CurlTransport(
            options: TransportOptions(environment: workspace.environment.variables, version: MagnusCommand.version)
        )
    }
}
