import Foundation
import Markets
import Testing

struct TradingDateTests {
    /// From another implementation of the calendar: year, month, day, days since 1970-01-01, ISO weekday.
    static let calendar: [(year: Int, month: Int, day: Int, days: Int, weekday: Int)] = [
        (1, 1, 1, -719162, 1),
        (1582, 10, 15, -141427, 5),
        (1900, 2, 28, -25509, 3),
        (1900, 3, 1, -25508, 4),
        (1969, 12, 31, -1, 3),
        (1970, 1, 1, 0, 4),
        (1999, 12, 31, 10956, 5),
        (2000, 2, 29, 11016, 2),
        (2000, 3, 1, 11017, 3),
        (2014, 6, 6, 16227, 5),
        (2015, 12, 24, 16793, 4),
        (2024, 2, 29, 19782, 4),
        (2026, 2, 28, 20512, 6),
        (2026, 3, 1, 20513, 7),
        (2026, 11, 18, 20775, 3),
        (2026, 11, 20, 20777, 5),
        (2027, 1, 15, 20833, 5),
        (2100, 2, 28, 47540, 7),
        (2100, 3, 1, 47541, 1),
        (9999, 12, 31, 2_932_896, 5),
    ]

    @Test(arguments: calendar)
    func agreesWithAnotherCalendar(_ row: (year: Int, month: Int, day: Int, days: Int, weekday: Int)) throws {
        let date = try #require(TradingDate(year: row.year, month: row.month, day: row.day))
        #expect(date.daysSinceEpoch == row.days)
        #expect(date.weekday == row.weekday)
        #expect(TradingDate(daysSinceEpoch: row.days).civil == (row.year, row.month, row.day))
        #expect(TradingDate(date.description) == date)
    }

    @Test(arguments: [
        (2026, 2, 29), (2026, 2, 30), (2100, 2, 29), (1900, 2, 29), (2026, 4, 31), (2026, 13, 1), (2026, 0, 1),
        (2026, 1, 0),
        (2026, 1, 32), (0, 1, 1), (10_000, 1, 1), (2026, -1, 1),
    ])
    func refusesDaysThatDoNotExist(_ year: Int, _ month: Int, _ day: Int) {
        #expect(TradingDate(year: year, month: month, day: day) == nil)
    }

    @Test(arguments: [
        "", "2026-1-2", "2026-02-30", "2026/02/03", "26-02-03", " 2026-02-03", "2026-02-03T00:00", "2026-02-0x",
        "２026-02-03",
    ])
    func refusesOtherWriting(_ text: String) {
        #expect(TradingDate(text) == nil)
    }

    @Test func everyDayOfFourCenturiesFollowsTheDayBefore() throws {
        let first = try #require(TradingDate("1800-01-01"))
        var previous = first.civil
        var weekday = first.weekday
        for offset in 1...146_097 {
            let date = first.adding(days: offset)
            let (year, month, day) = date.civil
            #expect(date.weekday == weekday % 7 + 1)
            let followsInMonth = year == previous.year && month == previous.month && day == previous.day + 1
            let beginsMonth = day == 1 && previous.day >= 28 && month == previous.month % 12 + 1
            guard followsInMonth || beginsMonth, TradingDate(year: year, month: month, day: day) == date else {
                Issue.record("\(date) does not follow \(previous)")
                return
            }
            previous = (year, month, day)
            weekday = date.weekday
        }
        // Four centuries repeat: the same day of the year and of the week.
        #expect(previous == (2200, 1, 1))
        #expect(weekday == first.weekday)
    }

    @Test func countsCalendarDays() throws {
        let today = try #require(TradingDate("2026-11-18"))
        let expiration = try #require(TradingDate("2027-01-15"))
        #expect(today.days(until: expiration) == 58)
        #expect(expiration.days(until: today) == -58)
        #expect(today.adding(days: 58) == expiration)
        #expect(today < expiration)
    }

    @Test func isCodedAsText() throws {
        let date = try #require(TradingDate("2026-11-18"))
        let data = try JSONEncoder().encode([date])
        #expect(String(decoding: data, as: UTF8.self) == "[\"2026-11-18\"]")
        #expect(try JSONDecoder().decode([TradingDate].self, from: data) == [date])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([TradingDate].self, from: Data("[\"2026-02-30\"]".utf8))
        }
    }
}
