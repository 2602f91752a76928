import Kernels
import Storage

/// The vectors of all chunks in memory, one row each, in rising order of the chunks.
struct VectorIndex: Sendable {
    private let vectors: PackedVectors
    private let kernels: VectorKernels
    private let workers: Int
    /// Where there are so many rows that reading all takes longest.
    private let signs: SignRows?

    /// From so many rows on their signs are looked at first.
    static let rowsForSigns = 250_000

    /// - Parameter workers: Threads that look for the nearest rows.
    init(_ vectors: PackedVectors, _ kernels: VectorKernels, workers: Int) {
        self.vectors = vectors
        self.kernels = kernels
        self.workers = workers
        signs =
            vectors.chunkIDs.count < Self.rowsForSigns
            ? nil
            : kernels.signs(ofCodes: vectors.components, scales: vectors.scales, dimension: vectors.dimension)
    }

    /// The state of the store these are a copy of.
    var generation: Int { vectors.generation }
    /// The chunk of each row.
    var chunkIDs: [Int64] { vectors.chunkIDs }

    /// The rows nearest to `query` with their cosines, nearest first.
    func nearest(_ limit: Int, to query: [Float]) -> [RankedIndex] {
        kernels.nearest(
            limit,
            toQuery: query,
            inCodes: vectors.components,
            scales: vectors.scales,
            signs: signs,
            workers: workers
        )
    }

    /// The rows nearest to `query` with their cosines, of some that follow each other.
    func nearest(_ limit: Int, to query: [Float], in rows: Range<Int>) -> [RankedIndex] {
        let own = (rows.lowerBound * vectors.dimension)..<(rows.upperBound * vectors.dimension)
        return kernels.nearest(
            limit,
            toQuery: query,
            inCodes: UnsafeBufferPointer(rebasing: vectors.components[own]),
            scales: UnsafeBufferPointer(rebasing: vectors.scales[rows]),
            workers: workers
        ).map { RankedIndex(index: $0.index + rows.lowerBound, score: $0.score) }
    }

    /// The cosines of some rows with `query`, in their order.
    func cosines(ofRows rows: [Int], with query: [Float]) -> [Float] {
        kernels.scores(ofCodes: vectors.components, scales: vectors.scales, rows: rows, query: query)
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
