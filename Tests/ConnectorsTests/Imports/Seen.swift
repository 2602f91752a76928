import Foundation
import Markets

/// What a transaction says, as text, for comparing many at once.
struct Seen: Equatable, CustomStringConvertible {
    var date: String
    var kind: Transaction.Kind
    var symbol: String
    var quantity: String
    var price: String
    var amount: String
    var fees: String

    init(
        _ date: String,
        _ kind: Transaction.Kind,
        _ symbol: String,
        _ quantity: String,
        _ price: String,
        _ amount: String,
        _ fees: String = "0"
    ) {
        (self.date, self.kind, self.symbol, self.quantity) = (date, kind, symbol, quantity)
        (self.price, self.amount, self.fees) = (price, amount, fees)
    }

    init(_ row: Transaction) {
        self.init(
            "\(row.date)",
            row.kind,
            row.instrument?.symbol ?? "",
            "\(row.quantity)",
            row.price.map { "\($0)" } ?? "",
            "\(row.amount)",
            "\(row.fees)"
        )
    }

    var description: String { "\(date) \(kind) \(symbol) \(quantity) @ \(price) = \(amount) fees \(fees)" }
}
