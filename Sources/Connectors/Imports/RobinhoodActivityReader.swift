import Foundation
import Markets

/// Reads Robinhood's account activity report.
///
/// Newest row first; no times, ids or fees; outflows in parentheses; descriptions over several lines; a disclaimer at
/// the end. Some exports have a column with the account besides.
struct RobinhoodActivityReader {
    private let date, instrument, description, code, quantity, price, amount, account: ColumnMap.Column

    init(_ columns: ColumnMap) {
        date = columns.column("Activity Date")
        instrument = columns.column("Instrument")
        description = columns.column("Description")
        code = columns.column("Trans Code")
        quantity = columns.column("Quantity")
        price = columns.column("Price")
        amount = columns.column("Amount")
        account = columns.column(anyOf: ["Account Type", "Account", "Account Name"])
    }

    /// Reads every row into the draft's transactions, oldest first.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        var found: [Transaction] = []
        var digest = RowDigest()
        while let row = try rows.next() {
            if row.isBlank(date), row.isBlank(code) {
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
        let day = try row.date(date)
        let code = row.text(code)
        guard let meaning = RobinhoodActivityReader.meaning(ofCode: code) else {
            let reason = code.isEmpty ? "the row has no transaction code" : "the transaction code \(code) is not known"
            draft.unknown.append(row.issue(reason))
            return nil
        }
        let shares = try shareCount(row)
        let stated = try row.exactNumber(price, expected: "a price such as $1.55")
        if stated?.isNegative == true { throw row.bad(price, expected: "a price such as $1.55") }
        let money = try row.exactNumber(amount, expected: "an amount such as $309.90 or ($309.90)")
        var transaction = Transaction(
            id: "",
            date: day,
            sequence: 0,
            kind: .cashAdjustment,
            amount: money?.decimal ?? 0,
            account: row.account(account, at: "Robinhood"),
            details: row.text(description),
            origin: row.origin
        )
        switch meaning {
        case .trade(let kind):
            guard try fillTrade(&transaction, kind, row, shares, stated, money, &draft) else { return nil }
        case .optionEnd(let kind):
            transaction.kind = kind
            transaction.instrument = .option(try contract(row, &draft))
            transaction.quantity = try wholeContracts(row, shares)
        case .cash(let kind):
            transaction.kind = kind
            transaction.amount = try required(money, row)
            transaction.instrument = try optionalShares(row)
        case .split:
            transaction.kind = .split
            transaction.instrument = .shares(try row.ticker(instrument))
            transaction.quantity = try signedShares(row, shares, isOut: false)
        case .transfer:
            let isOption = RobinhoodOptionText.contract(row.bytes(description)) != nil
            if shares != nil, !row.isBlank(instrument) || isOption {
                transaction.kind = .securitiesTransfer
                transaction.instrument = isOption ? .option(try contract(row, &draft)) : try optionalShares(row)
                transaction.quantity = try signedShares(row, shares, isOut: code.uppercased() == "ACATO")
            } else {
                transaction.kind = .transfer
                transaction.amount = try required(money, row)
            }
        }
        digest.begin("robinhood")
        digest.add(row.bytes(account))
        digest.add(day.daysSinceEpoch)
        digest.add(row.bytes(instrument))
        digest.add(row.bytes(description))
        digest.add(row.bytes(self.code))
        digest.add(shares?.number)
        digest.add(shares?.isRemoval == true ? 1 : 0)
        digest.add(stated)
        digest.add(money)
        transaction.id = digest.finish()
        return transaction
    }

    /// Returns false where the row was put with the unknown ones.
    private func fillTrade(
        _ transaction: inout Transaction,
        _ kind: Transaction.Kind,
        _ row: ImportRow,
        _ shares: Shares?,
        _ stated: ExactNumber?,
        _ money: ExactNumber?,
        _ draft: inout ImportDraft
    ) throws -> Bool {
        let isShares = kind == .buy || kind == .sell
        let isBuy = kind == .buy || kind == .buyToOpen || kind == .buyToClose
        transaction.kind = kind
        let instrument: Instrument
        if isShares {
            instrument = .shares(try row.ticker(self.instrument))
            let counted = try row.required(shares, quantity, expected: "the number of shares")
            guard counted.number.significand > 0, !counted.number.isNegative else {
                throw row.bad(quantity, expected: "a positive number of shares")
            }
            transaction.quantity = counted.number.decimal
        } else {
            instrument = .option(try contract(row, &draft))
            transaction.quantity = try wholeContracts(row, shares)
        }
        transaction.instrument = instrument
        guard let money, let shares else {
            throw row.bad(amount, expected: "an amount such as $309.90 or ($309.90)")
        }
        if isBuy, !money.isNegative, money.significand > 0 {
            draft.unknown.append(row.issue("a purchase that pays in instead of out"))
            return false
        }
        let split = TradeMoney(
            isBuy: isBuy,
            quantity: shares.number,
            multiplier: instrument.multiplier,
            stated: stated,
            amount: money,
            isRounded: isShares
        )
        guard let split else { throw row.bad(amount, expected: "quantity times price, less fees") }
        // Fees may eat the price of a nearly worthless option, but no more than that.
        if split.price < 0 || (!isBuy && money.isNegative && split.discrepancy != nil) {
            draft.unknown.append(row.issue("a sale that pays out instead of in"))
            return false
        }
        transaction.price = split.price
        transaction.fees = split.fees
        if let discrepancy = split.discrepancy {
            draft.warnings.append(
                "line \(row.line): the amount differs from quantity times price by \(discrepancy), more than fees "
                    + "usually are"
            )
        }
        return true
    }

    private func contract(_ row: ImportRow, _ draft: inout ImportDraft) throws -> OptionContract {
        let expected = "an option such as AAPL 6/20/2026 Call $200.00"
        let contract = try row.required(
            RobinhoodOptionText.contract(row.bytes(description)),
            description,
            expected: expected
        )
        if contract.isAdjusted {
            draft.warnings.append(
                "line \(row.line): \(contract) is an adjusted contract; what it delivers is not in the file, 100 "
                    + "shares were assumed"
            )
        }
        return contract
    }

    private func optionalShares(_ row: ImportRow) throws -> Instrument? {
        row.isBlank(instrument) ? nil : .shares(try row.ticker(instrument))
    }

    private func required(_ money: ExactNumber?, _ row: ImportRow) throws -> Decimal {
        try row.required(money, amount, expected: "an amount such as $309.90 or ($309.90)").decimal
    }

    /// A count of shares or contracts; a trailing `S` marks what leaves the account.
    private struct Shares {
        var number: ExactNumber
        var isRemoval: Bool
    }

    private func shareCount(_ row: ImportRow) throws -> Shares? {
        var bytes = row.bytes(quantity)
        guard !bytes.isEmpty else { return nil }
        let isRemoval = bytes.last == UInt8(ascii: "S") || bytes.last == UInt8(ascii: "s")
        if isRemoval { bytes = bytes.dropLast() }
        guard let number = ExactNumber(bytes), bytes.first != UInt8(ascii: "$") else {
            throw row.bad(quantity, expected: "a number of shares or contracts, such as 2 or 1S")
        }
        return Shares(number: number, isRemoval: isRemoval)
    }

    private func wholeContracts(_ row: ImportRow, _ shares: Shares?) throws -> Decimal {
        let expected = "a whole number of contracts"
        let number = try row.required(shares, quantity, expected: expected).number
        guard number.fractionDigits == 0, number.significand > 0, !number.isNegative else {
            throw row.bad(quantity, expected: expected)
        }
        return number.decimal
    }

    private func signedShares(_ row: ImportRow, _ shares: Shares?, isOut: Bool) throws -> Decimal {
        let counted = try row.required(shares, quantity, expected: "the number of shares")
        guard counted.number.significand > 0 else { throw row.bad(quantity, expected: "a number other than 0") }
        let isNegative = counted.number.isNegative || counted.isRemoval || isOut
        return isNegative ? -abs(counted.number.decimal) : counted.number.decimal
    }

    private static func meaning(ofCode code: String) -> RowMeaning? {
        switch code.uppercased() {
        case "STO": return .trade(.sellToOpen)
        case "BTO": return .trade(.buyToOpen)
        case "STC": return .trade(.sellToClose)
        case "BTC": return .trade(.buyToClose)
        case "BUY": return .trade(.buy)
        case "SELL": return .trade(.sell)
        case "OEXP": return .optionEnd(.expiration)
        case "OASGN": return .optionEnd(.assignment)
        case "OEXCS": return .optionEnd(.exercise)
        case "CDIV", "MDIV": return .cash(.dividend)
        case "NRAT", "DTAX": return .cash(.tax)
        case "INT", "MINT", "SLIP": return .cash(.interest)
        case "GOLD", "AFEE": return .cash(.fee)
        case "CIL", "MISC", "FUTSWP", "GMPC", "MTCH": return .cash(.cashAdjustment)
        case "SPL", "SPR": return .split
        case "ACH", "RTP", "ITRF", "XENT", "XENT_CC", "ACATS", "ACATI", "ACATO", "REC": return .transfer
        default: return nil
        }
    }
}
