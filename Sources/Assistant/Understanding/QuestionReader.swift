import Foundation
public import Markets

/// Understands a question by rules: what it is after, what it is about, and what it leaves to the turn before.
///
/// Pure: the same question after the same turn is always understood the same way.
public struct QuestionReader: Sendable {
    private let resolver: SymbolResolver
    private let today: TradingDate

    /// A reader that knows the portfolio's tickers and New York's date.
    public init(resolver: SymbolResolver, today: TradingDate) {
        self.resolver = resolver
        self.today = today
    }

    /// What `question` asks, given what was asked before it.
    public func read(_ question: String, after previous: Request? = nil) -> Request {
        let text = QuestionText(question)
        let fresh = request(question, text)
        guard let previous else { return fresh }
        return QuestionReader.isFollowUp(text, fresh) ? continued(previous, with: fresh, text) : fresh
    }

    private func request(_ question: String, _ text: QuestionText) -> Request {
        var request = Request(question: question, intent: .documents)
        (request.symbols, request.unknownSymbols) = resolver.symbols(in: text)
        request.right = QuestionReader.right(in: text)
        request.side = QuestionReader.side(in: text)
        request.holding = QuestionReader.holding(in: text)
        request.moneyness = QuestionReader.moneyness(in: text)
        request.horizon = HorizonParser(today: today).horizon(in: text)
        request.period = PeriodParser(today: today).period(in: text)
        request.intent = intent(of: text, request)
        SourceArguments.complete(&request, text)
        return request
    }

    private func intent(of text: QuestionText, _ request: Request) -> Intent {
        let all = text.lowercased.joined(separator: " ")
        if all.isEmpty || IntentLexicon.help.contains(all) { return .help }
        if IntentLexicon.explanation.contains(all) { return .explanation }
        if IntentLexicon.sources.contains(all) { return .sources }
        if text.begins(with: "when"), text.containsAny(["report", "reports", "reporting"]) { return .earnings }
        if QuestionReader.isOrder(text, request) { return .order }
        if text.containsAny(IntentLexicon.library) { return .documents }

        let isOwners =
            text.containsAny(IntentLexicon.ownership) || text.containsAny(IntentLexicon.moments)
            || request.symbols.count > request.unknownSymbols.count || request.horizon != nil
        let asksForDefinition = IntentLexicon.definitionOpenings.contains(where: text.begins(with:))
        let asksForRate =
            ["what is the", "whats the"].contains(where: text.begins(with:)) && SourceArguments.namesSeries(text)
        if asksForRate { return .series }
        if QuestionReader.asksWhereItTrades(text, request) { return .price }
        if asksForDefinition && !isOwners { return .documents }

        let best = QuestionReader.scores(text).max { $0.score < $1.score }
        if let best, best.score > 0 {
            // A lone topic word in a long text that is not about the portfolio is a question to the documents.
            if !isOwners && text.words.count > 6 { return .documents }
            return best.intent
        }
        // A name in capitals that nothing is known of may be a company's; alone it asks what is held of it.
        return request.symbols.isEmpty || (!isOwners && text.words.count > 2) ? .documents : .positions
    }

    /// What each intent's phrases weigh in the question, in the lexicon's order: `max` keeps the first of equals.
    private static func scores(_ text: QuestionText) -> [(intent: Intent, score: Int)] {
        IntentLexicon.phrases.map { entry in
            (
                intent: entry.intent,
                score: entry.phrases.reduce(0) { sum, phrase in
                    // The words of `positions` stand in most questions about any other intent.
                    // Those of what sources say are rare and mean it.
                    let isRare =
                        entry.intent.asksSources || [.dashboard, .wheel, .washSales, .equity].contains(entry.intent)
                    let weight = entry.intent == .positions ? 2 : (isRare ? 5 : 3)
                    return text.contains(phrase) ? sum + weight * phrase.split(separator: " ").count : sum
                }
            )
        }
    }

    /// "What's SPY at?", "where is SPY?"
    private static func asksWhereItTrades(_ text: QuestionText, _ request: Request) -> Bool {
        guard !request.symbols.isEmpty, text.words.count <= 6, let first = text.lowercased.first else { return false }
        let asksAt = text.lowercased.last == "at" && ["what", "whats", "where", "wheres"].contains(first)
        return asksAt || text.begins(with: "where is") || text.begins(with: "wheres")
    }

    private static func isOrder(_ text: QuestionText, _ request: Request) -> Bool {
        guard let first = text.lowercased.first, IntentLexicon.orderOpenings.contains(first), text.words.count >= 2
        else { return false }
        let second = text.lowercased[1]
        let openers: Set<String> = ["a", "an", "to", "my", "the", "all", "some", "more", "another", "one", "two", "it"]
        return openers.contains(second) || Int(second) != nil
            || request.symbols.contains(text.words[1].uppercased().filter { $0 != "$" })
    }

