import Foundation

/// The words of a question as texts are measured against them.
struct QuestionWords {
    /// A telling word or a part of one, in the form in which the full-text index knows it.
    private struct Term {
        var stem: Int32
        var weight: Double
        /// Other names of what it stands for, as rows of stems.
        var names: [[Int32]]
    }

    /// How much of a question a chunk has.
    struct Measures: Hashable {
        /// BM25 as a part of what a short text with every telling word many times over would have, 0 to 1.
        var words = 0.0
        /// The part of the question's weight that is there at all, 0 to 1.
        var coverage = 0.0
        /// The part of the question's pairs of neighbours that stand side by side, 0 to 1.
        var pairs = 0.0
        /// The same for three in a row.
        var triples = 0.0
        /// What `words` would gain if the chunks beside it that were found too were part of it, 0 to 1.
        var surroundings = 0.0
    }

    /// Where a chunk stands: chunks of a document are numbered one after the other.
    struct Place: Hashable {
        var document: Int64
        var chunk: Int64
    }

    /// What a word without a meaning of its own weighs in a phrase: in tables and reports they tell phrases apart.
    private static let stopWordWeight = 0.3
    /// How soon more of the same word adds nothing, and how much a long chunk is held back. Chunks are short and of like length,
    /// and a word that matters is often there once: lower than the usual 1.2 and 0.75.
    private static let (saturation, lengthShare) = (0.6, 0.6)
    /// How many chunks before and after one are its surroundings.
    private static let reach: UInt64 = 2
    /// The least that word order counts, as a part of what it would in a question of words without a meaning of their own.
    private static let leastOrder = 0.1

    private let terms: [Term]
    private let total: Double
    /// How much the order of the question's words says, 0 to 1: much where they are few and common, as in "change in other
    /// from 2018", little in a statement full of words that each tell.
    let orderWeight: Double
    /// The question's stems in order, with what each weighs in a phrase.
    private let sequence: [(stem: Int32, weight: Double)]

    /// How many stems the vocabulary has.
    private let stemCount: Int

    /// - Parameters:
    ///   - question: The question.
    ///   - vocabulary: Its words.
    ///   - frequencies: In how many chunks each of the question's parts of words is.
    ///   - chunks: How many chunks there are.
    init(_ question: QueryTerms, _ vocabulary: QuestionVocabulary, frequencies: [Int], chunks: Int) {
        let weights = Dictionary(
            zip(question.parts, frequencies).map { part, frequency in
                (part, Self.weight(frequency: frequency, chunks: chunks))
            },
            uniquingKeysWith: { first, _ in first }
        )
        var terms: [Term] = []
        var places: [Int32: Int] = [:]
        var sequence: [(stem: Int32, weight: Double)] = []
        for (word, row) in zip(question.words, vocabulary.words) {
            // Where the index cuts a word in another way, its parts weigh alike.
            let parts = QueryTerms.parts(of: word.text).map { weights[$0] ?? 0 }
            let mean = parts.reduce(0, +) / Double(max(parts.count, 1))
            for (place, stem) in row.enumerated() {
                let own = parts.count == row.count ? parts[place] : mean
                let weight = word.isTelling ? own : Self.stopWordWeight
                sequence.append((stem, weight))
                guard word.isTelling, places[stem] == nil else { continue }
                places[stem] = terms.count
                terms.append(Term(stem: stem, weight: weight, names: []))
            }
        }
        var next = 0
        for group in question.synonymGroups {
            let rows = vocabulary.names[next..<next + group.names.count].filter { !$0.isEmpty }
            next += group.names.count
            let covered = Set(group.words)
            for (word, row) in zip(question.words, vocabulary.words) where covered.contains(word.text) {
                for stem in row {
                    if let place = places[stem], terms[place].names.isEmpty { terms[place].names = rows }
                }
            }
        }
        stemCount = vocabulary.stems.count
        self.terms = terms
        self.sequence = sequence
        total = terms.reduce(0) { $0 + $1.weight }
        let telling = question.words.count { $0.isTelling }
        orderWeight = Self.leastOrder + 1 - Double(telling) / Double(max(question.words.count, 1))
    }

    /// What a word weighs that is in `frequency` of `chunks`: rare ones more.
    static func weight(frequency: Int, chunks: Int) -> Double {
        let (frequency, chunks) = (Double(frequency), max(Double(chunks), Double(frequency)))
        return log(1 + (chunks - frequency + 0.5) / (frequency + 0.5))
    }

