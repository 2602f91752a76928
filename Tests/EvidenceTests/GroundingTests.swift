import Evidence
import Foundation
import Testing

@Suite struct GroundingTests {
    struct Case: CustomTestStringConvertible {
        let text: String
        /// What must be struck, in order.
        let struck: [String]
        let subjects: [String]

        init(_ text: String, struck: [String] = [], in subjects: [String] = []) {
            self.text = text
            self.struck = struck
            self.subjects = subjects
        }

        var testDescription: String { text }
    }

    private func struck(_ draft: Draft) -> [String] {
        Book.grounding.verify(draft).figures.filter { $0.reason != nil }.map(\.text)
    }

    @Test func acceptsTheWholeAnswer() {
        let report = Book.grounding.verify(Book.answer)
        for entry in report.figures where entry.reason != nil {
            Issue.record("\(entry.text) in piece \(entry.segment): \(entry.reason?.description ?? "")")
        }
        #expect(report.struck == 0)
        #expect(report.checked == report.matched)
        #expect(report.checked > 100)
        #expect(report.repaired == Book.answer)
    }

    /// Prose that is right in many ways of saying so.
    static let right = [
        Case("Your NVDA 170 put is down $312.60."),
        Case("The NVDA 170 put shows a $312.60 unrealised loss."),
        Case("NVDA's 170 put: P&L ($312.60)."),
        Case("NVDA 170P: delta -0.45, theta $24.31/day, vega -$22.87."),
        Case("The -0.446 delta of the NVDA 170 put is high."),
        Case("NVDA has a 0.45-delta put at the 170 strike."),
        Case("Assignment probability for the NVDA 170 put is about 44%."),
        Case("There is a 43.9% chance of assignment on the NVDA 170 put."),
        Case("NVDA trades at $171.40."),
        Case("NVDA and AAPL are 53.5% and 35.6% of the exposure, respectively."),
        Case("53.5% of the exposure is NVDA and 35.6% is AAPL."),
        Case("The NVDA 170 put is at -0.45 and the 160 put at -0.22."),
        Case("You are short 2 NVDA puts and 1 AAPL call."),
        Case("You are short two NVDA contracts."),
        Case("Short 2 NVDA 170 puts at $3.20, now $4.75."),
        Case("NVDA261120P00170000 has 12 DTE."),
        Case("The put expires Friday, Nov 20.", in: Book.nvda),
        Case("It expires on the 20th.", in: Book.nvda),
        Case("It expires 11/20 with 12 days to go.", in: Book.nvda),
        Case("It expires on 20 November 2026.", in: Book.nvda),
        Case("Both the AAPL call and the NVDA 160 put expire on 2026-12-18."),
        Case("Your cash is about $48.2k."),
        Case("Cash: $48,214."),
        Case("Net liquidation value: $69.1K."),
        Case("A total of 5 positions, 0 of them not priced."),
        Case("The five positions are worth $20,900."),
        Case("AAPL's cost basis is $201.15 per share against a price of $226.35."),
        Case("AAPL is worth $22,635, a gain of $2,520."),
        Case("Data as of 2026-11-08 15:45 ET."),
        Case("Data as of Nov 8 at 3:45 pm."),
        Case("The HHI is 0.425."),
        Case("F's put has a strike of 12.5."),
        Case("AAPL goes ex-dividend on 2026-11-09 with $0.26."),
        Case("All short puts together would take $56,250; cash is $48,213.77."),
        Case("NVDA is below its 50-day average."),
        Case("Theta is $24.31 a day for the NVDA 170 put, from quantity x multiplier x theta / 365."),
        Case("A 1% move in the S&P 500 changes vega per 1% as Form 10-K says."),
        Case("See [P1.3] and P2.1 for the source activity.csv:12."),
        Case("You asked about 45 DTE."),
        Case("In a scenario of a 10% drop, nothing is known."),
        Case("Implied volatility is 47.13% for the 170 put and 44.67% for the 160 put.", in: ["NVDA"]),
        Case("IV 47.1%, delta -0.446, theta $24.31.", in: Book.nvda),
        Case("The position delta is 89.24 shares.", in: Book.nvda),
        Case("The guide manages at 21 days [1]. Winners close at 50% [1]."),
        Case("The rule looks at short options from 21 days on; NVDA has 12 days to expiration."),
        Case("None of the positions needs a look; one of them is a call."),
        Case("Day change of the NVDA 170 put: -$84.50."),
        Case("It was Nov 2026 when you opened nothing in 2026."),
        Case("NVDA is more than half of the exposure."),
        Case("The net premium of 2026-10 is $588.88, that of 2026-09 -$376.24."),
        Case("Cash is $48,213.77 and winners close at 50% [1]."),
    ]

