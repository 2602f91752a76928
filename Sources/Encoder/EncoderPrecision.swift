/// How exactly an encoder calculates the products of weights and activations. All else is in single precision.
public enum EncoderPrecision: String, CaseIterable, Hashable, Sendable {
    /// As good as 32-bit floats.
    case single
    /// With 8 significant bits: in bfloat16 where the processor has matrix tiles for it, in bytes where it has AVX-512 VNNI;
    /// elsewhere as `single`.
    case reduced
}
