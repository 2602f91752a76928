import Collections
import Foundation

/// The open lots of one instrument in one account: first in, first out, all of one sign.
struct LotQueue {
    /// A part of a lot that was taken out.
    struct Part {
        var quantity: Decimal
        var price: Decimal?
        var fees: Decimal
        var opened: TradingDate?
        var transactionID: String?
    }

    private(set) var lots: Deque<Lot> = []

    /// 1 for long, -1 for short, 0 for empty.
    var sign: Int {
        guard let first = lots.first else { return 0 }
        return first.quantity < 0 ? -1 : 1
    }

    /// Signed sum of the lots. O(lots).
    var quantity: Decimal {
        lots.reduce(0) { $0 + $1.quantity }
    }

    /// Adds a lot behind the others. Its sign must be theirs.
    mutating func append(_ lot: Lot) {
        assert(sign == 0 || (sign > 0) == (lot.quantity > 0), "lots of one instrument are on one side")
        lots.append(lot)
    }

    /// Takes up to `wanted` (positive) out of the oldest lots; returns the parts with positive quantities.
    mutating func take(_ wanted: Decimal) -> [Part] {
        var parts: [Part] = []
        var missing = wanted
        while missing > 0, var lot = lots.first {
            let open = abs(lot.quantity)
            if open <= missing {
                parts.append(Part(lot, open, fees: lot.fees))
                missing -= open
                lots.removeFirst()
            } else {
                let fees = (lot.fees * missing / open).roundedToFeeScale
                parts.append(Part(lot, missing, fees: fees))
                lot.quantity += lot.quantity < 0 ? missing : -missing
                lot.fees -= fees
                lots[0] = lot
                missing = 0
            }
        }
        return parts
    }

    /// Spreads `added` (signed) over the lots in proportion to their size, so that each keeps its cost.
    ///
    /// The sum afterwards must keep its sign; the last lot takes what rounding leaves over.
    mutating func spread(_ added: Decimal) {
        let total = quantity
        guard total != 0 else { return }
        var left = added
        for index in lots.indices {
            let before = lots[index].quantity
            let isLast = index == lots.index(before: lots.endIndex)
            let share = isLast ? left : (before * added / total).roundedToFeeScale
            left -= share
            let after = before + share
            if let price = lots[index].price, after != 0 {
                lots[index].price = price * before / after
            }
            lots[index].quantity = after
        }
        lots.removeAll { $0.quantity == 0 }
    }

    /// Puts the lots in the order in which they were opened; those opened before the history first.
    mutating func sortByOpening() {
        let ordered = lots.enumerated().sorted { left, right in
            (left.element.opened ?? .beforeHistory, left.offset) < (
                right.element.opened ?? .beforeHistory, right.offset
            )
        }
        lots = Deque(ordered.map(\.element))
    }

    /// Drops every lot.
    mutating func removeAll() {
        lots.removeAll()
    }
}

extension LotQueue.Part {
    /// `quantity` (positive) of a lot, with as much of its fees.
    init(_ lot: Lot, _ quantity: Decimal, fees: Decimal) {
        self.init(
            quantity: quantity,
            price: lot.price,
            fees: fees,
            opened: lot.opened,
            transactionID: lot.transactionID
        )
    }
}

extension Decimal {
    /// Ten decimals: far below a cent, and short enough that repeated splitting stays exact and cheap.
    var roundedToFeeScale: Decimal {
        var value = self
        var rounded = Decimal()
        NSDecimalRound(&rounded, &value, 10, .plain)
        return rounded
    }
}
