public import Evidence
import Foundation
public import JSON
import Markets

/// Option positions that end soon.
public struct ExpiringPositionsTool: Tool {
    /// `expiring_positions`.
    public let name = "expiring_positions"
    /// What it returns.
    public let summary = "Option positions that expire by a date, soonest first, with price, extrinsic value and P&L"
    /// Which positions, and by when.
    public let parameters = ParameterSchema(
        PositionSelection.parameters + [PositionSelection.from, PositionSelection.through]
    )
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// Facts of each option that ends by the date.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (_, valuation) = try context.requirePortfolio()
        let selection = try PositionSelection(arguments, tool: name)
        let matching = valuation.positions.filter { selection.containsExpiring($0) }.sorted { left, right in
            (left.daysToExpiration ?? 0, left.position.instrument.symbol)
                < (right.daysToExpiration ?? 0, right.position.instrument.symbol)
        }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        sheet.addMatches(matching.count)
        if let from = selection.from { sheet.addFixed(FactLabel.from, .date(from), .date, source: "question") }
        sheet.addHorizon(selection.through, context)
        for position in matching {
            sheet.addHolding(position, source: context.portfolioSource)
            sheet.addMarket(position, in: context.market)
            sheet.addMoneyness(position)
        }
        sheet.addThresholds()
        let through = selection.through.map { " through \($0)" } ?? ""
        return sheet.evidence(summary: "\(matching.count) option positions expiring\(through)")
    }
}

extension FactSheet {
    /// The last day that counts, and how far ahead that is.
    mutating func addHorizon(_ through: TradingDate?, _ context: ToolContext) {
        guard let through else { return }
        addFixed(FactLabel.through, .date(through), .date, source: "question")
        addFixed(
            FactLabel.daysAhead,
            .decimal(Decimal(context.market.today.days(until: through))),
            .days,
            source: "computed",
            formula: "calendar days from New York's date to the last day asked for"
        )
    }

    /// Intrinsic and extrinsic value of an option.
    mutating func addMoneyness(_ valuation: PositionValuation) {
        let subjects = valuation.position.instrument.factSubjects
        func add(_ label: String, _ value: Decimal?, _ formula: String) {
            guard let value else { return }
            addPriced(
                label,
                .decimal(value),
                .dollarsPerShare,
                of: subjects,
                source: "computed",
                asOf: valuation.mark?.asOf ?? valuation.underlyingMark?.asOf,
                staleness: valuation.mark?.staleness ?? valuation.underlyingMark?.staleness,
                formula: formula
            )
        }
        add(FactLabel.intrinsic, valuation.intrinsic, "underlying price against strike, at least 0")
        add(FactLabel.extrinsic, valuation.extrinsic, "mark - intrinsic value")
    }
}
