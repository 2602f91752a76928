import Foundation
import Markets
import Testing

/// Several brokers and accounts in one book: whose lots a row may touch.
@Suite("Books of several accounts") struct AccountBooksTests {
    private static func missing(_ ledger: Ledger) -> [LedgerIssue] { ledger.issues.filter { $0.kind == .missingOpen } }

    /// An export that names no account is an account like any other: the incomplete history of another broker leaves its lots alone.
    @Test func aSaleWithoutLotsTakesNoneOfAnUnnamedAccount() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-05", .buy, "AAPL", "10", at: "100", amount: "-1000")
        history.account = "Schwab"
        try history.add("2026-02-05", .sell, "AAPL", "6", at: "150", amount: "900")
        try history.add("2026-02-06", .buy, "F", "5", at: "10", amount: "-50")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.positions.map(\.quantity) == [10, 5])
        #expect(ledger.positions.first?.lots.map(\.price) == [100])
        #expect(ledger.realised.map(\.gain) == [nil])
        let issue = try #require(Self.missing(ledger).first)
        #expect(Self.missing(ledger).count == 1)
        #expect(
            issue.message.contains(
                "6 AAPL closed on 2026-02-05 (sell) in Schwab was opened before the history begins, so its gain is not known "
                    + "(what the account without a name holds of it is left alone): import the older history"
            )
        )
        #expect(issue.message.contains("magnus import --opening FILE"))
    }

    /// The same for what ends, leaves or is covered.
    @Test func whatEndsOrLeavesInOneAccountStaysInTheOthers() throws {
        var history = HistoryBuilder()
        let put = "F260320P00010000"
        try history.add("2026-01-05", .sellToOpen, put, "3", at: "0.5", amount: "150")
        try history.add("2026-01-06", .buy, "F", "300", at: "10", amount: "-3000")
        history.account = "Schwab"
        try history.add("2026-02-02", .buyToClose, put, "1", at: "0.2", amount: "-20")
        try history.add("2026-03-20", .expiration, put, "1")
        try history.add("2026-03-20", .assignment, put, "1")
        try history.add("2026-03-23", .securitiesTransfer, "F", "-100")
        try history.add("2026-03-24", .split, "F", "100")
        let ledger = Ledger(transactions: history.rows, asOf: TradingDate("2026-03-20"))
        // Nothing of the first account has moved; a split of shares that were not there leaves what it added, at no known price.
        #expect(ledger.positions.flatMap(\.lots).map(\.account) == ["Schwab", nil, nil])
        #expect(ledger.positions.flatMap(\.lots).map(\.quantity) == [100, 300, -3])
        #expect(try ledger.positions.flatMap(\.lots).map(\.price) == [nil, 10, decimal("0.5")])
        #expect(Self.missing(ledger).count == 4)
        #expect(ledger.issues.contains { $0.kind == .mismatchedSplit })
        #expect(ledger.realised.allSatisfy { $0.account == "Schwab" && $0.gain == nil })
    }

    /// What was held before, in an account that is named in another case, is that account's alone.
    @Test func anOpeningBalanceWithAnAccountServesThatAccountAlone() throws {
        var history = HistoryBuilder()
        history.account = "Schwab"
        try history.add("2026-02-05", .sell, "AAPL", "10", at: "150", amount: "1500")
        history.account = "Robinhood"
        try history.add("2026-02-06", .sell, "AAPL", "4", at: "150", amount: "600")
        history.account = "robinhood"
        try history.add("2025-03-04", .openingBalance, "AAPL", "10", at: "90")
        let ledger = Ledger(transactions: history.rows)
        #expect(ledger.realised.map(\.account) == ["Schwab", "Robinhood"])
        #expect(ledger.realised.map(\.gain) == [nil, 240])
        #expect(ledger.positions.map(\.quantity) == [6])
        #expect(ledger.positions.first?.lots.map(\.account) == ["Robinhood"])
        #expect(Self.missing(ledger).map(\.date?.description) == ["2026-02-05"])
    }

    /// One that names none is the only account's that trades it, and then its oldest lot.
    @Test func anOpeningBalanceIsOfTheOnlyAccountThatTradesIt() throws {
        var history = HistoryBuilder()
        history.account = "Schwab"
        try history.add("2026-02-04", .buy, "AAPL", "10", at: "140", amount: "-1400")
        try history.add("2026-02-05", .sell, "AAPL", "10", at: "150", amount: "1500")
        history.account = "Robinhood"
        try history.add("2026-02-06", .dividend, "KO", amount: "5")
        history.account = nil
        try history.add("2025-03-04", .openingBalance, "AAPL", "10", at: "90")
        try history.add("2025-03-04", .openingBalance, "KO", "20", at: "60")
        try history.add("2025-03-04", .openingBalance, "F", "30", at: "9")
        let ledger = Ledger(transactions: history.rows)
        // (150 - 90) x 10: first in, first out.
        #expect(ledger.realised.map(\.gain) == [600])
        #expect(ledger.positions.flatMap(\.lots).map(\.account) == ["Schwab", nil, "Robinhood"])
        #expect(ledger.positions.flatMap(\.lots).map(\.price) == [140, 9, 60])
        #expect(Self.missing(ledger).isEmpty)
    }

    /// Where several trade it, own lots go first, then what was held before, to whoever closes more than it had; the rest is missing.
    @Test func anOpeningBalanceOfNoAccountServesWhicheverLacksLots() throws {
        var history = HistoryBuilder()
        history.account = "Robinhood"
        try history.add("2026-02-01", .buy, "AAPL", "10", at: "100", amount: "-1000")
        try history.add("2026-02-05", .sell, "AAPL", "8", at: "150", amount: "1200")
        history.account = "Schwab"
        try history.add("2026-02-06", .sell, "AAPL", "4", at: "150", amount: "600")
        history.account = "Fidelity"
        try history.add("2026-02-07", .securitiesTransfer, "AAPL", "-1")
        try history.add("2026-02-08", .sell, "AAPL", "5", at: "150", amount: "750")
        history.account = nil
        try history.add("2025-03-04", .openingBalance, "AAPL", "6", at: "90")
        let ledger = Ledger(transactions: history.rows)
        // 8 x 50, then 4 x 60 and 1 x 60 of what was held before; 1 was moved out of it, 4 are missing.
        #expect(ledger.realised.map(\.gain) == [400, 240, 60, nil])
        #expect(ledger.realised.map(\.quantity) == [8, 4, 1, 4])
        #expect(ledger.positions.flatMap(\.lots).map(\.quantity) == [2])
        #expect(ledger.positions.flatMap(\.lots).map(\.account) == ["Robinhood"])
        #expect(Self.missing(ledger).map(\.message).allSatisfy { $0.contains("in Fidelity") })
        #expect(Self.missing(ledger).count == 1)
    }

    /// A split that no broker's row tells of reaches every lot, also those of no account in particular, after what was sold of them.
    @Test func aSplitReachesWhatWasHeldBefore() throws {
        var history = HistoryBuilder()
        history.account = "Robinhood"
        try history.add("2026-02-01", .buy, "AAPL", "10", at: "100", amount: "-1000")
        history.account = "Schwab"
        try history.add("2026-02-06", .sell, "AAPL", "4", at: "150", amount: "600")
        try history.add("2026-04-06", .sell, "AAPL", "16", at: "80", amount: "1280")
        history.account = nil
        try history.add("2025-03-04", .openingBalance, "AAPL", "12", at: "90")
        let day = try #require(TradingDate("2026-03-02"))
        let split = CorporateAction(
            symbol: "AAPL",
            effective: day,
            change: .split(new: 2, old: 1),
            source: "actions.csv"
        )
        let ledger = Ledger(transactions: CorporateActions([split]).applied(to: history.rows))
        // 4 x (150 - 90); 12 - 4 = 8 became 16 at 45: 16 x (80 - 45).
        #expect(ledger.realised.map(\.gain) == [240, 560])
        #expect(ledger.positions.flatMap(\.lots).map(\.quantity) == [20])
        #expect(ledger.positions.flatMap(\.lots).map(\.price) == [50])
        #expect(ledger.issues.allSatisfy { $0.kind == .unknownCash })
    }

    /// Cash that one account began with says nothing of another's.
    @Test func openingCashIsKnownForTheAccountsItWasGivenFor() throws {
        var history = HistoryBuilder()
        history.account = "Robinhood"
        try history.add("2026-02-01", .buy, "AAPL", "10", at: "100", amount: "-1000")
        history.account = "Schwab"
        try history.add("2026-02-01", .buy, "F", "10", at: "10", amount: "-100")
        history.account = "Robinhood"
        try history.add("0001-01-01", .openingBalance, amount: "1500")
        guard case .unknown(let reason) = Ledger(transactions: history.rows).cash else {
            Issue.record("nobody said what Schwab began with")
            return
        }
        #expect(reason.contains("Schwab") && !reason.contains("Robinhood"))
        var each = history
        each.account = "Schwab"
        try each.add("0001-01-01", .openingBalance, amount: "300")
        #expect(Ledger(transactions: each.rows).cash == .known(700))
        var all = history
        all.account = nil
        try all.add("0001-01-01", .openingBalance, amount: "400")
        #expect(Ledger(transactions: all.rows).cash == .known(800))
    }

    /// Wheels and covered calls go by the same rule.
    @Test func wheelsAndCoveredCallsSeeTheSharesOfTheirOwnAccount() throws {
        var history = HistoryBuilder()
        let call = "F260320C00012000"
        history.account = "Schwab"
        try history.add("2026-02-02", .sellToOpen, call, "1", at: "0.5", amount: "50")
        try history.add("2026-02-20", .buyToClose, call, "1", at: "0.1", amount: "-10")
        history.account = "Robinhood"
        try history.add("2026-02-02", .buy, "KO", "1", at: "60", amount: "-60")
        history.account = nil
        var covered = history
        try covered.add("2025-03-04", .openingBalance, "F", "100", at: "9")
        let trades = { (rows: [Transaction]) in
            ClosedTrade.trades(Ledger(transactions: rows).realised, transactions: rows).map(\.strategy)
        }
        // No row of Schwab names the shares, so they may be in any account.
        #expect(trades(covered.rows) == [.coveredCall])
        var elsewhere = history
        elsewhere.account = "Robinhood"
        try elsewhere.add("2025-03-04", .openingBalance, "F", "100", at: "9")
        #expect(trades(elsewhere.rows) != [.coveredCall])
        #expect(WheelChain.chains(in: elsewhere.rows, of: "F").map(\.account) == ["Robinhood", "Schwab"])
    }

    /// A statement of one broker is not held against what another's account began with.
    @Test func aStatementIsHeldAgainstItsOwnAccountAlone() throws {
        var history = HistoryBuilder()
        history.account = "Schwab"
        try history.add("2026-02-02", .buy, "F", "10", at: "10", amount: "-100")
        let statement = history.rows
        try history.add("0001-01-01", .openingBalance, "F", "5", at: "9")
        history.account = "Robinhood"
        try history.add("2026-02-03", .buy, "F", "7", at: "10", amount: "-70")
        try history.add("0001-01-01", .openingBalance, "F", "3", at: "9")
        let result = Reconciliation(
            of: history.rows,
            with: AccountStatement(transactions: statement, positions: [.shares("F"): 15], cash: -100)
        )
        #expect(result.isBalanced && result.matched == 1)
    }
}
