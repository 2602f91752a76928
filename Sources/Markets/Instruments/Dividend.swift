public import Foundation

/// A cash dividend declared on a share.
public struct Dividend: Hashable, Sendable, Codable {
    /// Ticker of the paying company or fund.
    public var symbol: String
    /// The first day on which a buyer no longer receives the dividend.
    public var exDate: TradingDate
    /// Dollars per share.
    public var amount: Decimal
    /// Where the date and amount came from, as it is shown to the user.
    public var source: String

    /// A dividend of `amount` dollars per share, ex on `exDate`.
    public init(symbol: String, exDate: TradingDate, amount: Decimal, source: String) {
        self.symbol = symbol
        self.exDate = exDate
        self.amount = amount
        self.source = source
    }
}
