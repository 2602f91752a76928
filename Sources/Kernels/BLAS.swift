import COpenBLAS

/// Matrix products by OpenBLAS, in single precision and row-major order.
///
/// OpenBLAS has one pool of threads per process: whoever owns the process sets their number, and sets it to 1 where
/// several tasks multiply at the same time.
public enum BLAS {
    /// The processor core whose kernels OpenBLAS chose, for example `Haswell` or `SkylakeX`. The last bits of a product
    /// depend on it.
    public static var coreName: String {
        openblas_get_corename().map { String(cString: $0) } ?? "unknown"
    }

    /// Threads OpenBLAS uses for one product.
    public static var threads: Int {
        Int(openblas_get_num_threads())
    }

    /// Sets the number of threads OpenBLAS uses for one product, for the whole process.
    ///
    /// - Precondition: at least 1.
    public static func setThreads(_ count: Int) {
        precondition(count > 0, "OpenBLAS needs at least one thread.")
        openblas_set_num_threads(Int32(clamping: count))
    }

    /// `left` times the transpose of `right`: entry (i, j) is the dot product of row i of `left` and row j of `right`.
    ///
    /// - Parameters:
    ///   - left: rows of `depth` values.
    ///   - right: rows of `depth` values.
    ///   - depth: values in a row.
    /// - Returns: as many rows as `left` has, of as many values as `right` has rows.
    public static func product(_ left: [Float], transposed right: [Float], depth: Int) -> [Float] {
        precondition(depth > 0, "Rows must not be empty.")
        let count = (left.count / depth) * (right.count / depth)
        return [Float](unsafeUninitializedCapacity: count) { result, initialized in
            left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                    multiply(
                        left,
                        transposed: right,
                        depth: depth,
                        into: UnsafeMutableBufferPointer(rebasing: result[..<count])
                    )
                }
            }
            initialized = count
        }
    }

    /// `left` times the transpose of `right`, written to `result`, of which nothing is read.
    ///
    /// - Parameters:
    ///   - left: rows of `depth` values.
    ///   - right: rows of `depth` values.
    ///   - depth: values in a row.
    ///   - result: a row for each row of `left`, with a value for each row of `right`.
    public static func multiply(
        _ left: UnsafeBufferPointer<Float>,
        transposed right: UnsafeBufferPointer<Float>,
        depth: Int,
        into result: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(depth > 0, "Rows must not be empty.")
        precondition(left.count % depth == 0 && right.count % depth == 0, "A row is incomplete.")
        let rows = left.count / depth
        let columns = right.count / depth
        precondition(result.count == rows * columns, "The result is \(rows) by \(columns) values.")
        guard rows > 0, columns > 0 else { return }
        cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasTrans,
            dimension(rows),
            dimension(columns),
            dimension(depth),
            1,
            left.baseAddress,
            dimension(depth),
            right.baseAddress,
            dimension(depth),
            0,
            result.baseAddress,
            dimension(columns)
        )
    }

    /// A matrix times a vector, written to `result`: the dot product of each row with the vector.
    ///
    /// - Parameters:
    ///   - rows: a whole number of rows, each as long as the vector.
    ///   - result: one place per row.
    public static func multiply(
        rows: UnsafeBufferPointer<Float>,
        vector: UnsafeBufferPointer<Float>,
        into result: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(rows.count == result.count * vector.count, "Rows do not fit the vector.")
        guard !result.isEmpty, !vector.isEmpty else {
            result.update(repeating: 0)
            return
        }
        cblas_sgemv(
            CblasRowMajor,
            CblasNoTrans,
            dimension(result.count),
            dimension(vector.count),
            1,
            rows.baseAddress,
            dimension(vector.count),
            vector.baseAddress,
            1,
            0,
            result.baseAddress,
            1
        )
    }

    private static func dimension(_ value: Int) -> Int32 {
        guard let dimension = Int32(exactly: value) else {
            preconditionFailure("OpenBLAS counts rows and columns in 32 bits; \(value) is too many.")
        }
        return dimension
    }
}
