public import Foundation

/// One row of a wheel's chain: what was done, what it brought, and where the break-even stood after it.
public struct WheelLeg: Hashable, Sendable {
    /// What was done.
    public enum Action: String, Hashable, Sendable, Codable, CaseIterable {
        /// A put or a call sold to open.
        case sold
        /// A put or a call sold on the day on which another of its kind was bought back.
        case rolledInto = "rolled into"
        /// An option bought back.
        case boughtBack = "bought back"
        /// An option bought back on the day on which another of its kind was sold.
        case rolledOutOf = "rolled out of"
        /// An option that ended worthless.
        case expired
        /// An option that was assigned.
        case assigned
        /// Shares taken because a put was assigned.
        case sharesPut = "shares put"
        /// Shares delivered because a call was assigned.
        case sharesCalledAway = "shares called away"
        /// Shares bought otherwise.
        case sharesBought = "shares bought"
        /// Shares sold otherwise.
        case sharesSold = "shares sold"
        /// Shares added or removed by a split.
        case split
        /// Shares that became others in a merger.
        case exchanged
        /// Shares of a new company came for those held, and took a part of what they had cost along.
        case spunOff = "spun off"
        /// Shares of a new company that came for those of another chain, with their part of what those had cost.
        case received = "received in a spin-off"
        /// Shares or an option held before the history begins.
        case heldBefore = "held before"
        /// Shares moved in or out without a trade.
        case moved
        /// An option of which a corporate action made another.
        case adjusted
    }

    /// The transaction it was read from.
    public var transactionID: String
    /// Its day.
    public var date: TradingDate
    /// What was done.
    public var action: Action
    /// What it was done with.
    public var instrument: Instrument
    /// Shares or contracts, positive; signed for `split`, `exchanged` (what was added) and `moved`.
    public var quantity: Decimal
    /// Dollars per share; nil where the row has none.
    public var price: Decimal?
    /// Dollars into the account, fees taken off; negative is money paid. For what was held before, what it had cost.
    public var cash: Decimal
    /// Fees in dollars, positive.
    public var fees: Decimal
    /// Shares of the chain held after it.
    public var sharesAfter: Decimal
    /// The chain's break-even after it in dollars per share; nil where there is none.
    public var breakEvenAfter: Decimal?
}
