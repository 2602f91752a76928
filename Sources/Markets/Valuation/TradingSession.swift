public import Foundation

/// The regular session of the New York exchanges: 09:30 to 16:00, or to 13:00 on a day of early close, on all weekdays
/// but holidays (`MarketCalendar`).
public struct TradingSession: Hashable, Sendable {
    /// The day of the session.
    public let date: TradingDate

    /// The latest session that had ended at `instant`.
    public init(completedBy instant: Date) {
        var date = TradingDate(newYorkDateOf: instant)
        if instant < TradingSession(date: date).close { date = date.adding(days: -1) }
        self.date = MarketCalendar.session(onOrBefore: date)
    }

    init(date: TradingDate) {
        self.date = date
    }

    /// 09:30 in New York.
    public var open: Date { date.newYorkInstant(hour: 9, minute: 30) }
    /// 16:00 in New York, 13:00 on a day of early close.
    public var close: Date { date.newYorkInstant(hour: MarketCalendar.closesEarly(date) ? 13 : 16) }

    /// Whether the exchanges trade at `instant`.
    public static func isOpen(at instant: Date) -> Bool {
        let session = TradingSession(date: TradingDate(newYorkDateOf: instant))
        return MarketCalendar.isSession(session.date) && instant >= session.open && instant < session.close
    }

    /// Sessions that begin after `start` and no later than `end`; 0 when `end` is not later.
    public static func count(after start: TradingDate, through end: TradingDate) -> Int {
        let days = start.days(until: end)
        guard days > 0 else { return 0 }
        let weeks = days / 7
        let rest = (0..<days % 7).count { start.adding(days: weeks * 7 + $0 + 1).weekday <= 5 }
        return weeks * 5 + rest - MarketCalendar.holidayCount(after: start, through: end)
    }
}
