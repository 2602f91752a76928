import Foundation
import Storage
import Testing

@Suite struct PortfolioStoreTests {
    let store: PortfolioStore

    init() throws {
        store = PortfolioStore(database: try Storage.Database())
    }

    private func quote(_ symbol: String, at seconds: Double, last: Decimal?, source: String = "q.csv") -> QuoteRecord {
        QuoteRecord(symbol: symbol, asOf: Date(timeIntervalSince1970: seconds), last: last, source: source)
    }

    private func bar(_ date: String, close: Decimal) -> BarRecord {
        BarRecord(symbol: "SPY", date: date, open: 1, high: 3, low: 1, close: close, volume: 1_000)
    }

    @Test func aTransactionComesBackAsItWas() throws {
        let row = TransactionRecord(
            id: "a1",
            date: "2026-11-18",
            sequence: 3,
            kind: "dividend",
            symbol: nil,
            underlying: nil,
            multiplier: nil,
            quantity: 0,
            price: nil,
            amount: try #require(Decimal(string: "-1234567890.000000123456789")),
            fees: 0,
            account: "Individual",
            details: "Zürich — \"quoted\", ünïcode\nsecond line",
            sourceFile: "activity.csv",
            sourceLine: 17
        )
        let stored = try store.add(.sample(), transactions: [row])
        var expected = row
        expected.importID = stored.id
        #expect(try store.transactions() == [expected])
        #expect(stored.transactionCount == 1)
    }

    @Test func transactionsComeByDateThenSequence() throws {
        try store.add(
            .sample(),
            transactions: [.sample(2), .sample(9, date: "2026-11-17"), .sample(1), .sample(0, date: "2026-11-19")]
        )
        #expect(try store.transactions().map(\.id) == ["row-9", "row-1", "row-2", "row-0"])
        #expect(try store.transactionIDs() == ["row-0", "row-1", "row-2", "row-9"])
        #expect(try store.transactionCount() == 4)
    }

    @Test func rowsThatAreThereAlreadyArePassedOver() throws {
        let quotes = [quote("SPY", at: 100, last: 5)]
        let bars = [bar("2026-11-17", close: 2)]
        let dividends = [DividendRecord(symbol: "SPY", exDate: "2026-12-18", amount: 1, source: "d.csv")]
        try store.add(.sample(), transactions: [.sample(1)], quotes: quotes, bars: bars, dividends: dividends)
        let second = try store.add(
            .sample("overlap.csv"),
            transactions: [.sample(1), .sample(2)],
            quotes: quotes,
            bars: bars + [bar("2026-11-18", close: 2)],
            dividends: dividends
        )
        #expect(second.transactionCount == 1)
        #expect(second.quoteCount == 0)
        #expect(second.barCount == 1)
        #expect(second.dividendCount == 0)
        #expect(try store.imports().map(\.fileName) == ["overlap.csv", "activity.csv"])
        #expect(try store.imports().first == second)
    }

    @Test func anImportIsFoundByItsDigest() throws {
        try store.add(.sample("a.csv", digest: "aa"))
        let second = try store.add(.sample("b.csv", digest: "bb"))
        let third = try store.add(.sample("c.csv", digest: "bb"))
        #expect(second.id < third.id)
        #expect(try store.lastImport(withDigest: "bb")?.fileName == "c.csv")
        #expect(try store.lastImport(withDigest: "cc") == nil)
    }

    @Test func undoingTakesTheLastImportBackAndNoMore() throws {
        let kept = try store.add(
            .sample("a.csv"),
            transactions: [.sample(1)],
            quotes: [quote("SPY", at: 100, last: 5)],
            bars: [bar("2026-11-17", close: 2)],
            dividends: [DividendRecord(symbol: "SPY", exDate: "2026-12-18", amount: 1, source: "d.csv")]
        )
        try store.add(
            .sample("b.csv"),
            transactions: [.sample(1), .sample(2)],
            quotes: [quote("SPY", at: 200, last: 6)],
            bars: [bar("2026-11-17", close: 3)],
            dividends: [DividendRecord(symbol: "SPY", exDate: "2026-12-18", amount: 2, source: "e.csv")]
        )
        #expect(try store.bars(symbol: "SPY").map(\.close) == [3])
        #expect(try store.dividends().map(\.amount) == [2])
        #expect(try store.undoLastImport()?.fileName == "b.csv")
        #expect(try store.transactions().map(\.id) == ["row-1"])
        #expect(try store.latestQuotes().map(\.last) == [5])
        #expect(try store.bars(symbol: "SPY").map(\.close) == [2])
        #expect(try store.dividends().map(\.amount) == [1])
        #expect(try store.imports() == [kept])
        #expect(try store.undoLastImport() == kept)
        #expect(try store.undoLastImport() == nil)
        #expect(try store.transactions().isEmpty)
        // Numbers of imports are never used twice.
        #expect(try store.add(.sample("c.csv")).id > kept.id + 1)
    }

