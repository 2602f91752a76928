public import Agents
import Evidence
import Foundation
import Markets

/// Words an answer from evidence alone: every figure it writes is taken from a fact through `FigureFormat`.
///
/// Deterministic: the same request over the same reports gives the same answer.
public struct Composer: Sendable {
    let request: Request
    let reports: [AgentReport]
    let facts: FactIndex
    let evidence: [Evidence]
    /// Whether findings may be worded as things to look into; false under a veto or at low confidence.
    let maySuggest: Bool

    /// A composer for one turn.
    public init(request: Request, reports: [AgentReport], maySuggest: Bool) {
        self.request = request
        self.reports = reports
        self.evidence = reports.flatMap(\.evidence)
        self.facts = FactIndex(evidence)
        self.maySuggest = maySuggest
    }

    /// A composer for a turn of this confidence, which with its reports decides whether findings may be worded as things to look into.
    init(_ request: Request, _ reports: [AgentReport], _ confidence: Confidence) {
        let maySuggest = confidence.allowsSuggestions && !reports.contains { $0.veto != nil }
        self.init(request: request, reports: reports, maySuggest: maySuggest)
    }

    /// The answer.
    public func compose() -> Answer {
        var answer = Answer()
        switch request.intent {
        case .positions: answer.blocks = positions()
        case .dashboard: answer.blocks = dashboard()
        case .wheel: answer.blocks = wheel()
        case .washSales: answer.blocks = washSales()
        case .equity: answer.blocks = equity()
        case .activity: answer.blocks = activity()
        case .decay: answer.blocks = decay()
        case .hedge: answer.blocks = hedges()
        case .profitAndLoss: answer.blocks = profitAndLoss()
        case .income: answer.blocks = income()
        case .greeks: answer.blocks = greeks()
        case .risk: answer.blocks = risk()
        case .cash: answer.blocks = cash()
        case .assignment: answer.blocks = assignment()
        case .expiring: answer.blocks = expiring()
        case .management: answer.blocks = management()
        case .price: answer.blocks = prices()
        case .dividends: answer.blocks = dividends()
        case .news: answer.blocks = news()
        case .earnings: answer.blocks = earnings()
        case .watchlists: answer.blocks = watchlists()
        case .predictions: answer.blocks = predictions()
        case .filings: answer.blocks = filings()
        case .series: answer.blocks = series()
        case .volatility: answer.blocks = volatility()
        case .chain: answer.blocks = chain()
        case .scan: answer.blocks = scan()
        case .screen: answer.blocks = screen()
        case .roll: answer.blocks = rolls()
        case .records: answer.blocks = records()
        case .performance: answer.blocks = performance()
        case .unusual: answer.blocks = unusual()
        case .correlation: answer.blocks = correlation()
        case .technicals: answer.blocks = technicals()
        case .probability: answer.blocks = probability()
        case .documents: return documents()
        case .order: answer.blocks = order()
        case .help, .explanation, .sources: answer.blocks = help()
        }
        if let scenarioNote { answer.blocks.insert(scenarioNote, at: 0) }
        if let background = background() {
            answer.blocks += background.blocks
            answer.citations = background.citations
        }
        return answer
    }
}

// MARK: - Around a model's words

extension Composer {
    /// Says that a move of the market is not computed, where the owner asks what one would do.
    var scenarioNote: Answer.Block? {
        guard request.intent.needsPortfolio, isHypothetical else { return nil }
        return .note("No scenario is computed: the figures are those of the present marks, before any move.")
    }

    /// What stands below an answer that a model wrote, whatever it says: the graver findings it does not tell of, what is
    /// missing, and how it is meant.
    ///
    /// - Parameters:
    ///   - told: Ids of the facts its figures come from.
    ///   - composed: The answer Magnus would have given.
    func afterword(told: Set<String>, composed: Answer) -> [Answer.Block] {
        func key(_ fact: Fact) -> [String] { [fact.label, fact.subjects.first ?? ""] }
        let known = Set(facts.facts.filter { told.contains($0.id) }.map(key))
        let left = Set(facts.facts.filter { known.contains(key($0)) }.map(\.id))
        var blocks = findings(where: { $0.severity >= .warning && left.isDisjoint(with: $0.evidence) })
        blocks += caveats()
        if composed.blocks.contains(disclaimer) { blocks.append(disclaimer) }
        return blocks
    }
}

// MARK: - Parts that several answers share

