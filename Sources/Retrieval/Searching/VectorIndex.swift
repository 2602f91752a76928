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
        try nearest(limit, to: query, in: nil).rows
    }

    /// The rows nearest to `query`, of all or of those in some ranges, and the cosines by whole vectors that were read for that.
    func nearest(
        _ limit: Int,
        to query: [Float],
        in ranges: [Range<Int>]?
    ) throws -> (rows: [RankedIndex], cosines: [Int: Float]) {
        let found: [RankedIndex]
        if let ranges {
            var best = TopSelection(limit: max(limit, Self.settledRows))
            for range in ranges {
                for row in nearestByBytes(limit, to: query, in: range) { best.offer(row.index, score: row.score) }
            }
            found = best.ranked
        } else {
            found = nearestByBytes(limit, to: query)
        }
        let cosines = try wholeCosines(ofRows: found.prefix(Self.settledRows).map(\.index), with: query)
        var best = TopSelection(limit: limit)
        for row in found { best.offer(row.index, score: cosines[row.index] ?? row.score) }
        return (best.ranked, cosines)
    }

    private func nearestByBytes(_ limit: Int, to query: [Float]) -> [RankedIndex] {
        kernels.nearest(
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
    }

    /// The same of rows that follow each other.
    private func nearestByBytes(_ limit: Int, to query: [Float], in rows: Range<Int>) -> [RankedIndex] {
        let own = (rows.lowerBound * vectors.dimension)..<(rows.upperBound * vectors.dimension)
        return kernels.nearest(
            max(limit, Self.settledRows),
            toQuery: query,
            inCodes: UnsafeBufferPointer(rebasing: vectors.components[own]),
            scales: UnsafeBufferPointer(rebasing: vectors.scales[rows]),
            workers: workers
        )
        .map { RankedIndex(index: $0.index + rows.lowerBound, score: $0.score) }
    }

    /// The cosines of some rows by their whole vectors, where the store has what the bytes leave out: one read for all of them.
    /// - Throws: `StorageError`.
    func wholeCosines(ofRows rows: [Int], with query: [Float]) throws -> [Int: Float] {
        guard !rows.isEmpty else { return [:] }
        let residuals = try store.residuals(
            ofChunks: rows.map { chunkIDs[$0] },
            encoder: encoder,
            dimension: vectors.dimension
        )
        var cosines: [Int: Float] = [:]
        for (row, residuals) in zip(rows, residuals) {
            guard let residuals else { continue }
            let own = (row * vectors.dimension)..<((row + 1) * vectors.dimension)
            cosines[row] = residuals.withUnsafeBytes { residuals in
                VectorCode.score(
                    components: UnsafeBufferPointer(rebasing: vectors.components[own]),
                    residuals: residuals.bindMemory(to: Int8.self),
                    scale: vectors.scales[row],
                    query: query
                )
            }
        }
        return cosines
    }

    /// The cosines of some rows with `query` by their bytes, in their order.
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
