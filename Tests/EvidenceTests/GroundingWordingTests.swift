import Evidence
import Foundation
import Testing

/// The same claim in other words: each pair's first statement is so by the facts of its turn, and its second is not.
@Suite struct GroundingWordingTests {
    @Test(arguments: [
        ("risk", "The NVDA puts are rated medium for assignment.", "The NVDA puts are rated high for assignment."),
        ("risk", "The JPM put is flagged as low for assignment.", "The JPM put is flagged as medium for assignment."),
        ("risk", "The INTC calls are rated medium.", "The INTC calls are rated low."),
        ("risk", "JPM's put is classed as low.", "JPM's put is classed as high."),
        ("expiring", "The KO calls' assignment level is imminent.", "The KO calls' assignment level is medium."),
        ("risk", "SPY and NVDA are rated medium for assignment.", "SPY and JPM are rated medium for assignment."),
        ("risk", "Two contracts are rated HIGH: AMD and IWM.", "Three contracts are rated HIGH: AMD, IWM and INTC."),
        ("risk", "One short option is rated LOW: JPM.", "One short option is rated LOW: NVDA."),
        ("risk", "Five are rated MEDIUM.", "Six are rated MEDIUM."),
        (
            "risk", "Besides the KO calls, two contracts are flagged HIGH: AMD and IWM.",
            "Besides the KO calls, two contracts are flagged HIGH: AMD and JPM."
        ),
        ("technicals", "NVDA is in a bull regime.", "NVDA is in a bear regime."),
        ("technicals", "The regime is bullish with high volatility.", "The regime is bearish with high volatility."),
        ("technicals", "NVDA's regime: bull, high vol.", "NVDA's regime: bull, low vol."),
    ])
    func levels(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("risk", "You are long 200 shares of KO.", "You are short 200 shares of KO."),
        ("risk", "You are long 40 shares of SPY.", "You are short 40 shares of SPY."),
        ("scan", "The first candidate is to sell the INTC November 27 31 put.", "The idea is to buy the INTC 31 put."),
        ("scan", "Selling the DIS 102.5 put ties up $10,250.", "Buying the DIS 102.5 put ties up $10,250."),
        ("roll", "You would then sell the January 150 put.", "You would then buy the January 150 put."),
        ("roll", "You would buy the AMD 160 put to close.", "You would sell the AMD 160 put to close."),
        (
            "risk", "Besides the QQQ options you also hold 40 shares of SPY.",
            "Besides the SPY shares you also hold 100 shares of NVDA."
        ),
        ("risk", "You own no Netflix.", "You own no KO."),
        ("risk", "You don't own any Apple shares.", "You don't own any INTC shares."),
        ("risk", "Theta pays you $96.34 a day.", "You pay $96.34 a day in theta."),
        ("risk", "The SPY 655 puts decay in your favour at $31.38 a day.", "The SPY 655 puts cost you $31.38 a day."),
    ])
    func sides(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("scan", "The AMD 150 put returns 38.9% a year.", "The AMD 150 put returns 38.9% in ten days."),
        ("scan", "The DIS 102.5 put returns 0.76% over its ten days.", "The DIS 102.5 put returns 0.76% a year."),
        ("risk", "The JPM put is down $3 today.", "The JPM put is down $3 since you wrote it."),
        (
            "winners", "The example put earned 0.65 % on its collateral in 12 days.",
            "The example put earned 0.65 % on its collateral a year."
        ),
    ])
    func periods(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("risk", "The KO calls are showing a loss.", "The INTC calls are showing a loss."),
        ("risk", "DIS is your only stock showing a loss.", "KO is your only stock showing a loss."),
        ("risk", "DIS is the largest loss in the book.", "The SPY 645 puts are the largest loss in the book."),
        ("risk", "SPY is the biggest gain in the portfolio.", "MSFT is the biggest gain in the portfolio."),
        ("scan", "The candidates include INTC puts.", "All the candidates are INTC puts."),
        (
            "technicals", "The demand zone at $105.09 to $106.85 is the weakest.",
            "The demand zone at $105.09 to $106.85 is the strongest."
        ),
        ("roll", "All the rolls are AMD puts.", "All the rolls are QQQ puts."),
    ])
    func ranks(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        (
            "risk", "The effective number of positions is roughly 4.1 given the weights.",
            "The effective number of positions is roughly 4.7 given the weights."
        ),
        ("risk", "Buying power: $33,000 required for NVDA.", "Buying power: $31,000 required for NVDA."),
        (
            "expiring", "Assignment on AMD takes $16,000; with $122.6k in cash you can pay for it.",
            "Assignment on AMD takes $16,000; with $126.2k in cash you can pay for it."
        ),
        ("assignment", "KO's exposure is tiny, under 1%.", "SPY's exposure is tiny, under 1%."),
        ("technicals", "The ATR of $7.31 is 4.0% of the close.", "The ATR of $7.31 is 4.6% of the close."),
        ("scan", "Selling the INTC 30 put brings $22.", "Selling the INTC 30 put brings $32."),
        (
            "scan", "The top two are 1.7 points apart, the first ahead of the second by 1.7 points.",
            "The first is ahead of the second by 2.7 points."
        ),
        (
            "risk", "AMD has 2 days left; all others that are short have at least 30 days left.",
            "AMD has 2 days left; all others that are short have at least 31 days left."
        ),
        (
            "risk", "MSFT has a vega of $206.28; everything else is short vega.",
            "MSFT has a vega of $206.28; everything else is long vega."
        ),
        (
            "scan", "One of the ten listed puts expires on Dec 18, two on Jan 15.",
            "Four of the ten listed puts expire on Dec 18, two on Jan 15."
        ),
        (
            "risk",
            "| SPY leg | Unrealised |\n|---|---|\n| 645 put | -560.08 |\n| 655 put | 639.92 |\n| Total | 79.84 |",
            "| SPY leg | Unrealised |\n|---|---|\n| 645 put | -560.08 |\n| 655 put | 639.92 |\n| Total | 97.84 |"
        ),
        (
            "roll", "| Roll | Strike lower by |\n|---|---|\n| Dec 18 150 put | 10 |\n| Jan 15 145 put | 15 |",
            "| Roll | Strike lower by |\n|---|---|\n| Dec 18 150 put | 15 |\n| Jan 15 145 put | 10 |"
        ),
        (
            "scan", "INTC could fall 8.2% to the 31 put's break-even of 30.68.",
            "INTC could fall 8.9% to the 31 put's break-even of 30.68."
        ),
    ])
    func computed(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("risk", "The JPM put sits in the low bucket.", "The JPM put sits in the high bucket."),
        ("risk", "The QQQ 650 call was bought on Nov 4.", "The QQQ 640 call was bought on Nov 4."),
        ("risk", "You paid $5.31 for the QQQ 570 put.", "You paid $6.22 for the QQQ 640 call."),
        ("risk", "You collected $7.42 on the SPY 655 puts.", "You collected $5.73 on the SPY 645 puts."),
        ("risk", "The MSFT call is your only long call outside IWM and QQQ.", "The JPM put is your only short put."),
        ("risk", "DIS is the only stock that is down.", "KO is the only stock that is up."),
        ("risk", "The AMD put earns the most theta.", "The MSFT call earns the most theta."),
        ("risk", "The SPY spread is a credit spread.", "The SPY spread is a debit spread."),
        ("risk", "The AMD put has no intrinsic value.", "The KO calls have no intrinsic value."),
        ("risk", "The KO calls are very likely to be assigned.", "The JPM put is very likely to be assigned."),
        ("risk", "Assignment of the JPM put is unlikely.", "Assignment of the KO calls is unlikely."),
        ("risk", "The AMD put expires this week.", "The JPM put expires this week."),
        ("risk", "The QQQ options expire next month.", "The NVDA puts expire next month."),
        ("earnings", "NVDA reports this month.", "JPM reports this month."),
        ("earnings", "No earnings report of AMD is listed in that time.", "AMD is listed in that time."),
        ("roll", "Each roll lowers the strike.", "Each roll raises the strike."),
        ("roll", "Every roll pays a credit.", "Every roll costs a debit."),
        ("quote", "NVDA is down on the day.", "NVDA is up on the day."),
        ("risk", "The INTC shares are up, and INTC is up today.", "DIS is up today."),
        ("scan", "The top candidate is the AMD 145 put.", "The top candidate is the INTC 31 put."),
        ("income", "Two months lost money: June and August.", "Two months lost money: June and May."),
        ("income", "Not every month was positive.", "Every month was positive."),
        ("income", "The year is a net loss on premium.", "You made a net profit on premium this year."),
        ("scan", "The AMD 145 put yields 0.81% for the ten days.", "The AMD 145 put yields 29.5% for the ten days."),
    ])
    func words(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    /// What is supposed, asked or said of another trade claims none of it.
    @Test(arguments: [
        ("scan", "If you bought the AMD 140 put against the 145 put you would have a spread."),
        ("scan", "Later you can buy back the AMD 145 put."), ("risk", "If AMD were rated low you could wait."),
        ("risk", "You could buy the QQQ 580 put back."),
        ("technicals", "A bear regime would call for smaller positions."),
        ("risk", "Being short 200 shares of KO after assignment is not possible, as you own them."),
    ])
    func leavesOpen(turn: String, text: String) throws {
        let report = try GroundingCorpus.report(text, turn)
        #expect(report.struck == 0, "\(text): \(report.failures.map(\.description))")
    }
}
