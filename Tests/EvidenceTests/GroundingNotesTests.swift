import Evidence
import Foundation
import Testing

/// What notes and tables leave out, and citations under sentences that their passages do not hold: each rule with what it must
/// take and what it must not.
@Suite struct GroundingNotesTests {
    @Test(arguments: [
        // Measures with their days, Greek letters, the names traders give to zones.
        ("technicals", "SMA50 sits 27% above SMA200", "SMA50 sits 34% above SMA200"),
        (
            "technicals", "Close 184.05 (11/17) | SMA50 174.72 | SMA200 137.74",
            "Close 184.05 (11/17) | SMA50 137.74 | SMA200 174.72"
        ),
        ("technicals", "HV20 42% · ADX 11 · 63-day return +20.7%", "HV20 42% · ADX 14 · 63-day return +20.7%"),
        (
            "technicals", "Resistance: 188.00–190.22, fresh, strength 64",
            "Resistance: 188.00–190.22, fresh, strength 67"
        ),
        (
            "technicals", "| Demand 2 | 105.09–106.85 | tested ×3 | 38 |",
            "| Demand 2 | 105.09–106.85 | tested ×2 | 38 |"
        ),
        (
            "technicals", "| Demand 3 | 101.97–103.64 | tested ×2 | 40 |",
            "| Demand 3 | 101.97–103.64 | tested ×2 | 38 |"
        ),
        (
            "technicals", "Twenty-session volatility annualises to 41.8%.",
            "Fifty-session volatility annualises to 41.8%."
        ),
        // All that is held.
        ("risk", "**Day P&L:** −$384 (6 up, 12 down)", "**Day P&L:** −$384 (7 up, 11 down)"),
        ("risk", "**Day P&L:** −$384 (6 up, 12 down)", "**Day P&L:** +$384 (6 up, 12 down)"),
        ("assignment", "MEDIUM bucket (5): INTC call, NVDA put, QQQ put, QQQ call, SPY put", "LOW bucket (5): JPM put"),
        (
            "income", "Realised: 7 winning months, 1 losing (Aug, −180.24)",
            "Realised: 6 winning months, 2 losing (Aug, −180.24)"
        ),
        (
            "income", "- Months with negative premium: 2 of 10 (Jun, Aug)",
            "- Months with negative premium: 3 of 10 (Jun, Aug)"
        ),
        (
            "income", "Between February and May you collected about $2.4k of net premium, before June wiped it out.",
            "Between February and May you collected about $3.4k of net premium, before June wiped it out."
        ),
        ("income", "Interest = 77% of dividends + interest", "Dividends = 77% of dividends + interest"),
        (
            "risk", "DIS would need to rally 12.6% to get back to your cost.",
            "DIS would need to rally 11.2% to get back to your cost."
        ),
        (
            "risk", "Ten of your fourteen option positions expire on the same day, December 18.",
            "Ten of your fifteen option positions expire on the same day, December 18."
        ),
        // Strikes said once for a ticker, amounts apart from the name.
        (
            "scan", "Premium per contract at the bid: AMD 145 $117, 150 $160, 140 $95",
            "Premium per contract at the bid: AMD 145 $117, 150 $95, 140 $160"
        ),
        (
            "expiring", "AMD assignment: HIGH, 44%; $16k needed, $122.6k cash available",
            "AMD assignment: HIGH, 44%; $16k needed, $126.2k cash available"
        ),
        (
            "scan", "Delta on the AMD 140 put is just −0.096, about half of the 150 put's −0.179.",
            "Delta on the AMD 140 put is just −0.096, about a third of the 150 put's −0.179."
        ),
        (
            "scan", "Fifteen candidates survived out of 539 contracts, so fewer than 3% made the cut.",
            "Fifteen candidates survived out of 539 contracts, so fewer than 2% made the cut."
        ),
        ("risk", "SPY's weight is about 40%.", "SPY's weight is about 45%."),
        (
            "risk", "- **IWM 245 calendar** (short Dec, long Jan): $23.84 ahead overall",
            "- **IWM 245 calendar** (short Dec, long Jan): $32.84 ahead overall"
        ),
        // What a sentence says once for all of a list.
        (
            "expiring",
            "Both short options lost ground today: the AMD put by $37 and the KO calls by $60, for a combined $97.",
            "Both short options gained ground today: the AMD put by $37 and the KO calls by $60, for a combined $97."
        ),
        (
            "scan", "The 31 strike of INTC scores 75.5, the 29 strike 73.5 and the 30 strike 72.8.",
            "The 31 strike of INTC scores 75.5, the 29 strike 72.8 and the 30 strike 73.5."
        ),
        (
            "scan",
            "Implied volatility on the AMD puts ranges from about 59% at the 150 strike to 75% at the 140 strike.",
            "Implied volatility on the AMD puts ranges from about 75% at the 150 strike to 59% at the 140 strike."
        ),
        (
            "income",
            "October and November combined have brought in $2,733.20 of net premium, a clear pickup from September's $249.84.",
            "October and November combined have brought in $2,373.20 of net premium, a clear pickup from September's $249.84."
        ),
        (
            "scan",
            "If you sold all three AMD puts you would collect $372 in premium and need $43,500 of cash as collateral.",
            "If you sold all three AMD puts you would collect $327 in premium and need $43,500 of cash as collateral."
        ),
        (
            "expiring", "Assignment on the AMD put would cost $16,000, which is about 13% of your available cash.",
            "Assignment on the AMD put would cost $16,000, which is about 67% of your available cash."
        ),
        (
            "technicals", "Historical volatility is running at about 42% annualised.",
            "Historical volatility is running at about 42% per month."
        ),
        (
            "risk",
            "The requirement for all puts, $265,000, is about 1.4 times the net liquidation value of $186,149.86.",
            "The requirement for all puts, $256,000, is about 1.4 times the net liquidation value of $186,149.86."
        ),
        (
            "expiring", "Your AMD 160 put expires this Friday, November 20, so there is little time left to act.",
            "Your AMD 160 put expires this Thursday, November 19, so there is little time left to act."
        ),
        // The unit of a column is that of its cells.
        (
            "risk", "| Name | Weight % |\n|---|---|\n| SPY | 41.8 |\n| QQQ | 18.5 |",
            "| Name | Weight % |\n|---|---|\n| SPY | 18.5 |\n| QQQ | 41.8 |"
        ),
        (
            "risk", "| Position | Return % |\n|---|---|\n| DIS | -11.2 |",
            "| Position | Return % |\n|---|---|\n| DIS | 11.2 |"
        ),
        (
            "risk", "| Position | P&L ($) |\n|---|---|\n| DIS | -1,323 |",
            "| Position | P&L ($) |\n|---|---|\n| DIS | -1,232 |"
        ),
        // Who is spoken of where the first evidence is of one alone.
        ("expiring", "Just the one contract.", "Just the three contracts."),
        ("expiring", "Gave back $37 today.", "Gave back $73 today."),
    ])
    func takesTheRightAndNotTheWrong(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    /// A value of one kind does not stand beside the noun of another.
    @Test(arguments: [
        ("expiring", "The AMD put has 2 days to expiration.", "The AMD put has $372.96 days to expiration."),
        ("risk", "You hold 19 positions.", "You hold $372.96 positions."),
        ("expiring", "The AMD put expires in 2 days.", "The AMD put expires in $2."),
        ("expiring", "The AMD put expires in 2 days.", "The AMD put expires in 2 dollars."),
        ("risk", "Nine positions are short.", "Nineteen positions are short."),
        ("risk", "Cash is $122,585.86.", "Cash is $122,585.86 a month."),
    ])
    func holdsNounsAgainstUnits(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    /// A citation stands under what its passage holds, not under what it denies or knows nothing of.
    @Test(arguments: [
        (
            "assignment", "For short calls early assignment mostly happens the day before the ex-dividend date [1].",
            "Early assignment of a short call is impossible before the ex-dividend date [1]."
        ),
        (
            "assignment", "A short call is often assigned early when the dividend exceeds the extrinsic value [1].",
            "A short call is never assigned early when the dividend exceeds the extrinsic value [1]."
        ),
        (
            "assignment", "Early assignment means being assigned before expiration [1].",
            "Dividends are tax free in Texas [1]."
        ),
        (
            "assignment", "Early assignment means being assigned before expiration [1].",
            "Yaks are blue and live on Mars [1]."
        ),
        (
            "wash", "The loss is added to the basis of the replacement [2].",
            "The loss is never added to the basis of the replacement [2]."
        ),
    ])
    func holdsCitationsAgainstPassages(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }
}
