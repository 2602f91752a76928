public import Foundation

/// All open lots of one instrument, on one side.
public struct Position: Hashable, Sendable {
    /// What is held.
    public let instrument: Instrument
    /// The open lots, oldest first. Never empty, all of one sign.
    public let lots: [Lot]

    /// A position of lots that are all of `instrument` and all of one sign.
    public init(instrument: Instrument, lots: [Lot]) {
        self.instrument = instrument
        self.lots = lots
    }

    /// Shares or contracts; negative when short.
    public var quantity: Decimal {
        lots.reduce(0) { $0 + $1.quantity }
    }

    /// Average price per share at which the position was opened, without fees; nil where any lot's price is unknown.
    public var averagePrice: Decimal? {
        var cost: Decimal = 0
        for lot in lots {
            guard let price = lot.price else { return nil }
            cost += price * lot.quantity
        }
        let quantity = quantity
        return quantity == 0 ? nil : cost / quantity
    }

    /// Fees paid to open the position, in dollars.
    public var fees: Decimal {
        lots.reduce(0) { $0 + $1.fees }
    }

    /// The day the oldest lot was opened; nil where that was before the history begins.
    public var opened: TradingDate? {
        lots.first?.opened
    }

    /// The order positions are listed in: by underlying, shares first, then by expiration, strike and right; of one
    /// instrument the long side first.
    public func precedes(_ other: Position) -> Bool {
        if instrument.underlying != other.instrument.underlying {
            return instrument.underlying < other.instrument.underlying
        }
        switch (instrument.contract, other.instrument.contract) {
        case (nil, nil): return quantity > other.quantity
        case (nil, _): return true
        case (_, nil): return false
        case (let first?, let second?):
            if first.expiration != second.expiration { return first.expiration < second.expiration }
            if first.strike != second.strike { return first.strike < second.strike }
            if first.right != second.right { return first.right == .call }
            if first.root != second.root { return first.root < second.root }
            return quantity > other.quantity
        }
    }
}
