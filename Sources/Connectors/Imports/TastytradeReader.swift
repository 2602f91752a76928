import Foundation
import JSON
import Markets

/// Reads tastytrade's transaction history with 20 columns, or 21 with `Total`.
///
/// Values are signed, fees negative, times carry the offset of the owner's own clock; an assignment is the removal of
/// the option and a row for the shares.
struct TastytradeReader {
    private let date, type, subType, action, symbol, instrumentType, details, value, quantity,
        averagePrice: ColumnMap.Column
    private let commissions, fees, multiplier, order, total, currency: ColumnMap.Column

    init(_ columns: ColumnMap) {
        date = columns.column("Date")
        type = columns.column("Type")
        subType = columns.column("Sub Type")
        action = columns.column("Action")
        symbol = columns.column("Symbol")
        instrumentType = columns.column("Instrument Type")
        details = columns.column("Description")
        value = columns.column("Value")
        quantity = columns.column("Quantity")
        averagePrice = columns.column("Average Price")
        commissions = columns.column("Commissions")
        fees = columns.column("Fees")
        multiplier = columns.column("Multiplier")
        order = columns.column("Order #")
        total = columns.column("Total")
        currency = columns.column("Currency")
    }

    /// The export does not name the account; lots of another broker must not mix with these.
    static let account = "tastytrade"

    /// Reads every row into the draft's transactions, oldest first.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        var found: [Transaction] = []
        var instants: [Date] = []
        var digest = RowDigest()
        while let row = try rows.next() {
            try row.checkWidth()
            guard let instant = ImportDates.instant(row.bytes(date)) else {
                throw row.bad(date, expected: "a time such as 2026-11-20T10:01:02-0500")
            }
            if let reason = unsupported(row) {
                draft.unknown.append(row.issue(reason))
                continue
            }
            let event = try event(row)
            switch event.booked() {
            case .failure(let unknown):
                draft.unknown.append(row.issue(unknown.reason))
            case .success(let booking):
                try check(row, booking, event, &draft)
                let id = try id(row, instant, &digest)
                found.append(
                    Transaction(
                        booking,
                        id: id,
                        on: instant,
                        account: Self.account,
                        details: event.details,
                        origin: row.origin
                    )
                )
                instants.append(instant)
            }
        }
        draft.transactions = HistoryOrder.arranged(found, instants: instants)
    }

    private func unsupported(_ row: ImportRow) -> String? {
        let kind = row.text(instrumentType)
        if !["", "Equity", "Equity Option"].contains(kind) {
            return "\(kind) is not supported, only shares and their options"
        }
        if row.text(subType) == "Mark to Market" { return "futures are not supported, only shares and their options" }
        let currency = row.text(currency)
        return currency.isEmpty || currency == "USD" ? nil : "the currency \(currency) is not supported, only USD"
    }

    private func event(_ row: ImportRow) throws -> TastytradeEvent {
        let expected = "an amount such as -1,234.50"
        let costs =
            (try row.number(commissions, expected: expected) ?? 0) + (try row.number(fees, expected: expected) ?? 0)
        let instrument = try instrument(row)
        var event = TastytradeEvent(
            type: row.text(type),
            subType: row.text(subType),
            action: try action(row),
            instrument: instrument,
            quantity: abs(try row.number(quantity) ?? 0),
            value: try row.required(row.number(value, expected: expected), value, expected: expected),
            fees: -costs,
            details: row.text(details)
        )
        let movesUnits = event.type != "Money Movement"
        if !movesUnits { event.quantity = 0 }
        if movesUnits, instrument != nil {
            guard event.quantity > 0 else { throw row.bad(quantity, expected: "a number other than 0") }
            let isWhole = try row.exactNumber(quantity)?.fractionDigits == 0
            if instrument?.contract != nil, !isWhole {
                throw row.bad(quantity, expected: "a whole number of contracts")
            }
        }
        return event
    }

    private func action(_ row: ImportRow) throws -> TastytradeEvent.Action? {
        if row.isBlank(action) { return nil }
        guard let known = TastytradeEvent.Action(rawValue: row.text(action).uppercased()) else {
            throw row.bad(action, expected: "BUY_TO_OPEN, SELL_TO_OPEN, BUY_TO_CLOSE or SELL_TO_CLOSE")
        }
        return known
    }

    private func instrument(_ row: ImportRow) throws -> Instrument? {
        if row.isBlank(symbol) { return nil }
        guard row.text(instrumentType) == "Equity Option" else { return .shares(try row.ticker(symbol)) }
        let units = try row.wholeNumber(multiplier) ?? 100
        guard (1...100_000).contains(units) else {
            throw row.bad(multiplier, expected: "shares per contract, such as 100")
        }
        let text = String(decoding: row.bytes(symbol), as: UTF8.self)
        guard let contract = OptionContract(symbol: text, multiplier: units) else {
            throw row.bad(symbol, expected: "an option symbol such as NVDA  270115P00170000")
        }
        return .option(contract)
    }

    /// Compares what the row says twice: average price against value, total against its parts.
    private func check(
        _ row: ImportRow,
        _ booking: TastytradeEvent.Booking,
        _ event: TastytradeEvent,
        _ draft: inout ImportDraft
    ) throws {
        let cent = Decimal(sign: .plus, exponent: -2, significand: 1)
        if event.type == "Trade", let average = try row.number(averagePrice),
            abs(abs(average) * event.quantity - abs(event.value)) > cent * (event.quantity + 1)
        {
            draft.warnings.append(
                "line \(row.line): the value \(event.value) is not quantity times average price; the value was taken"
            )
        }
        if let total = try row.number(total), abs(total - (event.value - event.fees)) > cent {
            draft.warnings.append(
                "line \(row.line): the total \(total) is not value less fees; \(booking.amount) was taken"
            )
        }
    }

    /// Only what both generations of the export have, so that `Total` changes nothing.
    private func id(_ row: ImportRow, _ instant: Date, _ digest: inout RowDigest) throws -> String {
        digest.begin("tastytrade")
        digest.add(Int(instant.timeIntervalSince1970.rounded(.down)))
        for column in [type, subType, action, symbol, details, order] { digest.add(row.bytes(column)) }
        for column in [value, quantity, averagePrice, commissions, fees] { digest.add(try row.exactNumber(column)) }
        return digest.finish()
    }
}

extension Transaction {
    /// A transaction of what happened at `instant`, dated in New York.
    init(
        _ booking: TastytradeEvent.Booking,
        id: String,
        on instant: Date,
        account: String? = nil,
        details: String,
        origin: Origin
    ) {
        self.init(
            id: id,
            date: TradingDate(newYorkDateOf: instant),
            sequence: 0,
            kind: booking.kind,
            instrument: booking.instrument,
            quantity: booking.quantity,
            price: booking.price,
            amount: booking.amount,
            fees: booking.fees,
            account: account,
            details: details,
            origin: origin
        )
    }
}
