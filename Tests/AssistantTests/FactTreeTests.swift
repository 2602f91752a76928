import Assistant
import Evidence
import Foundation
import Testing

@Suite struct FactTreeTests {
    /// Two contracts or shares at 3 and what they are worth; with a multiplier of its own where one is given.
    private func lines(of subject: String, _ unit: Fact.Unit, multiplier: Decimal? = nil) -> [FactTree.Line] {
        var facts: [Fact] = []
        func add(_ label: String, _ value: Decimal, _ unit: Fact.Unit, _ formula: String? = nil) {
            facts.append(
                Fact(
                    id: "P1.\(facts.count + 1)",
                    label: label,
                    subjects: [subject],
                    value: .decimal(value),
                    unit: unit,
                    source: formula == nil ? "quotes.csv" : "computed",
                    asOf: nil,
                    freshness: .fixed,
                    formula: formula
                )
            )
        }
        add("market value", 6, .dollars, "quantity x multiplier x mark")
        add("quantity", 2, unit)
        add("mark", 3, .dollarsPerShare)
        if let multiplier { add("multiplier", multiplier, .count) }
        return FactTree([Evidence(id: "P1", tool: "positions", summary: "", facts: facts)]).lines(under: "P1.1")
    }

    @Test func aFormulasMultiplierIsListedAmongWhatItRestsOn() {
        let option = lines(of: "KO 2026-12-18 67.5 call", .contracts)
        #expect(option.map(\.id) == ["P1.1", "", "P1.2", "P1.3"])
        #expect(option.map(\.depth) == [0, 1, 1, 1])
        #expect(option[1].text == "multiplier 100, shares of a standard contract")
        let shares = lines(of: "KO", .shares)
        #expect(shares[1].text == "multiplier 1, for shares")
    }

    @Test func whatAFormulaNamesTwiceIsNotTakenFromOthers() {
        func fact(_ id: String, _ subject: String, _ label: String, _ formula: String? = nil) -> Fact {
            Fact(
                id: id,
                label: label,
                subjects: [subject],
                value: .decimal(1),
                unit: .ratio,
                source: "computed",
                asOf: nil,
                freshness: .fixed,
                formula: formula
            )
        }
        let formula = "early + (1 - early) x probability of ending in the money"
        let facts = ["KO", "AMD"].enumerated().flatMap { rank, subject in
            [
                fact("P1.\(rank * 2 + 1)", subject, "assignment probability", formula),
                fact("P1.\(rank * 2 + 2)", subject, "early assignment probability"),
            ]
        }
        let tree = FactTree([Evidence(id: "P1", tool: "assignment", summary: "", facts: facts)])
        #expect(tree.lines(under: "P1.3").map(\.id) == ["P1.3", "P1.4"])
    }

    @Test func whatWasAddedUpFromRowsNamesThem() {
        let fact = Fact(
            id: "P1.1",
            label: "quantity",
            subjects: ["DIS"],
            value: .decimal(30),
            unit: .shares,
            source: "activity.csv",
            asOf: nil,
            freshness: .fixed,
            formula: "bought less sold",
            rows: (1...30).map { "activity.csv:\($0), buy 1" }
        )
        let lines = FactTree([Evidence(id: "P1", tool: "positions", summary: "", facts: [fact])]).lines(under: "P1.1")
        #expect(lines.count == 1 + FactTree.widest + 1)
        #expect(lines[0].text == "DIS: quantity 30 = bought less sold")
        #expect(lines[1] == FactTree.Line(depth: 1, id: "", text: "activity.csv:1, buy 1"))
        #expect(lines.last?.text == "and 6 more rows")
    }

    @Test func aMultiplierThatIsAFactIsNoConstant() {
        let adjusted = lines(of: "KO 2026-12-18 67.5 call", .contracts, multiplier: 150)
        #expect(adjusted.map(\.id) == ["P1.1", "P1.2", "P1.4", "P1.3"])
    }
}
