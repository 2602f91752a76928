import Kernels
import Storage

/// The vectors of all chunks in memory, one row each, side by side.
final class VectorIndex: Sendable {
    /// The state of the store these are a copy of.
    let generation: Int
    /// The chunk of each row.
    let chunkIDs: [Int64]

    // Proof of safety: both are written in init only, read-only afterwards, freed in deinit.
    private nonisolated(unsafe) let rows: UnsafeMutableBufferPointer<Int8>
    private nonisolated(unsafe) let scales: UnsafeMutableBufferPointer<Float>
    private let dimension: Int

    init(store: IndexStore, encoder: any TextEncoder) throws {
        generation = try store.generation()
        let dimension = encoder.dimension
        var rows = UnsafeMutableBufferPointer<Int8>(start: nil, count: 0)
        var scales = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
        var chunkIDs: [Int64] = []
        do {
            try store.eachVector(
                encoder: encoder.identifier,
                reserve: { count in
                    rows = .allocate(capacity: count * dimension)
                    scales = .allocate(capacity: count)
                    chunkIDs.reserveCapacity(count)
                },
                { chunkID, scale, components in
                    let row = chunkIDs.count
                    guard row < scales.count, components.count == dimension, let base = rows.baseAddress,
                        let values = components.baseAddress
                    else { return }
                    (base + row * dimension).update(from: values, count: dimension)
                    scales[row] = scale
                    chunkIDs.append(chunkID)
                }
            )
        } catch {
            rows.deallocate()
            scales.deallocate()
            throw error
        }
        self.dimension = dimension
        self.chunkIDs = chunkIDs
        self.rows = rows
        self.scales = scales
    }

    deinit {
        rows.deallocate()
        scales.deallocate()
    }

    /// The cosine of every row with `query`, in their order.
    func cosines(with query: [Float], _ kernels: VectorKernels) -> [Float] {
        let count = chunkIDs.count
        guard count > 0 else { return [] }
        return kernels.scores(
            ofCodes: UnsafeBufferPointer(rebasing: rows[..<(count * dimension)]),
            scales: UnsafeBufferPointer(rebasing: scales[..<count]),
            query: query
        )
    }
}
