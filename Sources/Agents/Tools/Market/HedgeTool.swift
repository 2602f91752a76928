import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Ways to bring the beta-weighted delta down, side by side.
public struct HedgeTool: Tool {
    /// `hedge`.
    public let name = "hedge"
    /// What it returns.
    public let summary =
        "Beta-weighted delta by underlying, and ways to lower it side by side: index put, put spread, collar, a reduction"
    /// What is aimed at, and with which index.
    public let parameters = ParameterSchema([
        .init(
            "target",
            "Beta-weighted delta to come down to, in index shares; half of the present one when absent",
            .string
        ),
        .init("index", "The index fund whose options are used; SPY when absent", .string),
        .init("from", "Days to the hedge's expiration, at least; 30 when absent", .integer(1...1_500)),
        .init("through", "Days to the hedge's expiration, at most; 90 when absent", .integer(1...1_500)),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The deltas, the suggestions with their costs and what they change, and the index down a tenth and a fifth.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let (_, valuation) = try context.requirePortfolio()
        let index = (arguments["index"]?.string ?? "SPY").uppercased()
        let aim = try target(arguments)
        let first = arguments["from"]?.integer ?? 30
        let days = first...max(first, arguments["through"]?.integer ?? 90)
        let universe = ScanUniverse(data: data, context: context)
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        guard let served = try await sheet.gather({ try await data.chain(of: index) }) else {
            return sheet.evidence(summary: "hedges")
        }
        sheet.note(served)
        let origin = Origin(served, isDemo: context.isDemo)
        guard let level = served.value.underlyingPrice, level > 0 else {
            sheet.addGap("there is no price of \(index)")
            return sheet.evidence(summary: "hedges")
        }
        sheet.add(FactLabel.indexPrice, .decimal(level), .dollarsPerShare, of: [index], origin)
        let market = universe.market(asOf: origin.asOf)
        let contributors = try await contributors(valuation, index, level, universe, &sheet)
        let current = contributors.reduce(0) { $0 + $1.betaWeightedDelta }
        let goal = aim ?? current / 2
        let pricing = RiskTool.Pricing(valuation)
        func add(_ label: String, _ value: Double, _ formula: String) {
            sheet.addPriced(
                label,
                .number(value),
                .shares,
                source: "computed",
                asOf: pricing.asOf,
                staleness: pricing.staleness,
                formula: formula
            )
        }
        add(FactLabel.betaWeightedDelta, current, "sum over the underlyings, in shares of \(index)")
        add(FactLabel.targetDelta, goal, aim == nil ? "half of the beta-weighted delta" : "as asked")
        do {
            let suggestions = try HedgeSuggestions(
                current: current,
                target: goal,
                contributors: contributors,
                index: universe.underlying(served.value),
                market: market,
                days: days
            )
            for candidate in suggestions.candidates { sheet.add(candidate, origin.computed) }
            for (kind, reason) in suggestions.gaps.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                sheet.addGap("no \(kind.rawValue): \(reason)")
            }
        } catch {
            sheet.addGap("\(error)")
        }
        return sheet.evidence(summary: "hedges with \(index)")
    }

    /// What each underlying adds, with the beta it rests on.
    private func contributors(
        _ valuation: PortfolioValuation,
        _ index: String,
        _ level: Decimal,
        _ universe: ScanUniverse,
        _ sheet: inout FactSheet
    ) async throws -> [HedgeSuggestions.Contributor] {
        let symbols = valuation.deltaSharesBySymbol.keys.sorted()
        let histories = try await universe.histories(of: symbols + [index])
        let indexBars = histories[index]?.bars ?? []
        if indexBars.isEmpty { sheet.addGap("no price history of \(index), so every beta is taken to be one") }
        let dollars = NSDecimalNumber(decimal: level).doubleValue
        let pricing = RiskTool.Pricing(valuation)
        var contributors: [HedgeSuggestions.Contributor] = []
        for symbol in symbols {
            let positions = valuation.positions.filter {
                $0.position.instrument.underlying == symbol && !$0.isExpired
            }
            let dollarDelta = positions.compactMap(\.dollarDelta).reduce(0, +)
            let bars = histories[symbol]?.bars ?? []
            let estimate = BetaEstimate(bars, index: indexBars)
            sheet.add(estimate, of: [symbol], against: index, bars.last?.date.newYorkInstant(hour: 16))
            let delta = dollarDelta * estimate.beta / dollars
            sheet.addPriced(
                FactLabel.betaWeightedDelta,
                .number(delta),
                .shares,
                of: [symbol],
                source: "computed",
                asOf: pricing.asOf,
                staleness: pricing.staleness,
                formula: "dollar delta x beta / price of \(index)"
            )
            contributors.append(
                HedgeSuggestions.Contributor(
                    symbol: symbol,
                    betaWeightedDelta: delta,
                    vegaPerPoint: positions.compactMap(\.vegaPerPoint).reduce(0, +),
                    thetaPerDay: positions.compactMap(\.thetaPerDay).reduce(0, +)
                )
            )
        }
        let uncovered = valuation.uncovered.map { $0.position.instrument.description }
        if !uncovered.isEmpty {
            sheet.addGap(
                "not in the beta-weighted delta, for want of a price or a volatility: \(uncovered.prefix(6).joined(separator: ", "))"
            )
        }
        return contributors
    }