extension Composer {
    /// Whether the owner asks what a move of the market would do.
    private var isHypothetical: Bool {
        let text = QuestionText(request.question)
        let moves = [
            "drop", "drops", "fall", "falls", "crash", "crashes", "rise", "rises", "rally", "rallies", "gap", "gaps",
            "goes up", "goes down", "goes to", "moves",
        ]
        return text.containsAny(["if", "suppose"]) && text.containsAny(moves)
    }

    /// Whom the request is about, in words: ` on NVDA and F`, or nothing. Of very many the first are named.
    var scopeWords: String {
        guard !request.symbols.isEmpty else { return "" }
        let named = request.symbols.prefix(10)
        return " on " + Composer.list(named.count < request.symbols.count ? named + ["others"] : Array(named))
    }

    /// What kind of positions the request is about: `positions in short puts`, `positions in shares`, `positions`.
    func kindWords(_ count: Int) -> String {
        let positions = count == 1 ? "position" : "positions"
        let side = request.side.map { $0.rawValue + " " } ?? ""
        let money = request.moneyness.map { $0 == .in ? "in-the-money " : "out-of-the-money " } ?? ""
        if let right = request.right { return "\(positions) in \(side)\(money)\(right.rawValue)s" }
        if !money.isEmpty { return "\(positions) in \(side)\(money)options" }
        switch request.holding {
        case .options: return "\(positions) in \(side)options"
        case .shares: return "\(positions) in shares"
        case nil: return side + positions
        }
    }

    /// The answer to a question about tickers of which nothing is held.
    func nothingHeld() -> [Answer.Block]? {
        guard facts.integer(FactLabel.matchCount) == 0 else { return nil }
        var blocks: [Answer.Block] = []
        if request.symbols.isEmpty {
            blocks.append(.paragraph("\(portfolioName) holds no \(kindWords(2))\(horizonWords)."))
        } else {
            blocks.append(
                .paragraph("\(portfolioName) holds no \(kindWords(2))\(scopeWords)\(horizonWords).")
            )
        }
        return blocks + caveats()
    }

    /// ` expiring through 2026-11-20`, or nothing.
    var horizonWords: String {
        guard let through = facts.date(FactLabel.through) else { return "" }
        let from = facts.date(FactLabel.from).map { " from \(FigureFormat.date($0))" } ?? ""
        return " expiring\(from) through \(FigureFormat.date(through))"
    }

    /// `The demo portfolio`, or `Your portfolio`.
    var portfolioName: String {
        facts.text("portfolio") ?? "Your portfolio"
    }

    /// Findings of the agents, the gravest first, as statements; at most `limit`.
    func findings(of agents: Set<String>? = nil, rules: (String) -> Bool = { _ in true }, limit: Int = 6) -> [Answer
        .Block]
    {
        findings(where: { (agents?.contains($0.agent) ?? true) && rules($0.rule) }, limit: limit)
    }

    private func findings(where isChosen: (Finding) -> Bool, limit: Int = 6) -> [Answer.Block] {
        let chosen = inScope(reports.flatMap(\.findings)).filter(isChosen)
            .filter { maySuggest || !$0.rule.hasPrefix("management.") }
        let ranked = chosen.enumerated().sorted {
            ($0.element.severity, $1.offset) > ($1.element.severity, $0.offset)
        }
        guard !ranked.isEmpty else { return [] }
        let items = ranked.prefix(limit).map { entry in
            Answer.Item(entry.element.claim, tone: entry.element.severity >= .warning ? .warning : .plain)
        }
        return [.heading("Worth knowing"), .list(Array(items))]
    }

    /// The findings about the tickers asked for, where some were. The analyst looks at nothing else anyway.
    private func inScope(_ findings: [Finding]) -> [Finding] {
        guard !request.symbols.isEmpty else { return findings }
        let asked = Set(
            facts.facts.filter { $0.subjects.contains(where: request.symbols.contains) }.map(\.id)
        )
        return findings.filter { $0.agent == "analyst" || !asked.isDisjoint(with: $0.evidence) }
    }

    /// The gaps that are not about somebody else than the tickers asked for.
    private func inScope(_ gaps: [String]) -> [String] {
        guard !request.symbols.isEmpty else { return gaps }
        let tickers = Set(facts.facts.compactMap(\.subjects.last)).subtracting(request.symbols)
        let asked = Set(request.symbols)
        return gaps.filter { gap in
            if [" is not priced: ", " has no Greeks: "].contains(where: gap.contains) {
                return asked.contains(String(gap.prefix { $0 != " " }))
            }
            let words = Set(gap.split { !$0.isLetter && !$0.isNumber && $0 != "." }.map(String.init))
            return !words.isDisjoint(with: asked) || words.isDisjoint(with: tickers)
        }
    }

