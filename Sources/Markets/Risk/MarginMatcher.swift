/// Sorts the option legs of one underlying into the groups that a broker's rules know.
struct MarginMatcher {
    private(set) var lines: [BuyingPower.Line] = []
    private var shorts: [MarginLeg]
    private var longs: [MarginLeg]
    private let spot: Double
    private let account: MarginAccount
    private let rules: MarginRules

    init(_ legs: [MarginLeg], spot: Double, account: MarginAccount, rules: MarginRules) {
        self.spot = spot
        self.account = account
        self.rules = rules
        shorts = legs.filter { $0.contracts < 0 }
        longs = legs.filter { $0.contracts > 0 }
        // The dearest to leave alone is matched first.
        shorts.sort {
            let (left, right) = (rules.uncovered($0, spot: spot), rules.uncovered($1, spot: spot))
            return left != right ? left > right : ($0.expirationDay, $0.strike) < ($1.expirationDay, $1.strike)
        }
    }

    /// Sets short calls against shares; returns the shares that are locked by them.
    mutating func coverCalls(with shares: Double) -> Double {
        var free = max(shares, 0)
        for index in shorts.indices where shorts[index].right == .call && shorts[index].multiplier > 0 {
            let leg = shorts[index]
            let covered = min(-leg.contracts, Int(min(free / leg.multiplier, 1e9)))
            guard covered > 0 else { continue }
            free -= Double(covered) * leg.multiplier
            lines.append(.init(.coveredCall, [leg.with(contracts: -covered)], requirement: 0))
            shorts[index].contracts += covered
        }
        shorts.removeAll { $0.contracts == 0 }
        return max(shares, 0) - free
    }

    /// Sets each short against the long that leaves the smallest requirement, unless it is cheaper left alone.
    mutating func pairSpreads() {
        for index in shorts.indices {
            while shorts[index].contracts < 0, let best = bestLong(for: shorts[index]) {
                let count = min(-shorts[index].contracts, longs[best].contracts)
                let legs = [shorts[index].with(contracts: -count), longs[best].with(contracts: count)]
                lines.append(spread(legs))
                shorts[index].contracts += count
                longs[best].contracts -= count
            }
        }
        shorts.removeAll { $0.contracts == 0 }
        longs.removeAll { $0.contracts == 0 }
    }

    /// Joins a put and a call vertical of one expiration: only one of the two can lose.
    mutating func joinCondors() {
        let sold = lines.filter { $0.strategy == .vertical && $0.requirement > 0 }
        var puts = sold.filter { $0.legs[0].right == .put }
        var calls = sold.filter { $0.legs[0].right == .call }
        lines.removeAll { $0.strategy == .vertical && $0.requirement > 0 }
        var joined: [BuyingPower.Line] = []
        for put in puts.indices {
            for call in calls.indices {
                let (left, right) = (puts[put].legs, calls[call].legs)
                let count = min(-left[0].contracts, -right[0].contracts)
                guard count > 0, left[0].expirationDay == right[0].expirationDay,
                    left[0].multiplier == right[0].multiplier
                else { continue }
                let legs = (left + right).map { $0.with(contracts: $0.contracts < 0 ? -count : count) }
                joined.append(.init(.ironCondor, legs, requirement: Self.largestLoss(legs)))
                puts[put] = Self.reduced(puts[put], by: count)
                calls[call] = Self.reduced(calls[call], by: count)
            }
        }
        lines += (puts + calls).filter { $0.legs[0].contracts != 0 } + joined
    }

    /// Joins short puts with short calls of one expiration: the larger requirement and the other side's premium.
    mutating func pairStrangles() {
        guard account == .margin else { return }
        for put in shorts.indices where shorts[put].right == .put {
            for call in shorts.indices where shorts[call].right == .call {
                let count = min(-shorts[put].contracts, -shorts[call].contracts)
                guard count > 0, shorts[put].expirationDay == shorts[call].expirationDay,
                    shorts[put].multiplier == shorts[call].multiplier
                else { continue }
                let legs = [shorts[put], shorts[call]].map { $0.with(contracts: -count) }
                let needs = legs.map(uncovered)
                let requirement =
                    needs[0] >= needs[1] ? needs[0] + legs[1].credit : needs[1] + legs[0].credit
                lines.append(.init(.strangle, legs, requirement: requirement))
                shorts[put].contracts += count
                shorts[call].contracts += count
            }
        }
        shorts.removeAll { $0.contracts == 0 }
    }

    /// Adds what is left as single legs.
    mutating func finish() {
        for leg in shorts {
            switch (leg.right, account) {
            case (.put, .cash(let isStrict)):
                let secured = -Double(leg.contracts) * leg.multiplier * leg.strike
                lines.append(.init(.cashSecuredPut, [leg], requirement: secured, isStrict: isStrict))
            case (.put, .margin):
                lines.append(.init(.nakedPut, [leg], requirement: uncovered(leg)))
            case (.call, _):
                lines.append(.init(.nakedCall, [leg], requirement: uncovered(leg)))
            }
        }
        lines += longs.map { .init(.long, [$0], requirement: 0) }
        shorts = []
        longs = []
    }

    // MARK: - Parts

    private func uncovered(_ leg: MarginLeg) -> Double {
        -Double(leg.contracts) * leg.multiplier * rules.uncovered(leg, spot: spot)
    }

    /// What leaving a short contract alone would hold.
    private func alone(_ leg: MarginLeg) -> Double {
        if case .cash = account, leg.right == .put { return leg.multiplier * leg.strike }
        return leg.multiplier * rules.uncovered(leg, spot: spot)
    }

    private func bestLong(for short: MarginLeg) -> Int? {
        let candidates = longs.indices.filter { index in
            let long = longs[index]
            return long.contracts > 0 && long.right == short.right && long.multiplier == short.multiplier
                && long.expirationDay >= short.expirationDay
                && Self.gap(short, long) * short.multiplier <= alone(short)
        }
        return candidates.min { left, right in
            let (a, b) = (longs[left], longs[right])
            return (Self.gap(short, a), a.expirationDay, a.price) < (Self.gap(short, b), b.expirationDay, b.price)
        }
    }

    private func spread(_ legs: [MarginLeg]) -> BuyingPower.Line {
        let (short, long) = (legs[0], legs[1])
        if short.expirationDay == long.expirationDay {
            return .init(.vertical, legs, requirement: Self.largestLoss(legs))
        }
        let gap = Self.gap(short, long) * short.multiplier * Double(long.contracts)
        return .init(short.strike == long.strike ? .calendar : .diagonal, legs, requirement: gap)
    }

    /// How much worse per share the long's strike is than the short's.
    private static func gap(_ short: MarginLeg, _ long: MarginLeg) -> Double {
        max(short.right == .put ? short.strike - long.strike : long.strike - short.strike, 0)
    }

    /// The largest loss at expiration before premiums: payoffs are straight between strikes, so the corners suffice.
    private static func largestLoss(_ legs: [MarginLeg]) -> Double {
        let strikes = legs.map(\.strike)
        let corners = [0] + strikes + [2 * (strikes.max() ?? 0)]
        return corners.map { corner in -legs.reduce(0) { $0 + $1.payoff(at: corner) } }.reduce(0, max)
    }

    private static func reduced(_ line: BuyingPower.Line, by count: Int) -> BuyingPower.Line {
        let legs = line.legs.map { $0.with(contracts: $0.contracts + ($0.contracts < 0 ? count : -count)) }
        return .init(line.strategy, legs, requirement: largestLoss(legs))
    }
}
