import Evidence
import Testing

/// Claims that rank, compare and count, and claims about assignment in words: each pair's first statement is so by the facts of
/// its turn, and its second is not.
@Suite struct GroundingComparisonTests {
    @Test(arguments: [
        ("risk", "SPY ranks first by exposure, QQQ second.", "QQQ ranks first by exposure, SPY second."),
        ("risk", "QQQ comes second by weight at 18.5%.", "NVDA comes second by weight at 10.5%."),
        ("risk", "After SPY, QQQ has the largest exposure.", "After SPY, NVDA has the largest exposure."),
        (
            "risk", "Among your positions, the SPY shares show the largest unrealised gain.",
            "Among your positions, the MSFT 500 call shows the largest unrealised gain."
        ),
        ("technicals", "Supply 1 ranks second by strength, behind demand 1.", "Supply 1 ranks third by strength."),
        ("technicals", "The strongest zone is demand 1 at 66.5.", "The strongest zone is supply 1 at 64.4."),
        (
            "income", "November is the second-best month for net premium, behind October.",
            "April is the second-best month for net premium, behind October."
        ),
        ("earnings", "NVDA reports first, on November 24.", "JPM reports first, on January 14."),
        ("earnings", "NVDA is the earliest report.", "JPM is the earliest report."),
    ])
    func ranks(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        (
            "income", "Net premium was higher in October than in April.",
            "Net premium was lower in October than in April."
        ),
        (
            "earnings", "Expected earnings are higher for JPM, at $4.62 a share, than for NVDA.",
            "Expected earnings are higher for NVDA, at $1.31 a share, than for JPM."
        ),
        ("earnings", "JPM reports later than NVDA.", "JPM reports earlier than NVDA."),
        (
            "scan", "The AMD 145 put scores above the AMD 150 put.", "The AMD 150 put scores above the AMD 145 put."
        ),
        ("risk", "MSFT's weight is slightly below NVDA's.", "MSFT's weight is slightly above NVDA's."),
        (
            "risk", "The concentration index of 0.241 is below the 0.25 limit.",
            "The concentration index has gone over its 0.25 limit."
        ),
        (
            "assignment", "The dividend of $0.53 is more than the $0.05 of extrinsic value.",
            "The extrinsic value left in the KO call is more than the 53-cent dividend."
        ),
        (
            "risk", "Cash of $122,585.86 is less than the $265,000 all put assignments would take.",
            "Cash of $122,585.86 is more than the $265,000 all put assignments would take."
        ),
        (
            "technicals", "The 50-day average is higher than the 200-day average.",
            "The 50-day average is lower than the 200-day average."
        ),
        (
            "risk", "Net vega of $111.06 is less than MSFT's $206.28.",
            "Net vega of $110.06 is less than MSFT's $206.28."
        ),
        (
            "risk", "The MSFT call's mark of $72 is above its cost of $66.35.",
            "The MSFT call's mark of $72 is below its cost of $66.35."
        ),
        (
            "assignment", "The early assignment probability of 68.9% is below the overall 93.5%.",
            "The early assignment probability of 68.9% is above the overall 93.5%."
        ),
        (
            "earnings", "NVDA's expected $1.31 is less than JPM's $4.62.",
            "NVDA's expected $1.31 is more than JPM's $4.62."
        ),
        ("earnings", "JPM reports 51 days after NVDA.", "JPM reports 51 days before NVDA."),
        ("scan", "The AMD 150 put pays more than the AMD 145 put.", "The AMD 145 put pays more than the AMD 150 put."),
        ("risk", "The KO calls lost more than the NVDA puts.", "The KO calls lost less than the NVDA puts."),
        ("technicals", "The nearest zone is supply 1.", "The nearest zone is demand 1."),
        ("risk", "Vega is positive.", "Vega is negative."),
        (
            "roll", "Going to January costs 28 more days than December.",
            "Going to January costs 56 more days than December."
        ),
        (
            "income", "Without June you'd be up $5,785.00 on premium.",
            "Without June you'd be down $5,785.00 on premium."
        ),
        ("quote", "NVDA last traded at $181.30.", "NVDA last traded at $184.05."),
        (
            "assignment", "At 68.9%, early assignment is some 25 points below the 93.5% of assignment.",
            "At 68.9%, early assignment is some 25 points above the 93.5% of assignment."
        ),
    ])
    func compares(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        (
            "risk", "Of the nine short options with an assignment probability KO's is the highest.",
            "Of the eight short options with an assignment probability KO's is the highest."
        ),
        ("scan", "All ten contracts listed passed their gates.", "All eleven contracts listed passed their gates."),
        ("scan", "Three of the ten puts are on AMD.", "Four of the ten puts are on AMD."),
        ("scan", "Only AMD's puts score above 80.", "Only INTC's puts score above 80."),
        ("income", "Interest was paid in nine of the ten months.", "Interest was paid in eight of the ten months."),
        ("risk", "Positions: 19 (18 priced)", "Positions: 19 (17 priced)"),
        ("risk", "You hold shares of DIS, KO and SPY.", "You hold shares of DIS, KO and NVDA."),
        (
            "risk", "If everything short was assigned, you'd deliver 700 shares.",
            "If everything short was assigned, you'd deliver 800 shares."
        ),
        (
            "risk", "Roughly four in ten dollars of exposure sit in SPY.",
            "Roughly six in ten dollars of exposure sit in SPY."
        ),
        ("scan", "Listed by underlying: AMD 3, IWM 1.", "Listed by underlying: AMD 2, IWM 1."),
        (
            "risk", "Across the 18 priced positions, HCKT is left out.",
            "Across the 19 priced positions, HCKT is left out."
        ),
        ("risk", "18 of the 19 positions are priced; HCKT is not.", "17 of the 19 positions are priced; HCKT is not."),
        (
            "income", "Leaving out June, the other nine months add up to $5,785.00.",
            "Leaving out June, the other eight months add up to $5,785.00."
        ),
        (
            "expiring", "One of your option positions expires by November 20.",
            "Two of your option positions expire by November 20."
        ),
        (
            "risk", "The losing positions together are down $3,264.40.",
            "The losing positions together are down $3,254.40."
        ),
        ("risk", "Winning positions add up to $5,817.56.", "Losing positions add up to $5,817.56."),
        (
            "expiring", "Day change: AMD put -37, KO calls -60, so -97 for the two.",
            "Day change: AMD put -37, KO calls -60, so -87 for the two."
        ),
        ("risk", "Everything except SPY weighs less than 20%.", "Everything except SPY weighs less than 15%."),
        (
            "risk", "The AMD put aside, all others have at least 30 days left.",
            "The AMD put aside, all others have at least 40 days left."
        ),
    ])
    func counts(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("risk", "KO is imminent and AMD is high.", "AMD is imminent and KO is high."),
        ("risk", "The KO call is imminent.", "The KO call is not imminent."),
        ("risk", "Nine short options could be assigned.", "Nothing could be assigned."),
        ("risk", "The cash does not cover all short puts.", "Your cash covers all short puts."),
        ("risk", "Assigning all short puts would need $265,000.", "Assigning all short puts would need $122,585.86."),
        ("risk", "If all puts are assigned, $265,000 is needed.", "If all puts are assigned, $79,000 is needed."),
        ("assignment", "Assignment would take away your 200 KO shares.", "Assignment would give you 200 shares of KO."),
        (
            "expiring", "If assigned you buy 100 AMD shares at $160.", "If assigned you sell 100 AMD shares at $160."
        ),
        ("expiring", "Assignment would mean buying 100 AMD at $160.", "Assignment would mean selling 100 AMD at $160."),
        ("assignment", "Your KO calls are covered.", "Your KO calls are naked."),
        ("expiring", "AMD expires in 2 days.", "KO expires in 2 days."),
        ("expiring", "The AMD put expires this week.", "Nothing expires this week."),
        (
            "assignment", "The day before ex-dividend is Thursday, Nov 19.",
            "The day before ex-dividend is Thursday, Nov 12."
        ),
        ("risk", "More than a third of the exposure is SPY.", "Less than a third of the exposure is SPY."),
        ("assignment", "The dividend is $0.53 a share.", "The dividend is $0.53 a month."),
        (
            "assignment", "Only $0.05 of extrinsic value per share is left.",
            "Only $0.05 of extrinsic value per contract is left."
        ),
        ("risk", "You own 200 KO shares.", "You hold no KO shares."),
    ])
    func assignments(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("technicals", "The supply zone has not been tested.", "The supply zone has already been tested."),
        ("technicals", "Demand 1 is fresh.", "Demand 2 is fresh."),
        ("technicals", "Demand 2 and demand 3 have been tested.", "Demand 1 and demand 3 have been tested."),
        ("income", "June was the worst month and October the best.", "October was the worst month and June the best."),
        ("scan", "The top score belongs to the AMD 145 put.", "The top score belongs to the AMD 150 put."),
        (
            "roll", "The profit target on the AMD put has been reached.",
            "The profit target on the AMD put has not been reached."
        ),
        ("scan", "The AMD 145 put passed all gates.", "The AMD 145 put failed one of its gates."),
        (
            "income", "Interest was credited every month from February to October.",
            "Interest was credited every month from February to November."
        ),
        (
            "winners", "Percent of maximum profit is the credit minus the mark, divided by the credit [1].",
            "Percent of maximum profit is the credit plus the mark, divided by the credit [1]."
        ),
        (
            "wash", "A replacement you buy in an IRA loses the loss for good [2].",
            "A replacement you buy in an IRA only postpones the loss [2]."
        ),
        (
            "winners", "The 170 put in the example has earned $110 per contract [2].",
            "The 170 put in the example has earned $110 per share [2]."
        ),
    ])
    func texts(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        (
            "risk", "Of the nine short options, two carry the level HIGH.",
            "Of the nine short options, three carry the level HIGH."
        ),
        (
            "risk", "Of your eighteen priced positions, only seven are showing a loss.",
            "Of your eighteen priced positions, only five are showing a loss."
        ),
        (
            "scan", "Of the ten puts listed, seven run out on November 27.",
            "Of the ten puts listed, eight run out on November 27."
        ),
        ("income", "Sorted by realised gain, March comes in first.", "Sorted by realised gain, March comes in third."),
        (
            "risk", "Ranked by implied volatility, the AMD put is at the top.",
            "Ranked by implied volatility, the NVDA put is at the top."
        ),
        (
            "roll", "The January 145 put would have the second-highest new assignment probability.",
            "The December 150 put would have the second-highest new assignment probability."
        ),
        (
            "roll", "For January, the 150 strike pays a larger credit than the 145 strike.",
            "For January, the 145 strike pays a larger credit than the 150 strike."
        ),
        (
            "risk", "The paper loss on the KO calls is smaller than the paper gain on the KO shares.",
            "The paper loss on the KO calls is bigger than the paper gain on the KO shares."
        ),
        (
            "risk", "The concentration index is not past its limit of 0.25.",
            "The concentration index has gone past its limit of 0.25."
        ),
        (
            "scan", "No put on the list has a higher annualised return than the AMD 150.",
            "No put on the list has a higher annualised return than the INTC 31."
        ),
    ])
    func wholes(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        (
            "earnings", "NVDA reports on 24 November 2026 and JPM on 14 January 2027, so the two are 51 days apart.",
            "NVDA reports on 24 November 2026 and JPM on 14 January 2027, so the two are 57 days apart."
        ),
        ("quote", "NVDA is off by roughly one and a half percent.", "NVDA is off by roughly two and a half percent."),
        (
            "roll", "Per contract, the January 150 roll pays a net credit of $526.",
            "Counted for the whole contract, the January 150 roll pays a net credit of $5.26."
        ),
        (
            "scan", "The AMD 150 put would return 38.9% annualised on its collateral.",
            "Over its ten days, the AMD 150 put would return 38.9% on its collateral."
        ),
        ("technicals", "Demand zone 2 has been tested three times.", "Demand zone 3 has been tested three times."),
        (
            "assignment", "Buy-back cost at the mark: 2 contracts x 100 x $4.85 = $970.",
            "Buy-back cost at the mark: 2 contracts x 100 x $4.85 = $960."
        ),
        (
            "quote", "NVDA slips about 1.5% from its previous close, to $181.30.",
            "NVDA slips about 2.5% from its previous close, to $181.30."
        ),
        (
            "roll", "The new assignment probability of the December 145 put is roughly a quarter.",
            "With the December 145 put, the new assignment probability would be roughly two fifths."
        ),
        (
            "winners", "To get the percent of maximum profit, divide the credit minus the mark by the credit [1].",
            "To get the percent of maximum profit, take the credit minus the mark and divide it by the mark [1]."
        ),
        (
            "winners", "The profit target says nothing about when a losing put should be closed [4].",
            "The profit target also settles when a losing put ought to be closed [4]."
        ),
        (
            "wash", "The loss is only delayed in a taxable account; bought in an IRA, it is lost for good [2].",
            "A replacement you buy in an IRA only postpones the loss [2]."
        ),
    ])
    func measures(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    /// A row of a table may name a zone by its number, under a title that says of which kind it is.
    @Test func readsNumberedZones() throws {
        let head = "| Demand zone | Range | Tests |\n|---|---|---|\n"
        try GroundingCorpus.expect(
            head + "| 1 | 142.74-149.80 | 0 |\n| 2 | 105.09-106.85 | 3 |",
            not: head + "| 1 | 142.74-149.80 | 3 |\n| 2 | 105.09-106.85 | 0 |",
            in: "technicals"
        )
    }
}
