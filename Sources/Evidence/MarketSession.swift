public import Foundation
import Markets

/// The part of a trading day in New York that a moment lies in.
public enum MarketSession: String, Hashable, Sendable, Codable, CaseIterable {
    /// 04:00 to 09:30 on days of trading.
    case premarket = "pre-market"
    /// 09:30 to the close, the close included.
    case regular
    /// From the close to 20:00, or to 17:00 after an early close.
    case afterHours = "after-hours"
    /// Nights, weekends and holidays.
    case closed

    /// The session of a moment.
    public init(_ moment: Date) {
        let day = TradingDate(newYorkDateOf: moment)
        let closesEarly = MarketCalendar.closesEarly(day)
        let close = day.newYorkInstant(hour: closesEarly ? 13 : 16)
        guard MarketCalendar.isSession(day), moment >= day.newYorkInstant(hour: 4),
            moment < day.newYorkInstant(hour: closesEarly ? 17 : 20)
        else {
            self = .closed
            return
        }
        if moment < day.newYorkInstant(hour: 9, minute: 30) {
            self = .premarket
        } else {
            self = moment <= close ? .regular : .afterHours
        }
    }
}
