import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

/// The forms in which the same export comes: marks before the text, line ends, the order of its columns.
@Suite("Forms of exports") struct ExportFormTests {
    /// A row by all that the books keep of it, but for where it stood.
    private struct Booked: Equatable {
        var id: String
        var seen: Seen
        var account: String?
        var details: String

        init(_ row: Transaction) {
            (id, seen, account, details) = (row.id, Seen(row), row.account, row.details)
        }
    }

    private static func booked(_ bytes: [UInt8], _ name: String) throws -> [Booked] {
        try ImportDraft(reading: bytes, fileName: name).transactions.map(Booked.init)
    }

    private static let tables = [
        "robinhood_activity.csv", "robinhood_all_codes.csv", "schwab_transactions.csv", "schwab_2023.csv",
        "schwab_funds.csv", "fidelity_history.csv", "tastytrade_15_columns.csv", "tastytrade_20_columns.csv",
        "tastytrade_21_columns.csv",
    ]

    /// Every sample with and without a byte-order mark, with each kind of line end, with blank lines around it.
    @Test(arguments: tables + ["ibkr_activity.csv", "ibkr_flex.xml"])
    func marksAndLineEndsChangeNothing(_ name: String) throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var plain = try Fixture.bytes(name)
        if plain.starts(with: mark) { plain.removeFirst(3) }
        let text = String(decoding: plain, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
        let expected = try Self.booked(plain, name)
        #expect(!expected.isEmpty)
        for end in ["\n", "\r\n", "\r"] {
            let other = Array(text.replacingOccurrences(of: "\n", with: end).utf8)
            #expect(try Self.booked(other, name) == expected)
            #expect(try Self.booked(mark + other, name) == expected)
            #expect(try Self.booked(mark + other + Array("\(end)\(end)".utf8), name) == expected)
        }
    }

    /// Columns are found by their names: whatever their order, rows, ids and accounts are the same.
    @Test(arguments: tables) func theOrderOfColumnsChangesNothing(_ name: String) throws {
        let bytes = try Fixture.bytes(name)
        let expected = try Self.booked(bytes, name)
        var reader = try CSVReader(bytes, file: name)
        var rows: [[String]] = []
        while let row = try reader.next() { rows.append((0..<row.count).map(row.text)) }
        // The header is the first row that is as wide as any below it.
        let width = rows.map(\.count).filter { count in rows.count { $0.count == count } > 1 }.max() ?? 0
        var generator = SeededGenerator(seed: UInt64(name.utf8.count))
        for attempt in 0..<4 {
            let order = attempt == 0 ? Array((0..<width).reversed()) : (0..<width).shuffled(using: &generator)
            let text: String = rows.map { fields -> String in
                let moved = fields.count < width ? fields : order.map { fields[$0] } + fields.dropFirst(width)
                return moved.map { (field: String) -> String in
                    "\"\(field.replacingOccurrences(of: "\"", with: "\"\""))\""
                }.joined(separator: ",")
            }
            .joined(separator: "\n")
            #expect(try Self.booked(Array(text.utf8), name) == expected, "\(order)")
        }
    }

    /// An export of a form that is not known is refused as a whole, with what is wrong and no row read.
    @Test(arguments: [
        (
            "\"Date\",\"Action\",\"Symbol\",\"Description\",\"Quantity\",\"Price\",\"Fees & Comm\"\n",
            "no column \"Amount\""
        ),
        (
            "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($)\n"
                + "11/20/2026,YOU BOUGHT,A,A,Cash,1,1,,\n",
            "no column \"Amount"
        ),
        (
            "Date,Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price,Commissions,Fees\n",
            "no column \"Sub Type\""
        ),
        (
            "Date/Time,Transaction Code,Transaction Subcode,Symbol,Buy/Sell,Open/Close,Quantity,Strike,Price,Fees,Amount\n",
            "no column \"Expiration Date\""
        ),
        (
            "Activity Date,Process Date,Settle Date,Instrument,Description,Trans Code,Quantity,Price\n",
            "no column \"Amount\""
        ),
        (
            "Statement,Header,Field Name,Field Value\nStatement,Data,Title,Activity Statement\n"
                + "Trades,Data,Order,Stocks,USD,AAPL,\"2026-11-09, 09:35:00\",100,182.1,-18210,-1,O\n",
            "line 3: a row of the section \"Trades\", which has no header"
        ),
        (
            "\"Buy/Sell\",\"TradeDate\",\"Quantity\",\"TradePrice\",\"CurrencyPrimary\"\n"
                + "\"BUY\",\"20261120\",\"1\",\"1\",\"USD\"\n",
            "\"Symbol\""
        ),
        (
            "<FlexQueryResponse><FlexStatements><FlexStatement accountId=\"U1\"><Trades>"
                + "<Trade accountId=\"U1\" currency=\"USD\" assetCategory=\"STK\" symbol=\"AAPL\" tradeDate=\"20261109\" "
                + "quantity=\"many\" tradePrice=\"1\" />"
                + "</Trades></FlexStatement></FlexStatements></FlexQueryResponse>",
            "quantity is \"many\""
        ),
        ("Transaction Date,Details,Debit,Credit\n1/2/2026,Coffee,3.00,\n", "none of the formats known"),
    ])
    func anUnknownFormIsRefusedWithItsReason(_ text: String, _ reason: String) throws {
        let failure = try Fixture.failure(text)
        #expect("\(failure)".contains(reason), "\(failure)")
    }
}

