import Foundation

/// Moments as feeds write them.
enum FeedDate {
    /// RFC 822 with two or four digits of the year (`Tue, 24 Nov 2026 13:05:00 EST`), or ISO 8601 (`2026-11-24T18:05:00Z`,
    /// `2026-11-24`); nil for anything else.
    static func instant(_ text: String) -> Date? {
        let text = DisplayText.trimmed(text)
        if let instant = WireTime.instant(text) { return instant }
        // The Dublin Core form of a whole day.
        if text.utf8.count == 10, let instant = WireTime.instant(text + "T00:00:00Z") { return instant }
        return rfc822(text)
    }

    private static func rfc822(_ text: String) -> Date? {
        var parts = text.split { $0 == " " || $0 == "," || $0 == "\t" }
        if let first = parts.first, first.first?.isLetter == true { parts.removeFirst() }
        guard (4...5).contains(parts.count), let day = Int(parts[0]), (1...31).contains(day),
            let month = months.firstIndex(of: parts[1].prefix(3).lowercased()), var year = Int(parts[2])
        else { return nil }
        switch parts[2].utf8.count {
        // RFC 2822, section 4.3.
        case 2: year += year < 50 ? 2_000 : 1_900
        case 4: break
        default: return nil
        }
        let time = parts[3].split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(time.count), time.allSatisfy({ $0.utf8.count == 2 }),
            let offset = parts.count == 5 ? offset(String(parts[4])) : "Z"
        else { return nil }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let seconds = time.count == 3 ? String(time[2]) : "00"
        return WireTime.instant("\(year)-\(two(month + 1))-\(two(day))T\(time[0]):\(time[1]):\(seconds)\(offset)")
    }

    /// The offset from UTC as ISO 8601 writes it.
    private static func offset(_ zone: String) -> String? {
        if zone.first == "+" || zone.first == "-" { return zone }
        return zones[zone.uppercased()]
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// The zones that RFC 822 names.
    private static let zones = [
        "GMT": "Z", "UT": "Z", "UTC": "Z", "Z": "Z", "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500",
        "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
    ]
}
