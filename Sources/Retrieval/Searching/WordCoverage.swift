import Foundation

/// How much of a question a text has in its words.
struct WordCoverage {
    /// A question's word or phrase in stems, and what it weighs.
    private var terms: [(stems: [String], weight: Double)]
    private let total: Double

    /// - Parameters:
    ///   - terms: The stems of each of the question's phrases.
    ///   - frequencies: In how many chunks each one is.
    ///   - chunks: How many chunks there are.
    init(terms: [[String]], frequencies: [Int], chunks: Int) {
        self.terms = zip(terms, frequencies).filter { !$0.0.isEmpty }.map { stems, frequency in
            (stems, log(1 + (Double(chunks) + 1) / (Double(frequency) + 0.5)))
        }
        total = self.terms.reduce(0) { $0 + $1.weight }
    }

    /// The part of the question's weight that `words` have, 0 to 1; and the same for pairs of words side by side.
    func share(of words: [String]) -> (words: Double, pairs: Double) {
        guard total > 0 else { return (0, 0) }
        let present = Set(words)
        let found = terms.filter { $0.stems.allSatisfy(present.contains) }
        let share = found.reduce(0) { $0 + $1.weight } / total
        guard terms.count > 1 else { return (share, 0) }
        var neighbours: Set<Pair> = []
        for index in words.indices.dropFirst() { neighbours.insert(Pair(words[index - 1], words[index])) }
        var pairs = 0.0
        var possible = 0.0
        for index in terms.indices.dropFirst() {
            guard let left = terms[index - 1].stems.last, let right = terms[index].stems.first else { continue }
            let weight = terms[index - 1].weight + terms[index].weight
            possible += weight
            if neighbours.contains(Pair(left, right)) { pairs += weight }
        }
        return (share, possible > 0 ? pairs / possible : 0)
    }

    private struct Pair: Hashable {
        let left: String
        let right: String

        init(_ left: String, _ right: String) {
            self.left = left
            self.right = right
        }
    }
}
