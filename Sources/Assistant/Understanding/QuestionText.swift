import Foundation

/// A question cut into words, for matching phrases.
struct QuestionText {
    /// Words as they were written, without surrounding punctuation; a leading `$` is kept.
    let words: [String]
    /// The same words in lower case, apostrophes dropped.
    let lowercased: [String]

    init(_ question: String) {
        // A question can be a whole file; what it is after stands in its first words.
        let head = question.prefix(4_000)
        words = head.split { !($0.isLetter || $0.isNumber || "$&'’-.%".contains($0)) }.compactMap { word in
            let trimmed = word.trimmingCharacters(in: CharacterSet(charactersIn: "'’-.%&"))
            return trimmed.isEmpty ? nil : trimmed
        }
        lowercased = words.map { word in
            word.lowercased().filter { $0 != "'" && $0 != "’" }
        }
    }

    /// Whether the words of `phrase` stand next to each other.
    func contains(_ phrase: String) -> Bool {
        firstIndex(of: phrase) != nil
    }

    /// Where the words of `phrase` first stand next to each other.
    func firstIndex(of phrase: String) -> Int? {
        let parts = phrase.split(separator: " ")
        guard let first = parts.first, lowercased.count >= parts.count else { return nil }
        return (0...(lowercased.count - parts.count)).first { start in
            lowercased[start] == first && zip(lowercased[start...], parts).allSatisfy { $0 == $1 }
        }
    }

    /// Whether the question begins with `phrase`.
    func begins(with phrase: String) -> Bool {
        firstIndex(of: phrase) == 0
    }

    /// Whether any of `phrases` occurs.
    func containsAny(_ phrases: [String]) -> Bool {
        phrases.contains(where: contains)
    }
}
