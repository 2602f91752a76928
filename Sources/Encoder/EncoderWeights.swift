import Kernels

/// The weights of a BERT or MPNet model, in place in its file.
struct EncoderWeights: Sendable {
    /// A linear layer.
    struct Linear: Sendable {
        /// Rows of as many values as the layer has inputs.
        let weights: FloatTensor
        let bias: FloatTensor

        /// Gives weights and bias to `body`, for as long as it runs.
        func withValues(_ body: (_ weights: UnsafeBufferPointer<Float>, _ bias: UnsafeBufferPointer<Float>) -> Void) {
            weights.withValues { weights in bias.withValues { bias in body(weights, bias) } }
        }
    }

    /// A layer normalisation.
    struct Norm: Sendable {
        let gain: FloatTensor
        let bias: FloatTensor

        /// Gives gain and bias to `body`, for as long as it runs.
        func withValues(_ body: (_ gain: UnsafeBufferPointer<Float>, _ bias: UnsafeBufferPointer<Float>) -> Void) {
            gain.withValues { gain in bias.withValues { bias in body(gain, bias) } }
        }
    }

    /// One layer of the network.
    struct Layer: Sendable {
        let query: Linear
        let key: Linear
        let value: Linear
        let attentionOutput: Linear
        let attentionNorm: Norm
        let up: Linear
        let down: Linear
        let outputNorm: Norm
    }

    let words: FloatTensor
    let positions: FloatTensor
    /// Vectors of the kinds of segments; nil where the model knows none.
    let tokenTypes: FloatTensor?
    /// What attention adds by distance; nil where the model adds nothing.
    let relativeBias: RelativeBias?
    let embeddingNorm: Norm
    let layers: [Layer]

    /// Finds all tensors a model of these dimensions needs, and checks their types and shapes.
    init(_ file: SafetensorsFile, _ dimensions: EncoderConfiguration) throws(EncoderError) {
        let hidden = dimensions.hiddenSize
        // A model with something on top keeps the encoder's tensors under the family's name.
        let prefix = file.has("\(dimensions.family.rawValue).\(Self.wordsName)") ? dimensions.family.rawValue + "." : ""
        words = try file.floats(prefix + Self.wordsName, shape: [dimensions.vocabularySize, hidden])
        positions = try file.floats(
            "\(prefix)embeddings.position_embeddings.weight",
            shape: [dimensions.maximumPositions, hidden]
        )
        switch dimensions.family {
        case .bert:
            let name = "\(prefix)embeddings.token_type_embeddings.weight"
            tokenTypes = try file.floats(name, shape: [dimensions.tokenTypes, hidden])
            relativeBias = nil
        case .mpnet:
            tokenTypes = nil
            let name = "\(prefix)encoder.relative_attention_bias.weight"
            let shape = [RelativePositions.buckets, dimensions.attentionHeads]
            relativeBias = RelativePositions.bias(
                try file.floats(name, shape: shape).withValues(Array.init),
                heads: dimensions.attentionHeads
            )
        }
        embeddingNorm = try Self.norm(file, "\(prefix)embeddings.LayerNorm", hidden)
        let names = Names(dimensions.family)
        var layers: [Layer] = []
        for index in 0..<dimensions.layers {
            let layer = "\(prefix)encoder.layer.\(index)"
            layers.append(
                Layer(
                    query: try Self.linear(file, "\(layer).\(names.query)", hidden, hidden),
                    key: try Self.linear(file, "\(layer).\(names.key)", hidden, hidden),
                    value: try Self.linear(file, "\(layer).\(names.value)", hidden, hidden),
                    attentionOutput: try Self.linear(file, "\(layer).\(names.attentionOutput)", hidden, hidden),
                    attentionNorm: try Self.norm(file, "\(layer).\(names.attentionNorm)", hidden),
                    up: try Self.linear(file, "\(layer).intermediate.dense", dimensions.intermediateSize, hidden),
                    down: try Self.linear(file, "\(layer).output.dense", hidden, dimensions.intermediateSize),
                    outputNorm: try Self.norm(file, "\(layer).output.LayerNorm", hidden)
                )
            )
        }
        self.layers = layers
    }

    private static let wordsName = "embeddings.word_embeddings.weight"

    /// What the parts of a layer's attention are called.
    private struct Names {
        let query: String
        let key: String
        let value: String
        let attentionOutput: String
        let attentionNorm: String

        init(_ family: EncoderConfiguration.Family) {
            switch family {
            case .bert:
                (query, key, value) = ("attention.self.query", "attention.self.key", "attention.self.value")
                (attentionOutput, attentionNorm) = ("attention.output.dense", "attention.output.LayerNorm")
            case .mpnet:
                (query, key, value) = ("attention.attn.q", "attention.attn.k", "attention.attn.v")
                (attentionOutput, attentionNorm) = ("attention.attn.o", "attention.LayerNorm")
            }
        }
    }

    static func linear(
        _ file: SafetensorsFile,
        _ name: String,
        _ outputs: Int,
        _ inputs: Int
    ) throws(EncoderError) -> Linear {
        Linear(
            weights: try file.floats("\(name).weight", shape: [outputs, inputs]),
            bias: try file.floats("\(name).bias", shape: [outputs])
        )
    }

    private static func norm(_ file: SafetensorsFile, _ name: String, _ features: Int) throws(EncoderError) -> Norm {
        Norm(
            gain: try file.floats("\(name).weight", shape: [features]),
            bias: try file.floats("\(name).bias", shape: [features])
        )
    }
}
