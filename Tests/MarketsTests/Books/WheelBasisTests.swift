import Foundation
import Markets
import Testing

@Suite struct WheelBasisTests {
    private static let put170 = "XYZ260320P00170000"
    private static let call172 = "XYZ260417C00172500"

    /// The turn of the wheel on the knowledge page: puts and calls sold for 2.15, 1.60 and 1.40, each with 0.65 of fees.
    private static func oneTurn() throws -> HistoryBuilder {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .sellToOpen, put170, "1", at: "2.15", amount: "214.35", fees: "0.65")
        try history.add("2026-03-23", .assignment, put170, "1")
        try history.add("2026-03-23", .buy, "XYZ", "100", at: "170", amount: "-17000")
        try history.add("2026-03-24", .sellToOpen, call172, "1", at: "1.60", amount: "159.35", fees: "0.65")
        try history.add("2026-04-20", .expiration, call172, "1")
        try history.add(
            "2026-04-21",
            .sellToOpen,
            "XYZ260515C00172500",
            "1",
            at: "1.40",
            amount: "139.35",
            fees: "0.65"
        )
        return history
    }

    @Test func aTurnOfTheWheelHasTheBasisOfTheWorkedExample() throws {
        let basis = try WheelBasis(of: "XYZ", in: Self.oneTurn().rows, held: 100)
        #expect(basis.netPremium == 515)
        #expect(try basis.fees == decimal("1.95"))
        #expect(basis.paid == 17_000)
        // (170 * 100 - 515.00 + 1.95) / 100, rounded on the page.
        #expect(try basis.perShare == decimal("164.8695"))
        #expect(basis.began == TradingDate("2026-02-02"))
    }

    @Test func whatARollPaidAndBroughtIsCounted() throws {
        var history = HistoryBuilder()
        // An earlier put that ended by itself is another trade.
        try history.add("2026-01-05", .sellToOpen, "XYZ260116P00160000", "1", at: "1", amount: "100")
        try history.add("2026-01-20", .expiration, "XYZ260116P00160000", "1")
        try history.add("2026-02-02", .sellToOpen, Self.put170, "1", at: "2", amount: "199", fees: "1")
        try history.add("2026-03-16", .buyToClose, Self.put170, "1", at: "3", amount: "-301", fees: "1")
        let later = "XYZ260417P00170000"
        try history.add("2026-03-16", .sellToOpen, later, "1", at: "4.5", amount: "449", fees: "1")
        try history.add("2026-04-20", .assignment, later, "1")
        try history.add("2026-04-21", .buy, "XYZ", "100", at: "170", amount: "-17005", fees: "5")
        // A put beside the shares and a call that was bought belong to no wheel.
        try history.add("2026-04-22", .sellToOpen, "XYZ260515P00150000", "1", at: "1", amount: "100")
        try history.add("2026-04-22", .buyToOpen, "XYZ270115C00200000", "1", at: "9", amount: "-900")
        let basis = try WheelBasis(of: "XYZ", in: history.rows, held: 100)
        // 200 - 300 + 450 of premium; fees of three trades and of the shares.
        #expect(basis.netPremium == 350)
        #expect(basis.fees == 8)
        #expect(try basis.perShare == decimal("166.58"))
        #expect(basis.began == TradingDate("2026-02-02"))
    }

    @Test func assignmentsOnTwoDaysAreOneChain() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .sellToOpen, Self.put170, "3", at: "2", amount: "600")
        try history.add("2026-03-12", .assignment, Self.put170, "2")
        try history.add("2026-03-12", .buy, "XYZ", "200", at: "170", amount: "-34000")
        try history.add("2026-03-23", .assignment, Self.put170, "1")
        try history.add("2026-03-23", .buy, "XYZ", "100", at: "170", amount: "-17000")
        let basis = try WheelBasis(of: "XYZ", in: history.rows, held: 300)
        #expect(basis.perShare == 168)
    }

    @Test func aWheelBeforeThisOneIsNotCounted() throws {
        var history = try Self.oneTurn()
        try history.add("2026-05-18", .assignment, "XYZ260515C00172500", "1")
        try history.add("2026-05-18", .sell, "XYZ", "100", at: "172.5", amount: "17250")
        let next = "XYZ260619P00165000"
        try history.add("2026-05-19", .sellToOpen, next, "1", at: "3", amount: "300")
        try history.add("2026-06-22", .assignment, next, "1")
        try history.add("2026-06-22", .buy, "XYZ", "100", at: "165", amount: "-16500")
        #expect(try WheelBasis(of: "XYZ", in: history.rows, held: 100).perShare == 162)
    }

    /// Shares bought besides, shares sold since, a split, and an assignment of a part of the puts count as they are.
    @Test func theBasisIsTheBreakEvenOfAllThatHappened() throws {
        var bought = try Self.oneTurn()
        try bought.add("2026-04-22", .buy, "XYZ", "50", at: "150", amount: "-7500")
        // (17,000 + 7,500 - 515 + 1.95) / 150.
        #expect(try WheelBasis(of: "XYZ", in: bought.rows, held: 150).perShare == decimal("23986.95") / 150)
        var sold = try Self.oneTurn()
        try sold.add("2026-04-22", .sell, "XYZ", "40", at: "175", amount: "7000")
        // (17,000 - 7,000 - 515 + 1.95) / 60.
        #expect(try WheelBasis(of: "XYZ", in: sold.rows, held: 60).perShare == decimal("9486.95") / 60)
        var split = try Self.oneTurn()
        try split.add("2026-04-22", .split, "XYZ", "100")
        #expect(try WheelBasis(of: "XYZ", in: split.rows, held: 200).perShare == decimal("82.43475"))
        var part = HistoryBuilder()
        try part.add("2026-02-02", .sellToOpen, Self.put170, "2", at: "2", amount: "400")
        try part.add("2026-03-23", .assignment, Self.put170, "1")
        try part.add("2026-03-23", .buy, "XYZ", "100", at: "170", amount: "-17000")
        #expect(try WheelBasis(of: "XYZ", in: part.rows, held: 100).perShare == 166)
    }

    private static func histories() throws -> [(String, [Transaction], Decimal)] {
        var early = HistoryBuilder()
        try early.add("2026-03-23", .assignment, put170, "1")
        try early.add("2026-03-23", .buy, "XYZ", "100", at: "170", amount: "-17000")
        var moved = try oneTurn()
        try moved.add("2026-04-22", .securitiesTransfer, "XYZ", "100")
        var bare = HistoryBuilder()
        try bare.add("2026-03-23", .buy, "XYZ", "100", at: "170", amount: "-17000")
        return [
            ("does not lead to the shares", try oneTurn().rows, 90), ("does not lead to the shares", [], 100),
            ("before the history begins", early.rows, 100), ("without a trade", moved.rows, 200),
            ("from no wheel", bare.rows, 100),
        ]
    }

    @Test func whatTheHistoryDoesNotTellIsAGapWithItsReason() throws {
        for (reason, rows, held) in try Self.histories() {
            let gap = #expect(throws: DataGap.self) { try WheelBasis(of: "XYZ", in: rows, held: held) }
            #expect(gap?.reason.contains(reason) == true, "\(reason): \(String(describing: gap))")
        }
    }
}