/// What stands in brokers' files besides the plain rows.
@Suite("Quirks of brokers' exports") struct BrokerQuirkTests {
    private func draft(_ text: String, _ name: String = "export.csv") throws -> ImportDraft {
        try ImportDraft(reading: Array(text.utf8), fileName: name)
    }

    /// Fidelity's legal text has several lines, with commas and without quotes, and a line that looks like a date.
    @Test func legalTextOfAnyFormIsPassedOver() throws {
        let draft = try draft(
            """


            Brokerage

            Run Date,Action,Symbol,Description,Type,Price ($),Quantity,Commission ($),Fees ($),Accrued Interest ($),Amount ($)
            11/20/2026,"YOU BOUGHT APPLE INC (AAPL) (Cash)",AAPL,APPLE INC,Cash,250,10,,,,-2500

            "The data and information in this spreadsheet is provided to you solely for your use and is not for distribution. The
            spreadsheet is provided for informational purposes only, and is not intended to provide advice."
            Brokerage services are provided by Fidelity Brokerage Services LLC (FBS), 900 Salem Street, Smithfield, RI 02917.
            Date downloaded 11/21/2026 4:05 pm

            """
        )
        #expect(draft.transactions.map(Seen.init) == [Seen("2026-11-20", .buy, "AAPL", "10", "250", "-2500")])
        #expect(draft.unknown.isEmpty)
        #expect(draft.skipped.map(\.line) == [8, 10, 11])
    }

    /// A row with a date that cannot be is no legal text.
    @Test(arguments: ["13/40/2026", "", "Nov 20 2026", "yesterday"])
    func aRowWithoutADateIsNotTakenForLegalText(_ date: String) throws {
        let header = "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Amount ($)\n"
        let failure = try Fixture.failure(header + "\(date),YOU BOUGHT APPLE INC,AAPL,APPLE,Cash,10,250,,,-2500\n")
        #expect("\(failure)".contains("line 2: Run Date"))
    }

    /// The sample of a history in pounds, told in dollars: dividends, taxes and their return, interest, exchange of currency.
    @Test func aTransactionHistoryWithAllItsKindsOfRows() throws {
        let pounds = String(decoding: try Fixture.bytes("ibkr_history_gbp.csv"), as: UTF8.self)
        let draft = try draft(pounds.replacingOccurrences(of: "Base Currency,GBP", with: "Base Currency,USD"))
        #expect(draft.unknown.isEmpty && draft.warnings.isEmpty)
        let of = { (kind: Transaction.Kind) in draft.transactions.filter { $0.kind == kind } }
        #expect(of(.dividend).map(\.amount).reduce(0, +) == 21)
        #expect(try of(.tax).map(\.amount).reduce(0, +) == decimal("-3.15"))
        #expect(of(.interest).map(\.amount) == [13])
        #expect(of(.transfer).map(\.amount) == [5_000])
        // -2.637591265E-4 of an exchange of currency, and 0.55.
        #expect(try of(.cashAdjustment).map(\.amount).sorted() == [decimal("-0.0002637591265"), decimal("0.55")])
        #expect(of(.buy).map(Seen.init) == [Seen("2025-03-15", .buy, "CNX1", "4", "1000", "-4003", "3")])
        #expect(of(.sell).map(Seen.init) == [Seen("2025-08-15", .sell, "CNX1", "2", "1001", "1999", "3")])
        let ledger = Ledger(transactions: draft.transactions)
        // 2 x (1001 - 1000) less the 3 of the sale and half of the 3 of the purchase.
        #expect(try ledger.realised.map(\.gain) == [decimal("-2.5")])
    }

