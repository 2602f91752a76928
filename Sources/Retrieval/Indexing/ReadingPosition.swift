import Foundation

/// How far a long document has been read, and what is to be known to read on.
struct ReadingPosition: Codable, Hashable {
    /// Bytes that were read.
    var offset = 0
    /// Lines that end in them.
    var line = 0
    /// Chunks that were made of them.
    var chunks = 0
    /// Their SHA-256, by which it is known whether a file still begins with them.
    var digest = Data()
    /// The title; nil before anything was read.
    var title: String?
    var encoding: TextDecoding.Encoding?
    /// Whether the file began with a byte order mark of UTF-16.
    var hasMark = false
    /// Whether lines end with carriage returns alone; nil where they do not.
    var hasReturns: Bool?
    /// Bytes that were no UTF-8.
    var repaired = 0

    /// The page of plain text that it stands on.
    var page = 1
    var markdown: MarkdownOutline.Context?
    var table: TableOutline.Layout?
    /// Whether it stands within a message that is too long to be read.
    var isInLongMessage = false

    /// The position that `encoded` was made of; nil where it is of another version of the program.
    init?(_ encoded: Data) {
        guard let position = try? JSONDecoder().decode(ReadingPosition.self, from: encoded) else { return nil }
        self = position
    }

    /// The beginning of a document.
    init() {}

    /// As bytes that are kept with the document.
    func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(self)
    }
}
