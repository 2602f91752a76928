import Foundation

/// Price zones from which a market left fast after a short rest: demand below, supply above. Fed bar by bar, so that
/// nothing can look ahead: a zone exists from the bar that confirmed it.
///
/// The rest (base) is 1 to 6 bars with small bodies (at most half an ATR) and small ranges (at most one ATR). The way
/// out closes beyond it by at least 1.5 ATR within three bars, with a body of at least 0.6 of its range. ATR is
/// Wilder's over 14 bars.
public struct SupplyDemandZones: Sendable {
    /// One zone.
    public struct Zone: Sendable, Hashable {
        /// Which side is expected to act there.
        public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
            /// Buyers: the market left upwards.
            case demand
            /// Sellers: the market left downwards.
            case supply
        }

        /// How the market came and left.
        public enum Pattern: String, Sendable, Hashable, Codable, CaseIterable {
            case dropBaseRally = "drop-base-rally"
            case rallyBaseRally = "rally-base-rally"
            case rallyBaseDrop = "rally-base-drop"
            case dropBaseDrop = "drop-base-drop"
        }

        /// Demand or supply.
        public let kind: Kind
        /// How the market came and left; of the latest base where zones were merged.
        public let pattern: Pattern
        /// Dollars per share.
        public internal(set) var low, high: Double
        /// First and last day of the base.
        public internal(set) var baseStart, baseEnd: TradingDate
        /// The day whose close confirmed it.
        public let confirmed: TradingDate
        /// How far the close that confirmed it was beyond the base, in ATR.
        public internal(set) var legOut: Double
        /// Average volume of the way out over the 20-day average before; nil where a volume is missing.
        public internal(set) var volumeRatio: Double?
        /// How often later bars came back into it.
        public internal(set) var tests = 0
        /// The day a close went through it; nil while it holds.
        public internal(set) var broken: TradingDate?
        /// How many earlier zones it took in.
        public internal(set) var merged = 0

        /// Whether no later bar has traded in it.
        public var isFresh: Bool { tests == 0 && broken == nil }
        /// 0 to 100: 40 for the way out (full at 4 ATR), 30 halved by each test, 30 for its volume (full at twice the
        /// average); without volumes the first two are scaled up to 100.
        public var strength: Double {
            let known = 40 * min(legOut, 4) / 4 + 30 * pow(0.5, Double(tests))
            guard let volumeRatio else { return known / 0.7 }
            return known + 30 * min(volumeRatio, 2) / 2
        }

