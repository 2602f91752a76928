import Kernels
import Testing

@Suite("Matrix products by OpenBLAS")
struct BLASTests {
    @Test("a product agrees with a plain loop", arguments: [(1, 1, 1), (3, 4, 5), (17, 9, 384), (64, 33, 10)])
    func productAgrees(rows: Int, columns: Int, depth: Int) {
        var generator = SeededGenerator(seed: 6)
        let left = generator.floats(rows * depth)
        let right = generator.floats(columns * depth)
        let product = BLAS.product(left, transposed: right, depth: depth)
        #expect(product.count == rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let expected = (0..<depth).reduce(0.0) {
                    $0 + Double(left[row * depth + $1]) * Double(right[column * depth + $1])
                }
                #expect(abs(Double(product[row * columns + column]) - expected) < 2e-5)
            }
        }
    }

    @Test("no rows give no product")
    func empty() {
        #expect(BLAS.product([], transposed: [1, 2], depth: 2).isEmpty)
        #expect(BLAS.product([1, 2], transposed: [], depth: 2).isEmpty)
    }

    @Test("a matrix times a vector agrees with the product of matrices")
    func matrixVector() {
        var generator = SeededGenerator(seed: 7)
        let rows = generator.floats(21 * 48)
        let vector = generator.floats(48)
        var scores = [Float](repeating: .nan, count: 21)
        rows.withUnsafeBufferPointer { rows in
            vector.withUnsafeBufferPointer { vector in
                scores.withUnsafeMutableBufferPointer { BLAS.multiply(rows: rows, vector: vector, into: $0) }
            }
        }
        for (score, expected) in zip(scores, BLAS.product(rows, transposed: vector, depth: 48)) {
            #expect(abs(score - expected) < 1e-5)
        }
    }

    @Test("the number of threads is the caller's to set")
    func threads() {
        let before = BLAS.threads
        defer { BLAS.setThreads(before) }
        BLAS.setThreads(1)
        #expect(BLAS.threads == 1)
        #expect(!BLAS.coreName.isEmpty)
    }
}
