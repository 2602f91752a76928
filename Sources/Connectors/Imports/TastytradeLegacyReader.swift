import Foundation
import Markets

/// Reads tastyworks' transaction history with 15 columns, as it was exported before 2022.
///
/// Times have no offset and are taken as New York's; fees stand as positive numbers beside a gross amount. Later exports name
/// no account, so the reference counts only where a file has several: else its positions would not go on in theirs.
struct TastytradeLegacyReader {
    private let date, type, subType, symbol, side, effect, quantity, expiration, strike, right: ColumnMap.Column
    private let fees, amount, details, account: ColumnMap.Column

    init(_ columns: ColumnMap) {
        date = columns.column("Date/Time")
        type = columns.column("Transaction Code")
        subType = columns.column("Transaction Subcode")
        symbol = columns.column("Symbol")
        side = columns.column("Buy/Sell")
        effect = columns.column("Open/Close")
        quantity = columns.column("Quantity")
        expiration = columns.column("Expiration Date")
        strike = columns.column("Strike")
        right = columns.column("Call/Put")
        fees = columns.column("Fees")
        amount = columns.column("Amount")
        details = columns.column("Description")
        account = columns.column("Account Reference")
    }

    /// Reads every row into the draft's transactions, oldest first.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        var found: [Transaction] = []
        var instants: [Date] = []
        var digest = RowDigest()
        while let row = try rows.next() {
            try row.checkWidth()
            guard let instant = TastytradeLegacyReader.instant(row.bytes(date)) else {
                throw row.bad(date, expected: "a time such as 01/29/2021 7:31 PM")
            }
            let ticker = row.bytes(symbol)
            if ticker.first == UInt8(ascii: "/") || ticker.starts(with: "./".utf8)
                || row.text(subType) == "Mark to Market"
            {
                draft.unknown.append(row.issue("futures are not supported, only shares and their options"))
                continue
            }
            let event = try event(row)
            switch event.booked() {
            case .failure(let unknown):
                draft.unknown.append(row.issue(unknown.reason))
            case .success(let booking):
                digest.begin("tastyworks")
                for column in [date, type, subType, symbol, side, effect, details, account] {
                    digest.add(row.bytes(column))
                }
                for column in [expiration, right] { digest.add(row.bytes(column)) }
                for column in [quantity, strike, fees, amount] { digest.add(try row.exactNumber(column)) }
                let account = row.account(account, at: TastytradeReader.account)
                found.append(
                    Transaction(
                        booking,
                        id: digest.finish(),
                        on: instant,
                        account: account,
                        details: event.details,
                        origin: row.origin
                    )
                )
                instants.append(instant)
            }
        }
        if Set(found.map(\.account)).count == 1 {
            for index in found.indices { found[index].account = TastytradeReader.account }
        }
        draft.transactions = HistoryOrder.arranged(found, instants: instants)
    }

    private func event(_ row: ImportRow) throws -> TastytradeEvent {
        let expected = "an amount such as -1,234.50"
        let type = row.text(type)
        let movesUnits = type != "Money Movement"
        let instrument = try instrument(row)
        var units = abs(try row.number(quantity) ?? 0)
        if movesUnits, instrument != nil, units == 0 { throw row.bad(quantity, expected: "a number other than 0") }
        if !movesUnits { units = 0 }
        return TastytradeEvent(
            type: type,
            subType: row.text(subType),
            action: try action(row),
            instrument: instrument,
            quantity: units,
            value: try row.required(row.number(amount, expected: expected), amount, expected: expected),
            fees: try row.number(fees, expected: expected) ?? 0,
            details: row.text(details)
        )
    }

    private func action(_ row: ImportRow) throws -> TastytradeEvent.Action? {
        switch (row.text(side).lowercased(), row.text(effect).lowercased()) {
        case ("", _), (_, ""): return nil
        case ("buy", "open"): return .buyToOpen
        case ("sell", "open"): return .sellToOpen
        case ("buy", "close"): return .buyToClose
        case ("sell", "close"): return .sellToClose
        case ("buy", _), ("sell", _): throw row.bad(effect, expected: "Open or Close")
        default: throw row.bad(side, expected: "Buy or Sell")
        }
    }

    private func instrument(_ row: ImportRow) throws -> Instrument? {
        if row.isBlank(symbol) { return nil }
        let ticker = try row.ticker(symbol)
        if row.isBlank(right) { return .shares(ticker) }
        let right: OptionContract.Right
        switch row.text(self.right).uppercased() {
        case "C", "CALL": right = .call
        case "P", "PUT": right = .put
        default: throw row.bad(self.right, expected: "C or P")
        }
        let expected = "a strike such as 14.5"
        let price = try row.required(row.exactNumber(strike, expected: expected), strike, expected: expected)
        let root = ticker.filter { $0 != "." }
        guard !price.isNegative, price.significand > 0, price.fractionDigits <= 3,
            price.decimal <= OptionContract.highestStrike
        else { throw row.bad(strike, expected: expected) }
        guard root.utf8.count <= 6, !root.utf8.contains(UInt8(ascii: "-")) else {
            throw row.bad(symbol, expected: "an option root of at most 6 letters")
        }
        return .option(
            OptionContract(root: root, expiration: try row.date(expiration), right: right, strike: price.decimal)
        )
    }

    /// `01/29/2021 7:31 PM`, in New York.
    private static func instant(_ text: ArraySlice<UInt8>) -> Date? {
        let words = text.split(separator: 0x20)
        guard words.count == 3, let day = ImportDates.date(words[0]) else { return nil }
        let clock = words[1].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard clock.count == 2, clock[1].count == 2, let hour = ExactNumber(clock[0]),
            let minute = ExactNumber(clock[1]),
            (1...12).contains(hour.significand), hour.fractionDigits == 0, minute.significand <= 59,
            minute.fractionDigits == 0, !hour.isNegative, !minute.isNegative
        else { return nil }
        let half: Int
        switch words[2].map({ $0 & 0xDF }) {
        case Array("AM".utf8): half = 0
        case Array("PM".utf8): half = 12
        default: return nil
        }
        return day.newYorkInstant(hour: Int(hour.significand) % 12 + half, minute: Int(minute.significand))
    }
}
