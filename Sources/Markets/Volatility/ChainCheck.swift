public import Foundation

/// Holds the quotes of a chain against each other and against what options can be worth at all, and finds the implied
/// volatility of every mid that has one. Nothing is repaired or left out: what contradicts itself is listed.
///
/// A violation is a trade at the quoted bids and asks that would gain before fees, whatever the underlying does. In quotes
/// taken at one moment it is rare; in quotes of the close it mostly tells which of them are stale.
public struct ChainCheck: Sendable {
    /// What is violated.
    public enum Rule: String, Sendable, Hashable, CaseIterable, Codable {
        /// The bid is above the ask.
        case crossed
        /// The ask is below what exercising at once brings.
        case belowIntrinsic = "below_intrinsic"
        /// The bid is above the most the option can be worth: the share for a call, the strike for a put.
        case aboveBound = "above_bound"
        /// Put-call parity for American options: S e^{-qT} - K <= C - P <= S - K e^{-rT}.
        case parity
        /// Of two strikes, the better one is cheaper.
        case monotonicity
        /// Two strikes differ by more in price than in strike.
        case verticalWidth = "vertical_width"
        /// Of three strikes, the middle one costs more than the line between the outer ones.
        case convexity
        /// The later expiration is cheaper.
        case calendar
    }

    /// One contradiction.
    public struct Violation: Sendable, Hashable {
        /// What is violated.
        public let rule: Rule
        /// The options that contradict each other, by strike or expiration.
        public let contracts: [OptionContract]
        /// What the trade would gain per share, in dollars.
        public let gain: Double
    }

    /// An option with its volatility.
    public struct Implied: Sendable, Hashable {
        /// The option.
        public let contract: OptionContract
        /// Halfway between bid and ask.
        public let mid: Double
        /// Per year; nil where there is none.
        public let volatility: Double?
        /// Why there is no volatility; nil where there is one.
        public let refusal: PricingError?
        /// Whether the mid lies strictly between the least and the most an American option can be worth: what the best day
        /// of exercise brings if the share follows its carry without moving otherwise, and the share or the strike.
        public let isSolvable: Bool
    }

    /// Options that have not expired.
    public let unexpired: Int
    /// Those with a bid, an ask and bid <= ask, by expiration, strike and right.
    public let quoted: [Implied]
    /// Contradictions, by rule, the largest first.
    public let violations: [Violation]
    /// The dividend yield that put-call parity at the money implies, by expiration; 0 where no strike is quoted on both sides.
    public let yields: [TradingDate: Double]

    /// Of the options with a solvable mid.
    public var solvable: Int { quoted.reduce(0) { $0 + ($1.isSolvable ? 1 : 0) } }
    /// Of the options with a solvable mid those with a volatility.
    public var solved: Int { quoted.reduce(0) { $0 + ($1.isSolvable && $1.volatility != nil ? 1 : 0) } }

    /// Checks a chain.
    ///
    /// - Parameters:
    ///   - price: of one share, above 0.
    ///   - rate: continuously compounded interest rate per year.
    ///   - now: the time of the quotes.
    public init(_ chain: OptionChain, price: Double, rate: Double, now: Date, pricer: OptionPricer = OptionPricer()) {
        let groups = ChainExpiration.groups(of: chain, now: now)
        unexpired = groups.reduce(0) { $0 + $1.indices.count }
        var yields: [TradingDate: Double] = [:]
        var options: [Option] = []
        for group in groups {
            let expiration = ChainExpiration(group, of: chain)
            var yield = 0.0
            if let forward = expiration.parityForward(rate: rate) {
                yield = min(max(rate - log(forward / price) / group.years, -1), 1)
            }
            yields[group.expiration] = yield
            options += group.indices.compactMap {
                Option(chain.options[$0], price: price, rate: rate, yield: yield, years: group.years, group.days)
            }
        }
        self.yields = yields
        let ordered = options.sorted { $0.order < $1.order }
        let priced = ordered.filter { $0.bid > 0 && $0.bid <= $0.ask }
        let volatilities = pricer.impliedVolatilities(
            chain: priced.map(\.terms),
            prices: priced.map { 0.5 * ($0.bid + $0.ask) }
        )
        quoted = zip(priced, volatilities).map { option, result in
            let mid = 0.5 * (option.bid + option.ask)
            let volatility = try? result.get()
            var refusal: PricingError?
            if case .failure(let error) = result { refusal = error }
            return Implied(
                contract: option.contract,
                mid: mid,
                volatility: volatility,
                refusal: refusal,
                isSolvable: mid > DeterministicValue(option.terms).greeks.price && mid < option.most
            )
        }
        violations = ChainRules(ordered, price: price, rate: rate).violations.sorted {
            ($0.rule.rawValue, -$0.gain) < ($1.rule.rawValue, -$1.gain)
        }
    }

