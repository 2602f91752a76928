/// The days on which the New York exchanges are closed or close early.
///
/// By the rules of the New York Stock Exchange (its rule 7.2 and the closings it announced), which have held since 1998;
/// closings that no rule foresees are known up to November 2026.
public enum MarketCalendar {
    /// Whether the exchanges trade on `date`.
    public static func isSession(_ date: TradingDate) -> Bool {
        date.weekday <= 5 && !isHoliday(date)
    }

    /// Whether the exchanges are closed on `date`, a weekday.
    public static func isHoliday(_ date: TradingDate) -> Bool {
        holidays(of: date.civil.year).contains(date)
    }

    /// Whether the session of `date` ends at 13:00.
    public static func closesEarly(_ date: TradingDate) -> Bool {
        let (year, month, day) = date.civil
        guard isSession(date) else { return false }
        if unforeseenEarlyCloses.contains(DayKey(year, month, day)) { return true }
        switch (month, day) {
        case (7, 3): return date.weekday < 3 || date.weekday == 4 || (date.weekday == 3 && year >= 2013)
        // Until 2012 it was the Friday behind a holiday on a Thursday.
        case (7, 5): return date.weekday == 5 && year <= 2012
        case (12, 24): return date.weekday <= 4
        case (11, _): return date.weekday == 5 && isHoliday(date.adding(days: -1)) && day >= 23
        default: return false
        }
    }

    /// The last session on or before `date`.
    public static func session(onOrBefore date: TradingDate) -> TradingDate {
        var day = date
        while !isSession(day) { day = day.adding(days: -1) }
        return day
    }

    /// The first session on or after `date`.
    public static func session(onOrAfter date: TradingDate) -> TradingDate {
        var day = date
        while !isSession(day) { day = day.adding(days: 1) }
        return day
    }

    /// How many holidays there are after `start` and no later than `end`.
    static func holidayCount(after start: TradingDate, through end: TradingDate) -> Int {
        guard start < end else { return 0 }
        return (start.civil.year...end.civil.year).reduce(0) { count, year in
            count + holidays(of: year).count { start < $0 && $0 <= end }
        }
    }

    // MARK: - Rules

    private struct DayKey: Hashable {
        let year, month, day: Int

        init(_ year: Int, _ month: Int, _ day: Int) {
            (self.year, self.month, self.day) = (year, month, day)
        }
    }

    /// 11 September 2001, two days of mourning a year or more apart, a hurricane.
    private static let unforeseenClosings: [DayKey] = [
        DayKey(2001, 9, 11), DayKey(2001, 9, 12), DayKey(2001, 9, 13), DayKey(2001, 9, 14), DayKey(2004, 6, 11),
        DayKey(2007, 1, 2), DayKey(2012, 10, 29), DayKey(2012, 10, 30), DayKey(2018, 12, 5), DayKey(2025, 1, 9),
    ]

    private static let unforeseenEarlyCloses: Set<DayKey> = [DayKey(1999, 12, 31), DayKey(2003, 12, 26)]

    /// The years whose holidays are kept ready.
    private static let readyYears = 1998...2060
    private static let ready = readyYears.map(holidaysByRule)

    private static func holidays(of year: Int) -> [TradingDate] {
        readyYears.contains(year) ? ready[year - readyYears.lowerBound] : holidaysByRule(year)
    }

    /// The weekdays of a year on which the exchanges are closed, in no order.
    private static func holidaysByRule(_ year: Int) -> [TradingDate] {
        var days = [
            newYear(year),
            weekday(1, rank: 3, of: 1, year),
            weekday(1, rank: 3, of: 2, year),
            easter(year).map { $0.adding(days: -2) },
            lastMonday(ofMay: year),
            observed(7, 4, year),
            weekday(1, rank: 1, of: 9, year),
            weekday(4, rank: 4, of: 11, year),
            observed(12, 25, year),
        ]
        if year >= 2022 { days.append(observed(6, 19, year)) }
        days += unforeseenClosings.filter { $0.year == year }.map {
            TradingDate(year: $0.year, month: $0.month, day: $0.day)
        }
        return days.compactMap(\.self)
    }

    /// On a Sunday the Monday is closed; on a Saturday nothing is, for the year's books close on that Friday.
    private static func newYear(_ year: Int) -> TradingDate? {
        guard let day = TradingDate(year: year, month: 1, day: 1) else { return nil }
        return day.weekday == 6 ? nil : day.weekday == 7 ? day.adding(days: 1) : day
    }

    /// On a Saturday the Friday is closed, on a Sunday the Monday.
    private static func observed(_ month: Int, _ day: Int, _ year: Int) -> TradingDate? {
        guard let date = TradingDate(year: year, month: month, day: day) else { return nil }
        return date.weekday == 6 ? date.adding(days: -1) : date.weekday == 7 ? date.adding(days: 1) : date
    }

    /// The first, second, … of a weekday (1 is Monday) in a month.
    private static func weekday(_ weekday: Int, rank: Int, of month: Int, _ year: Int) -> TradingDate? {
        guard let first = TradingDate(year: year, month: month, day: 1) else { return nil }
        return first.adding(days: (weekday - first.weekday + 7) % 7 + 7 * (rank - 1))
    }

    private static func lastMonday(ofMay year: Int) -> TradingDate? {
        guard let last = TradingDate(year: year, month: 5, day: 31) else { return nil }
        return last.adding(days: 1 - last.weekday)
    }

    /// Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8).
    private static func easter(_ year: Int) -> TradingDate? {
        let (golden, century, rest) = (year % 19, year / 100, year % 100)
        let moon = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30
        let sunday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4) % 7
        let shift = (golden + 11 * moon + 22 * sunday) / 451
        let sum = moon + sunday - 7 * shift + 114
        return TradingDate(year: year, month: sum / 31, day: sum % 31 + 1)
    }
}
