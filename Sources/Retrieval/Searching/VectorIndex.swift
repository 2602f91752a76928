public import Kernels
public import Storage
import Synchronization

/// The vectors of all chunks in memory as signed bytes, one row each, in rising order of the chunks.
public struct VectorIndex: Sendable {
    private let vectors: PackedVectors
    private let store: IndexStore
    private let encoder: String
    private let kernels: VectorKernels
    private let workers: Int
    /// Where there are so many rows that reading all takes longest.
    private let signs: LateSigns?

    /// From so many rows on their signs are looked at first: an eighth of the memory, and the same ones found.
    static let rowsForSigns = 50_000
    /// Of so many rows the order is told by what their bytes leave out, too. The ten nearest are among the twenty nearest by bytes
    /// (of 1,000,000 in 384 dimensions, for each of 50 queries).
    static let settledRows = 40

    /// Reads the vectors that `store` has by the encoder `identifier`.
    ///
    /// - Parameter workers: Threads that look for the nearest rows.
    /// - Throws: `StorageError`.
    public init(
        _ store: IndexStore,
        encoder identifier: String,
        dimension: Int,
        kernels: VectorKernels = VectorKernels(),
        workers: Int
    ) throws {
        vectors = try store.vectors(encoder: identifier, dimension: dimension)
        self.store = store
        encoder = identifier
        self.kernels = kernels
        self.workers = workers
        signs = vectors.chunkIDs.count < Self.rowsForSigns ? nil : LateSigns()
    }

    /// The state of the store these are a copy of.
    public var generation: Int { vectors.generation }
    /// The chunk of each row.
    public var chunkIDs: [Int64] { vectors.chunkIDs }

    /// The rows nearest to `query` with their cosines, nearest first.
    ///
    /// The first few are in the order of their whole vectors, where the store has what the bytes leave out.
    /// - Throws: `StorageError`.
    public func nearest(_ limit: Int, to query: [Float]) throws -> [RankedIndex] {
        let found = kernels.nearest(
            max(limit, Self.settledRows),
            toQuery: query,
            inCodes: vectors.components,
            scales: vectors.scales,
            signs: signs?.next {
                kernels.signs(
                    ofCodes: vectors.components,
                    scales: vectors.scales,
                    dimension: vectors.dimension,
                    workers: workers
                )
            },
            workers: workers
        )
        return try settled(found, limit, query)
    }

    /// The rows nearest to `query` with their cosines, of some that follow each other.
    func nearest(_ limit: Int, to query: [Float], in rows: Range<Int>) throws -> [RankedIndex] {
        let own = (rows.lowerBound * vectors.dimension)..<(rows.upperBound * vectors.dimension)
        let found = kernels.nearest(
            max(limit, Self.settledRows),
            toQuery: query,
            inCodes: UnsafeBufferPointer(rebasing: vectors.components[own]),
            scales: UnsafeBufferPointer(rebasing: vectors.scales[rows]),
            workers: workers
        )
        return try settled(
            found.map { RankedIndex(index: $0.index + rows.lowerBound, score: $0.score) },
            limit,
            query
        )
    }

    /// The first of `found` by their whole vectors.
    private func settled(_ found: [RankedIndex], _ limit: Int, _ query: [Float]) throws -> [RankedIndex] {
        let head = found.prefix(Self.settledRows)
        let residuals = try store.residuals(
            ofChunks: head.map { chunkIDs[$0.index] },
            encoder: encoder,
            dimension: vectors.dimension
        )
        var best = TopSelection(limit: limit)
        for (row, residuals) in zip(head, residuals) {
            guard let residuals else {
                best.offer(row.index, score: row.score)
                continue
            }
            let own = (row.index * vectors.dimension)..<((row.index + 1) * vectors.dimension)
            let score = residuals.withUnsafeBytes { residuals in
                VectorCode.score(
                    components: UnsafeBufferPointer(rebasing: vectors.components[own]),
                    residuals: residuals.bindMemory(to: Int8.self),
                    scale: vectors.scales[row.index],
                    query: query
                )
            }
            best.offer(row.index, score: score)
        }
        for row in found.dropFirst(head.count) { best.offer(row.index, score: row.score) }
        return best.ranked
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

/// Signs that are made when they are asked for a second time: to make them takes longer than to search without them, and many a
/// process searches once.
private final class LateSigns: Sendable {
    private struct State {
        var isAsked = false
        var signs: SignRows?
    }

    private let state = Mutex(State())

    func next(_ make: () -> SignRows) -> SignRows? {
        state.withLock { state in
            if state.isAsked, state.signs == nil { state.signs = make() }
            state.isAsked = true
            return state.signs
        }
    }
}