        /// The line nearest to the market when it left.
        var proximal: Double { kind == .demand ? high : low }
        var isInside = false
    }

    /// The zones so far, in the order they were confirmed; broken ones stay, marked.
    public var zones: [Zone] { count < Self.leastBars ? [] : found }
    /// Zones no close has gone through.
    public var holding: [Zone] { zones.filter { $0.broken == nil } }

    private static let leastBars = 30
    private static let longestBase = 6
    private static let longestLeg = 3

    private struct Bar {
        let date: TradingDate
        let open, high, low, close: Double
        let volume: Double?
        let range: Double?

        var body: Double { abs(close - open) }
        var isBase: Bool {
            guard let range else { return false }
            return body <= 0.5 * range && high - low <= range
        }
    }

    private var found: [Zone] = []
    private var count = 0
    private var range = AverageTrueRange()
    /// The latest bars: enough for the longest leg and base, the way in and 20 volumes.
    private var recent: [Bar] = []

    /// No bars yet.
    public init() {}

    /// The zones of a history, oldest bar first. Prices are taken as they are: give `onLatestScale` bars where splits
    /// lie in between.
    public init(_ bars: [DailyBar]) {
        for bar in bars { add(bar) }
    }

    /// Takes the next day. Bars without a range, without usable prices or out of order are skipped.
    public mutating func add(_ bar: DailyBar) {
        let (open, high, low, close) = (bar.open.double, bar.high.double, bar.low.double, bar.close.double)
        guard low > 0, high > low, high.isFinite, (low...high).contains(close), (low...high).contains(open),
            recent.last.map({ $0.date < bar.date }) ?? true
        else { return }
        count += 1
        range.add(high: high, low: low, close: close)
        let entry = Bar(
            date: bar.date,
            open: open,
            high: high,
            low: low,
            close: close,
            volume: bar.volume.map(Double.init),
            range: range.value
        )
        recent.append(entry)
        if recent.count > 40 { recent.removeFirst(recent.count - 40) }
        visit(entry)
        if let zone = confirmedZone() { merge(zone) }
    }

    /// What the latest bar does to the zones there are.
    private mutating func visit(_ bar: Bar) {
        for index in found.indices where found[index].broken == nil {
            let zone = found[index]
            let isInside = zone.kind == .demand ? bar.low <= zone.high : bar.high >= zone.low
            if isInside, !zone.isInside { found[index].tests += 1 }
            found[index].isInside = isInside
            let margin = 0.1 * (bar.range ?? 0)
            let isThrough = zone.kind == .demand ? bar.close < zone.low - margin : bar.close > zone.high + margin
            if isThrough { found[index].broken = bar.date }
        }
    }

    /// The zone that the latest bar confirms.
    private func confirmedZone() -> Zone? {
        for length in 1...Self.longestLeg {
            let end = recent.count - 1 - length
            guard end >= 0, recent[end].isBase, let range = recent[end].range else { continue }
            // The leg must not have been confirmed by an earlier bar, nor begin with another bar of the base.
            guard !recent[end + 1].isBase else { continue }
            var start = end
            while start > 0, recent[start - 1].isBase { start -= 1 }
            guard end - start + 1 <= Self.longestBase else { continue }
            let base = recent[start...end]
            let top = base.map(\.high).max() ?? 0
            let bottom = base.map(\.low).min() ?? 0
            let leg = Array(recent[(end + 1)...])
            let confirming = leg.indices.first { index in
                Self.direction(Array(leg[...index]), top: top, bottom: bottom, range: range) != nil
            }
            guard confirming == leg.count - 1,
                let kind = Self.direction(leg, top: top, bottom: bottom, range: range),
                let last = leg.last
            else { continue }
            let bodies = base.flatMap { [$0.open, $0.close] }
            return Zone(
                kind: kind,
                pattern: pattern(kind, baseStart: start),
                low: kind == .demand ? bottom : bodies.min() ?? bottom,
                high: kind == .demand ? bodies.max() ?? top : top,
                baseStart: base[start].date,
                baseEnd: base[end].date,
                confirmed: last.date,
                legOut: (kind == .demand ? last.close - top : bottom - last.close) / range,
                volumeRatio: volumeRatio(leg, baseEnd: end)
            )
        }
        return nil
    }

    /// Demand or supply where the leg closes far enough beyond the base with a large enough body.
    private static func direction(_ leg: [Bar], top: Double, bottom: Double, range: Double) -> Zone.Kind? {
        guard let first = leg.first, let last = leg.last else { return nil }
        let high = leg.map(\.high).max() ?? 0
        let low = leg.map(\.low).min() ?? 0
        let body = last.close - first.open
        guard high > low, abs(body) >= 0.6 * (high - low) else { return nil }
        if body > 0, last.close >= top + 1.5 * range { return .demand }
        if body < 0, last.close <= bottom - 1.5 * range { return .supply }
        return nil
    }

    /// The way in is judged from the close before the base against the one three bars earlier.
    private func pattern(_ kind: Zone.Kind, baseStart: Int) -> Zone.Pattern {
        let before = max(baseStart - 1, 0)
        let rose = recent[before].close >= recent[max(before - 3, 0)].close
        switch kind {
        case .demand: return rose ? .rallyBaseRally : .dropBaseRally
        case .supply: return rose ? .rallyBaseDrop : .dropBaseDrop
        }
    }

    private func volumeRatio(_ leg: [Bar], baseEnd: Int) -> Double? {
        let before = recent[max(baseEnd - 19, 0)...baseEnd].compactMap(\.volume)
        let during = leg.compactMap(\.volume)
        guard before.count == 20, during.count == leg.count else { return nil }
        let average = before.reduce(0, +) / 20
        return average > 0 ? during.reduce(0, +) / Double(leg.count) / average : nil
    }

    /// Adds a zone, taking in those of its kind that still hold and overlap it by more than half of the smaller one.
    private mutating func merge(_ zone: Zone) {
        var zone = zone
        found.removeAll { older in
            guard older.kind == zone.kind, older.broken == nil else { return false }
            let overlap = min(older.high, zone.high) - max(older.low, zone.low)
            let smaller = min(older.high - older.low, zone.high - zone.low)
            guard smaller > 0, overlap > 0.5 * smaller else { return false }
            zone.low = min(zone.low, older.low)
            zone.high = max(zone.high, older.high)
            zone.baseStart = min(zone.baseStart, older.baseStart)
            zone.legOut = max(zone.legOut, older.legOut)
            zone.volumeRatio = [zone.volumeRatio, older.volumeRatio].compactMap { $0 }.max()
            zone.tests += older.tests
            zone.merged += older.merged + 1
            return true
        }
        found.append(zone)
    }
}
