import CKernels

/// A family of vector instructions the hand-written kernels are compiled for.
///
/// Results are the same for every number of threads and every batch; between instruction sets they differ in the last
/// bits.
public enum InstructionSet: String, CaseIterable, Sendable {
    /// What every processor of the architecture has: four floats at a time.
    case portable
    /// x86-64 with AVX2 and FMA: eight floats at a time.
    case avx2
    /// x86-64 with AVX-512 (F, BW, DQ, VL): sixteen floats at a time.
    case avx512
    /// x86-64 with AMX and bfloat16 besides: matrix tiles for the products of a ``TileTransformer``; all else is done as with
    /// `avx512`.
    case amx

    /// Whether this processor offers it.
    public var isAvailable: Bool { kernels != nil }

    /// The widest one this processor offers.
    public static var best: InstructionSet {
        allCases.last { $0.isAvailable } ?? .portable
    }

    /// The kernels compiled for it, which live as long as the program; nil where the processor lacks it.
    var kernels: UnsafePointer<ckernels_set>? {
        switch self {
        case .portable: ckernels_portable()
        case .avx2: ckernels_avx2()
        case .avx512: ckernels_avx512()
        case .amx: TileTransformer.hasTiles ? ckernels_avx512() : nil
        }
    }

    /// The kernels compiled for it.
    ///
    /// - Precondition: `isAvailable`.
    var availableKernels: ckernels_set {
        guard let kernels else { preconditionFailure("This processor has no \(rawValue) instructions.") }
        return kernels.pointee
    }

    /// The kernels of a whole transformer; nil where there are none, or the processor lacks what they need.
    func transformerKernels(_ precision: TileTransformer.Precision) -> UnsafePointer<ckernels_tiles>? {
        switch self {
        case .portable: nil
        case .avx2: ckernels_rows_avx2()
        case .avx512: precision == .reduced ? ckernels_rows_vnni() ?? ckernels_rows_avx512() : ckernels_rows_avx512()
        case .amx: ckernels_tiles_amx()
        }
    }

    /// The kernels for rows of bytes.
    ///
    /// - Precondition: `isAvailable`.
    var codeKernels: ckernels_codes {
        let kernels =
            switch self {
            case .portable: ckernels_codes_portable()
            case .avx2: ckernels_codes_avx2()
            case .avx512, .amx: ckernels_codes_avx512()
            }
        guard let kernels else { preconditionFailure("This processor has no \(rawValue) instructions.") }
        return kernels.pointee
    }
}
