import Kernels
import Testing

@Suite("Rows of bytes")
struct CodeRowsTests {
    static let available = InstructionSet.allCases.filter(\.isAvailable)

    /// Rows of length 1 around some centres, as vectors of texts are, as bytes.
    private struct Sample {
        var rows: [Float] = []
        var codes: [Int8] = []
        var scales: [Float] = []
        let dimension: Int

        /// Their signs, for those who want them.
        private(set) var signs: SignRows?

        init(count: Int, dimension: Int, centres: Int, seed: UInt64, withSigns: Bool = false) {
            self.dimension = dimension
            var generator = SeededGenerator(seed: seed)
            let middles = generator.floats(centres * dimension)
            rows = [Float](repeating: 0, count: count * dimension)
            codes = [Int8](repeating: 0, count: count * dimension)
            scales = [Float](repeating: 0, count: count)
            for row in 0..<count {
                let start = row * dimension
                var (squares, largest, random): (Float, Float, UInt64) = (0, 0, 0)
                // Plain loops: there are millions of values, and tests are not optimised.
                var place = 0
                while place < dimension {
                    random = place % 4 == 0 ? generator.next() : random >> 16
                    let value = middles[row % centres * dimension + place] + Float(random & 0xFFFF) / 32_768 - 1
                    rows[start + place] = value
                    squares += value * value
                    largest = max(largest, abs(value))
                    place += 1
                }
                let length = squares.squareRoot()
                scales[row] = largest / length / 127
                place = start
                while place < start + dimension {
                    codes[place] = Int8((rows[place] / largest * 127).rounded())
                    rows[place] /= length
                    place += 1
                }
            }
            guard withSigns else { return }
            signs = codes.withUnsafeBufferPointer { codes in
                scales.withUnsafeBufferPointer { scales in
                    VectorKernels().signs(ofCodes: codes, scales: scales, dimension: dimension)
                }
            }
        }

        func nearest(
            _ limit: Int,
            to query: [Float],
            _ instructions: InstructionSet = .best,
            workers: Int = 1
        ) -> [RankedIndex] {
            codes.withUnsafeBufferPointer { codes in
                scales.withUnsafeBufferPointer { scales in
                    VectorKernels(instructions).nearest(
                        limit,
                        toQuery: query,
                        inCodes: codes,
                        scales: scales,
                        signs: signs,
                        workers: workers
                    )
                }
            }
        }

        func row(_ index: Int) -> [Float] { Array(rows[index * dimension..<(index + 1) * dimension]) }
    }

    @Test("chosen rows score as among all", arguments: available, [1, 63, 64, 100, 384, 4_160])
    func chosenRows(instructions: InstructionSet, dimension: Int) {
        let sample = Sample(count: 23, dimension: dimension, centres: 3, seed: 5)
        let places = [22, 0, 7, 7, 19, 1, 2, 3, 4, 5, 6, 8]
        let query = sample.row(4)
        sample.codes.withUnsafeBufferPointer { codes in
            sample.scales.withUnsafeBufferPointer { scales in
                let kernels = VectorKernels(instructions)
                let all = kernels.scores(ofCodes: codes, scales: scales, query: query)
                let chosen = kernels.scores(ofCodes: codes, scales: scales, rows: places, query: query)
                #expect(chosen == places.map { all[$0] })
                #expect(all == VectorKernels(.portable).scores(ofCodes: codes, scales: scales, query: query))
                #expect(kernels.scores(ofCodes: codes, scales: scales, rows: [], query: query).isEmpty)
            }
        }
    }

    @Test("the nearest are those of all scores, on any number of threads", arguments: available, [1, 2, 3, 8])
    func nearestIsExact(instructions: InstructionSet, workers: Int) {
        let sample = Sample(count: 50_000, dimension: 24, centres: 50, seed: 6)
        let kernels = VectorKernels(.portable)
        for index in [0, 49_999] {
            let query = sample.row(index)
            let scores = sample.codes.withUnsafeBufferPointer { codes in
                sample.scales.withUnsafeBufferPointer { scales in
                    kernels.scores(ofCodes: codes, scales: scales, query: query)
                }
            }
            let expected = scores.enumerated().sorted { ($0.element, $1.offset) > ($1.element, $0.offset) }.prefix(17)
            let nearest = sample.nearest(17, to: query, instructions, workers: workers)
            #expect(nearest == expected.map { RankedIndex(index: $0.offset, score: $0.element) })
        }
    }

