import Foundation
import Markets

/// Reads what an Interactive Brokers Flex query gives: its trades as a table, or trades, cash and splits in XML.
///
/// The owner chooses the fields of a query; what a trade cannot do without is asked for by name.
struct InteractiveBrokersFlexReader {
    /// One entry of the query, by the names that its XML gives the fields.
    private struct Entry {
        var fields: [String: String]
        var origin: Transaction.Origin

        subscript(name: String) -> String { fields[name] ?? "" }

        var excerpt: String {
            DisplayText.line(
                ["tradeDate", "symbol", "buySell", "quantity", "amount", "description"].map { self[$0] }
                    .filter { !$0.isEmpty }.joined(separator: ","),
                limit: 80
            )
        }
    }

    /// Columns of the table by the name that XML gives the same field.
    private static let columnNames = [
        "accountId": "ClientAccountID", "assetCategory": "AssetClass", "symbol": "Symbol", "putCall": "Put/Call",
        "strike": "Strike", "expiry": "Expiry", "multiplier": "Multiplier", "underlyingSymbol": "UnderlyingSymbol",
        "tradeDate": "TradeDate", "dateTime": "DateTime", "buySell": "Buy/Sell", "quantity": "Quantity",
        "tradePrice": "TradePrice", "proceeds": "Proceeds", "tradeMoney": "TradeMoney", "taxes": "Taxes",
        "ibCommission": "IBCommission", "currency": "CurrencyPrimary", "openCloseIndicator": "Open/CloseIndicator",
        "notes": "Notes/Codes", "levelOfDetail": "LevelOfDetail", "transactionID": "TransactionID",
        "description": "Description",
    ]

    private let file: String
    private var digest = RowDigest()
    private var found: [Transaction] = []
    private var instants: [Date] = []
    private var sums: [Instrument: Decimal] = [:]
    private var lots: [Instrument: Decimal] = [:]
    private var cash: Decimal?
    private var period: ClosedRange<TradingDate>?

    init(file: String) {
        self.file = file
    }

    // MARK: - Table

    /// Reads the rows of a table into the draft's transactions, oldest first.
    mutating func read(_ rows: inout ImportRows, _ columns: ColumnMap, into draft: inout ImportDraft) throws {
        guard columns.column("Symbol").index != nil else {
            throw ImportError(file: file, code: .missingColumn("Symbol", format: .interactiveBrokersFlex))
        }
        let places = Self.columnNames.mapValues(columns.column).filter { $0.value.index != nil }
        while let row = try rows.next() {
            try row.checkWidth()
            let fields = places.mapValues { row.text($0) }
            try readTrade(Entry(fields: fields, origin: row.origin), &draft)
        }
        finish(&draft)
    }

    // MARK: - XML

    /// Whether the bytes are an answer to a Flex query.
    static func recognises(_ bytes: [UInt8]) -> Bool {
        let start = bytes.prefix(1_000)
        return start.first { $0 != 0xEF && $0 != 0xBB && $0 != 0xBF && $0 > 0x20 } == UInt8(ascii: "<")
            && String(decoding: start, as: UTF8.self).contains("<FlexQueryResponse")
    }

    /// Reads the elements of XML into the draft's transactions, oldest first.
    ///
    /// - Returns: How many elements there were that could move something.
    mutating func read(xml bytes: [UInt8], into draft: inout ImportDraft) throws -> Int {
        if let fault = UTF8Check.firstFault(in: bytes) {
            throw ImportError(file: file, code: .notText(line: fault.line, offset: fault.offset, reason: fault.reason))
        }
        var tokenizer = MarkupTokenizer(bytes)
        var line = 1
        var counted = 0
        var elements = 0
        var isClosed = false
        while let token = tokenizer.next() {
            switch token {
            case .open(let name, let attributes, _):
                let entry = Entry(fields: attributes, origin: .init(file: file, line: line))
                switch name {
                case "Trade": try readTrade(entry, &draft)
                case "CashTransaction": try readCash(entry, &draft)
                case "CorporateAction": try readCorporateAction(entry, &draft)
                case "OpenPosition": try readPosition(entry, &draft)
                case "CashReportCurrency": try readBalance(entry)
                case "FlexStatement":
                    readPeriod(entry)
                    elements -= 1
                default: elements -= 1
                }
                elements += 1
            case .close(let name): isClosed = isClosed || name == "FlexQueryResponse"
            case .text: break
            }
            line += bytes[counted..<tokenizer.position].count { $0 == UInt8(ascii: "\n") }
            counted = tokenizer.position
        }
        guard isClosed, !tokenizer.isCut else {
            throw ImportError(file: file, code: .malformed(line: line, reason: "the file ends in the middle"))
        }
        finish(&draft)
        return elements
    }

    private func finish(_ draft: inout ImportDraft) {
        if !sums.isEmpty || !lots.isEmpty || cash != nil {
            // Where a query gives both, the lots say again what the sums say.
            let positions = sums.merging(lots) { sum, _ in sum }
            draft.holdings = ImportDraft.StatedHoldings(
                positions: sums.isEmpty && lots.isEmpty ? nil : positions,
                cash: cash,
                period: period,
                asOf: period?.upperBound
            )
        }
        draft.transactions = HistoryOrder.arranged(found, instants: instants, isOldestFirst: true)
    }

