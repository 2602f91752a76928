import Foundation
import Retrieval
import Storage

/// Random numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Words as often as in English: stop words first, then words of syllables, the n-th about 1/n as often as the first.
struct SyntheticText {
    private static let stopWords =
        "the of and to in a is that for was on as with by it are this be from at or an which have has were not their"
        .split(separator: " ").map(String.init)
    private static let syllables = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu al er in or us".split(
        separator: " "
    ).map(String.init)

    private let words: [String]
    /// The sum of frequencies up to each word.
    private let sums: [Double]

    init(vocabulary: Int = 60_000) {
        var words = Self.stopWords
        var number = 0
        while words.count < vocabulary {
            var rest = number
            var word = ""
            repeat {
                word += Self.syllables[rest % Self.syllables.count]
                rest /= Self.syllables.count
            } while rest > 0
            words.append(word + Self.syllables[number % 7])
            number += 1
        }
        self.words = words
        var sum = 0.0
        sums = words.indices.map { rank in
            sum += 1 / (Double(rank) + 2.7)
            return sum
        }
    }

    func text(words count: Int, _ numbers: inout SeededNumbers) -> String {
        (0..<count).map { _ in word(&numbers) }.joined(separator: " ")
    }

    /// Makes an index of such texts.
    func build(_ path: String, chunks: Int) async throws {
        let store = IndexStore(database: try Database(path: path))
        let encoder = RandomEncoder()
        var numbers = SeededNumbers(7)
        let perDocument = 20
        for document in 0..<(chunks / perDocument) {
            let title = text(words: 5, &numbers)
            let records = (0..<perDocument).map { index in
                ChunkRecord(
                    title: title,
                    headings: [text(words: 3, &numbers)],
                    text: text(words: 90, &numbers),
                    lines: (index * 10 + 1)...(index * 10 + 10),
                    hash: withUnsafeBytes(of: (document * perDocument + index).byteSwapped) { Data($0) }
                )
            }
            try store.put(
                DocumentRecord(
                    collection: "documents",
                    path: "\(document).md",
                    title: title,
                    size: 0,
                    modifiedAt: 0,
                    contentHash: Data(),
                    recipe: "benchmark",
                    indexedAt: Date(timeIntervalSince1970: 0),
                    note: ""
                ),
                chunks: records
            )
        }
        try await Indexer(store: store, encoder: encoder, options: .init(batch: 512)).encodePending()
    }

    private func word(_ numbers: inout SeededNumbers) -> String {
        let target = Double.random(in: 0..<(sums.last ?? 1), using: &numbers)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] <= target { low = middle + 1 } else { high = middle }
        }
        return words[low]
    }
}

/// Vectors of random direction around a hundred centres, the same for the same text. They say nothing about it, and cost next
/// to nothing.
struct RandomEncoder: TextEncoder {
    let identifier = "random"
    let dimension = 384
    let maximumTokens = 256

    func tokenCount(of text: String) -> Int { text.utf8.count / 5 }

    func encode(_ texts: [String], as role: EncodedRole) -> [Float] {
        texts.flatMap { text -> [Float] in
            var seed: UInt64 = 14_695_981_039_346_656_037
            for byte in text.utf8 { seed = (seed ^ UInt64(byte)) &* 1_099_511_628_211 }
            var own = SeededNumbers(seed)
            var centre = SeededNumbers(seed % 100)
            let values = (0..<dimension).map { _ in
                Float.random(in: -1...1, using: &centre) + Float.random(in: -1...1, using: &own)
            }
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return values.map { $0 / length }
        }
    }
}
