import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite struct ReconciliationTests {
    private typealias Finding = Reconciliation.Finding

    /// Two weeks of one account.
    private static func history() throws -> HistoryBuilder {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .transfer, amount: "20000")
        try history.add("2026-02-03", .buy, "XYZ", "200", at: "30", amount: "-6000")
        try history.add("2026-02-04", .sellToOpen, "XYZ260320C00031000", "2", at: "1", amount: "198.70", fees: "1.30")
        try history.add("2026-02-10", .dividend, "XYZ", amount: "12.34")
        try history.add("2026-02-11", .sell, "XYZ", "100", at: "31", amount: "3100")
        return history
    }

    private static func statement(_ history: HistoryBuilder) throws -> AccountStatement {
        let ledger = Ledger(transactions: history.rows)
        return AccountStatement(
            transactions: history.rows,
            positions: ledger.positions.reduce(into: [:]) { $0[$1.instrument, default: 0] += $1.quantity },
            cash: history.rows.reduce(0) { $0 + $1.amount }
        )
    }

    /// The same events as another file tells them: other ids, lines and order.
    private static func reread(_ rows: [Transaction]) -> [Transaction] {
        rows.reversed().enumerated().map { line, row in
            var copy = row
            copy.id = "books \(row.id)"
            copy.origin = .init(file: "books.csv", line: line + 2)
            copy.sequence = rows.count - line
            return copy
        }
    }

    @Test func equalBooksAreBalanced() throws {
        let history = try Self.history()
        let result = Reconciliation(of: Self.reread(history.rows), with: try Self.statement(history))
        #expect(result.isBalanced)
        #expect(result.matched == 5)
        #expect(result.comparedPositions == 2)
        #expect(result.cash?.difference == 0)
    }

    @Test func everyKindOfFindingIsNamed() throws {
        let history = try Self.history()
        var books = Self.reread(history.rows)
        books.removeAll { $0.kind == .dividend }
        let call = try #require(books.firstIndex { $0.kind == .sellToOpen })
        var twice = books[call]
        twice.id = "again"
        books.append(twice)
        let sale = try #require(books.firstIndex { $0.kind == .sell })
        books[sale].amount += Decimal(1) / 100
        let purchase = try #require(books.firstIndex { $0.kind == .buy })
        var rest = books[purchase]
        books[purchase].quantity = 150
        books[purchase].amount = -4_500
        rest.id = "rest"
        rest.quantity = 50
        rest.amount = -1_500
        books.append(rest)
        let deposit = try #require(books.firstIndex { $0.kind == .transfer })
        books[deposit].date = books[deposit].date.adding(days: 2)
        var extra = books[deposit]
        extra.id = "extra"
        extra.kind = .fee
        extra.amount = -5
        extra.date = extra.date.adding(days: 1)
        books.append(extra)
        let result = Reconciliation(of: books, with: try Self.statement(history))
        let kinds = result.findings.map(\.kind)
        #expect(Set(kinds) == [.missing, .duplicate, .differs, .split, .otherDay, .unstated])
        #expect(kinds.count == 6)
        #expect(result.matched == 1)
        #expect(result.findings.first { $0.kind == .split }?.booked.map(\.quantity).sorted() == [50, 150])
        #expect(result.positions.map(\.stated) == [-2])
        #expect(result.positions.map(\.booked) == [-4])
        #expect(result.positions.first?.hint?.contains("repeats") == true)
        // 12.34 of dividend less the call of 198.70 counted twice, the cent too much and the fee: all is explained.
        let cash = try #require(result.cash)
        #expect(try cash.difference == decimal("12.34") - decimal("198.70") - decimal("0.01") + 5)
        #expect(cash.unexplained == 0)
    }

    @Test func severalRowsOfTheStatementMayBeOneInTheBooks() throws {
        let history = try Self.history()
        var statement = try Self.statement(history)
        var rows = history.rows
        rows[1].quantity = 120
        rows[1].amount = -3_600
        var rest = rows[1]
        rest.id = "rest"
        rest.quantity = 80
        rest.amount = -2_400
        rows.append(rest)
        statement.transactions = rows
        let result = Reconciliation(of: Self.reread(history.rows), with: statement)
        #expect(result.findings.map(\.kind) == [.joined])
        #expect(result.findings[0].cashDifference == 0)
    }

    @Test func positionsAndCashAloneNameWhatTheBooksShow() throws {
        var books = try Self.history()
        try books.add("2026-02-12", .sell, "XYZ", "10", at: "31", amount: "310")
        try books.add("2026-02-12", .sell, "XYZ", "10", at: "31", amount: "310")
        try books.add("2026-02-13", .buy, "ABC", "100", at: "70", amount: "-7000")
        let statement = AccountStatement(
            positions: [
                .shares("XYZ"): 90, .shares("ABC"): 700, HistoryBuilder.instrument("XYZ260320C00031000"): -2,
            ],
            cash: try decimal("10621.04"),
            asOf: TradingDate("2026-02-28")
        )
        let result = Reconciliation(of: books.rows, with: statement)
        #expect(result.positions.map(\.instrument) == [.shares("ABC"), .shares("XYZ")])
        #expect(result.positions[0].hint?.contains("split of 7 for 1") == true)
        #expect(result.positions[1].hint?.contains("repeats") == true)
        // 17,311.04 after the history, less 7,000, and 310 twice where it was once.
        #expect(result.cash?.difference == -310)
        #expect(result.cash?.explained == 0)
    }

    @Test func onlyTheDaysAndTheAccountsOfTheStatementCount() throws {
        var history = HistoryBuilder()
        history.account = "one"
        history.merge(try Self.history())
        var other = HistoryBuilder()
        other.account = "two"
        try other.add("2026-02-04", .buy, "ABC", "10", at: "7", amount: "-70")
        var books = history
        books.merge(other)
        var named = history.rows
        for index in named.indices { named[index].account = "one" }
        var booked = books.rows
        for index in booked.indices where booked[index].account == nil { booked[index].account = "one" }
        let result = Reconciliation(
            of: booked,
            with: AccountStatement(transactions: Array(named.dropFirst()))
        )
        // The deposit is before the statement's first day; the other account is none of it.
        #expect(result.isBalanced)
        #expect(Reconciliation(of: booked, with: AccountStatement(cash: -70), account: "TWO").isBalanced)
    }

    /// What an opening balance without an account holds is no account's, unless that account closes it.
    @Test func holdingsOfNoAccountAreNotChargedToTheStatements() throws {
        var history = HistoryBuilder()
        let put = "F261114P00010000"
        try history.add("0001-01-01", .openingBalance, put, "-1", at: "0.5")
        try history.add("0001-01-01", .openingBalance, "XYZ", "30", at: "5")
        try history.add("0001-01-01", .openingBalance, amount: "250")
        history.account = "one"
        try history.add("2026-11-02", .buy, "ABC", "10", at: "7", amount: "-70")
        try history.add("2026-11-03", .sell, "XYZ", "20", at: "6", amount: "120")
        history.account = "two"
        try history.add("2026-11-03", .sell, "XYZ", "4", at: "6", amount: "24")
        let rows = history.rows.filter { $0.account == "one" }
        let statement = AccountStatement(transactions: rows, positions: [.shares("ABC"): 10], cash: 50)
        for result in [
            Reconciliation(of: history.rows, with: statement),
            Reconciliation(of: history.rows, with: statement, account: "one"),
        ] {
            #expect(result.isBalanced)
            #expect(result.comparedPositions == 1)
            // 30 less the 20 that this account sold; the other account is not looked at.
            #expect(result.unassigned == [HistoryBuilder.instrument(put): -1, .shares("XYZ"): 10])
            #expect(result.unassignedCash == 250)
        }
        // All accounts together hold what none of them does.
        let whole = Reconciliation(
            of: history.rows,
            with: AccountStatement(
                positions: [.shares("ABC"): 10, .shares("XYZ"): 6, HistoryBuilder.instrument(put): -1],
                cash: 324
            )
        )
        #expect(whole.isBalanced && whole.unassigned.isEmpty && whole.unassignedCash == 0)
    }

    /// An account of which only an opening balance is known is still another one.
    @Test func anOpeningBalanceOfAnotherAccountIsNotTheStatements() throws {
        var history = HistoryBuilder()
        history.account = "one"
        try history.add("2026-11-02", .buy, "ABC", "10", at: "7", amount: "-70")
        let statement = AccountStatement(transactions: history.rows, positions: [.shares("ABC"): 10], cash: -70)
        history.account = "two"
        try history.add("0001-01-01", .openingBalance, "F", "5", at: "9")
        #expect(Reconciliation(of: history.rows, with: statement).isBalanced)
    }

    @Test(arguments: [
        (
            "2026-11-13",
            "a row that closed or moved it is missing, or the statement leaves it out; it expires only on 2026-11-14"
        ),
        ("2026-11-14", "no row says what became of it; it expired on 2026-11-14"),
        ("2026-12-01", "no row says what became of it; it expired on 2026-11-14"),
    ])
    func anOptionThatTheStatementLacksIsSaidToHaveExpiredOnlyOnceItHas(_ day: String, _ hint: String) throws {
        var history = HistoryBuilder()
        try history.add("2026-11-02", .sellToOpen, "F261114P00010000", "1", at: "0.5", amount: "50")
        let statement = AccountStatement(positions: [:], asOf: TradingDate(day))
        #expect(Reconciliation(of: history.rows, with: statement).positions.map(\.hint) == [hint])
    }

    /// A whole name means that account, not others that begin with it.
    @Test func aWholeNameWinsOverAPartOfOne() throws {
        var history = HistoryBuilder()
        history.account = "Schwab"
        try history.add("2026-02-04", .buy, "ABC", "10", at: "7", amount: "-70")
        history.account = "Schwab IRA"
        try history.add("2026-02-05", .buy, "ABC", "2", at: "7", amount: "-14")
        try history.add("0001-01-01", .openingBalance, "ABC", "1", at: "5")
        func cash(_ account: String) -> Decimal? {
            Reconciliation(of: history.rows, with: AccountStatement(cash: 0), account: account).cash?.booked
        }
        #expect(cash("schwab") == -70)
        #expect(cash("Schwab IRA") == -14 && cash("ira") == -14)
        #expect(cash("schw") == -84)
        let held = AccountStatement(positions: [.shares("ABC"): 3])
        #expect(Reconciliation(of: history.rows, with: held, account: "ira").isBalanced)
    }

    @Test func aStatementWithoutANameIsOfTheRowsWithoutOne() throws {
        let history = try Self.history()
        var books = history
        var other = HistoryBuilder()
        other.account = "Schwab"
        try other.add("2026-02-04", .buy, "ABC", "10", at: "7", amount: "-70")
        books.merge(other)
        #expect(Reconciliation(of: books.rows, with: AccountStatement(transactions: history.rows)).isBalanced)
        var named = history.rows
        for index in named.indices { named[index].account = "Elsewhere" }
        // An account the books do not know may be any of theirs.
        let unknown = Reconciliation(of: books.rows, with: AccountStatement(transactions: named))
        #expect(unknown.findings.map(\.kind) == [.unstated])
    }

    /// 200 faults put into the books of random histories: rows left out, doubled, and split in parts.
    @Test(arguments: [11, 12, 13, 14] as [UInt64]) func everyOneOfTwoHundredFaultsIsNamed(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rows = try Self.manyRows(&generator)
        var books: [Transaction] = []
        var expected: [Reconciliation.Kind: Set<String>] = [:]
        var faulty = Set(rows.filter { $0.quantity >= 2 }.map(\.id).shuffled(using: &generator).prefix(200))
        #expect(faulty.count == 200)
        for row in rows {
            guard faulty.remove(row.id) != nil else {
                books.append(row)
                continue
            }
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: expected[.missing, default: []].insert(row.id)
            case 1:
                expected[.duplicate, default: []].insert(row.id)
                var copy = row
                copy.id = "copy of \(row.id)"
                books += [row, copy]
            default:
                expected[.split, default: []].insert(row.id)
                books += Self.parts(of: row, &generator)
            }
        }
        let result = Reconciliation(
            of: Self.reread(books),
            with: AccountStatement(transactions: rows, cash: rows.reduce(0) { $0 + $1.amount })
        )
        #expect(result.findings.count == 200)
        #expect(result.matched == rows.count - (expected[.missing]?.count ?? 0) - (expected[.split]?.count ?? 0))
        var named: [Reconciliation.Kind: Set<String>] = [:]
        for finding in result.findings {
            let id = finding.stated.first?.id ?? finding.booked[0].id
            named[finding.kind, default: []]
                .insert(id.replacing("books ", with: "").replacing("copy of ", with: ""))
        }
        #expect(named == expected)
        #expect(result.cash?.unexplained == 0)
    }

    /// 600 trades on few days and tickers, no two alike.
    private static func manyRows(_ generator: inout SeededGenerator) throws -> [Transaction] {
        var history = HistoryBuilder()
        let symbols = ["F", "SPY", "F261120P00012000", "SPY261120C00700000"]
        var seen: Set<String> = []
        let first = try #require(TradingDate("2026-01-05"))
        while history.rows.count < 600 {
            let day = first.adding(days: Int.random(in: 0..<120, using: &generator))
            let symbol = try #require(symbols.randomElement(using: &generator))
            let isOption = symbol.count > 6
            let count = Int.random(in: 1...9, using: &generator)
            let price = Decimal(Int.random(in: 100...90_000, using: &generator)) / 100
            let isBuy = Bool.random(using: &generator)
            let kind: Transaction.Kind = isOption ? (isBuy ? .buyToClose : .sellToOpen) : (isBuy ? .buy : .sell)
            let gross = price * Decimal(count) * Decimal(isOption ? 100 : 1)
            guard seen.insert("\(day) \(kind) \(symbol) \(price)").inserted else { continue }
            try history.add(
                day.description,
                kind,
                symbol,
                "\(count)",
                at: "\(price)",
                amount: "\(isBuy ? -gross : gross)"
            )
        }
        return history.rows
    }

    /// A row as two or three with the same sums.
    private static func parts(of row: Transaction, _ generator: inout SeededGenerator) -> [Transaction] {
        var left = (row.quantity as NSDecimalNumber).intValue
        let count = left >= 3 && Bool.random(using: &generator) ? 3 : 2
        var parts: [Transaction] = []
        var amount = row.amount
        for number in 1...count {
            let isLast = number == count
            let quantity = isLast ? left : Int.random(in: 1...(left - (count - number)), using: &generator)
            var part = row
            part.id = "\(row.id) part \(number)"
            part.quantity = Decimal(quantity)
            part.amount = isLast ? amount : row.amount / row.quantity * Decimal(quantity)
            left -= quantity
            amount -= part.amount
            parts.append(part)
        }
        return parts
    }
}