    private func target(_ arguments: JSONValue) throws -> Double? {
        guard let text = arguments["target"]?.string, !text.isEmpty else { return nil }
        guard let number = Decimal(string: text, locale: nil), number.magnitude < 1_000_000_000,
            text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.".contains($0)) })
        else { throw ToolError.invalidArguments(tool: name, reason: "'\(text)' is no number of index shares") }
        return NSDecimalNumber(decimal: number).doubleValue
    }
}

extension FactSheet {
    /// A suggestion with its options, its cost, what it changes, and the index farther down.
    fileprivate mutating func add(_ candidate: HedgeSuggestions.Candidate, _ origin: Origin) {
        let name = candidate.kind.rawValue
        let subjects = [name]
        func add(_ label: String, _ value: Double?, _ unit: Fact.Unit, _ of: [String], _ formula: String) {
            self.add(label, value.map(Fact.Value.number), unit, of: of, origin, formula: formula)
        }
        self.add(FactLabel.suggestion, name, of: subjects, origin, formula: "one kind of hedge that is looked for")
        if let symbol = candidate.symbol {
            self.add(FactLabel.reduced, symbol, of: subjects, origin, formula: "the underlying that adds most delta")
        }
        add(
            FactLabel.reducedPart,
            candidate.fraction,
            .fraction,
            subjects,
            "delta to take off / delta it adds, at most all"
        )
        add(FactLabel.hedgeCost, candidate.cost.value, .dollars, subjects, "bought at the ask, sold at the bid")
        if let reason = candidate.cost.reason {
            self.add(FactLabel.hedgeCost, reason, of: subjects, origin, formula: "bought at the ask, sold at the bid")
        }
        add(FactLabel.deltaChange, candidate.betaWeightedDelta, .shares, subjects, "contracts x multiplier x delta")
        add(FactLabel.vegaChange, candidate.vegaPerPoint, .dollars, subjects, "contracts x multiplier x vega / 100")
        add(FactLabel.thetaChange, candidate.thetaPerDay, .dollars, subjects, "contracts x multiplier x theta / 365")
        if let leg = candidate.legs.first {
            let contracts = Decimal(leg.contracts.magnitude)
            self.add(
                FactLabel.hedgeContracts,
                .decimal(contracts),
                .contracts,
                of: subjects,
                origin,
                formula: "delta to take off / delta of one, in whole contracts"
            )
        }
        self.add(FactLabel.notCovered, candidate.notCovered, of: subjects, origin, formula: "by the kind of hedge")
        for (rank, leg) in candidate.legs.enumerated() {
            let subjects = ["\(name), leg \(rank + 1)"] + Instrument.option(leg.contract).factSubjects
            self.add(FactLabel.legOf, name, of: subjects, origin, formula: "the suggestion it belongs to")
            self.add(
                FactLabel.instrument,
                leg.contract.description,
                of: subjects,
                origin,
                formula: "a listed option that meets the rules"
            )
            self.add(
                FactLabel.side,
                leg.contracts > 0 ? "bought" : "sold",
                of: subjects,
                origin,
                formula: "by the kind of hedge"
            )
            add(FactLabel.legPrice, leg.price, .dollarsPerShare, subjects, leg.contracts > 0 ? "ask" : "bid")
        }
        for scenario in candidate.scenarios {
            let words = scenario.change > -0.15 ? "index down a tenth" : "index down a fifth"
            let subjects = ["\(name), \(words)", name]
            self.add(FactLabel.scenarioOf, name, of: subjects, origin, formula: "the suggestion it belongs to")
            self.add(FactLabel.scenario, words, of: subjects, origin, formula: "a fall that is supposed")
            add(
                FactLabel.hedgeResult,
                scenario.hedge,
                .dollars,
                subjects,
                "value at expiration less cost; what a reduction avoids"
            )
            add(
                FactLabel.wholeResult,
                scenario.total,
                .dollars,
                subjects,
                "hedge result + beta-weighted delta x index price x index change, a straight line"
            )
        }
    }
}

extension FactLabel {
    /// Price of the index fund.
    public static let indexPrice = "index price"
    /// Index shares that move like a position.
    public static let betaWeightedDelta = "beta-weighted delta"
    /// What it is to be brought down to.
    public static let targetDelta = "target of the beta-weighted delta"
    /// What a suggestion is made of.
    public static let suggestion = "suggestion"
    /// Dollars a hedge costs, negative where it brings money.
    public static let hedgeCost = "hedge cost"
    /// By how much it changes the beta-weighted delta, in index shares.
    public static let deltaChange = "change of delta"
    /// By how much it changes vega, in dollars per point.
    public static let vegaChange = "change of vega"
    /// By how much it changes theta, in dollars per day.
    public static let thetaChange = "change of theta"
    /// What it does not cover.
    public static let notCovered = "not covered"
    /// The underlying of which a part is closed.
    public static let reduced = "reduced"
    /// The part of it that is closed.
    public static let reducedPart = "part closed"
    /// The suggestion an option belongs to.
    public static let legOf = "leg of"
    /// Contracts of each of a hedge's options.
    public static let hedgeContracts = "contracts"
    /// Whether an option is bought or sold.
    public static let side = "side"
    /// Price per share of a hedge's option.
    public static let legPrice = "price per share"
    /// The suggestion a scenario is about.
    public static let scenarioOf = "scenario of"
    /// What happens in a scenario.
    public static let scenario = "scenario"
    /// What a hedge gains.
    public static let hedgeResult = "hedge result"
    /// What hedge and portfolio gain together.
    public static let wholeResult = "result with the portfolio"
}
