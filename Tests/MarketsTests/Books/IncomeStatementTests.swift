import Foundation
import Markets
import Testing

@Suite struct IncomeStatementTests {
    /// A put that expired, a spread of another ticker, shares sold, dividends, interest, a fee, tax, and a put still open.
    private static func history() throws -> [Transaction] {
        var history = HistoryBuilder()
        history.account = "one"
        try history.add("2025-12-01", .transfer, amount: "20000")
        try history.add("2025-12-15", .sellToOpen, "XYZ260116P00030000", "1", at: "1", amount: "99", fees: "1")
        try history.add("2026-01-20", .expiration, "XYZ260116P00030000", "1")
        try history.add("2026-01-21", .buy, "XYZ", "100", at: "30", amount: "-3000")
        try history.add("2026-02-02", .sell, "XYZ", "100", at: "32", amount: "3198", fees: "2")
        try history.add("2026-02-10", .dividend, "XYZ", amount: "40")
        try history.add("2026-02-10", .tax, "XYZ", amount: "-6")
        try history.add("2026-02-27", .interest, amount: "5.25")
        try history.add("2026-02-27", .fee, amount: "-5")
        history.account = "two"
        try history.add("2026-02-02", .sellToOpen, "ABC260320P00010000", "2", at: "0.50", amount: "100")
        try history.add("2026-02-02", .buyToOpen, "ABC260320P00009000", "2", at: "0.20", amount: "-40")
        try history.add("2026-02-20", .buyToClose, "ABC260320P00010000", "2", at: "0.10", amount: "-20")
        try history.add("2026-02-20", .sellToClose, "ABC260320P00009000", "2", at: "0.05", amount: "10")
        try history.add("2026-02-23", .sellToOpen, "ABC260417P00010000", "1", at: "0.60", amount: "60")
        return history.rows
    }

    private static func statement(
        by grouping: IncomeStatement.Grouping,
        symbols: Set<String> = [],
        period: ClosedRange<TradingDate>? = nil
    ) throws -> IncomeStatement {
        let rows = try history()
        return IncomeStatement(
            of: rows,
            realised: Ledger(transactions: rows).realised,
            by: grouping,
            symbols: symbols,
            period: period
        )
    }

    @Test func monthsHoldTheRowsAndTheClosesOfTheirDays() throws {
        let lines = try Self.statement(by: .month).lines
        #expect(lines.map(\.title) == ["2025-12", "2026-01", "2026-02"])
        #expect(lines.map(\.netPremium) == [99, 0, 110])
        #expect(lines.map(\.premiumKept) == [0, 99, 50])
        // 3,198 - 3,000.
        #expect(lines.map(\.shareGain) == [0, 0, 198])
        #expect(lines.map(\.fees) == [1, 0, 7])
        #expect(lines[2].dividends == 40)
        // 50 + 198 + 40 + 5.25 - 5 - 6.
        #expect(try lines[2].income == decimal("282.25"))
    }

    @Test func everyGroupingComesToTheSameTotal() throws {
        for grouping in IncomeStatement.Grouping.allCases {
            let statement = try Self.statement(by: grouping)
            #expect(statement.total.income == statement.lines.reduce(0) { $0 + $1.income })
            #expect(statement.total.fees == statement.lines.reduce(0) { $0 + $1.fees })
            #expect(try statement.total.income == decimal("381.25"))
            #expect(statement.total.fees == 8)
            #expect(statement.total.realised == 347)
        }
    }

    @Test func tickersAccountsAndStrategiesStandApart() throws {
        let symbols = try Self.statement(by: .symbol).lines
        #expect(symbols.map(\.title) == ["ABC", "XYZ", "none"])
        #expect(symbols.map(\.premiumKept) == [50, 99, 0])
        #expect(try symbols[2].income == decimal("0.25"))
        let accounts = try Self.statement(by: .account).lines
        #expect(accounts.map(\.title) == ["one", "two"])
        #expect(accounts.map(\.realised) == [297, 50])
        let strategies = try Self.statement(by: .strategy).lines
        #expect(strategies.map(\.title) == ["stock", "wheel put", "credit vertical", "none"])
        #expect(strategies.map(\.realised) == [198, 99, 50, 0])
        #expect(strategies.map(\.fees) == [2, 1, 0, 5])
        #expect(strategies.allSatisfy { $0.netPremium == nil })
    }

    @Test func periodAndTickersAreKeptTo() throws {
        let january = try #require(TradingDate("2026-01-01"))...(try #require(TradingDate("2026-01-31")))
        let statement = try Self.statement(by: .symbol, symbols: ["XYZ"], period: january)
        #expect(statement.lines.map(\.title) == ["XYZ"])
        #expect(statement.total.income == 99)
        #expect(try Self.statement(by: .month, symbols: ["NONE"]).lines.isEmpty)
    }

    @Test func aGainThatIsNotKnownIsCountedAndInNoSum() throws {
        var history = HistoryBuilder()
        try history.add("2026-01-21", .sell, "XYZ", "100", at: "30", amount: "3000")
        let statement = IncomeStatement(
            of: history.rows,
            realised: Ledger(transactions: history.rows).realised,
            by: .month
        )
        #expect(statement.total.unknownGains == 1)
        #expect(statement.total.income == 0)
    }
}
