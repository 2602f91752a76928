/// Activations of a network, sixteen vectors side by side: feature `f` of vector `v` lies at `f * 16 + v % 16` of panel
/// `v / 16`.
///
/// In this layout every step of an encoder (linear layers, normalisation, attention) works on sixteen vectors at once
/// without rearranging anything, and vectors of different sentences share a panel without influencing each other.
public struct Panels: ~Copyable {
    /// Vectors in a panel.
    public static let width = 16

    /// Values in a vector.
    public let features: Int
    /// The largest possible `count`.
    public let capacity: Int
    /// Panels in use; kernels leave the others alone.
    public var count: Int {
        didSet { precondition((0...capacity).contains(count), "\(count) panels exceed the capacity of \(capacity).") }
    }

    let base: UnsafeMutablePointer<Float>

    /// Memory for `capacity` panels of zeros, all in use.
    public init(features: Int, capacity: Int) {
        precondition(features > 0 && capacity >= 0, "Panels need at least one feature.")
        self.features = features
        self.capacity = capacity
        count = capacity
        let floats = max(1, features * capacity) * Self.width
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: floats * MemoryLayout<Float>.stride,
            alignment: Self.alignment
        )
        base = memory.bindMemory(to: Float.self, capacity: floats)
        base.initialize(repeating: 0, count: floats)
    }

    deinit {
        UnsafeMutableRawPointer(base).deallocate()
    }

    /// Panels needed for a number of vectors.
    public static func needed(for vectors: Int) -> Int {
        (vectors + width - 1) / width
    }

    /// One value of one vector.
    public subscript(vector vector: Int, feature feature: Int) -> Float {
        get { base[offset(vector, feature)] }
        set { base[offset(vector, feature)] = newValue }
    }

    /// Writes a whole vector, given as the sum of `parts` of equal length.
    public mutating func setVector(_ vector: Int, toSumOf parts: UnsafePointer<Float>...) {
        setVector(vector, toSumOf: parts)
    }

    /// Writes a whole vector, given as the sum of `parts`, each pointing to `features` values.
    public mutating func setVector(_ vector: Int, toSumOf parts: [UnsafePointer<Float>]) {
        var target = base + offset(vector, 0)
        for feature in 0..<features {
            var sum: Float = 0
            for part in parts { sum += part[feature] }
            target.pointee = sum
            target += Self.width
        }
    }

    /// Writes zeros from a vector to the end of its panel: lanes that no vector uses.
    public mutating func clear(from vector: Int) {
        var lane = vector
        while lane % Self.width != 0 {
            for feature in 0..<features { base[offset(lane, feature)] = 0 }
            lane += 1
        }
    }

    /// Adds up a run of vectors feature by feature, in order, into `sums`, which holds `features` values.
    public borrowing func sum(of vectors: Range<Int>, into sums: UnsafeMutablePointer<Float>) {
        precondition(vectors.lowerBound >= 0 && vectors.upperBound <= count * Self.width, "No such vectors.")
        for feature in 0..<features {
            var sum: Float = 0
            var vector = vectors.lowerBound
            while vector < vectors.upperBound {
                let panel = vector / Self.width
                let end = min(vectors.upperBound, (panel + 1) * Self.width)
                let row = base + (panel * features + feature) * Self.width - panel * Self.width
                while vector < end {
                    sum += row[vector]
                    vector += 1
                }
            }
            sums[feature] = sum
        }
    }

    private static let alignment = 64

    private borrowing func offset(_ vector: Int, _ feature: Int) -> Int {
        precondition(
            vector >= 0 && vector < count * Self.width && feature >= 0 && feature < features,
            "No such value."
        )
        return (vector / Self.width * features + feature) * Self.width + vector % Self.width
    }
}
