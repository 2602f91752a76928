public import Foundation

/// What a query on a database of another program returned.
public struct ForeignTable: Sendable, Hashable {
    /// A value as the database holds it.
    public enum Value: Sendable, Hashable {
        /// No value.
        case null
        /// A number; a binary fraction as the shortest decimal that stands for it.
        case number(Decimal)
        /// A text.
        case text(String)
        /// Yes or no.
        case boolean(Bool)
        /// Bytes that are no text.
        case bytes(Data)
    }

    /// The names of the columns.
    public var columns: [String]
    /// The rows, one value a column.
    public var rows: [[Value]]

    /// A table.
    public init(columns: [String], rows: [[Value]]) {
        self.columns = columns
        self.rows = rows
    }
}

/// How much a query on a database of another program may take.
public struct ForeignQueryLimits: Sendable, Hashable {
    /// The longest it may run.
    public var time: Duration
    /// The most rows it may return; more are an error, never a part.
    public var rows: Int

    /// Limits.
    public init(time: Duration = .seconds(5), rows: Int = 100_000) {
        self.time = time
        self.rows = rows
    }
}