    @Test("equal rows come by their index, on any number of threads")
    func ties() {
        let codes = [Int8](repeating: 3, count: 70_000 * 4)
        let scales = [Float](repeating: 0.01, count: 70_000)
        codes.withUnsafeBufferPointer { codes in
            scales.withUnsafeBufferPointer { scales in
                let kernels = VectorKernels()
                let signs = kernels.signs(ofCodes: codes, scales: scales, dimension: 4)
                for (signs, workers) in [(nil, 1), (nil, 4), (signs, 1), (signs, 4)] {
                    let nearest = kernels.nearest(
                        5,
                        toQuery: [1, 0, 0, 0],
                        inCodes: codes,
                        scales: scales,
                        signs: signs,
                        workers: workers
                    )
                    #expect(nearest.map(\.index) == [0, 1, 2, 3, 4])
                }
            }
        }
    }

    @Test("rows told by their signs first are the nearest of 20,000, alike everywhere")
    func recallBySigns() {
        let sample = Sample(count: 20_000, dimension: 384, centres: 20, seed: 7, withSigns: true)
        var (found, wanted) = (0, 0)
        for index in stride(from: 0, to: 20_000, by: 997) {
            var generator = SeededGenerator(seed: UInt64(index))
            var query = zip(sample.row(index), generator.floats(384)).map { $0 + 0.05 * $1 }
            VectorKernels(.portable).normalize(&query)
            let truth = sample.rows.withUnsafeBufferPointer {
                VectorKernels().nearest(10, toQuery: query, inRows: $0)
            }
            let nearest = sample.nearest(10, to: query)
            found += Set(truth.map(\.index)).intersection(nearest.map(\.index)).count
            wanted += truth.count
            guard index < 1_000 else { continue }
            for instructions in Self.available {
                #expect(sample.nearest(10, to: query, instructions, workers: 3) == nearest)
            }
        }
        #expect(wanted == 210)
        // Rounding and signs together miss 2 of these 210, where cluster mates differ by noise alone.
        #expect(Double(found) >= 0.99 * Double(wanted))
    }

    @Test("signs are the same on any number of threads")
    func signsByWorkers() {
        let sample = Sample(count: 50_000, dimension: 72, centres: 9, seed: 11)
        let kernels = VectorKernels()
        sample.codes.withUnsafeBufferPointer { codes in
            sample.scales.withUnsafeBufferPointer { scales in
                let all = [1, 2, 3].map {
                    kernels.signs(ofCodes: codes, scales: scales, dimension: 72, workers: $0)
                }
                for index in [0, 16_666, 25_001, 49_999] {
                    let found = all.map { signs in
                        kernels.nearest(
                            20,
                            toQuery: sample.row(index),
                            inCodes: codes,
                            scales: scales,
                            signs: signs
                        )
                    }
                    #expect(found[0].first?.index == index)
                    #expect(found[1] == found[0])
                    #expect(found[2] == found[0])
                }
            }
        }
    }

    @Test("there may be no rows, no places and no direction")
    func degenerate() {
        let none = Sample(count: 0, dimension: 8, centres: 1, seed: 8, withSigns: true)
        #expect(none.nearest(3, to: [Float](repeating: 1, count: 8), workers: 2).isEmpty)
        let some = Sample(count: 40_000, dimension: 8, centres: 2, seed: 8, withSigns: true)
        #expect(some.nearest(0, to: some.row(0), workers: 2).isEmpty)
        let zero = some.nearest(3, to: [Float](repeating: 0, count: 8), workers: 2)
        #expect(zero.map(\.index) == [0, 1, 2])
        #expect(zero.allSatisfy { $0.score == 0 })
    }

    @Test("nearest rows of floats are the same on any number of threads", arguments: available)
    func floatRows(instructions: InstructionSet) {
        let sample = Sample(count: 40_000, dimension: 16, centres: 10, seed: 9)
        let kernels = VectorKernels(instructions)
        sample.rows.withUnsafeBufferPointer { rows in
            let alone = kernels.nearest(12, toQuery: sample.row(3), inRows: rows)
            #expect(alone.first?.index == 3)
            for workers in [2, 5] {
                #expect(kernels.nearest(12, toQuery: sample.row(3), inRows: rows, workers: workers) == alone)
            }
        }
    }
}
