import Evidence
import Foundation
import Testing

/// What is said of positions without a price, in books of tickers that are one letter or have a point in them.
@Suite struct GroundingGapTests {
    /// Shares and a sold call of each ticker, and of which of them nothing is priced.
    private func grounding(_ tickers: [String], unpriced: [String], isCounted: Bool = true) -> Grounding {
        var builder = EvidenceBuilder(id: "P1", tool: "positions")
        func add(_ label: String, _ value: Decimal, _ unit: Fact.Unit, _ subjects: [String]) {
            builder.add(
                Fact(
                    label: label,
                    subjects: subjects,
                    value: .decimal(value),
                    unit: unit,
                    source: "statement.csv",
                    asOf: nil,
                    freshness: .fixed
                )
            )
        }
        for ticker in tickers {
            let call = "\(ticker) 2027-01-15 12 call"
            add("quantity", 100, .shares, [ticker])
            add("cost", 1000, .dollars, [ticker])
            add("quantity", -1, .contracts, [call])
            add("average price", Decimal(string: "0.4") ?? 0, .dollarsPerShare, [call])
        }
        if isCounted {
            add("positions", Decimal(2 * tickers.count), .count, [])
            add("positions not priced", Decimal(unpriced.count), .count, [])
        }
        builder.add(
            Fact(
                label: "coverage limit",
                value: .number(0.8),
                unit: .fraction,
                source: "rule",
                asOf: nil,
                freshness: .fixed
            )
        )
        for name in unpriced {
            builder.note(gap: "\(name) is not priced: no quote")
            builder.note(gap: "the unrealised result of the wheel on \(name) is not known: \(name) is not priced")
        }
        return Grounding(evidence: [builder.evidence(summary: "positions")])
    }

    private func struck(_ text: String, _ grounding: Grounding) -> [String] {
        grounding.verify(Draft(markdown: text)).figures.filter { $0.reason != nil }.map(\.text)
    }

    private static func sentences(_ ticker: String) -> [String] {
        [
            "- \(ticker): not priced and left out of the totals; cost $1,000.00",
            "- \(ticker) is not priced: no quote",
            "- the unrealised result of the wheel on \(ticker) is not known: \(ticker) is not priced",
        ]
    }

    @Test(arguments: ["F", "T", "V", "A", "BRK.B", "CWEN.A", "AMD"])
    func showsWhoIsNotPriced(ticker: String) {
        let all = [ticker, "\(ticker) 2027-01-15 12 call", "NVDA", "NVDA 2027-01-15 12 call"]
        let grounding = grounding([ticker, "NVDA"], unpriced: all)
        for sentence in Self.sentences(ticker) + Self.sentences("NVDA") {
            #expect(struck(sentence, grounding) == [], "\(sentence)")
        }
    }

    /// The gap of one is no gap of another, whichever of them is one letter.
    @Test(arguments: [("F", "T"), ("F", "NVDA"), ("NVDA", "F"), ("BRK.B", "NVDA"), ("NVDA", "BRK.B"), ("BRK.B", "F")])
    func strikesWhoIsPriced(unpriced: String, other: String) {
        let grounding = grounding([unpriced, other], unpriced: [unpriced])
        for sentence in Self.sentences(other) { #expect(struck(sentence, grounding).first == other, "\(sentence)") }
        for sentence in Self.sentences(unpriced) { #expect(struck(sentence, grounding) == [], "\(sentence)") }
    }

    @Test(arguments: [
        ("4 of 4 positions are not priced", 4, true),
        ("3 of 4 positions are not priced", 3, true),
        ("1 of 4 positions is not priced", 1, true),
        ("3 of your 4 positions could not be priced", 3, true),
        ("3 of 4 positions are not priced; suggestions need at least 80% of them priced", 3, true),
        (
            "Suggestions are withheld: 4 of 4 positions are not priced; suggestions need at least 80% of them priced",
            4, true
        ),
        (
            "Suggestions are withheld: 3 of 4 positions are not priced; suggestions need at least 80% of them priced",
            4, false
        ),
        (
            "Suggestions are withheld: 4 of 4 positions are not priced; suggestions need at least 80% of them priced",
            3, false
        ),
        (
            "Suggestions are withheld: 4 of 5 positions are not priced; suggestions need at least 80% of them priced",
            4, false
        ),
        (
            "Suggestions are withheld: 4 of 4 positions are not priced; suggestions need at least 70% of them priced",
            4, false
        ),
        ("2 of 4 positions are not priced", 3, false),
        ("4 of 4 positions are not priced", 3, false),
        ("3 of 5 positions are not priced", 3, false),
        ("3 of 4 positions are priced", 3, false),
        ("3 of 4 positions are priced but the others are not", 3, false),
        ("3 of 4 positions on NVDA are not priced", 3, false),
    ])
    func countsWhatIsNotPriced(text: String, unpriced: Int, isRight: Bool) {
        let names = ["F", "F 2027-01-15 12 call", "NVDA", "NVDA 2027-01-15 12 call"]
        let struck = struck(text, grounding(["F", "NVDA"], unpriced: Array(names.prefix(unpriced))))
        #expect(struck.isEmpty == isRight, "\(text): \(struck)")
    }

    /// Without the counts among the facts nothing says how many are priced.
    @Test func strikesCountsThatNoFactSays() {
        let grounding = grounding(["F", "NVDA"], unpriced: ["F", "NVDA"], isCounted: false)
        #expect(!struck("2 of 6 positions are not priced", grounding).isEmpty)
    }
}
