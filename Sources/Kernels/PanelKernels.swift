import CKernels

/// The steps of a transformer encoder over ``Panels``, in single precision on the calling thread.
///
/// What is computed for one vector depends on nothing else in the batch except, in `attend`, the vectors of its own
/// sentence, bit for bit.
public struct PanelKernels: @unchecked Sendable {
    // Sound to share: a table of C functions that have no state.
    private let kernels: ckernels_set

    /// The instructions in use.
    public let instructionSet: InstructionSet

    /// Kernels for an instruction set.
    ///
    /// - Precondition: the processor offers it.
    public init(_ instructionSet: InstructionSet = .best) {
        self.instructionSet = instructionSet
        kernels = instructionSet.availableKernels
    }

    /// A linear layer: feature `firstFeature + r` of each output is `bias[r]` plus the dot product of row `r` of
    /// `weights` and the input.
    ///
    /// - Parameters:
    ///   - weights: `bias.count` rows of `inputs.features` values each.
    ///   - outputs: as many panels as the inputs.
    public func linear(
        weights: UnsafeBufferPointer<Float>,
        bias: UnsafeBufferPointer<Float>,
        inputs: borrowing Panels,
        outputs: inout Panels,
        firstFeature: Int = 0
    ) {
        guard let weightsBase = weights.baseAddress, let biasBase = bias.baseAddress else {
            preconditionFailure("A linear layer needs weights.")
        }
        precondition(weights.count == bias.count * inputs.features, "Weights do not fit the inputs.")
        precondition(firstFeature >= 0 && firstFeature + bias.count <= outputs.features, "Weights exceed the outputs.")
        precondition(outputs.count == inputs.count, "Inputs and outputs differ in number.")
        kernels.linear(
            weightsBase,
            biasBase,
            bias.count,
            inputs.features,
            inputs.base,
            inputs.features * Panels.width,
            inputs.count,
            outputs.base + firstFeature * Panels.width,
            outputs.features * Panels.width
        )
    }

    /// Brings each vector to mean 0 and variance 1, then multiplies by `gain` and adds `bias`, feature by feature.
    public func normalizeLayer(
        _ values: inout Panels,
        gain: UnsafeBufferPointer<Float>,
        bias: UnsafeBufferPointer<Float>,
        epsilon: Float
    ) {
        normalizeLayer(&values, addends: nil, gain: gain, bias: bias, epsilon: epsilon)
    }

    /// Adds `addends` to the values (a residual connection) and normalises as `normalizeLayer` without them does.
    public func normalizeLayer(
        _ values: inout Panels,
        adding addends: borrowing Panels,
        gain: UnsafeBufferPointer<Float>,
        bias: UnsafeBufferPointer<Float>,
        epsilon: Float
    ) {
        precondition(addends.features == values.features && addends.count == values.count, "Addends do not fit.")
        normalizeLayer(&values, addends: addends.base, gain: gain, bias: bias, epsilon: epsilon)
    }

    /// The Gaussian error linear unit in its exact form, `x / 2 * (1 + erf(x / sqrt 2))`, within 2e-6.
    public func activate(_ values: inout Panels) {
        kernels.gelu(values.base, values.count * values.features * Panels.width)
    }

    /// A feed-forward layer: a linear layer, the activation, and a second linear layer, a few panels at a time so that
    /// what lies between stays in the processor's cache.
    ///
    /// - Parameters:
    ///   - up: `upBias.count` rows of `inputs.features` values each.
    ///   - down: `downBias.count` rows of `upBias.count` values each; there are as many as outputs have features.
    ///   - outputs: as many panels as the inputs.
    public func feedForward(
        up: UnsafeBufferPointer<Float>,
        upBias: UnsafeBufferPointer<Float>,
        down: UnsafeBufferPointer<Float>,
        downBias: UnsafeBufferPointer<Float>,
        inputs: borrowing Panels,
        outputs: inout Panels
    ) {
        let between = upBias.count
        precondition(between > 0 && up.count == between * inputs.features, "Weights do not fit the inputs.")
        precondition(down.count == outputs.features * between, "Weights do not fit the outputs.")
        precondition(downBias.count == outputs.features, "Bias does not fit the outputs.")
        precondition(outputs.count == inputs.count, "Inputs and outputs differ in number.")
        let inputStride = inputs.features * Panels.width
        let stride = between * Panels.width
        let outputStride = outputs.features * Panels.width
        let scratch = Panels(features: between, capacity: min(inputs.count, Self.feedForwardBlock))
        var first = 0
        while first < inputs.count {
            let count = min(inputs.count - first, Self.feedForwardBlock)
            let input = inputs.base + first * inputStride
            let output = outputs.base + first * outputStride
            let middle = scratch.base
            kernels.linear(
                up.baseAddress,
                upBias.baseAddress,
                between,
                inputs.features,
                input,
                inputStride,
                count,
                middle,
                stride
            )
            kernels.gelu(middle, count * stride)
            kernels.linear(
                down.baseAddress,
                downBias.baseAddress,
                outputs.features,
                between,
                middle,
                stride,
                count,
                output,
                outputStride
            )
            first += count
        }
    }

    private static let feedForwardBlock = 8

    /// Multi-head scaled dot-product attention within each sentence.
    ///
    /// - Parameters:
    ///   - projections: queries, keys and values one after the other, each as wide as the outputs.
    ///   - heads: divides the number of output features.
    ///   - sentences: which positions belong together.
    public func attend(
        projections: borrowing Panels,
        heads: Int,
        sentences: AttentionSpans,
        outputs: inout Panels
    ) {
        precondition(projections.features == 3 * outputs.features, "Projections do not fit the outputs.")
        precondition(heads > 0 && outputs.features % heads == 0, "Heads do not divide the features.")
        precondition(outputs.count == projections.count, "Inputs and outputs differ in number.")
        precondition(sentences.panels == projections.count, "Sentences do not fill the panels.")
        let scratch = Panels(features: Panels.width, capacity: projections.count)
        sentences.spans.withUnsafeBufferPointer { spans in
            kernels.attention(
                projections.base,
                projections.count,
                heads,
                outputs.features / heads,
                spans.baseAddress,
                scratch.base,
                outputs.base
            )
        }
    }

    private func normalizeLayer(
        _ values: inout Panels,
        addends: UnsafeMutablePointer<Float>?,
        gain: UnsafeBufferPointer<Float>,
        bias: UnsafeBufferPointer<Float>,
        epsilon: Float
    ) {
        precondition(gain.count == values.features && bias.count == values.features, "Gain or bias do not fit.")
        kernels.layer_norm(
            values.base,
            addends,
            values.features,
            values.count,
            gain.baseAddress,
            bias.baseAddress,
            epsilon
        )
    }
}
