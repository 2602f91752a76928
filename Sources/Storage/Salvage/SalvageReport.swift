/// What could be saved of a damaged database.
public struct SalvageReport: Sendable, Hashable {
    /// Rows of a table that could not be read.
    public struct Loss: Sendable, Hashable {
        /// The table.
        public var table: String
        /// How many; nil where nothing tells.
        public var count: Int?
        /// Which, as far as it is known: their keys, or the numbers between which they were.
        public var keys: [String]

        /// `transactions: 24 rows were lost: row-1201, row-1202, row-1203 and 21 more`.
        /// - Parameter limit: The most keys that are named.
        public func description(naming limit: Int) -> String {
            let rows = count.map { $0 == 1 ? "1 row was lost" : "\($0) rows were lost" } ?? "rows were lost"
            return "\(table): \(rows)" + (keys.isEmpty ? "" : ": \(SalvageReport.listed(keys, limit: limit))")
        }
    }

    static func listed(_ names: [String], limit: Int) -> String {
        let shown = names.prefix(limit).joined(separator: ", ")
        return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
    }

    /// Where the damaged file is kept.
    public var damagedFile: String
    /// Rows that are in the new file, by table.
    public var kept: [String: Int]
    /// What the owner put in, or what happened, and what is not in the new file.
    public var losses: [Loss]
    /// What is not in the new file and can be made again: of documents, of sources, kept replies.
    public var renewable: [Loss]
    /// What was put in place of rows that others refer to, a line each.
    public var notes: [String]
    /// Files whose import brought more transactions than are left: to import them again brings those that are missing.
    public var filesToImport: [String]
}

/// How far the saving of a database has come.
public struct SalvageProgress: Sendable, Hashable {
    /// The table that is read.
    public var table: String
    /// Parts of the file that were read.
    public var done: Int
    /// All parts.
    public var total: Int
}
