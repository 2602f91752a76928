public import Foundation
public import Markets
public import Storage

/// The owner's portfolio, from what was imported into the database.
public struct StoredPortfolio: Sendable {
    private let store: PortfolioStore
    private let actions: CorporateActions

    /// The portfolio in `store`.
    ///
    /// - Parameter actions: Corporate actions the owner knows of; splits that the rows themselves show are found without.
    public init(store: PortfolioStore, actions: [CorporateAction] = []) {
        self.store = store
        self.actions = CorporateActions(actions)
    }

    /// The holdings at `now` and the market as it is known; transactions dated after that day do not count.
    ///
    /// - Parameters:
    ///   - now: The moment of valuation.
    ///   - riskFreeRate: Continuously compounded, per year.
    ///   - riskFreeRateSource: Where the rate came from, as it is shown.
    /// - Throws: `StorageError`.
    public func snapshot(now: Date, riskFreeRate: Double, riskFreeRateSource: String) throws -> PortfolioSnapshot {
        let today = TradingDate(newYorkDateOf: now)
        let transactions = actions.applied(to: try store.transactions { try Transaction(record: $0) }, through: today)
        let files = Set(transactions.map(\.origin.file)).sorted()
        return PortfolioSnapshot(
            state: PortfolioSnapshot.state(of: transactions, name: "Your portfolio", isDemo: false, today: today),
            transactions: transactions,
            market: try market(now: now, riskFreeRate: riskFreeRate, riskFreeRateSource: riskFreeRateSource),
            source: files.joined(separator: ", "),
            names: PortfolioSnapshot.names(in: transactions)
        )
    }

    /// The market as it is known at `now`: the latest quote of every instrument, and dividends.
    ///
    /// - Throws: `StorageError`.
    public func market(now: Date, riskFreeRate: Double, riskFreeRateSource: String) throws -> MarketSnapshot {
        let quotes = try store.latestQuotes().map(Quote.init(record:))
        var dividends: [String: [Dividend]] = [:]
        for record in try store.dividends() {
            guard let dividend = Dividend(record: record) else { continue }
            dividends[dividend.symbol, default: []].append(dividend)
        }
        return MarketSnapshot(
            now: now,
            quotes: Dictionary(quotes.map { ($0.symbol, $0) }, uniquingKeysWith: { $1 }),
            dividends: dividends.mapValues { $0.sorted { $0.exDate < $1.exDate } },
            riskFreeRate: riskFreeRate,
            riskFreeRateSource: riskFreeRateSource
        )
    }
}
