import Evidence
import Foundation
import Testing

@Suite struct EvidenceBuilderTests {
    @Test func numbersFactsAndPassagesInOneCount() {
        var numbering = EvidenceNumbering()
        #expect(numbering.next(.portfolio) == "P1")
        #expect(numbering.next(.documents) == "D1")
        #expect(numbering.next(.portfolio) == "P2")
        var builder = EvidenceBuilder(id: "P2", tool: "positions")
        let mark = builder.add(fact("mark"))
        let profit = builder.add(fact("unrealised P&L"), from: [mark])
        let passage = builder.add(
            Passage(document: "a.md", title: "A", headings: [], lines: 1...2, text: "words", score: 1)
        )
        builder.note(gap: "no quote")
        let evidence = builder.evidence(summary: "positions")
        #expect([mark, profit, passage] == ["P2.1", "P2.2", "P2.3"])
        #expect(evidence.facts.map(\.inputs) == [[], ["P2.1"]])
        #expect(evidence.passages.map(\.id) == ["P2.3"])
        #expect(evidence.gaps == ["no quote"])
    }

    @Test func renamesWhatPointsInside() {
        var builder = EvidenceBuilder(id: "P1", tool: "positions")
        let first = builder.add(fact("mark"))
        builder.add(fact("value"), from: [first, "P12.1"])
        let renamed = builder.evidence(summary: "").renamed("P7")
        #expect(renamed.id == "P7")
        #expect(renamed.facts.map(\.id) == ["P7.1", "P7.2"])
        #expect(renamed.facts[1].inputs == ["P7.1", "P12.1"])
    }

    private func fact(_ label: String) -> Fact {
        Fact(label: label, value: .decimal(1), unit: .dollars, source: "computed", asOf: nil, freshness: .fixed)
    }
}
