/// The weights of a BERT model, in place in its file.
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
    let tokenTypes: FloatTensor
    let embeddingNorm: Norm
    let layers: [Layer]

    /// Finds all tensors a model of these dimensions needs, and checks their types and shapes.
    init(_ file: SafetensorsFile, _ dimensions: EncoderConfiguration) throws(EncoderError) {
        let hidden = dimensions.hiddenSize
        words = try file.floats("embeddings.word_embeddings.weight", shape: [dimensions.vocabularySize, hidden])
        positions = try file.floats(
            "embeddings.position_embeddings.weight",
            shape: [dimensions.maximumPositions, hidden]
        )
        tokenTypes = try file.floats("embeddings.token_type_embeddings.weight", shape: [dimensions.tokenTypes, hidden])
        embeddingNorm = try Self.norm(file, "embeddings.LayerNorm", hidden)
        var layers: [Layer] = []
        for index in 0..<dimensions.layers {
            let layer = "encoder.layer.\(index)"
            layers.append(
                Layer(
                    query: try Self.linear(file, "\(layer).attention.self.query", hidden, hidden),
                    key: try Self.linear(file, "\(layer).attention.self.key", hidden, hidden),
                    value: try Self.linear(file, "\(layer).attention.self.value", hidden, hidden),
                    attentionOutput: try Self.linear(file, "\(layer).attention.output.dense", hidden, hidden),
                    attentionNorm: try Self.norm(file, "\(layer).attention.output.LayerNorm", hidden),
                    up: try Self.linear(file, "\(layer).intermediate.dense", dimensions.intermediateSize, hidden),
                    down: try Self.linear(file, "\(layer).output.dense", hidden, dimensions.intermediateSize),
                    outputNorm: try Self.norm(file, "\(layer).output.LayerNorm", hidden)
                )
            )
        }
        self.layers = layers
    }

    private static func linear(
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
