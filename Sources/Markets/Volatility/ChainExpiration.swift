import Foundation

/// The options of one root and expiration of a chain as numbers, by strike.
struct ChainExpiration {
    /// One option's quote as numbers; nil where it cannot be used.
    struct Price {
        /// Halfway between bid and ask; nil unless 0 < bid <= ask and the spread is at most 0.10 or 25 % of the mid.
        var mid: Double?
        var bid: Double?
        var ask: Double?
        var reportedVolatility: Double?

        init(_ option: ListedOption) {
            bid = option.quote.bid?.double
            ask = option.quote.ask?.double
            mid = QuoteRule.mid(bid: bid, ask: ask)
            reportedVolatility = option.impliedVolatility.flatMap { $0.isFinite && $0 > 0 && $0 <= 10 ? $0 : nil }
        }
    }

    struct Strike {
        var strike: Double
        var call: Price?
        var put: Price?
    }

    let expiration: TradingDate
    /// Calendar days from New York's date.
    let days: Int
    /// Seconds until settlement / (365 × 86 400).
    let years: Double
    /// By strike, ascending.
    let strikes: [Strike]

    /// The expirations of a chain that lie ahead, soonest first. Adjusted contracts are left out: what they deliver is
    /// not known.
    static func groups(of chain: OptionChain, now: Date) -> [Group] {
        struct Key: Hashable {
            var root: String
            var day: Int
        }
        let today = TradingDate(newYorkDateOf: now)
        var members: [Key: [Int]] = [:]
        for index in chain.options.indices where !chain.options[index].contract.isAdjusted {
            let contract = chain.options[index].contract
            members[Key(root: contract.root, day: contract.expiration.daysSinceEpoch), default: []].append(index)
        }
        return members.values.compactMap { indices in
            let contract = chain.options[indices[0]].contract
            let years = contract.settlement.timeIntervalSince(now) / (365 * 86_400)
            guard years > 0 else { return nil }
            return Group(
                expiration: contract.expiration,
                root: contract.root,
                days: today.days(until: contract.expiration),
                years: years,
                indices: indices
            )
        }
        .sorted { ($0.years, $0.root) < ($1.years, $1.root) }
    }

    /// Which options of a chain belong to an expiration; cheap, so that only the ones needed become numbers.
    struct Group {
        let expiration: TradingDate
        let root: String
        let days: Int
        let years: Double
        let indices: [Int]
    }

    init(_ group: Group, of chain: OptionChain) {
        expiration = group.expiration
        days = group.days
        years = group.years
        var byStrike: [Double: Strike] = [:]
        for index in group.indices {
            let option = chain.options[index]
            let strike = option.contract.strike.double
            guard strike.isFinite, strike > 0 else { continue }
            var entry = byStrike[strike] ?? Strike(strike: strike)
            switch option.contract.right {
            case .call: entry.call = Price(option)
            case .put: entry.put = Price(option)
            }
            byStrike[strike] = entry
        }
        strikes = byStrike.values.sorted { $0.strike < $1.strike }
    }

    /// The forward at which puts and calls agree, F = K + e^{rT} (C - P), the median over the up to three strikes at which
    /// they cost most nearly the same; nil when no strike has both with a usable mid.
    func parityForward(rate: Double) -> Double? {
        let growth = exp(rate * years)
        let nearest = strikes.compactMap { strike -> (gap: Double, forward: Double)? in
            guard let call = strike.call?.mid, let put = strike.put?.mid else { return nil }
            return (abs(call - put), strike.strike + growth * (call - put))
        }
        .sorted { $0.gap < $1.gap }
        .prefix(3)
        guard let first = nearest.first else { return nil }
        let forward = nearest.count < 3 ? first.forward : nearest.map(\.forward).sorted()[1]
        return forward > 0 && forward.isFinite ? forward : nil
    }

    /// The implied volatility of an option at the forward, from its mid, else as the source reports it. The option is
    /// taken as European.
    func volatility(
        of price: Price?,
        _ right: OptionContract.Right,
        strike: Double,
        forward: Double,
        rate: Double
    ) -> (value: Double, isReported: Bool)? {
        guard let price else { return nil }
        if let mid = price.mid,
            let terms = try? OptionTerms(
                style: .european,
                right: right,
                spot: forward * exp(-rate * years),
                strike: strike,
                rate: rate,
                years: years
            ),
            let volatility = try? OptionPricer().impliedVolatility(terms, price: mid), volatility.isFinite
        {
            return (volatility, false)
        }
        return price.reportedVolatility.map { ($0, true) }
    }
}
