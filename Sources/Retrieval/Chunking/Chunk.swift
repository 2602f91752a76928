/// A piece of a document that is searched and cited as a whole.
public struct Chunk: Hashable, Sendable {
    /// Headings from the outermost to the one it stands under.
    public var headings: [String]
    /// First and last line in the document, from 1.
    public var lines: ClosedRange<Int>
    /// Its text as it stands in the document, lines joined by line feeds, without blank lines at its ends.
    public var text: String
}

/// A document cut into chunks.
public struct ChunkedDocument: Hashable, Sendable {
    /// The title the document gives itself; nil if it gives none.
    public var title: String?
    /// The chunks in the document's order.
    public var chunks: [Chunk]
}

/// How long chunks are to be, in the encoder's word pieces.
public struct ChunkSize: Hashable, Sendable {
    /// The length to aim at.
    public var target: Int
    /// The length no chunk exceeds, title and headings included.
    public var maximum: Int

    /// Lengths in word pieces; `target` is at most `maximum`.
    public init(target: Int = 128, maximum: Int = 160) {
        self.maximum = max(16, maximum)
        self.target = min(max(8, target), self.maximum)
    }
}

/// What a chunk is called when it is read without its document: title, then headings.
public enum ChunkPrefix {
    /// Title and headings from the outside in; a heading that repeats the one before is left out.
    public static func text(title: String, headings: [String]) -> String {
        var parts: [String] = []
        for part in [title] + headings where !part.isEmpty && part != parts.last {
            parts.append(part)
        }
        return parts.joined(separator: " › ")
    }
}
