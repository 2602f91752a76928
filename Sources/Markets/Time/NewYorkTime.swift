public import Foundation

/// The clock of the New York exchanges: UTC-5, and UTC-4 while daylight saving time is in force.
///
/// The rules are those of US law since 1987 (15 U.S.C. 260a and its amendments), written out here because a
/// trading date must not depend on the time-zone database of the machine.
public enum NewYorkTime {
    /// Seconds to add to UTC for New York's wall clock at an instant: -18,000 or -14,400.
    public static func secondsFromUTC(at instant: Date) -> Double {
        let seconds = instant.timeIntervalSince1970
        // The year at UTC-5 is right at every changeover, none of which lies near New Year.
        let year = TradingDate(daysSinceEpoch: Int(((seconds - 18_000) / 86_400).rounded(.down))).civil.year
        guard let (start, end) = daylightSaving(year: year) else { return -18_000 }
        // 2 a.m. standard time is 07:00 UTC; 2 a.m. daylight time is 06:00 UTC.
        let startSeconds = Double(start.daysSinceEpoch) * 86_400 + 7 * 3_600
        let endSeconds = Double(end.daysSinceEpoch) * 86_400 + 6 * 3_600
        return seconds >= startSeconds && seconds < endSeconds ? -14_400 : -18_000
    }

    /// `YYYY-MM-DD HH:MM ET`.
    public static func description(of instant: Date) -> String {
        let local = instant.timeIntervalSince1970 + secondsFromUTC(at: instant)
        let days = Int((local / 86_400).rounded(.down))
        let minutes = Int(((local - Double(days) * 86_400) / 60).rounded(.down))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(TradingDate(daysSinceEpoch: days)) \(two(minutes / 60)):\(two(minutes % 60)) ET"
    }

    /// The first and last day of daylight saving time in a year.
    private static func daylightSaving(year: Int) -> (start: TradingDate, end: TradingDate)? {
        func sunday(_ ordinal: Int, month: Int) -> TradingDate? {
            guard let first = TradingDate(year: year, month: month, day: 1) else { return nil }
            return first.adding(days: (7 - first.weekday) % 7 + 7 * (ordinal - 1))
        }
        func lastSunday(month: Int) -> TradingDate? {
            let length = TradingDate.length(ofMonth: month, year: year)
            guard let last = TradingDate(year: year, month: month, day: length) else { return nil }
            return last.adding(days: -(last.weekday % 7))
        }
        let start: TradingDate?
        let end: TradingDate?
        switch year {
        case 2007...:
            (start, end) = (sunday(2, month: 3), sunday(1, month: 11))
        case 1987...2006:
            (start, end) = (sunday(1, month: 4), lastSunday(month: 10))
        default:
            (start, end) = (lastSunday(month: 4), lastSunday(month: 10))
        }
        guard let start, let end else { return nil }
        return (start, end)
    }
}
