public import Evidence
import Foundation
public import JSON
import Markets

/// Which short options could be assigned, how likely that is, and what it would take.
public struct AssignmentTool: Tool {
    /// `assignment`.
    public let name = "assignment"
    /// What it returns.
    public let summary =
        "Short options that could be assigned: probability, level, extrinsic value, dividend at stake, cash or shares it takes"
    /// Which positions, and by when.
    public let parameters = ParameterSchema(PositionSelection.parameters + [PositionSelection.through])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// Facts of each short option that ends, or whose underlying goes ex-dividend, by the date; the most likely first.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (_, valuation) = try context.requirePortfolio()
        let selection = try PositionSelection(arguments, tool: name)
        let matching = valuation.positions
            .filter { $0.position.quantity < 0 && !$0.isExpired && isAtStake($0, selection) }
            .sorted { left, right in
                (left.assignment?.probability ?? -1, right.position.instrument.symbol)
                    > (right.assignment?.probability ?? -1, left.position.instrument.symbol)
            }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        sheet.addMatches(matching.count)
        sheet.addHorizon(selection.through, context)
        for position in matching {
            sheet.addQuantity(position.position, source: context.portfolioSource)
            sheet.addContract(position, source: context.portfolioSource)
            sheet.addMarket(position, in: context.market)
            sheet.addMoneyness(position)
            sheet.addAssignment(position, context)
        }
        sheet.addThresholds()
        sheet.addCash(context)
        return sheet.evidence(summary: "\(matching.count) short options that could be assigned")
    }

    /// Whether an option ends by the date, or can be exercised early for a dividend by then.
    private func isAtStake(_ valuation: PositionValuation, _ selection: PositionSelection) -> Bool {
        if selection.containsExpiring(valuation) { return true }
        guard let contract = valuation.position.instrument.contract, contract.right == .call,
            let through = selection.through, selection.contains(valuation),
            let exDate = valuation.nextExDividend?.exDate
        else { return false }
        return exDate <= through && exDate <= contract.expiration
    }
}

extension FactSheet {
    /// How a level of assignment follows, with its thresholds.
    static let assignmentLevelFormula =
        "by the assignment probability: LOW below 10 %, MEDIUM from 10 %, HIGH from 40 %; IMMINENT in the money with at "
        + "most 5 cents of extrinsic value, or where that is below a dividend that goes ex within two sessions"

    /// How likely a short option is to be assigned, and what assignment takes.
    mutating func addAssignment(_ valuation: PositionValuation, _ context: ToolContext) {
        guard let contract = valuation.position.instrument.contract else { return }
        let subjects = valuation.position.instrument.factSubjects
        let staleness = valuation.mark?.staleness ?? valuation.underlyingMark?.staleness
        if let estimate = valuation.assignment {
            func add(_ label: String, _ value: Fact.Value, _ unit: Fact.Unit, _ formula: String) {
                addPriced(
                    label,
                    value,
                    unit,
                    of: subjects,
                    source: "computed",
                    asOf: valuation.underlyingMark?.asOf ?? valuation.mark?.asOf,
                    staleness: staleness,
                    formula: formula
                )
            }
            add(
                FactLabel.assignmentProbability,
                .number(estimate.probability),
                .fraction,
                "early + (1 - early) x probability of ending in the money, at the option's implied volatility"
            )
            add(
                FactLabel.assignmentLevel,
                .text(estimate.level.rawValue),
                .text,
                FactSheet.assignmentLevelFormula
            )
            if let early = estimate.early, early > 0 {
                add(
                    FactLabel.earlyAssignmentProbability,
                    .number(early),
                    .fraction,
                    "probability that exercise before the last day pays, from the underlying price, the strike, the dividend and "
                        + "the option's implied volatility"
                )
            }
            addImpliedVolatility(valuation)
        } else {
            addGap(
                "the assignment probability of \(contract) is not known: "
                    + (valuation.impliedVolatilityFailure ?? valuation.unpricedReason ?? "no price")
            )
        }
        if let dividend = valuation.nextExDividend, dividend.exDate <= contract.expiration {
            // The dividend is a record of what the option is on.
            let record = RecordKey.key(contract.underlying)
            addFixed(
                FactLabel.exDividendDate,
                .date(dividend.exDate),
                .date,
                of: subjects,
                source: dividend.source,
                record: record
            )
            addFixed(
                FactLabel.dividend,
                .decimal(dividend.amount),
                .dollarsPerShare,
                of: subjects,
                source: dividend.source,
                record: record
            )
        }
        let shares = valuation.position.quantity.magnitude * Decimal(contract.multiplier)
        switch contract.right {
        case .put:
            addFixed(
                FactLabel.cashIfAssigned,
                .decimal(shares * contract.strike),
                .dollars,
                of: subjects,
                source: context.portfolioSource,
                formula: "contracts x multiplier x strike"
            )
        case .call:
            addFixed(
                FactLabel.sharesIfAssigned,
                .decimal(valuation.position.quantity.magnitude * contract.deliveredShares),
                .shares,
                of: subjects,
                source: context.portfolioSource,
                formula: "contracts x shares delivered"
            )
        }
    }
}
