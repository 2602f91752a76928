public import Evidence
import Foundation
public import JSON
import Markets

/// Upcoming ex-dividend dates of what is held.
public struct DividendsTool: Tool {
    /// `dividends`.
    public let name = "dividends"
    /// What it returns.
    public let summary = "Upcoming ex-dividend dates and amounts of the underlyings held"
    /// Which underlyings.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers to look at; all that are held when absent or empty", .strings)
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The next ex-dividend date of each underlying, soonest first.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (_, valuation) = try context.requirePortfolio()
        let wanted = Set(arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? [])
        let held = Set(valuation.positions.map(\.position.instrument.underlying))
        let symbols = wanted.isEmpty ? held : held.intersection(wanted)
        let today = context.market.today
        let upcoming = symbols.compactMap { symbol in
            context.market.dividends[symbol]?.first { $0.exDate > today }
        }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        for dividend in upcoming.sorted(by: { ($0.exDate, $0.symbol) < ($1.exDate, $1.symbol) }) {
            let subjects = [dividend.symbol]
            sheet.addFixed(
                FactLabel.exDividendDate,
                .date(dividend.exDate),
                .date,
                of: subjects,
                source: dividend.source
            )
            sheet.addFixed(
                FactLabel.dividend,
                .decimal(dividend.amount),
                .dollarsPerShare,
                of: subjects,
                source: dividend.source
            )
            let shares = valuation.positions.filter { $0.position.instrument == .shares(dividend.symbol) }
            if let position = shares.first?.position {
                sheet.addQuantity(position, source: context.portfolioSource)
            }
        }
        return sheet.evidence(summary: "upcoming ex-dividend dates")
    }
}
