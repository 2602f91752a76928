/// Vectors as signed bytes: a fourth of the room, and the same order of neighbours for all that searching needs.
enum VectorCode {
    /// The bytes of `vector` and what a byte of 1 is worth; nil if a value is not a finite number.
    static func encode(_ vector: ArraySlice<Float>) -> (scale: Float, components: [Int8])? {
        var largest: Float = 0
        for value in vector {
            guard value.isFinite else { return nil }
            largest = max(largest, abs(value))
        }
        guard largest > 0 else { return (0, [Int8](repeating: 0, count: vector.count)) }
        let scale = largest / 127
        return (scale, vector.map { Int8(($0 / scale).rounded()) })
    }
}
