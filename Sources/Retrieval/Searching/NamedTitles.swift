import Foundation

/// Titles that a question has the words of: it asks about that document, company or year.
struct NamedTitles {
    /// From this part of a title's weight on it counts as named.
    private static let threshold = 0.5
    /// From here on other chunks under the same title are looked at too.
    private static let certain = 0.75
    /// Titles looked at: what is named is among the titles of the best chunks. Their words are counted one by one, so there
    /// are not to be many different ones.
    private static let (maximumTitles, maximumWords) = (40, 80)

    /// How surely each title is named, above 0 to 1; titles that are not named are missing.
    let degrees: [String: Double]

    /// - Parameters:
    ///   - titles: The titles of the candidates.
    ///   - words: The question's telling words.
    ///   - stems: Gives the stems of each of some texts.
    ///   - frequencies: In how many chunks' titles each of some words is.
    ///   - chunks: How many chunks there are.
    init(
        titles: [String],
        words: [String],
        stems: ([String]) throws -> [[String]],
        frequencies: ([String]) throws -> (words: [Int], chunks: Int)
    ) throws {
        let distinct = Set(titles).filter { !$0.isEmpty }.sorted()
        let split = distinct.map { title in
            title.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
        }
        let rows = try stems(words + split.flatMap(\.self))
        let asked = Set(rows.prefix(words.count).flatMap(\.self))
        var place = words.count
        var candidates: [(title: String, words: [String], isAsked: [Bool], share: Double)] = []
        for (title, parts) in zip(distinct, split) {
            let own = rows[place..<place + parts.count]
            place += parts.count
            let isAsked = own.map { !$0.isEmpty && $0.allSatisfy(asked.contains) }
            let share = Double(isAsked.count(where: \.self)) / Double(max(parts.count, 1))
            // Words that all titles have weigh next to nothing, so that even a few may be all that matters.
            if share >= 0.25 { candidates.append((title, parts, isAsked, share)) }
        }
        candidates.sort { ($0.share, $1.title) > ($1.share, $0.title) }
        var distinctWords: Set<String> = []
        candidates = Array(
            candidates.prefix(Self.maximumTitles).prefix { candidate in
                distinctWords.formUnion(candidate.words)
                return distinctWords.count <= Self.maximumWords
            }
        )
        let vocabulary = Set(candidates.flatMap(\.words)).sorted()
        let known = try frequencies(vocabulary)
        let weights = Dictionary(
            uniqueKeysWithValues: zip(vocabulary, known.words).map { word, frequency in
                (word, QuestionWords.weight(frequency: frequency, chunks: known.chunks))
            }
        )
        var degrees: [String: Double] = [:]
        for candidate in candidates {
            var (named, total) = (0.0, 0.0)
            for (word, isAsked) in zip(candidate.words, candidate.isAsked) {
                let weight = weights[word] ?? 0
                total += weight
                if isAsked { named += weight }
            }
            let share = total > 0 ? named / total : 0
            if share > Self.threshold {
                degrees[candidate.title] = (share - Self.threshold) / (1 - Self.threshold)
            }
        }
        self.degrees = degrees
    }

    /// The titles that are most surely named, at most `limit`; none where none is.
    func certain(limit: Int) -> [String] {
        let surest = degrees.values.max() ?? 0
        let needed = max((Self.certain - Self.threshold) / (1 - Self.threshold), surest - 0.1)
        return degrees.filter { $0.value >= needed }.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
            .prefix(limit).map(\.key)
    }
}
