/// Cuts Markdown into chunks: sections by their headings, then paragraphs, list items, tables and fenced code.
public struct MarkdownChunker: Sendable {
    /// How long chunks are to be.
    public var size: ChunkSize
    /// How their length is counted.
    public var measure: ChunkMeasure

    /// A chunker for chunks of `size`, counted by `measure`.
    public init(size: ChunkSize = ChunkSize(), measure: ChunkMeasure = .estimate) {
        self.size = size
        self.measure = measure
    }

    /// The chunks of `text`. Every line that is neither blank nor front matter is in one chunk, or in several one after
    /// the other if it is longer than a chunk. Fenced code and tables are cut only if they are longer than a chunk.
    /// - Parameter fallbackTitle: What the chunks' prefix begins with if the document gives itself no title.
    public func chunks(of text: String, fallbackTitle: String) -> ChunkedDocument {
        let lines = TextLines(text)
        let outline = MarkdownOutline(lines)
        let title = outline.title ?? fallbackTitle
        var chunks: [Chunk] = []
        for section in outline.sections {
            let room = ChunkRoom(size: size, measure: measure, title: title, headings: section.headings)
            let packer = ChunkPacker(lines: lines, measure: measure, target: room.target, capacity: room.capacity)
            let blocks = section.blocks.flatMap { block in
                packer.blocks(block.lines, breakStrength: block.breakStrength, innerStrength: block.innerStrength)
            }
            chunks += packer.pack(blocks).compactMap { packer.chunk($0, headings: section.headings) }
        }
        return ChunkedDocument(title: outline.title, chunks: chunks)
    }
}
