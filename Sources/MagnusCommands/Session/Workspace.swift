import Agents
import Assistant
import Connectors
import Foundation
import Logging
import Markets
import Storage

/// Everything a command works with, resolved once from the environment, the configuration files and the flags; what is
/// costly is opened when it is first asked for.
final class Workspace {
    /// What the process was started with.
    let environment: ProcessEnvironment
    /// Where files are.
    let locations: Locations
    /// The settings.
    let configuration: Configuration
    /// The streams and their abilities.
    let terminal: Terminal
    /// The answer goes here.
    let output: OutputSink
    /// Everything else goes here.
    let errors: OutputSink
    /// What the program does, for `--verbose`.
    let logger: Logger
    /// The flags all commands share.
    let options: CommonOptions

    /// Whether Ctrl-C ends the program when nothing is being worked on; a conversation goes on.
    let interruptEndsProgram = SharedFlag(true)
    /// Ctrl-C: stops the answer that is being worked on, else ends the program.
    let interrupts: InterruptMonitor
    /// Keys and tokens of data sources.
    let keys: KeyRing
    /// The documents' index, opened when it is first asked for.
    let library: DocumentLibrary

    private let lazyDatabase: LazyDatabase

    /// Resolves the settings.
    ///
    /// - Throws: `CommandError` for a configuration file or variable that does not hold.
    init(_ options: CommonOptions, environment: ProcessEnvironment = .current()) throws {
        self.options = options
        self.environment = environment
        locations = Locations(environment)
        terminal = Terminal(environment: environment.variables, allowsColour: !options.noColor)
        output = OutputSink(name: "standard output", stream: terminal.output)
        errors = OutputSink(name: "standard error", stream: terminal.error)
        var logger = Logger(label: "magnus") { _ in StreamLogHandler.standardError(label: "magnus") }
        logger.logLevel = options.verbose ? .debug : .error
        self.logger = logger
        configuration = try Workspace.configuration(environment, locations)
        let endsProgram = interruptEndsProgram
        interrupts = InterruptMonitor {
            if endsProgram.isSet { Foundation.exit(ExitStatus.interrupted.rawValue) }
        }
        keys = KeyRing(environment: environment, path: locations.keys)
        lazyDatabase = LazyDatabase(path: locations.database)
        library = DocumentLibrary(
            database: lazyDatabase,
            encoderFolder: locations.encoder,
            knowledgeFolder: locations.resources.map { $0 + "/knowledge" },
            progress: ProgressReporter(errors, terminal, isQuiet: options.quiet),
            clock: environment.clock
        )
    }

    /// The settings of all layers below the flags.
    private static func configuration(_ environment: ProcessEnvironment, _ locations: Locations) throws -> Configuration
    {
        var configuration = Configuration()
        let files = [
            (locations.configurationFile, locations.configurationFile),
            (environment.currentFolder + "/.magnus.yaml", ".magnus.yaml"),
        ]
        let reader = FileReader(maximumBytes: 1_000_000)
        for (path, name) in files where FileManager.default.fileExists(atPath: path) {
            let text = String(decoding: try reader.read(path), as: UTF8.self)
            try configuration.read(yaml: text, file: name, isOwners: path == locations.configurationFile)
        }
        try configuration.read(environment)
        return configuration
    }

    /// The database, opened and brought up to date when first asked for.
    ///
    /// - Throws: `StorageError`.
    func database() throws -> Database {
        try lazyDatabase.open()
    }

    /// The folder of knowledge, prompts and demo.
    ///
    /// - Throws: `CommandError` where it is not found.
    func resources() throws -> String {
        guard let folder = locations.resources else {
            throw CommandError(
                .configuration,
                type: "resources_missing",
                "Magnus's own files (knowledge, prompts, demo) were not found",
                hint: "reinstall, or set MAGNUS_RESOURCES to the folder that holds them"
            )
        }
        return folder
    }

    // MARK: - Portfolio

    /// The holdings and the market: the file or the demo that was asked for, what was imported, or, on a terminal
    /// and where nothing was, the demo.
    func portfolio() throws -> PortfolioSnapshot {
        let rate = configuration.riskFreeRate
        if options.demo || options.portfolio == nil && usesDemoByDefault() {
            return try DemoPortfolio(folder: try resources() + "/demo").snapshot()
        }
        if let file = options.portfolio {
            return try FilePortfolio(path: environment.absolute(file)).snapshot(in: try knownMarket())
        }
        let stored = StoredPortfolio(store: PortfolioStore(database: try database()))
        return try stored.snapshot(now: now(), riskFreeRate: rate.value, riskFreeRateSource: rateSource)
    }

