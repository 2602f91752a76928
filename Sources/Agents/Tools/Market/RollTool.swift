import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// What short options could be rolled into.
public struct RollTool: Tool {
    /// `roll`.
    public let name = "roll"
    /// What it returns.
    public let summary =
        "Rolls of short options: bought back at the ask and sold again at the bid, with net credit, days gained and delta"
    /// Which options, and which rolls.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers or OCC symbols of what is held; all short options when absent or empty", .strings),
        .init("right", "Calls or puts alone", .choice(["call", "put"])),
        .init("from", "Days to the new expiration, at least; 30 when absent", .integer(0...1_500)),
        .init("through", "Days to the new expiration, at most; 60 when absent", .integer(0...1_500)),
        .init("limit", "At most so many for each option; 4 when absent", .integer(1...20)),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The rolls of each short option that matches, and what speaks for rolling it.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let (_, valuation) = try context.requirePortfolio()
        let wanted = Set(arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? [])
        let right = arguments["right"]?.string.flatMap(OptionContract.Right.init(rawValue:))
        let shorts = valuation.positions.map(\.position).filter { position in
            guard let contract = position.instrument.contract, position.quantity < 0 else { return false }
            return (right == nil || contract.right == right)
                && (wanted.isEmpty || wanted.contains(contract.underlying) || wanted.contains(contract.symbol))
        }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addFixed(
            FactLabel.matchCount,
            .decimal(Decimal(shorts.count)),
            .count,
            source: "computed",
            formula: "count of the short options that the question asks about"
        )
        let universe = ScanUniverse(data: data, context: context).withBooks
        let reports = try await universe.earnings(of: shorts.map(\.instrument.underlying), &sheet)
        var isAnswered = false
        for position in shorts.prefix(12) {
            guard let contract = position.instrument.contract else { continue }
            do {
                let served = try await data.chain(of: contract.underlying)
                sheet.note(served)
                var underlying = universe.underlying(served.value)
                underlying.earnings = reports?[contract.underlying]?.value.map(\.date)
                let origin = Origin(served, isDemo: context.isDemo)
                try add(position, contract, underlying, origin, arguments, universe, &sheet)
                isAnswered = true
            } catch let error as DataServiceError {
                sheet.addGap("no rolls of \(contract): \(error)")
            } catch let gap as DataGap {
                sheet.addGap("no rolls of \(contract): \(gap.reason)")
                isAnswered = true
            }
        }
        if shorts.count > 12 { sheet.addGap("further short options were left out; name a ticker to see their rolls") }
        sheet.addFixed(
            FactLabel.answered,
            .text(isAnswered || shorts.isEmpty ? "yes" : "no"),
            .text,
            source: "computed",
            formula: "whether a source answered"
        )
        return sheet.evidence(summary: "rolls of \(shorts.count) short options")
    }

    private func add(
        _ position: Position,
        _ contract: OptionContract,
        _ underlying: ScanUnderlying,
        _ origin: Origin,
        _ arguments: JSONValue,
        _ universe: ScanUniverse,
        _ sheet: inout FactSheet
    ) throws {
        var rules = RollFinder.Rules()
        let first = arguments["from"]?.integer ?? 30
        rules.daysToExpiration = first...max(first, arguments["through"]?.integer ?? 60)
        rules.limit = arguments["limit"]?.integer ?? 4
        let finder = RollFinder(rules: rules, market: universe.market(asOf: origin.asOf))
        let outcome = try finder.rolls(of: contract, credit: position.averagePrice, in: underlying)
        let held = Instrument.option(contract).factSubjects
        let computed = origin.computed
        sheet.addQuantity(position, source: universe.context.portfolioSource)
        if let profit = outcome.profit.value {
            sheet.add(
                FactLabel.percentOfMaximumProfit,
                .number(profit),
                .fraction,
                of: held,
                computed,
                formula: "(credit - ask) / credit"
            )
        }
        if contract.right == .call {
            let formula = "(assigned strike x shares - net premium of the chain + fees) / shares"
            let basis = underlying.wheelBasis.map(Fact.Value.decimal)
            sheet.add(FactLabel.wheelBasis, basis, .dollarsPerShare, of: held, computed, formula: formula)
            if let reason = underlying.wheelGap {
                sheet.addGap("the wheel basis of \(contract.underlying) is not known: \(reason)")
            }
        }
        let triggers = outcome.triggers.map(\.words)
        sheet.add(
            FactLabel.triggers,
            triggers.isEmpty ? "none" : triggers.joined(separator: ", "),
            of: held,
            computed,
            formula: "which of the thresholds for rolling are reached"
        )
        for candidate in outcome.candidates {
            let subjects = [
                "\(contract) to \(candidate.contract)", candidate.contract.description, contract.underlying,
            ]
            func number(_ label: String, _ value: Double, _ unit: Fact.Unit, _ formula: String) {
                sheet.add(label, .number(value), unit, of: subjects, computed, formula: formula)
            }
            sheet.add(
                FactLabel.rollFrom,
                contract.description,
                of: subjects,
                computed,
                formula: "the short option held"
            )
            sheet.add(
                FactLabel.rollTo,
                candidate.contract.description,
                of: subjects,
                computed,
                formula: "a listed option that meets the rules"
            )
            number(FactLabel.closeAt, candidate.closeAsk, .dollarsPerShare, "ask of what is held")
            number(FactLabel.openAt, candidate.openBid, .dollarsPerShare, "bid of the new option")
            number(FactLabel.netCredit, candidate.netCredit, .dollarsPerShare, "bid of the new less ask of the old")
            number(FactLabel.extraDays, Double(candidate.extraDays), .days, "days between the expirations")
            number(FactLabel.newDelta, candidate.delta, .ratio, "option model at the implied volatility")
            number(FactLabel.newAssignment, candidate.probabilityOfAssignment, .fraction, "risk-neutral")
            number(FactLabel.strikeImprovement, candidate.strikeImprovement, .dollarsPerShare, "new strike against old")
            sheet.add(
                FactLabel.earningsDate,
                candidate.earnings?.first,
                of: subjects,
                computed,
                formula: "first report before the new expiration"
            )
        }
        if outcome.candidates.isEmpty {
            let reasons = outcome.rejected.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3).map(\.key)
            sheet.addGap(
                "no roll of \(contract) meets the rules"
                    + (reasons.isEmpty ? "" : ": \(reasons.joined(separator: ", "))")
            )
        }
    }
}

extension RollFinder.Trigger {
    /// Why, in words without figures.
    fileprivate var words: String {
        switch self {
        case .profit: "the profit target is reached"
        case .daysLeft: "few days are left"
        case .testedStrike: "the strike is tested"
        case .exDividend: "a dividend goes ex before expiration"
        }
    }
}

extension FactLabel {
    /// What speaks for rolling.
    public static let triggers = "triggers"
    /// What is bought back.
    public static let rollFrom = "from"
    /// What is sold instead.
    public static let rollTo = "to"
    /// Price per share paid to close.
    public static let closeAt = "close at"
    /// Price per share received to open.
    public static let openAt = "open at"
    /// What a roll brings per share; negative for a debit.
    public static let netCredit = "net credit"
    /// Days gained.
    public static let extraDays = "extra days"
    /// Delta of the option sold.
    public static let newDelta = "new delta"
    /// Probability that the option sold is assigned.
    public static let newAssignment = "new assignment probability"
    /// How much better the new strike is.
    public static let strikeImprovement = "strike improvement"
}
