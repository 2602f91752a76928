public import Foundation

/// What a trader's alerts came to, computed from records; a rate never without the number it rests on.
public struct TraderReputation: Sendable, Hashable {
    /// A share of a number of cases.
    public struct Rate: Sendable, Hashable {
        /// Cases that count for it.
        public var hits: Int
        /// All cases, at least 1.
        public var count: Int

        /// `hits` of `count`.
        public init(hits: Int, count: Int) {
            self.hits = hits
            self.count = count
        }

        /// The share, 0 to 1.
        public var value: Double { Double(hits) / Double(count) }
    }

    /// An average over a number of cases.
    public struct Average: Sendable, Hashable {
        /// The average, in %.
        public var percent: Decimal
        /// Cases it is of, at least 1.
        public var count: Int

        /// An average of `count` cases.
        public init(percent: Decimal, count: Int) {
            self.percent = percent
            self.count = count
        }
    }

    /// The trader's name in the records.
    public var trader: String
    /// Alerts that are closed or expired.
    public var closed: Int
    /// Alerts that are still open.
    public var open: Int
    /// Closed alerts with a gain among those whose result is known; nil where none is.
    public var hitRate: Rate?
    /// The average return of closed alerts whose result is known; nil where none is.
    public var averageReturn: Average?

    /// The reputation of each trader in `alerts`, the one with the most closed alerts first.
    ///
    /// Records need the fields `profile` and `status` (`open`, `closed`, `expired`). The result of a closed alert is its
    /// `pnl_percent`, else what `action` (`BTO`, `STO`), `entry_price` and `exit_price` say; a return of 0 is no hit.
    public static func all(in alerts: [DataRecord]) -> [TraderReputation] {
        var byTrader: [String: [DataRecord]] = [:]
        for alert in alerts {
            if let trader = alert.string("profile") { byTrader[trader, default: []].append(alert) }
        }
        return byTrader.map { TraderReputation(trader: $0, alerts: $1) }
            .sorted { ($1.closed, $0.trader) < ($0.closed, $1.trader) }
    }

    private init(trader: String, alerts: [DataRecord]) {
        self.trader = trader
        let closed = alerts.filter { ["closed", "expired"].contains($0.string("status")) }
        self.closed = closed.count
        open = alerts.count { $0.string("status") == "open" }
        let returns = closed.compactMap(TraderReputation.percentReturn)
        guard !returns.isEmpty else { return }
        hitRate = Rate(hits: returns.count { $0 > 0 }, count: returns.count)
        averageReturn = Average(percent: returns.reduce(0, +) / Decimal(returns.count), count: returns.count)
    }

    /// The return of a closed alert in %; nil where the record does not say.
    private static func percentReturn(_ alert: DataRecord) -> Decimal? {
        if let percent = alert.decimal("pnl_percent") { return percent }
        guard let entry = alert.decimal("entry_price"), let exit = alert.decimal("exit_price"), entry > 0 else {
            return nil
        }
        switch alert.string("action") {
        case "BTO": return 100 * (exit - entry) / entry
        case "STO": return 100 * (entry - exit) / entry
        default: return nil
        }
    }
}
