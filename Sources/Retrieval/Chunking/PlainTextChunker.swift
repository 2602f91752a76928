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
        let lines = TextLines(text)
        var chunks: [Chunk] = []
        let pages = Self.pages(of: lines)
        for (index, page) in pages.enumerated() {
            let headings = pages.count > 1 ? ["page \(index + 1)"] : []
            let room = ChunkRoom(size: size, measure: measure, title: title, headings: headings)
            let packer = ChunkPacker(lines: lines, measure: measure, target: room.target, capacity: room.capacity)
            let blocks = Self.paragraphs(of: page, in: lines).flatMap { range in
                packer.blocks(range, breakStrength: 3, innerStrength: 1)
            }
            chunks += packer.pack(blocks).compactMap { packer.chunk($0, headings: headings) }
        }
        return ChunkedDocument(title: nil, chunks: chunks)
    }

    /// The lines of each page. A page begins with the line that has a form feed at its start, or after the one that has
    /// it further on.
    private static func pages(of lines: TextLines) -> [Range<Int>] {
        var pages: [Range<Int>] = []
        var start = 0
        for line in 0..<lines.count {
            let bytes = lines[line].utf8
            guard let feed = bytes.firstIndex(of: 0x0C) else { continue }
            let boundary = feed == bytes.startIndex ? line : line + 1
            pages.append(start..<boundary)
            start = boundary
        }
        pages.append(start..<lines.count)
        return pages
    }

    private static func paragraphs(of page: Range<Int>, in lines: TextLines) -> [Range<Int>] {
        var paragraphs: [Range<Int>] = []
        var start: Int?
        for line in page {
            if lines.isBlank(line) {
                if let begun = start { paragraphs.append(begun..<line) }
                start = nil
            } else if start == nil {
                start = line
            }
        }
        if let begun = start { paragraphs.append(begun..<page.upperBound) }
        return paragraphs
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
