import Evidence
import Foundation
import Testing

/// Claims that hold no wrong figure and may yet be wrong: ranks, comparisons, what the owner holds, computed results.
@Suite struct GroundingClaimTests {
    /// The book's vega is $111.06 a point, that of the SPY 655 puts -$109.81.
    @Test(arguments: [
        (
            "A one-point rise in implied volatility would add about $111 to the book.",
            "A one-point rise in implied volatility would cost the book $111.06."
        ),
        ("A fall of volatility by one point costs $111.06.", "A one point rise in volatility costs $111.06."),
        ("A point of volatility down would cost $111.06.", "A fall of volatility by a point would add $111.06."),
    ])
    func aChangeOfVolatilityBringsWhatTheSignOfVegaSays(right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: "risk")
    }

    private func isShown(_ text: String, _ turn: String) throws -> Bool {
        try GroundingCorpus.turn(turn).grounding.verify(Draft(markdown: text)).struck == 0
    }

    @Test(arguments: [
        ("risk", "SPY has the largest weight in the portfolio.", true),
        ("risk", "MSFT has the smallest weight.", false),
        ("risk", "SPY has the largest unrealised gain of your stocks.", true),
        ("risk", "KO has the largest unrealised gain of your stocks.", false),
        ("risk", "KO's short calls lose the most of all positions.", false),
        ("assignment", "KO is the position most likely to be assigned.", true),
        ("assignment", "AMD is the position most likely to be assigned.", false),
        ("income", "October was the best month for net premium.", true),
        ("income", "July was the best month for net premium.", false),
        ("income", "Interest was highest in July.", true),
        ("income", "Interest was highest in June.", false),
        ("roll", "The Jan 150 offers the highest credit.", true),
        ("roll", "The Dec 150 offers the highest credit.", false),
        ("scan", "The AMD 150 put has the highest annualised return.", true),
        ("scan", "The AMD 145 put has the highest annualised return.", false),
        ("earnings", "NVDA reports first.", true),
        ("earnings", "JPM reports first.", false),
        ("technicals", "The strongest zone is the supply zone.", false),
        ("risk", "SPY has a higher weight than QQQ.", true),
        ("risk", "QQQ has a higher weight than SPY.", false),
        // The second of something is not the first of it.
        ("risk", "QQQ has the second largest weight.", true),
    ])
    func judgesRanks(turn: String, text: String, isRight: Bool) throws {
        #expect(try isShown(text, turn) == isRight, "\(text)")
    }

    @Test(arguments: [
        ("scan", "You already hold a short INTC Nov 27 30 put.", false),
        ("scan", "If you already hold the INTC 30 put, selling it again doubles up.", true),
        ("scan", "The INTC 30 put is one of the candidates.", true),
        ("roll", "You are short one AMD 160 put.", true),
        ("risk", "You hold 100 shares of MSFT.", false),
        ("risk", "You hold 100 shares of DIS.", true),
        ("risk", "Your MSFT call controls 100 shares.", true),
    ])
    func judgesHoldings(turn: String, text: String, isRight: Bool) throws {
        #expect(try isShown(text, turn) == isRight, "\(text)")
    }

    @Test(arguments: [
        ("quote", "Previous close was $184.05, so the stock has shed $2.75 a share.", true),
        ("quote", "Previous close was $184.05, so the stock has shed $2.57 a share.", false),
        ("quote", "NVDA 181.30; +2.75 on the day.", false),
        ("quote", "Bid/ask of 181.29 × 181.31.", true),
        ("quote", "Fifty NVDA shares would be worth about $9,065.", true),
        ("quote", "Fifty NVDA shares would be worth about $9,650.", false),
        ("quote", "You hold fifty NVDA shares worth about $9,065.", false),
        ("scan", "The 29, 30 and 31 puts on INTC pay 17, 22 and 32 cents.", true),
        ("risk", "Free buying power: $43,585.86 (122,585.86 - 79,000).", true),
        ("risk", "Free buying power: $43,585.86 (122,585.86 - 97,000).", false),
        ("income", "In Q3 you collected $661.48 of net premium.", true),
        ("income", "In Q2 you collected $661.48 of net premium.", false),
        ("income", "YTD you're at -$903.08 in net premium, mostly because June cost you $6,688.08.", true),
        ("expiring", "Break-even on the put is $154.45, i.e. 160 less the 5.55 credit.", true),
        ("expiring", "Break-even on the put is $158.18, 160 less the 5.55 credit.", false),
        ("expiring", "It's past your 50% profit target by 17.2 points.", true),
        ("expiring", "Two positions expire this week.", false),
        ("quote", "The mid of bid and ask is 181.30, which is also the last trade.", true),
        ("risk", "SPY and NVDA together account for 60.3% of exposure.", false),
        ("risk", "The SPY spread is ahead by $79.84.", true),
        ("roll", "Per contract that's $526 for the January 150 and $396 for the January 145.", true),
        ("roll", "Per contract that's $526 for the January 145 and $396 for the January 150.", false),
        ("scan", "Selling one each of the AMD puts would bring in $372 against $43,500 of collateral.", true),
        ("technicals", "The lowest demand zone has been tested three times.", false),
        ("winners", "A put sold at $2.15 reaches the 50% target when it can be bought back for $1.075.", true),
        ("winners", "Holding the example put for its last 23 days would earn 19.7% annualised [2].", false),
        ("wash", "30 days before, the day of the sale and 30 days after make sixty days in all [2].", false),
        ("assignment", "The model puts the chance of early assignment on KO at 68.9% [1].", false),
    ])
    func judgesWhatIsComputed(turn: String, text: String, isRight: Bool) throws {
        #expect(try isShown(text, turn) == isRight, "\(text)")
    }

    /// A wrong sentence between correct ones is struck, and they are not; two wrong statements in one sentence are caught as
    /// one would be.
    @Test func strikesTheWrongSentenceAlone() throws {
        var (wrong, missed, neighbours, harmed): (Int, Int, Int, Int) = (0, 0, 0, 0)
        var (pairs, passed): (Int, Int) = (0, 0)
        for file in ["statements-9", "statements-10"] {
            let all = try GroundingCorpus.statements(file).filter { !$0.text.contains("|") && !$0.text.contains("\n") }
            for (turn, statements) in Dictionary(grouping: all, by: \.turn) {
                let grounding = try GroundingCorpus.turn(turn).grounding
                func isShown(_ text: String) -> Bool { grounding.verify(Draft(markdown: text)).struck == 0 }
                let correct = statements.filter { $0.isCorrect && isShown($0.text) }
                let spoilt = statements.filter { !$0.isCorrect && !isShown($0.text) }
                for (rank, bad) in spoilt.enumerated() {
                    let good = correct[rank % correct.count].text
                    let last = correct[(rank + 1) % correct.count].text
                    let report = grounding.verify(Draft(markdown: "\(good)\n\n\(bad.text)\n\n\(last)"))
                    wrong += 1
                    if !report.failures.contains(where: { bad.text.contains($0.text) }) { missed += 1 }
                    for text in [good, last] {
                        neighbours += 1
                        if report.failures.contains(where: { text.contains($0.text) }) { harmed += 1 }
                    }
                    let other = spoilt[(rank + 1) % spoilt.count].text
                    pairs += 1
                    if isShown("\(bad.text.dropLast()); \(other)") { passed += 1 }
                }
            }
        }
        #expect(wrong > 200 && pairs > 200)
        #expect(Double(missed) / Double(wrong) <= 0.02)
        #expect(Double(harmed) / Double(neighbours) <= 0.03)
        #expect(passed == 0)
        print(
            "wrong sentences missed among correct ones: \(missed) of \(wrong); correct ones struck: \(harmed) of \(neighbours); pairs passed: \(passed) of \(pairs)"
        )
    }
}
