import Retrieval
import Testing

/// What holds for every text, however odd.
@Suite struct ChunkPropertyTests {
    /// Small numbers that depend on the seed alone.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
    }

    private static let lines = [
        "", "", "", "# One", "## Two", "### Three", "Title", "===", "---", "```", "~~~", "    indented", "- item",
        "1. first",
        "> quote", "| a | b |", "| - | - |", "<!--", "-->", "plain words here", "Ends here.", "\u{C}",
        "\u{C}after a feed",
        "before\u{C}", "naïve café 日本語", "* * *", "#", "\t", "word\u{A0}word",
    ]

    private static func text(_ seed: Int) -> String {
        var dice = Dice(state: UInt64(seed) &* 7_919)
        let lines = (0..<(5 + dice.roll(60))).map { _ -> String in
            if dice.roll(8) == 0 {
                let sentences = (0..<(1 + dice.roll(20))).map { _ in
                    "This" + String(repeating: " word\(dice.roll(9))", count: dice.roll(14)) + "."
                }
                return sentences.joined(separator: " ")
            }
            return Self.lines[dice.roll(Self.lines.count)]
        }
        return lines.joined(separator: dice.roll(2) == 0 ? "\n" : "\r\n")
    }

    private static func isBlank(_ line: String) -> Bool {
        line.utf8.allSatisfy { $0 <= 0x20 }
    }

    private func check(_ chunks: [Chunk], of text: String, from firstLine: Int, seed: Int) {
        let source = text.replacingOccurrences(of: "\r\n", with: "\n").components(separatedBy: "\n")
        var covered = [Int: [String]]()
        var last = 0
        for chunk in chunks {
            #expect(chunk.lines.lowerBound >= max(1, last), "seed \(seed): chunks are in order")
            last = chunk.lines.upperBound
            let lines = source[(chunk.lines.lowerBound - 1)..<chunk.lines.upperBound]
            #expect(
                lines.joined(separator: "\n").contains(chunk.text),
                "seed \(seed): lines \(chunk.lines) hold the text"
            )
            let own = chunk.text.components(separatedBy: "\n")
            #expect(own.count == chunk.lines.count, "seed \(seed)")
            for (number, line) in zip(chunk.lines, own) { covered[number, default: []].append(line) }
        }
        for (index, line) in source.enumerated() where index + 1 >= firstLine && !Self.isBlank(line) {
            let parts = covered[index + 1] ?? []
            let isLong = line.split(separator: " ").count > 20
            #expect(isLong || parts == [line], "seed \(seed): line \(index + 1) is in one chunk")
            #expect(parts.joined() == line, "seed \(seed): line \(index + 1) is in consecutive chunks")
        }
    }

    @Test(arguments: 0..<120)
    func everyLineIsInAChunkAndEveryChunkInItsLines(seed: Int) {
        let text = Self.text(seed)
        let measure = ChunkMeasure(name: "words") { $0.split(whereSeparator: \.isWhitespace).count }
        let size = ChunkSize(target: 30, maximum: 40)
        let plain = PlainTextChunker(size: size, measure: measure).chunks(of: text, title: "t")
        check(plain.chunks, of: text, from: 1, seed: seed)
        // A line before it keeps random rules from being front matter.
        let markdown = "first line\n\n" + text
        let document = MarkdownChunker(size: size, measure: measure).chunks(of: markdown, fallbackTitle: "t")
        check(document.chunks, of: markdown, from: 1, seed: seed)
    }
}
