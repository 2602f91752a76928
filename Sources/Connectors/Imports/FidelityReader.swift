import Foundation
import Markets

/// Reads Fidelity's account history, for one account or for several.
///
/// What happened stands in words; quantities of what leaves are negative; the order and the names of the columns differ
/// between exports; an option is written ` -NVDA270115P170`; legal text follows the last row.
struct FidelityReader {
    private let date, account, action, symbol, description, quantity, price, commission, fees, amount: ColumnMap.Column

    init(_ columns: ColumnMap) {
        date = columns.column("Run Date")
        account = columns.column(anyOf: ["Account Number", "Account"])
        action = columns.column("Action")
        symbol = columns.column("Symbol")
        description = columns.column(anyOf: ["Description", "Security Description"])
        quantity = columns.column("Quantity")
        price = columns.column(anyOf: ["Price ($)", "Price"])
        commission = columns.column(anyOf: ["Commission ($)", "Commission"])
        fees = columns.column(anyOf: ["Fees ($)", "Fees"])
        amount = columns.column(anyOf: ["Amount ($)", "Amount"])
    }

    /// Reads every row into the draft's transactions, oldest first.
    ///
    /// - Throws: `ImportError` also where the header lacks the price or the amount under any of their names.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        for column in [price, amount] where column.index == nil {
            throw ImportError(file: draft.fileName, code: .missingColumn(column.name, format: draft.format))
        }
        var found: [Transaction] = []
        var digest = RowDigest()
        while let row = try rows.next() {
            // Notes below the table have no action, or are sentences whose commas part them.
            let isSentence = row.bytes(date).split(separator: 0x20).count > 3
            if row.isBlank(action) || isSentence, ImportDates.date(row.bytes(date)) == nil {
                draft.skipped.append(row.issue("no transaction, a note by the broker"))
                continue
            }
            try row.checkWidth()
            if let transaction = try transaction(row, &digest, &draft) { found.append(transaction) }
        }
        draft.transactions = HistoryOrder.arranged(found)
    }

    /// The transaction of a row; nil where the row was put with the unknown ones.
    private func transaction(
        _ row: ImportRow,
        _ digest: inout RowDigest,
        _ draft: inout ImportDraft
    ) throws -> Transaction? {
        let words = row.text(action, limit: 300).uppercased()
        guard let meaning = FidelityReader.meaning(ofAction: words) else {
            draft.unknown.append(row.issue("the action is not known"))
            return nil
        }
        let instrument = instrument(row)
        if instrument == nil, !row.isBlank(symbol) {
            draft.unknown.append(row.issue("\"\(row.text(symbol))\" is neither a share nor a listed option"))
            return nil
        }
        let expected = "an amount such as 1.30"
        let costs =
            abs(try row.number(commission, expected: expected) ?? 0)
            + abs(try row.number(fees, expected: expected) ?? 0)
        let money = try row.number(amount, expected: "an amount such as 308.65")
        var transaction = Transaction(
            id: "",
            date: try FidelityReader.day(in: words) ?? row.date(date),
            sequence: 0,
            kind: .cashAdjustment,
            instrument: instrument,
            amount: money ?? 0,
            account: row.account(account, at: "Fidelity"),
            details: row.text(action),
            origin: row.origin
        )
        switch meaning {
        case .trade(let kind):
            transaction.fees = costs
            guard try fillTrade(&transaction, isBuy: kind == .buy, words, row, &draft) else { return nil }
        case .optionEnd(let kind):
            guard instrument?.contract != nil else {
                draft.unknown.append(row.issue("the row names no option that could end"))
                return nil
            }
            transaction.kind = kind
            transaction.fees = costs
            transaction.quantity = abs(try row.units(quantity, isWhole: true))
        case .cash(let kind):
            transaction.kind = kind
            transaction.amount = try row.required(money, amount, expected: "an amount such as 25.50")
        case .split:
            guard instrument != nil else {
                draft.unknown.append(row.issue("the row names no share that could split"))
                return nil
            }
            transaction.kind = .split
            transaction.quantity = try row.units(quantity, isWhole: false)
        case .transfer:
            let moved = try row.exactNumber(quantity)
            if instrument != nil, let moved, moved.significand > 0 {
                transaction.kind = .securitiesTransfer
                transaction.quantity = moved.decimal
                transaction.amount = 0
            } else {
                transaction.kind = .transfer
                transaction.amount = try row.required(money, amount, expected: "an amount such as 5000.00")
            }
        }
        transaction.id = try id(row, &digest)
        return transaction
    }

    /// Returns false where the row was put with the unknown ones.
    private func fillTrade(
        _ transaction: inout Transaction,
        isBuy: Bool,
        _ words: String,
        _ row: ImportRow,
        _ draft: inout ImportDraft
    ) throws -> Bool {
        guard let instrument = transaction.instrument else { throw row.bad(symbol, expected: "a ticker or an option") }
        let isOption = instrument.contract != nil
        transaction.kind = isBuy ? .buy : .sell
        if isOption {
            switch (words.contains("OPENING TRANSACTION"), words.contains("CLOSING TRANSACTION")) {
            case (true, false): transaction.kind = isBuy ? .buyToOpen : .sellToOpen
            case (false, true): transaction.kind = isBuy ? .buyToClose : .sellToClose
            default:
                draft.unknown.append(row.issue("it does not say whether the option trade opens or closes"))
                return false
            }
        }
        let counted = try row.units(quantity, isWhole: isOption)
        let money = try row.required(row.number(amount), amount, expected: "an amount such as 308.65")
        if (counted < 0) == isBuy || (isBuy ? money > 0 : money < -transaction.fees) {
            draft.unknown.append(row.issue("quantity and amount do not fit \(isBuy ? "a purchase" : "a sale")"))
            return false
        }
        let stated = try row.exactNumber(price, expected: "a price such as 1.55")
        let trade = StatedTrade(
            isBuy: isBuy,
            units: abs(counted) * Decimal(instrument.multiplier),
            stated: stated,
            fees: transaction.fees,
            amount: money
        )
        transaction.quantity = abs(counted)
        transaction.price = trade.price
        if let words = trade.discrepancy { draft.warnings.append("line \(row.line): " + words) }
        return true
    }

    private func instrument(_ row: ImportRow) -> Instrument? {
        let bytes = row.bytes(symbol)
        if let contract = BrokerOptionText.fidelity(bytes) { return .option(contract) }
        return Ticker.normalised(bytes).map(Instrument.shares)
    }

    /// Only what all generations of the export have, so that the order of its columns changes nothing.
    private func id(_ row: ImportRow, _ digest: inout RowDigest) throws -> String {
        digest.begin("fidelity")
        digest.add(row.bytes(account))
        digest.add(try row.date(date).daysSinceEpoch)
        for column in [action, symbol, description] { digest.add(row.bytes(column)) }
        for column in [quantity, price, commission, fees, amount] { digest.add(try row.exactNumber(column)) }
        return digest.finish()
    }

    /// The day behind `AS OF`: `AS OF NOV-14-2026`, `AS OF 11-14-26`; nil where there is none.
    private static func day(in words: String) -> TradingDate? {
        guard let start = words.range(of: " AS OF ") else { return nil }
        let text = words[start.upperBound...].prefix { !$0.isWhitespace }
        let parts = text.split(separator: "-").map(String.init)
        guard parts.count == 3, let day = Int(parts[1]), let year = Int(parts[2]) else { return nil }
        guard let month = Int(parts[0]) ?? ImportDates.month(named: parts[0]) else { return nil }
        return TradingDate(year: year < 100 ? 2000 + year : year, month: month, day: day)
    }

    private static func meaning(ofAction words: String) -> RowMeaning? {
        func begins(_ prefixes: String...) -> Bool { prefixes.contains { words.hasPrefix($0) } }
        if begins("YOU BOUGHT", "REINVESTMENT", "PURCHASE INTO CORE ACCOUNT") { return .trade(.buy) }
        if begins("YOU SOLD", "REDEMPTION FROM CORE ACCOUNT") { return .trade(.sell) }
        if begins("EXPIRED PUT", "EXPIRED CALL") { return .optionEnd(.expiration) }
        if begins("ASSIGNED PUT", "ASSIGNED CALL") { return .optionEnd(.assignment) }
        if begins("EXERCISED PUT", "EXERCISED CALL") { return .optionEnd(.exercise) }
        if begins("DIVIDEND RECEIVED", "LONG-TERM CAP GAIN", "SHORT-TERM CAP GAIN") { return .cash(.dividend) }
        if begins("INTEREST EARNED", "MARGIN INTEREST") { return .cash(.interest) }
        if begins("FOREIGN TAX PAID", "NON-RESIDENT TAX", "FEDERAL TAX WITHHELD") { return .cash(.tax) }
        if begins("FEE CHARGED", "ADVISORY FEE", "FOREIGN CUSTODY FEE") { return .cash(.fee) }
        if begins("IN LIEU OF", "ADJUST") { return .cash(.cashAdjustment) }
        if begins("STOCK SPLIT", "REVERSE SPLIT", "DISTRIBUTION STOCK SPLIT") { return .split }
        if begins(
            "ELECTRONIC FUNDS TRANSFER",
            "DIRECT DEPOSIT",
            "DIRECT DEBIT",
            "WIRE TRANSFER",
            "TRANSFERRED FROM",
            "TRANSFERRED TO",
            "CHECK RECEIVED",
            "CHECK PAID",
            "CASH CONTRIBUTION",
            "CASH DISTRIBUTION",
            "TRANSFER OF ASSETS"
        ) {
            return .transfer
        }
        return nil
    }
}