    /// What is known of the market for holdings that are not the database's; nothing where there is no database yet.
    private func knownMarket() throws -> MarketSnapshot {
        let rate = configuration.riskFreeRate.value
        let unknown = MarketSnapshot(now: now(), riskFreeRate: rate, riskFreeRateSource: rateSource)
        guard FileManager.default.fileExists(atPath: locations.database) else { return unknown }
        do {
            let stored = StoredPortfolio(store: PortfolioStore(database: try database()))
            return try stored.market(now: now(), riskFreeRate: rate, riskFreeRateSource: rateSource)
        } catch {
            // The file can be shown without prices, and that is said of each position.
            try note(StyledText("warning: no imported quotes are used: \(CommandError(error).description)", .warning))
            return unknown
        }
    }

    /// On a terminal a person who has imported nothing gets the demo; a script never gets holdings nobody supplied.
    private func usesDemoByDefault() -> Bool {
        guard terminal.input.isTerminal, terminal.output.isTerminal else { return false }
        guard FileManager.default.fileExists(atPath: locations.database) else { return true }
        guard let database = try? database(), let count = try? PortfolioStore(database: database).transactionCount()
        else { return false }
        return count == 0
    }

    private var rateSource: String {
        "risk_free_rate (\(configuration.riskFreeRate.layer.description))"
    }

    /// The moment of the turn.
    func now() -> Date {
        options.asOf?.date.newYorkInstant(hour: 16) ?? environment.clock()
    }

    /// Where a turn's data is.
    func context(_ snapshot: PortfolioSnapshot) throws -> ToolContext {
        let valuation: PortfolioValuation?
        switch snapshot.state {
        case .known(let portfolio), .knownEmpty(let portfolio):
            valuation = PortfolioValuation(portfolio, market: snapshot.market)
        case .notSupplied:
            valuation = nil
        }
        return ToolContext(
            portfolio: snapshot.state,
            valuation: valuation,
            market: snapshot.market,
            transactions: snapshot.transactions,
            portfolioSource: snapshot.source.isEmpty ? "no history" : snapshot.source,
            documents: library
        )
    }

    // MARK: - Agents

    /// All tools.
    static let registry = ToolRegistry([
        PositionsTool(), GreeksTool(), ExpiringPositionsTool(), AssignmentTool(), RiskTool(), IncomeTool(),
        PricesTool(),
        DividendsTool(), SearchDocumentsTool(),
    ])

    /// The assistant with the agents that `prompts/agents` declares.
    ///
    /// - Throws: `CommandError`, `AgentDeclarationError`, `AgentPipelineError`, `StorageError`.
    func assistant() throws -> Assistant {
        let folder = try resources() + "/prompts/agents"
        let reader = FileReader(maximumBytes: 1_000_000)
        var agents: [any Agent] = []
        for name in Roles.names {
            let file = name + ".md"
            let text = String(decoding: try reader.read(folder + "/" + file), as: UTF8.self)
            let declaration = try AgentDeclaration(text: text, file: file)
            guard let agent = Roles.agent(declaration) else {
                throw CommandError(
                    .configuration,
                    type: "agent_declaration",
                    "prompts/agents/\(file) declares '\(declaration.name)', for which there are no rules",
                    hint: "its name must be \(name)"
                )
            }
            agents.append(agent)
        }
        return Assistant(registry: Workspace.registry, pipeline: try AgentPipeline(agents: agents))
    }

    // MARK: - Output

    /// Shows a line on standard error, unless the user asked for quiet.
    func note(_ line: StyledText) throws {
        guard !options.quiet else { return }
        for row in line.wrapped(to: terminal.error.size.columns) { try errors.writeLine(row) }
        try errors.flush()
    }

    /// Shows lines on standard output.
    func show(_ lines: [StyledText]) throws {
        for line in lines { try output.writeLine(line) }
        try output.flush()
    }

    /// Shows text on standard output as it is.
    func show(_ text: String) throws {
        try output.write(text.hasSuffix("\n") ? text : text + "\n")
        try output.flush()
    }
}
