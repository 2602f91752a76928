public import Foundation

/// A piece of a document that is searched and cited as a whole.
public struct ChunkRecord: Hashable, Sendable, Identifiable {
    /// Given by the store; 0 until then.
    public internal(set) var id: Int64 = 0
    /// The document it is of; given by the store, 0 until then.
    public internal(set) var documentID: Int64 = 0
    /// The document's title.
    public var title: String
    /// Headings from the outermost to the one it stands under.
    public var headings: [String]
    /// Its text as it stands in the document.
    public var text: String
    /// First and last line in the document, from 1.
    public var lines: ClosedRange<Int>
    /// A digest of what is given to the encoder: equal chunks of any document share their vector.
    public var hash: Data

    /// A chunk that is not stored yet.
    public init(title: String, headings: [String], text: String, lines: ClosedRange<Int>, hash: Data) {
        self.title = title
        self.headings = headings
        self.text = text
        self.lines = lines
        self.hash = hash
    }
}
