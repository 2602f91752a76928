import Evidence
import Foundation
import Testing

/// Claims in words alone: each is so or not by the facts of the turn, and the check must tell which.
@Suite struct GroundingStateTests {
    /// Pairs of which the first is so and the second, its opposite or the same of another, is not.
    @Test(arguments: [
        ("risk", "AMD's assignment risk is high.", "AMD's assignment risk is imminent."),
        ("risk", "The KO call has an imminent risk of assignment.", "The JPM put has an imminent risk of assignment."),
        ("risk", "Assignment risk on the JPM put is low.", "Assignment risk on the JPM put is medium."),
        ("risk", "Concentration is HIGH.", "Concentration is LOW."),
        ("risk", "Your concentration is high.", "Your concentration is low."),
        ("risk", "You are long the QQQ 570 put.", "You are short the QQQ 570 put."),
        ("risk", "You are short the QQQ 580 put.", "You are long the QQQ 580 put."),
        ("risk", "You sold the SPY 655 puts.", "You sold the SPY 645 puts."),
        ("risk", "Your long SPY 645 puts are a hedge.", "Your long SPY 655 puts are a hedge."),
        ("risk", "KO's calls are in the money.", "KO's calls are out of the money."),
        ("risk", "The AMD put is out of the money.", "The AMD put is in the money."),
        ("risk", "The AMD put is not in the money.", "The KO calls are not in the money."),
        ("risk", "The JPM put is OTM.", "The MSFT call is OTM."),
        ("risk", "AMD trades above its strike.", "AMD trades below its strike."),
        ("risk", "The KO calls are covered.", "The KO calls are naked."),
        ("risk", "The AMD put has not expired.", "The AMD put has expired."),
        ("risk", "DIS is underwater.", "The SPY 655 put is underwater."),
        ("risk", "The SPY 655 put is a winner.", "The SPY 655 put is a loser."),
        ("risk", "The NVDA puts are in the red.", "The NVDA puts are in the green."),
        ("income", "June was a losing month.", "July was a losing month."),
        ("income", "August was in the red.", "April was in the red."),
        ("risk", "You own KO shares.", "You own NVDA shares."),
        ("risk", "You hold DIS stock.", "You hold QQQ stock."),
        ("risk", "You don't own NVDA shares.", "You don't own KO shares."),
        ("risk", "MSFT is the only long call without a hedge.", "You don't own any KO."),
        ("risk", "The KO call is the only imminent assignment risk.", "The AMD put is the only high assignment risk."),
        (
            "assignment", "The KO calls expire after the ex-dividend date.",
            "The KO calls expire before the ex-dividend date."
        ),
        ("risk", "The KO calls are your second worst loser.", "SPY is the second worst loser."),
        ("risk", "NVDA has the third largest weight.", "JPM has the third largest weight."),
        ("risk", "SPY is your riskiest position.", "JPM is your riskiest position."),
        ("risk", "DIS is down 11.2% since you bought it.", "DIS fell 11.2% today."),
        ("risk", "KO is up 8.9% since the purchase.", "KO gained 8.9% today."),
        ("risk", "theta 96/day", "theta 96/wk"),
        ("risk", "Theta brings about $96 a day.", "Theta is costing you about $96 a day."),
        ("risk", "The QQQ 640 call moved $88 in your favour today.", "The QQQ 640 call moved $88 against you today."),
        ("risk", "Three of your stocks are in profit.", "All your stocks are in profit."),
        ("risk", "Most of your positions are making money.", "Most of your positions are losing money."),
        ("risk", "HCKT is not priced.", "HCKT is priced."),
        ("risk", "The AMD put expires before the KO calls.", "The AMD put expires after the KO calls."),
        ("risk", "The AMD put was opened in October.", "The AMD put was opened in November."),
        ("risk", "The portfolio is long delta.", "The portfolio is short delta."),
        (
            "risk", "The AMD put is more likely to be assigned than the JPM put.",
            "The JPM put is more likely to be assigned than the AMD put."
        ),
        ("income", "Best month: October.", "Best month: July."),
        ("scan", "Cheapest collateral: INTC 29 put at $2,900.", "Cheapest collateral: DIS 90 put at $9,000."),
        ("risk", "The SPY spread was opened for a 1.69 credit.", "The SPY spread was opened for a 1.69 debit."),
        ("income", "Fees came to $47.08 in all.", "Fees ran at $47.08 a month."),
        ("risk", "Eighteen of the 19 positions are priced.", "All 19 positions are priced."),
        (
            "technicals", "The 50-day average is 26.8% above the 200-day average.",
            "The 50-day average is 33.6% above the 200-day average."
        ),
    ])
    func tellsOneFromTheOther(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    /// What the facts decide counts as checked, though no figure stands in it.
    @Test(arguments: [
        ("risk", "KO's calls are in the money."), ("risk", "You are short the AMD put."),
        ("risk", "AMD's assignment risk is high."), ("risk", "DIS is underwater."), ("risk", "You own KO shares."),
        ("risk", "SPY has the largest weight."),
    ])
    func countsWhatItChecked(turn: String, text: String) throws {
        let report = try GroundingCorpus.report(text, turn)
        #expect(report.checked > 0 && report.matched == report.checked, "\(text)")
    }

    /// What words leave open is neither struck nor counted.
    @Test(arguments: [
        "If AMD closes below its strike the put is in the money.", "AMD could finish in the money.",
        "Is the AMD put in the money?", "The AMD put is not yet in the money, but it may be.",
        "Everything but KO is out of the money or close to it.", "Selling the put when it is in the money costs more.",
        "A covered call on AMD would need shares.",
    ])
    func leavesOpenWhatIsSupposed(text: String) throws {
        #expect(try GroundingCorpus.report(text, "risk").struck == 0, "\(text)")
    }
}
