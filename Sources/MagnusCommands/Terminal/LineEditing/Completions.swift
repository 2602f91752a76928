/// What could stand instead of the end of the text before the cursor.
struct Completions: Sendable, Equatable {
    /// Characters before the cursor that a candidate replaces.
    var replacedLength: Int
    /// The candidates in the order they are offered, each a full replacement.
    var candidates: [String]

    /// Nothing to offer.
    static let none = Completions(replacedLength: 0, candidates: [])

    /// Completes the last word before the cursor from a list, ignoring case.
    ///
    /// - Parameter words: all that can stand there.
    static func ofLastWord(in text: String, from words: some Sequence<String>) -> Completions {
        let word = text.reversed().prefix { !$0.isWhitespace }.reversed()
        let prefix = String(word).lowercased()
        let matches = words.filter { $0.lowercased().hasPrefix(prefix) }
        return Completions(replacedLength: word.count, candidates: matches)
    }
}

/// Offers completions for the text before the cursor.
typealias Completer = @Sendable (_ textBeforeCursor: String) -> Completions
