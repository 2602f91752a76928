import Foundation
import Markets

/// Reads our own table of what was held before the history begins.
///
/// The symbol is a ticker, an OCC symbol or `CASH`; a negative quantity is short, or owed. Price (dollars per share),
/// the day it was opened and the account may be left out.
struct OpeningBalancesReader {
    private let symbol, quantity, price, opened, account: ColumnMap.Column

    init(_ columns: ColumnMap) {
        symbol = columns.column("symbol")
        quantity = columns.column("quantity")
        price = columns.column("price")
        opened = columns.column("opened")
        account = columns.column("account")
    }

    /// Reads every row into the draft's transactions, in the file's order.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        var digest = RowDigest()
        while let row = try rows.next() {
            try row.checkWidth()
            let isCash = row.text(symbol).uppercased() == "CASH"
            let expected = isCash ? "dollars such as 1234.50" : "a number other than 0, negative for short"
            let number = try row.required(row.exactNumber(quantity, expected: expected), quantity, expected: expected)
            let instrument = isCash ? nil : try row.instrument(symbol)
            if !isCash, number.significand == 0 { throw row.bad(quantity, expected: expected) }
            if instrument?.contract != nil, number.fractionDigits > 0 {
                throw row.bad(quantity, expected: "a whole number of contracts")
            }
            let paid = try row.price(price)
            if isCash, paid != nil, paid != 1 { throw row.bad(price, expected: "nothing for cash") }
            let day = row.isBlank(opened) ? .beforeHistory : try row.date(opened)
            digest.begin("opening balance")
            digest.add(ArraySlice((instrument?.symbol ?? "CASH").utf8))
            digest.add(number)
            digest.add(try row.exactNumber(price))
            digest.add(day.daysSinceEpoch)
            let owner = row.isBlank(account) ? nil : row.text(account)
            if let owner { digest.add(ArraySlice(owner.lowercased().utf8)) }
            draft.transactions.append(
                Transaction(
                    id: digest.finish(),
                    date: day,
                    sequence: draft.transactions.count,
                    kind: .openingBalance,
                    instrument: instrument,
                    quantity: isCash ? 0 : number.decimal,
                    price: isCash ? nil : paid,
                    amount: isCash ? number.decimal : 0,
                    account: owner,
                    details: "opening balance",
                    origin: row.origin
                )
            )
        }
    }
}
