public import Evidence
import Foundation
public import JSON
import Markets

/// Sensitivities of positions and of the portfolio.
public struct GreeksTool: Tool {
    /// `greeks`.
    public let name = "greeks"
    /// What it returns.
    public let summary =
        "Greeks by position and in total: delta, dollar delta, gamma, theta per day, vega, rho, implied volatility"
    /// Which positions.
    public let parameters = ParameterSchema(PositionSelection.parameters)
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// Facts of each position that has Greeks, totals over them, and why others have none.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (_, valuation) = try context.requirePortfolio()
        let selection = try PositionSelection(arguments, tool: name)
        let matching = valuation.positions.filter { selection.contains($0) }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        sheet.addMatches(matching.count)
        for position in matching {
            sheet.addQuantity(position.position, source: context.portfolioSource)
            sheet.addContract(position, source: context.portfolioSource)
            sheet.addGreeks(position)
        }
        sheet.addGreekTotals(of: matching)
        sheet.addFixed(
            "risk-free rate",
            .number(context.market.riskFreeRate),
            .fraction,
            source: context.market.riskFreeRateSource
        )
        return sheet.evidence(summary: "Greeks as of \(NewYorkTime.description(of: context.market.now))")
    }
}

extension FactSheet {
    /// Sums of the sensitivities that may be summed over underlyings. Positions without Greeks are counted.
    mutating func addGreekTotals(of positions: [PositionValuation]) {
        let covered = positions.filter { $0.deltaShares != nil }
        let uncovered = positions.count - covered.count
        addFixed(
            FactLabel.uncoveredCount,
            .decimal(Decimal(uncovered)),
            .count,
            source: "computed",
            formula: "count of what is held without a price or an implied volatility"
        )
        guard !covered.isEmpty else { return }
        let asOf = covered.compactMap { $0.mark?.asOf }.min()
        let staleness = covered.contains { $0.mark?.staleness != nil } ? "some of the prices in it are stale" : nil
        func add(_ label: String, _ values: [Double?]) {
            addPriced(
                label,
                .number(values.compactMap(\.self).reduce(0, +)),
                .dollars,
                source: "computed",
                asOf: asOf,
                staleness: staleness,
                formula: "sum over the positions that have Greeks"
            )
        }
        add(FactLabel.dollarDelta, covered.map(\.dollarDelta))
        add(FactLabel.gammaDollars, covered.map(\.gammaDollarsPerPercent))
        add(FactLabel.thetaPerDay, covered.map(\.thetaPerDay))
        add(FactLabel.vegaPerPoint, covered.map(\.vegaPerPoint))
        add(FactLabel.rhoPerPoint, covered.map(\.rhoPerPoint))
    }
}
