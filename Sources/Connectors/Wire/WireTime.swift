import Foundation

/// Times as services write them.
enum WireTime {
    /// ISO 8601: `2026-11-22T18:00Z`, `2026-11-22T18:00:00.123456789-05:00`. Without a zone it is UTC.
    static func instant(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 16, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            (1...12).contains(month), (1...31).contains(day), hour < 25, minute < 60
        else { return nil }
        var position = 16
        var second = 0.0
        if position < bytes.count, bytes[position] == UInt8(ascii: ":") {
            guard bytes.count >= position + 3, let whole = number(bytes[(position + 1)..<(position + 3)]) else {
                return nil
            }
            second = Double(whole)
            position += 3
            if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
                var scale = 0.1
                position += 1
                while position < bytes.count, let digit = number(bytes[position...position]) {
                    second += Double(digit) * scale
                    scale /= 10
                    position += 1
                }
            }
        }
        guard let offset = offset(bytes[position...]) else { return nil }
        let days = daysSinceEpoch(year: year, month: month, day: day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + hour * 3_600 + minute * 60 - offset) + second)
    }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size.
    static func instant(sinceEpoch number: Double) -> Date? {
        guard number > 0 else { return nil }
        var seconds = number
        while seconds > 1e11 { seconds /= 1_000 }
        return Date(timeIntervalSince1970: seconds)
    }

    /// A date in a header (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func instant(httpDate text: String) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: parts[2]),
            let day = number(Array(parts[1].utf8)), parts[3].utf8.count == 4
        else { return nil }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return instant("\(parts[3])-\(two(month + 1))-\(two(day))T\(parts[4])Z")
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Seconds east of UTC: `Z`, `+01:00`, `-0500`, or nothing.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first else { return 0 }
        if first == UInt8(ascii: "Z") || first == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
        guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else { return nil }
        let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 4 || digits.count == 2, let hours = number(digits[0..<2]) else { return nil }
        let minutes = digits.count == 4 ? number(digits[2..<4]) : 0
        guard let minutes else { return nil }
        return (first == UInt8(ascii: "-") ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }

    private static func number(_ bytes: some Collection<UInt8>) -> Int? {
        var value = 0
        for byte in bytes {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return bytes.isEmpty ? nil : value
    }

    /// Days from 1970-01-01 in the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
    private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
