import Foundation

/// Ways to bring a portfolio's beta-weighted delta down to a target, side by side: an index put, a put spread, a
/// collar, and reducing what contributes most. For comparison, not advice.
public struct HedgeSuggestions: Sendable {
    /// What a suggestion is made of.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Index puts bought.
        case put = "index put"
        /// Index puts bought, others farther down sold.
        case putSpread = "index put spread"
        /// Index puts bought, index calls sold.
        case collar = "index collar"
        /// A part of the largest contributor closed.
        case reduce = "reduce the largest contributor"
    }

    /// An option of a suggestion.
    public struct Leg: Sendable, Hashable {
        /// The option.
        public let contract: OptionContract
        /// Contracts, negative when sold.
        public let contracts: Int
        /// The ask of what is bought, the bid of what is sold, per share.
        public let price: Double
    }

    /// What one underlying adds to the beta-weighted delta.
    public struct Contributor: Sendable, Hashable {
        /// The ticker.
        public var symbol: String
        /// Index shares that move like it.
        public var betaWeightedDelta: Double
        /// Dollars per volatility point and per day.
        public var vegaPerPoint, thetaPerDay: Double

        /// A contributor.
        public init(symbol: String, betaWeightedDelta: Double, vegaPerPoint: Double = 0, thetaPerDay: Double = 0) {
            self.symbol = symbol
            self.betaWeightedDelta = betaWeightedDelta
            self.vegaPerPoint = vegaPerPoint
            self.thetaPerDay = thetaPerDay
        }
    }

    /// The index at another level.
    public struct Scenario: Sendable, Hashable {
        /// The change of the index, -0.10 is down 10 %.
        public let change: Double
        /// Dollars the hedge gains at its expiration with the index there, its cost taken off; for a reduction the loss
        /// avoided.
        public let hedge: Double
        /// The same with the portfolio, taken to move with its beta-weighted delta in a straight line.
        public let total: Double
    }

    /// One suggestion.
    public struct Candidate: Sendable, Hashable {
        /// What it is made of.
        public let kind: Kind
        /// Its options; empty for a reduction.
        public let legs: [Leg]
        /// What is reduced, and by what fraction; nil for options.
        public let symbol: String?
        /// The fraction closed.
        public let fraction: Double?
        /// Dollars paid, negative when received.
        public let cost: Reading
        /// Change of the beta-weighted delta in index shares.
        public let betaWeightedDelta: Double
        /// Change of vega in dollars per point and of theta in dollars per day.
        public let vegaPerPoint, thetaPerDay: Double
        /// The index down 10 % and 20 %.
        public let scenarios: [Scenario]
        /// What it does not cover, in words.
        public let notCovered: String
    }

    /// The suggestions that could be worked out, in the order of ``Kind``.
    public let candidates: [Candidate]
    /// Why others could not.
    public let gaps: [Kind: String]

    /// - Parameters:
    ///   - current: the portfolio's beta-weighted delta in index shares.
    ///   - target: what it is to be brought down to.
    ///   - contributors: what each underlying adds to it.
    ///   - index: the index or its fund with its chain.
    ///   - market: time and interest rate.
    ///   - days: calendar days to the hedge's expiration; the one nearest the middle is used.
    /// - Throws: ``DataGap`` when the delta is at or below the target, or the index has no price.
    public init(
        current: Double,
        target: Double,
        contributors: [Contributor],
        index: ScanUnderlying,
        market: ScanMarket,
        days: ClosedRange<Int> = 30...90
    ) throws(DataGap) {
        let figure = "hedge suggestion"
        guard current.isFinite, target.isFinite else { throw DataGap(figure, "the beta-weighted delta is not known") }
        guard current > target else { throw DataGap(figure, "the beta-weighted delta is not above the target") }
        guard let facts = ScanFacts(index, market: market) else {
            throw DataGap(figure, "there is no price of \(index.symbol)")
        }
        let builder = HedgeBuilder(need: current - target, current: current, facts: facts, index: index, market: market)
        let puts = builder.quotes(.put, days: days)
        let calls = builder.quotes(.call, days: days)
        let near = builder.nearest(puts, delta: 0.30)
        let far = builder.nearest(puts, delta: 0.10)
        let call = builder.nearest(calls, delta: 0.30)
        var candidates: [Candidate] = []
        var gaps: [Kind: String] = [:]
        func add(_ kind: Kind, _ candidate: Candidate?, _ reason: String) {
            if let candidate { candidates.append(candidate) } else { gaps[kind] = reason }
        }
        let noQuotes = "no index options of \(days.lowerBound) to \(days.upperBound) days with usable quotes"
        add(
            .put,
            near.flatMap {
                builder.candidate(.put, [($0, 1)], "Declines above the strike, and moves the index does not share.")
            },
            noQuotes
        )
        add(
            .putSpread,
            near.flatMap { bought in
                far.flatMap { sold in
                    guard sold.strike < bought.strike else { return nil }
                    return builder.candidate(
                        .putSpread,
                        [(bought, 1), (sold, -1)],
                        "Declines below the strike sold, and moves the index does not share."
                    )
                }
            },
            noQuotes
        )
        add(
            .collar,
            near.flatMap { bought in
                call.flatMap { sold in
                    guard sold.expirationDay == bought.expirationDay else { return nil }
                    return builder.candidate(
                        .collar,
                        [(bought, 1), (sold, -1)],
                        "Gives up the index's gains above the call; the call needs margin where no index shares are held."
                    )
                }
            },
            noQuotes
        )
        add(
            .reduce,
            contributors.filter { $0.betaWeightedDelta > 0 }.max { $0.betaWeightedDelta < $1.betaWeightedDelta }
                .map(builder.reduction),
            "nothing adds to the beta-weighted delta"
        )
        self.candidates = candidates
        self.gaps = gaps
    }
}

