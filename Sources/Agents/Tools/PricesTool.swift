public import Evidence
import Foundation
public import JSON
import Markets

/// What is known of the price of tickers.
public struct PricesTool: Tool {
    /// `prices`.
    public let name = "prices"
    /// What it returns.
    public let summary =
        "Latest known quotes of tickers: mark, bid, ask, last, previous close, and the time of the quote"
    /// Which tickers.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers to look up; all that are held when empty", .strings, isRequired: true)
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The quotes' values, and a gap for each ticker without one.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        var symbols = arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? []
        if symbols.isEmpty, let valuation = context.valuation {
            var seen: Set<String> = []
            symbols = valuation.positions.map(\.position.instrument.underlying).filter { seen.insert($0).inserted }
        }
        var sheet = FactSheet(
            identifier: identifier,
            tool: name,
            isDemo: context.isDemo,
            quotes: context.quoteFreshness
        )
        for symbol in symbols.prefix(50) {
            guard let quote = context.market.quotes[symbol], let mark = Mark(quote, now: context.market.now)
            else {
                sheet.addGap("no quote of \(symbol) is known; `magnus quote set \(symbol) PRICE` enters one by hand")
                continue
            }
            func add(_ label: String, _ value: Decimal?) {
                guard let value else { return }
                sheet.addPriced(
                    label,
                    .decimal(value),
                    .dollarsPerShare,
                    of: [symbol],
                    source: quote.source,
                    asOf: quote.asOf,
                    staleness: mark.staleness
                )
            }
            add(FactLabel.mark, mark.price)
            add(FactLabel.bid, quote.bid)
            add(FactLabel.ask, quote.ask)
            add(FactLabel.last, quote.last)
            add(FactLabel.previousClose, quote.previousClose)
            if let staleness = mark.staleness {
                sheet.addGap("the price of \(symbol) is stale: \(staleness)")
            }
        }
        return sheet.evidence(summary: "quotes")
    }
}
