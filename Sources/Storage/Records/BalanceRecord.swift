public import Foundation

/// The balances of an account on one day.
public struct BalanceRecord: Hashable, Sendable {
    /// The account as it is shown, never its whole number.
    public var account: String
    /// The day in New York, `YYYY-MM-DD`.
    public var date: String
    /// Cash in dollars; nil where it is not known.
    public var cash: Decimal?
    /// Cash and positions in dollars.
    public var netLiquidation: Decimal?
    /// What shares may be bought for, in dollars.
    public var buyingPower: Decimal?
    /// Where they came from, as it is shown to the owner.
    public var source: String
    /// The time of these balances.
    public var asOf: Date

    /// A day's balances with all their values.
    public init(
        account: String,
        date: String,
        cash: Decimal?,
        netLiquidation: Decimal?,
        buyingPower: Decimal?,
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
