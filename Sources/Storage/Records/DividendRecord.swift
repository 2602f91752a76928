public import Foundation

/// A cash dividend on a share.
public struct DividendRecord: Hashable, Sendable {
    /// Ticker of the paying company or fund.
    public var symbol: String
    /// `YYYY-MM-DD`: the first day on which a buyer no longer receives it.
    public var exDate: String
    /// Dollars per share.
    public var amount: Decimal
    /// Where it came from, as it is shown to the owner.
    public var source: String

    /// A dividend with all its values.
    public init(symbol: String, exDate: String, amount: Decimal, source: String) {
        self.symbol = symbol
        self.exDate = exDate
        self.amount = amount
        self.source = source
    }
}
