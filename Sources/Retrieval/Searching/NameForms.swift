import Foundation

/// Other forms of names in titles that a question uses: run together or apart (`Bestbuy`, `JP Morgan`), and abbreviated
/// (`AMEX`, `J&J`, a ticker).
///
/// Nothing is known of any name beforehand: an abbreviation has letters of the name in their order, and either it is made of
/// the beginnings of all its words, or the texts that have it are mostly those under that name.
struct NameForms {
    /// Abbreviations are looked up that are in so many chunks; they take time where there are many.
    private static let frequencies = 1...300
    /// The part of the chunks with an abbreviation that are under the name it stands for.
    private static let majority = 0.7
    private static let abbreviation = 2...6
    /// The most words that are run together.
    private static let maximumRun = 4

    /// The question's words, each run together with those after it too.
    private let joined: Set<String>
    /// The two bytes that each of these begins with, and the most bytes of one.
    private let beginnings: Set<[UInt8]>
    private let longest: Int
    /// The names that abbreviations of the question stand for.
    private let names: Set<[String]>

    /// - Parameters:
    ///   - frequencies: In how many chunks each phrase of the question is.
    ///   - titlesWith: The titles of the chunks that have a word, with how many they are.
    init(
        question: QueryTerms,
        titles: [TitleWords],
        frequencies: [String: Int],
        titlesWith: (String) throws -> [String: Int]
    ) throws {
        let words = question.words.map { Self.letters(of: $0.text) }
        var joined: Set<String> = []
        for (start, word) in question.words.enumerated() where word.isTelling {
            for end in start..<min(start + Self.maximumRun, words.count) where question.words[end].isTelling {
                joined.insert(words[start...end].joined())
            }
        }
        self.joined = joined
        beginnings = Set(joined.map { Array($0.utf8.prefix(2)) })
        longest = joined.reduce(0) { max($0, $1.utf8.count) }
        let all = Set(titles.map(\.name)).filter { !$0.isEmpty && $0.count <= 6 }
        let own = Set(all.flatMap(\.self))
        var names: Set<[String]> = []
        for phrase in question.phrases where question.abbreviations.contains(phrase) {
            let short = Self.letters(of: phrase)
            guard Self.abbreviation.contains(short.count), !own.contains(short), short.contains(where: \.isLetter)
            else {
                continue
            }
            let possible = all.filter { Self.isAbbreviation(short, of: $0.joined()) }
            guard !possible.isEmpty else { continue }
            let strict = possible.filter {
                $0.count > 1 && short.count > 2 && Self.isMadeOfBeginnings(short[...], of: $0[...])
            }
            if let frequency = frequencies[phrase], Self.frequencies.contains(frequency) {
                var counts: [[String]: Int] = [:]
                for (title, count) in try titlesWith(phrase) { counts[TitleWords(title).name, default: 0] += count }
                let total = counts.values.reduce(0, +)
                names.formUnion(possible.filter { Double(counts[$0] ?? 0) >= Self.majority * Double(total) })
            } else if strict.count == 1, frequencies[phrase] ?? 0 < Self.frequencies.lowerBound {
                names.formUnion(strict)
            }
        }
        self.names = names
    }

    /// Which words of `title` the question has in another form.
    func asked(in title: TitleWords) -> [Int] {
        let words = title.words
        let isNamed = !names.isEmpty && names.contains(title.name)
        var found: Set<Int> = []
        for start in words.indices {
            if isNamed, title.name.contains(words[start]) { found.insert(start) }
            let beginning = Array(words[start].utf8.prefix(2))
            // Nearly all words of a title are passed over here.
            guard beginning.count < 2 || beginnings.contains(beginning) else { continue }
            var run = ""
            for end in start..<min(start + Self.maximumRun, words.count) {
                run += words[end]
                if run.utf8.count > longest { break }
                if joined.contains(run) { found.formUnion(start...end) }
            }
        }
        return found.sorted()
    }

    /// The letters and digits of a word; composed, as those of titles are, for beginnings are compared by their bytes.
    private static func letters(of word: String) -> String {
        let letters = word.filter { $0.isLetter || $0.isNumber }
        return letters.utf8.allSatisfy { $0 < 0x80 } ? letters : letters.precomposedStringWithCanonicalMapping
    }

    /// Whether the letters of `short` are in `name` in their order, the first at its beginning.
    private static func isAbbreviation(_ short: String, of name: String) -> Bool {
        guard short.count < name.count, short.first == name.first else { return false }
        var rest = name[...]
        for letter in short {
            guard let place = rest.firstIndex(of: letter) else { return false }
            rest = rest[rest.index(after: place)...]
        }
        return true
    }

    /// Whether `short` is one beginning after the other of all `words`.
    private static func isMadeOfBeginnings(_ short: Substring, of words: ArraySlice<String>) -> Bool {
        guard let word = words.first else { return short.isEmpty }
        var taken = short.startIndex
        for (own, letter) in zip(short, word) {
            guard own == letter else { break }
            taken = short.index(after: taken)
            if isMadeOfBeginnings(short[taken...], of: words.dropFirst()) { return true }
        }
        return false
    }
}
