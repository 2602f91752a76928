public import Foundation
public import Markets

extension ImportDraft {
    /// Positions and cash that a broker states beside an account's history.
    public struct StatedHoldings: Sendable, Hashable {
        /// Shares and contracts, negative when short; nil where the file lists none.
        public var positions: [Instrument: Decimal]?
        /// Cash in dollars; nil where the file does not say.
        public var cash: Decimal?
        /// The days the file is about; nil where it does not say.
        public var period: ClosedRange<TradingDate>?
        /// The day at whose end it was held; nil where the file does not say.
        public var asOf: TradingDate?
    }
}
