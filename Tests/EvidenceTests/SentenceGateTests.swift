import Evidence
import Foundation
import Testing

@Suite struct SentenceGateTests {
    /// What answers are put together from: sentences right and wrong, lists, tables, headings, and what is hard to cut.
    private static let fragments: [String] =
        (GroundingTests.right + GroundingTests.wrong).map(\.text) + [
            "\n", "\n\n", "\r\n", "\r\n\r\n", "\n## NVDA\n", "\n# The AAPL 230 call\n", "\n\n", "\n- ", "\n* ", "\n1. ",
            "\n2. ", "\n> ", "\u{2028}",
            "\n| Measure | AAPL | NVDA |\n|---|---:|---:|\n| Weight | 35.6% | 53.5% |\n| Weight | 53.5% | 35.6% |\n",
            "\n| Position | Delta |\n|---|---|\n| NVDA 170 put | -0.45 |\n| NVDA 160 put | -0.45 |\ntext after",
            "\n| no titles | $99 |\n", "\n| a | b |\n---\n", "\n|---|\n", "  \n", "\t", "# not a heading",
            "It expires Nov. 20.", "It expires Nov. the 20th, says it.", "Fri. Nov. the 20th is near.",
            "About approx. 12 days vs. 40 days.", "So it is. [1]", "So it is. [1] [2] And on.", "So it is. [see] So.",
            "It closes at 3:45 p.m. The delta is -0.45.", "Yes! No? 5!6", "It is \u{2067}12 days.",
            "\u{1F4C9}\u{FE0F} e\u{301} caf\u{E9} \u{2013} $48,213.77", "Its delta is -0.45.", "It has 12 days.",
            "He said \"Close winners at 50% of the maximum profit.\" [1] Then", "**Cash:** $48,213.77.", "...", " .5. ",
            "***", "TSM 2026-12-18 180 put is not priced: no quote since 2026-10-30.",
        ]

    private static func answer(_ random: inout GroundingMutationTests.Seeded) -> String {
        (0..<(3 + random.next(14))).map { _ in
            fragments[random.next(fragments.count)] + ["", " ", " ", "\n"][random.next(4)]
        }.joined()
    }

    /// The parts in which a gate lets a text through that is given to it in pieces.
    private static func pass(_ text: String, _ next: () -> Int) -> (parts: [CheckedSentence], report: GroundingReport) {
        var gate = SentenceGate(Book.grounding, subjects: [])
        var parts: [CheckedSentence] = []
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            let length = next()
            parts += gate.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        parts += gate.finish()
        return (parts, gate.report)
    }

    /// Sentence by sentence is the same as all at once, wherever the text is cut.
    @Test(arguments: 0..<8) func agreesWithTheCheckOfTheWhole(_ block: Int) {
        var random = GroundingMutationTests.Seeded(state: UInt64(1_000 + block))
        for _ in 0..<12 {
            let text = Self.answer(&random)
            let whole = Book.grounding.verify(Draft(markdown: text))
            for longest in [1, 7, 40, text.unicodeScalars.count] {
                let (parts, report) = Self.pass(text) { longest == 1 ? 1 : 1 + random.next(longest) }
                #expect(report == whole, "cut up to \(longest): \(text.debugDescription)")
                #expect(parts.map(\.text).joined().unicodeScalars.elementsEqual(text.unicodeScalars))
                #expect(parts.flatMap(\.figures) == whole.figures)
                #expect(parts.flatMap(\.failures) == whole.failures)
                if report != whole { return }
            }
        }
    }

    @Test func letsASentenceThroughWhenTheNextHasBegun() {
        var gate = SentenceGate(Book.grounding)
        #expect(gate.append("Cash is $48,213.77. NVDA").isEmpty)
        #expect(gate.append(" is 53.5").map(\.text) == ["Cash is $48,213.77. "])
        #expect(gate.append("% of it").isEmpty)
        #expect(gate.append(".\n").map(\.text) == ["NVDA is 53.5% of it.", "\n"])
        #expect(gate.append("| Measure | NVDA |\n").isEmpty)
        #expect(gate.append("|---|---|\n| Weight |").map(\.text) == ["| Measure | NVDA |\n", "|---|---|\n"])
        #expect(gate.append(" 35.6% |\nand").map(\.repaired) == ["| Weight | [unverified] |\n"])
        #expect(gate.append(" so on\n").map(\.repaired) == ["and so on", "\n"])
        #expect(gate.finish().isEmpty)
        #expect(gate.report.struck == 1)
    }

    @Test func saysWhichSentencesFailAndWhy() {
        let report = Book.grounding.verify(
            Draft(markdown: "Cash is $48,213.77. NVDA's weight is 35.6%, and theta $777.\n\n| NVDA | Theta | $99 |\n")
        )
        #expect(report.failures.map(\.text) == ["NVDA's weight is 35.6%, and theta $777.", "NVDA | Theta | $99"])
        #expect(report.failures.map(\.segment) == [0, 1])
        #expect(report.failures[0].range == 20..<59)
        #expect(
            report.failures[0].description == """
                \u{201C}NVDA's weight is 35.6%, and theta $777.\u{201D}
                  35.6%: the data has this value for another position
                  $777: no data has this value
                """
        )
    }

    @Test func checksWhatIsWrittenInstead() throws {
        var gate = SentenceGate(Book.grounding)
        let parts = gate.append(
            "The NVDA 170 put is short. Its delta is -0.22.\n| Measure | NVDA |\n|-|-|\n| Weight | 9% |\n\n"
        )
        let sentence = try #require(parts.first { $0.text.contains("-0.22") })
        #expect(!sentence.isGrounded)
        #expect(Book.grounding.check("Its delta is -0.45.", insteadOf: sentence).isGrounded)
        let other = Book.grounding.check("The 160 put is next to it. Its delta is -0.45.", insteadOf: sentence)
        #expect(other.repaired == "The 160 put is next to it. Its delta is [unverified].")
        let row = try #require(parts.first { $0.text.contains("9%") })
        #expect(Book.grounding.check("| Weight | 53.5% |", insteadOf: row).isGrounded)
        #expect(Book.grounding.check("| Weight | 35.6% |", insteadOf: row).repaired == "| Weight | [unverified] |")
    }
}