    private static func right(in text: QuestionText) -> OptionContract.Right? {
        let calls = text.containsAny(["call", "calls", "covered call", "covered calls", "ccs"])
        // "Should I put more money into KO?" speaks of no put.
        let isVerb = text.containsAny([
            "put to me", "put more", "put money", "put some", "put in", "put into", "put on", "put it", "put my money",
            "put this", "put that", "put another",
        ])
        let puts = text.containsAny(["puts", "csp", "csps"]) || text.contains("put") && !isVerb
        if calls == puts { return nil }
        return calls ? .call : .put
    }

    private static func side(in text: QuestionText) -> Request.Side? {
        let short = text.containsAny(["short", "sold", "csp", "csps", "cash-secured", "covered call", "covered calls"])
        // "How long until it expires", "my long-term risk" speak of time.
        let isOfTime = text.containsAny([
            "how long", "long term", "long-term", "long run", "long time", "long ago", "long until", "long before",
            "as long as", "so long", "too long",
        ])
        let long = text.containsAny(["bought", "leaps"]) || text.contains("long") && !isOfTime
        if short == long { return nil }
        return short ? .short : .long
    }

    private static func moneyness(in text: QuestionText) -> Request.Moneyness? {
        let isIn = text.containsAny(["in the money", "in-the-money", "itm"])
        let isOut = text.containsAny(["out of the money", "out-of-the-money", "otm"])
        if isIn == isOut { return nil }
        return isIn ? .in : .out
    }

    private static func holding(in text: QuestionText) -> Request.Holding? {
        let shares = text.containsAny(["shares", "stock", "stocks", "etf", "etfs", "equities"])
        let options = text.containsAny(["option", "options", "contracts"])
        if shares == options { return nil }
        return shares ? .shares : .options
    }
}

// MARK: - Follow-ups

extension QuestionReader {
    private static let continuations = ["and", "what about", "how about", "same for", "or", "only", "just", "also"]
    private static let pronouns: Set<String> = [
        "it", "its", "that", "this", "them", "they", "those", "these", "that one",
    ]

    private static func isFollowUp(_ text: QuestionText, _ request: Request) -> Bool {
        switch request.intent {
        case .explanation, .sources, .help, .order: return false
        default: break
        }
        if text.words.count <= 6, continuations.contains(where: text.begins(with:)) { return true }
        if text.words.count <= 3, request.right != nil || request.side != nil || request.holding != nil {
            return text.lowercased.contains { ["only", "just", "the"].contains($0) } || text.words.count == 1
        }
        if text.words.count <= 3, request.horizon != nil || request.period != nil { return true }
        let refersBack =
            !pronouns.isDisjoint(with: text.lowercased) && !text.contains("this week")
            && !text.contains("this month")
        return refersBack && request.symbols.isEmpty && text.words.count <= 12
    }

    /// The turn before, with what the follow-up names put in its place.
    private func continued(_ previous: Request, with fresh: Request, _ text: QuestionText) -> Request {
        let named = QuestionReader.scores(text).max { $0.score < $1.score }
        let refersBack = !QuestionReader.pronouns.isDisjoint(with: text.lowercased)
        var request = previous
        request.question = fresh.question
        if !fresh.symbols.isEmpty {
            request.symbols = fresh.symbols
            request.unknownSymbols = fresh.unknownSymbols
        }
        request.right = fresh.right ?? (fresh.symbols.isEmpty ? previous.right : nil)
        request.side = fresh.side ?? (fresh.symbols.isEmpty ? previous.side : nil)
        request.holding = fresh.holding ?? previous.holding
        request.moneyness = fresh.moneyness ?? (fresh.symbols.isEmpty ? previous.moneyness : nil)
        request.horizon = fresh.horizon ?? previous.horizon
        request.period = fresh.period ?? previous.period
        if previous.intent == .documents {
            return fresh.symbols.isEmpty ? askedAgain(previous, fresh, text, refersBack: refersBack) : fresh
        }
        // Words that only narrow ("only the puts") keep the intent; words that name another one change it.
        let narrows =
            fresh.right != nil || fresh.side != nil || fresh.holding != nil || fresh.moneyness != nil
        if let named, named.score > 0, !(narrows && named.intent == .positions) {
            request.intent = named.intent
        } else if fresh.symbols.isEmpty && !narrows && fresh.horizon == nil && fresh.period == nil {
            return fresh
        }
        return request
    }

    /// A question to the documents that leans on the one before: "and vega?" after "what is theta?".
    private func askedAgain(_ previous: Request, _ fresh: Request, _ text: QuestionText, refersBack: Bool) -> Request {
        var request = fresh
        request.intent = .documents
        let opening = IntentLexicon.definitionOpenings.filter(QuestionText(previous.query).begins(with:)).max {
            $0.count < $1.count
        }
        let rest = text.words.drop { QuestionReader.continuations.contains($0.lowercased()) }.joined(separator: " ")
        if refersBack {
            request.query = previous.query + " " + fresh.question
        } else if let opening {
            request.query = "\(opening) \(rest)"
        } else {
            request.query = rest
        }
        return request
    }
}
