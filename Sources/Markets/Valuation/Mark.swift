public import Foundation

/// The price at which something is valued, and how it was come by.
public struct Mark: Hashable, Sendable {
    /// Where the price came from.
    public enum Basis: String, Hashable, Sendable, CaseIterable {
        /// Halfway between bid and ask.
        case mid
        /// The last trade of a session under way.
        case last
        /// The last price of a completed session.
        case close
        /// A pricing model at the implied volatility of the strikes beside it.
        case model
    }

    /// Dollars per share.
    public let price: Decimal
    /// Where the price came from.
    public let basis: Basis
    /// The time of the quote.
    public let asOf: Date
    /// Why the price may no longer hold, in words; nil when it is fresh.
    public let staleness: String?

    /// A price taken from a quote: the mid when 0 < bid <= ask and the spread is at most 0.10 or 25 % of the mid, else
    /// the last trade, else the mid of a wide market, marked stale.
    ///
    /// - Returns: nil when the quote holds no usable price.
    public init?(_ quote: Quote, now: Date) {
        let staleness = Self.staleness(asOf: quote.asOf, now: now)
        var mid: Decimal?
        var isNarrow = false
        if let bid = quote.bid, let ask = quote.ask, bid >= 0, ask > 0, bid <= ask {
            let middle = (bid + ask) / 2
            mid = middle
            isNarrow = bid > 0 && ask - bid <= max(Decimal(10) / 100, middle / 4)
        }
        if let mid, isNarrow {
            self.init(price: mid, basis: .mid, asOf: quote.asOf, staleness: staleness)
        } else if let last = quote.last, last > 0 {
            let wasOpen = TradingSession.isOpen(at: quote.asOf)
            self.init(price: last, basis: wasOpen ? .last : .close, asOf: quote.asOf, staleness: staleness)
        } else if let mid, let bid = quote.bid, let ask = quote.ask {
            let wide = "wide market: \(bid) x \(ask)"
            self.init(
                price: mid,
                basis: .mid,
                asOf: quote.asOf,
                staleness: staleness.map { "\(wide), \($0)" } ?? wide
            )
        } else {
            return nil
        }
    }

    init(price: Decimal, basis: Basis, asOf: Date, staleness: String?) {
        self.price = price
        self.basis = basis
        self.asOf = asOf
        self.staleness = staleness
    }

    /// Why a quote of one time may no longer hold at another; nil when it is at most 15 minutes old, or from the close of
    /// the latest session while the exchanges are closed.
    public static func staleness(asOf: Date, now: Date) -> String? {
        let quarter = 15.0 * 60
        let age = now.timeIntervalSince(asOf)
        guard age >= -quarter else { return "quote is dated after the moment of valuation" }
        guard age > quarter else { return nil }
        if !TradingSession.isOpen(at: now),
            asOf >= TradingSession(completedBy: now).close.addingTimeInterval(-quarter)
        {
            return nil
        }
        let (count, unit) =
            age < 3_600
            ? (Int(age / 60), "minute") : (age < 86_400 ? (Int(age / 3_600), "hour") : (Int(age / 86_400), "day"))
        return "quote is \(count) \(unit)\(count == 1 ? "" : "s") old"
    }
}
