import Foundation

/// Daily prices as numbers, oldest first, on the scale of the latest day: earlier prices are multiplied by what splits
/// and dividends took off since, where every bar says so.
struct AdjustedBars {
    let dates: [TradingDate]
    let open, high, low, close: [Double]
    /// Shares traded, unadjusted; nil where the source gives none.
    let volume: [Double?]

    /// Bars in any order; those without usable prices are left out, and of equal dates the last counts.
    init(_ bars: [DailyBar], isAdjusted: Bool = true) {
        var byDate: [TradingDate: DailyBar] = [:]
        var isOrdered = true
        for (index, bar) in bars.enumerated() {
            if index > 0, bar.date <= bars[index - 1].date { isOrdered = false }
        }
        var ordered = bars
        if !isOrdered {
            for bar in bars { byDate[bar.date] = bar }
            ordered = byDate.values.sorted { $0.date < $1.date }
        }
        let usable = ordered.filter { bar in
            [bar.open, bar.high, bar.low, bar.close].allSatisfy { $0 > 0 } && bar.low <= bar.high
        }
        let canAdjust = isAdjusted && usable.allSatisfy { ($0.adjustedClose ?? 0) > 0 }
        let factors = usable.map { bar -> Double in
            guard canAdjust, let adjusted = bar.adjustedClose else { return 1 }
            return adjusted.double / bar.close.double
        }
        let latest = factors.last ?? 1
        dates = usable.map(\.date)
        open = zip(usable, factors).map { $0.open.double * $1 / latest }
        high = zip(usable, factors).map { $0.high.double * $1 / latest }
        low = zip(usable, factors).map { $0.low.double * $1 / latest }
        close = zip(usable, factors).map { $0.close.double * $1 / latest }
        volume = usable.map { $0.volume.map(Double.init) }
    }

    var count: Int { dates.count }
}

extension [DailyBar] {
    /// The bars on the scale of the latest one: earlier open, high, low and close times what splits and dividends took
    /// off since. The bars themselves where one lacks its adjusted close. Volumes stay as they are.
    public var onLatestScale: [DailyBar] {
        guard let last, let lastAdjusted = last.adjustedClose, last.close > 0, lastAdjusted > 0,
            allSatisfy({ ($0.adjustedClose ?? 0) > 0 && $0.close > 0 })
        else { return self }
        return map { bar in
            guard let adjusted = bar.adjustedClose else { return bar }
            let factor = adjusted / bar.close * last.close / lastAdjusted
            var scaled = bar
            scaled.open *= factor
            scaled.high *= factor
            scaled.low *= factor
            scaled.close *= factor
            scaled.adjustedClose = scaled.close
            return scaled
        }
    }
}
