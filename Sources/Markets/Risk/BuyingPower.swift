/// An estimate of the buying power that the option positions in one underlying use; the broker's own rules win.
///
/// Short options are matched in this order: calls against shares, shorts against longs that expire no earlier (verticals,
/// condors, calendars, diagonals), short puts with short calls of the same expiration (strangles), and what is left alone.
public struct BuyingPower: Sendable, Hashable {
    /// What a group of matched legs is called.
    public enum Strategy: String, Sendable, Hashable, CaseIterable {
        /// A short call against shares held.
        case coveredCall = "covered call"
        /// A short and a long of one expiration.
        case vertical
        /// A put and a call vertical, both sold.
        case ironCondor = "iron condor"
        /// A short and a longer long of one strike.
        case calendar
        /// A short and a longer long of another strike.
        case diagonal
        /// A short put and a short call.
        case strangle
        /// A short put secured by its strike in cash.
        case cashSecuredPut = "cash-secured put"
        /// A short put without cover.
        case nakedPut = "naked put"
        /// A short call without cover.
        case nakedCall = "naked call"
        /// A long option.
        case long
    }

    /// A group of legs and what it uses.
    public struct Line: Sendable, Hashable {
        /// What the group is called.
        public let strategy: Strategy
        /// The legs, with the contracts that are in this group.
        public let legs: [MarginLeg]
        /// Dollars the broker holds.
        public let requirement: Double
        /// Dollars received for the legs; negative when paid.
        public let netCredit: Double

        /// Dollars received when the legs were opened, paid if negative; nil where a leg's price is not known.
        public var openCredit: Double? {
            var sum = 0.0
            for leg in legs {
                guard let price = leg.openPrice else { return nil }
                sum -= Double(leg.contracts) * leg.multiplier * price
            }
            return sum
        }

        /// Of a group opened for a net credit the part of it that is earned, (credit - what closing costs) / credit; of one
        /// opened for a debit the gain on it, (what closing brings - debit) / debit; at marks and before fees. nil where a
        /// price is not known or the legs cost nothing together.
        public var returnOnPremium: Double? {
            guard let openCredit, openCredit != 0 else { return nil }
            let result = (openCredit - netCredit) / abs(openCredit)
            return result.isFinite ? result : nil
        }

        /// Dollars of buying power used: the requirement less the credit. For a spread this is its largest loss at
        /// expiration, for a long option its price; for a covered call 0, the shares being locked instead.
        public var effect: Double {
            strategy == .coveredCall ? 0 : requirement - (isStrict ? min(netCredit, 0) : netCredit)
        }

        private let isStrict: Bool

        init(_ strategy: Strategy, _ legs: [MarginLeg], requirement: Double, isStrict: Bool = false) {
            self.strategy = strategy
            self.legs = legs
            self.requirement = requirement
            self.isStrict = isStrict
            netCredit = legs.reduce(0) { $0 + $1.credit }
        }
    }

    /// The groups found, in the order of matching.
    public let lines: [Line]
    /// Shares that must stay because calls are written on them.
    public let lockedShares: Double
    /// The sum of what the broker holds, in dollars.
    public var requirement: Double { lines.reduce(0) { $0 + $1.requirement } }
    /// The sum of the buying power used, in dollars.
    public var effect: Double { lines.reduce(0) { $0 + $1.effect } }

    /// - Parameters:
    ///   - legs: all option positions in one underlying.
    ///   - shares: shares of the underlying held, 0 or less if none can be delivered.
    ///   - spot: price per share of the underlying.
    ///   - account: how short puts are secured.
    ///   - rules: fractions for uncovered shorts.
    public init(
        _ legs: [MarginLeg],
        shares: Double = 0,
        spot: Double,
        account: MarginAccount = .margin,
        rules: MarginRules = .equity
    ) {
        var matcher = MarginMatcher(legs, spot: spot, account: account, rules: rules)
        lockedShares = matcher.coverCalls(with: shares)
        matcher.pairSpreads()
        matcher.joinCondors()
        matcher.pairStrangles()
        matcher.finish()
        lines = matcher.lines
    }
}
