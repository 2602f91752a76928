import Foundation
import Markets
import Testing

@Suite struct CorporateActionTests {
    private static func contract(_ symbol: String) throws -> OptionContract {
        try #require(OptionContract(symbol: symbol))
    }

    private static func split(_ symbol: String, _ new: Int, _ old: Int, on day: String) throws -> CorporateAction {
        CorporateAction(
            symbol: symbol,
            effective: try #require(TradingDate(day[...])),
            change: .split(new: new, old: old),
            source: "actions.csv"
        )
    }

    // MARK: - Contracts

    /// AAPL's contracts of 6 June 2014 and what they became on the 9th: the strikes OCC listed.
    @Test(arguments: [("645.0", "92.14"), ("500.0", "71.43"), ("450.0", "64.29"), ("700.0", "100"), ("652.5", "93.21")])
    func appleContractsBecameSevenEach(old: String, new: String) throws {
        let contract = OptionContract(
            root: "AAPL",
            expiration: try #require(TradingDate("2014-07-19"[...])),
            right: .call,
            strike: try decimal(old)
        )
        let split = try Self.split("AAPL", 7, 1, on: "2014-06-09")
        let adjustment = try #require(split.adjustment(of: contract))
        #expect(adjustment.contracts == 7)
        #expect(adjustment.contract.strike == (try decimal(new)))
        #expect(adjustment.contract.multiplier == 100)
        #expect(adjustment.contract.root == "AAPL")
        #expect(!adjustment.contract.isAdjusted)
    }

    @Test func aSplitInTheMiddleDeliversMoreAndAReverseSplitFewerShares() throws {
        let contract = try Self.contract("XYZ260619C00060000")
        let threeForTwo = try #require(try Self.split("XYZ", 3, 2, on: "2026-06-01").adjustment(of: contract))
        #expect(threeForTwo.contract.symbol == "XYZ1260619C00040000")
        #expect(threeForTwo.contract.multiplier == 150)
        #expect(threeForTwo.contract.deliveredShares == 150)
        #expect(threeForTwo.contract.underlying == "XYZ")
        #expect(threeForTwo.contracts == 1)
        let reverse = try #require(try Self.split("XYZ", 1, 10, on: "2026-06-01").adjustment(of: contract))
        #expect(reverse.contract.symbol == "XYZ1260619C00060000")
        #expect(reverse.contract.multiplier == 100)
        #expect(reverse.contract.deliveredShares == 10)
        #expect(reverse.contract.isAdjusted)
        // Adjusted twice, it has the next root.
        let again = try #require(try Self.split("XYZ", 1, 2, on: "2026-06-10").adjustment(of: reverse.contract))
        #expect(again.contract.root == "XYZ2")
        #expect(again.contract.deliveredShares == 5)
    }

    @Test func specialDividendsLowerTheStrikeAndUsualOnesDoNot() throws {
        let contract = try Self.contract("XYZ260619P00060000")
        func adjusted(_ amount: String) throws -> OptionContract? {
            CorporateAction(
                symbol: "XYZ",
                effective: try #require(TradingDate("2026-06-01"[...])),
                change: .specialDividend(try decimal(amount)),
                source: ""
            )
            .adjustment(of: contract)?.contract
        }
        #expect(try adjusted("3.00")?.symbol == "XYZ260619P00057000")
        #expect(try adjusted("0.125")?.strike == decimal("59.88"))
        // Less than $12.50 per contract changes nothing.
        #expect(try adjusted("0.12") == nil)
        #expect(try adjusted("60") == nil)
    }

