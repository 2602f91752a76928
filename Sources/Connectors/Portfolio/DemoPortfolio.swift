public import Foundation
import Markets
import Storage
import Yams

/// The built-in demonstration: an invented portfolio with a frozen as-of time, read from files like any other.
public struct DemoPortfolio: Sendable {
    private let folder: String

    /// The demonstration in `folder`: `activity.csv`, `quotes.csv`, `dividends.csv` and `demo.yaml`.
    public init(folder: String) {
        self.folder = folder
    }

    private struct Description: Decodable {
        var name: String
        var asOf: String
        var riskFreeRate: Double

        enum CodingKeys: String, CodingKey {
            case name
            case asOf = "as_of"
            case riskFreeRate = "risk_free_rate"
        }
    }

    /// The holdings at the demonstration's own moment.
    ///
    /// - Throws: `StorageError` or `ImportError` where the files are missing or damaged.
    public func snapshot() throws -> PortfolioSnapshot {
        let description = try description()
        let now = try moment(description)
        let activity = try ImportDraft(path: folder + "/activity.csv")
        var transactions = activity.transactions
        // It is one account of nobody's, which needs no name.
        for index in transactions.indices { transactions[index].account = nil }
        let quotes = try ImportDraft(path: folder + "/quotes.csv").quotes
        let dividends = try ImportDraft(path: folder + "/dividends.csv").dividends
        return PortfolioSnapshot(
            state: PortfolioSnapshot.state(
                of: transactions,
                name: "The demo portfolio",
                isDemo: true,
                today: TradingDate(newYorkDateOf: now)
            ),
            transactions: transactions,
            market: MarketSnapshot(
                now: now,
                quotes: Dictionary(quotes.map { ($0.symbol, $0) }, uniquingKeysWith: { $1 }),
                dividends: Dictionary(grouping: dividends, by: \.symbol)
                    .mapValues { $0.sorted { $0.exDate < $1.exDate } },
                riskFreeRate: description.riskFreeRate,
                riskFreeRateSource: "demo.yaml"
            ),
            source: activity.fileName,
            names: PortfolioSnapshot.names(in: transactions)
        )
    }

    /// The frozen moment at which the demonstration is valued.
    ///
    /// - Throws: `StorageError` where `demo.yaml` is missing or damaged.
    public func moment() throws -> Date {
        try moment(description())
    }

    private func moment(_ description: Description) throws -> Date {
        guard let now = try? Date(description.asOf, strategy: .iso8601) else {
            throw damaged("as_of is no date with time")
        }
        return now
    }

    private func description() throws -> Description {
        let data = try FileReader(maximumBytes: 1_000_000).read(folder + "/demo.yaml")
        do {
            return try YAMLDecoder().decode(Description.self, from: data)
        } catch {
            throw damaged("it has no name, as_of and risk_free_rate")
        }
    }

    private func damaged(_ reason: String) -> StorageError {
        StorageError(
            code: .corrupt,
            path: folder + "/demo.yaml",
            message: reason,
            nextStep: "reinstall Magnus's own files"
        )
    }
}
