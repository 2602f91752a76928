import CKernels

/// Dot products in single precision on the calling thread: single ones, and of a query with every row of a matrix.
///
/// A row's score is the same whatever rows stand beside it.
public struct VectorKernels: @unchecked Sendable {
    // Sound to share: a table of C functions that have no state.
    private let kernels: ckernels_set
    /// The same for rows of bytes.
    let codeKernels: ckernels_codes

    /// The instructions in use.
    public let instructionSet: InstructionSet

    /// Kernels for an instruction set.
    ///
    /// - Precondition: the processor offers it.
    public init(_ instructionSet: InstructionSet = .best) {
        self.instructionSet = instructionSet
        kernels = instructionSet.availableKernels
        codeKernels = instructionSet.codeKernels
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

    /// The rows of a row-major matrix with the highest dot products, best first; of equal ones the lower index first.
    ///
    /// The outcome is the same for any number of workers.
    /// - Parameter workers: threads, at least 1.
    public func nearest(
        _ limit: Int,
        toQuery query: [Float],
        inRows rows: UnsafeBufferPointer<Float>,
        workers: Int = 1
    ) -> [RankedIndex] {
        let count = query.isEmpty ? 0 : rows.count / query.count
        precondition(rows.count == count * query.count, "Rows do not fit the query.")
        // Only read, and alive until all threads are done.
        nonisolated(unsafe) let rows = rows
        return selection(limit, ofRows: count, workers: workers) { range, scores in
            query.withUnsafeBufferPointer { query in
                let own = (range.lowerBound * query.count)..<(range.upperBound * query.count)
                self.scores(
                    ofRows: UnsafeBufferPointer(rebasing: rows[own]),
                    query: query,
                    into: UnsafeMutableBufferPointer(rebasing: scores[..<range.count])
                )
            }
        }
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
