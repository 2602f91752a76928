public import Foundation

/// A quantity of one instrument opened at one time and price.
public struct Lot: Hashable, Sendable {
    /// What is held.
    public var instrument: Instrument
    /// Shares or contracts still open; negative when short.
    public var quantity: Decimal
    /// Dollars per share paid (long) or received (short), without fees; nil where the history does not show it.
    public var price: Decimal?
    /// Fees paid to open what is still open, in dollars.
    public var fees: Decimal
    /// The day it was opened; nil where that was before the history begins.
    public var opened: TradingDate?
    /// The transaction that opened it; nil where no row of the history did.
    public var transactionID: String?
    /// The account's name as the file gives it; nil where it gives none.
    public var account: String?

    /// A lot with all its values.
    public init(
        instrument: Instrument,
        quantity: Decimal,
        price: Decimal?,
        fees: Decimal = 0,
        opened: TradingDate?,
        transactionID: String? = nil,
        account: String? = nil
    ) {
        self.instrument = instrument
        self.quantity = quantity
        self.price = price
        self.fees = fees
        self.opened = opened
        self.transactionID = transactionID
        self.account = account
    }
}
