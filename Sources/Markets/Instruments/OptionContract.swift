public import Foundation

/// A listed option: what it delivers, when it ends, and at what price.
public struct OptionContract: Hashable, Sendable, Codable {
    /// The right the holder has: to buy (call) or to sell (put).
    public enum Right: String, Hashable, Sendable, Codable, CaseIterable {
        /// The right to buy at the strike.
        case call
        /// The right to sell at the strike.
        case put
    }

    /// The option root, 1 to 6 letters and digits; a trailing digit marks an adjusted contract (`AAPL1`).
    public let root: String
    /// The ticker of the shares delivered, `AAPL` for the root `AAPL1`.
    public let underlying: String
    /// The last day the option lives.
    public let expiration: TradingDate
    /// Call or put.
    public let right: Right
    /// Price per share at which the option is exercised, in dollars.
    public let strike: Decimal
    /// Shares (or units of the deliverable) per contract; 100 unless the contract was adjusted.
    public let multiplier: Int
    /// What an adjusted contract delivers, where it is known: strike and price still count times the multiplier. nil for
    /// standard contracts, which deliver as many shares as the multiplier, and for adjusted ones read from a symbol alone.
    public var deliverable: Deliverable? { boxedDeliverable?.value }
    private let boxedDeliverable: Boxed<Deliverable>?

    private enum CodingKeys: String, CodingKey {
        case root, underlying, expiration, right, strike, multiplier
        case boxedDeliverable = "deliverable"
    }

    /// A contract. `underlying` defaults to the root without the digits that mark an adjustment, or to the ticker
    /// known to differ from it (`BRK.B` for `BRKB`, `SPX` for `SPXW`).
    public init(
        root: String,
        underlying: String? = nil,
        expiration: TradingDate,
        right: Right,
        strike: Decimal,
        multiplier: Int = 100,
        deliverable: Deliverable? = nil
    ) {
        self.root = root
        boxedDeliverable = deliverable.map(Boxed.init)
        self.underlying = underlying ?? OptionContract.underlying(ofRoot: root)
        self.expiration = expiration
        self.right = right
        self.strike = strike
        self.multiplier = multiplier
    }

    /// Whether a corporate action changed what the contract delivers.
    public var isAdjusted: Bool {
        multiplier != 100 || deliverable != nil || root.last?.isNumber == true
    }

    /// Shares of the underlying that change hands when one contract is exercised.
    public var deliveredShares: Decimal { deliverable?.quantity(of: underlying) ?? Decimal(multiplier) }

    /// Shares of the underlying that one contract delivers and the strike for one of them, cash that is delivered taken off. nil
    /// for an adjusted contract of which that is not known, or that delivers shares of several companies, or none.
    public var perShare: (shares: Decimal, strike: Decimal)? {
        guard let deliverable else { return isAdjusted ? nil : (Decimal(multiplier), strike) }
        let own = deliverable.quantity(of: underlying)
        guard deliverable.shares.count == 1, own > 0 else { return nil }
        return (own, (strike * Decimal(multiplier) - deliverable.cash) / own)
    }

    /// What one contract delivers; nil for an adjusted contract of which no source says it.
    public var delivered: Deliverable? {
        deliverable ?? (isAdjusted ? nil : Deliverable([.init(Decimal(multiplier), of: underlying)]))
    }

    /// Roots that differ from the ticker of what they deliver: weekly index options, and share classes, whose dot a
    /// root cannot hold.
    private static let underlyings = [
        "BFB": "BF.B", "BRKA": "BRK.A", "BRKB": "BRK.B", "NDXP": "NDX", "RUTW": "RUT", "SPXW": "SPX", "VIXW": "VIX",
    ]

    private static func underlying(ofRoot root: String) -> String {
        let letters = root.prefix { !$0.isNumber }
        guard !letters.isEmpty else { return root }
        return underlyings[String(letters)] ?? String(letters)
    }
}

extension OptionContract: CustomStringConvertible {
    /// As traders write it: `AAPL 2026-06-20 200 call`.
    public var description: String {
        "\(root) \(expiration) \(strike) \(right.rawValue)"
    }
}
