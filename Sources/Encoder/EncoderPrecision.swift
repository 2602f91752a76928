/// How exactly an encoder calculates the products of weights and activations. All else is in single precision.
public enum EncoderPrecision: String, CaseIterable, Hashable, Sendable {
    /// As good as 32-bit floats.
    case single
    /// In bfloat16, 8 significant bits, where the processor has matrix tiles for them; elsewhere as `single`.
    case reduced
}