    @Test func theNewestQuoteWinsWhateverItsSourceOrOrder() throws {
        try store.add(
            .sample(),
            quotes: [
                quote("SPY", at: 300, last: 7, source: "new.csv"), quote("SPY", at: 200, last: 6, source: "old.csv"),
                quote("NVDA", at: 100, last: nil, source: "old.csv"),
            ]
        )
        try store.add(.sample("late.csv"), quotes: [quote("SPY", at: 100, last: 1), quote("SPY", at: 300, last: 8)])
        let quotes = try store.latestQuotes()
        #expect(quotes.map(\.symbol) == ["NVDA", "SPY"])
        #expect(quotes.map(\.last) == [nil, 8])
        let some = try store.latestQuotes(for: ["SPY", "SPY", "MISSING"])
        #expect(some.keys.sorted() == ["SPY"])
        #expect(some["SPY"]?.last == 8)
        #expect(some["SPY"]?.asOf == Date(timeIntervalSince1970: 300))
    }

    @Test func aQuoteByHandReplacesTheOneOfTheSameMomentOnly() throws {
        try store.setQuote(quote("SPY", at: 100, last: 5, source: "entered by hand"))
        try store.setQuote(quote("SPY", at: 100, last: 6, source: "entered by hand"))
        try store.setQuote(quote("SPY", at: 90, last: 4, source: "entered by hand"))
        let latest = try #require(try store.latestQuotes().first)
        #expect(latest.last == 6)
        #expect(latest.importID == nil)
        try store.add(.sample(), quotes: [quote("SPY", at: 95, last: 1)])
        try store.undoLastImport()
        #expect(try store.latestQuotes().map(\.last) == [6])
    }

    @Test func barsComeOldestFirstAndOnlyTheLastOnes() throws {
        let days = ["2026-11-16", "2026-11-18", "2026-11-17"]
        try store.add(.sample(), bars: days.map { bar($0, close: 2) })
        #expect(try store.bars(symbol: "SPY").map(\.date) == ["2026-11-16", "2026-11-17", "2026-11-18"])
        #expect(try store.bars(symbol: "SPY", last: 2).map(\.date) == ["2026-11-17", "2026-11-18"])
        #expect(try store.bars(symbol: "SPY", last: 0).isEmpty)
        #expect(try store.bars(symbol: "QQQ").isEmpty)
        #expect(try store.barSymbols() == ["SPY"])
    }

    @Test func textThatLooksLikeSQLIsText() throws {
        let nasty = "x'); DROP TABLE transactions; --"
        var row = TransactionRecord.sample(1)
        row.details = nasty
        try store.add(.sample(nasty), transactions: [row])
        #expect(try store.transactions().map(\.details) == [nasty])
        #expect(try store.latestQuotes(for: [nasty]).isEmpty)
    }
}

@Suite struct StoredDecimalTests {
    @Test(arguments: [
        "0", "-0", "1", "-1", "0.5", "-0.05", "100", "1000000", "123456.789", "-0.000000000000000001", "1e20", "1e-30",
        "9007199254740993", "8999999999999999.5", "899999999999999.9", "0.1234567890123456789",
        "-12345678901234567890.12345",
        "340282366920938463463374607431768211455", "12.50", "00012.5000", "3e2",
    ])
    func everyDecimalComesBackAsItWas(text: String) throws {
        let number = try #require(Decimal(string: text, locale: nil))
        let store = PortfolioStore(database: try Storage.Database())
        var row = TransactionRecord.sample(1)
        row.amount = number
        row.price = -number
        try store.add(.sample(), transactions: [row])
        let stored = try #require(try store.transactions().first)
        #expect(stored.amount == number)
        #expect(stored.price == -number)
        #expect(stored.amount.description == number.description)
    }

    @Test func centsComeBackAsTheyWere() throws {
        let amounts = (-2_000...2_000).map { Decimal(sign: .plus, exponent: -($0 & 7), significand: Decimal($0 * 37)) }
        let store = PortfolioStore(database: try Storage.Database())
        let rows = amounts.enumerated().map { index, amount in
            var row = TransactionRecord.sample(index)
            row.amount = amount
            return row
        }
        try store.add(.sample(), transactions: rows)
        #expect(try store.transactions().map(\.amount) == amounts)
    }
}
