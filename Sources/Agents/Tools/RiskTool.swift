public import Evidence
import Foundation
public import JSON
import Markets

/// What could hurt the portfolio as a whole.
public struct RiskTool: Tool {
    /// `risk`.
    public let name = "risk"
    /// What it returns.
    public let summary =
        "Concentration by underlying and sector, cash if all short puts are assigned, estimated buying power, cash, coverage"
    /// It takes no arguments: risk is the whole portfolio's.
    public let parameters = ParameterSchema()
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// Facts of the whole portfolio.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (_, valuation) = try context.requirePortfolio()
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        sheet.addFixed(
            FactLabel.positionCount,
            .decimal(Decimal(valuation.positions.count)),
            .count,
            source: "computed",
            formula: "count of the shares and contracts held, one for each"
        )
        sheet.addFixed(
            FactLabel.unpricedCount,
            .decimal(Decimal(valuation.unpriced.count)),
            .count,
            source: "computed",
            formula: "count of what is held without a price"
        )
        sheet.addCash(context)
        sheet.addNetLiquidation(of: valuation)
        for position in valuation.positions where position.mark == nil {
            sheet.addGap("\(position.position.instrument) is not priced: \(position.unpricedReason ?? "no quote")")
        }
        let pricing = Pricing(valuation)
        sheet.addConcentration(valuation, pricing)
        sheet.addObligations(valuation, context)
        sheet.addBuyingPower(valuation, pricing)
        sheet.addSectors(try await context.sectors(), of: valuation, pricing)
        sheet.addThresholds()
        return sheet.evidence(summary: "risk as of \(NewYorkTime.description(of: context.market.now))")
    }

    /// The time and the staleness of what is computed from all prices.
    struct Pricing {
        let asOf: Date?
        let staleness: String?

        init(_ valuation: PortfolioValuation) {
            let marks = valuation.positions.flatMap { [$0.mark, $0.underlyingMark] }.compactMap(\.self)
            asOf = marks.map(\.asOf).min()
            staleness = marks.contains { $0.staleness != nil } ? "some of the prices in it are stale" : nil
        }
    }
}

extension FactSheet {
    fileprivate mutating func addConcentration(_ valuation: PortfolioValuation, _ pricing: RiskTool.Pricing) {
        func add(_ label: String, _ value: Fact.Value, _ unit: Fact.Unit, _ subjects: [String], _ formula: String) {
            addPriced(
                label,
                value,
                unit,
                of: subjects,
                source: "computed",
                asOf: pricing.asOf,
                staleness: pricing.staleness,
                formula: formula
            )
        }
        for exposure in valuation.exposures {
            add(
                FactLabel.exposure,
                .number(exposure.dollars),
                .dollars,
                [exposure.symbol],
                "the larger of the dollar delta and the cash if all short puts are assigned"
            )
            add(FactLabel.weight, .number(exposure.weight), .fraction, [exposure.symbol], "exposure / sum of exposures")
        }
        guard let concentration = valuation.concentration else { return }
        add(FactLabel.concentrationIndex, .number(concentration.index), .ratio, [], "sum of the squared weights (HHI)")
        add(FactLabel.effectivePositions, .number(concentration.effectiveCount), .ratio, [], "1 / concentration index")
        add(
            FactLabel.concentrationLevel,
            .text(concentration.flag.rawValue),
            .text,
            [],
            "by the concentration index: LOW below 0.15, MEDIUM from 0.15, HIGH above 0.25 or with a weight above 25 %"
        )
    }

    /// What the holders of the options sold could demand.
    fileprivate mutating func addObligations(_ valuation: PortfolioValuation, _ context: ToolContext) {
        addFixed(
            FactLabel.cashIfAllAssigned,
            .decimal(valuation.cashIfAssigned),
            .dollars,
            source: context.portfolioSource,
            formula: "sum over short puts of contracts x multiplier x strike"
        )
        for (symbol, shares) in valuation.sharesCalledBySymbol.sorted(by: { $0.key < $1.key }) {
            addFixed(
                FactLabel.sharesIfAssigned,
                .decimal(shares),
                .shares,
                of: [symbol],
                source: context.portfolioSource,
                formula: "sum over short calls of contracts x multiplier"
            )
        }
        for position in valuation.positions {
            guard let estimate = position.assignment else { continue }
            let subjects = position.position.instrument.factSubjects
            let asOf = position.underlyingMark?.asOf
            addPriced(
                FactLabel.assignmentProbability,
                .number(estimate.probability),
                .fraction,
                of: subjects,
                source: "computed",
                asOf: asOf,
                staleness: position.underlyingMark?.staleness,
                formula: "early + (1 - early) x probability of ending in the money"
            )
            addPriced(
                FactLabel.assignmentLevel,
                .text(estimate.level.rawValue),
                .text,
                of: subjects,
                source: "computed",
                asOf: asOf,
                staleness: position.underlyingMark?.staleness,
                formula: FactSheet.assignmentLevelFormula
            )
        }
    }

    fileprivate mutating func addBuyingPower(_ valuation: PortfolioValuation, _ pricing: RiskTool.Pricing) {
        func add(_ label: String, _ value: Fact.Value, _ subjects: [String], _ formula: String) {
            addPriced(
                label,
                value,
                .dollars,
                of: subjects,
                source: "computed",
                asOf: pricing.asOf,
                staleness: pricing.staleness,
                formula: formula
            )
        }
        for underlying in valuation.buyingPower where underlying.estimate.requirement > 0 {
            add(
                FactLabel.requirement,
                .number(underlying.estimate.requirement),
                [underlying.symbol],
                "covered first, then spreads, strangles, what is left alone; short puts secured by cash"
            )
        }
        addSpreads(valuation, pricing)
        add(
            FactLabel.requirement,
            .number(valuation.requirement),
            [],
            "sum of the requirements by underlying, an estimate"
        )
        if let free = valuation.freeCash {
            add(FactLabel.freeBuyingPower, .decimal(free), [], "cash - buying power requirement")
        }
        for symbol in valuation.buyingPowerUnknown {
            addGap("the buying power requirement of \(symbol) is not known: no price of \(symbol)")
        }
    }

    /// What groups of legs that belong together have gained on what they were opened for together.
    private mutating func addSpreads(_ valuation: PortfolioValuation, _ pricing: RiskTool.Pricing) {
        for underlying in valuation.buyingPower {
            let groups = underlying.estimate.lines.filter { $0.legs.count > 1 }
            for (rank, line) in groups.enumerated() {
                guard let credit = line.openCredit, let gained = line.returnOnPremium else { continue }
                let subjects = [underlying.symbol, "\(underlying.symbol) \(line.strategy.rawValue) \(rank + 1)"]
                func add(_ label: String, _ value: Double, _ unit: Fact.Unit, _ formula: String) {
                    addPriced(
                        label,
                        .number(value),
                        unit,
                        of: subjects,
                        source: "computed",
                        asOf: pricing.asOf,
                        staleness: pricing.staleness,
                        formula: formula
                    )
                }
                add(FactLabel.spreadCredit, credit, .dollars, "premiums received less those paid for the legs")
                add(
                    FactLabel.spreadReturn,
                    gained,
                    .fraction,
                    credit > 0 ? "(net credit - what closing costs) / net credit" : "(value - net debit) / net debit"
                )
            }
        }
    }
}

extension FactLabel {
    /// What a spread was opened for, all legs together.
    public static let spreadCredit = "net premium of the spread"
    /// The gain on that.
    public static let spreadReturn = "gain on net premium"
}
