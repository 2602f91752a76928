/// An option that trades far more than it is held and than it usually trades.
public struct UnusualActivity: Sendable, Hashable {
    /// Who seems to have pressed, by where the last trade was between bid and ask.
    public enum Side: String, Sendable, Hashable, Codable, CaseIterable {
        /// At the ask or within a tenth of the spread of it.
        case buy
        /// At the bid or within a tenth of the spread of it.
        case sell
        /// In between, or not known.
        case unknown
    }

    /// What counts as unusual.
    public struct Rules: Sendable, Hashable, Codable {
        /// Least volume over open interest.
        public var minimumVolumeToInterest: Double
        /// Least volume over the option's own median of 20 days.
        public var minimumVolumeToMedian: Double
        /// Least dollars traded: volume × mid × multiplier.
        public var minimumPremium: Double

        /// Rules; by default 2, 5 and $50,000.
        public init(
            minimumVolumeToInterest: Double = 2,
            minimumVolumeToMedian: Double = 5,
            minimumPremium: Double = 50_000
        ) {
            self.minimumVolumeToInterest = minimumVolumeToInterest
            self.minimumVolumeToMedian = minimumVolumeToMedian
            self.minimumPremium = minimumPremium
        }
    }

    /// How many days of its own volume an option's median rests on.
    public static let medianDays = 20

    /// The option.
    public let contract: OptionContract
    /// Contracts traded today and outstanding.
    public let volume, openInterest: Int
    /// Volume over open interest.
    public let volumeToInterest: Double
    /// Volume over the median of its own last 20 days; missing without 20 days or where the median is 0.
    public let volumeToMedian: Reading
    /// Volume × mid × multiplier in dollars.
    public let premium: Double
    /// Who seems to have pressed.
    public let side: Side

    /// What was found, and what could not be judged.
    public struct Outcome: Sendable {
        /// Unusual options: those with a history first, by volume over its median, then those without, by volume over
        /// open interest.
        public var options: [UnusualActivity] = []
        /// Options looked at.
        public var examined = 0
        /// Options that could not be judged, by reason.
        public var unknown: [String: Int] = [:]
    }

    /// The unusual options of a chain.
    ///
    /// - Parameters:
    ///   - history: the volumes of earlier days by the option's symbol, oldest first, today left out. An option without
    ///     20 days is judged by volume over open interest and premium alone.
    public static func find(
        in chain: OptionChain,
        history: [String: [Int]] = [:],
        rules: Rules = Rules()
    ) -> Outcome {
        var outcome = Outcome()
        for option in chain.options {
            outcome.examined += 1
            guard let volume = option.quote.volume else {
                outcome.unknown["no volume", default: 0] += 1
                continue
            }
            guard volume > 0 else { continue }
            guard let interest = option.quote.openInterest, interest > 0 else {
                outcome.unknown["no open interest", default: 0] += 1
                continue
            }
            let ratio = Double(volume) / Double(interest)
            guard ratio >= rules.minimumVolumeToInterest else { continue }
            let (bid, ask) = (option.quote.bid?.double, option.quote.ask?.double)
            let last = option.quote.last?.double
            guard let price = QuoteRule.mid(bid: bid, ask: ask) ?? last, price > 0, price.isFinite else {
                outcome.unknown["no price", default: 0] += 1
                continue
            }
            let premium = Double(volume) * price * Double(option.contract.multiplier)
            guard premium >= rules.minimumPremium else { continue }
            let past = (history[option.contract.symbol] ?? []).suffix(medianDays)
            var reading = Reading.missing("fewer than 20 days of its own volume")
            if past.count == medianDays {
                let sorted = past.sorted()
                let median = 0.5 * Double(sorted[9] + sorted[10])
                guard Double(volume) >= rules.minimumVolumeToMedian * median else { continue }
                reading = Reading(
                    median > 0 ? Double(volume) / median : nil,
                    orMissing: "on the median day it did not trade"
                )
            }
            outcome.options.append(
                UnusualActivity(
                    contract: option.contract,
                    volume: volume,
                    openInterest: interest,
                    volumeToInterest: ratio,
                    volumeToMedian: reading,
                    premium: premium,
                    side: side(last: last, bid: bid, ask: ask)
                )
            )
        }
        outcome.options.sort { left, right in
            let (first, second) = (left.volumeToMedian.value ?? -1, right.volumeToMedian.value ?? -1)
            return (first, left.volumeToInterest, left.premium) > (second, right.volumeToInterest, right.premium)
        }
        return outcome
    }

    /// By where the last trade was; never guessed from anything else.
    static func side(last: Double?, bid: Double?, ask: Double?) -> Side {
        guard let last, let bid, let ask, bid > 0, ask > bid, last > 0 else { return .unknown }
        let margin = 0.1 * (ask - bid) + 1e-9
        if last >= ask - margin { return .buy }
        return last <= bid + margin ? .sell : .unknown
    }
}
