import Foundation
import Markets

/// Reads Charles Schwab's transaction history.
///
/// Newest row first; fees stated; a date may say `as of` an earlier one, which is the day it happened. Older exports have
/// a title above the header, a comma behind every row and a total at the end.
struct SchwabReader {
    private let date, action, symbol, description, quantity, price, fees, amount: ColumnMap.Column

    init(_ columns: ColumnMap) {
        date = columns.column("Date")
        action = columns.column("Action")
        symbol = columns.column("Symbol")
        description = columns.column("Description")
        quantity = columns.column("Quantity")
        price = columns.column("Price")
        fees = columns.column("Fees & Comm")
        amount = columns.column("Amount")
    }

    /// Reads every row into the draft's transactions, oldest first.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        var found: [Transaction] = []
        var removals: [(row: ImportRow, transaction: Transaction)] = []
        var digest = RowDigest()
        while let row = try rows.next() {
            if row.text(date).lowercased().hasPrefix("transactions total") {
                draft.skipped.append(row.issue("no transaction, a total by the broker"))
                continue
            }
            try row.checkWidth()
            guard let transaction = try transaction(row, &digest, &draft) else { continue }
            if transaction.kind == .split, transaction.instrument == nil {
                removals.append((row, transaction))
            } else {
                found.append(transaction)
            }
        }
        // A reverse split removes the old shares in a row of their own that names them by CUSIP.
        for (row, removal) in removals {
            let addition = found.first { candidate in
                candidate.kind == .split && candidate.date == removal.date
                    && removal.details.hasPrefix(candidate.details)
            }
            guard let addition else {
                draft.unknown.append(row.issue("\"\(row.text(symbol))\" is neither a share nor a listed option"))
                continue
            }
            var transaction = removal
            transaction.instrument = addition.instrument
            found.append(transaction)
        }
        draft.transactions = HistoryOrder.arranged(found)
    }

    /// The transaction of a row; nil where the row was put with the unknown ones.
    private func transaction(
        _ row: ImportRow,
        _ digest: inout RowDigest,
        _ draft: inout ImportDraft
    ) throws -> Transaction? {
        let day = try day(row)
        let action = row.text(action)
        guard let meaning = SchwabReader.meaning(ofAction: action) else {
            draft.unknown.append(
                row.issue(action.isEmpty ? "the row has no action" : "the action \"\(action)\" is not known")
            )
            return nil
        }
        let money = try row.number(amount, expected: "an amount such as $308.70 or -$97.25")
        let paid = abs(try row.number(fees, expected: "an amount such as $1.30") ?? 0)
        var transaction = Transaction(
            id: "",
            date: day,
            sequence: 0,
            kind: .cashAdjustment,
            amount: money ?? 0,
            fees: 0,
            // The export does not name the account; lots of another broker must not mix with these.
            account: "Schwab",
            details: row.text(description),
            origin: row.origin
        )
        let instrument = instrument(row)
        if instrument == nil, !row.isBlank(symbol), meaning != .split {
            draft.unknown.append(row.issue("\"\(row.text(symbol))\" is neither a share nor a listed option"))
            return nil
        }
        transaction.instrument = instrument
        let filled: Bool
        switch meaning {
        case .trade(let kind):
            transaction.kind = kind
            transaction.fees = paid
            filled = try fillTrade(&transaction, row, &draft)
        case .optionEnd(let kind):
            transaction.kind = kind
            transaction.fees = paid
            filled = try fillOptionEnd(&transaction, row, &draft)
        case .cash(let kind):
            transaction.kind = kind
            transaction.amount = try row.required(money, amount, expected: "an amount such as $26.00")
            // The description names the company alone; what the money was for is what the books need.
            if action.lowercased() == "cash merger" {
                transaction.details = "\(action): \(transaction.details)"
            }
            filled = true
        case .split:
            transaction.kind = .split
            transaction.quantity = try row.units(quantity, isWhole: false)
            filled = true
        case .transfer:
            if instrument != nil, !row.isBlank(quantity) {
                transaction.kind = .securitiesTransfer
                transaction.quantity = try row.units(quantity, isWhole: false)
            } else {
                transaction.kind = .transfer
                transaction.amount = try row.required(money, amount, expected: "an amount such as $5000.00")
            }
            filled = true
        }
        guard filled else { return nil }
        transaction.id = try id(row, day, &digest)
        return transaction
    }

    /// Returns false where the row was put with the unknown ones.
    private func fillTrade(
        _ transaction: inout Transaction,
        _ row: ImportRow,
        _ draft: inout ImportDraft
    ) throws -> Bool {
        guard let instrument = transaction.instrument else { throw row.bad(symbol, expected: "a ticker or an option") }
        let isOption = instrument.contract != nil
        switch transaction.kind {
        case .buyToOpen, .sellToOpen, .buyToClose, .sellToClose:
            guard isOption else { throw row.bad(symbol, expected: "an option such as NVDA 01/15/2027 170.00 P") }
        default:
            guard !isOption else {
                draft.unknown.append(row.issue("it does not say whether the option trade opens or closes"))
                return false
            }
        }
        let count = abs(try row.units(quantity, isWhole: isOption))
        let money = try row.required(
            row.number(amount),
            amount,
            expected: "an amount such as $308.70 or -$97.25"
        )
        let isBuy = [.buy, .buyToOpen, .buyToClose].contains(transaction.kind)
        if isBuy ? money > 0 : money < -transaction.fees {
            draft.unknown.append(
                row.issue(isBuy ? "a purchase that pays in instead of out" : "a sale that pays out instead of in")
            )
            return false
        }
        let stated = try row.exactNumber(price, expected: "a price such as $1.55")
        let trade = StatedTrade(
            isBuy: isBuy,
            units: count * Decimal(instrument.multiplier),
            stated: stated,
            fees: transaction.fees,
            amount: money
        )
        transaction.quantity = count
        transaction.price = trade.price
        if let words = trade.discrepancy { draft.warnings.append("line \(row.line): " + words) }
        return true
    }

    /// Returns false where the row was put with the unknown ones.
    private func fillOptionEnd(
        _ transaction: inout Transaction,
        _ row: ImportRow,
        _ draft: inout ImportDraft
    ) throws -> Bool {
        guard transaction.instrument?.contract != nil else {
            draft.unknown.append(row.issue("\"\(row.text(symbol))\" is no option that could end"))
            return false
        }
        transaction.quantity = abs(try row.units(quantity, isWhole: true))
        return true
    }

    private func instrument(_ row: ImportRow) -> Instrument? {
        let bytes = row.bytes(symbol)
        if let contract = BrokerOptionText.schwab(bytes) { return .option(contract) }
        return Ticker.normalised(bytes).map(Instrument.shares)
    }

    /// The day it happened: behind `as of` where that stands.
    private func day(_ row: ImportRow) throws -> TradingDate {
        let words = row.bytes(date).split(separator: 0x20)
        let isAsOf = words.count == 4 && words[1].elementsEqual("as".utf8) && words[2].elementsEqual("of".utf8)
        guard words.count == 1 || isAsOf, let last = words.last, let day = ImportDates.date(last) else {
            throw row.bad(date, expected: "a date such as 11/20/2026 or 11/18/2026 as of 11/17/2026")
        }
        return day
    }

    private func id(_ row: ImportRow, _ day: TradingDate, _ digest: inout RowDigest) throws -> String {
        digest.begin("schwab")
        digest.add(row.bytes(date))
        for column in [action, symbol, description] { digest.add(row.bytes(column)) }
        for column in [quantity, price, fees, amount] { digest.add(try row.exactNumber(column)) }
        return digest.finish()
    }

    private static func meaning(ofAction action: String) -> RowMeaning? {
        switch action.lowercased() {
        case "buy", "reinvest shares", "buy to cover": return .trade(.buy)
        case "sell", "sell short": return .trade(.sell)
        case "buy to open": return .trade(.buyToOpen)
        case "sell to open": return .trade(.sellToOpen)
        case "buy to close": return .trade(.buyToClose)
        case "sell to close": return .trade(.sellToClose)
        case "expired": return .optionEnd(.expiration)
        case "assigned": return .optionEnd(.assignment)
        case "exchange or exercise", "exercised": return .optionEnd(.exercise)
        case "cash dividend", "qualified dividend", "non-qualified div", "special dividend", "special qual div",
            "special non qual div", "reinvest dividend", "qual div reinvest", "pr yr cash div", "pr yr div reinvest",
            "pr yr non-qual div", "pr yr special div", "long term cap gain", "short term cap gain",
            "long term cap gain reinvest", "short term cap gain reinvest":
            return .cash(.dividend)
        case "credit interest", "bank interest", "bond interest", "margin interest": return .cash(.interest)
        case "foreign tax paid", "nra tax adj", "nra withholding", "tax withholding": return .cash(.tax)
        case "service fee", "adr mgmt fee", "advisor fee": return .cash(.fee)
        case "cash in lieu", "cash merger", "misc cash entry", "misc credits", "misc debits", "promotional award":
            return .cash(.cashAdjustment)
        case "stock split", "reverse split", "stock div dist": return .split
        case "moneylink transfer", "moneylink deposit", "wire funds", "wire sent", "wire received",
            "wire funds received", "funds received", "funds paid", "bank transfer", "internal transfer", "journal",
            "journaled shares", "security transfer", "stock plan activity", "spin-off",
            "cash merger adj":
            return .transfer
        default: return nil
        }
    }
}
