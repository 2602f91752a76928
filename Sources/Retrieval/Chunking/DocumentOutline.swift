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
        /// The names of its columns, where it is a table that says them once, above its rows.
        var columns: String?
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
        for section in outline.sections { chunks += self.chunks(of: section, in: outline.lines, title: title) }
        if let places = outline.places {
            for index in chunks.indices {
                let lines = places[(chunks[index].lines.lowerBound - 1)..<chunks[index].lines.upperBound]
                let first = lines.map(\.lowerBound).min() ?? 1
                chunks[index].lines = first...max(first, lines.map(\.upperBound).max() ?? 1)
            }
        }
        return ChunkedDocument(title: outline.title, chunks: chunks)
    }

    /// Names of columns that are longer are not said again.
    private static let longestColumns = 300

    /// The chunks of a section. What goes on with a table that began in the chunk before has the names of its columns as its last
    /// heading, for without them its values say nothing.
    private func chunks(of section: DocumentOutline.Section, in lines: TextLines, title: String) -> [Chunk] {
        let tables = section.blocks.filter { $0.columns.map { $0.utf8.count <= Self.longestColumns } ?? false }
        func columns(of run: [ChunkPacker.Block]) -> String? {
            guard let line = run.first?.lines.lowerBound else { return nil }
            return tables.first { $0.lines.lowerBound < line && $0.lines.contains(line) }?.columns
        }
        func pack(besides columns: [String]) -> (packer: ChunkPacker, runs: [[ChunkPacker.Block]]) {
            let room = ChunkRoom(size: size, measure: measure, title: title, headings: section.headings + columns)
            let packer = ChunkPacker(lines: lines, measure: measure, target: room.target, capacity: room.capacity)
            let blocks = section.blocks.flatMap { block in
                packer.blocks(block.lines, breakStrength: block.breakStrength, innerStrength: block.innerStrength)
            }
            return (packer, packer.pack(blocks))
        }
        var packed = pack(besides: [])
        let said = packed.runs.compactMap(columns)
        // The names take room in the chunks that they are said in.
        if let longest = said.max(by: { $0.utf8.count < $1.utf8.count }) { packed = pack(besides: [longest]) }
        return packed.runs.compactMap { run in
            packed.packer.chunk(run, headings: section.headings + [columns(of: run)].compactMap(\.self))
        }
    }
}
