/// A document's text in sections and blocks, whatever format it came in.
struct DocumentOutline {
    /// Lines that had best stay together.
    struct Block {
        /// Lines counted from 0.
        var lines: Range<Int>
        /// How good a place its end is to cut, 0 to 3.
        var breakStrength: Double
        /// How good a place the end of a line inside it is.
        var innerStrength: Double
    }

    /// What stands under one heading, down to the next one.
    struct Section {
        var headings: [String]
        var blocks: [Block]
    }

    /// The title the document gives itself.
    var title: String?
    var lines: TextLines
    var sections: [Section]
    /// Where in the file each line stands, from 1; nil where the lines are those of the file.
    var places: [ClosedRange<Int>]?
}

/// Cuts a document into chunks along its outline.
struct OutlineChunker {
    var size: ChunkSize
    var measure: ChunkMeasure

    /// - Parameter fallbackTitle: What the chunks' prefix begins with if the document gives itself no title.
    func chunks(of outline: DocumentOutline, fallbackTitle: String) -> ChunkedDocument {
        let title = outline.title ?? fallbackTitle
        var chunks: [Chunk] = []
        for section in outline.sections {
            let room = ChunkRoom(size: size, measure: measure, title: title, headings: section.headings)
            let packer = ChunkPacker(
                lines: outline.lines,
                measure: measure,
                target: room.target,
                capacity: room.capacity
            )
            let blocks = section.blocks.flatMap { block in
                packer.blocks(block.lines, breakStrength: block.breakStrength, innerStrength: block.innerStrength)
            }
            chunks += packer.pack(blocks).compactMap { packer.chunk($0, headings: section.headings) }
        }
        if let places = outline.places {
            for index in chunks.indices {
                let lines = places[(chunks[index].lines.lowerBound - 1)..<chunks[index].lines.upperBound]
                let first = lines.map(\.lowerBound).min() ?? 1
                chunks[index].lines = first...max(first, lines.map(\.upperBound).max() ?? 1)
            }
        }
        return ChunkedDocument(title: outline.title, chunks: chunks)
    }
}
