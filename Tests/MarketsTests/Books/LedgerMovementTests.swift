import Foundation
import Markets
import Testing

/// Splits, transfers, opening balances and cash.
struct LedgerMovementTests {
    @Test func aSplitKeepsTheCost() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .buy, "NVDA", "10", at: "1200", amount: "-12000")
        try history.add("2026-03-02", .buy, "NVDA", "5", at: "1000", amount: "-5000", fees: "0")
        try history.add("2026-06-10", .split, "NVDA", "135")
        try history.add("2026-06-11", .sell, "NVDA", "100", at: "130", amount: "13000")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.gain) == [1000])
        #expect(ledger.positions.first?.lots.map(\.quantity) == [50])
        #expect(ledger.positions.first?.averagePrice == 100)
    }

    @Test(arguments: [["-100", "10"], ["10", "-100"]])
    func aReverseSplitInTwoRowsIsOneSplit(_ quantities: [String]) throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .buy, "AMC", "60", at: "4", amount: "-240")
        try history.add("2026-02-03", .buy, "AMC", "40", at: "5", amount: "-200")
        try history.add("2026-06-10", .split, "AMC", quantities[0])
        try history.add("2026-06-10", .buy, "F", "1", at: "10", amount: "-10")
        try history.add("2026-06-10", .split, "AMC", quantities[1])
        let ledger = Ledger(transactions: history.rows)
        let position = try #require(ledger.positions.first)
        #expect(position.lots.map(\.quantity) == [6, 4])
        #expect(position.lots.map(\.price) == [40, 50])
        #expect(!ledger.issues.contains { $0.kind == .mismatchedSplit })
    }

    @Test func anUnevenSplitLosesNothing() throws {
        var history = HistoryBuilder()
        for day in 1...7 { try history.add("2026-02-0\(day)", .buy, "ODD", "1", at: "1", amount: "-1") }
        try history.add("2026-06-10", .split, "ODD", "3")
        let position = try #require(Ledger(transactions: history.rows).positions.first)
        #expect(position.quantity == 10)
        let cost = position.lots.reduce(Decimal(0)) { $0 + $1.quantity * ($1.price ?? 0) }
        #expect(abs(cost - 7) < (try decimal("0.000000001")))
    }

    @Test func aSplitOfNothingHeldIsReported() throws {
        var history = HistoryBuilder()
        try history.add("2026-06-10", .split, "BKNG", "3.1736")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.positions.map(\.quantity) == [try decimal("3.1736")])
        #expect(ledger.positions.first?.averagePrice == nil)
        #expect(ledger.issues.first?.kind == .mismatchedSplit)
    }

    @Test func sharesAreMovedInAndOutWithoutAGain() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .buy, "VTI", "10", at: "250", amount: "-2500")
        try history.add("2026-02-03", .securitiesTransfer, "VTI", "5")
        try history.add("2026-02-04", .securitiesTransfer, "VTI", "-12")
        try history.add("2026-02-05", .securitiesTransfer, "SCHD", "-1")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.isEmpty)
        #expect(ledger.positions.map(\.quantity) == [3])
        #expect(ledger.positions.first?.averagePrice == nil)
        #expect(ledger.positions.first?.opened == nil)
        #expect(ledger.issues.first?.kind == .missingOpen)
        #expect(ledger.issues.first?.instrument == .shares("SCHD"))
    }

    @Test func aShortOptionChangesItsSymbolAndKeepsItsBasis() throws {
        var history = HistoryBuilder()
        try history.add(
            "2021-03-18",
            .sellToOpen,
            "BFT210416P00015000",
            "1",
            at: "1.32",
            amount: "130.85",
            fees: "1.15"
        )
        try history.add("2021-03-31", .securitiesTransfer, "BFT210416P00015000", "1", at: "1.32")
        try history.add("2021-03-31", .securitiesTransfer, "PSFE210416P00015000", "-1", at: "1.32")
        try history.add("2021-04-05", .buyToClose, "PSFE210416P00015000", "1", at: "0.5", amount: "-50")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.positions.isEmpty)
        #expect(ledger.realised.map(\.gain) == [82])
    }

    @Test func openingBalancesComeFirst() throws {
        var history = HistoryBuilder()
        history.account = "Individual"
        try history.add("2026-02-02", .sell, "F", "100", at: "12", amount: "1200")
        try history.add("2026-02-02", .buyToClose, "F260320P00010000", "1", at: "0.1", amount: "-10")
        history.account = nil
        try history.add("2025-06-02", .openingBalance, "F", "150", at: "10")
        try history.add("0001-01-01", .openingBalance, "F260320P00010000", "-1")
        try history.add("0001-01-01", .openingBalance, amount: "500")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.issues.isEmpty)
        #expect(ledger.realised.map(\.gain) == [200, nil])
        #expect(ledger.realised.map(\.openDate?.description) == ["2025-06-02", nil])
        #expect(ledger.positions.map(\.quantity) == [50])
        #expect(ledger.cash == .known(1690))
        #expect(ledger.history?.lowerBound.description == "2026-02-02")
    }

    @Test func anOpeningBalanceInsideTheHistoryIsReported() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .transfer, amount: "100")
        try history.add("2026-03-02", .openingBalance, "F", "150", at: "10")
        #expect(Ledger(transactions: history.rows).issues.map(\.kind) == [.lateOpeningBalance])
    }

    @Test func accountsKeepTheirOwnLots() throws {
        var history = HistoryBuilder()
        history.account = "Cash"
        try history.add("2026-02-02", .buy, "F", "10", at: "10", amount: "-100")
        history.account = "Margin"
        try history.add("2026-02-03", .buy, "F", "10", at: "20", amount: "-200")
        try history.add("2026-02-04", .sell, "F", "10", at: "21", amount: "210")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.gain) == [10])
        #expect(ledger.realised.first?.account == "Margin")
        #expect(ledger.positions.first?.averagePrice == 10)
    }

    @Test func cashIsKnownWhenTheHistoryBeginsWithADepositAndStaysAboveZero() throws {
        var history = HistoryBuilder()
        // The same day's rows have no times: the purchase may stand first.
        try history.add("2026-02-02", .buy, "F", "10", at: "10", amount: "-100")
        try history.add("2026-02-02", .transfer, amount: "250")
        try history.add("2026-02-03", .interest, amount: "0.42")
        try history.add("2026-02-04", .transfer, amount: "-50")
        try history.add("2026-02-05", .fee, amount: "-5")
        #expect(Ledger(transactions: history.rows).cash == .known(try decimal("95.42")))
    }

    @Test func cashIsUnknownOtherwise() throws {
        var negative = HistoryBuilder()
        try negative.add("2026-02-02", .transfer, amount: "50")
        try negative.add("2026-02-03", .buy, "F", "10", at: "10", amount: "-100")
        try negative.add("2026-02-04", .transfer, amount: "100")
        guard case .unknown(let reason) = Ledger(transactions: negative.rows).cash else {
            Issue.record("cash below zero cannot be known")
            return
        }
        #expect(reason.contains("below zero on 2026-02-03") && reason.contains("magnus import --opening"))

        var late = HistoryBuilder()
        try late.add("2026-02-02", .dividend, "F", amount: "5")
        try late.add("2026-02-03", .transfer, amount: "50")
        guard case .unknown(let reason) = Ledger(transactions: late.rows).cash else {
            Issue.record("a history that begins with a dividend had something before it")
            return
        }
        #expect(reason.contains("does not begin with a deposit"))

        try late.add("0001-01-01", .openingBalance, amount: "1000")
        #expect(Ledger(transactions: late.rows).cash == .known(1055))
    }

    @Test func cashIsUnknownWhereTheHistoryClosesWhatItNeverOpened() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .transfer, amount: "5000")
        try history.add("2026-02-03", .buyToClose, "F260320P00010000", "1", at: "0.1", amount: "-10")
        guard case .unknown(let reason) = Ledger(transactions: history.rows).cash else {
            Issue.record("the premium of the put came in before the history begins")
            return
        }
        #expect(reason.hasPrefix("F 2026-03-20 10 put was held before the history begins"))
        try history.add("0001-01-01", .openingBalance, amount: "0")
        #expect(Ledger(transactions: history.rows).cash == .known(4990))
    }

    @Test func positionsAreInTheOrderTheyAreShown() throws {
        var history = HistoryBuilder()
        let symbols = [
            "SPY", "F261218P00010000", "F261120P00012000", "F261120C00012000", "F261120P00010000", "F", "AAPL",
        ]
        for symbol in symbols { try history.add("2026-11-02", .buyToOpen, symbol, "1", at: "1", amount: "-100") }
        #expect(
            Ledger(transactions: history.rows).positions.map(\.instrument.symbol) == [
                "AAPL", "F", "F261120P00010000", "F261120C00012000", "F261120P00012000", "F261218P00010000", "SPY",
            ]
        )
    }
}
