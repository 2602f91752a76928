import Markets
import Testing

@Suite struct NewsToneTests {
    @Test(
        arguments: [
            ("Nvidia beats estimates as revenue grows", NewsTone.Leaning.positive, 1.0, ["beats", "grows"]),
            ("Shares plunge after weak outlook", .negative, -1, ["plunge", "weak"]),
            ("Apple holds annual meeting", .neutral, 0, []),
            ("Profit beats, but outlook disappoints", .mixed, 1.0 / 3, ["profit", "beats", "disappoints"]),
            ("Results were not strong", .negative, -1, ["not strong"]),
            ("The lender isn’t bankrupt", .positive, 1, ["isn't bankrupt"]),
            ("Stock falls sharply lower", .negative, -1, ["falls", "sharply lower"]),
            ("No. Strong quarter", .positive, 1, ["strong"]),
            ("Not since the year of strong demand", .positive, 1, ["strong"]),
            ("", .neutral, 0, []),
        ] as [(String, NewsTone.Leaning, Double, [String])]
    )
    func countsTheWordsItShows(_ text: String, _ leaning: NewsTone.Leaning, _ score: Double, _ words: [String]) {
        let tone = NewsTone(of: text)
        #expect(tone.words.map(\.text) == words)
        #expect(abs(tone.score - score) < 1e-12)
        if leaning != .mixed { #expect(tone.leaning == leaning) }
    }

    @Test func weighsDegreesAndNegations() {
        let tone = NewsTone(of: "Sales slightly weak; margin not very strong")
        #expect(
            tone.words == [.init(text: "slightly weak", weight: -0.5), .init(text: "not very strong", weight: -1.5)]
        )
        #expect(tone.description == "negative by words: slightly weak, not very strong")
        #expect(NewsTone(of: "Meeting today").description == "neutral by words")
    }

    @Test func mixedIsBetweenTheThirds() {
        let tone = NewsTone(of: "Upgrade and downgrade")
        #expect(tone.score == 0)
        #expect(tone.leaning == .mixed)
        #expect(tone.description == "mixed by words: upgrade, downgrade")
    }

    /// Turning every word round turns the score round.
    @Test(arguments: ["strong", "weak", "growth", "lawsuit", "higher"])
    func negationTurnsTheScoreRound(_ word: String) {
        #expect(NewsTone(of: "not \(word)").score == -NewsTone(of: word).score)
        #expect(NewsTone(of: word).score != 0)
    }
}
