import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// The owner's lists of symbols.
public struct WatchlistsTool: Tool {
    /// `watchlists`.
    public let name = "watchlists"
    /// What it returns.
    public let summary = "The owner's watchlists: sections, tickers, and when each list was last brought over"
    /// Which lists.
    public let parameters = ParameterSchema([
        .init("list", "Only lists whose name contains this", .string)
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// Each section with its tickers.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        guard let answer = try await sheet.gather({ try await data.watchlists() }) else {
            return sheet.evidence(summary: "watchlists")
        }
        sheet.note(answer.failures)
        let wanted = arguments["list"]?.string?.lowercased() ?? ""
        var count = 0
        for served in answer.answers {
            sheet.note(served)
            for list in served.value where wanted.isEmpty || list.name.lowercased().contains(wanted) {
                count += 1
                let origin = Origin(served, asOf: list.synced, isDemo: context.isDemo)
                for section in list.sections where !section.entries.isEmpty {
                    let title = section.title.isEmpty ? list.name : "\(list.name): \(section.title)"
                    let tickers = section.entries.map(\.symbol)
                    sheet.add(FactLabel.list, title, of: [title], origin)
                    sheet.add(FactLabel.symbols, tickers.joined(separator: " "), of: [title], origin)
                    sheet.add(
                        FactLabel.tickerCount,
                        .decimal(Decimal(tickers.count)),
                        .count,
                        of: [title],
                        origin.computed,
                        formula: "count of the tickers of the section"
                    )
                    sheet.add(FactLabel.synced, list.synced.map(TradingDate.init(newYorkDateOf:)), of: [title], origin)
                }
            }
        }
        sheet.addFixed(
            FactLabel.matchCount,
            .decimal(Decimal(count)),
            .count,
            source: "computed",
            formula: "count of the lists that the question asks about"
        )
        return sheet.evidence(summary: "\(count) watchlists")
    }
}

extension FactLabel {
    /// The name of a list.
    public static let list = "list"
    /// How many tickers it has.
    public static let tickerCount = "number of tickers"
    /// The day it was last brought over.
    public static let synced = "last sync"
}
