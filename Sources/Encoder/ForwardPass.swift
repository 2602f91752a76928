import Kernels

/// A run of a batch of token sequences through the network.
///
/// The sequences lie one directly after the other, without padding. In every step a token meets only its own sequence, so
/// a vector does not depend on the rest of the batch, bit for bit.
struct ForwardPass {
    let weights: EncoderWeights
    let dimensions: EncoderConfiguration
    let panelKernels: PanelKernels
    let vectorKernels: VectorKernels
    var pooling = SentencePooling.mean
    /// The same network as a whole, where there are kernels for it; it then does the work for single segments.
    var tiles: TileTransformer?

    /// The vector of each sequence by the model's pooling, scaled to length 1; row after row.
    ///
    /// - Precondition: no sequence is empty or longer than the model's positions, and every id is in the vocabulary.
    ///
    /// - Parameter threads: how many may share the work, where that is possible.
    func sentenceVectors(_ sequences: [[Int32]], threads: Int = 1) -> [Float] {
        let hidden = dimensions.hiddenSize
        if let tiles {
            // The mean and the sum differ by a factor that normalising removes.
            let pooled = pooling == .mean ? Int.max : 1
            return normalized(tiles.sentenceSums(sequences, tokens: pooled, threads: threads))
        }
        let states = tokenStates(sequences)
        var vectors = [Float](repeating: 0, count: sequences.count * hidden)
        vectors.withUnsafeMutableBufferPointer { vectors in
            var first = 0
            for (row, sequence) in sequences.enumerated() {
                let vector = UnsafeMutableBufferPointer(rebasing: vectors[row * hidden..<(row + 1) * hidden])
                let pooled = pooling == .mean ? sequence.count : 1
                if let base = vector.baseAddress { states.sum(of: first..<first + pooled, into: base) }
                // The mean and the sum differ by a factor that normalising removes.
                vectorKernels.normalize(vector)
                first += sequence.count
            }
        }
        return vectors
    }

    /// Rows scaled to length 1.
    private func normalized(_ rows: [Float]) -> [Float] {
        let hidden = dimensions.hiddenSize
        var rows = rows
        rows.withUnsafeMutableBufferPointer { rows in
            for start in stride(from: 0, to: rows.count, by: hidden) {
                vectorKernels.normalize(UnsafeMutableBufferPointer(rebasing: rows[start..<start + hidden]))
            }
        }
        return rows
    }

    /// The last hidden state of each sequence's first token; row after row.
    ///
    /// - Parameter secondSegments: where the second segment of each sequence begins; as many as there are sequences.
    /// - Precondition: as for `sentenceVectors`, and the model tells segments apart.
    func firstStates(_ sequences: [[Int32]], secondSegments: [Int]) -> [Float] {
        let hidden = dimensions.hiddenSize
        let states = tokenStates(sequences, secondSegments: secondSegments)
        var vectors = [Float](repeating: 0, count: sequences.count * hidden)
        vectors.withUnsafeMutableBufferPointer { vectors in
            var first = 0
            for (row, sequence) in sequences.enumerated() {
                if let base = vectors.baseAddress { states.sum(of: first..<first + 1, into: base + row * hidden) }
                first += sequence.count
            }
        }
        return vectors
    }

    /// The last hidden state of every token.
    ///
    /// - Parameter secondSegments: where the second segment of each sequence begins; empty where all are of the first.
    private func tokenStates(_ sequences: [[Int32]], secondSegments: [Int] = []) -> Panels {
        let lengths = sequences.map(\.count)
        let spans = AttentionSpans(sentenceLengths: lengths)
        let hidden = dimensions.hiddenSize
        var states = embed(sequences, secondSegments, panels: spans.panels)
        var projections = Panels(features: 3 * hidden, capacity: spans.panels)
        var attended = Panels(features: hidden, capacity: spans.panels)
        var output = Panels(features: hidden, capacity: spans.panels)
        for layer in weights.layers {
            for (index, part) in [layer.query, layer.key, layer.value].enumerated() {
                apply(part, to: states, into: &projections, firstFeature: index * hidden)
            }
            if let bias = weights.relativeBias {
                panelKernels.attend(projections: projections, bias: bias, sentenceLengths: lengths, outputs: &attended)
            } else {
                panelKernels.attend(
                    projections: projections,
                    heads: dimensions.attentionHeads,
                    sentences: spans,
                    outputs: &attended
                )
            }
            apply(layer.attentionOutput, to: attended, into: &output)
            normalize(&states, adding: output, layer.attentionNorm)
            feedForward(layer, from: states, into: &output)
            normalize(&states, adding: output, layer.outputNorm)
        }
        return states
    }

    /// The sum of word, position and segment embeddings of every token, normalised.
    private func embed(_ sequences: [[Int32]], _ secondSegments: [Int], panels: Int) -> Panels {
        let hidden = dimensions.hiddenSize
        var states = Panels(features: hidden, capacity: panels)
        withEmbeddings { words, positions, segments in
            var vector = 0
            for (index, sequence) in sequences.enumerated() {
                let second = secondSegments.isEmpty ? sequence.count : secondSegments[index]
                for (place, id) in sequence.enumerated() {
                    let position = positions + (dimensions.firstPosition + place) * hidden
                    var parts = [words + Int(id) * hidden, position]
                    if let segments { parts.append(segments + (place < second ? 0 : hidden)) }
                    states.setVector(vector, toSumOf: parts)
                    vector += 1
                }
            }
        }
        weights.embeddingNorm.withValues { gain, bias in
            panelKernels.normalizeLayer(&states, gain: gain, bias: bias, epsilon: dimensions.layerNormEpsilon)
        }
        return states
    }

    /// Gives the embeddings of words, positions and segments to `body`, for as long as it runs.
    private func withEmbeddings(
        _ body: (_ words: UnsafePointer<Float>, _ positions: UnsafePointer<Float>, _ segments: UnsafePointer<Float>?)
            -> Void
    ) {
        weights.words.withValues { words in
            weights.positions.withValues { positions in
                // None has a base where the model has no dimension at all; then there is nothing to add up.
                guard let words = words.baseAddress, let positions = positions.baseAddress else { return }
                if let tokenTypes = weights.tokenTypes {
                    tokenTypes.withValues { body(words, positions, $0.baseAddress) }
                } else {
                    body(words, positions, nil)
                }
            }
        }
    }

    private func feedForward(
        _ layer: EncoderWeights.Layer,
        from inputs: borrowing Panels,
        into outputs: inout Panels
    ) {
        layer.up.withValues { up, upBias in
            layer.down.withValues { down, downBias in
                panelKernels.feedForward(
                    up: up,
                    upBias: upBias,
                    down: down,
                    downBias: downBias,
                    inputs: inputs,
                    outputs: &outputs
                )
            }
        }
    }

    private func apply(
        _ layer: EncoderWeights.Linear,
        to inputs: borrowing Panels,
        into outputs: inout Panels,
        firstFeature: Int = 0
    ) {
        layer.withValues { weights, bias in
            panelKernels.linear(
                weights: weights,
                bias: bias,
                inputs: inputs,
                outputs: &outputs,
                firstFeature: firstFeature
            )
        }
    }

    private func normalize(_ values: inout Panels, adding addends: borrowing Panels, _ norm: EncoderWeights.Norm) {
        norm.withValues { gain, bias in
            panelKernels.normalizeLayer(
                &values,
                adding: addends,
                gain: gain,
                bias: bias,
                epsilon: dimensions.layerNormEpsilon
            )
        }
    }
}
