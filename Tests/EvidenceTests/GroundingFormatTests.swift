import Evidence
import Foundation
import Testing

/// Statements in the forms of notes, lists, tables and data: each pair's first is so by the facts of its turn, and its second is
/// not.
@Suite struct GroundingFormatTests {
    @Test(arguments: [
        (
            "risk", #"{"position": "QQQ 2026-12-18 580 put", "qty": -1, "dte": 30, "delta": -0.186, "iv": 0.232}"#,
            #"{"position": "QQQ 2026-12-18 580 put", "qty": -1, "dte": 30, "delta": -0.168, "iv": 0.232}"#
        ),
        (
            "risk", #"{"symbol": "DIS", "shares": 100, "avg_price": 117.85, "unrealised_pnl": -1323.00}"#,
            #"{"symbol": "DIS", "shares": 100, "avg_price": 117.85, "unrealised_pnl": 1323.00}"#
        ),
        (
            "expiring", #"{"position": "AMD 2026-11-20 160 put", "assignment": {"level": "HIGH", "prob": 0.444}}"#,
            #"{"position": "AMD 2026-11-20 160 put", "assignment": {"level": "LOW", "prob": 0.444}}"#
        ),
        (
            "earnings", #"{"symbol": "NVDA", "report": "2026-11-24", "session": "after the close"}"#,
            #"{"symbol": "NVDA", "report": "2026-11-24", "session": "before the open"}"#
        ),
        (
            "quote", #"{"symbol": "NVDA", "mark": 181.30, "as_of": "2026-11-18T20:45:00Z"}"#,
            #"{"symbol": "NVDA", "mark": 181.30, "as_of": "2026-11-18T16:45:00Z"}"#
        ),
        (
            "risk", "{\n  \"symbol\": \"KO\",\n  \"mark\": 72.30,\n  \"day_change\": 72.00\n}",
            "{\n  \"symbol\": \"KO\",\n  \"mark\": 72.30,\n  \"day_change\": 86.00\n}"
        ),
        (
            "risk", #"{"position": "NVDA 2027-01-15 165 put", "qty_contracts": -2, "mark": 5.45}"#,
            #"{"position": "NVDA 2027-01-15 165 put", "qty_shares": -2, "mark": 5.45}"#
        ),
    ])
    func data(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    /// What is struck in a line of data stands where it stood, and is told as it was written.
    @Test func dataKeepsItsText() throws {
        let line = #"{"put": "AMD 2026-11-27 150 put", "bid": 1.60, "score": 86.1}"#
        let report = try GroundingCorpus.report(line, "scan")
        #expect(report.failures.map(\.text) == [line])
        let entry = try #require(report.figures.first { $0.reason != nil })
        #expect(String(decoding: Array(line.utf8)[entry.range], as: UTF8.self) == "86.1")
    }

    @Test(arguments: [
        (
            "assignment",
            "| KO 67.5C | $/share |\n|---|---|\n| Dividend | 0.53 |\n| Extrinsic value | 0.05 |\n"
                + "| Dividend minus extrinsic | 0.48 |",
            "| KO 67.5C | $/share |\n|---|---|\n| Dividend | 0.53 |\n| Extrinsic value | 0.05 |\n"
                + "| Dividend minus extrinsic | 0.58 |"
        ),
        (
            "risk", "| DIS shares | $ |\n|---|---|\n| Cost | 11,785 |\n| Cost less market value | 1,323 |",
            "| DIS shares | $ |\n|---|---|\n| Cost | 11,785 |\n| Cost less market value | 1,233 |"
        ),
        (
            "roll", "| Roll | Credit |\n|---|---|\n| Jan 150P | 5.26 |\n| Jan 145P | 3.96 |\n| Difference | 1.30 |",
            "| Roll | Credit |\n|---|---|\n| Jan 150P | 5.26 |\n| Jan 145P | 3.96 |\n| Difference | 1.40 |"
        ),
        (
            "roll", "| Expiry | 150P | 145P |\n|---|---|---|\n| Dec 18 | 2.61 | 1.66 |\n| Jan 15 | 5.26 | 3.96 |",
            "| Expiry | 150P | 145P |\n|---|---|---|\n| Dec 18 | 5.26 | 1.66 |\n| Jan 15 | 2.61 | 3.96 |"
        ),
        (
            "scan", "| Rank | Put | Score |\n|---|---|---|\n| 1 | AMD 145P | 83.3 |\n| 2 | AMD 150P | 81.6 |",
            "| Rank | Put | Score |\n|---|---|---|\n| 1 | AMD 150P | 81.6 |\n| 2 | AMD 145P | 83.3 |"
        ),
        (
            "roll", "| AMD 160P to | Credit/sh | Credit/contract |\n|---|---|---|\n| Jan 150P | 5.26 | $526 |",
            "| AMD 160P to | Credit/sh | Credit/contract |\n|---|---|---|\n| Jan 150P | 5.26 | $256 |"
        ),
        (
            "technicals", "| NVDA | Value |\n|---|---|\n| ATR(14) | 7.31 |\n| ADX | 11.3 |",
            "| NVDA | Value |\n|---|---|\n| ATR(14) | 11.3 |\n| ADX | 7.31 |"
        ),
        (
            "roll", "| | Dec 18 | Jan 15 |\n|---|---|---|\n| 150P credit | 2.61 | 5.26 |",
            "| | Dec 18 | Jan 15 |\n|---|---|---|\n| 150P credit | 5.26 | 2.61 |"
        ),
        (
            "earnings", "| Name | When |\n|---|---|\n| NVDA | Nov 24, AMC |\n| JPM | Jan 14, BMO |",
            "| Name | When |\n|---|---|\n| NVDA | Nov 24, BMO |\n| JPM | Jan 14, BMO |"
        ),
        (
            "wash",
            "| Broad-based index options | Share |\n|---|---|\n| Long-term | 60 % |\n| Short-term | 40 % |",
            "| Broad-based index options | Share |\n|---|---|\n| Long-term | 40 % |\n| Short-term | 60 % |"
        ),
        (
            "winners", "| 170P example | ROC |\n|---|---|\n| First 12 days | 0.65 % |",
            "| 170P example | ROC |\n|---|---|\n| First 12 days | 0.65 % per day |"
        ),
        (
            "scan", "| # | Put | Score |\n|---|---|---|\n| 1 | AMD 145P | 83.3 |\n| 2 | AMD 150P | 81.6 |",
            "| # | Put | Score |\n|---|---|---|\n| 1 | AMD 145P | 83.3 |\n| 3 | AMD 150P | 81.6 |"
        ),
    ])
    func tables(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("income", "Net premium positive in 8/10 months", "Net premium positive in 7/10 months"),
        ("income", "Realised gains positive in 7/10 months", "Realised gains positive in 8/10 months"),
        ("risk", "18/19 positions are priced", "16/19 positions are priced"),
        ("scan", "539 contracts, 15 candidates (15/539 = 2.8 %)", "539 contracts, 15 candidates (15/539 = 3.8 %)"),
        (
            "assignment", "INTC 200, IWM 200, KO 200, QQQ 100 -> 700 all told; KO is 2/7 of it",
            "INTC 200, IWM 200, KO 200, QQQ 100 -> 700 all told; KO is 3/7 of it"
        ),
        ("income", "Dividends came in 3x this year", "Dividends came in 4x this year"),
        ("technicals", "Demand 2: tested 3x; demand 3: tested 2x", "Demand 2: tested 2x; demand 3: tested 3x"),
        (
            "technicals", "2 fresh (demand 1, supply 1), 2 tested (demand 2 three times, demand 3 twice)",
            "1 fresh (demand 1, supply 1), 2 tested (demand 2 three times, demand 3 twice)"
        ),
        (
            "risk", "By level: 1 IMMINENT (KO), 2 HIGH, 5 MEDIUM, 1 LOW",
            "By level: 1 IMMINENT (KO), 3 HIGH, 5 MEDIUM, 1 LOW"
        ),
        ("risk", "Short calls: INTC 35C, KO 67.5C, QQQ 640C (3)", "Short calls: INTC 35C, KO 67.5C, QQQ 640C (4)"),
        ("scan", "#2 AMD 150P, score 81.6; #3 AMD 140P, 81.1", "#3 AMD 150P, score 81.6; #2 AMD 140P, 81.1"),
    ])
    func counts(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("risk", "IWM -2x Dec 18 245C: mark 4.54", "IWM +2x Dec 18 245C: mark 4.54"),
        ("risk", "JPM -1x Dec 18 270P, 0.75 mark", "JPM -2x Dec 18 270P, 0.75 mark"),
        ("risk", "QQQ 640C, 1x short: mark 4.36, +$185.96", "QQQ 640C, 1x long: mark 4.36, +$185.96"),
        ("risk", "MSFT 500C: mark 72.00, +$564.96 (+8.5 %)", "MSFT 500C: mark 72.00, -$564.96 (+8.5 %)"),
        ("scan", "AMD 140P: 0.95 bid on $14,000 = 68 bps", "AMD 140P: 0.95 bid on $15,000 = 68 bps"),
        (
            "scan", "IV: INTC 29P 69.1 % vs INTC 31P 55.0 %, a 14.1-pt gap",
            "IV: INTC 29P 69.1 % vs INTC 31P 55.0 %, a 15.1-pt gap"
        ),
        ("risk", "Book: $ delta ~100.2k, theta 96.34/day", "Book: $ delta ~120.2k, theta 96.34/day"),
        ("risk", "Book: gamma/1 % ~(7.1k)", "Book: gamma/1 % ~(9.1k)"),
        ("earnings", "2 reports in the 60-day window", "2 reports in the 50-day window"),
        (
            "roll", "Two strikes for the roll: 150 ($10 better) and 145 ($15 better)",
            "Two strikes for the roll: 150 ($15 better) and 145 ($10 better)"
        ),
        (
            "scan", "DIS 90P vs 92.5P: score 67.3 vs 67.4, POP 90.1 % vs 92.0 %",
            "DIS 90P vs 92.5P: score 67.4 vs 67.3, POP 92.0 % vs 90.1 %"
        ),
        ("earnings", "NVDA reports before JPM: Nov 24 vs Jan 14", "NVDA reports before JPM: Jan 14 vs Nov 24"),
        ("quote", "symbol=NVDA bid=181.29 ask=181.31", "symbol=NVDA bid=181.31 ask=181.29"),
        ("risk", "JPM 270P w/ 30 DTE: sold @ 2.44, mark .75", "JPM 270P w/ 30 DTE: sold @ 2.54, mark .75"),
        ("risk", "DIS: 100 sh, cost 117.85/sh = $11,785", "DIS: 100 sh, cost $11,785/sh"),
        ("assignment", "Loss vs max profit: (162 %) on the KO 67.5C", "Loss vs max profit: (126 %) on the KO 67.5C"),
        ("quote", "NVDA \u{2193} 1.49 % to $181.30", "NVDA \u{2191} 1.49 % to $181.30"),
        ("assignment", "KO: P(early) .689, P(expiry) .935", "KO: P(early) .935, P(expiry) .689"),
        ("risk", "SPY 655P: 2x short, mark 4.22, +639.92", "SPY 655P: 2x short, mark 4.22, -639.92"),
        ("risk", "SPY 40 sh: $27,372 value", "SPY 40 sh: $27,372 per share"),
        ("risk", "KO -2 67.5C: mark 4.85", "KO -3 67.5C: mark 4.85"),
        ("risk", "BP: used 79.0k, free 43.6k", "BP: used 43.6k, free 79.0k"),
        ("scan", "AMD 150P: ROC 1.07 % / 10d", "AMD 150P: ROC 1.07 % / yr"),
        ("scan", "DIS 102.5P: $78 cr per contract", "DIS 102.5P: $78 cr per share"),
        ("scan", "INTC puts (29/30/31): bids 0.17 / 0.22 / 0.32", "INTC puts (29/30/32): bids 0.17 / 0.22 / 0.32"),
        ("earnings", "NVDA: 24 Nov AMC, JPM: 14 Jan BMO", "NVDA: 24 Nov BMO, JPM: 14 Jan AMC"),
        ("expiring", "Week of Nov 16: AMD 160P, 11/20", "Week of Nov 23: AMD 160P, 11/20"),
        ("income", "Fees: $5.40 in both Oct and Nov", "Fees: $5.40 in both Sep and Nov"),
    ])
    func shorthand(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("risk", "NVDA 165P: (180.08) open, (110.00) today", "NVDA 165P: (180.08) open, (101.00) today"),
        ("risk", "- **QQQ 570P unrealised:** ($241.04)", "- **JPM 270P unrealised:** ($168.96)"),
        ("risk", "KO 200 sh: 1,180.00 unrealised", "KO 200 sh: (1,180.00) unrealised"),
        ("risk", "IWM 245C: short Dec +233.92, long Jan (210.08)", "IWM 245C: short Dec +233.92, long Jan +210.08"),
    ])
    func brackets(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        ("earnings", "Gap between the two reports: 57 - 6 = 51 days", "Gap between the two reports: 58 - 6 = 52 days"),
        (
            "income", "Q3 net premium = 787.88 (Jul) - 376.24 (Aug) + 249.84 (Sep) = $661.48",
            "Q3 net premium = 787.88 (Jul) - 376.24 (Sep) + 249.84 (Aug) = $661.48"
        ),
        (
            "roll", "150P, Jan over Dec: 5.26 - 2.61 = 2.65 more credit",
            "150P, Jan over Dec: 5.26 - 2.61 = 2.75 more credit"
        ),
        (
            "expiring", "AMD spot 160.85 less strike 160.00 = $0.85 OTM",
            "AMD spot 161.85 less strike 160.00 = $1.85 OTM"
        ),
        ("quote", "NVDA mark $181.30 = 184.05 prior close - $2.75", "NVDA mark $181.30 = 185.05 prior close - $3.75"),
        ("expiring", "AMD assignment = 1 x 100 x $160 = $16,000", "AMD assignment = 2 x 100 x $160 = $32,000"),
        ("assignment", "KO assignment = 2 x 100 x $67.50 = $13,500", "KO assignment = 2 x 100 x $67.50 = $15,300"),
        (
            "roll", "AMD 145P rolls: Jan pays 3.96, Dec pays 1.66, so January adds 2.30 ($230 per contract)",
            "AMD 145P rolls: Jan pays 3.96, Dec pays 1.66, so January adds 2.30 ($23 per contract)"
        ),
        ("quote", "- **200 NVDA shares at the bid:** $36,258", "- **200 NVDA shares at the bid:** $36,285"),
        (
            "expiring", "AMD put opened Oct 12, expires Nov 20: 39 days, 37 of them gone by Nov 18",
            "AMD put opened Oct 12, expires Nov 20: 39 days, 36 of them gone by Nov 18"
        ),
        (
            "technicals", "ATR(14) of NVDA: $7.31, about 4 % of the close",
            "ATR(14) of NVDA: $7.31, about 5 % of the close"
        ),
        (
            "income", "YTD: prem (903.08) + div 632.60 + int 2,095.34 = 1,824.86",
            "YTD: prem (903.08) + div 632.60 + int 2,095.34 = 1,842.86"
        ),
        (
            "income", "Dividends by month: Apr 178.00, Jul 263.40, Oct 191.20 -> 632.60",
            "Dividends by month: Apr 178.00, Jul 263.40, Oct 191.20 -> 623.60"
        ),
        ("quote", "NVDA mid: (181.29 + 181.31) / 2 = 181.30", "NVDA mid: (181.29 + 181.31) / 3 = 181.30"),
        ("risk", "SPY over cap: 41.8 % - 25 % = 16.8 pts", "SPY over cap: 41.8 % - 25 % = 17.8 pts"),
        ("technicals", "NVDA 184.05 vs 50d 174.72 (+5.3 %)", "NVDA 184.05 vs 50d 174.72 (+6.3 %)"),
        (
            "roll", "Per day: 5.26/56 = 9.4c (Jan 150P); 2.61/28 = 9.3c (Dec 150P)",
            "Per day: 5.26/56 = 9.4c (Jan 150P); 2.61/28 = 8.3c (Dec 150P)"
        ),
        (
            "risk", "SPY 131k, QQQ 58k, NVDA 33k, JPM 27k, AMD 16k = 265k",
            "SPY 131k, QQQ 58k, NVDA 33k, JPM 27k, AMD 16k = 275k"
        ),
        ("risk", "Top 3 weights: 41.8 + 18.5 + 10.5 = 70.8 %", "Top 3 weights: 41.8 + 18.5 + 10.5 = 78.0 %"),
        ("scan", "AMD 145P premium: 1.17 x 100 = $117", "AMD 145P premium: 1.17 x 100 = $171"),
        (
            "expiring", "67 % of max on AMD, 17 pts past the 50 % target",
            "67 % of max on AMD, 27 pts past the 50 % target"
        ),
        (
            "technicals", "NVDA +5.3 % over SMA50, +33.6 % over SMA200",
            "NVDA +5.3 % over SMA50, +36.6 % over SMA200"
        ),
        ("risk", "NVDA 165P: BE 160.45 (165 - 4.55)", "NVDA 165P: BE 169.55 (165 + 4.55)"),
        ("scan", "AMD 140P: BE = 140.00 - 0.95 = 139.05", "AMD 140P: BE = 140.00 + 0.95 = 140.95"),
        ("roll", "Jan 145P: 3.96 cr / 56 d = 7.1c/day", "Jan 145P: 3.96 cr / 56 d = 8.1c/day"),
        ("wash", "Window: 30 + 1 + 30 = 61 [2]", "Window: 30 + 2 + 30 = 62 [2]"),
        ("winners", "% of max profit = (credit - mark) / credit [1]", "% of max profit = (credit - mark) / mark [1]"),
    ])
    func operations(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        (
            "earnings", "- **JPM EPS:** 4.62\n- **NVDA EPS:** 1.31\n- **Difference:** 3.31",
            "- **JPM EPS:** 4.62\n- **NVDA EPS:** 1.31\n- **Difference:** 3.21"
        ),
        (
            "income", "- **Dividends:** $632.60\n- **Interest:** $2,095.34\n- **Together:** $2,727.94",
            "- **Dividends:** $632.60\n- **Interest:** $2,095.34\n- **Together:** $2,772.94"
        ),
        (
            "risk", "- **DIS cost:** $11,785\n- **DIS value:** $10,462\n- **Gap:** $1,323",
            "- **DIS cost:** $11,785\n- **DIS value:** $10,462\n- **Gap:** $1,232"
        ),
        (
            "scan", "- **Not scanned:** HCKT (no chain)\n- **Contracts examined:** 539",
            "- **Not scanned:** HCKT (no chain)\n- **Contracts examined:** 593"
        ),
        (
            "risk", "Exposure ranking:\n1. SPY 131,000\n2. QQQ 58,000\n3. NVDA 33,000",
            "Exposure ranking:\n1. SPY 131,000\n2. NVDA 33,000\n3. QQQ 58,000"
        ),
        (
            "risk", "Worst open P&L, in order:\n1. DIS (1,323.00)\n2. KO 67.5C (600.08)\n3. SPY 645P (560.08)",
            "Worst open P&L, in order:\n1. DIS (1,323.00)\n2. SPY 645P (560.08)\n3. KO 67.5C (600.08)"
        ),
        (
            "quote", "- **100 NVDA shares at the mark:** $18,130\n- **At the prior close:** $18,405",
            "- **100 NVDA shares at the mark:** $18,130\n- **At the prior close:** $18,504"
        ),
    ])
    func lists(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }

    @Test(arguments: [
        (
            "assignment", "200 KO shares at the $67.50 strike would bring in $13,500.",
            "200 KO shares at the $67.50 strike would bring in $14,460."
        ),
        (
            "risk", "Of the $265,000 that all short puts would require, the $131,000 for SPY is about 49%.",
            "Of the $265,000 that all short puts would require, the $131,000 for SPY is about 42%."
        ),
        (
            "risk", "NVDA ties up the most buying power at $33,000, followed by JPM at $27,000.",
            "NVDA ties up the most buying power at $33,000, followed by JPM at $16,000."
        ),
        (
            "roll", "It lies between -0.20, for the December 145 put, and about -0.30, for the January 150 put.",
            "It lies between -0.20, for the January 150 put, and about -0.30, for the December 145 put."
        ),
        // Stars around a number are bold, not a product with the shares of a contract.
        ("assignment", "**KO**: shares if assigned **200**.", "**KO**: shares if assigned **100**."),
        ("quote", "NVDA last traded a little over $181.", "NVDA last traded at a little over $182, down from $184.05."),
    ])
    func prose(turn: String, right: String, wrong: String) throws {
        try GroundingCorpus.expect(right, not: wrong, in: turn)
    }
}