    /// Measures texts, which may stand beside each other.
    /// - Parameters:
    ///   - rows: Where the vocabulary's words stand in each, -1 for every other word.
    ///   - places: Where each stands.
    func measures(of rows: [[Int32]], at places: [Place]) -> [Measures] {
        guard total > 0 else { return rows.map { _ in Measures() } }
        let usualLength = Double(rows.reduce(0) { $0 + $1.count }) / Double(max(rows.count, 1))
        let weights = terms.map(\.weight)
        let (pairs, triples) = (
            Runs(of: 2, in: sequence) { min($0[0], $0[1]) }, Runs(of: 3, in: sequence) { $0.reduce(0, +) }
        )
        var stems = [Int](repeating: 0, count: stemCount)
        let counts = rows.map { self.counts(in: $0, &stems) }
        let neighbours = Dictionary(grouping: places.indices, by: { places[$0].document })
        return rows.indices.map { index in
            let row = rows[index]
            let length =
                Self.saturation
                * (1 - Self.lengthShare + Self.lengthShare * Double(row.count) / max(usualLength, 1))
            var result = Measures()
            for term in weights.indices where counts[index][term] > 0 { result.coverage += weights[term] }
            result.coverage /= total
            result.words = words(counts[index], weights, length: length)
            result.pairs = pairs.share(in: row)
            result.triples = triples.share(in: row)
            var together = counts[index]
            var isAlone = true
            for other in neighbours[places[index].document] ?? []
            where other != index && (places[other].chunk - places[index].chunk).magnitude <= Self.reach {
                isAlone = false
                for term in together.indices { together[term] += counts[other][term] }
            }
            if !isAlone { result.surroundings = words(together, weights, length: length) - result.words }
            return result
        }
    }

    /// How often each term is in a text.
    /// - Parameter stems: Room for a number of each stem.
    private func counts(in row: [Int32], _ stems: inout [Int]) -> [Int] {
        for stem in stems.indices { stems[stem] = 0 }
        for stem in row where stem >= 0 { stems[Int(stem)] += 1 }
        return terms.indices.map { index in
            let count = stems[Int(terms[index].stem)]
            return terms[index].names.isEmpty
                ? count : terms[index].names.reduce(count) { $0 + Self.occurrences(of: $1, in: row) }
        }
    }

    private func words(_ counts: [Int], _ weights: [Double], length: Double) -> Double {
        var sum = 0.0
        for term in weights.indices where counts[term] > 0 {
            let count = Double(counts[term])
            sum += weights[term] * count / (count + length)
        }
        return sum / total
    }

    private static func occurrences(of name: [Int32], in row: [Int32]) -> Int {
        guard let first = name.first, row.count >= name.count else { return 0 }
        return (0...(row.count - name.count)).count { start in
            row[start] == first && row[start..<start + name.count].elementsEqual(name)
        }
    }
}

/// The runs of so many words that a question has, each with what it weighs.
private struct Runs {
    private let length: Int
    /// The places in `weights` of the runs that begin with two stems, by these; the third one stands beside each.
    private var places: [UInt64: [(third: Int32, place: Int)]] = [:]
    private var weights: [Double] = []
    private let possible: Double

    /// - Parameter weight: What a run weighs, by what its words do.
    init(of length: Int, in sequence: [(stem: Int32, weight: Double)], weight: ([Double]) -> Double) {
        self.length = length
        var possible = 0.0
        for start in 0..<max(0, sequence.count - length + 1) {
            let part = sequence[start..<start + length]
            let value = weight(part.map(\.weight))
            possible += value
            let third = length > 2 ? sequence[start + 2].stem : -1
            places[Self.key(sequence[start].stem, sequence[start + 1].stem), default: []].append((third, weights.count))
            weights.append(value)
        }
        self.possible = possible
    }

    private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
    }

    /// The part of the question's runs that stand in `row`, by their weights.
    func share(in row: [Int32]) -> Double {
        guard possible > 0, row.count >= length else { return 0 }
        var isFound = [Bool](repeating: false, count: weights.count)
        row.withUnsafeBufferPointer { row in
            for start in 0...(row.count - length) where row[start] >= 0 && row[start + 1] >= 0 {
                guard let own = places[Self.key(row[start], row[start + 1])] else { continue }
                for (third, place) in own where length == 2 || row[start + 2] == third { isFound[place] = true }
            }
        }
        // In the order of the question, so that the sum is the same for equal texts.
        return zip(isFound, weights).reduce(0) { $0 + ($1.0 ? $1.1 : 0) } / possible
    }
}
