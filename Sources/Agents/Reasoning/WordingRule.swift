/// How Magnus speaks: it describes and does not advise. What a model writes is held to it like everything else.
public struct WordingRule: Hashable, Sendable {
    /// Whether what could be done may be mentioned; false under a veto or at low confidence.
    public var maySuggest: Bool

    /// The rule for a turn.
    public init(maySuggest: Bool) {
        self.maySuggest = maySuggest
    }

    private static let suggestions = [
        "consider ", "could close", "could roll", "could sell", "could buy", "may want to", "might want to",
        "worth closing", "worth rolling", "good candidate",
    ]

    /// The words of `text` that are advice; nil where there are none.
    ///
    /// Advice is what tells someone to trade or to leave a trade alone: "Close the put", "the put should be rolled", "it would be wise
    /// to sell". What says that something was done, what doing it costs or brings, or what is to be expected is a description.
    public func violation(in text: String) -> String? {
        let words =
            text.lowercased().replacing("’", with: "'").split(whereSeparator: \.isWhitespace)
            .joined(separator: " ") + " "
        if let phrase = AdvicePhrases.shared.first(in: words) { return phrase }
        if let order = TradeImperative.first(in: text) { return order }
        guard !maySuggest, let phrase = WordingRule.suggestions.first(where: words.contains) else { return nil }
        return phrase.split(separator: " ").joined(separator: " ")
    }
}
