/// Cuts plain text into chunks: pages, where form feeds part them, then paragraphs.
public struct PlainTextChunker: Sendable {
    /// How long chunks are to be.
    public var size: ChunkSize
    /// How their length is counted.
    public var measure: ChunkMeasure

    /// A chunker for chunks of `size`, counted by `measure`.
    public init(size: ChunkSize = ChunkSize(), measure: ChunkMeasure = .estimate) {
        self.size = size
        self.measure = measure
    }

    /// The chunks of `text`. Every line that is not blank is in one chunk, or in several one after the other if it is
    /// longer than a chunk.
    /// - Parameter title: What the chunks' prefix begins with; plain text has no title of its own.
    public func chunks(of text: String, title: String) -> ChunkedDocument {
        let outline = PlainTextOutline.outline(of: TextLines(text))
        return OutlineChunker(size: size, measure: measure).chunks(of: outline, fallbackTitle: title)
    }
}

/// The room a chunk's text has beside its prefix, in word pieces.
struct ChunkRoom {
    let target: Int
    let capacity: Int

    init(size: ChunkSize, measure: ChunkMeasure, title: String, headings: [String]) {
        let prefix = ChunkPrefix.text(title: title, headings: headings)
        // A prefix of any length is cut where it is encoded; here it may take up to a quarter of the room.
        let taken = min(measure.pieces(in: prefix), size.maximum / 4)
        capacity = size.maximum - taken
        target = max(8, min(size.target - taken, capacity))
    }
}
