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
        let document = DocumentOutline(title: outline.title, lines: lines, sections: outline.sections)
        return OutlineChunker(size: size, measure: measure).chunks(of: document, fallbackTitle: fallbackTitle)
    }
}
