import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Markets on events.
public struct PredictionsTool: Tool {
    /// `prediction_markets`.
    public let name = "prediction_markets"
    /// What it returns.
    public let summary =
        "Open prediction markets: what is asked, bid and ask for yes, implied probability, when it closes"
    /// Which markets.
    public let parameters = ParameterSchema([
        .init("series", "The ticker of a series, such as KXFED", .string),
        .init("event", "The ticker of an event", .string),
        .init("query", "Words that must stand in a market's title", .string),
        .init("limit", "At most so many; 15 when absent", .integer(1...100)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The markets, the most traded first.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let limit = arguments["limit"]?.integer ?? 15
        let filter = PredictionFilter(
            series: arguments["series"]?.string?.uppercased(),
            event: arguments["event"]?.string?.uppercased()
        )
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        guard let answer = try await sheet.gather({ try await data.markets(filter) }) else {
            return sheet.evidence(summary: "prediction markets")
        }
        sheet.note(answer.failures)
        let words = (arguments["query"]?.string ?? "").lowercased().split(separator: " ")
        var markets: [(market: PredictionMarket, served: Served<[PredictionMarket]>)] = []
        for served in answer.answers {
            sheet.note(served)
            for market in served.value {
                let text = "\(market.title) \(market.outcome) \(market.ticker)".lowercased()
                if words.allSatisfy({ text.contains($0) }) { markets.append((market, served)) }
            }
        }
        markets.sort { ($1.market.volume ?? 0, $0.market.ticker) < ($0.market.volume ?? 0, $1.market.ticker) }
        sheet.addFixed(
            FactLabel.matchCount,
            .decimal(Decimal(markets.count)),
            .count,
            source: "computed",
            formula: "count of the open markets that the question asks about"
        )
        for (market, served) in markets.prefix(limit) {
            add(market, Origin(served, asOf: market.asOf, isDemo: context.isDemo), to: &sheet)
        }
        return sheet.evidence(summary: "\(markets.count) prediction markets")
    }

    private func add(_ market: PredictionMarket, _ origin: Origin, to sheet: inout FactSheet) {
        let subjects = [market.ticker]
        let title = market.outcome.isEmpty ? market.title : "\(market.title): \(market.outcome)"
        sheet.add(FactLabel.marketTitle, title, of: subjects, origin)
        func price(_ label: String, _ value: Decimal?) -> String? {
            sheet.add(label, value.map(Fact.Value.decimal), .dollarsPerShare, of: subjects, origin)
        }
        let bid = price(FactLabel.yesBid, market.yesBid)
        let ask = price(FactLabel.yesAsk, market.yesAsk)
        _ = price(FactLabel.lastTrade, market.last)
        if let yesBid = market.yesBid, let yesAsk = market.yesAsk, yesBid > 0, yesAsk < 1, yesBid <= yesAsk {
            let middle = NSDecimalNumber(decimal: (yesBid + yesAsk) / 2).doubleValue
            sheet.add(
                FactLabel.marketProbability,
                .number(middle),
                .fraction,
                of: subjects,
                origin.computed,
                formula: "middle of yes bid and yes ask, fees not counted",
                inputs: [bid, ask].compactMap(\.self)
            )
        }
        sheet.add(FactLabel.volume, market.volume.map(Fact.Value.decimal), .contracts, of: subjects, origin)
        sheet.add(FactLabel.closes, market.closes.map(TradingDate.init(newYorkDateOf:)), of: subjects, origin)
    }
}

extension FactLabel {
    /// What a market asks.
    public static let marketTitle = "market"
    /// Best bid for yes, in dollars per contract that pays one dollar.
    public static let yesBid = "yes bid"
    /// Best offer for yes.
    public static let yesAsk = "yes ask"
    /// The last trade.
    public static let lastTrade = "last trade"
    /// The probability that prices imply.
    public static let marketProbability = "market probability"
    /// Contracts or shares traded.
    public static let volume = "volume"
    /// The day trading ends.
    public static let closes = "closes"
}
