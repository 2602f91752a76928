import Foundation
import Markets
import Testing

/// Mergers and spin-offs, by examples that others published.
@Suite("Mergers and spin-offs")
struct MergerTests {
    private static func action(
        _ symbol: String,
        on day: String,
        _ change: CorporateAction.Change
    ) throws -> CorporateAction {
        CorporateAction(
            symbol: symbol,
            effective: try #require(TradingDate(day[...])),
            change: change,
            source: "actions.csv"
        )
    }

    private static func shares(_ quantity: String, _ symbol: String) throws -> Deliverable.Shares {
        Deliverable.Shares(try decimal(quantity), of: symbol)
    }

    private static func ledger(_ history: HistoryBuilder, _ actions: CorporateAction...) -> Ledger {
        Ledger(transactions: CorporateActions(actions).applied(to: history.rows))
    }

    private static func isNear(_ value: Decimal?, _ expected: Decimal) -> Bool {
        value.map { abs($0 - expected) < Decimal(1) / 1_000_000 } ?? false
    }

    // MARK: - Contracts

    /// OCC's memo 25278 of 23 December 2008 on Barr and Teva: 0.6272 TEVA and $39.90 for each share, strikes and multiplier
    /// unchanged.
    @Test func barrOptionsDeliverTevaAndCash() throws {
        let contract = try #require(OptionContract(symbol: "BRL090117C00060000"))
        let merger = CorporateAction.Merger(
            shares: try Self.shares("0.6272", "TEVA"),
            cash: try decimal("39.90"),
            price: try decimal("42.10")
        )
        let adjusted = try #require(
            try Self.action("BRL", on: "2008-12-24", .merger(merger)).adjustment(of: contract)
        )
        #expect(adjusted.contracts == 1)
        #expect(adjusted.contract.strike == 60 && adjusted.contract.multiplier == 100)
        #expect(adjusted.contract.underlying == "TEVA" && adjusted.contract.root == "TEVA1")
        #expect(adjusted.contract.deliverable == Deliverable([try Self.shares("62.72", "TEVA")], cash: 3_990))
        // The memo's formula for the price of the underlying at TEVA = 40: 0.6272 x 40 + 39.90 = 64.988 a share.
        let price: (String) -> Decimal? = { $0 == "TEVA" ? 40 : nil }
        #expect(adjusted.contract.delivered?.value(price: price) == (try decimal("6498.8")))
        // 62.72 shares at (6,000 - 3,990) / 62.72 each.
        #expect(Self.isNear(adjusted.contract.perShare?.strike, try decimal("2010") / decimal("62.72")))
    }

    /// The Options Industry Council's examples: half a share of Global Giant for each of JKL, and a spin-off of one ZYX for each
    /// XYZ.
    @Test func theIndustryCouncilsExamples() throws {
        let jkl = try #require(OptionContract(symbol: "JKL260619C00050000"))
        let merger = CorporateAction.Merger(shares: try Self.shares("0.5", "GG"), cash: 0)
        let taken = try #require(try Self.action("JKL", on: "2026-06-01", .merger(merger)).adjustment(of: jkl))
        #expect(taken.contract.deliverable == Deliverable([try Self.shares("50", "GG")]))
        #expect(taken.contract.symbol == "GG1260619C00050000")

        let xyz = try #require(OptionContract(symbol: "XYZ260619P00060000"))
        let spinOff = CorporateAction.SpinOff(shares: try Self.shares("1", "ZYX"), costFraction: try decimal("0.4"))
        let spun = try #require(try Self.action("XYZ", on: "2026-06-01", .spinOff(spinOff)).adjustment(of: xyz))
        #expect(spun.contract.symbol == "XYZ1260619P00060000")
        #expect(spun.contract.multiplier == 100 && spun.contracts == 1)
        #expect(
            spun.contract.deliverable == Deliverable([try Self.shares("100", "XYZ"), try Self.shares("100", "ZYX")])
        )
        #expect(spun.contract.perShare == nil)
    }

    @Test func aContractThatNobodyKnowsIsLeftAlone() throws {
        let odd = try #require(OptionContract(symbol: "XYZ1260619P00060000"))
        let merger = CorporateAction.Merger(shares: nil, cash: 40)
        #expect(try Self.action("XYZ", on: "2026-06-01", .merger(merger)).adjustment(of: odd) == nil)
        #expect(odd.delivered == nil && odd.perShare == nil)
    }

    // MARK: - Shares

    @Test func sharesTakenOverForCashAreSold() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .transfer, amount: "10000")
        try history.add("2026-01-05", .buy, "TWTR", "100", at: "40", amount: "-4000")
        try history.add("2026-02-02", .sellToOpen, "TWTR260619C00050000", "1", at: "2", amount: "200")
        let merger = CorporateAction.Merger(shares: nil, cash: try decimal("54.20"))
        let ledger = Self.ledger(history, try Self.action("TWTR", on: "2026-03-02", .merger(merger)))
        #expect(ledger.realised.map(\.gain) == [1_420])
        #expect(ledger.positions.map(\.quantity) == [-1])
        // Only cash is delivered: 5,420 for 5,000.
        #expect(ledger.positions[0].instrument.contract?.deliverable == Deliverable([], cash: 5_420))
        #expect(ledger.cash == .known(11_620))
        // What the broker booked as a sale is not booked again.
        try history.add("2026-03-03", .sell, "TWTR", "100", at: "54.20", amount: "5420")
        let again = Self.ledger(history, try Self.action("TWTR", on: "2026-03-02", .merger(merger)))
        #expect(again.realised.map(\.gain) == [1_420])
        #expect(again.cash == .known(11_620))
    }

    @Test func rowsOfACashMergerTellOfItByThemselves() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .transfer, amount: "10000")
        try history.add("2026-01-05", .buy, "TWTR", "100", at: "40", amount: "-4000")
        try history.add("2026-03-03", .cashAdjustment, "TWTR", amount: "5420")
        try history.add("2026-03-03", .securitiesTransfer, "TWTR", "-100")
        // Without the word it may be anything.
        #expect(Self.ledger(history).realised.isEmpty)
        var rows = history.rows
        rows[2].details = "Cash Merger: TWITTER INC"
        let ledger = Ledger(transactions: CorporateActions([]).applied(to: rows))
        #expect(ledger.realised.map(\.gain) == [1_420])
        #expect(ledger.positions.isEmpty)
        #expect(ledger.cash == .known(11_420))
    }

    /// Fairmark's example of a fraction: the formula gives 144.25 shares, and a quarter of one is paid in cash; its cost is the
    /// whole cost / 144.25 x 0.25.
    @Test func aFractionPaidInCashIsSoldWithItsPartOfTheCost() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "OLD", "577", at: "10", amount: "-5770")
        try history.add("2026-03-02", .securitiesTransfer, "OLD", "-577")
        try history.add("2026-03-02", .securitiesTransfer, "NEW", "144")
        try history.add("2026-03-05", .cashAdjustment, "NEW", amount: "12.50")
        let merger = CorporateAction.Merger(shares: try Self.shares("0.25", "NEW"), cash: 0)
        let ledger = Self.ledger(history, try Self.action("OLD", on: "2026-03-02", .merger(merger)))
        #expect(ledger.positions.map(\.instrument) == [.shares("NEW")])
        #expect(ledger.positions[0].quantity == 144)
        #expect(Self.isNear(ledger.positions[0].averagePrice, 40))
        #expect(ledger.positions[0].opened == TradingDate("2026-01-05"))
        // 12.50 for a quarter that had cost 10.00.
        #expect(ledger.realised.count == 1)
        #expect(Self.isNear(ledger.realised.first?.gain, try decimal("2.5")))
    }

    /// Shares and cash: cost 85, a share worth 100 and 75 besides (26 CFR 1.356-1, example 1: gain 90, of which 75 counts). The
    /// cost of the new share is 85 + 75 - 75 by section 358.
    @Test func theGainOfSharesAndCashIsAtMostTheCash() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "OLD", "1", at: "85", amount: "-85")
        let merger = CorporateAction.Merger(shares: try Self.shares("1", "NEW"), cash: 75, price: 100)
        let ledger = Self.ledger(history, try Self.action("OLD", on: "2026-03-02", .merger(merger)))
        #expect(ledger.realised.map(\.gain) == [75])
        #expect(ledger.positions.first?.averagePrice == 85)
    }

    /// AirTouch in 1999: half a Vodafone share and $9 for each. Gain = the lesser of cash and overall gain; cost of the new
    /// shares = old cost + gain - cash.
    @Test(arguments: [("100", "5.8", "193.6"), ("104", "1.8", "193.6"), ("110", "0", "202"), ("60", "9", "120")])
    func airTouch(cost: String, gain: String, newCost: String) throws {
        var history = HistoryBuilder()
        try history.add("1999-01-05", .buy, "ATI", "100", at: cost, amount: "-\(cost)00")
        // A new share at 193.60: half of it and 9 are 105.80 for each old share.
        let merger = CorporateAction.Merger(
            shares: try Self.shares("0.5", "VOD"),
            cash: 9,
            price: try decimal("193.6")
        )
        let ledger = Self.ledger(history, try Self.action("ATI", on: "1999-06-30", .merger(merger)))
        #expect(ledger.realised.first?.gain == (try decimal(gain)) * 100)
        #expect(ledger.realised.first?.proceeds == 900)
        #expect(ledger.positions.first?.quantity == 50)
        #expect(Self.isNear(ledger.positions.first?.averagePrice, try decimal(newCost)))
    }

    /// ConocoPhillips' Form 8937 of 2012: 77.09 % of the cost stays; one Phillips 66 came for two shares.
    @Test func aSpinOffTakesItsPartOfTheCostAlong() throws {
        var history = HistoryBuilder()
        try history.add("2012-01-05", .buy, "COP", "100", at: "70", amount: "-7000")
        try history.add("2012-05-01", .securitiesTransfer, "PSX", "50")
        let spinOff = CorporateAction.SpinOff(
            shares: try Self.shares("0.5", "PSX"),
            costFraction: try decimal("0.2291")
        )
        let ledger = Self.ledger(history, try Self.action("COP", on: "2012-05-01", .spinOff(spinOff)))
        #expect(ledger.positions.map(\.instrument) == [.shares("COP"), .shares("PSX")])
        #expect(ledger.positions.map(\.quantity) == [100, 50])
        #expect(ledger.positions[0].averagePrice == (try decimal("53.963")))
        #expect(ledger.positions[1].averagePrice == (try decimal("32.074")))
        #expect(ledger.positions[1].opened == TradingDate("2012-01-05"))
        #expect(ledger.realised.isEmpty && ledger.issues.allSatisfy { $0.kind == .unknownCash })
    }

    @Test func aWheelGoesOnUnderTheAcquirersTicker() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .sellToOpen, "OLD260116P00050000", "1", at: "1.00", amount: "100")
        try history.add("2026-01-16", .assignment, "OLD260116P00050000", "1")
        try history.add("2026-01-16", .buy, "OLD", "100", at: "50", amount: "-5000")
        try history.add("2026-02-02", .sellToOpen, "OLD260619C00055000", "1", at: "2.00", amount: "200")
        let merger = CorporateAction.Merger(shares: try Self.shares("0.5", "NEW"), cash: 9, price: 84)
        let action = try Self.action("OLD", on: "2026-03-02", .merger(merger))
        let rows = CorporateActions([action]).applied(to: history.rows)
        #expect(WheelChain.chains(in: rows, of: "OLD").isEmpty)
        let chain = try #require(WheelChain.chains(in: rows, of: "NEW").first)
        #expect(chain.gap == nil)
        #expect(chain.shares == 50)
        #expect(chain.open.first?.contract.symbol == "NEW1260619C00055000")
        // 5,000 - 300 in premiums - 900 in cash, over 50 shares.
        #expect(chain.breakEven == 76)
        // 9 + 42 - 50 = 1 a share counts as a gain, and as income of the month.
        let realised = Ledger(transactions: rows).realised
        let income = IncomeStatement(of: rows, realised: realised, by: .month)
        #expect(income.lines.last?.title == "2026-03" && income.lines.last?.shareGain == 100)
    }

    @Test func aWheelKeepsWhatASpinOffLeavesIt() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "XYZ", "100", at: "60", amount: "-6000")
        try history.add("2026-01-06", .sellToOpen, "XYZ260619C00070000", "1", at: "2.00", amount: "200")
        let spinOff = CorporateAction.SpinOff(shares: try Self.shares("1", "ZYX"), costFraction: try decimal("0.4"))
        let action = try Self.action("XYZ", on: "2026-03-02", .spinOff(spinOff))
        let rows = CorporateActions([action]).applied(to: history.rows)
        let chain = try #require(WheelChain.chains(in: rows, of: "XYZ").first)
        // 6,000 x 0.6 - 200, over 100 shares.
        #expect(chain.breakEven == 34)
        #expect(chain.shares == 100)
    }

    /// The shares that were spun off go on as a chain of their own, with the part of the cost they took along and the calls sold
    /// on them; the premiums before stay with the shares they were earned on.
    @Test func whatWasSpunOffGoesOnAsAWheelOfItsOwn() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .sellToOpen, "XYZ260116P00060000", "1", at: "1.00", amount: "100")
        try history.add("2026-01-16", .assignment, "XYZ260116P00060000", "1")
        try history.add("2026-01-16", .buy, "XYZ", "100", at: "60", amount: "-6000")
        try history.add("2026-03-10", .sellToOpen, "ZYX260619C00030000", "1", at: "1.50", amount: "150")
        let spinOff = CorporateAction.SpinOff(shares: try Self.shares("1", "ZYX"), costFraction: try decimal("0.4"))
        let rows = CorporateActions([try Self.action("XYZ", on: "2026-03-02", .spinOff(spinOff))])
            .applied(to: history.rows)
        let old = try #require(WheelChain.chains(in: rows, of: "XYZ").first)
        // 6,000 x 0.6 - 100, over 100 shares.
        #expect(old.breakEven == 35)
        let new = try #require(WheelChain.chains(in: rows, of: "ZYX").first)
        #expect(WheelChain.chains(in: rows, of: "ZYX").count == 1)
        #expect(new.legs.map(\.action) == [.received, .sold])
        #expect(new.shares == 100 && new.paid == 2_400 && new.isWheel && new.gap == nil)
        // 6,000 x 0.4 - 150, over 100 shares.
        #expect(try new.breakEven == decimal("22.5"))
        #expect(new.status == .callSold && new.legs.first?.cash == -2_400)
        // Together they are what both cost less all premiums.
        #expect(Self.isNear(old.netCash + new.netCash, -5_750))
        #expect(WheelChain.chains(in: rows).count == 2)
        #expect(try WheelBasis(of: "ZYX", in: rows, held: 100).perShare == decimal("22.5"))
    }

    @Test func whatWasSpunOffOfSharesOfUnknownCostHasAGap() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .openingBalance, "XYZ", "100")
        try history.add("2026-03-10", .sellToOpen, "ZYX260619C00030000", "1", at: "1.50", amount: "150")
        let spinOff = CorporateAction.SpinOff(shares: try Self.shares("0.5", "ZYX"), costFraction: try decimal("0.4"))
        let rows = CorporateActions([try Self.action("XYZ", on: "2026-03-02", .spinOff(spinOff))])
            .applied(to: history.rows)
        let new = try #require(WheelChain.chains(in: rows, of: "ZYX").first)
        #expect(new.shares == 50 && new.breakEven == nil)
        #expect(new.gap == "what the shares of which these were spun off had cost is not known")
    }

    /// A put sold on the old company, assigned after the merger: the adjusted contract brings the acquirer's shares and cash.
    @Test func anAdjustedPutIsAssignedIntoTheAcquirersShares() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .sellToOpen, "OLD260619P00050000", "1", at: "2.00", amount: "200")
        try history.add("2026-06-19", .assignment, "NEW1260619P00050000", "1")
        try history.add("2026-06-19", .buy, "NEW", "50", at: "82", amount: "-4100")
        try history.add("2026-07-01", .sellToOpen, "NEW260821C00090000", "1", at: "1.00", amount: "100")
        let merger = CorporateAction.Merger(shares: try Self.shares("0.5", "NEW"), cash: 9, price: 84)
        let rows = CorporateActions([try Self.action("OLD", on: "2026-03-02", .merger(merger))])
            .applied(to: history.rows)
        let chain = try #require(WheelChain.chains(in: rows, of: "NEW").first)
        #expect(chain.legs.map(\.action) == [.sold, .adjusted, .assigned, .sharesPut, .sold])
        #expect(chain.shares == 50 && chain.gap == nil)
        // 5,000 for 50 shares and 900 in cash: 4,100; less 300 in premiums, over 50 shares.
        #expect(chain.breakEven == 76)
        #expect(Ledger(transactions: rows).positions.map(\.quantity) == [50, -1])
    }
}