    @Test(arguments: right)
    func acceptsPlainProse(_ row: Case) {
        let report = Book.grounding.verify(Draft([.init(.prose(row.text), subjects: row.subjects)]))
        let struck = report.figures.filter { $0.reason != nil }.map { "\($0.text): \($0.reason?.description ?? "")" }
        #expect(struck.isEmpty)
    }

    /// Prose with something in it that no data says.
    static let wrong = [
        Case("Your cash is $48,213.78.", struck: ["$48,213.78"]),
        Case("Your cash is $482,137.70.", struck: ["$482,137.70"]),
        Case("Your cash is 48,213.77%.", struck: ["48,213.77%"]),
        Case("Your cash is -$48,213.77.", struck: ["-$48,213.77"]),
        Case("NVDA is 35.6% and AAPL is 53.5% of the exposure.", struck: ["35.6%", "53.5%"]),
        Case("NVDA and AAPL are 35.6% and 53.5% of the exposure.", struck: ["35.6%", "53.5%"]),
        Case("35.6% of the exposure is in NVDA.", struck: ["35.6%"]),
        Case("The NVDA 170 put has a delta of -0.22.", struck: ["-0.22"]),
        Case("The NVDA 160 put has a delta of -0.45 and the 170 put one of -0.22.", struck: ["-0.45", "-0.22"]),
        Case("The NVDA 170 put has a delta of 0.446.", struck: ["0.446"]),
        Case("The NVDA 170 put has a theta of -$22.87.", struck: ["-$22.87"]),
        Case("The NVDA 170 put has a vega of $24.31.", struck: ["$24.31"]),
        Case("The assignment probability of the NVDA 170 put is 47.1%.", struck: ["47.1%"]),
        Case("The NVDA 170 put has a gain of $312.60.", struck: ["$312.60"]),
        Case("The NVDA 170 put is up $312.60.", struck: ["$312.60"]),
        Case("The NVDA 170 put shows $312.60.", struck: ["$312.60"]),
        Case("AAPL shares show a loss of $2,520.", struck: ["$2,520"]),
        Case("You are long 2 NVDA puts.", struck: ["2"]),
        Case("You hold 2 shares of NVDA.", struck: ["2"]),
        Case("The NVDA 171 put is at risk.", struck: ["171"]),
        Case("The NVDA 170 call is at risk.", struck: ["170"]),
        Case("The AAPL 170 put is at risk.", struck: ["170"]),
        Case("NVDA 2026-11-27 170 put.", struck: ["2026-11-27 170"]),
        Case("NVDA261120P00171000 is open.", struck: ["NVDA261120P00171000"]),
        Case("The NVDA 170 put expires on 2026-11-21.", struck: ["2026-11-21"]),
        Case("The NVDA 170 put expires on 2026-12-18.", struck: ["2026-12-18"]),
        Case("The NVDA 170 put expires on 2026-11-08.", struck: ["2026-11-08"]),
        Case("The NVDA 170 put expires Thursday, Nov 20.", struck: ["Thursday, Nov 20"]),
        Case("Data as of 2026-11-08 15:46 ET.", struck: ["15:46"]),
        Case("Data as of 2026-11-08 15:45 UTC.", struck: ["15:45"]),
        Case("TSLA has a delta of -0.45.", struck: ["TSLA", "-0.45"]),
        Case("The TSLA 170 put has 12 DTE.", struck: ["TSLA", "170", "12"]),
        Case("Cash is $1,000,000 [2].", struck: []),
        Case("Your cash is $1,000,000 [2].", struck: ["$1,000,000"]),
        Case("Your cash is $1,000,000.", struck: ["$1,000,000"]),
        Case("NVDA's delta is 0.99 [2].", struck: ["0.99"]),
        Case("NVDA delta is 0.99.", struck: ["0.99"]),
        Case("The guide closes winners at 60% [1].", struck: ["60%"]),
        Case("The guide manages at 12 days [1].", struck: ["12"], in: Book.nvda),
        Case("So says the guide [7].", struck: ["[7]"]),
        Case("So says the guide [P9.1].", struck: ["[P9.1]"]),
        Case(
            "The guide says \"roll for a net credit of at least $0.20 per share\" [1].",
            struck: ["roll for a net credit of at least $0.20 per share"]
        ),
        Case("NVDA will drop 10% tomorrow.", struck: ["10%", "tomorrow"]),
        Case("Your plan runs for 45 days.", struck: ["45"]),
        Case("You asked about $45.", struck: ["$45"]),
        Case("You hold fifty contracts.", struck: ["fifty"]),
        Case("You hold twenty-two positions.", struck: ["twenty-two"]),
        Case("A third of the exposure is NVDA.", struck: ["A third"]),
        Case("Your cash is $４８,213.", struck: ["$４８,213"]),
        Case("Your cash is $48,\u{200B}213.77.", struck: ["$48,\u{200B}213.77"]),
        Case("Your cash is $4&#56;,213.77.", struck: ["$4&#56;", "213.77"]),
        Case("\u{202E}Your cash is $48,213.77.", struck: ["$48,213.77"]),
        Case("```\ncash = 99\n```", struck: ["99"]),
        Case("`$99`", struck: ["$99"]),
        Case("7. A list begins with one.", struck: ["7"]),
        Case("See notes-2024.md.", struck: ["2024"]),
        Case("A 50-day plan.", struck: ["50"]),
        Case("There are 5 alerts on 6 positions.", struck: ["6"]),
        Case("NVDA has 21 days to expiration.", struck: ["21"]),
        Case("NVDA's weight is 25%.", struck: ["25%"]),
        Case("The assignment probability, which the model puts at 47.1%, is high.", struck: ["47.1%"], in: Book.nvda),
        Case("The net premium of 2026-09 is $588.88.", struck: ["$588.88"]),
        Case("The net premium of 2026-08 is good.", struck: ["2026-08"]),
    ]

