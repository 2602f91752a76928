import Assistant
import Testing

@Suite struct AnswerMarkdownTests {
    @Test func readsTheBlocksOfAText() {
        let text = """
            First **sentence**.
            The same paragraph.

            ## A heading
            - one
            - two
              goes on
            1. first

            | Position | Mark | Note |
            |---|---:|---|
            | DIS | $104.62 | held |
            | INTC | — | |
            > quoted
            """
        #expect(
            Answer(markdown: text).blocks == [
                .paragraph("First sentence. The same paragraph."),
                .heading("A heading"),
                .list([.init("one"), .init("two goes on"), .init("1. first")]),
                .table(
                    AnswerTable(
                        columns: [
                            .init("Position", isNumeric: false), .init("Mark", isNumeric: true),
                            .init("Note", isNumeric: false),
                        ],
                        rows: [
                            .init(subject: "DIS", cells: [.init("DIS"), .init("$104.62"), .init("held")]),
                            .init(subject: "INTC", cells: [.init("INTC"), .init("—"), .init("")]),
                        ]
                    )
                ),
                .paragraph("quoted"),
            ]
        )
    }

    @Test func barsWithoutTitlesAreLines() {
        #expect(Answer(markdown: "| a | b |").blocks == [.list([.init("a | b")])])
        #expect(Answer(markdown: "").blocks.isEmpty)
        #expect(Answer(markdown: "#nothing\n-5% is no item").blocks == [.paragraph("#nothing -5% is no item")])
    }

    /// A figure was checked as it was written, and marks that go must not make another of it.
    @Test(arguments: [
        ("It is 5**0**.", "It is 5**0."), ("It is `5`M.", "It is 5`M."), ("**$5** and **5**%", "$5 and 5**%"),
        ("**AMD**: **-$5.00**.", "AMD: -$5.00."), ("a **b** `c`", "a b c"), ("5 ** 6", "5  6"),
    ])
    func marksInsideFiguresStay(text: String, shown: String) {
        #expect(Answer(markdown: text).blocks == [.paragraph(shown)])
    }
}