    @Test func aNewTickerRenamesTheRootAndOthersStay() throws {
        let rename = CorporateAction(
            symbol: "FB",
            effective: try #require(TradingDate("2022-06-09"[...])),
            change: .symbolChange(to: "META"),
            source: ""
        )
        let contract = try Self.contract("FB220617C00200000")
        #expect(rename.adjustment(of: contract)?.contract.symbol == "META220617C00200000")
        #expect(rename.adjustment(of: try Self.contract("FB1220617C00200000"))?.contract.root == "META1")
        #expect(rename.adjustment(of: try Self.contract("AAPL220617C00200000")) == nil)
        // One that ended before the day is as it was.
        #expect(rename.adjustment(of: try Self.contract("FB220603C00200000")) == nil)
    }

    // MARK: - Histories

    /// 100 shares and two short calls across Apple's split, the shares' row by the broker and not.
    private static func apple(withSplitRow: Bool) throws -> HistoryBuilder {
        var history = HistoryBuilder()
        try history.add("2014-06-02", .transfer, amount: "70000")
        try history.add("2014-06-05", .buy, "AAPL", "100", at: "640", amount: "-64000")
        try history.add("2014-06-06", .sellToOpen, "AAPL140719C00700000", "1", at: "7.00", amount: "699", fees: "1")
        if withSplitRow { try history.add("2014-06-09", .split, "AAPL", "600") }
        return history
    }

    @Test(arguments: [true, false]) func sharesAndOptionsKeepWhatTheyCost(hasRow: Bool) throws {
        var history = try Self.apple(withSplitRow: hasRow)
        // The broker closes what it calls by the adjusted contract's symbol.
        try history.add("2014-07-01", .buyToClose, "AAPL140719C00100000", "3", at: "0.50", amount: "-150")
        let actions = hasRow ? [] : [try Self.split("AAPL", 7, 1, on: "2014-06-09")]
        let rows = CorporateActions(actions).applied(to: history.rows)
        let ledger = Ledger(transactions: rows, asOf: TradingDate("2014-07-02"[...]))
        #expect(ledger.issues.isEmpty, "\(ledger.issues)")
        #expect(ledger.positions.map(\.quantity) == [700, -4])
        #expect(ledger.positions[1].instrument.symbol == "AAPL140719C00100000")
        // 64,000 / 700 and 700 / 700.
        let average = try #require(ledger.positions[0].averagePrice)
        #expect(abs(average - (try decimal("64000") / 700)) < Decimal(1) / 1_000_000_000)
        #expect(ledger.positions[1].averagePrice == 1)
        #expect(ledger.positions[1].opened == TradingDate("2014-06-06"[...]))
        // Three sevenths of 699 less 150.
        let gain = try #require(ledger.realised.first?.gain)
        #expect(abs(gain - (try decimal("2097") / 7 - 150)) < Decimal(1) / 1_000_000)
        let chain = try #require(WheelChain.chains(in: rows, of: "AAPL").first)
        #expect(chain.shares == 700)
        #expect(chain.open.map(\.contracts) == [4])
        // (64,000 - 700 + 150 + 1) / 700.
        #expect(try chain.breakEven == decimal("63451") / 700)
    }

    @Test func whatTheBrokerDidItselfIsNotDoneTwice() throws {
        var history = try Self.apple(withSplitRow: true)
        try history.add("2014-06-09", .securitiesTransfer, "AAPL140719C00700000", "1")
        try history.add("2014-06-09", .securitiesTransfer, "AAPL140719C00100000", "-7", at: "1")
        let actions = CorporateActions([try Self.split("AAPL", 7, 1, on: "2014-06-09")])
        let ledger = Ledger(transactions: actions.applied(to: history.rows), asOf: TradingDate("2014-06-10"[...]))
        #expect(ledger.positions.map(\.quantity) == [700, -7])
        // And a broker that goes on with the old contract is followed.
        var old = try Self.apple(withSplitRow: true)
        try old.add("2014-07-01", .buyToClose, "AAPL140719C00700000", "1", at: "3.50", amount: "-350")
        let followed = Ledger(transactions: actions.applied(to: old.rows))
        #expect(followed.positions.map(\.quantity) == [700])
        #expect(followed.realised.first?.gain == 349)
    }