    @Test(arguments: wrong)
    func strikesWhatNoDataSays(_ row: Case) {
        #expect(struck(Draft([.init(.prose(row.text), subjects: row.subjects)])) == row.struck)
    }

    @Test func keepsTheTextAroundWhatIsStruck() {
        let draft = Draft([.init(.prose("Cash is $1.23 – “café” – and NVDA is 53.5% [9].")), .init(.prose("Fine."))])
        let report = Book.grounding.verify(draft)
        #expect(
            report.repaired.segments[0].texts == ["Cash is [unverified] – “café” – and NVDA is 53.5% [unverified]."]
        )
        #expect(report.repaired.segments[1] == draft.segments[1])
        #expect(report.checked == 3)
        #expect(report.struck == 2)
        // What was repaired has nothing more to strike.
        #expect(Book.grounding.verify(report.repaired).struck == 0)
    }

    @Test func leavesNothingToStrikeInARepairedAnswer() {
        for row in Self.wrong {
            let report = Book.grounding.verify(Draft([.init(.prose(row.text), subjects: row.subjects)]))
            let again = Book.grounding.verify(report.repaired)
            #expect(again.struck == 0, "\(report.repaired.text): \(again.failures.map(\.description))")
        }
    }

    @Test func namesTheFactsItMatched() throws {
        let report = Book.grounding.verify(Draft([.init(.prose("Cash is $48,213.77 and winners close at 50% [1]."))]))
        let cash = try #require(Book.evidence[0].facts.first { $0.label == "cash" })
        #expect(report.figures.map(\.status) == [.matched([cash.id]), .quoted("D1.1"), .citation("D1.1")])
    }

    @Test(arguments: [
        ("Your cash is $777.", GroundingReport.Reason.unknownValue), ("Cash is 777%.", .otherUnit),
        ("AAPL is 53.5% of it.", .otherSubject), ("NVDA is at $53.", .unknownValue),
        ("The NVDA 170 put has a vega of $24.31.", .otherLabel), ("The NVDA 170 put gained $312.60.", .otherSign),
        ("You hold 40 shares of AAPL.", .otherUnit), ("It drops 10%.", .notPresentedAsAsked),
        ("The guide says 60% [1].", .notInPassage), ("It is so [9].", .unknownCitation),
        ("It is ½.", .unreadable("digits of another script")),
    ])
    func saysWhy(_ text: String, reason: GroundingReport.Reason) {
        let report = Book.grounding.verify(Draft([.init(.prose(text))]))
        #expect(report.figures.compactMap(\.reason).first == reason)
    }

    @Test func checksQuotesToTheLetter() {
        let text = "Manage every  short option at 21 days to expiration"
        let kept = Book.grounding.verify(Draft([.init(.quote(text, passage: "D1.1"))]))
        #expect(kept.figures.map(\.status) == [.quoted("D1.1")])
        for (text, passage) in [
            ("Manage every short option at 22 days", "D1.1"), (text, "D1.2"), (text, "D9.1"), ("", "D1.1"),
        ] {
            let report = Book.grounding.verify(Draft([.init(.quote(text, passage: passage))]))
            #expect(report.figures.compactMap(\.reason) == [.notVerbatim])
            #expect(report.repaired.segments[0].texts == [GroundingReport.placeholder])
        }
    }

    @Test func bindsCellsByColumnAndRow() {
        let columns = ["Symbol", "Strike", "Expiration", "Delta", "Theta", "P&L"]
        func cells(_ row: String...) -> [String] {
            struck(Draft([.init(.row(cells: row, columns: columns))]))
        }
        #expect(cells("NVDA", "170", "2026-11-20", "-0.45", "24.31", "-312.60").isEmpty)
        #expect(cells("NVDA", "160", "2026-12-18", "-0.22", "9.46", "83.70").isEmpty)
        #expect(cells("NVDA", "170", "2026-11-20", "-0.22", "9.46", "83.70") == ["-0.22", "9.46", "83.70"])
        #expect(cells("NVDA", "170", "2026-11-20", "24.31", "-0.45", "-312.60") == ["24.31", "-0.45"])
        #expect(cells("NVDA", "170", "2026-11-20", "-0.45", "24.31", "312.60") == ["312.60"])
        #expect(cells("NVDA", "170", "2026-11-20", "-0.45", "24.31", "(312.60)").isEmpty)
        #expect(cells("TSLA", "170", "2026-11-20", "-0.45", "24.31", "-312.60").count == 5)
    }

    @Test func readsTablesOfMeasures() {
        let columns = ["Measure", "Value"]
        func row(_ measure: String, _ value: String) -> [String] {
            struck(Draft([.init(.row(cells: [measure, value], columns: columns), subjects: Book.nvda)]))
        }
        #expect(row("Delta", "-0.446").isEmpty)
        #expect(row("Assignment probability", "43.9%").isEmpty)
        #expect(row("Assignment probability", "47.1%") == ["47.1%"])
        #expect(row("Unrealised loss", "$312.60").isEmpty)
        #expect(row("Unrealised P&L", "$312.60") == ["$312.60"])
        #expect(struck(Draft([.init(.row(cells: ["Cash", "$48,213.77"], columns: columns))])).isEmpty)
        #expect(struck(Draft([.init(.row(cells: ["Total", "$2,531.55"], columns: ["Position", "P&L"]))])).isEmpty)
        #expect(
            struck(Draft([.init(.row(cells: ["Total", "$2,520.00"], columns: ["Position", "P&L"]))])) == ["$2,520.00"]
        )
    }

    @Test func readsWhatALanguageModelWrites() {
        let markdown = """
            ## NVDA

            The 170 put has **12 DTE** and a delta of `-0.45`.
            Its IV is 44.7%.

            | Measure | AAPL | NVDA |
            |---------|-----:|-----:|
            | Weight  | 35.6% | 53.5% |
            | Weight  | 53.5% | 35.6% |

            # Cash
            You have $48,213.77.
            """
        let report = Book.grounding.verify(Draft(markdown: markdown))
        #expect(report.figures.filter { $0.reason != nil }.map(\.text) == ["53.5%", "35.6%"])
        #expect(report.repaired.text.contains("| [unverified] | [unverified]"))
    }

    @Test func leavesPortfolioValuesToThoseWhoMeanThem() {
        // The whole portfolio's profit is not NVDA's, unless the words speak of all.
        #expect(struck(Draft([.init(.prose("NVDA has an unrealised P&L of $2,531.55."))])) == ["$2,531.55"])
        #expect(struck(Draft([.init(.prose("With NVDA the total unrealised P&L is $2,531.55."))])).isEmpty)
    }

    @Test func takesTheQuestionsFiguresOnlyAsAsked() {
        let report = Book.grounding.verify(Draft([.init(.question("NVDA drops 10%, 45 DTE, $77"))]))
        #expect(report.figures.map(\.status) == [.asked, .asked, .struck(.unknownValue)])
    }

    @Test func worksWithoutEvidence() {
        let report = Grounding(evidence: []).verify(Draft([.init(.prose("It is $5 [1] on 2026-11-20."))]))
        #expect(report.struck == 3)
        #expect(Grounding(evidence: []).verify(Draft([])).checked == 0)
    }

    @Test func survivesItsRecord() throws {
        let report = Book.grounding.verify(Draft([.init(.prose("Cash is $1 and $48,213.77."))]))
        let data = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(GroundingReport.self, from: data) == report)
    }

    /// Tickers that are also days or months: `SUN`, `MAR`, `WED`.
    @Test(arguments: ["WED", "SUN", "MAR", "DEC", "MAY"])
    func readsTickersThatLookLikeDates(ticker: String) {
        var builder = EvidenceBuilder(id: "P1", tool: "positions")
        let subjects = ["\(ticker) 2027-01-15 24 put", ticker]
        builder.add(Book.fact("quantity", subjects, Book.decimal("-1"), .contracts))
        builder.add(Book.fact("average price", subjects, Book.decimal("0.56"), .dollarsPerShare))
        let grounding = Grounding(evidence: [builder.evidence(summary: "positions")])
        let columns = ["Position", "Qty", "Avg price"]
        func struck(_ cells: String...) -> [String] {
            let draft = Draft([.init(.row(cells: cells, columns: columns), subjects: [subjects[0]])])
            return grounding.verify(draft).figures.filter { $0.reason != nil }.map(\.text)
        }
        #expect(struck(subjects[0], "-1", "$0.56").isEmpty)
        #expect(struck(subjects[0], "-1", "$0.57") == ["$0.57"])
        #expect(!struck("\(ticker) 2027-01-15 25 put", "-1", "$0.56").isEmpty)
    }

    /// Where thousands of contracts share quantities and dates, each figure is still held against its own.
    @Test func tellsManyAlikeApart() {
        var builder = EvidenceBuilder(id: "P1", tool: "positions")
        let names = (0..<3_000).map { "SPY 2027-01-15 \(100 + $0) put" }
        for (number, name) in names.enumerated() {
            builder.add(Book.fact("quantity", [name, "SPY"], Book.decimal(number % 2 == 0 ? "-1" : "-2"), .contracts))
            builder.add(Book.fact("average price", [name, "SPY"], Book.decimal("\(number % 7).25"), .dollarsPerShare))
            builder.add(Book.fact("expiration", [name, "SPY"], Book.date("2027-01-15"), .date))
        }
        builder.add(Book.fact("opened", [names[0], "SPY"], Book.date("2026-03-04"), .date))
        let grounding = Grounding(evidence: [builder.evidence(summary: "positions")])
        let columns = ["Position", "Qty", "Avg price", "Opened"]
        func reasons(_ number: Int, _ quantity: String, _ price: String, _ opened: String = "—") -> [GroundingReport
            .Reason]
        {
            let row = Draft.Segment(
                .row(cells: [names[number], quantity, price, opened], columns: columns),
                subjects: [names[number]]
            )
            return grounding.verify(Draft([row])).figures.compactMap(\.reason)
        }
        #expect(reasons(0, "-1", "$0.25", "2026-03-04").isEmpty)
        #expect(reasons(2_999, "-2", "$3.25").isEmpty)
        #expect(reasons(2_999, "-1", "$3.25") == [.otherSubject])
        #expect(reasons(2_999, "-2", "$4.25") == [.otherSubject])
        #expect(reasons(2_999, "-2", "$7.25") == [.unknownValue])
        #expect(reasons(2_999, "-2", "$3.25", "2026-03-04") == [.otherSubject])
    }
}
