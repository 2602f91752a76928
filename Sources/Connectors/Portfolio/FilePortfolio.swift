import Foundation
public import Markets
import Storage

/// A portfolio worked out from one activity file, nothing stored.
public struct FilePortfolio: Sendable {
    private let path: String
    private let actions: CorporateActions

    /// The portfolio in the activity file at `path`.
    ///
    /// - Parameter actions: Corporate actions the owner knows of; splits that the rows themselves show are found without.
    public init(path: String, actions: [CorporateAction] = []) {
        self.path = path
        self.actions = CorporateActions(actions)
    }

    /// The holdings, valued by what is known of the market: an activity file has no prices of its own, and a price is
    /// the same whoever holds the shares. Transactions dated after the market's day do not count.
    ///
    /// - Parameter market: What is known of the market, and the moment; quotes in the file win over its own.
    /// - Throws: `StorageError`, `ImportError`.
    public func snapshot(in market: MarketSnapshot) throws -> PortfolioSnapshot {
        let draft = try ImportDraft(path: path)
        guard draft.unknown.isEmpty else {
            throw ImportError(
                file: draft.fileName,
                code: .malformed(line: draft.unknown[0].line, reason: draft.unknown[0].reason)
            )
        }
        let today = TradingDate(newYorkDateOf: market.now)
        let transactions = actions.applied(to: draft.transactions, through: today)
        let quotes = Dictionary(draft.quotes.map { ($0.symbol, $0) }, uniquingKeysWith: { $1 })
        return PortfolioSnapshot(
            state: PortfolioSnapshot.state(
                of: transactions,
                name: "The portfolio in \(draft.fileName)",
                isDemo: false,
                today: today
            ),
            transactions: transactions,
            market: MarketSnapshot(
                now: market.now,
                quotes: market.quotes.merging(quotes) { $1 },
                dividends: market.dividends,
                riskFreeRate: market.riskFreeRate,
                riskFreeRateSource: market.riskFreeRateSource
            ),
            source: draft.fileName,
            names: PortfolioSnapshot.names(in: transactions)
        )
    }
}

extension ImportDraft {
    /// Reads the file at `path`.
    ///
    /// - Throws: `StorageError` where it cannot be read, `ImportError` where it cannot be understood.
    public init(path: String) throws {
        let data = try FileReader(maximumBytes: ImportDraft.largestFile).read(path)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        try self.init(reading: Array(data), fileName: name)
    }
}
