public import Foundation

/// One file, or one entry by hand, that was taken into the database.
public struct ImportRecord: Hashable, Sendable, Identifiable {
    /// Given by the store, rising with time; 0 until then.
    public var id: Int64
    /// When it was taken in.
    public var importedAt: Date
    /// The file's name, without its folder.
    public var fileName: String
    /// A digest of the file's bytes, by which the same file is recognised.
    public var fileDigest: String
    /// The format it was read as: `robinhood`, `tastytrade`, `quotes`.
    public var format: String
    /// Anything worth keeping about it, in words; may be empty.
    public var note: String
    /// Transactions it added.
    public internal(set) var transactionCount = 0
    /// Quotes it added.
    public internal(set) var quoteCount = 0
    /// Daily bars it added.
    public internal(set) var barCount = 0
    /// Dividends it added.
    public internal(set) var dividendCount = 0

    /// An import that is not stored yet.
    public init(
        importedAt: Date,
        fileName: String,
        fileDigest: String,
        format: String,
        note: String = ""
    ) {
        id = 0
        self.importedAt = importedAt
        self.fileName = fileName
        self.fileDigest = fileDigest
        self.format = format
        self.note = note
    }
}
