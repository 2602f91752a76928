import Kernels
import Testing

@Suite("The best of many scores")
struct TopSelectionTests {
    @Test("agrees with sorting everything", arguments: [0, 1, 2, 7, 100, 1_000, 2_000])
    func agreesWithSorting(limit: Int) {
        var generator = SeededGenerator(seed: 4)
        // Few distinct values, so that ties are common.
        let scores = (0..<1_000).map { _ in Float(Int.random(in: 0..<50, using: &generator)) }
        let sorted = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
        #expect(TopSelection.best(limit, of: scores).map(\.index) == Array(sorted.prefix(limit)))
    }

    @Test("the order of offers does not matter")
    func orderOfOffers() {
        var generator = SeededGenerator(seed: 5)
        let scores: [Float] = (0..<300).map { _ in Float(Int.random(in: 0..<20, using: &generator)) }
        var shuffled = TopSelection(limit: 17)
        for index in scores.indices.shuffled(using: &generator) { shuffled.offer(index, score: scores[index]) }
        #expect(shuffled.ranked == TopSelection.best(17, of: scores))
    }

    @Test("a score that is not a number is never kept, infinities are ordered")
    func unusualScores() {
        let scores: [Float] = [.nan, -.infinity, 1, .nan, .infinity, .nan]
        #expect(TopSelection.best(10, of: scores).map(\.index) == [4, 2, 1])
        #expect(TopSelection.best(1, of: [.nan, .nan]).isEmpty)
        #expect(TopSelection.best(2, of: [.nan, 1, .nan, 2, 3]).map(\.index) == [4, 3])
        #expect(TopSelection.best(3, of: [] as [Float]).isEmpty)
    }

    @Test("what several selections keep is what one would", arguments: [0, 1, 5, 40])
    func unions(limit: Int) {
        var generator = SeededGenerator(seed: 11)
        let scores = generator.floats(300).map { ($0 * 20).rounded() }
        var whole = TopSelection(limit: limit)
        for part in [200..<300, 0..<120, 120..<200] {
            var own = TopSelection(limit: limit)
            scores[part].withUnsafeBufferPointer { own.offer($0, from: part.lowerBound) }
            whole.formUnion(own)
        }
        #expect(whole.ranked == TopSelection.best(limit, of: scores))
    }
}
