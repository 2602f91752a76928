public import Foundation
public import Storage

/// Vectors as signed bytes: a fourth of the room, and the same order of neighbours for nearly all that searching needs. Where the
/// order of the nearest counts, a second byte for each value tells what the first leaves out.
enum VectorCode {
    /// Steps of a residual in one of a component: as many as there are from half a step below to half a step above.
    private static let steps = 254

    /// The components of `vector`, what a component of 1 is worth, and what each leaves out; nil if a value is not a finite number.
    static func encode(_ vector: ArraySlice<Float>) -> (scale: Float, components: [Int8], residuals: [Int8])? {
        var largest: Float = 0
        for value in vector {
            guard value.isFinite else { return nil }
            largest = max(largest, abs(value))
        }
        let scale = largest / 127
        guard scale > 0 else {
            let zeros = [Int8](repeating: 0, count: vector.count)
            return (0, zeros, zeros)
        }
        var (components, residuals) = ([Int8](), [Int8]())
        components.reserveCapacity(vector.count)
        residuals.reserveCapacity(vector.count)
        for value in vector {
            let whole = (value / scale).rounded()
            components.append(Int8(max(-127, min(127, whole))))
            residuals.append(Int8(max(-127, min(127, ((value / scale - whole) * Float(steps)).rounded()))))
        }
        return (scale, components, residuals)
    }

    /// The dot product of a query with a vector of that form.
    ///
    /// The sum is made in one order in double precision, and so is the same on every processor.
    static func score(
        components: UnsafeBufferPointer<Int8>,
        residuals: UnsafeBufferPointer<Int8>,
        scale: Float,
        query: [Float]
    ) -> Float {
        var sum = 0.0
        for (place, value) in query.enumerated() {
            sum += Double(value) * Double(steps * Int(components[place]) + Int(residuals[place]))
        }
        return Float(sum * Double(scale) / Double(steps))
    }
}

extension VectorRecord {
    /// The record of a chunk's vector; nil if a value is not a finite number.
    public init?(hash: Data, vector: ArraySlice<Float>) {
        guard let code = VectorCode.encode(vector) else { return nil }
        self.init(hash: hash, scale: code.scale, components: code.components, residuals: code.residuals)
    }
}
