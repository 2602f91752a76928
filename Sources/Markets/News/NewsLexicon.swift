/// The words that make a tone, written for headlines about companies and markets.
///
/// A word counts 1 where it nearly always says something good or bad for a holder of the shares, a half where it often does.
/// Words that go either way (`cut`, `raise`, `buy`, `short`) are left out.
enum NewsLexicon {
    /// What `word`, in lower case, counts for; nil where it says nothing.
    static func weight(of word: String) -> Double? {
        weights[word]
    }

    /// How much stronger or weaker a word of degree makes the next word.
    static let degrees: [String: Double] = {
        var degrees: [String: Double] = [:]
        for word in "sharply strongly significantly massively hugely very highly deeply steeply much record".words {
            degrees[word] = 1.5
        }
        for word in "slightly somewhat modestly marginally mildly little partly".words { degrees[word] = 0.5 }
        return degrees
    }()

    /// Whether `word` turns what follows round.
    static func isNegation(_ word: String) -> Bool {
        negations.contains(word) || word.hasSuffix("n't")
    }

    private static let negations = Set("not no never without neither nor cannot hardly denies".words)

    private static let weights: [String: Double] = {
        var weights: [String: Double] = [:]
        for (text, weight) in [(good, 1.0), (fair, 0.5), (poor, -0.5), (bad, -1.0)] {
            for word in text.words { weights[word] = weight }
        }
        return weights
    }()

    private static let good = """
        beat beats beating outperform outperforms outperformed outperforming surge surges surged surging soar soars soared
        soaring rally rallies rallied rallying jump jumps jumped jumping climb climbs climbed climbing upgrade upgrades
        upgraded profit profits profitable breakthrough strong stronger strongest robust boom booms booming thrive thrives
        thriving rebound rebounds rebounded rebounding bullish success successful successfully win wins winning won
        outpace outpaces outpaced accelerates accelerated accelerating boost boosts boosted boosting excellent impressive
        stellar upbeat optimistic
        """

    private static let fair = """
        gain gains gained gaining rise rises rose rising grow grows grew growing growth improve improves improved
        improvement improving advance advances advanced higher top tops topped exceed exceeds exceeded recover recovers
        recovered recovery approve approves approved approval award awarded expand expands expanded expansion positive
        confident confidence opportunity innovative favorable favourable resilient solid healthy steady upside
        """

    private static let poor = """
        fall falls fell falling drop drops dropped dropping decline declines declined declining slip slips slipped
        slipping lower loses lost delay delays delayed uncertain uncertainty concern concerns worry worries worried
        pressure pressured slow slows slowed slowing slowdown challenge challenges risk risks risky volatile volatility
        negative caution cautious layoff layoffs headwind headwinds probe probes investigation investigates downside
        shortage shortages dispute disputes
        """

    private static let bad = """
        miss misses missed missing plunge plunges plunged plunging slump slumps slumped slumping tumble tumbles tumbled
        tumbling sink sinks sank sinking crash crashes crashed crashing plummet plummets plummeted plummeting downgrade
        downgrades downgraded loss losses weak weaker weakest weakness bearish lawsuit lawsuits sue sues sued fraud
        fraudulent bankrupt bankruptcy default defaults defaulted recall recalls recalled warn warns warned warning
        disappoint disappoints disappointed disappointing disappointment fail fails failed failing failure fine fined
        penalty scandal breach hack hacked halt halts halted collapse collapses collapsed crisis recession selloff
        impairment writedown underperform underperforms underperformed restatement restates violation violations
        """
}

extension String {
    /// The words between white space.
    fileprivate var words: [String] {
        split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
