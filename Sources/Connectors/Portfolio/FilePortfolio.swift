public import Foundation
import Markets
import Storage

/// A portfolio worked out from one activity file, nothing stored.
public struct FilePortfolio: Sendable {
    private let path: String

    /// The portfolio in the activity file at `path`.
    public init(path: String) {
        self.path = path
    }

    /// The holdings as they are known at `now`, without prices: an activity file has none.
    ///
    /// - Throws: `StorageError`, `ImportError`.
    public func snapshot(now: Date, riskFreeRate: Double, riskFreeRateSource: String) throws -> PortfolioSnapshot {
        let draft = try ImportDraft(path: path)
        guard draft.unknown.isEmpty else {
            throw ImportError(
                file: draft.fileName,
                code: .malformed(line: draft.unknown[0].line, reason: draft.unknown[0].reason)
            )
        }
        let today = TradingDate(newYorkDateOf: now)
        return PortfolioSnapshot(
            state: PortfolioSnapshot.state(
                of: draft.transactions,
                name: "The portfolio in \(draft.fileName)",
                isDemo: false,
                today: today
            ),
            transactions: draft.transactions,
            market: MarketSnapshot(
                now: now,
                quotes: Dictionary(draft.quotes.map { ($0.symbol, $0) }, uniquingKeysWith: { $1 }),
                riskFreeRate: riskFreeRate,
                riskFreeRateSource: riskFreeRateSource
            ),
            source: draft.fileName,
            names: PortfolioSnapshot.names(in: draft.transactions)
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