    /// Whether an option trade opens or closes follows from what its own account holds, where a history has several.
    @Test func openingIsToldByTheRowsOwnAccount() throws {
        let draft = try draft(
            """
            Statement,Header,Field Name,Field Value
            Statement,Data,Title,Transaction History
            Summary,Header,Field Name,Field Value
            Summary,Data,Base Currency,USD
            Transaction History,Header,Date,Account,Description,Transaction Type,Symbol,Quantity,Price,Gross Amount ,Commission,Net Amount
            Transaction History,Data,2026-11-20,U***12345,NVDA,Buy,NVDA  270115P00170000,1.0,0.5,-50.0,-1.0,-51.0
            Transaction History,Data,2026-11-12,U***67890,NVDA,Buy,NVDA  270115P00170000,1.0,1.5,-150.0,-1.0,-151.0
            Transaction History,Data,2026-11-10,U***12345,NVDA,Sell,NVDA  270115P00170000,-1.0,1.55,155.0,-1.3,153.7

            """
        )
        #expect(draft.transactions.map(\.kind) == [.sellToOpen, .buyToOpen, .buyToClose])
        let ledger = Ledger(transactions: draft.transactions)
        // 155 - 1.30 - 50 - 1 in the one account; the other holds its own.
        #expect(try ledger.realised.map(\.gain) == [decimal("102.7")])
        #expect(ledger.positions.flatMap(\.lots).map(\.account) == ["U***67890"])
        #expect(ledger.issues.allSatisfy { $0.kind == .unknownCash })
    }

