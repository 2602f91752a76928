import Kernels
import Storage

/// The vectors of all chunks in memory, one row each, in rising order of the chunks.
struct VectorIndex: Sendable {
    private let vectors: PackedVectors

    init(_ vectors: PackedVectors) {
        self.vectors = vectors
    }

    /// The state of the store these are a copy of.
    var generation: Int { vectors.generation }
    /// The chunk of each row.
    var chunkIDs: [Int64] { vectors.chunkIDs }

    /// The cosine of every row with `query`, in their order.
    func cosines(with query: [Float], _ kernels: VectorKernels) -> [Float] {
        guard !chunkIDs.isEmpty else { return [] }
        return kernels.scores(ofCodes: vectors.components, scales: vectors.scales, query: query)
    }

    /// The row of a chunk; nil where it has no vector.
    func row(of chunkID: Int64) -> Int? {
        let row = firstRow(from: chunkID)
        return row < chunkIDs.count && chunkIDs[row] == chunkID ? row : nil
    }

    /// The rows of the chunks in a range of numbers.
    func rows(in range: ClosedRange<Int64>) -> Range<Int> {
        let start = firstRow(from: range.lowerBound)
        return start..<max(start, range.upperBound == .max ? chunkIDs.count : firstRow(from: range.upperBound + 1))
    }

    /// The first row whose chunk has this number or a higher one.
    private func firstRow(from chunkID: Int64) -> Int {
        var (low, high) = (0, chunkIDs.count)
        while low < high {
            let middle = (low + high) / 2
            if chunkIDs[middle] < chunkID { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