    // MARK: - What is held

    private mutating func readPosition(_ entry: Entry, _ draft: inout ImportDraft) throws {
        guard isDollars(entry, &draft) else { return }
        guard let instrument = try instrument(entry) else {
            draft.unknown.append(issue(entry, "neither a share nor a listed option"))
            return
        }
        let count = try number(entry, "position")
        if entry["levelOfDetail"].uppercased() == "LOT" {
            lots[instrument, default: 0] += count
        } else {
            sums[instrument, default: 0] += count
        }
    }

    /// The cash at the end in dollars, else that of all currencies in the account's own.
    private mutating func readBalance(_ entry: Entry) throws {
        let isDollars = entry["currency"].uppercased() == "USD"
        guard isDollars || (entry["currency"].uppercased() == "BASE_SUMMARY" && cash == nil) else { return }
        cash = try optional(entry, "endingCash") ?? cash
    }

    private mutating func readPeriod(_ entry: Entry) {
        let days = ["fromDate", "toDate"].map { name -> TradingDate? in
            let digits = entry[name].filter(\.isNumber)
            guard digits.count == 8, let value = Int(digits) else { return nil }
            return TradingDate(year: value / 10_000, month: value / 100 % 100, day: value % 100)
        }
        guard let first = days[0], let last = days[1], first <= last else { return }
        period = first...last
    }

    // MARK: - Entries

    private mutating func readTrade(_ entry: Entry, _ draft: inout ImportDraft) throws {
        // Orders, closed lots and the like say again what executions say.
        guard ["", "EXECUTION"].contains(entry["levelOfDetail"].uppercased()) else { return }
        guard isDollars(entry, &draft) else { return }
        guard let instrument = try instrument(entry) else {
            draft.unknown.append(issue(entry, "neither a share nor a listed option"))
            return
        }
        let count = try number(entry, "quantity")
        guard count != 0 else { throw bad(entry, "quantity", expected: "a number other than 0") }
        let proceeds =
            try optional(entry, "proceeds") ?? optional(entry, "tradeMoney").map { -$0 }
            ?? -count * Decimal(instrument.multiplier) * number(entry, "tradePrice")
        let trade = InteractiveBrokersTrade(
            instrument: instrument,
            quantity: count,
            price: ExactNumber(ArraySlice(entry["tradePrice"].utf8)),
            proceeds: proceeds,
            costs: -(try optional(entry, "ibCommission") ?? 0) - (try optional(entry, "taxes") ?? 0),
            codes: InteractiveBrokersTrade.codes(entry["openCloseIndicator"] + ";" + entry["notes"])
        )
        switch trade.kind() {
        case .failure(let unbookable): draft.unknown.append(issue(entry, unbookable.reason))
        case .success(let kind):
            let instant = try instant(entry, ["dateTime", "tradeDate"])
            var transaction = transaction(entry, instant, kind)
            if let words = trade.fill(&transaction) { draft.warnings.append("line \(entry.origin.line): " + words) }
            append(
                transaction,
                instant,
                entry,
                ["symbol", "quantity", "tradePrice", "ibCommission", "notes", "transactionID"]
            )
        }
    }

    private mutating func readCash(_ entry: Entry, _ draft: inout ImportDraft) throws {
        guard ["", "DETAIL"].contains(entry["levelOfDetail"].uppercased()), isDollars(entry, &draft) else { return }
        let kind: Transaction.Kind
        switch entry["type"] {
        case "Dividends", "Payment In Lieu Of Dividends": kind = .dividend
        case "Withholding Tax", "871(m) Withholding": kind = .tax
        case "Broker Interest Received", "Broker Interest Paid", "Bond Interest Received", "Bond Interest Paid":
            kind = .interest
        case "Other Fees", "Advisor Fees": kind = .fee
        case "Deposits/Withdrawals", "Deposits & Withdrawals": kind = .transfer
        case "Commission Adjustments", "Price Adjustments": kind = .cashAdjustment
        default:
            draft.unknown.append(issue(entry, "the type \"\(DisplayText.line(entry["type"]))\" is not known"))
            return
        }
        let instant = try instant(entry, ["dateTime", "reportDate", "settleDate"])
        var transaction = transaction(entry, instant, kind)
        transaction.amount = try number(entry, "amount")
        if kind == .dividend || kind == .tax {
            transaction.instrument = InteractiveBrokersTrade.instrument(ArraySlice(entry["symbol"].utf8))
        }
        append(transaction, instant, entry, ["type", "symbol", "description", "amount", "transactionID"])
    }

