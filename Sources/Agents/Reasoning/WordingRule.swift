/// How Magnus speaks: it describes and does not advise. What a model writes is held to it like everything else.
public struct WordingRule: Hashable, Sendable {
    /// Whether what could be done may be mentioned; false under a veto or at low confidence.
    public var maySuggest: Bool

    /// The rule for a turn.
    public init(maySuggest: Bool) {
        self.maySuggest = maySuggest
    }

    private static let advice = [
        "i recommend", "we recommend", "i'd recommend", "i would recommend", "i suggest", "i'd suggest",
        "i would suggest", "i advise", "my advice", "my recommendation", "recommended that you", "you should",
        "you ought to", "you must", "you need to", "you'd better", "you had better",
    ]
    private static let suggestions = [
        "consider ", "could close", "could roll", "could sell", "could buy", "may want to", "might want to",
        "worth closing",
        "worth rolling", "time to close", "time to roll", "time to sell", "time to buy", "good candidate",
    ]

    /// The words of `text` that are advice; nil where there are none.
    public func violation(in text: String) -> String? {
        let words =
            text.lowercased().replacing("’", with: "'").split(whereSeparator: \.isWhitespace)
            .joined(separator: " ") + " "
        let phrases = WordingRule.advice.map { $0 + " " } + (maySuggest ? [] : WordingRule.suggestions)
        return phrases.first(where: words.contains)?.trimmingSuffix(while: \.isWhitespace).description
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, predicate(last) { rest.removeLast() }
        return rest
    }
}
