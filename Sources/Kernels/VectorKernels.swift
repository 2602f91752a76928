import CKernels

/// Dot products in single precision on the calling thread: single ones, and of a query with every row of a matrix.
///
/// A row's score is the same whatever rows stand beside it.
public struct VectorKernels: @unchecked Sendable {
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

    /// The dot product of two vectors of equal length; the cosine where both have length 1.
    public func dot(_ left: [Float], _ right: [Float]) -> Float {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in dot(left, right) }
        }
    }

    /// The dot product of two vectors of equal length; the cosine where both have length 1.
    public func dot(_ left: UnsafeBufferPointer<Float>, _ right: UnsafeBufferPointer<Float>) -> Float {
        precondition(left.count == right.count, "Vectors of length \(left.count) and \(right.count).")
        var result: Float = 0
        kernels.scores(left.baseAddress, 1, left.count, right.baseAddress, &result)
        return result
    }

    /// The dot product of the query with each row of a row-major matrix.
    public func scores(ofRows rows: [Float], query: [Float]) -> [Float] {
        rows.withUnsafeBufferPointer { scores(ofRows: $0, query: query) }
    }

    /// The dot product of the query with each row of a row-major matrix, which may be mapped memory.
    ///
    /// - Parameter rows: a whole number of rows, each as long as the query.
    public func scores(ofRows rows: UnsafeBufferPointer<Float>, query: [Float]) -> [Float] {
        let count = query.isEmpty ? 0 : rows.count / query.count
        return [Float](unsafeUninitializedCapacity: count) { scores, initialized in
            query.withUnsafeBufferPointer { query in
                self.scores(ofRows: rows, query: query, into: UnsafeMutableBufferPointer(rebasing: scores[..<count]))
            }
            initialized = count
        }
    }

    /// The dot product of the query with each row of a row-major matrix.
    ///
    /// Bound by memory: about 4 ms for 100,000 rows of 384 values.
    ///
    /// - Parameters:
    ///   - rows: a whole number of rows, each as long as the query.
    ///   - scores: one place per row.
    public func scores(
        ofRows rows: UnsafeBufferPointer<Float>,
        query: UnsafeBufferPointer<Float>,
        into scores: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(rows.count == scores.count * query.count, "Rows do not fit the query.")
        kernels.scores(rows.baseAddress, scores.count, query.count, query.baseAddress, scores.baseAddress)
    }

    /// The dot product of the query with each row of signed bytes, each worth `scales[row]`.
    ///
    /// The query is rounded to whole steps of a few thousandths of its largest value, and the sums are exact: a score differs
    /// from that of the same bytes in single precision by less than 0.0005 where row and query have length 1, and is the same
    /// on all instruction sets. About 1 ms for 100,000 rows of 384 values.
    ///
    /// - Parameter codes: a whole number of rows, each as long as the query.
    public func scores(
        ofCodes codes: UnsafeBufferPointer<Int8>,
        scales: UnsafeBufferPointer<Float>,
        query: [Float]
    ) -> [Float] {
        precondition(codes.count == scales.count * query.count, "Codes do not fit the query.")
        guard !query.isEmpty else { return [Float](repeating: 0, count: scales.count) }
        // The most steps with which a sum over all values still fits 32 bits.
        let steps = min(4_095, Float(Int32.max / 128 / Int32(clamping: query.count)))
        let largest = query.reduce(0) { max($0, abs($1)) }
        let unit = largest > 0 && largest.isFinite ? largest / steps : 1
        let rounded = query.map { Int16(max(-steps, min(steps, ($0 / unit).rounded()))) }
        return [Float](unsafeUninitializedCapacity: scales.count) { scores, initialized in
            kernels.code_scores(
                codes.baseAddress,
                scales.baseAddress,
                scales.count,
                query.count,
                rounded,
                unit,
                scores.baseAddress
            )
            initialized = scales.count
        }
    }

    /// The rows of a row-major matrix with the highest dot products, best first; of equal ones the lower index first.
    public func nearest(
        _ limit: Int,
        toQuery query: [Float],
        inRows rows: UnsafeBufferPointer<Float>
    ) -> [RankedIndex] {
        TopSelection.best(limit, of: scores(ofRows: rows, query: query))
    }

    /// Scales a vector to length 1; a zero vector stays zero.
    public func normalize(_ vector: inout [Float]) {
        vector.withUnsafeMutableBufferPointer { normalize($0) }
    }

    /// Scales a vector to length 1; a zero vector stays zero.
    public func normalize(_ vector: UnsafeMutableBufferPointer<Float>) {
        let squares = dot(UnsafeBufferPointer(vector), UnsafeBufferPointer(vector))
        guard squares > 0 else { return }
        let scale = 1 / squares.squareRoot()
        for index in vector.indices { vector[index] *= scale }
    }
}