    private mutating func readCorporateAction(_ entry: Entry, _ draft: inout ImportDraft) throws {
        guard ["", "DETAIL"].contains(entry["levelOfDetail"].uppercased()) else { return }
        // FS and RS are forward and reverse splits.
        guard ["FS", "RS"].contains(entry["type"]), let instrument = try instrument(entry) else {
            draft.unknown.append(issue(entry, "a corporate action other than a split"))
            return
        }
        let instant = try instant(entry, ["dateTime", "reportDate"])
        var transaction = transaction(entry, instant, .split)
        transaction.instrument = instrument
        transaction.quantity = try number(entry, "quantity")
        append(transaction, instant, entry, ["type", "symbol", "description", "quantity", "transactionID"])
    }

    private mutating func append(
        _ transaction: Transaction,
        _ instant: Date,
        _ entry: Entry,
        _ identity: [String]
    ) {
        var transaction = transaction
        digest.begin("interactive brokers flex")
        digest.add(ArraySlice(entry["accountId"].utf8))
        digest.add(Int(instant.timeIntervalSince1970))
        for name in identity {
            if let number = ExactNumber(ArraySlice(entry[name].utf8)) {
                digest.add(number)
            } else {
                digest.add(ArraySlice(entry[name].utf8))
            }
        }
        transaction.id = digest.finish()
        found.append(transaction)
        instants.append(instant)
    }

    private func transaction(_ entry: Entry, _ instant: Date, _ kind: Transaction.Kind) -> Transaction {
        Transaction(
            id: "",
            date: TradingDate(daysSinceEpoch: Int((instant.timeIntervalSince1970 / 86_400).rounded(.down))),
            sequence: 0,
            kind: kind,
            amount: 0,
            account: AccountName.of(DisplayText.line(entry["accountId"]), at: "Interactive Brokers"),
            details: DisplayText.line(entry["description"], limit: 200),
            origin: entry.origin
        )
    }

    private func isDollars(_ entry: Entry, _ draft: inout ImportDraft) -> Bool {
        if entry["currency"] == "USD" { return true }
        draft.unknown.append(
            issue(entry, "the currency \(DisplayText.line(entry["currency"])) is not supported, only USD")
        )
        return false
    }

    /// An option by its own fields, else by its symbol; nil for what is neither share nor option.
    private func instrument(_ entry: Entry) throws -> Instrument? {
        let category = entry["assetCategory"].uppercased()
        guard ["", "STK", "OPT"].contains(category) else { return nil }
        var multiplier = 100
        if let stated = try optional(entry, "multiplier"), category == "OPT" {
            guard let whole = Int("\(stated)"), (1...100_000).contains(whole) else {
                throw bad(entry, "multiplier", expected: "shares per contract, such as 100")
            }
            multiplier = whole
        }
        let instrument = InteractiveBrokersTrade.instrument(ArraySlice(entry["symbol"].utf8), multiplier: multiplier)
        return category == "OPT" && instrument?.contract == nil ? nil : instrument
    }

    private func issue(_ entry: Entry, _ reason: String) -> ImportDraft.RowIssue {
        ImportDraft.RowIssue(line: entry.origin.line, reason: reason, excerpt: entry.excerpt)
    }

    private func bad(_ entry: Entry, _ name: String, expected: String) -> ImportError {
        ImportError(
            file: file,
            code: .badValue(
                line: entry.origin.line,
                column: name,
                value: DisplayText.line(entry[name], limit: 40),
                expected: expected
            )
        )
    }

    private func optional(_ entry: Entry, _ name: String) throws -> Decimal? {
        guard !entry[name].isEmpty else { return nil }
        guard let number = ExactNumber(ArraySlice(entry[name].utf8)) else {
            throw bad(entry, name, expected: "a number")
        }
        return number.decimal
    }

    private func number(_ entry: Entry, _ name: String) throws -> Decimal {
        guard let number = try optional(entry, name) else { throw bad(entry, name, expected: "a number") }
        return number
    }

    /// The first of these fields that has a moment, as seconds of a calendar without zones: `20261120;100102`,
    /// `2026-11-20;10:01:02`, or a day with `tradeTime` beside it.
    private func instant(_ entry: Entry, _ names: [String]) throws -> Date {
        guard let name = names.first(where: { !entry[$0].isEmpty }) else {
            throw bad(entry, names[0], expected: "a date such as 20261120 or 2026-11-20")
        }
        let halves = entry[name].split(maxSplits: 1) { $0 == ";" || $0 == "," || $0 == " " }
        let digits = halves[0].filter(\.isNumber)
        guard digits.count == 8, let value = Int(digits),
            let day = TradingDate(year: value / 10_000, month: value / 100 % 100, day: value % 100)
        else { throw bad(entry, name, expected: "a date such as 20261120 or 2026-11-20") }
        let clock = (halves.count > 1 ? String(halves[1]) : entry["tradeTime"]).filter(\.isNumber)
        guard let time = clock.isEmpty ? 0 : Int(clock), clock.isEmpty || clock.count == 6 else {
            throw bad(entry, name, expected: "a time such as 100102 or 10:01:02")
        }
        let seconds = time / 10_000 * 3_600 + time / 100 % 100 * 60 + time % 100
        return Date(timeIntervalSince1970: Double(day.daysSinceEpoch * 86_400 + seconds))
    }
}
