public import Foundation

/// A trade that was closed, in whole or in part: the legs opened together in one account and underlying.
public struct ClosedTrade: Sendable, Hashable {
    /// What kind of trade it was.
    public let strategy: TradeStrategy
    /// The ticker.
    public let underlying: String
    /// The account's name as the file gives it; nil where it gives none.
    public let account: String?
    /// The day it was opened; nil where that was before the history begins.
    public let opened: TradingDate?
    /// The day of the last close so far.
    public let closed: TradingDate
    /// The gains of its legs, oldest first.
    public let legs: [RealisedGain]

    init(_ strategy: TradeStrategy, _ legs: [RealisedGain]) {
        self.strategy = strategy
        let ordered = legs.sorted { ($0.closeDate, $0.instrument.symbol) < ($1.closeDate, $1.instrument.symbol) }
        self.legs = ordered
        underlying = ordered.first?.instrument.underlying ?? ""
        account = ordered.first?.account
        opened = ordered.contains { $0.openDate == nil } ? nil : ordered.compactMap(\.openDate).min()
        closed = ordered.last?.closeDate ?? .beforeHistory
    }

    /// Dollars gained, fees taken off; nil where the opening price of a leg is not known.
    public var gain: Decimal? {
        var sum: Decimal = 0
        for leg in legs {
            guard let gain = leg.gain else { return nil }
            sum += gain
        }
        return sum
    }

    /// Fees of opening and closing in dollars.
    public var fees: Decimal { legs.reduce(0) { $0 + $1.fees } }
    /// Calendar days from opening to the last close; nil where the opening is not known.
    public var daysHeld: Int? { opened.map { $0.days(until: closed) } }

    /// The closed trades of a history, by the day of their last close.
    ///
    /// Options opened on one day in one account and underlying are one trade where they are legs of a spread; calls
    /// sold on shares held at the end of that day are covered calls, and contracts of one right and side are trades of
    /// their own. Each sale of shares is a trade. Parts of a trade that are still
    /// open are not in it yet.
    public static func trades(_ realised: [RealisedGain], transactions: [Transaction]) -> [ClosedTrade] {
        struct Key: Hashable {
            var account: String?
            var underlying: String
            var opened: TradingDate?
            var transaction: String?
        }
        let shares = ShareHistory(transactions)
        var options: [Key: [RealisedGain]] = [:]
        var stock: [Key: [RealisedGain]] = [:]
        for gain in realised {
            var key = Key(account: gain.account, underlying: gain.instrument.underlying)
            if gain.instrument.contract == nil {
                key.transaction = gain.transactionID
                stock[key, default: []].append(gain)
            } else {
                key.opened = gain.openDate
                // What was opened before the history begins is not known to belong together.
                if gain.openDate == nil { key.transaction = gain.transactionID }
                options[key, default: []].append(gain)
            }
        }
        var trades = stock.values.map { ClosedTrade(.stock, $0) }
        for (key, gains) in options {
            var rest = gains
            let calls = gains.filter { $0.side == .short && $0.instrument.contract?.right == .call }
            let held = key.opened.map { shares.quantity(key.underlying, account: key.account, on: $0) } ?? 0
            let needed = calls.reduce(Decimal(0)) { $0 + $1.quantity * Decimal($1.instrument.multiplier) }
            if !calls.isEmpty, held >= needed {
                trades += apart(calls).map { ClosedTrade(.coveredCall, $0) }
                rest.removeAll { $0.side == .short && $0.instrument.contract?.right == .call }
            }
            guard !rest.isEmpty else { continue }
            let strategy = TradeStrategy(legs(rest))
            trades += (strategy.isOneSided ? apart(rest) : [rest]).map { ClosedTrade(strategy, $0) }
        }
        return trades.sorted {
            ($0.closed, $0.underlying, $0.strategy.rawValue, $0.opened ?? .beforeHistory)
                < ($1.closed, $1.underlying, $1.strategy.rawValue, $1.opened ?? .beforeHistory)
        }
    }

    /// The gains of each contract by themselves.
    private static func apart(_ gains: [RealisedGain]) -> [[RealisedGain]] {
        Array(Dictionary(grouping: gains, by: \.instrument).values)
    }

    /// The legs of a group, parts of one contract put together.
    private static func legs(_ gains: [RealisedGain]) -> [TradeStrategy.Leg] {
        struct Key: Hashable {
            var contract: OptionContract
            var side: RealisedGain.Side
        }
        var legs: [Key: TradeStrategy.Leg] = [:]
        for gain in gains {
            guard let contract = gain.instrument.contract else { continue }
            let signed = gain.side == .short ? -gain.quantity.double : gain.quantity.double
            let key = Key(contract: contract, side: gain.side)
            var leg =
                legs[key]
                ?? TradeStrategy.Leg(
                    right: contract.right,
                    strike: contract.strike.double,
                    expirationDay: contract.expiration.daysSinceEpoch,
                    contracts: 0,
                    price: gain.openPrice?.double
                )
            leg.contracts += signed
            legs[key] = leg
        }
        return legs.values.sorted {
            ($0.expirationDay, $0.strike, $0.contracts) < ($1.expirationDay, $1.strike, $1.contracts)
        }
    }
}

/// Shares held at the end of each day, by account and ticker.
private struct ShareHistory {
    private struct Key: Hashable {
        var holder: Transaction.Holder
        var symbol: String
    }

    private var changes: [Key: [(day: TradingDate, quantity: Decimal)]] = [:]

    init(_ transactions: [Transaction]) {
        for transaction in OpeningBalances.assigned(transactions) {
            guard let instrument = transaction.instrument, instrument.contract == nil else { continue }
            if let successor = transaction.successor, successor.instrument.contract == nil {
                let key = Key(holder: transaction.holder, symbol: successor.instrument.symbol)
                changes[key, default: []].append((transaction.date, successor.quantity))
            }
            let change: Decimal
            switch transaction.kind {
            case .buy: change = transaction.quantity
            case .sell: change = -transaction.quantity
            case .split, .securitiesTransfer, .openingBalance: change = transaction.quantity
            case .adjustment where transaction.successor?.isBesideTheOld == false: change = -transaction.quantity
            default: continue
            }
            let key = Key(holder: transaction.holder, symbol: instrument.symbol)
            // What was held before the history begins was held on its first day.
            let day = transaction.kind == .openingBalance ? .beforeHistory : transaction.date
            changes[key, default: []].append((day, change))
        }
    }

    /// What the account held, and what may be its own of what was held before the history begins.
    func quantity(_ symbol: String, account: String?, on date: TradingDate) -> Decimal {
        [Transaction.Holder.account(account), .anyAccount].reduce(0) { sum, holder in
            (changes[Key(holder: holder, symbol: symbol)] ?? []).reduce(sum) {
                $1.day <= date ? $0 + $1.quantity : $0
            }
        }
    }
}
