import Evidence
import Foundation
import Testing

/// What a lying writer would try to get past the check, each held against what it must strike.
@Suite struct AdversarialTests {
    private func struck(_ markdown: String) -> [String] {
        Book.grounding.verify(Draft(markdown: markdown)).figures.filter { $0.reason != nil }.map(\.text)
    }

    /// Every way must be caught; the last column says which figures.
    @Test(arguments: [
        // Names nobody knows, and roman numerals, which are written like them.
        ("You also hold GOOGL.", ["GOOGL"]), ("You hold XIX positions.", ["XIX"]), ("Tesla is part of it.", ["Tesla"]),
        ("Apple (NVDA) is at risk.", ["NVDA"]),
        // Number words.
        ("You hold nineteen positions.", ["nineteen"]), ("Three of your positions are not priced.", ["Three"]),
        ("NVDA's weight is twice the limit of 20%.", ["twice", "20%"]),
        ("Your cash is forty-eight thousand three hundred.", ["forty-eight thousand three hundred"]),
        // Dates that depend on the day.
        ("The NVDA 170 put expires tomorrow.", ["tomorrow"]), ("The NVDA 170 put expires this Monday.", ["Monday"]),
        ("The NVDA Dec 170 put is the risk.", ["Dec 170"]),
        // Parts of something else.
        ("NVDA is 53.5% of your cash.", ["53.5%"]), ("NVDA makes up 53.5% of the account.", ["53.5%"]),
        // What was computed, wrongly.
        ("NVDA and AAPL together are 79.1% of the exposure.", ["79.1%"]),
        ("Cash of $48,213.77 against $56,250 leaves a gap of $9,036.23.", ["$9,036.23"]),
        ("The NVDA 170 put is $2.40 in the money.", ["$2.40"]),
        // Digits that look otherwise than they are.
        ("Cash is $4\u{0660}.", ["$4\u{0660}"]), ("NVDA is 5\u{FE0F}\u{20E3}3.5%.", ["5\u{FE0F}\u{20E3}3.5%"]),
        ("Cash is $48,2l3.77.", ["$48,2", "l3.77"]), ("NVDA is 53\u{2024}5%.", ["53", "5%"]),
        // Columns that say something else.
        ("| Ticker | Cash |\n|---|---|\n| NVDA | 53.5% |", ["53.5%"]),
        ("| Ticker | Delta | Weight |\n|---|---|---|\n| NVDA | 53.5% | -0.45 |", ["53.5%", "-0.45"]),
        // Marks of sources that say something else.
        ("Cash is $48,213.77 [P2.1].", ["[P2.1]"]),
        ("A call is exercised early when the dividend is high [1].", ["[1]"]),
        // Figures put into the question's mouth.
        ("Your question shows that the plan runs for 60 days.", ["60"]),
        // Later sentences and paragraphs keep their subject.
        ("NVDA has a 170 put.\n\nIts delta is 0.39.", ["0.39"]),
        ("The AAPL 230 call is safe. It has a delta of -0.45.", ["-0.45"]),
    ])
    func isCaught(_ text: String, _ expected: [String]) {
        #expect(struck(text) == expected, "\(text)")
    }

    /// The same words with the right figures pass.
    @Test(arguments: [
        "Three of your five positions are puts.", "NVDA and AAPL together are 89.1% of the exposure.",
        "Cash of $48,213.77 against $56,250 leaves a gap of $8,036.23.",
        "The NVDA 170 put is $1.40 out of the money.", "The NVDA Nov 170 put is the risk.",
        "Apple (AAPL) is at $226.35.", "| Ticker | Weight |\n|---|---|\n| NVDA | 53.5% |",
        "Cash is $48,213.77 [P1.46].", "NVDA's weight of 53.5% is more than twice the limit of 25%.",
        "The NVDA 170 put expires in 12 days, on Friday, Nov 20.",
        "Two calls and puts: the AAPL 230 call and the F put.",
    ])
    func isAccepted(_ text: String) {
        let report = Book.grounding.verify(Draft(markdown: text))
        #expect(report.struck == 0, "\(report.failures.map(\.description))")
    }
}
