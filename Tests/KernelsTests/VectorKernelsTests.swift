import Kernels
import Testing

@Suite("Dot products")
struct VectorKernelsTests {
    static let available = InstructionSet.allCases.filter(\.isAvailable)

    @Test("the portable kernels are always there, and the best ones are available")
    func availability() {
        #expect(InstructionSet.portable.isAvailable)
        #expect(InstructionSet.best.isAvailable)
    }

    @Test("scores agree with a plain loop in double precision", arguments: available, [0, 1, 3, 4, 7, 9])
    func scoresAgree(instructions: InstructionSet, rowCount: Int) {
        var generator = SeededGenerator(seed: 1)
        for dimension in [1, 5, 8, 16, 31, 384] {
            let rows = generator.floats(rowCount * dimension)
            let query = generator.floats(dimension)
            let scores = VectorKernels(instructions).scores(ofRows: rows, query: query)
            #expect(scores.count == rowCount)
            for (row, score) in scores.enumerated() {
                let expected = (0..<dimension).reduce(0.0) {
                    $0 + Double(rows[row * dimension + $1]) * Double(query[$1])
                }
                #expect(abs(Double(score) - expected) < 2e-5)
            }
        }
    }

    @Test("rows of bytes score as their values do, alike on all instruction sets", arguments: [0, 1, 3, 9])
    func codesAgree(rowCount: Int) {
        var generator = SeededGenerator(seed: 4)
        for dimension in [1, 5, 16, 31, 33, 64, 100, 384, 1_024] {
            let codes = (0..<rowCount * dimension).map { _ in Int8.random(in: -128...127, using: &generator) }
            let scales = generator.floats(rowCount, in: 0.0001...0.01)
            var query = generator.floats(dimension)
            VectorKernels(.portable).normalize(&query)
            let all = Self.available.map { instructions in
                codes.withUnsafeBufferPointer { codes in
                    scales.withUnsafeBufferPointer { scales in
                        VectorKernels(instructions).scores(ofCodes: codes, scales: scales, query: query)
                    }
                }
            }
            #expect(all.allSatisfy { $0 == all[0] })
            for (row, score) in all[0].enumerated() {
                let values = (0..<dimension).map { Double(codes[row * dimension + $0]) * Double(scales[row]) }
                let expected = zip(values, query).reduce(0) { $0 + $1.0 * Double($1.1) }
                let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
                #expect(abs(Double(score) - expected) < 0.0005 * max(length, 0.01) * Double(max(1, dimension / 384)))
            }
        }
    }

    @Test("the largest values do not overflow", arguments: available)
    func codesDoNotOverflow(instructions: InstructionSet) {
        for dimension in [384, 4_096] {
            let codes = [Int8](repeating: -128, count: dimension)
            let score = codes.withUnsafeBufferPointer { codes in
                [Float(1)].withUnsafeBufferPointer { scales in
                    VectorKernels(instructions).scores(
                        ofCodes: codes,
                        scales: scales,
                        query: [Float](repeating: 1, count: dimension)
                    )
                }
            }
            #expect(abs(score[0] + 128 * Float(dimension)) < 1)
        }
    }

    @Test("a row's score does not depend on its neighbours", arguments: available)
    func scoresAreIndependent(instructions: InstructionSet) {
        var generator = SeededGenerator(seed: 2)
        let rows = generator.floats(11 * 77)
        let query = generator.floats(77)
        let kernels = VectorKernels(instructions)
        let together = kernels.scores(ofRows: rows, query: query)
        for row in 0..<11 {
            #expect(kernels.dot(Array(rows[row * 77..<(row + 1) * 77]), query) == together[row])
        }
    }

    @Test("rows may start at any float of borrowed memory", arguments: available)
    func borrowedRows(instructions: InstructionSet) {
        var generator = SeededGenerator(seed: 3)
        let memory = generator.floats(1 + 5 * 32)
        let query = generator.floats(32)
        let kernels = VectorKernels(instructions)
        let scores = memory.withUnsafeBufferPointer {
            kernels.scores(ofRows: UnsafeBufferPointer(rebasing: $0[1...]), query: query)
        }
        #expect(scores == kernels.scores(ofRows: Array(memory[1...]), query: query))
    }

    @Test("the nearest rows come best first, equal ones by index")
    func nearest() {
        let rows: [Float] = [0, 1, 1, 0, 0.6, 0.8, 1, 0]
        let nearest = rows.withUnsafeBufferPointer { VectorKernels().nearest(3, toQuery: [1, 0], inRows: $0) }
        #expect(nearest.map(\.index) == [1, 3, 2])
        #expect(nearest.map(\.score) == [1, 1, 0.6])
    }

    @Test("normalising gives length 1 and keeps the direction; zero stays zero")
    func normalize() {
        var vector: [Float] = [3, 0, -4]
        VectorKernels().normalize(&vector)
        for (value, expected) in zip(vector, [0.6, 0, -0.8] as [Float]) { #expect(abs(value - expected) < 1e-7) }
        var zero: [Float] = [0, 0]
        VectorKernels().normalize(&zero)
        #expect(zero == [0, 0])
    }
}
