public import Foundation

/// The gain or loss of one closed quantity of one lot.
public struct RealisedGain: Hashable, Sendable {
    /// Which way the closed quantity had been held.
    public enum Side: String, Hashable, Sendable, Codable {
        /// Bought first, then sold.
        case long
        /// Sold first, then bought back, expired or assigned.
        case short
    }

    /// What was closed.
    public var instrument: Instrument
    /// Shares or contracts closed, positive.
    public var quantity: Decimal
    /// Whether the closed quantity was long or short. A closing row without an opening one is taken for the side
    /// its kind implies; an expiration, which fits both, for short.
    public var side: Side
    /// The day the lot was opened; nil where that was before the history begins.
    public var openDate: TradingDate?
    /// The day it was closed.
    public var closeDate: TradingDate
    /// Dollars per share at which it was opened, without fees; nil where the history does not show it.
    public var openPrice: Decimal?
    /// Dollars per share at which it was closed, without fees; 0 for an expiration, assignment or exercise.
    public var closePrice: Decimal
    /// Fees of opening this quantity, in dollars.
    public var openFees: Decimal
    /// Fees of closing this quantity, in dollars.
    public var closeFees: Decimal
    /// The kind of transaction that closed it.
    public var closedBy: Transaction.Kind
    /// The transaction that closed it.
    public var transactionID: String
    /// The transaction that opened it; nil where the history does not show it.
    public var openTransactionID: String?
    /// The account's name as the file gives it; nil where it gives none.
    public var account: String?

    /// A closed quantity with all its values.
    public init(
        instrument: Instrument,
        quantity: Decimal,
        side: Side,
        openDate: TradingDate?,
        closeDate: TradingDate,
        openPrice: Decimal?,
        closePrice: Decimal,
        openFees: Decimal = 0,
        closeFees: Decimal = 0,
        closedBy: Transaction.Kind,
        transactionID: String,
        openTransactionID: String? = nil,
        account: String? = nil
    ) {
        self.instrument = instrument
        self.quantity = quantity
        self.side = side
        self.openDate = openDate
        self.closeDate = closeDate
        self.openPrice = openPrice
        self.closePrice = closePrice
        self.openFees = openFees
        self.closeFees = closeFees
        self.closedBy = closedBy
        self.transactionID = transactionID
        self.openTransactionID = openTransactionID
        self.account = account
    }

    /// Fees of opening and closing this quantity, in dollars.
    public var fees: Decimal {
        openFees + closeFees
    }

    /// Dollars paid for the quantity, fees included; nil where the opening price is not known.
    public var cost: Decimal? {
        let units = quantity * Decimal(instrument.multiplier)
        switch side {
        case .long: return openPrice.map { $0 * units + openFees }
        case .short: return closePrice * units + closeFees
        }
    }

    /// Dollars received for the quantity, fees taken off; nil where the opening price is not known.
    public var proceeds: Decimal? {
        let units = quantity * Decimal(instrument.multiplier)
        switch side {
        case .long: return closePrice * units - closeFees
        case .short: return openPrice.map { $0 * units - openFees }
        }
    }

    /// Proceeds less cost in dollars, negative for a loss; nil where the opening price is not known.
    public var gain: Decimal? {
        guard let proceeds, let cost else { return nil }
        return proceeds - cost
    }
}
