import Kernels

extension EncoderWeights {
    /// The network as a whole, over these weights in place; nil where the instruction set has no kernels for it, the
    /// dimensions do not fill them, or the model's attention depends on distances.
    func tiles(
        _ dimensions: EncoderConfiguration,
        _ instructionSet: InstructionSet,
        _ precision: EncoderPrecision
    ) -> TileTransformer? {
        guard relativeBias == nil, let words = words.base, let positions = positions.base,
            let segment = tokenTypes?.base, let norm = embeddingNorm.onTiles
        else { return nil }
        let layers = layers.compactMap(\.onTiles)
        guard layers.count == self.layers.count else { return nil }
        return TileTransformer(
            features: dimensions.hiddenSize,
            heads: dimensions.attentionHeads,
            innerFeatures: dimensions.intermediateSize,
            epsilon: dimensions.layerNormEpsilon,
            embedding: TileTransformer.Embedding(
                words: words,
                positions: positions + dimensions.firstPosition * dimensions.hiddenSize,
                segment: segment,
                norm: norm
            ),
            layers: layers,
            instructionSet: instructionSet,
            precision: precision == .single ? .single : .reduced,
            owner: Owner(weights: self)
        )
    }

    private final class Owner: Sendable {
        let weights: EncoderWeights

        init(weights: EncoderWeights) {
            self.weights = weights
        }
    }
}

extension EncoderWeights.Linear {
    fileprivate var onTiles: TileTransformer.Linear? {
        guard let weights = weights.base, let bias = bias.base else { return nil }
        return TileTransformer.Linear(weights: weights, bias: bias)
    }
}

extension EncoderWeights.Norm {
    fileprivate var onTiles: TileTransformer.Norm? {
        guard let gain = gain.base, let bias = bias.base else { return nil }
        return TileTransformer.Norm(gain: gain, bias: bias)
    }
}

extension EncoderWeights.Layer {
    fileprivate var onTiles: TileTransformer.Layer? {
        guard let query = query.onTiles, let key = key.onTiles, let value = value.onTiles,
            let attentionOutput = attentionOutput.onTiles, let attentionNorm = attentionNorm.onTiles,
            let up = up.onTiles, let down = down.onTiles, let outputNorm = outputNorm.onTiles
        else { return nil }
        return TileTransformer.Layer(
            query: query,
            key: key,
            value: value,
            attentionOutput: attentionOutput,
            attentionNorm: attentionNorm,
            up: up,
            down: down,
            outputNorm: outputNorm
        )
    }
}
