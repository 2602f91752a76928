import Foundation
import MagnusTestSupport
import Markets
import Testing

struct LedgerTradeTests {
    @Test func sharesAreSoldFirstInFirstOut() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .transfer, amount: "5000")
        try history.add("2026-02-03", .buy, "F", "100", at: "10", amount: "-1001", fees: "1")
        try history.add("2026-02-04", .buy, "F", "50", at: "12", amount: "-600.50", fees: "0.50")
        try history.add("2026-02-05", .sell, "F", "120", at: "15", amount: "1798.80", fees: "1.20")
        let ledger = Ledger(transactions: history.rows)

        #expect(ledger.issues.isEmpty)
        #expect(ledger.realised.map(\.quantity) == [100, 20])
        // 100 * (15 - 10) - 1 - 1.20 * 100 / 120; 20 * (15 - 12) - 0.50 * 20 / 50 - the rest of 1.20
        #expect(ledger.realised.map(\.gain) == [try decimal("498"), try decimal("59.6")])
        #expect(ledger.realised.map(\.cost) == [1001, try decimal("240.2")])
        #expect(ledger.realised.map(\.proceeds) == [1499, try decimal("299.8")])
        #expect(ledger.realised.map(\.side) == [.long, .long])
        #expect(ledger.realised.map(\.openDate?.description) == ["2026-02-03", "2026-02-04"])
        #expect(ledger.realised.allSatisfy { $0.closedBy == .sell && $0.transactionID == "row 3" })

        let position = try #require(ledger.positions.first)
        #expect(ledger.positions.count == 1)
        #expect(position.quantity == 30)
        #expect(position.averagePrice == 12)
        #expect(position.fees == (try decimal("0.3")))
        #expect(ledger.cash == .known(try decimal("5197.30")))
        #expect(ledger.history?.lowerBound.description == "2026-02-02")
        #expect(ledger.history?.upperBound.description == "2026-02-05")
    }

    @Test func aShortPutIsBoughtBackInParts() throws {
        var history = HistoryBuilder()
        try history.add(
            "2026-11-02",
            .sellToOpen,
            "NVDA270115P00170000",
            "2",
            at: "1.55",
            amount: "309.90",
            fees: "0.10"
        )
        try history.add(
            "2026-11-10",
            .buyToClose,
            "NVDA270115P00170000",
            "1",
            at: "0.40",
            amount: "-40.04",
            fees: "0.04"
        )
        let ledger = Ledger(transactions: history.rows)
        let gain = try #require(ledger.realised.first)
        #expect(gain.side == .short)
        #expect(gain.fees == (try decimal("0.09")))
        // 155 received less 0.05, 40 paid and 0.04
        #expect(gain.gain == (try decimal("114.91")))
        let position = try #require(ledger.positions.first)
        #expect(position.quantity == -1)
        #expect(position.averagePrice == (try decimal("1.55")))
        #expect(position.fees == (try decimal("0.05")))
    }

    @Test func aWheelTurnsOnce() throws {
        var history = HistoryBuilder()
        try history.add("2026-03-02", .transfer, amount: "2000")
        try history.add("2026-03-02", .sellToOpen, "F260320P00012000", "1", at: "0.30", amount: "29.96", fees: "0.04")
        try history.add("2026-03-20", .assignment, "F260320P00012000", "1")
        try history.add("2026-03-20", .buy, "F", "100", at: "12", amount: "-1200")
        try history.add("2026-03-23", .sellToOpen, "F260417C00012000", "1", at: "0.25", amount: "24.96", fees: "0.04")
        try history.add("2026-04-01", .dividend, "F", amount: "15")
        try history.add("2026-04-17", .assignment, "F260417C00012000", "1")
        try history.add("2026-04-17", .sell, "F", "100", at: "12", amount: "1200")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.issues.isEmpty)
        #expect(ledger.positions.isEmpty)
        #expect(ledger.realised.map(\.closedBy) == [.assignment, .assignment, .sell])
        #expect(ledger.realised.map(\.closePrice) == [0, 0, 12])
        #expect(ledger.realised.map(\.gain) == [try decimal("29.96"), try decimal("24.96"), 0])
        #expect(ledger.cash == .known(try decimal("2069.92")))
        let portfolio = ledger.portfolio(name: "wheel", isDemo: true)
        #expect(portfolio.positions.isEmpty && portfolio.isDemo && portfolio.realised.count == 3)
        #expect(portfolio.cash.amount == (try decimal("2069.92")))
    }

    @Test func optionsThatExpireCloseTheSideHeld() throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", .sellToOpen, "SPY261113P00600000", "1", at: "2", amount: "200")
        try history.add("2026-11-02", .buyToOpen, "SPY261113P00590000", "1", at: "1.5", amount: "-150")
        try history.add("2026-11-16", .expiration, "SPY261113P00600000", "1")
        try history.add("2026-11-16", .expiration, "SPY261113P00590000", "1")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.side) == [.short, .long])
        #expect(ledger.realised.map(\.gain) == [200, -150])
        #expect(ledger.positions.isEmpty)
    }

    @Test func buyingSharesClosesAShortFirst() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .sellToOpen, "GME", "100", at: "25", amount: "2500")
        try history.add("2026-02-03", .buy, "GME", "150", at: "20", amount: "-3000")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.side) == [.short])
        #expect(ledger.realised.map(\.gain) == [500])
        #expect(ledger.positions.map(\.quantity) == [50])
        #expect(ledger.issues.map(\.kind) == [.unknownCash])
    }

    @Test func openingAgainstAPositionClosesItAndSaysSo() throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", .buyToOpen, "SPY261120C00700000", "1", at: "3", amount: "-300")
        try history.add("2026-11-03", .sellToOpen, "SPY261120C00700000", "3", at: "4", amount: "1200")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.gain) == [100])
        #expect(ledger.positions.map(\.quantity) == [-2])
        #expect(ledger.issues.map(\.kind) == [.openedAgainstPosition, .unknownCash])
    }

    @Test(arguments: [
        (Transaction.Kind.sell, "F", RealisedGain.Side.long), (.sellToClose, "F261120C00012000", .long),
        (.buyToClose, "F261120P00012000", .short), (.expiration, "F261120P00012000", .short),
        (.exercise, "F261120C00012000", .long), (.buyToClose, "F", .short),
    ])
    func aCloseWithoutAnOpenHasNoGain(_ kind: Transaction.Kind, _ symbol: String, _ side: RealisedGain.Side) throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", kind, symbol, "3", at: "2", amount: kind == .buyToClose ? "-600" : "600")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.positions.isEmpty)
        let gain = try #require(ledger.realised.first)
        #expect(gain.quantity == 3)
        #expect(gain.side == side)
        #expect(gain.gain == nil)
        #expect(gain.openDate == nil)
        let issue = try #require(ledger.issues.first)
        #expect(issue.kind == .missingOpen)
        #expect(issue.message.contains("magnus import --opening"))
    }

    @Test func onlyTheMissingPartHasNoGain() throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", .buy, "F", "60", at: "10", amount: "-600")
        try history.add("2026-11-03", .sell, "F", "100", at: "11", amount: "1100")
        try history.add("2026-11-04", .buy, "F", "5", at: "10", amount: "-50")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.quantity) == [60, 40])
        #expect(ledger.realised.map(\.gain) == [60, nil])
        // No phantom short was left that the later purchase would have covered.
        #expect(ledger.positions.map(\.quantity) == [5])
    }

    @Test func pricesAreWorkedOutFromAmountsWhereTheyAreMissing() throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", .sellToOpen, "F261120P00012000", "2", amount: "39.90", fees: "0.10")
        try history.add("2026-11-03", .buyToClose, "F261120P00012000", "2", amount: "-10.10", fees: "0.10")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.openPrice) == [try decimal("0.2")])
        #expect(ledger.realised.map(\.closePrice) == [try decimal("0.05")])
        #expect(ledger.realised.map(\.gain) == [try decimal("29.8")])
    }

    @Test func cashSettlementCountsAsTheClosingPrice() throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", .sellToOpen, "SPX261120P06000000", "1", at: "2", amount: "200")
        try history.add("2026-11-20", .assignment, "SPX261120P06000000", "1", amount: "-355", fees: "5")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.closePrice) == [try decimal("3.5")])
        #expect(ledger.realised.map(\.gain) == [-155])
        #expect(ledger.issues.map(\.kind) == [.unknownCash])
    }

    @Test func aFeeOfAnAssignmentIsNoPrice() throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", .sellToOpen, "F261120P00012000", "1", at: "0.3", amount: "30")
        try history.add("2026-11-20", .assignment, "F261120P00012000", "1", amount: "-5", fees: "5")
        try history.add("2026-11-20", .buy, "F", "100", at: "12", amount: "-1200")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.closePrice) == [0])
        #expect(ledger.realised.map(\.gain) == [25])
        #expect(ledger.issues.map(\.kind) == [.unknownCash])
    }

    @Test func assignmentsWithoutTheirSharesAreReported() throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", .sellToOpen, "F261120P00012000", "2", at: "0.3", amount: "60")
        try history.add("2026-11-20", .assignment, "F261120P00012000", "2")
        try history.add("2026-11-20", .buy, "F", "100", at: "12", amount: "-1200")
        try history.add("2026-11-20", .buy, "F", "100", at: "11.5", amount: "-1150")
        let issues = Ledger(transactions: history.rows).issues.filter { $0.kind == .mismatchedAssignment }
        #expect(issues.count == 1)
        #expect(issues.first?.message.contains("bought 100 more F at 12") == true)
    }

    @Test func assignmentsWithoutTheirSharesAreToldAccountByAccount() throws {
        var history = HistoryBuilder()
        let put = "F261114P00010000"
        for (account, count) in [("IRA", "1"), ("Joint", "3"), ("Roth", "2")] {
            history.account = account
            try history.add("2026-11-02", .sellToOpen, put, count, at: "0.3", amount: "30")
        }
        // Joint is told of its three contracts in two rows, Roth has bought its 200 shares.
        try history.add("2026-11-17", .assignment, put, "2")
        try history.add("2026-11-17", .buy, "F", "200", at: "10", amount: "-2000")
        history.account = "Joint"
        try history.add("2026-11-17", .assignment, put, "2")
        try history.add("2026-11-17", .assignment, put, "1")
        history.account = "IRA"
        try history.add("2026-11-17", .assignment, put, "1")
        let messages = Ledger(transactions: history.rows).issues.filter { $0.kind == .mismatchedAssignment }.map(
            \.message
        )
        #expect(messages.count == 2)
        #expect(
            messages.first?.contains("of 3 F 2026-11-14 10 put on 2026-11-17 in Joint should have bought 300 more F")
                == true
        )
        #expect(
            messages.last?.contains("of 1 F 2026-11-14 10 put on 2026-11-17 in IRA should have bought 100 more F")
                == true
        )
    }

    @Test func theOrderOfTheRowsDoesNotMatter() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .transfer, amount: "9000")
        try history.add("2026-02-03", .buy, "F", "100", at: "10", amount: "-1000")
        try history.add("2026-02-03", .sell, "F", "40", at: "11", amount: "440")
        try history.add("2026-02-03", .buy, "F", "10", at: "12", amount: "-120")
        try history.add("2026-02-04", .sell, "F", "70", at: "13", amount: "910")
        let expected = Ledger(transactions: history.rows)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20 {
            let shuffled = Ledger(transactions: history.rows.shuffled(using: &generator))
            #expect(shuffled.positions == expected.positions)
            #expect(shuffled.realised == expected.realised)
            #expect(shuffled.cash == expected.cash)
        }
        #expect(expected.realised.map(\.gain) == [40, 180, 10])
    }

    @Test func rowsThatCannotBeTradesAreReported() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .buy, nil, "1", at: "10", amount: "-10")
        try history.add("2026-02-02", .buy, "F", "0", at: "10", amount: "0")
        try history.add("2026-02-02", .sell, "F", "-5", at: "10", amount: "50")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.issues.map(\.kind) == [.unusableRow, .unusableRow, .unusableRow, .unknownCash])
        #expect(ledger.issues.first?.message.hasPrefix("history.csv line 2: ") == true)
        #expect(ledger.positions.isEmpty && ledger.realised.isEmpty)
    }

    @Test func optionsPastTheirEndAreReportedAfterAWeekend() throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", .sellToOpen, "F261113P00012000", "1", at: "0.3", amount: "30")
        let friday = try #require(TradingDate("2026-11-13"))
        for (days, isReported) in [(0, false), (4, false), (5, true)] {
            let ledger = Ledger(transactions: history.rows, asOf: friday.adding(days: days))
            #expect(ledger.issues.contains { $0.kind == .expiredStillOpen } == isReported)
        }
        #expect(!Ledger(transactions: history.rows).issues.contains { $0.kind == .expiredStillOpen })
    }

    @Test func anEmptyHistoryHoldsNothing() {
        let ledger = Ledger(transactions: [])
        #expect(ledger.positions.isEmpty && ledger.realised.isEmpty && ledger.history == nil)
        #expect(ledger.cash.amount == nil)
        #expect(ledger.issues.map(\.kind) == [.unknownCash])
    }
}
