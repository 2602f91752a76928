import Kernels

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif

/// The distances that MPNet tells apart, as T5 does (Raffel and others, 2020, section 2.1): small ones one by one, larger ones
/// in classes whose width grows with the logarithm, up to 128.
enum RelativePositions {
    /// Classes of distances: half of them for what stands before, half for what stands behind.
    static let buckets = 32

    private static let farthest = 128

    /// The bias by distance from a table of `buckets` rows with a value for each head.
    static func bias(_ values: [Float], heads: Int) -> RelativeBias {
        RelativeBias(heads: heads, reach: farthest) { head, offset in values[bucket(of: offset) * heads + head] }
    }

    /// The class of a distance: that of the key from the query, negative before it.
    static func bucket(of offset: Int) -> Int {
        let side = offset > 0 ? buckets / 2 : 0
        let distance = abs(offset)
        let exact = buckets / 4
        guard distance >= exact else { return side + distance }
        // In single precision, as the reference computes it.
        let share = logf(Float(distance) / Float(exact)) / logf(Float(farthest) / Float(exact))
        return side + min(exact + Int(share * Float(buckets / 2 - exact)), buckets / 2 - 1)
    }
}
