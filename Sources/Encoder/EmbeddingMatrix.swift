/// Vectors of equal length, one per row.
public struct EmbeddingMatrix: Hashable, Sendable {
    /// Values in a row.
    public let dimension: Int
    /// Rows.
    public let count: Int
    /// All values, row after row.
    public let values: [Float]

    /// Rows given one after the other.
    ///
    /// - Precondition: `values.count` is `count * dimension`.
    public init(values: [Float], count: Int, dimension: Int) {
        precondition(values.count == count * dimension, "\(values.count) values are not \(count) rows of \(dimension).")
        self.values = values
        self.count = count
        self.dimension = dimension
    }

    /// One row.
    public subscript(row: Int) -> ArraySlice<Float> {
        precondition((0..<count).contains(row), "There is no row \(row) among \(count).")
        return values[row * dimension..<(row + 1) * dimension]
    }
}
