import Foundation
import Markets

/// The ways in which exports write dates and times.
enum ImportDates {
    /// A date written `YYYY-MM-DD` or `M/D/YYYY` (also `MM/DD/YY`, years 2000 to 2099); nil for anything else and for
    /// days that do not exist.
    static func date(_ text: ArraySlice<UInt8>) -> TradingDate? {
        var scanner = DigitScanner(text)
        guard let first = scanner.number(digits: 1...4), let separator = scanner.separator(),
            let second = scanner.number(digits: 1...2), scanner.separator() == separator,
            let third = scanner.number(digits: 1...4), scanner.isAtEnd
        else { return nil }
        switch (separator, text.count) {
        case (UInt8(ascii: "-"), 10) where first.digits == 4:
            return TradingDate(year: first.value, month: second.value, day: third.value)
        case (UInt8(ascii: "/"), _) where first.digits <= 2 && third.digits == 4:
            return TradingDate(year: third.value, month: first.value, day: second.value)
        case (UInt8(ascii: "/"), _) where first.digits <= 2 && third.digits == 2:
            return TradingDate(year: 2000 + third.value, month: first.value, day: second.value)
        default:
            return nil
        }
    }

    /// The number of a month from its first three letters, in any case; nil for anything else.
    static func month(named name: String) -> Int? {
        let names = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        return names.firstIndex(of: name.uppercased()).map { $0 + 1 }
    }

    /// An instant written `2026-11-20T10:01:02-0500`; seconds and their fraction may be missing, the offset from UTC
    /// may be `-05:00` or `Z`, but must be there. Nil for anything else.
    static func instant(_ text: ArraySlice<UInt8>) -> Date? {
        guard text.count >= 17, let date = date(text.prefix(10)) else { return nil }
        var scanner = DigitScanner(text.dropFirst(10))
        guard scanner.skip(UInt8(ascii: "T")) || scanner.skip(UInt8(ascii: " ")),
            let hour = scanner.number(digits: 2...2), hour.value <= 23, scanner.skip(UInt8(ascii: ":")),
            let minute = scanner.number(digits: 2...2), minute.value <= 59
        else { return nil }
        var seconds = 0.0
        if scanner.skip(UInt8(ascii: ":")) {
            guard let second = scanner.number(digits: 2...2), second.value <= 60 else { return nil }
            seconds = Double(second.value)
            if scanner.skip(UInt8(ascii: ".")) {
                guard let fraction = scanner.number(digits: 1...9) else { return nil }
                seconds += Double(fraction.value) / pow(10, Double(fraction.digits))
            }
        }
        guard let offset = offset(&scanner), scanner.isAtEnd else { return nil }
        let minutes = hour.value * 60 + minute.value - offset
        return Date(timeIntervalSince1970: Double(date.daysSinceEpoch * 86_400 + minutes * 60) + seconds)
    }

    /// Minutes east of UTC.
    private static func offset(_ scanner: inout DigitScanner) -> Int? {
        if scanner.skip(UInt8(ascii: "Z")) { return 0 }
        let isWest = scanner.skip(UInt8(ascii: "-"))
        guard isWest || scanner.skip(UInt8(ascii: "+")), let hours = scanner.number(digits: 2...2), hours.value <= 14
        else { return nil }
        _ = scanner.skip(UInt8(ascii: ":"))
        guard let minutes = scanner.number(digits: 2...2), minutes.value <= 59 else { return nil }
        return (hours.value * 60 + minutes.value) * (isWest ? -1 : 1)
    }
}

/// Reads numbers and single characters off the front of bytes.
private struct DigitScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(digits allowed: ClosedRange<Int>) -> (value: Int, digits: Int)? {
        var value = 0
        var count = 0
        while let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < allowed.upperBound
        {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            count += 1
            rest = rest.dropFirst()
        }
        return count >= allowed.lowerBound ? (value, count) : nil
    }

    mutating func separator() -> UInt8? {
        guard let byte = rest.first, byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-") else { return nil }
        rest = rest.dropFirst()
        return byte
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }
}