/// Works out the suggestions.
struct HedgeBuilder {
    /// An index option with two-sided quotes.
    struct Quoted {
        let contract: OptionContract
        let strike, bid, ask: Double
        let greeks: Greeks
        var expirationDay: Int { contract.expiration.daysSinceEpoch }
    }

    /// Index shares to take off.
    let need: Double
    let current: Double
    let facts: ScanFacts
    let index: ScanUnderlying
    let market: ScanMarket

    /// The options of one right of the expiration nearest the middle of a range of days.
    func quotes(_ right: OptionContract.Right, days: ClosedRange<Int>) -> [Quoted] {
        let today = market.today
        let middle = (days.lowerBound + days.upperBound) / 2
        let usable = index.chain.options.filter { option in
            option.contract.right == right && option.contract.isPlain
                && days.contains(today.days(until: option.contract.expiration))
                && QuoteRule.mid(bid: option.quote.bid?.double, ask: option.quote.ask?.double) != nil
        }
        guard
            let date = usable.map(\.contract.expiration).min(by: {
                (abs(today.days(until: $0) - middle), $0) < (abs(today.days(until: $1) - middle), $1)
            })
        else { return [] }
        let screen = IncomeScreen(right, rules: .puts, account: ScanAccount(), market: market)
        return usable.filter { $0.contract.expiration == date }.compactMap { option in
            guard let finalist = try? screen.finalist(option, of: index),
                let trade = try? IncomeTrade(finalist, screen), let ask = trade.ask
            else { return nil }
            return Quoted(
                contract: option.contract,
                strike: trade.strike,
                bid: trade.bid,
                ask: ask,
                greeks: trade.greeks
            )
        }
    }

    func nearest(_ quotes: [Quoted], delta: Double) -> Quoted? {
        quotes.min {
            (abs(abs($0.greeks.delta) - delta), $0.strike) < (abs(abs($1.greeks.delta) - delta), $1.strike)
        }
    }

    /// As many of a combination as bring the delta nearest to the target, at least one; nil when it does not lower
    /// delta.
    func candidate(
        _ kind: HedgeSuggestions.Kind,
        _ legs: [(option: Quoted, side: Int)],
        _ notCovered: String
    ) -> HedgeSuggestions.Candidate? {
        let shares = Double(legs[0].option.contract.multiplier)
        let delta = legs.reduce(0) { $0 + Double($1.side) * $1.option.greeks.delta * shares }
        guard delta < -1e-6 * shares, need / -delta < 1e9 else { return nil }
        let count = max(Int((need / -delta).rounded()), 1)
        let size = Double(count) * shares
        func sum(_ value: (Quoted, Int) -> Double) -> Double {
            legs.reduce(0) { $0 + Double($1.side) * value($1.option, $1.side) } * size
        }
        let cost = sum { option, side in side > 0 ? option.ask : option.bid }
        let scenarios = [-0.10, -0.20].map { change in
            let level = facts.spot * (1 + change)
            let payoff = sum { option, _ in
                max(option.contract.right == .put ? option.strike - level : level - option.strike, 0)
            }
            return HedgeSuggestions.Scenario(
                change: change,
                hedge: payoff - cost,
                total: payoff - cost + current * facts.spot * change
            )
        }
        return HedgeSuggestions.Candidate(
            kind: kind,
            legs: legs.map {
                .init(
                    contract: $0.option.contract,
                    contracts: $0.side * count,
                    price: $0.side > 0 ? $0.option.ask : $0.option.bid
                )
            },
            symbol: nil,
            fraction: nil,
            cost: .value(cost),
            betaWeightedDelta: delta * Double(count),
            vegaPerPoint: sum { option, _ in option.greeks.vegaPerPoint },
            thetaPerDay: sum { option, _ in option.greeks.thetaPerDay },
            scenarios: scenarios,
            notCovered: notCovered
        )
    }

    /// Closing as much of a contributor as is needed, at most all of it.
    func reduction(_ contributor: HedgeSuggestions.Contributor) -> HedgeSuggestions.Candidate {
        let fraction = min(need / contributor.betaWeightedDelta, 1)
        let change = -fraction * contributor.betaWeightedDelta
        return HedgeSuggestions.Candidate(
            kind: .reduce,
            legs: [],
            symbol: contributor.symbol,
            fraction: fraction,
            cost: .missing("what closing costs depends on the quotes of \(contributor.symbol)"),
            betaWeightedDelta: change,
            vegaPerPoint: -fraction * contributor.vegaPerPoint,
            thetaPerDay: -fraction * contributor.thetaPerDay,
            scenarios: [-0.10, -0.20].map { move in
                let avoided = change * facts.spot * move
                return .init(change: move, hedge: avoided, total: avoided + current * facts.spot * move)
            },
            notCovered: "Everything else that is held; gains of \(contributor.symbol) are given up too."
        )
    }
}