    /// What is missing or stale, and which agents did not do their part.
    ///
    /// - Parameter namesUnpriced: Whether positions without a price are named here; false where the answer has named them.
    func caveats(namesUnpriced: Bool = true) -> [Answer.Block] {
        var items: [Answer.Item] = []
        for report in reports {
            switch report.outcome {
            case .completed: break
            case .failed(let reason):
                items.append(Answer.Item("The \(report.agent) could not do its part: \(reason)", tone: .warning))
            case .timedOut:
                items.append(
                    Answer.Item("The \(report.agent) did not end in time; its part is missing", tone: .warning)
                )
            }
            if let veto = report.veto {
                items.append(Answer.Item("Suggestions are withheld: \(veto)", tone: .warning))
            }
        }
        var seen: Set<String> = []
        for gap in inScope(evidence.flatMap(\.gaps)) where seen.insert(gap).inserted {
            if !namesUnpriced, gap.contains(" is not priced: ") { continue }
            items.append(Answer.Item(gap, tone: .muted))
        }
        guard !items.isEmpty else { return [] }
        let shown = items.prefix(10)
        var blocks: [Answer.Block] = [.heading("Missing or stale"), .list(Array(shown))]
        if items.count > shown.count {
            blocks.append(.note("More is missing than is listed here; `magnus positions` shows every position."))
        }
        return blocks
    }

    /// The wording rule of the house where advice could be read into an answer.
    var disclaimer: Answer.Block {
        .note("Educational information from your own data; not investment advice.")
    }

    static func list(_ words: [String]) -> String {
        switch words.count {
        case 0: return ""
        case 1: return words[0]
        default: return words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
        }
    }

    /// How a gain or loss is meant.
    static func tone(_ value: Decimal?) -> Answer.Tone {
        guard let value, value != 0 else { return .plain }
        return value > 0 ? .positive : .negative
    }
}

// MARK: - Cells

extension Composer {
    /// A cell with the amount of a fact in dollars; an em dash where there is none, for nothing is guessed.
    func dollars(_ label: String, _ subject: String, toned: Bool = false) -> AnswerTable.Cell {
        if let value = facts.decimal(label, of: subject) {
            return .init(FigureFormat.dollars(value), tone: toned ? Composer.tone(value) : .plain)
        }
        if let value = facts.number(label, of: subject) {
            let tone: Answer.Tone = value == 0 ? .plain : (value > 0 ? .positive : .negative)
            return .init(FigureFormat.dollars(value), tone: toned ? tone : .plain)
        }
        return .init("—", tone: .muted)
    }

    /// A cell with a price per share.
    func price(_ label: String, _ subject: String) -> AnswerTable.Cell {
        switch facts.fact(label, of: subject)?.value {
        case .decimal(let amount): .init(FigureFormat.price(amount))
        case .number(let amount): .init(FigureFormat.dollars(amount))
        default: .init("—", tone: .muted)
        }
    }

    /// A cell with a fraction in percent.
    func percent(_ label: String, _ subject: String, decimals: Int = 1, toned: Bool = false) -> AnswerTable.Cell {
        guard let value = facts.number(label, of: subject) else { return .init("—", tone: .muted) }
        let tone: Answer.Tone = !toned || value == 0 ? .plain : (value > 0 ? .positive : .negative)
        return .init(FigureFormat.percent(value, decimals: decimals), tone: tone)
    }

    /// A cell with a pure number.
    func number(_ label: String, _ subject: String, decimals: Int) -> AnswerTable.Cell {
        facts.number(label, of: subject).map { .init(FigureFormat.number($0, decimals: decimals)) }
            ?? .init("—", tone: .muted)
    }

    /// A cell with a whole number, a quantity or a count of days.
    func count(_ label: String, _ subject: String) -> AnswerTable.Cell {
        facts.decimal(label, of: subject).map { .init(FigureFormat.count($0)) } ?? .init("—", tone: .muted)
    }

    /// A cell with a word.
    func text(_ label: String, _ subject: String) -> AnswerTable.Cell {
        facts.text(label, of: subject).map { .init($0) } ?? .init("—", tone: .muted)
    }

    /// A cell with a date.
    func date(_ label: String, _ subject: String) -> AnswerTable.Cell {
        facts.date(label, of: subject).map { .init(FigureFormat.date($0)) } ?? .init("—", tone: .muted)
    }
}
