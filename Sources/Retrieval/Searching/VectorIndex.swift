import Kernels
import Storage

/// The vectors of all chunks in memory, one row each, side by side.
final class VectorIndex: Sendable {
    /// The state of the store these are a copy of.
    let generation: Int
    /// The chunk of each row.
    let chunkIDs: [Int64]

    // Proof of safety: written in init only, read-only afterwards, freed in deinit.
    private nonisolated(unsafe) let rows: UnsafeMutableBufferPointer<Float>
    private let dimension: Int

    init(store: IndexStore, encoder: any TextEncoder) throws {
        generation = try store.generation()
        let dimension = encoder.dimension
        var rows = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
        var chunkIDs: [Int64] = []
        do {
            try store.eachVector(
                encoder: encoder.identifier,
                reserve: { count in
                    rows = .allocate(capacity: count * dimension)
                    chunkIDs.reserveCapacity(count)
                },
                { chunkID, scale, components in
                    let start = chunkIDs.count * dimension
                    guard let base = rows.baseAddress, components.count == dimension, start + dimension <= rows.count
                    else { return }
                    VectorCode.decode(scale: scale, components: components, to: base + start)
                    chunkIDs.append(chunkID)
                }
            )
        } catch {
            rows.deallocate()
            throw error
        }
        self.dimension = dimension
        self.chunkIDs = chunkIDs
        self.rows = rows
    }

    deinit {
        rows.deallocate()
    }

    /// The cosine of every row with `query`, in their order.
    func cosines(with query: [Float], _ kernels: VectorKernels) -> [Float] {
        guard !chunkIDs.isEmpty else { return [] }
        let used = UnsafeBufferPointer(rebasing: rows[..<(chunkIDs.count * dimension)])
        return kernels.scores(ofRows: used, query: query)
    }
}
