public import Foundation
public import Markets

/// What one account holds.
public struct AccountHoldings: Sendable, Hashable, Codable {
    /// Which account.
    public var account: Account
    /// What it holds.
    public var positions: [HeldPosition]
    /// Its balances; nil where the source did not give them.
    public var balances: AccountBalances?

    /// Holdings with all their values.
    public init(account: Account, positions: [HeldPosition], balances: AccountBalances? = nil) {
        self.account = account
        self.positions = positions
        self.balances = balances
    }
}

/// A brokerage account.
public struct Account: Sendable, Hashable, Codable {
    /// The broker's connector: `alpaca`.
    public var broker: String
    /// The account's number as the broker's API takes it. Never shown, never sent to a model.
    public var number: String
    /// What the owner calls it, or the broker: `margin`, `Roth IRA`.
    public var nickname: String?

    /// An account.
    public init(broker: String, number: String, nickname: String? = nil) {
        self.broker = broker
        self.number = number
        self.nickname = nickname
    }

    /// How it is shown: the nickname, else the number's last four characters: `alpaca ••4821`.
    public var title: String {
        if let nickname, !nickname.isEmpty { return "\(broker) \(nickname)" }
        return number.isEmpty ? broker : "\(broker) ••\(number.suffix(4))"
    }
}

/// A position as a broker reports it.
public struct HeldPosition: Sendable, Hashable, Codable {
    /// Ticker, or OCC symbol without padding.
    public var symbol: String
    /// Shares or units of the deliverable per contract; 1 for shares.
    public var multiplier: Int
    /// Shares or contracts, negative when short.
    public var quantity: Decimal
    /// Average opening price per share in dollars, always positive; nil where the broker does not say.
    public var averagePrice: Decimal?
    /// The broker's price per share in dollars; nil where it gives none.
    public var mark: Decimal?
    /// The time of that price, where the broker gives it.
    public var markAsOf: Date?
    /// The day it was opened, where the broker gives it.
    public var opened: TradingDate?

    /// A position with all its values.
    public init(
        symbol: String,
        multiplier: Int = 1,
        quantity: Decimal,
        averagePrice: Decimal? = nil,
        mark: Decimal? = nil,
        markAsOf: Date? = nil,
        opened: TradingDate? = nil
    ) {
        self.symbol = symbol
        self.multiplier = multiplier
        self.quantity = quantity
        self.averagePrice = averagePrice
        self.mark = mark
        self.markAsOf = markAsOf
        self.opened = opened
    }

    /// What is held: an option where the symbol is one, else shares.
    public var instrument: Instrument {
        if let contract = OptionContract(symbol: symbol, multiplier: multiplier == 1 ? 100 : multiplier) {
            return .option(contract)
        }
        return .shares(symbol)
    }
}

/// Balances of an account in dollars; nil where the broker does not say.
public struct AccountBalances: Sendable, Hashable, Codable {
    /// Settled and unsettled cash; negative when borrowed.
    public var cash: Decimal?
    /// Cash and positions.
    public var netLiquidation: Decimal?
    /// What shares may be bought for.
    public var buyingPower: Decimal?
    /// What options may be bought or secured with.
    public var optionBuyingPower: Decimal?
    /// The broker's time of these balances.
    public var asOf: Date?

    /// Balances with all their values.
    public init(
        cash: Decimal? = nil,
        netLiquidation: Decimal? = nil,
        buyingPower: Decimal? = nil,
        optionBuyingPower: Decimal? = nil,
        asOf: Date? = nil
    ) {
        self.cash = cash
        self.netLiquidation = netLiquidation
        self.buyingPower = buyingPower
        self.optionBuyingPower = optionBuyingPower
        self.asOf = asOf
    }
}

/// A trade or a movement in an account, as the broker reports it.
public struct AccountActivity: Sendable, Hashable, Codable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable, Codable {
        case buy, sell, expiration, assignment, exercise, dividend, interest, fee, transfer, other
    }

    /// Which account.
    public var account: Account
    /// The broker's identifier.
    public var identifier: String
    /// What happened.
    public var kind: Kind
    /// When.
    public var date: TradingDate
    /// Ticker or OCC symbol without padding; nil for movements of cash.
    public var symbol: String?
    /// Shares or contracts, negative when they left the account.
    public var quantity: Decimal?
    /// Dollars per share.
    public var price: Decimal?
    /// Dollars into the account, negative when they left it.
    public var amount: Decimal?
    /// The broker's words.
    public var details: String

    /// An activity with all its values.
    public init(
        account: Account,
        identifier: String,
        kind: Kind,
        date: TradingDate,
        symbol: String? = nil,
        quantity: Decimal? = nil,
        price: Decimal? = nil,
        amount: Decimal? = nil,
        details: String = ""
    ) {
        self.account = account
        self.identifier = identifier
        self.kind = kind
        self.date = date
        self.symbol = symbol
        self.quantity = quantity
        self.price = price
        self.amount = amount
        self.details = details
    }
}
