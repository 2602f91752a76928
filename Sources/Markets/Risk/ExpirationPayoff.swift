#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What shares and options of one expiration come to on their last day, as straight pieces between strikes, and what that is
/// worth under an assumption about the price: every piece counts, none is replaced by its largest gain or loss.
public struct ExpirationPayoff: Sendable, Hashable {
    /// Options of one strike.
    public struct Leg: Sendable, Hashable {
        /// Call or put.
        public var right: OptionContract.Right
        /// Exercise price per share, above 0.
        public var strike: Double
        /// Shares that the options are on, negative when short: contracts × multiplier.
        public var units: Double

        /// A leg.
        public init(right: OptionContract.Right, strike: Double, units: Double) {
            self.right = right
            self.strike = strike
            self.units = units
        }
    }

    /// Shares held, negative when short.
    public let shares: Double
    /// The options.
    public let legs: [Leg]
    /// Dollars paid for all of it, negative where more was received.
    public let cost: Double

    /// - Throws: ``PricingError`` for numbers that are not finite or a strike of 0.
    public init(shares: Double = 0, legs: [Leg], cost: Double) throws(PricingError) {
        for (name, value) in [("shares", shares), ("cost", cost)] {
            guard value.isFinite else { throw .notFinite(name) }
        }
        for leg in legs {
            guard leg.strike.isFinite, leg.units.isFinite else { throw .notFinite("strike or quantity") }
            guard leg.strike > 0 else { throw .outOfRange("strike", value: leg.strike) }
        }
        self.shares = shares
        self.legs = legs
        self.cost = cost
    }

    /// Dollars gained with the underlying at `price` on the last day.
    public func profit(at price: Double) -> Double {
        legs.reduce(shares * price - cost) { sum, leg in
            sum + leg.units * max(leg.right == .call ? price - leg.strike : leg.strike - price, 0)
        }
    }

    /// Prices at which it neither gains nor loses, ascending.
    public var breakEvens: [Double] {
        var found: [Double] = []
        for (left, right) in zip(corners, corners.dropFirst()) {
            let (start, end) = (profit(at: left), profit(at: right))
            if start == 0 { found.append(left) }
            if (start < 0) != (end < 0), start != 0, end != 0 {
                found.append(left + (right - left) * start / (start - end))
            }
        }
        guard let last = corners.last else { return found }
        let value = profit(at: last)
        if value == 0 { found.append(last) }
        if value * upperSlope < 0 { found.append(last - value / upperSlope) }
        return found
    }

    /// The most it can gain in dollars; nil where there is no limit.
    public var maximumProfit: Double? { upperSlope > 0 ? nil : corners.map(profit).max() }
    /// The most it can lose in dollars, 0 or more; nil where there is no limit.
    public var maximumLoss: Double? { upperSlope < 0 ? nil : corners.map(profit).min().map { max(-$0, 0) } }

    /// Expected dollars on the last day if the price then has `distribution`: the closed form of each straight piece.
    public func expectedValue(under distribution: TerminalDistribution) -> Double {
        let forward = distribution.spot * exp(distribution.drift * distribution.years)
        return legs.reduce(shares * forward - cost) { sum, leg in
            let put = distribution.expectedShortfall(below: leg.strike)
            return sum + leg.units * (leg.right == .put ? put : put + forward - leg.strike)
        }
    }

    /// The probability of a gain under `distribution`, all pieces above 0 together.
    public func probabilityOfProfit(under distribution: TerminalDistribution) -> Double {
        let edges = breakEvens
        var sum = 0.0
        for (index, edge) in ([0] + edges).enumerated() {
            let next = index < edges.count ? edges[index] : nil
            let inside = next.map { 0.5 * (edge + $0) } ?? 2 * max(edge, corners.last ?? 1)
            guard profit(at: inside) > 0 else { continue }
            sum += distribution.probability(above: edge) - (next.map { distribution.probability(above: $0) } ?? 0)
        }
        return min(max(sum, 0), 1)
    }

    /// 0 and the strikes, ascending.
    private var corners: [Double] { [0] + Set(legs.map(\.strike)).sorted() }
    /// Dollars per dollar of the price above the highest strike.
    private var upperSlope: Double { legs.reduce(shares) { $1.right == .call ? $0 + $1.units : $0 } }
}
