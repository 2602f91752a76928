import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Headlines about tickers.
public struct NewsTool: Tool {
    /// `news`.
    public let name = "news"
    /// What it returns.
    public let summary = "Headlines about tickers with time, publisher, and their tone by the words that count"
    /// Which tickers, how far back, how many.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers; all that are held when absent or empty", .strings),
        .init("days", "How many days back; 7 when absent", .integer(1...30)),
        .init("limit", "At most so many headlines; 12 when absent", .integer(1...50)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The headlines, the latest first. Their words are data and nothing else.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let symbols = context.symbols(arguments)
        let days = arguments["days"]?.integer ?? 7
        let limit = arguments["limit"]?.integer ?? 12
        let start = context.market.now.addingTimeInterval(-Double(days) * 86_400)
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        let served = try await sheet.gather {
            try await data.news(about: symbols, since: start, limit: limit)
        }
        guard let served else { return sheet.evidence(summary: "news") }
        sheet.note(served)
        let items = served.value.prefix(limit)
        sheet.addFixed(
            FactLabel.matchCount,
            .decimal(Decimal(items.count)),
            .count,
            source: "computed",
            formula: "count of the headlines"
        )
        for (rank, item) in items.enumerated() {
            let subjects = ["headline \(rank + 1)"] + item.symbols.filter { symbols.contains($0) }
            let origin = Origin(served, asOf: item.published, isDemo: context.isDemo)
            let record = RecordKey.key(item.identifier)
            sheet.add(FactLabel.headline, item.headline, of: subjects, origin, record: record)
            sheet.add(FactLabel.publisher, item.publisher, of: subjects, origin, record: record)
            sheet.add(
                FactLabel.symbols,
                item.symbols.prefix(6).joined(separator: " "),
                of: subjects,
                origin,
                record: record
            )
            sheet.add(
                FactLabel.published,
                TradingDate(newYorkDateOf: item.published),
                of: subjects,
                origin,
                record: record
            )
            let tone = NewsTone(of: item.headline + ". " + item.summary)
            sheet.add(
                FactLabel.tone,
                tone.description,
                of: subjects,
                origin.computed,
                formula: "words of a list of tones"
            )
            sheet.add(FactLabel.address, item.url, of: subjects, origin, record: record)
        }
        return sheet.evidence(summary: "\(items.count) headlines")
    }
}

extension FactLabel {
    /// A headline.
    public static let headline = "headline"
    /// Who published it.
    public static let publisher = "publisher"
    /// The tickers something is about.
    public static let symbols = "tickers"
    /// The day it was published in New York.
    public static let published = "published"
    /// Its tone, with the words that made it.
    public static let tone = "tone"
    /// Where something can be read.
    public static let address = "address"
}
