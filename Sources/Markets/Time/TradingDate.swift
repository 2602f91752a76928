public import Foundation

/// A calendar date on the New York exchanges' calendar, without a time of day.
///
/// Proleptic Gregorian. Days are counted from 1970-01-01, so that differences between dates are exact
/// calendar days (the "DTE" of an option is `today.days(until: expiration)`).
public struct TradingDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01; negative before.
    public let daysSinceEpoch: Int

    /// 0001-01-01, which stands for a day before the history that nobody knows: the date of an opening balance
    /// entered without one.
    public static let beforeHistory = TradingDate(daysSinceEpoch: -719_162)

    /// The date `daysSinceEpoch` days after 1970-01-01.
    public init(daysSinceEpoch: Int) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// A date from its civil parts, or nil where no such day exists (2026-02-29) or the year is outside 1...9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= TradingDate.length(ofMonth: month, year: year)
        else { return nil }
        // Days from civil: the year is taken to start in March so that the leap day comes last.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
    }

    /// A date written `YYYY-MM-DD`; nil for anything else.
    public init?(_ iso: some StringProtocol) {
        let bytes = Array(iso.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = TradingDate.number(bytes[0..<4]), let month = TradingDate.number(bytes[5..<7]),
            let day = TradingDate.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The date in New York at an instant.
    public init(newYorkDateOf instant: Date) {
        let local = instant.timeIntervalSince1970 + NewYorkTime.secondsFromUTC(at: instant)
        self.daysSinceEpoch = Int((local / 86_400).rounded(.down))
    }

    /// Year, month and day of the month.
    public var civil: (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Day of the week, 1 for Monday to 7 for Sunday.
    public var weekday: Int {
        ((daysSinceEpoch + 3) % 7 + 7) % 7 + 1
    }

    /// Calendar days from this date to `other`; negative when `other` is earlier.
    public func days(until other: TradingDate) -> Int {
        other.daysSinceEpoch - daysSinceEpoch
    }

    /// The date `days` calendar days later.
    public func adding(days: Int) -> TradingDate {
        TradingDate(daysSinceEpoch: daysSinceEpoch + days)
    }

    /// The instant at which New York's clocks show `hour:minute` on this date.
    public func newYorkInstant(hour: Int, minute: Int = 0) -> Date {
        let asUTC = Double(daysSinceEpoch) * 86_400 + Double(hour) * 3_600 + Double(minute) * 60
        // Standard time first; the offset at that instant then decides. The hour that does not exist in spring
        // and the hour that comes twice in autumn are both at 2 a.m., far from any trading time.
        let guess = Date(timeIntervalSince1970: asUTC + 5 * 3_600)
        return Date(timeIntervalSince1970: asUTC - NewYorkTime.secondsFromUTC(at: guess))
    }

    /// Earlier dates come first.
    public static func < (left: TradingDate, right: TradingDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}

extension TradingDate: CustomStringConvertible, LosslessStringConvertible {
    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = civil
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// The same as `init(_:)` for a `String`.
    public init?(_ description: String) {
        self.init(description[...])
    }
}

extension TradingDate: Codable {
    /// Reads `YYYY-MM-DD`.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let date = TradingDate(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a date (YYYY-MM-DD)")
            )
        }
        self = date
    }

    /// Writes `YYYY-MM-DD`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
