import CKernels
import Synchronization

/// The weights of a network packed as they are multiplied, once so much has been encoded that it pays.
///
/// Packing rounds exactly as converting on the way does, so that no result depends on when it happens.
final class TilePacking: @unchecked Sendable {
    // Sound to share: the network given is only read, and `state` guards the rest.

    private struct State {
        var tokens = 0
        var isPacking = false
        // Written once, before anyone else has it, and then only read.
        nonisolated(unsafe) var packed: UnsafeMutablePointer<ckernels_tile_network>?
    }

    private let network: UnsafePointer<ckernels_tile_network>
    private let kernels: ckernels_tiles
    private let state = Mutex(State())

    /// After so many tokens weights are packed: converting them on the way has then cost more than packing will.
    private static let patience = 2_048

    init(network: UnsafePointer<ckernels_tile_network>, kernels: ckernels_tiles) {
        self.network = network
        self.kernels = kernels
    }

    deinit {
        state.withLock { state in
            guard let packed = state.packed else { return }
            let layers = UnsafeMutablePointer(mutating: packed.pointee.layers)
            if packed.pointee.layer_count > 0 { layers?.pointee.projections.0.packed?.deallocate() }
            layers?.deallocate()
            packed.deallocate()
        }
    }

    /// Gives the network to `body`, with packed weights where that pays by now.
    func withWeights(afterTokens tokens: Int, _ body: (UnsafePointer<ckernels_tile_network>) -> Void) {
        guard network.pointee.layer_count > 0 else { return body(network) }
        let (packed, isOurs) = state.withLock { state -> (UnsafeMutablePointer<ckernels_tile_network>?, Bool) in
            state.tokens += tokens
            guard state.packed == nil, !state.isPacking, state.tokens > Self.patience else {
                return (state.packed, false)
            }
            state.isPacking = true
            return (nil, true)
        }
        guard isOurs else {
            guard let packed else { return body(network) }
            return body(packed)
        }
        let made = pack()
        state.withLock { $0.packed = made }
        body(made)
    }

    private func pack() -> UnsafeMutablePointer<ckernels_tile_network> {
        let count = network.pointee.layer_count
        let (features, inner) = (network.pointee.features, network.pointee.inner_features)
        let terms = network.pointee.terms
        let shapes = [(features, features), (inner, features), (features, inner)]
        let bytes = shapes.map { kernels.packed_bytes($0.0, $0.1, terms) }
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: count * (4 * bytes[0] + bytes[1] + bytes[2]),
            alignment: 64
        )
        var next = memory
        func pack(_ linear: inout ckernels_tile_linear, _ shape: Int) {
            let (rows, depth) = shapes[shape]
            kernels.pack(linear.weights, rows, depth, terms, next)
            linear.packed = UnsafeRawPointer(next)
            next += bytes[shape]
        }
        let layers = UnsafeMutablePointer<ckernels_tile_layer>.allocate(capacity: count)
        for index in 0..<count {
            guard var layer = network.pointee.layers?[index] else { continue }
            pack(&layer.projections.0, 0)
            pack(&layer.projections.1, 0)
            pack(&layer.projections.2, 0)
            pack(&layer.attention_output, 0)
            pack(&layer.up, 1)
            pack(&layer.down, 2)
            (layers + index).initialize(to: layer)
        }
        let packed = UnsafeMutablePointer<ckernels_tile_network>.allocate(capacity: 1)
        packed.initialize(to: network.pointee)
        packed.pointee.layers = UnsafePointer(layers)
        return packed
    }
}
