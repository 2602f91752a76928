public import Foundation
public import Markets

/// What an account was worth on a day, as its broker reported it.
public struct DailyBalance: Sendable, Hashable, Codable {
    /// The account as it is shown: `alpaca ••4821`.
    public var account: String
    /// The day in New York.
    public var date: TradingDate
    /// Cash in dollars; nil where the broker did not say.
    public var cash: Decimal?
    /// Cash and positions in dollars.
    public var netLiquidation: Decimal?
    /// What shares may be bought for, in dollars.
    public var buyingPower: Decimal?
    /// Where it came from, as it is shown.
    public var source: String
    /// The time of these balances.
    public var asOf: Date

    /// A day's balance with all its values.
    public init(
        account: String,
        date: TradingDate,
        cash: Decimal? = nil,
        netLiquidation: Decimal? = nil,
        buyingPower: Decimal? = nil,
        source: String,
        asOf: Date
    ) {
        self.account = account
        self.date = date
        self.cash = cash
        self.netLiquidation = netLiquidation
        self.buyingPower = buyingPower
        self.source = source
        self.asOf = asOf
    }
}
