/// The tone of a headline by the words in it: a count anyone can check, and no more than that.
///
/// Each word of the lexicon has a weight; a word of degree one or two places before it makes it stronger or weaker, and a
/// negation within three words before it, in the same sentence, turns it round. The score is the sum of the weights over
/// the sum of their sizes, from -1 to 1.
public struct NewsTone: Sendable, Hashable, Codable {
    /// Which way the words lean.
    public enum Leaning: String, Sendable, Hashable, Codable, CaseIterable {
        /// The score is a third or more.
        case positive
        /// The score is minus a third or less.
        case negative
        /// Words of both kinds that nearly cancel out.
        case mixed
        /// No word of the lexicon.
        case neutral
    }

    /// A word that counted.
    public struct Word: Sendable, Hashable, Codable {
        /// As it stands in the text, with what turned it round or changed its degree: `not strong`, `sharply lower`.
        public var text: String
        /// What it counted for, from -1.5 to 1.5.
        public var weight: Double

        /// A word.
        public init(text: String, weight: Double) {
            self.text = text
            self.weight = weight
        }
    }

    /// The words that counted, in the text's order.
    public let words: [Word]

    /// The tone of `text`.
    public init(of text: String) {
        words = NewsTone.words(in: text)
    }

    /// From -1, all words negative, to 1, all positive; 0 where no word counted.
    public var score: Double {
        let size = words.reduce(0) { $0 + abs($1.weight) }
        return size > 0 ? words.reduce(0) { $0 + $1.weight } / size : 0
    }

    /// Which way the words lean.
    public var leaning: Leaning {
        if words.isEmpty { return .neutral }
        return score >= 1.0 / 3 ? .positive : score <= -1.0 / 3 ? .negative : .mixed
    }

    /// The tokens of a text: words in lower case, and sentence ends.
    private enum Token: Equatable {
        case word(String)
        case stop
    }

    private static func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        var word = ""
        func finish() {
            while word.hasSuffix("'") { word.removeLast() }
            if !word.isEmpty { tokens.append(.word(word)) }
            word = ""
        }
        for character in text.lowercased() {
            switch character {
            case "’", "'":
                // Within a word; before one it opens a quotation.
                if !word.isEmpty { word.append("'") }
            case _ where character.isLetter || character.isNumber: word.append(character)
            case "-" where !word.isEmpty: finish()
            case ".", ";", ":", "!", "?":
                finish()
                tokens.append(.stop)
            default: finish()
            }
        }
        finish()
        return tokens
    }

    private static func words(in text: String) -> [Word] {
        let tokens = tokens(of: text)
        var found: [Word] = []
        for (index, token) in tokens.enumerated() {
            guard case .word(let word) = token, var weight = NewsLexicon.weight(of: word) else { continue }
            // The words before it in the same sentence, the nearest first.
            var before: [String] = []
            for earlier in tokens[..<index].reversed() {
                guard case .word(let text) = earlier, before.count < 3 else { break }
                before.append(text)
            }
            var said = [word]
            if let degree = before.prefix(2).first(where: { NewsLexicon.degrees[$0] != nil }) {
                weight *= NewsLexicon.degrees[degree] ?? 1
                said.insert(degree, at: 0)
            }
            if let negation = before.first(where: NewsLexicon.isNegation) {
                weight = -weight
                said.insert(negation, at: 0)
            }
            found.append(Word(text: said.joined(separator: " "), weight: weight))
        }
        return found
    }
}

extension NewsTone: CustomStringConvertible {
    /// `negative by words: misses, sharply lower`; `neutral by words`.
    public var description: String {
        "\(leaning.rawValue) by words" + (words.isEmpty ? "" : ": " + words.map(\.text).joined(separator: ", "))
    }
}
