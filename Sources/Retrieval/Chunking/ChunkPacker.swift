/// Packs the blocks of one section into chunks of like length.
struct ChunkPacker {
    /// Lines that had best stay together, or a part of one line that is longer than a chunk.
    struct Block {
        /// Lines counted from 0.
        var lines: Range<Int>
        /// The part of the line, where it is not whole.
        var part: Range<String.Index>?
        /// Length in word pieces.
        var pieces: Int
        /// How good a place its end is to cut, 0 to 3.
        var breakStrength: Double
    }

    let lines: TextLines
    let measure: ChunkMeasure
    /// The length to aim at, and the most there is room for, in word pieces of the text alone.
    let target: Int
    let capacity: Int

    /// A block of whole lines; several if it has no room in a chunk.
    func blocks(_ range: Range<Int>, breakStrength: Double, innerStrength: Double) -> [Block] {
        let counts = range.map { measure.pieces(in: lines[$0]) }
        let total = counts.reduce(0, +)
        if total <= capacity {
            return [Block(lines: range, part: nil, pieces: total, breakStrength: breakStrength)]
        }
        var blocks: [Block] = []
        for (line, count) in zip(range, counts) {
            let isLast = line == range.upperBound - 1
            let endsSentence = SentenceBreaks.endsSentence(lines[line])
            let strength = isLast ? breakStrength : innerStrength + (endsSentence ? 0.5 : 0)
            if count <= capacity {
                let whole = line..<line + 1
                blocks.append(Block(lines: whole, part: nil, pieces: count, breakStrength: strength))
            } else {
                blocks += parts(ofLine: line, breakStrength: strength)
            }
        }
        return blocks
    }

    /// A line longer than a chunk in parts that fit: cut at the ends of sentences, then between words, then anywhere.
    private func parts(ofLine line: Int, breakStrength: Double) -> [Block] {
        var blocks: [Block] = []
        for sentence in SentenceBreaks.sentences(in: lines[line]) {
            let count = measure.pieces(in: sentence)
            if count <= capacity {
                let range = sentence.startIndex..<sentence.endIndex
                blocks.append(Block(lines: line..<line + 1, part: range, pieces: count, breakStrength: 1.5))
            } else {
                blocks += runsOfWords(in: sentence, line: line)
            }
        }
        if let last = blocks.indices.last { blocks[last].breakStrength = breakStrength }
        return blocks
    }

    private func runsOfWords(in sentence: Substring, line: Int) -> [Block] {
        var blocks: [Block] = []
        var start = sentence.startIndex
        var pieces = 0
        func close(at end: String.Index) {
            guard start < end else { return }
            blocks.append(Block(lines: line..<line + 1, part: start..<end, pieces: pieces, breakStrength: 1))
            start = end
            pieces = 0
        }
        for word in SentenceBreaks.words(in: sentence, atMost: capacity * 4) {
            let count = measure.pieces(in: word)
            if pieces + count > min(target, capacity) { close(at: word.startIndex) }
            pieces += count
        }
        close(at: sentence.endIndex)
        return blocks
    }

    /// The blocks in runs, each a chunk: as near to the target in length and cut in as good places as can be, and never
    /// above capacity unless a single block is.
    func pack(_ blocks: [Block]) -> [[Block]] {
        // The cheapest way to cut the first n blocks, for every n: its cost and where its last run begins.
        var cheapest = [(cost: 0.0, start: 0)]
        for end in 1..<(blocks.count + 1) {
            var best = (cost: Double.infinity, start: end - 1)
            var pieces = 0
            for start in stride(from: end - 1, through: 0, by: -1) {
                pieces += blocks[start].pieces
                if pieces > capacity && start < end - 1 { break }
                let cost = cheapest[start].cost + self.cost(pieces: pieces, endingWith: blocks[end - 1])
                if cost < best.cost { best = (cost, start) }
            }
            cheapest.append(best)
        }
        var runs: [[Block]] = []
        var end = blocks.count
        while end > 0 {
            let start = cheapest[end].start
            runs.append(Array(blocks[start..<end]))
            end = start
        }
        return runs.reversed()
    }

    private func cost(pieces: Int, endingWith last: Block) -> Double {
        let deviation = Double(pieces - target) / Double(target)
        return deviation * deviation + (3 - last.breakStrength) * 0.05
    }

    /// The chunk made of a run of blocks that stand side by side; nil if there is nothing in it.
    func chunk(_ run: [Block], headings: [String]) -> Chunk? {
        guard let first = run.first, let last = run.last else { return nil }
        var from = first.lines.lowerBound
        var to = last.lines.upperBound - 1
        if first.part == nil { while from < to && lines.isBlank(from) { from += 1 } }
        if last.part == nil { while to > from && lines.isBlank(to) { to -= 1 } }
        let start = first.part?.lowerBound ?? lines[from].startIndex
        let end = last.part?.upperBound ?? lines[to].endIndex
        let text = (from...to).map { line -> Substring in
            let whole = lines[line]
            return whole[max(start, whole.startIndex)..<min(end, whole.endIndex)]
        }
        let joined = text.joined(separator: "\n")
        guard joined.utf8.contains(where: { $0 > 0x20 }) else { return nil }
        return Chunk(headings: headings, lines: (from + 1)...(to + 1), text: joined)
    }
}
