public import Foundation

/// The implied volatility of an underlying at a fixed distance in time, 30 days by default: what IV rank compares with
/// its own past.
///
/// Each expiration gives the volatility at its forward: implied volatilities of the out-of-the-money put below and call
/// above, interpolated in the strike. Between the two expirations around the distance the total variance, volatility² ×
/// time, is interpolated in time. Options are inverted as European ones at the forward on which puts and calls agree,
/// which needs no dividends; for American options that adds about a tenth of a point at rates of 4 to 5 %, the same on
/// every day.
public struct ConstantMaturityVolatility: Sendable, Hashable {
    /// How the expirations were combined.
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// Total variance between an expiration before and one after.
        case interpolated
        /// No expiration on one side: the volatility of the nearest within 7 days.
        case nearest
    }

    /// The at-the-money volatility of one expiration.
    public struct Point: Sendable, Hashable {
        /// Where its forward came from.
        public enum ForwardBasis: String, Sendable, Hashable, Codable {
            /// The prices of puts and calls.
            case parity
            /// The spot, the interest rate and the dividends known.
            case carry
        }

        /// The last day.
        public let expiration: TradingDate
        /// Calendar days until then.
        public let daysToExpiration: Int
        /// Years until settlement.
        public let years: Double
        /// Forward price per share in dollars.
        public let forward: Double
        /// Where ``forward`` came from.
        public let forwardBasis: ForwardBasis
        /// The strikes between which was interpolated; one when it is the forward itself.
        public let strikes: [Double]
        /// Volatility per year, 0.25 is 25 %.
        public let volatility: Double
        /// Whether any volatility is the source's own, its quote being missing or too wide.
        public let usesReportedVolatility: Bool
    }

    /// Volatility per year, 0.25 is 25 %.
    public let volatility: Double
    /// How the expirations were combined.
    public let method: Method
    /// The expirations used, sooner first: two, or the nearest one.
    public let points: [Point]

    /// - Parameters:
    ///   - chain: all listed options of the underlying, or at least those around the distance.
    ///   - now: the time of its quotes.
    ///   - rate: continuously compounded interest per year.
    ///   - dividends: used only where put and call prices give no forward.
    ///   - days: the distance, from 2.
    /// - Throws: ``DataGap`` when no expiration near the distance has usable quotes on both sides of its forward.
    public init(
        _ chain: OptionChain,
        now: Date,
        rate: Double,
        dividends: [Dividend] = [],
        days: Int = 30
    ) throws(DataGap) {
        let figure = "\(days)-day implied volatility of \(chain.underlying)"
        guard rate.isFinite, abs(rate) <= 1 else { throw DataGap(figure, "the interest rate is not usable") }
        guard days >= 2 else { throw DataGap(figure, "the distance must be at least 2 days") }
        let target = Double(days) / 365
        let groups = ChainExpiration.groups(of: chain, now: now).filter { $0.years >= 1.0 / 365 }
        guard !groups.isEmpty else { throw DataGap(figure, "the chain has no option with a day or more to live") }
        func point(_ group: ChainExpiration.Group) -> Point? {
            Point(ChainExpiration(group, of: chain), chain: chain, now: now, rate: rate, dividends: dividends)
        }
        let before = groups.reversed().lazy.filter { $0.years <= target }.compactMap(point).first
        let after = groups.lazy.filter { $0.years > target }.compactMap(point).first
        switch (before, after) {
        case (let before?, let after?):
            let weight = (target - before.years) / (after.years - before.years)
            let variance =
                before.totalVariance + weight * (after.totalVariance - before.totalVariance)
            volatility = (variance / target).squareRoot()
            method = .interpolated
            points = [before, after]
        case (let only?, nil), (nil, let only?):
            guard abs(only.daysToExpiration - days) <= Self.tolerance else {
                throw DataGap(
                    figure,
                    "the usable expirations lie on one side of \(days) days, the nearest "
                        + "\(only.expiration)"
                )
            }
            volatility = only.volatility
            method = .nearest
            points = [only]
        case (nil, nil):
            throw DataGap(figure, "no expiration has usable quotes on both sides of its forward")
        }
        guard volatility.isFinite, volatility > 0 else { throw DataGap(figure, "the quotes give no finite value") }
    }

    /// Days by which a single expiration may miss the distance.
    private static let tolerance = 7
}

extension ConstantMaturityVolatility.Point {
    /// Volatility² × years.
    var totalVariance: Double { volatility * volatility * years }

    /// - Returns: nil when a side of the forward has no usable option, or there is no forward.
    init?(
        _ slice: ChainExpiration,
        chain: OptionChain,
        now: Date,
        rate: Double,
        dividends: [Dividend]
    ) {
        let parity = slice.parityForward(rate: rate)
        let today = TradingDate(newYorkDateOf: now)
        let carry = chain.underlyingPrice.flatMap {
            CarryForward(spot: $0.double, rate: rate, now: now, dividends: dividends.upcoming(chain.underlying, today))
                .forward(until: slice.expiration, years: slice.years)
        }
        guard let forward = parity ?? carry, forward > 0, forward.isFinite else { return nil }
        func volatility(_ entry: ChainExpiration.Strike, _ right: OptionContract.Right) -> (Double, Bool)? {
            slice.volatility(
                of: right == .call ? entry.call : entry.put,
                right,
                strike: entry.strike,
                forward: forward,
                rate: rate
            )
        }
        var lower: (strike: Double, value: Double, isReported: Bool)?
        for entry in slice.strikes.reversed() where entry.strike <= forward {
            if let (value, isReported) = volatility(entry, .put) {
                lower = (entry.strike, value, isReported)
                break
            }
        }
        var upper: (strike: Double, value: Double, isReported: Bool)?
        for entry in slice.strikes where entry.strike >= forward {
            if let (value, isReported) = volatility(entry, .call) {
                upper = (entry.strike, value, isReported)
                break
            }
        }
        guard let lower, let upper else { return nil }
        let gap = upper.strike - lower.strike
        let weight = gap > 0 ? (forward - lower.strike) / gap : 0.5
        expiration = slice.expiration
        daysToExpiration = slice.days
        years = slice.years
        self.forward = forward
        forwardBasis = parity == nil ? .carry : .parity
        strikes = gap > 0 ? [lower.strike, upper.strike] : [lower.strike]
        self.volatility = lower.value + weight * (upper.value - lower.value)
        usesReportedVolatility = lower.isReported || upper.isReported
    }
}
