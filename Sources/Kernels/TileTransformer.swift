import CKernels

#if canImport(Dispatch)
    import Dispatch
#endif

/// A transformer encoder that runs as a whole in C, by the processor's matrix tiles (AMX with bfloat16) or by its vectors.
///
/// On tiles, sums are in single precision and factors are bfloat16: with ``Precision/single`` every value is the sum of two,
/// which leaves the error of single precision nearly as it is; with ``Precision/reduced`` it is one. By vectors, all is in
/// single precision; in ``Precision/reduced``, weights and activations of the linear layers are bytes where the processor
/// multiplies those (AVX-512 VNNI). A sentence's result is the same bit for bit whatever stands beside it, and however many
/// threads work on it.
///
/// Weights are converted where they lie each time they are used, so that a first question waits for nothing, and packed
/// once enough has been encoded for that to pay; packed they take as much memory as in the file, or half of it in reduced
/// precision.
public final class TileTransformer: @unchecked Sendable {
    // Sound to share: the network is only read; what changes, the packed weights, is guarded by `packing`.

    /// How exact products are; on tiles, how many bfloat16 terms stand for a value.
    public enum Precision: Int, Sendable {
        /// 8 significant bits.
        case reduced = 1
        /// Nearly as floats, or floats.
        case single = 2
    }

    /// A linear layer: rows of weights, and a bias for each.
    public struct Linear {
        let weights: UnsafePointer<Float>
        let bias: UnsafePointer<Float>

        /// A layer over memory that stays in place.
        public init(weights: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
            self.weights = weights
            self.bias = bias
        }
    }

    /// A layer normalisation.
    public struct Norm {
        let gain: UnsafePointer<Float>
        let bias: UnsafePointer<Float>

        /// A normalisation over memory that stays in place.
        public init(gain: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
            self.gain = gain
            self.bias = bias
        }
    }

    /// One layer of the network.
    public struct Layer {
        let query: Linear
        let key: Linear
        let value: Linear
        let attentionOutput: Linear
        let attentionNorm: Norm
        let up: Linear
        let down: Linear
        let outputNorm: Norm

        /// A layer of its parts.
        public init(
            query: Linear,
            key: Linear,
            value: Linear,
            attentionOutput: Linear,
            attentionNorm: Norm,
            up: Linear,
            down: Linear,
            outputNorm: Norm
        ) {
            self.query = query
            self.key = key
            self.value = value
            self.attentionOutput = attentionOutput
            self.attentionNorm = attentionNorm
            self.up = up
            self.down = down
            self.outputNorm = outputNorm
        }
    }

    /// What a network embeds tokens with, before its first layer.
    public struct Embedding {
        let words: UnsafePointer<Float>
        let positions: UnsafePointer<Float>
        let segment: UnsafePointer<Float>
        let norm: Norm

        /// Rows of words and of positions, and the row of the only segment.
        public init(
            words: UnsafePointer<Float>,
            positions: UnsafePointer<Float>,
            segment: UnsafePointer<Float>,
            norm: Norm
        ) {
            self.words = words
            self.positions = positions
            self.segment = segment
            self.norm = norm
        }
    }

    /// Features of a token.
    public let features: Int
    /// How exact the products are.
    public let precision: Precision

    private let kernels: ckernels_tiles
    private let network: UnsafeMutablePointer<ckernels_tile_network>
    private let layers: UnsafeMutablePointer<ckernels_tile_layer>
    private let layerCount: Int
    private let packing: TilePacking
    private let owner: any AnyObject & Sendable

    /// A network over weights that `owner` keeps in place; nil where the instruction set has no kernels for it on this
    /// processor, or the network's dimensions do not fill them (features, inner features and the features of a head are
    /// multiples of 32).
    public init?(
        features: Int,
        heads: Int,
        innerFeatures: Int,
        epsilon: Float,
        embedding: Embedding,
        layers: [Layer],
        instructionSet: InstructionSet = .best,
        precision: Precision,
        owner: any AnyObject & Sendable
    ) {
        let unit = Int(CKERNELS_TILE_FEATURES)
        guard let kernels = instructionSet.transformerKernels(precision)?.pointee, heads > 0,
            features % (heads * unit) == 0, features > 0, innerFeatures > 0, innerFeatures % unit == 0
        else { return nil }
        self.features = features
        self.precision = precision
        self.kernels = kernels
        self.owner = owner
        layerCount = layers.count
        self.layers = .allocate(capacity: max(1, layers.count))
        for (index, layer) in layers.enumerated() {
            (self.layers + index).initialize(to: layer.unpacked)
        }
        network = .allocate(capacity: 1)
        network.initialize(
            to: ckernels_tile_network(
                features: features,
                heads: heads,
                inner_features: innerFeatures,
                epsilon: epsilon,
                terms: precision.rawValue,
                words: embedding.words,
                positions: embedding.positions,
                segment: embedding.segment,
                embedding_norm: embedding.norm.inC,
                layers: self.layers,
                layer_count: layers.count
            )
        )
        packing = TilePacking(network: network, kernels: kernels)
    }

    deinit {
        network.deallocate()
        layers.deallocate()
    }

