import Testing

@testable import MagnusCommands

@Suite struct QuoteRendererTests {
    private func lines(_ text: String) -> [String] {
        QuoteRenderer(width: 80).lines(text).map(\.plain)
    }

    /// Tables of reStructuredText, of plain text, of a database's client: their lines are what they say.
    @Test(arguments: [
        "=====  =====\nPart   Price\n=====  =====\nvalve  12.50\nhose    3.20\n=====  =====",
        "+-------+-------+\n| Part  | Price |\n+=======+=======+\n| valve | 12.50 |\n+-------+-------+",
        "Part       Price   Stock\nvalve      12.50      12\nhose        3.20     140",
        "Revenue            1,200   1,100\nCost of sales        800     750\nGross profit         400     350",
        "name  | price\n------+------\nvalve | 12.50",
        "valve | 12.50 | a\nhose | 3.20 | b",
        "Gross profit      400    350",
    ])
    func tablesKeepTheirLines(table: String) {
        let kept = table.split(separator: "\n").map { "  " + $0 }
        let shown = lines("Words before.\n\n" + table + "\n\nWords after.")
        #expect(shown.filter { $0.contains("Words") } == ["  Words before.", "  Words after."])
        for line in kept { #expect(shown.contains { $0.hasPrefix(line) }, "\(line) in \(shown)") }
    }

    @Test func rowsOfTabsKeepTheirLines() {
        #expect(
            lines("valve\t12.50\nhose\t3.20").map { $0.split(separator: " ") } == [
                ["valve", "12.50"], ["hose", "3.20"],
            ]
        )
    }

    @Test(arguments: [
        "One sentence ends here.  Another one\nbegins behind two blanks.  And a third\none follows it there.",
        "A line of words\nand another line\nand one more.",
        "A wide   gap in one line\nbut none in the next one\nnor in the last.",
        "Either a | b or c\nis meant by these\nwords in three lines.",
    ])
    func proseIsFilled(text: String) {
        #expect(lines(text).count < text.split(separator: "\n").count)
    }
}