    @Test func anAdjustedContractNamedByItsSymbolAloneIsTheSame() throws {
        var history = HistoryBuilder()
        try history.add("2026-04-01", .transfer, amount: "1000")
        try history.add("2026-05-01", .sellToOpen, "XYZ260619P00005000", "2", at: "0.30", amount: "60")
        // The file knows the root and the strike; that ten shares are delivered it does not say.
        try history.add("2026-06-05", .buyToClose, "XYZ1260619P00005000", "2", at: "0.10", amount: "-20")
        let rows = CorporateActions([try Self.split("XYZ", 1, 10, on: "2026-06-01")]).applied(to: history.rows)
        let ledger = Ledger(transactions: rows)
        #expect(ledger.positions.isEmpty)
        #expect(ledger.realised.map(\.gain) == [40])
        #expect(ledger.issues.isEmpty, "\(ledger.issues)")
    }

    @Test func aStrikeOfASpecialDividendMayBeRoundedByTheBroker() throws {
        var history = HistoryBuilder()
        try history.add("2026-05-01", .sellToOpen, "XYZ260619P00060000", "1", at: "1", amount: "100")
        try history.add("2026-06-22", .expiration, "XYZ260619P00059870", "1")
        let action = CorporateAction(
            symbol: "XYZ",
            effective: try #require(TradingDate("2026-06-01"[...])),
            change: .specialDividend(try decimal("0.125")),
            source: ""
        )
        let ledger = Ledger(transactions: CorporateActions([action]).applied(to: history.rows))
        #expect(ledger.realised.map(\.gain) == [100])
        #expect(ledger.positions.isEmpty)
    }

    @Test func aNewTickerJoinsTheHistoryBeforeIt() throws {
        var history = HistoryBuilder()
        try history.add("2022-05-02", .buy, "FB", "100", at: "200", amount: "-20000")
        try history.add("2022-05-03", .sellToOpen, "FB220617C00210000", "1", at: "5", amount: "500")
        try history.add("2022-06-10", .buyToClose, "META220617C00210000", "1", at: "1", amount: "-100")
        try history.add("2022-06-13", .sell, "META", "100", at: "180", amount: "18000")
        let rename = CorporateAction(
            symbol: "FB",
            effective: try #require(TradingDate("2022-06-09"[...])),
            change: .symbolChange(to: "META"),
            source: ""
        )
        let rows = CorporateActions([rename]).applied(to: history.rows)
        let ledger = Ledger(transactions: rows)
        #expect(ledger.positions.isEmpty)
        #expect(ledger.realised.map(\.gain) == [400, -2_000])
        #expect(WheelChain.chains(in: rows).map(\.netCash) == [-1_600])
        // A later company of the old name is another one.
        try history.add("2022-07-01", .buy, "FB", "10", at: "5", amount: "-50")
        let later = Ledger(transactions: CorporateActions([rename]).applied(to: history.rows))
        #expect(later.positions.map(\.instrument) == [.shares("FB")])
    }

    @Test func fractionsPaidInCashDoNotHideTheRatioOfASplit() throws {
        var history = HistoryBuilder()
        try history.add("2026-05-01", .buy, "XYZ", "105", at: "10", amount: "-1050")
        try history.add("2026-05-02", .sellToOpen, "XYZ260619C00012000", "1", at: "1", amount: "100")
        // 1 for 10: 10.5 shares, half a share paid in cash.
        try history.add("2026-06-01", .split, "XYZ", "-95")
        let ledger = Ledger(
            transactions: CorporateActions([]).applied(to: history.rows),
            asOf: TradingDate("2026-06-02"[...])
        )
        #expect(ledger.positions.map(\.quantity) == [10, -1])
        #expect(ledger.positions[1].instrument.contract?.deliveredShares == 10)
        #expect(ledger.positions[1].instrument.symbol == "XYZ1260619C00012000")
    }
}
