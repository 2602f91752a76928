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

@Suite struct FactProvenanceTests {
    /// A formula's words lead to the facts it was computed from.
    @Test func findsTheInputsAFormulaNames() {
        var builder = EvidenceBuilder(id: "P1", tool: "positions")
        func add(_ label: String, _ subjects: [String], _ formula: String? = nil) -> String {
            builder.add(
                Fact(
                    label: label,
                    subjects: subjects,
                    value: .decimal(1),
                    unit: .dollars,
                    source: formula == nil ? "quotes.csv" : "computed",
                    asOf: nil,
                    freshness: .fixed,
                    formula: formula
                )
            )
        }
        let quantity = add("quantity", ["KO"])
        let mark = add("mark", ["KO"])
        let value = add("market value", ["KO"], "quantity x multiplier x mark")
        let other = add("market value", ["DIS"], "as reported")
        let cash = add("cash", [])
        let total = add("net liquidation value", [], "cash plus the market values of the priced positions")
        let theta = add("theta per day", ["KO"], "quantity x multiplier x theta / 365")
        let sum = add("theta per day", [], "sum over the positions that have Greeks")
        let gathered = builder.evidence(summary: "").facts
        let inputs = FormulaInputs(gathered)
        let facts = Dictionary(gathered.map { ($0.id, inputs.ids(of: $0)) }) { first, _ in first }
        #expect(facts[value] == [quantity, mark])
        #expect(facts[other] == [])
        #expect(facts[total] == [cash, value, other])
        #expect(facts[theta] == [quantity])
        #expect(facts[sum] == [theta])
    }

    /// Moments on Friday 2026-11-20 in New York and the Saturday after it; Thanksgiving, and the Friday of 13:00 behind it.
    @Test(arguments: [
        (1_795_165_200, MarketSession.premarket), (1_795_185_000, .regular), (1_795_208_400, .regular),
        (1_795_208_460, .afterHours), (1_795_230_000, .closed), (1_795_276_800, .closed),
        (1_795_708_800, .closed), (1_795_802_400, .regular), (1_795_803_600, .afterHours), (1_795_818_000, .closed),
    ])
    func tellsTheMarketSession(_ seconds: Int, session: MarketSession) {
        #expect(MarketSession(Date(timeIntervalSince1970: Double(seconds))) == session)
    }
}
