import Foundation

/// Titles that a question has the words of: it asks about that document, company or year.
struct NamedTitles {
    /// What is asked of the index.
    struct Lookup {
        /// The stems of each of some texts.
        var stems: ([String]) throws -> [[String]]
        /// Where some stems stand in each text, -1 for every other word.
        var positions: (_ stems: [String], _ texts: [String]) throws -> [[Int32]]
        /// In how many chunks' titles each of some words is, and how many chunks there are.
        var frequencies: ([String]) throws -> (words: [Int], chunks: Int)
        /// The titles of the chunks that have a word, with how many they are.
        var titles: (String) throws -> [String: Int]
    }

    /// From this part of a title's weight on it counts as named.
    private static let threshold = 0.5
    /// From here on other chunks under the same title are looked at too.
    private static let certain = 0.75
    /// Titles looked at: what is named is among the titles of the best chunks. Their words are counted one by one, so there
    /// are not to be many different ones.
    private static let (maximumTitles, maximumWords) = (40, 80)
    /// What the kind of report weighs that the question does not name: most name none.
    private static let unaskedKind = 0.25
    /// What the latest of several documents that differ in the year has ahead where the question names no period.
    private static let latest = 0.25

    /// How surely each title is named, above 0 to 1; titles that are not named are missing.
    let degrees: [String: Double]
    /// Whether a named document is of the period asked about: 1 if it is, -1 if it is of another; missing where that
    /// cannot be told.
    let periods: [String: Double]

    private struct Candidate {
        var title: TitleWords
        var isAsked: [Bool]
        var share: Double { Double(isAsked.count(where: \.self)) / Double(max(isAsked.count, 1)) }
    }

    /// - Parameters:
    ///   - titles: The titles of the candidates.
    ///   - question: What is asked.
    ///   - frequencies: In how many chunks each of the question's phrases is.
    init(titles: [String], question: QueryTerms, frequencies: [String: Int], _ lookup: Lookup) throws {
        let distinct = Set(titles).filter { !$0.isEmpty }.sorted().map(TitleWords.init)
        let asked = Set(try lookup.stems(question.phrases + question.forms).flatMap(\.self)).sorted()
        let rows = try lookup.positions(asked, distinct.flatMap(\.words))
        let names = try NameForms(
            question: question,
            titles: distinct,
            frequencies: frequencies,
            titlesWith: lookup.titles
        )
        var place = 0
        var candidates: [Candidate] = []
        for title in distinct {
            let own = rows[place..<place + title.words.count]
            place += title.words.count
            var isAsked = own.map { !$0.isEmpty && !$0.contains(-1) }
            for index in names.asked(in: title) { isAsked[index] = true }
            let candidate = Candidate(title: title, isAsked: isAsked)
            // Words that all titles have weigh next to nothing, so that even a few may be all that matters.
            if candidate.share >= 0.25 { candidates.append(candidate) }
        }
        candidates.sort { ($0.share, $1.title.title) > ($1.share, $0.title.title) }
        var distinctWords: Set<String> = []
        candidates = Array(
            candidates.prefix(Self.maximumTitles).prefix { candidate in
                distinctWords.formUnion(candidate.title.words)
                return distinctWords.count <= Self.maximumWords
            }
        )
        let vocabulary = Set(candidates.flatMap(\.title.words)).sorted()
        let known = try lookup.frequencies(vocabulary)
        let weights = Dictionary(
            uniqueKeysWithValues: zip(vocabulary, known.words).map { word, frequency in
                (word, QuestionWords.weight(frequency: frequency, chunks: known.chunks))
            }
        )
        var degrees: [String: Double] = [:]
        var named: [TitleWords] = []
        for candidate in candidates {
            let share = Self.share(of: candidate, weights: weights) { _ in true }
            if share > Self.threshold {
                degrees[candidate.title.title] = (share - Self.threshold) / (1 - Self.threshold)
            }
            if Self.share(of: candidate, weights: weights, where: { !FiscalPeriod.isYear($0) }) > Self.threshold {
                named.append(candidate.title)
            }
        }
        self.degrees = degrees
        periods = Self.periods(of: named, asked: question.years)
    }

    /// The part of a title's weight that is asked for, of the words that count.
    private static func share(
        of candidate: Candidate,
        weights: [String: Double],
        where counts: (String) -> Bool
    ) -> Double {
        var (named, total) = (0.0, 0.0)
        for (word, isAsked) in zip(candidate.title.words, candidate.isAsked) where counts(word) {
            var weight = weights[word] ?? 0
            if TitleWords.isKind(word), !isAsked { weight *= unaskedKind }
            total += weight
            if isAsked { named += weight }
        }
        return total > 0 ? named / total : 0
    }

    /// Of several years that are asked about, reports of the latest one have the others too.
    private static func periods(of named: [TitleWords], asked: Set<String>) -> [String: Double] {
        let years = named.reduce(into: Set<String>()) { $0.formUnion($1.years) }
        var periods: [String: Double] = [:]
        if let wanted = years.intersection(asked).max() {
            for title in named where !title.years.isEmpty {
                if title.years.contains(wanted) {
                    periods[title.title] = 1
                } else if title.years.isDisjoint(with: asked) {
                    periods[title.title] = -1
                }
            }
        } else if asked.isEmpty {
            for series in Dictionary(grouping: named.filter { !$0.years.isEmpty }, by: \.series).values {
                let last = series.compactMap { $0.years.max() }.max()
                for title in series where series.count > 1 && title.years.max() == last {
                    periods[title.title] = latest
                }
            }
        }
        return periods
    }

    /// What each named title adds to the score of its chunks.
    func scores(_ tuning: SearchTuning) -> [String: Double] {
        degrees.mapValues { tuning.title * $0 }.merging(periods.mapValues { tuning.period * $0 }, uniquingKeysWith: +)
    }

    /// The titles that are most surely named, at most `limit`; none where none is.
    func certain(limit: Int) -> [String] {
        let surest = degrees.values.max() ?? 0
        let needed = max((Self.certain - Self.threshold) / (1 - Self.threshold), surest - 0.1)
        return degrees.filter { $0.value >= needed }.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
            .prefix(limit).map(\.key)
    }
}