    /// A quoted option as numbers; bid is 0 where nobody bids, ask infinite where nobody offers.
    struct Option {
        let contract: OptionContract
        let terms: OptionTerms
        let strike: Double
        let bid: Double
        let ask: Double
        let days: Int

        init?(_ option: ListedOption, price: Double, rate: Double, yield: Double, years: Double, _ days: Int) {
            contract = option.contract
            strike = option.contract.strike.double
            bid = option.quote.bid?.double ?? 0
            ask = option.quote.ask.map(\.double) ?? .infinity
            self.days = days
            guard strike > 0, bid >= 0, bid.isFinite, ask >= 0,
                let terms = try? OptionTerms(
                    style: .american,
                    right: option.contract.right,
                    spot: price,
                    strike: strike,
                    rate: rate,
                    dividendYield: yield,
                    years: years
                )
            else { return nil }
            self.terms = terms
        }

        /// The most the option can be worth.
        var most: Double { contract.right == .call ? terms.spot : strike }

        var order: (Int, String, Double, String) { (days, contract.root, strike, contract.right.rawValue) }
    }
}

/// The rules that quotes of a chain have to keep.
private struct ChainRules {
    private(set) var violations: [ChainCheck.Violation] = []
    private let price: Double
    private let rate: Double

    /// Half a cent: quotes are whole cents, and less is rounding.
    private static let least = 0.005

    /// - Parameter options: by expiration, root and strike.
    init(_ options: [ChainCheck.Option], price: Double, rate: Double) {
        self.price = price
        self.rate = rate
        for option in options { checkAlone(option) }
        for right in OptionContract.Right.allCases {
            let side = options.filter { $0.contract.right == right }
            for strikes in Dictionary(grouping: side, by: { Series($0) }).values { checkStrikes(strikes) }
            for dates in Dictionary(grouping: side, by: { Line($0) }).values { checkDates(dates) }
        }
        let puts = Dictionary(
            options.filter { $0.contract.right == .put }.map { (Place(series: Series($0), strike: $0.strike), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for call in options where call.contract.right == .call {
            if let put = puts[Place(series: Series(call), strike: call.strike)] { checkParity(call, put) }
        }
    }

    private struct Series: Hashable {
        let root: String
        let days: Int

        init(_ option: ChainCheck.Option) {
            root = option.contract.root
            days = option.days
        }
    }

    private struct Line: Hashable {
        let root: String
        let strike: Double

        init(_ option: ChainCheck.Option) {
            root = option.contract.root
            strike = option.strike
        }
    }

    private struct Place: Hashable {
        let series: Series
        let strike: Double
    }

    private mutating func note(_ rule: ChainCheck.Rule, _ options: [ChainCheck.Option], _ gain: Double) {
        guard gain > Self.least, gain.isFinite else { return }
        violations.append(.init(rule: rule, contracts: options.map(\.contract), gain: gain))
    }

    private mutating func checkAlone(_ option: ChainCheck.Option) {
        note(.crossed, [option], option.bid - option.ask)
        note(.belowIntrinsic, [option], option.terms.intrinsic - option.ask)
        note(.aboveBound, [option], option.bid - option.most)
    }

    /// Conversions and reversals. The lower bound holds for any dividends whose yield is the chain's own.
    private mutating func checkParity(_ call: ChainCheck.Option, _ put: ChainCheck.Option) {
        let terms = call.terms
        let upper = price - call.strike * exp(-max(rate, 0) * terms.years)
        let lower = price * exp(-max(terms.dividendYield, 0) * terms.years) - call.strike
        note(.parity, [call, put], call.bid - put.ask - upper)
        note(.parity, [call, put], lower - (call.ask - put.bid))
    }

    /// Neighbouring strikes of one expiration, and each with the two beside it.
    private mutating func checkStrikes(_ options: [ChainCheck.Option]) {
        for (low, high) in zip(options, options.dropFirst()) {
            let isCall = low.contract.right == .call
            let (better, worse) = isCall ? (low, high) : (high, low)
            note(.monotonicity, [low, high], worse.bid - better.ask)
            note(.verticalWidth, [low, high], better.bid - worse.ask - (high.strike - low.strike))
        }
        for index in options.indices.dropFirst().dropLast() {
            let (low, middle, high) = (options[index - 1], options[index], options[index + 1])
            guard high.strike > low.strike else { continue }
            let weight = (high.strike - middle.strike) / (high.strike - low.strike)
            note(.convexity, [low, middle, high], middle.bid - weight * low.ask - (1 - weight) * high.ask)
        }
    }

    /// Neighbouring expirations of one strike.
    private mutating func checkDates(_ options: [ChainCheck.Option]) {
        for (near, far) in zip(options, options.dropFirst()) where near.days < far.days {
            note(.calendar, [near, far], near.bid - far.ask)
        }
    }
}
