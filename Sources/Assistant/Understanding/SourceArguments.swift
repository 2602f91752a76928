import Agents
import JSON

/// What a question to the sources of data says besides tickers: the series it means, the words of a market.
enum SourceArguments {
    /// Names by which series are asked for, the longest first, and their identifiers at FRED.
    private static let series: [(phrase: String, identifier: String)] = [
        ("federal funds rate", "DFF"), ("fed funds rate", "DFF"), ("fed funds", "DFF"),
        ("3-month treasury", "DGS3MO"), ("three-month treasury", "DGS3MO"), ("t-bills", "DGS3MO"), ("t-bill", "DGS3MO"),
        ("treasury bill", "DGS3MO"), ("1-year treasury", "DGS1"), ("2-year treasury", "DGS2"),
        ("5-year treasury", "DGS5"), ("10-year treasury", "DGS10"), ("30-year treasury", "DGS30"),
        ("treasury yield", "DGS10"), ("unemployment rate", "UNRATE"), ("inflation rate", "CPIAUCSL"),
        ("cpi", "CPIAUCSL"),
    ]

    /// Words of a question about markets that are not what the market is about.
    private static let fillers: Set<String> = [
        "what", "whats", "are", "is", "the", "a", "an", "of", "on", "in", "for", "about", "kalshi", "prediction",
        "market",
        "markets", "betting", "event", "show", "me", "do", "does", "say", "says", "odds", "probability", "that",
        "there",
        "any", "which", "list", "open", "at", "price", "prices", "my",
    ]

    /// Whether a question names a series.
    static func namesSeries(_ text: QuestionText) -> Bool {
        series.contains { text.contains($0.phrase) }
    }

    /// The level a price is asked about: the number after `above` or `below`.
    private static func level(in text: QuestionText) -> String? {
        let words = text.lowercased
        for (index, word) in words.enumerated().dropLast() where ["above", "below", "over", "under"].contains(word) {
            let number = words[index + 1].filter { $0 != "$" }
            if !number.isEmpty, number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) { return number }
        }
        return nil
    }

    /// Adds what the question says to the request's arguments; a series that is named in no way known becomes a question to
    /// the documents.
    static func complete(_ request: inout Request, _ text: QuestionText) {
        switch request.intent {
        case .series:
            let written = text.words.first { word in
                word.count >= 3 && word == word.uppercased() && word.contains(where: \.isLetter)
                    && word.allSatisfy { $0.isLetter || $0.isNumber } && !["FRED", "CPI"].contains(word)
            }
            if let identifier = written ?? series.first(where: { text.contains($0.phrase) })?.identifier {
                request.arguments = ["series": .string(identifier)]
                request.symbols = []
                request.unknownSymbols = []
            } else {
                request.intent = .documents
            }
        case .predictions:
            let words = text.lowercased.filter { !fillers.contains($0) }
            if !words.isEmpty { request.arguments = ["query": .string(words.joined(separator: " "))] }
            request.symbols = []
            request.unknownSymbols = []
        case .scan:
            request.arguments = ["kind": .string(request.right == .call ? "cc" : "csp")]
        case .performance:
            let by = text.containsAny(["by month", "per month", "monthly"]) ? "month" : "strategy"
            let isBySymbol = text.containsAny(["by symbol", "by ticker", "per symbol", "per ticker", "by underlying"])
            request.arguments = ["by": .string(isBySymbol ? "symbol" : by)]
        case .income:
            let groups = [
                ("symbol", ["by symbol", "by ticker", "per symbol", "per ticker", "by underlying"]),
                ("strategy", ["by strategy", "per strategy"]), ("account", ["by account", "per account"]),
            ]
            if let by = groups.first(where: { text.containsAny($0.1) })?.0 { request.arguments = ["by": .string(by)] }
        case .probability:
            guard let level = level(in: text), !request.symbols.isEmpty else {
                request.intent = .documents
                return
            }
            var arguments: [String: JSONValue] = ["above": .string(level)]
            if let horizon = request.horizon { arguments["on"] = .string(horizon.through.description) }
            request.arguments = .object(arguments)
        case .filings, .chain, .technicals:
            // These are of one company.
            if request.symbols.isEmpty { request.intent = .documents }
        default: break
        }
    }
}