    /// Whether this processor and this system offer tiles.
    static var hasTiles: Bool { ckernels_tiles_amx() != nil }

    /// The sum of the states of each sentence's first tokens after the last layer; row after row.
    ///
    /// - Parameters:
    ///   - sequences: ids of words, each below the vocabulary's size, no more than there are positions.
    ///   - tokens: how many of a sentence count, from its beginning on; all where it has no more.
    ///   - threads: 2 lets another thread share the work, which pays for a single sentence.
    public func sentenceSums(_ sequences: [[Int32]], tokens: Int = .max, threads: Int = 1) -> [Float] {
        withStates(sequences, threads: threads) { states, sentences in
            var sums = [Float](repeating: 0, count: sentences.count * features)
            sums.withUnsafeMutableBufferPointer { sums in
                guard let base = sums.baseAddress else { return }
                for (row, var sentence) in sentences.enumerated() {
                    sentence.length = Int32(min(Int(sentence.length), tokens))
                    kernels.sum(states, features, sentence, base + row * features)
                }
            }
            return sums
        }
    }

    /// The state of each token of some sentences after the last layer; row after row, sentence after sentence.
    ///
    /// - Parameter threads: 2 lets another thread share the work.
    public func tokenStates(_ sequences: [[Int32]], threads: Int = 1) -> [Float] {
        withStates(sequences, threads: threads) { states, sentences in
            let count = sequences.reduce(0) { $0 + $1.count } * features
            return [Float](unsafeUninitializedCapacity: count) { rows, initialized in
                guard var row = rows.baseAddress else { return }
                for sentence in sentences {
                    kernels.copy(states, features, sentence, row)
                    row += Int(sentence.length) * features
                }
                initialized = count
            }
        }
    }

    private func withStates(
        _ sequences: [[Int32]],
        threads: Int,
        _ body: (UnsafePointer<Float>, [ckernels_tile_sentence]) -> [Float]
    ) -> [Float] {
        var sentences: [ckernels_tile_sentence] = []
        sentences.reserveCapacity(sequences.count)
        var panels = 0
        for sequence in sequences {
            precondition(!sequence.isEmpty, "A sentence needs at least one token.")
            sentences.append(ckernels_tile_sentence(first_panel: Int32(panels), length: Int32(sequence.count)))
            panels += Panels.needed(for: sequence.count)
        }
        guard panels > 0 else { return [] }
        var ids = [Int32](repeating: -1, count: panels * Panels.width)
        for (sentence, sequence) in zip(sentences, sequences) {
            let first = Int(sentence.first_panel) * Panels.width
            ids.replaceSubrange(first..<first + sequence.count, with: sequence)
        }
        let longest = sequences.reduce(0) { max($0, $1.count) }
        let stateBytes = panels * features * Panels.width * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: stateBytes + kernels.memory(network, panels, longest),
            alignment: 64
        )
        defer { memory.deallocate() }
        let states = memory.bindMemory(to: Float.self, capacity: panels * features * Panels.width)
        return withExtendedLifetime(owner) {
            packing.withWeights(afterTokens: panels * Panels.width) { network in
                sentences.withUnsafeBufferPointer { sentences in
                    ids.withUnsafeBufferPointer { ids in
                        var batch = ckernels_tile_batch(
                            network: network,
                            sentences: sentences.baseAddress,
                            sentence_count: sentences.count,
                            panels: panels,
                            ids: ids.baseAddress,
                            states: states,
                            memory: memory + stateBytes
                        )
                        run(&batch, threads: threads)
                    }
                }
            }
            return body(states, sentences)
        }
    }

    private func run(_ batch: inout ckernels_tile_batch, threads: Int) {
        #if canImport(Dispatch)
            if threads > 1, let team = TileTeam() {
                let kernels = kernels
                DispatchQueue.global(qos: .userInteractive).async { kernels.help(team.team) }
                kernels.run(&batch, team.team)
                return
            }
        #endif
        kernels.run(&batch, nil)
    }
}

/// What two threads share; lives until both have let go of it.
private final class TileTeam: @unchecked Sendable {
    // Sound to share: the C functions synchronise through it by atomic operations.
    let team: OpaquePointer

    init?() {
        guard let team = ckernels_tile_team_make() else { return nil }
        self.team = team
    }

    deinit {
        ckernels_tile_team_free(team)
    }
}

extension TileTransformer.Linear {
    fileprivate var unpacked: ckernels_tile_linear {
        ckernels_tile_linear(weights: weights, bias: bias, packed: nil)
    }
}

extension TileTransformer.Norm {
    fileprivate var inC: ckernels_tile_norm { ckernels_tile_norm(gain: gain, bias: bias) }
}

extension TileTransformer.Layer {
    fileprivate var unpacked: ckernels_tile_layer {
        ckernels_tile_layer(
            projections: (query.unpacked, key.unpacked, value.unpacked),
            attention_output: attentionOutput.unpacked,
            attention_norm: attentionNorm.inC,
            up: up.unpacked,
            down: down.unpacked,
            output_norm: outputNorm.inC
        )
    }
}