    /// A consolidated activity statement names the account in each row.
    @Test func aConsolidatedStatementNamesTheAccountOfEachRow() throws {
        let draft = try draft(
            """
            Statement,Header,Field Name,Field Value
            Statement,Data,Title,Activity Statement
            Account Information,Header,Field Name,Field Value
            Account Information,Data,Account,Custom Consolidated
            Trades,Header,DataDiscriminator,Asset Category,Currency,Account,Symbol,Date/Time,Quantity,T. Price,Proceeds,Comm/Fee,Code
            Trades,Data,Order,Stocks,USD,U1234567,AAPL,"2026-11-09, 09:35:00","1,000",182.1,"-182,100",-1,O
            Trades,Data,Order,Stocks,USD,U7654321,AAPL,"2026-11-09, 09:36:00",1,182,-182,-1,O
            Trades,SubTotal,,Stocks,USD,,AAPL,,"1,001",,"-182,282",-2,
            Interest,Header,Currency,Date,Description,Amount
            Interest,Data,USD,2026-11-05,USD Credit Interest for Oct-2026,1.25

            """
        )
        #expect(
            draft.transactions.map(\.account) == ["Interactive Brokers Custom Consolidated", "U1234567", "U7654321"]
        )
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-05", .interest, "", "0", "", "1.25"),
                Seen("2026-11-09", .buy, "AAPL", "1000", "182.1", "-182101", "1"),
                Seen("2026-11-09", .buy, "AAPL", "1", "182", "-183", "1"),
            ]
        )
    }

    /// Brokers call accounts by the same words; a sale of one finds nothing of the other's.
    @Test func accountsOfTheSameNameAtTwoBrokersAreTwo() throws {
        let robinhood = try draft(
            """
            "Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount","Account Type"
            "1/5/2026","1/5/2026","1/6/2026","AAPL","Apple
            CUSIP: 037833100","Buy","10","$100.00","($1,000.00)","Individual"

            """
        )
        let fidelity = try draft(
            """
            Run Date,Account,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Amount ($)
            02/05/2026,Individual,YOU SOLD APPLE INC,AAPL,APPLE INC,Cash,-6,150,,,900

            """
        )
        let ledger = Ledger(transactions: robinhood.transactions + fidelity.transactions)
        #expect(ledger.positions.map(\.quantity) == [10])
        #expect(ledger.realised.map(\.account) == ["Fidelity Individual"])
        #expect(ledger.realised.map(\.gain) == [nil])
        #expect(ledger.issues.contains { $0.kind == .missingOpen && $0.message.contains("in Fidelity Individual") })
    }

    @Test func theWordsOfAnAccountStandBehindItsBroker() {
        let names = ["Fidelity Smith Family Roth", "Interactive Brokers Joint", "Schwab", "U1234567", "Robinhoods Own"]
        #expect(names.map(AccountName.words) == ["Smith Family Roth", "Joint", "Schwab", "U1234567", "Robinhoods Own"])
    }

    /// Two accounts at one broker whose exports name neither: equal rows of both count, and lots stay apart, by the name that is given.
    @Test func anAccountThatNoFileNamesIsCalledAsTheUserSays() throws {
        let text = """
            "Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
            "02/05/2026","Sell","AAPL","APPLE INC","10","$110.00","","$1100.00"
            "02/04/2026","Qualified Dividend","AAPL","APPLE INC","","","","$26.00"

            """
        let older = text + "\"01/05/2026\",\"Buy\",\"AAPL\",\"APPLE INC\",\"10\",\"$100.00\",\"\",\"-$1000.00\"\n"
        let brokerage = try draft(older)
        var retirement = try draft(text)
        #expect(brokerage.hasUnnamedAccount && retirement.hasUnnamedAccount)
        #expect(Set(retirement.transactions.map(\.id)).isSubset(of: brokerage.transactions.map(\.id)))
        retirement.nameAccount("IRA")
        #expect(retirement.transactions.allSatisfy { $0.account == "Schwab IRA" } && !retirement.hasUnnamedAccount)
        #expect(Set(retirement.transactions.map(\.id)).isDisjoint(with: brokerage.transactions.map(\.id)))
        let both = ImportDiff(draft: retirement, history: brokerage.transactions)
        #expect(both.new.count == 2)
        let ledger = Ledger(transactions: brokerage.transactions + both.new)
        #expect(ledger.realised.map(\.account) == ["Schwab", "Schwab IRA"])
        #expect(ledger.realised.map(\.gain) == [100, nil])
        // The same name gives the same ids: a newer export of the account brings nothing twice.
        var again = try draft(text)
        again.nameAccount("IRA")
        #expect(again.transactions.map(\.id) == retirement.transactions.map(\.id))
        // An opening balance is of the account named for it, row by row where it says so itself.
        var opening = try draft("symbol,quantity,price,opened,account\nAAPL,4,90,,\nKO,1,60,,Fidelity\n", "o.csv")
        opening.nameAccount("Schwab IRA")
        #expect(opening.transactions.map(\.account) == ["Schwab IRA", "Fidelity"])
    }

    /// The opening balance that a user writes for it, in the books' name of the account, mends that and no other.
    @Test func anOpeningBalanceNamesTheAccountThatLacksIt() throws {
        let opening = try draft(
            "symbol,quantity,price,opened,account\nAAPL,6,90,2025-03-04,fidelity individual\n",
            "o.csv"
        )
        let fidelity = try draft(
            """
            Run Date,Account,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Amount ($)
            02/05/2026,Individual,YOU SOLD APPLE INC,AAPL,APPLE INC,Cash,-6,150,,,900

            """
        )
        let schwab = try draft(
            """
            "Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
            "02/04/2026","Sell","AAPL","APPLE INC","6","$150.00","","$900.00"

            """
        )
        let ledger = Ledger(transactions: opening.transactions + fidelity.transactions + schwab.transactions)
        #expect(ledger.realised.map(\.account) == ["Schwab", "Fidelity Individual"])
        #expect(ledger.realised.map(\.gain) == [nil, 360])
        #expect(ledger.positions.isEmpty)
        // The account is part of what the row says; without one, ids are as they always were.
        let plain = try draft("symbol,quantity,price,opened\nAAPL,6,90,2025-03-04\n", "o.csv")
        let blank = try draft("symbol,quantity,price,opened,account\nAAPL,6,90,2025-03-04,\n", "o.csv")
        #expect(plain.transactions.map(\.id) == blank.transactions.map(\.id))
        #expect(plain.transactions.map(\.id) != opening.transactions.map(\.id))
    }
}
