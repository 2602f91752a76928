import Foundation
import Markets
import Testing

@Suite struct WashSalesTests {
    private static func found(_ history: HistoryBuilder) -> WashSales {
        let ledger = Ledger(transactions: history.rows)
        return WashSales(realised: ledger.realised, positions: ledger.positions, conversions: ledger.conversions)
    }

    /// All are sold before a split, and 60 new shares, which are 30 old ones, are bought after it.
    @Test func aSplitBetweenSaleAndPurchaseIsCounted() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "XYZ", "100", at: "50", amount: "-5000")
        try history.add("2026-03-10", .sell, "XYZ", "100", at: "40", amount: "4000")
        try history.add("2026-03-20", .buy, "XYZ", "60", at: "21", amount: "-1260")
        let split = CorporateAction(
            symbol: "XYZ",
            effective: try #require(TradingDate("2026-03-16")),
            change: .split(new: 2, old: 1),
            source: "actions.csv"
        )
        let ledger = Ledger(transactions: CorporateActions([split]).applied(to: history.rows))
        #expect(ledger.positions.map(\.quantity) == [60])
        #expect(ledger.realised.map(\.gain) == [-1_000])
        let found = WashSales(realised: ledger.realised, positions: ledger.positions, conversions: ledger.conversions)
        let sale = try #require(found.sales.first)
        #expect(sale.quantity == 30 && sale.disallowed == 300)
        // 21 + 300 / 60.
        #expect(sale.replacementBasis == 26)
    }

    /// The replacement is bought before the split, and the sale comes after it, in the broker's own rows.
    @Test func aSplitBetweenPurchaseAndSaleIsCounted() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "XYZ", "100", at: "50", amount: "-5000")
        try history.add("2026-03-02", .buy, "XYZ", "50", at: "40", amount: "-2000")
        try history.add("2026-03-16", .split, "XYZ", "150")
        try history.add("2026-03-20", .sell, "XYZ", "200", at: "20", amount: "4000")
        let sale = try #require(Self.found(history).sales.first)
        // 200 at 25 less 20: 1,000, of which the 100 that the 50 became replace half.
        #expect(sale.quantity == 100 && sale.disallowed == 500)
        #expect(sale.replacementBasis == 25)
    }

    private static func merged(_ history: HistoryBuilder, _ change: CorporateAction.Change) throws -> WashSales {
        let action = CorporateAction(
            symbol: "OLD",
            effective: try #require(TradingDate("2026-03-16")),
            change: change,
            source: "actions.csv"
        )
        let ledger = Ledger(transactions: CorporateActions([action]).applied(to: history.rows))
        return WashSales(realised: ledger.realised, positions: ledger.positions, conversions: ledger.conversions)
    }

    /// Half a share of NEW for each of OLD.
    private static func forShares(_ cash: Decimal = 0) -> CorporateAction.Change {
        let half = Deliverable.Shares(Decimal(5) / 10, of: "NEW")
        return .merger(.init(shares: half, cash: cash, price: cash == 0 ? nil : 84))
    }

    /// 100 sold at a loss of 1,000, 60 bought back, and those became 30 of another company before anyone looks.
    @Test func aReplacementThatAMergerTurnedIntoAnotherShareStaysOne() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "OLD", "100", at: "50", amount: "-5000")
        try history.add("2026-03-02", .sell, "OLD", "100", at: "40", amount: "4000")
        try history.add("2026-03-10", .buy, "OLD", "60", at: "41", amount: "-2460")
        let found = try Self.merged(history, Self.forShares())
        let sale = try #require(found.sales.first)
        #expect(found.sales.count == 1 && found.cautions.isEmpty)
        #expect(sale.quantity == 60 && sale.disallowed == 600)
        #expect(sale.replacement == .shares("NEW") && sale.replacementDate == TradingDate("2026-03-10"))
        // 60 at 41 became 30 at 82, and 600 / 30 is 20 more.
        #expect(sale.replacementBasis == 102)
    }

    /// The loss moved to the replacement comes out when the shares it became are sold.
    @Test func theLossGoesOnThroughTheMerger() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "OLD", "100", at: "50", amount: "-5000")
        try history.add("2026-03-02", .sell, "OLD", "100", at: "40", amount: "4000")
        try history.add("2026-03-10", .buy, "OLD", "100", at: "41", amount: "-4100")
        try history.add("2026-05-20", .sell, "NEW", "50", at: "80", amount: "4000")
        try history.add("2026-05-25", .buy, "NEW", "50", at: "81", amount: "-4050")
        let found = try Self.merged(history, Self.forShares())
        // 4,000 - 4,100 - 1,000 carried over: all of it moves on to the last purchase.
        #expect(found.sales.map(\.disallowed) == [1_000, 1_100])
        #expect(found.sales.last?.replacement == .shares("NEW") && found.sales.last?.replacementBasis == 103)
    }

    /// With cash besides, each lot is closed for its cash and goes on; it must not count twice.
    @Test func anExchangeWithCashLeavesOneReplacement() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "OLD", "100", at: "60", amount: "-6000")
        try history.add("2026-03-02", .sell, "OLD", "100", at: "45", amount: "4500")
        try history.add("2026-03-10", .buy, "OLD", "40", at: "46", amount: "-1840")
        let found = try Self.merged(history, Self.forShares(9))
        #expect(found.sales.map(\.quantity) == [40] && found.sales.map(\.disallowed) == [600])
    }

    /// Shares of the acquirer bought as such are another security: a doubt.
    @Test func theAcquirersOwnSharesAreADoubt() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "OLD", "100", at: "50", amount: "-5000")
        try history.add("2026-01-05", .buy, "OLD", "10", at: "50", amount: "-500")
        try history.add("2026-03-02", .sell, "OLD", "100", at: "40", amount: "4000")
        try history.add("2026-03-12", .buy, "NEW", "50", at: "80", amount: "-4000")
        let found = try Self.merged(history, Self.forShares())
        #expect(found.sales.isEmpty)
        let caution = try #require(found.cautions.first)
        #expect(caution.open == 1_000 && caution.instrument == .shares("NEW") && caution.count == 1)
        #expect(caution.opened == TradingDate("2026-03-12"))
    }

    /// The example of the knowledge page: 100 shares with a basis of 50 sold at 45, bought back at 46 twelve days later.
    @Test func theLossMovesToTheSharesBoughtBack() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "XYZ", "100", at: "50", amount: "-5000")
        try history.add("2026-03-02", .sell, "XYZ", "100", at: "45", amount: "4500")
        try history.add("2026-03-14", .buy, "XYZ", "100", at: "46", amount: "-4600")
        let found = Self.found(history)
        let sale = try #require(found.sales.first)
        #expect(found.sales.count == 1)
        #expect(sale.disallowed == 500)
        #expect(sale.quantity == 100)
        #expect(sale.replacementID == "row 2")
        #expect(sale.replacementDate == TradingDate("2026-03-14"))
        #expect(sale.replacementBasis == 51)
        #expect(found.disallowed == 500)
    }

    private static let edges: [(bought: String, isWash: Bool)] = [
        ("2026-04-01", true), ("2026-04-02", false), ("2026-01-31", true), ("2026-01-30", false),
        ("2026-03-02", true),
    ]

    @Test(arguments: edges) func theWindowIsThirtyDaysOnEitherSide(bought: String, isWash: Bool) throws {
        var history = HistoryBuilder()
        try history.add("2025-01-06", .buy, "XYZ", "100", at: "50", amount: "-5000")
        let isBefore = bought < "2026-03-02"
        if isBefore { try history.add(bought, .buy, "XYZ", "100", at: "46", amount: "-4600") }
        try history.add("2026-03-02", .sell, "XYZ", "100", at: "45", amount: "4500")
        if !isBefore { try history.add(bought, .buy, "XYZ", "100", at: "46", amount: "-4600") }
        #expect(Self.found(history).sales.isEmpty == !isWash)
    }

    @Test func whatIsSoldTogetherReplacesNothing() throws {
        var history = HistoryBuilder()
        try history.add("2026-03-02", .buy, "XYZ", "100", at: "50", amount: "-5000")
        try history.add("2026-03-09", .buy, "XYZ", "50", at: "49", amount: "-2450")
        try history.add("2026-03-16", .sell, "XYZ", "150", at: "45", amount: "6750")
        #expect(Self.found(history).sales.isEmpty)
        // A gain is none either.
        try history.add("2026-03-17", .buy, "ABC", "10", at: "5", amount: "-50")
        try history.add("2026-03-18", .sell, "ABC", "10", at: "6", amount: "60")
        try history.add("2026-03-19", .buy, "ABC", "10", at: "5", amount: "-50")
        #expect(Self.found(history).sales.isEmpty)
    }

    @Test func fewerReplacementsDisallowAPartTheEarliestFirstEachOnce() throws {
        var history = HistoryBuilder()
        history.account = "one"
        try history.add("2026-01-05", .buy, "XYZ", "100", at: "50", amount: "-5000")
        try history.add("2026-01-06", .buy, "XYZ", "100", at: "48", amount: "-4800")
        try history.add("2026-03-02", .sell, "XYZ", "100", at: "45", amount: "4500")
        try history.add("2026-03-03", .sell, "XYZ", "100", at: "45", amount: "4500")
        history.account = "two"
        try history.add("2026-03-10", .buy, "XYZ", "120", at: "46", amount: "-5520")
        let sales = Self.found(history).sales
        #expect(sales.map(\.quantity) == [100, 20])
        // All of 500, then 20 of 100 shares of the loss of 300.
        #expect(sales.map(\.disallowed) == [500, 60])
        #expect(sales.map(\.replacementAccount) == ["two", "two"])
        #expect(sales.map(\.replacementBasis) == [51, 49])
    }

    @Test func aLossThatWasMovedMovesOn() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "XYZ", "100", at: "50", amount: "-5000")
        try history.add("2026-03-02", .sell, "XYZ", "100", at: "45", amount: "4500")
        try history.add("2026-03-14", .buy, "XYZ", "100", at: "46", amount: "-4600")
        // A gain of 100 in the books, a loss of 400 with what was moved to these shares.
        try history.add("2026-04-01", .sell, "XYZ", "100", at: "47", amount: "4700")
        try history.add("2026-04-20", .buy, "XYZ", "100", at: "46", amount: "-4600")
        let sales = Self.found(history).sales
        #expect(sales.map(\.disallowed) == [500, 400])
        #expect(sales[1].replacementBasis == 50)
    }

    @Test func optionsOnTheSameUnderlyingAreDoubtsAndIndicesNone() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "XYZ", "100", at: "50", amount: "-5000")
        try history.add("2026-03-02", .sell, "XYZ", "100", at: "45", amount: "4500")
        try history.add("2026-03-12", .sellToOpen, "XYZ260417P00044000", "1", at: "1", amount: "100")
        try history.add("2026-03-20", .buyToOpen, "XYZ260417C00046000", "1", at: "1", amount: "-100")
        try history.add("2026-03-21", .buyToOpen, "XYZ260417P00046000", "1", at: "1", amount: "-100")
        try history.add("2026-03-02", .buyToOpen, "SPX260320C05000000", "1", at: "10", amount: "-1000")
        try history.add("2026-03-05", .sellToClose, "SPX260320C05000000", "1", at: "5", amount: "500")
        try history.add("2026-03-06", .buyToOpen, "SPX260320C05000000", "1", at: "6", amount: "-600")
        let found = Self.found(history)
        #expect(found.sales.isEmpty)
        let caution = try #require(found.cautions.first)
        #expect(found.cautions.count == 1)
        #expect(caution.open == 500)
        // The put sold and the call bought can bring the shares back; the put bought cannot.
        #expect(caution.count == 2)
        #expect(caution.instrument == HistoryBuilder.instrument("XYZ260417P00044000"))
    }

    @Test func theSameContractBoughtAgainIsAWashSale() throws {
        var history = HistoryBuilder()
        try history.add("2026-03-02", .buyToOpen, "XYZ260417C00046000", "2", at: "3", amount: "-601", fees: "1")
        try history.add("2026-03-05", .sellToClose, "XYZ260417C00046000", "2", at: "2", amount: "399", fees: "1")
        try history.add("2026-03-06", .buyToOpen, "XYZ260417C00046000", "1", at: "2.5", amount: "-250")
        let found = Self.found(history)
        // Half of the loss of 202; 2.50 + 101 / 100.
        #expect(found.sales.map(\.disallowed) == [101])
        #expect(try found.sales[0].replacementBasis == decimal("3.51"))
    }

    @Test func anAssignedPutIsAReplacement() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "XYZ", "100", at: "50", amount: "-5000")
        try history.add("2026-03-02", .sell, "XYZ", "100", at: "45", amount: "4500")
        try history.add("2026-03-03", .sellToOpen, "XYZ260320P00046000", "1", at: "1", amount: "100")
        try history.add("2026-03-20", .assignment, "XYZ260320P00046000", "1")
        try history.add("2026-03-20", .buy, "XYZ", "100", at: "46", amount: "-4600")
        #expect(Self.found(history).sales.map(\.disallowed) == [500])
    }
}
