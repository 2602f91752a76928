import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Trades worth looking at, found in the chains of many underlyings.
public struct ScanTool: Tool {
    /// `scan`.
    public let name = "scan"
    /// What it returns.
    public let summary =
        "Cash-secured puts, covered calls or calendars that pass the gates, by score, with every part of the score and every gate"
    /// What to look for, and where.
    public let parameters = ParameterSchema([
        .init("kind", "What to look for", .choice(["csp", "cc", "calendar"]), isRequired: true),
        .init("symbols", "Tickers; what is held and on watchlists when absent or empty", .strings),
        .init("list", "Only tickers of watchlists whose name contains this", .string),
        .init("from", "Days to expiration, at least; 7 when absent", .integer(0...1_500)),
        .init("through", "Days to expiration, at most; 60 when absent", .integer(0...1_500)),
        .init("delta", "The largest delta in hundredths, such as 30", .integer(1...100)),
        .init("limit", "At most so many; 10 when absent", .integer(1...50)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The candidates by score. Chains are looked at one by one; only what is left is asked for its history.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        let universe = ScanUniverse(data: try context.requireData(name), context: context)
        let symbols = try await universe.symbols(arguments, &sheet)
        guard !symbols.isEmpty else {
            sheet.addFixed(
                FactLabel.answered,
                .text("no"),
                .text,
                source: "computed",
                formula: "whether a source answered"
            )
            sheet.addGap("there is nothing to scan: name tickers, import a portfolio, or set up a watchlist")
            return sheet.evidence(summary: "scan")
        }
        switch arguments["kind"]?.string {
        case "cc": try await calls(arguments, symbols, universe, &sheet)
        case "calendar": try await calendars(arguments, symbols, universe, &sheet)
        default: try await puts(arguments, symbols, universe, &sheet)
        }
        return sheet.evidence(summary: "scan of \(symbols.count) underlyings")
    }

    // MARK: - The two looks

    private func rules(_ rules: IncomeScanRules, _ arguments: JSONValue) -> IncomeScanRules {
        var rules = rules
        let first = arguments["from"]?.integer ?? 7
        rules.daysToExpiration = first...max(first, arguments["through"]?.integer ?? 60)
        rules.limit = arguments["limit"]?.integer ?? 10
        if let hundredths = arguments["delta"]?.integer { rules.maximumDelta = Double(hundredths) / 100 }
        return rules
    }

    private func puts(
        _ arguments: JSONValue,
        _ symbols: [String],
        _ universe: ScanUniverse,
        _ sheet: inout FactSheet
    ) async throws {
        let rules = rules(.puts, arguments)
        let account = universe.account
        let look = try await firstLook(symbols, rules.daysToExpiration, universe, &sheet) { underlying, market in
            let result = CashSecuredPutScan(rules: rules, account: account, market: market).screened(underlying)
            return (result.ranked.map { ($0.contract, $0.rank) }, result.examined)
        }
        var found: [(candidate: PutCandidate, origin: Origin)] = []
        for entry in try await complete(look, rules.limit, universe, &sheet) {
            let scan = CashSecuredPutScan(
                rules: rules,
                account: account,
                market: universe.market(asOf: entry.origin.asOf)
            )
            found += scan.run([entry.underlying]).candidates.map { ($0, entry.origin) }
        }
        found.sort { ($1.candidate.score.value ?? 0) < ($0.candidate.score.value ?? 0) }
        for (candidate, origin) in found.prefix(rules.limit) { sheet.add(candidate, origin.computed) }
        conclude(found.count, look.examined, &sheet)
    }

    private func calls(
        _ arguments: JSONValue,
        _ symbols: [String],
        _ universe: ScanUniverse,
        _ sheet: inout FactSheet
    ) async throws {
        let rules = rules(.calls, arguments)
        let universe = universe.withBooks
        let look = try await firstLook(symbols, rules.daysToExpiration, universe, &sheet) { underlying, market in
            let result = CoveredCallScan(rules: rules, market: market).screened(underlying)
            return (result.ranked.map { ($0.contract, $0.rank) }, result.examined)
        }
        var found: [(candidate: CallCandidate, origin: Origin)] = []
        for entry in try await complete(look, rules.limit, universe, &sheet) {
            let scan = CoveredCallScan(rules: rules, market: universe.market(asOf: entry.origin.asOf))
            found += scan.run([entry.underlying]).candidates.map { ($0, entry.origin) }
        }
        found.sort { ($1.candidate.score.value ?? 0) < ($0.candidate.score.value ?? 0) }
        for (candidate, origin) in found.prefix(rules.limit) { sheet.add(candidate, origin.computed) }
        conclude(found.count, look.examined, &sheet)
    }

    private func calendars(
        _ arguments: JSONValue,
        _ symbols: [String],
        _ universe: ScanUniverse,
        _ sheet: inout FactSheet
    ) async throws {
        var rules = CalendarScanRules()
        rules.limit = arguments["limit"]?.integer ?? 10
        if let first = arguments["from"]?.integer, let last = arguments["through"]?.integer {
            rules.frontDays = first...max(first, last)
        }
        let account = universe.account
        let days = rules.frontDays.lowerBound...(rules.frontDays.upperBound + rules.gapDays.upperBound)
        let look = try await firstLook(symbols, days, universe, &sheet) { [rules] underlying, market in
            let result = CalendarScan(rules: rules, account: account, market: market).run([underlying])
            let passed = result.candidates.flatMap { candidate in
                [candidate.front, candidate.back].map { ($0, candidate.score.value ?? 0) }
            }
            return (passed, result.examined)
        }
        var found: [(candidate: CalendarCandidate, origin: Origin)] = []
        for entry in try await complete(look, rules.limit, universe, &sheet) {
            let scan = CalendarScan(rules: rules, account: account, market: universe.market(asOf: entry.origin.asOf))
            found += scan.run([entry.underlying]).candidates.map { ($0, entry.origin) }
        }
        found.sort { ($1.candidate.score.value ?? 0) < ($0.candidate.score.value ?? 0) }
        for (candidate, origin) in found.prefix(rules.limit) { sheet.add(candidate, origin.computed) }
        conclude(found.count, look.examined, &sheet)
    }

    /// What the first look left of an underlying: the options that passed, and whose quotes they are.
    private struct Remainder: Sendable {
        var underlying: ScanUnderlying
        var origin: Origin
        var best: Double
    }

    private struct Look {
        var remainders: [Remainder]
        var examined: Int
    }

    /// Goes over all chains with what is at hand, and keeps of each the options that pass.
    private func firstLook(
        _ symbols: [String],
        _ days: ClosedRange<Int>,
        _ universe: ScanUniverse,
        _ sheet: inout FactSheet,
        _ scan: @escaping @Sendable (ScanUnderlying, ScanMarket) -> (passed: [(OptionContract, Double)], examined: Int)
    ) async throws -> Look {
        let today = universe.context.market.today
        let isDemo = universe.context.isDemo
        let dates = today.adding(days: days.lowerBound)...today.adding(days: days.upperBound)
        let underlyings = Dictionary(
            symbols.map { ($0, universe.underlying(OptionChain(underlying: $0, options: []))) }
        ) {
            first,
            _ in first
        }
        let now = universe.context.market.now
        let rate = universe.context.market.riskFreeRate
        let scanned = try await universe.data.chains(of: symbols, expirations: dates) { served -> (Remainder?, Int) in
            let origin = Origin(served, isDemo: isDemo)
            guard var underlying = underlyings[served.value.underlying] else { return (nil, 0) }
            underlying.chain = served.value
            let result = scan(underlying, ScanMarket(now: origin.asOf ?? now, rate: rate))
            guard let best = result.passed.map(\.1).max() else { return (nil, result.examined) }
            let kept = Set(result.passed.map(\.0))
            underlying.chain.options.removeAll { !kept.contains($0.contract) }
            return (Remainder(underlying: underlying, origin: origin, best: best), result.examined)
        }
        for (symbol, error) in scanned.missing.sorted(by: { $0.key < $1.key }).prefix(5) {
            sheet.addGap("\(symbol) was not scanned: \(error.ofThoseAsked)")
        }
        if scanned.missing.count > 5 {
            sheet.addGap("further underlyings without a chain were not scanned")
        }
        sheet.addFixed(
            FactLabel.answered,
            .text(scanned.results.isEmpty ? "no" : "yes"),
            .text,
            source: "computed",
            formula: "whether a source answered"
        )
        sheet.addFixed(
            FactLabel.scannedCount,
            .decimal(Decimal(scanned.results.count)),
            .count,
            source: "computed",
            formula: "count of the underlyings with data"
        )
        return Look(
            remainders: scanned.results.values.compactMap(\.0).sorted {
                ($1.best, $0.underlying.symbol) < ($0.best, $1.underlying.symbol)
            },
            examined: scanned.results.values.reduce(0) { $0 + $1.1 }
        )
    }

    /// The best of the first look with history, earnings and IV rank.
    private func complete(
        _ look: Look,
        _ limit: Int,
        _ universe: ScanUniverse,
        _ sheet: inout FactSheet
    ) async throws -> [Remainder] {
        let kept = look.remainders.prefix(max(20, 2 * limit))
        let completed = try await universe.complete(kept.map(\.underlying), &sheet)
        return zip(kept, completed).map { remainder, underlying in
            Remainder(underlying: underlying, origin: remainder.origin, best: remainder.best)
        }
    }

    private func conclude(_ count: Int, _ examined: Int, _ sheet: inout FactSheet) {
        sheet.addFixed(
            FactLabel.candidateCount,
            .decimal(Decimal(count)),
            .count,
            source: "computed",
            formula: "count of the contracts that pass the gates"
        )
        sheet.addFixed(
            FactLabel.examinedCount,
            .decimal(Decimal(examined)),
            .count,
            source: "computed",
            formula: "count of the contracts of the chains scanned"
        )
    }
}

extension FactSheet {
    /// A cash-secured put with its measures, the parts of its score and its gates.
    mutating func add(_ candidate: PutCandidate, _ origin: Origin) {
        let subjects = addIncome(candidate, origin)
        let measures = candidate.measures
        number(
            FactLabel.annualisedReturn,
            measures.annualisedSimple,
            .fraction,
            subjects,
            origin,
            "premium / strike x 365 / days"
        )
        number(
            FactLabel.returnOnCollateral,
            measures.returnOnCollateral,
            .fraction,
            subjects,
            origin,
            "premium / strike"
        )
        number(
            FactLabel.probabilityOfProfit,
            measures.probabilityOfProfit,
            .fraction,
            subjects,
            origin,
            "P(price > strike - premium)"
        )
        number(FactLabel.collateral, candidate.collateral, .dollars, subjects, origin, "strike x multiplier")
        number(FactLabel.breakEven, measures.breakEven, .dollarsPerShare, subjects, origin, "strike - premium")
        if let expected = candidate.expectedValueAtHistoricalVolatility.value {
            let formula = "premium - expected payoff of the put, at the 30-day historical volatility"
            number(FactLabel.expectedValue, expected, .dollars, subjects, origin, formula)
        }
        if let kelly = candidate.kellyFraction.value {
            let formula = "a quarter of mean / variance of the return on collateral at that volatility, at most 5 %"
            number(FactLabel.kellyFraction, kelly, .fraction, subjects, origin, formula)
        }
    }

    /// A covered call with its measures, the parts of its score and its gates.
    mutating func add(_ candidate: CallCandidate, _ origin: Origin) {
        let subjects = addIncome(candidate, origin)
        number(
            FactLabel.annualisedReturn,
            candidate.annualisedSimple,
            .fraction,
            subjects,
            origin,
            "premium / price x 365 / days"
        )
        number(
            FactLabel.returnIfCalled,
            candidate.returnIfCalled,
            .fraction,
            subjects,
            origin,
            "(strike - price + premium) / price"
        )
        number(FactLabel.probabilityCalled, candidate.probabilityCalled, .fraction, subjects, origin, "N(d2)")
        number(FactLabel.breakEven, candidate.breakEven, .dollarsPerShare, subjects, origin, "price - premium")
        number(
            FactLabel.returnOnBasis,
            candidate.returnOnShareBasis.value,
            .fraction,
            subjects,
            origin,
            "(strike + premium) / cost of the shares - 1"
        )
        number(
            FactLabel.wheelBasis,
            candidate.wheelBasis.value,
            .dollarsPerShare,
            subjects,
            origin,
            "(assigned strike x shares - net premium of the chain + fees) / shares"
        )
        if let reason = candidate.wheelBasis.reason {
            add(
                FactLabel.wheelBasis,
                "not known: \(reason)",
                of: subjects,
                origin,
                formula: "from the chain of the wheel"
            )
        }
        number(
            FactLabel.returnOnWheelBasis,
            candidate.returnOnWheelBasis.value,
            .fraction,
            subjects,
            origin,
            "(strike + premium) / wheel basis - 1"
        )
        if let expected = candidate.expectedValueAtHistoricalVolatility.value {
            let formula = "expected gain of shares and call from today's price, at the 30-day historical volatility"
            number(FactLabel.expectedValue, expected, .dollars, subjects, origin, formula)
        }
    }

    /// A score with its parts, and the gates it passed.
    mutating func addScore(_ score: ScanScore, _ gates: [ScanGate], of subjects: [String], _ origin: Origin) {
        number(
            FactLabel.score,
            score.value,
            .ratio,
            subjects,
            origin,
            "sum of the parts' points, scaled to the inputs known"
        )
        for part in score.parts {
            number(
                FactLabel.points(part.name),
                part.points,
                .ratio,
                subjects,
                origin,
                "at most \(Int(part.weight)) before scaling"
            )
            if let reason = part.input.reason {
                add(
                    FactLabel.points(part.name),
                    "missing: \(reason)",
                    of: subjects,
                    origin,
                    formula: "what the part rests on is not known"
                )
            }
        }
        let unknown = gates.compactMap { gate in gate.value.reason.map { "\(gate.kind.rawValue) not known (\($0))" } }
        let words = unknown.isEmpty ? "all passed" : "passed where known; " + unknown.joined(separator: "; ")
        add(FactLabel.gates, words, of: subjects, origin, formula: "each gate against its threshold")
    }

    private mutating func number(
        _ label: String,
        _ value: Double?,
        _ unit: Fact.Unit,
        _ subjects: [String],
        _ origin: Origin,
        _ formula: String
    ) {
        add(label, value.map(Fact.Value.number), unit, of: subjects, origin, formula: formula)
    }

    /// What puts and calls have in common.
    ///
    /// - Returns: Whom the facts are about.
    private mutating func addIncome(_ candidate: some IncomeCandidate, _ origin: Origin) -> [String] {
        let subjects = Instrument.option(candidate.contract).factSubjects
        addScore(candidate.score, candidate.gates, of: subjects, origin)
        number(FactLabel.bid, candidate.bid, .dollarsPerShare, subjects, origin, "as quoted")
        number(FactLabel.underlyingPrice, candidate.spot, .dollarsPerShare, subjects, origin, "as quoted")
        number(
            FactLabel.delta,
            candidate.greeks.delta,
            .ratio,
            subjects,
            origin,
            "option model at the implied volatility"
        )
        number(
            FactLabel.impliedVolatility,
            candidate.impliedVolatility,
            .fraction,
            subjects,
            origin,
            "volatility of the mid"
        )
        number(
            FactLabel.assignmentProbability,
            candidate.assignment.probability,
            .fraction,
            subjects,
            origin,
            "early and at expiration"
        )
        add(
            FactLabel.daysToExpiration,
            .decimal(Decimal(candidate.daysToExpiration)),
            .days,
            of: subjects,
            origin,
            formula: "calendar days to the expiration"
        )
        add(FactLabel.earningsDate, candidate.earnings, of: subjects, origin, formula: "next report, as listed")
        return subjects
    }
}

/// A trade that earns a premium: a cash-secured put or a covered call.
private protocol IncomeCandidate {
    var contract: OptionContract { get }
    var bid: Double { get }
    var spot: Double { get }
    var daysToExpiration: Int { get }
    var greeks: Greeks { get }
    var impliedVolatility: Double { get }
    var assignment: AssignmentEstimate { get }
    var earnings: TradingDate? { get }
    var score: ScanScore { get }
    var gates: [ScanGate] { get }
}

extension PutCandidate: IncomeCandidate {}
extension CallCandidate: IncomeCandidate {}

extension FactLabel {
    /// Expected dollars per contract at the historical volatility.
    public static let expectedValue = "expected value"
    /// A quarter of Kelly's fraction, at most 5 % of equity.
    public static let kellyFraction = "quarter Kelly fraction"
    /// A score of 0 to 100.
    public static let score = "score"
    /// What one part adds to it.
    public static func points(_ part: String) -> String { "\(part) points" }
    /// Whether the gates of a scan were met.
    public static let gates = "gates"
    /// Premium on collateral or shares per year, simple.
    public static let annualisedReturn = "annualised return"
    /// Premium on collateral.
    public static let returnOnCollateral = "return on collateral"
    /// Probability of a profit at expiration.
    public static let probabilityOfProfit = "probability of profit"
    /// Dollars tied up.
    public static let collateral = "collateral"
    /// Price at which nothing is gained or lost.
    public static let breakEven = "break-even"
    /// Gain from today's price if the shares are called.
    public static let returnIfCalled = "return if called"
    /// Probability of ending above the strike of a covered call.
    public static let probabilityCalled = "probability called"
    /// Gain on what the shares cost if they are called.
    public static let returnOnBasis = "return on basis if called"
    /// What the shares cost with every premium of their wheel counted, per share.
    public static let wheelBasis = "wheel basis"
    /// Gain on the wheel basis if the shares are called.
    public static let returnOnWheelBasis = "return on wheel basis if called"
    /// Trades that pass the gates of a scan.
    public static let candidateCount = "candidates"
    /// Underlyings a scan looked at.
    public static let scannedCount = "underlyings scanned"
    /// Contracts a scan looked at.
    public static let examinedCount = "contracts examined"
}
