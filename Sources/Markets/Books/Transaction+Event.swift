public import Foundation

extension Transaction {
    /// What two rows of one event have in common, whichever file they come from.
    public struct Event: Hashable, Sendable {
        /// The trade's date.
        public var date: TradingDate
        /// What happened.
        public var kind: Kind
        /// What was traded; nil for movements of cash alone.
        public var instrument: Instrument?
        /// Shares or contracts, signed as in ``Transaction/quantity``.
        public var quantity: Decimal
        /// The change of cash in dollars.
        public var amount: Decimal
    }

    /// The event that the row tells of.
    public var event: Event {
        Event(date: date, kind: kind, instrument: instrument, quantity: quantity, amount: amount)
    }
}
