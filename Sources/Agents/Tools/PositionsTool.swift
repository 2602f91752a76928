public import Evidence
import Foundation
public import JSON
import Markets

/// What is held: quantity, cost, price, value, profit and loss.
public struct PositionsTool: Tool {
    /// `positions`.
    public let name = "positions"
    /// What it returns.
    public let summary =
        "Positions held: quantity, average price, cost, mark, market value, unrealised P&L, option terms"
    /// Which positions.
    public let parameters = ParameterSchema(PositionSelection.parameters)
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// Facts of each position that matches, and totals over them.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (_, valuation) = try context.requirePortfolio()
        let selection = try PositionSelection(arguments, tool: name)
        let matching = valuation.positions.filter { selection.contains($0) }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        sheet.addMatches(matching.count)
        for position in matching {
            sheet.addHolding(position, source: context.portfolioSource)
            sheet.addMarket(position, in: context.market)
        }
        sheet.addTotals(of: matching, isWhole: matching.count == valuation.positions.count, valuation, context)
        sheet.addThresholds()
        return sheet.evidence(
            summary: "\(matching.count) positions as of \(NewYorkTime.description(of: context.market.now))"
        )
    }
}

extension FactSheet {
    /// The portfolio's name, its moment, and what its history leaves open.
    ///
    /// - Parameter missing: Connectors, besides those of the holdings, that did not answer. They are named with it: of what
    ///   they know, nothing can be said, not even that there is none.
    mutating func addPortfolio(_ context: ToolContext, without missing: [String] = []) {
        switch context.portfolio {
        case .known(let portfolio), .knownEmpty(let portfolio):
            let missing = Set(missing).union(context.holdings?.missing ?? []).sorted()
            let name = portfolio.name + (missing.isEmpty ? "" : " without \(missing.joined(separator: " and "))")
            addFixed("portfolio", .text(name), .text, source: context.portfolioSource)
            for issue in portfolio.issues {
                addGap(issue.message)
            }
        case .notSupplied: break
        }
    }

    /// How many positions match what was asked.
    mutating func addMatches(_ count: Int) {
        addFixed(
            FactLabel.matchCount,
            .decimal(Decimal(count)),
            .count,
            source: "computed",
            formula: "count of what is held that the question asks about"
        )
    }

    /// Sums over positions. What has no price is left out of them and counted.
    mutating func addTotals(
        of positions: [PositionValuation],
        isWhole: Bool,
        _ valuation: PortfolioValuation,
        _ context: ToolContext
    ) {
        let priced = positions.filter { $0.mark != nil }
        let asOf = priced.compactMap { $0.mark?.asOf }.min()
        let staleness = priced.contains { $0.mark?.staleness != nil } ? "some of the prices in it are stale" : nil
        func add(_ label: String, _ value: Decimal, _ formula: String) {
            addPriced(
                label,
                .decimal(value),
                .dollars,
                source: "computed",
                asOf: asOf,
                staleness: staleness,
                formula: formula
            )
        }
        if !priced.isEmpty {
            let value = priced.compactMap(\.marketValue).reduce(0, +)
            add(FactLabel.positionsValue, value, "sum of the market values of the priced positions")
            let gains = priced.compactMap(\.unrealised)
            if !gains.isEmpty {
                add(FactLabel.unrealised, gains.reduce(0, +), "sum of the unrealised P&L of the priced positions")
            }
            let changes = priced.compactMap(\.dayChange)
            if !changes.isEmpty {
                add(FactLabel.dayChange, changes.reduce(0, +), "sum of the day changes that are known")
            }
        }
        guard isWhole else { return }
        addFixed(
            FactLabel.positionCount,
            .decimal(Decimal(valuation.positions.count)),
            .count,
            source: "computed",
            formula: "count of the shares and contracts held, one for each"
        )
        addFixed(
            FactLabel.unpricedCount,
            .decimal(Decimal(valuation.unpriced.count)),
            .count,
            source: "computed",
            formula: "count of what is held without a price"
        )
        addCash(context)
        addNetLiquidation(of: valuation)
    }

    /// What the portfolio would bring at the marks, where cash is known; under a label of its own where some positions have
    /// none, and nothing where none has one.
    mutating func addNetLiquidation(of valuation: PortfolioValuation) {
        guard let net = valuation.netLiquidation else { return }
        let marks = valuation.positions.compactMap(\.mark)
        if marks.isEmpty, !valuation.positions.isEmpty { return }
        addPriced(
            valuation.unpriced.isEmpty ? FactLabel.netLiquidation : FactLabel.pricedValue,
            .decimal(net),
            .dollars,
            source: "computed",
            asOf: marks.map(\.asOf).min(),
            staleness: marks.contains { $0.staleness != nil } ? "some of the prices in it are stale" : nil,
            formula: "cash plus the market values of the priced positions"
        )
    }

    /// Cash, or why it is not known.
    mutating func addCash(_ context: ToolContext) {
        guard case .known(let portfolio) = context.portfolio else {
            if case .knownEmpty(let portfolio) = context.portfolio { addCash(of: portfolio, context) }
            return
        }
        addCash(of: portfolio, context)
    }

    private mutating func addCash(of portfolio: Portfolio, _ context: ToolContext) {
        switch portfolio.cash {
        case .known(let amount):
            addHeld(
                FactLabel.cash,
                .decimal(amount),
                .dollars,
                source: context.portfolioSource,
                formula: context.holdings == nil ? "sum of the history's cash amounts" : nil
            )
        case .unknown(let reason):
            addHeld(FactLabel.cash, .text(reason), .text, source: context.portfolioSource)
        }
    }
}
