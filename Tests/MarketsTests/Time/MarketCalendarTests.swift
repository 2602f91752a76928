import Foundation
import Markets
import Testing

@Suite("Market calendar")
struct MarketCalendarTests {
    /// The days of a table of years: `2026 01-01 01-19 …`.
    private static func days(_ table: String) throws -> Set<TradingDate> {
        var days: Set<TradingDate> = []
        for line in table.split(separator: "\n") {
            let words = line.split(separator: " ")
            for word in words.dropFirst() { days.insert(try #require(TradingDate("\(words[0])-\(word)"))) }
        }
        return days
    }

    /// Every weekday from 1998 to 2030.
    private static func weekdays() throws -> [TradingDate] {
        let first = try #require(TradingDate(year: 1998, month: 1, day: 1))
        let last = try #require(TradingDate(year: 2030, month: 12, day: 31))
        return (0...first.days(until: last)).map { first.adding(days: $0) }.filter { $0.weekday <= 5 }
    }

    @Test("Closed days of 1998 to 2030 are those of the exchange's calendar")
    func holidays() throws {
        let expected = try Self.days(Self.closedDays)
        #expect(expected.count == 311)
        #expect(Set(try Self.weekdays().filter { !MarketCalendar.isSession($0) }) == expected)
    }

    @Test("Early closes of 1998 to 2030 are those of the exchange's calendar")
    func earlyCloses() throws {
        let expected = try Self.days(Self.earlyCloses)
        #expect(expected.count == 73)
        #expect(Set(try Self.weekdays().filter(MarketCalendar.closesEarly)) == expected)
    }

    @Test(
        "Sessions are counted without holidays",
        arguments: [
            // Thanksgiving 2026 lies within; Friday, Saturday to Tuesday.
            ("2026-11-24", "2026-12-01", 4), ("2026-11-25", "2026-11-26", 0), ("2026-11-26", "2026-11-29", 1),
            // All of 2026: 261 weekdays, 10 of them holidays.
            ("2025-12-31", "2026-12-31", 251), ("2026-12-01", "2026-11-24", 0),
        ]
    )
    func sessionCount(start: String, end: String, expected: Int) throws {
        let (first, last) = (try #require(TradingDate(start)), try #require(TradingDate(end)))
        #expect(TradingSession.count(after: first, through: last) == expected)
    }

    @Test(
        "The exchanges are closed on a holiday and after an early close",
        arguments: [
            ("2026-11-26", 12, false), ("2026-11-27", 12, true), ("2026-11-27", 14, false), ("2026-11-25", 15, true),
            ("2026-11-28", 12, false),
        ]
    )
    func open(day: String, hour: Int, expected: Bool) throws {
        #expect(TradingSession.isOpen(at: try #require(TradingDate(day)).newYorkInstant(hour: hour)) == expected)
    }

    @Test(
        "An option ends with the last session on or before its date",
        arguments: [
            ("AAPL261127C00200000", "2026-11-27", 13, 0), ("AAPL261120C00200000", "2026-11-20", 16, 0),
            // Good Friday, and a Saturday of the time before 2015.
            ("SPY190419C00290000", "2019-04-18", 16, 0), ("AAPL140621C00090000", "2014-06-20", 16, 0),
            ("SPX261120P06000000", "2026-11-20", 9, 30),
        ]
    )
    func settlement(symbol: String, day: String, hour: Int, minute: Int) throws {
        let contract = try #require(OptionContract(symbol: symbol))
        #expect(contract.settlement == (try #require(TradingDate(day)).newYorkInstant(hour: hour, minute: minute)))
    }

    // From exchange_calendars 4.13.2 (Apache License 2.0), the calendar XNYS.
    private static let closedDays = """
        1998 01-01 01-19 02-16 04-10 05-25 07-03 09-07 11-26 12-25
        1999 01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24
        2000 01-17 02-21 04-21 05-29 07-04 09-04 11-23 12-25
        2001 01-01 01-15 02-19 04-13 05-28 07-04 09-03 09-11 09-12 09-13 09-14 11-22 12-25
        2002 01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25
        2003 01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25
        2004 01-01 01-19 02-16 04-09 05-31 06-11 07-05 09-06 11-25 12-24
        2005 01-17 02-21 03-25 05-30 07-04 09-05 11-24 12-26
        2006 01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25
        2007 01-01 01-02 01-15 02-19 04-06 05-28 07-04 09-03 11-22 12-25
        2008 01-01 01-21 02-18 03-21 05-26 07-04 09-01 11-27 12-25
        2009 01-01 01-19 02-16 04-10 05-25 07-03 09-07 11-26 12-25
        2010 01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24
        2011 01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26
        2012 01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25
        2013 01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25
        2014 01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25
        2015 01-01 01-19 02-16 04-03 05-25 07-03 09-07 11-26 12-25
        2016 01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26
        2017 01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25
        2018 01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25
        2019 01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25
        2020 01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25
        2021 01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24
        2022 01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26
        2023 01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25
        2024 01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25
        2025 01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25
        2026 01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25
        2027 01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24
        2028 01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25
        2029 01-01 01-15 02-19 03-30 05-28 06-19 07-04 09-03 11-22 12-25
        2030 01-01 01-21 02-18 04-19 05-27 06-19 07-04 09-02 11-28 12-25
        """

    private static let earlyCloses = """
        1998 11-27 12-24
        1999 11-26 12-31
        2000 07-03 11-24
        2001 07-03 11-23 12-24
        2002 07-05 11-29 12-24
        2003 07-03 11-28 12-24 12-26
        2004 11-26
        2005 11-25
        2006 07-03 11-24
        2007 07-03 11-23 12-24
        2008 07-03 11-28 12-24
        2009 11-27 12-24
        2010 11-26
        2011 11-25
        2012 07-03 11-23 12-24
        2013 07-03 11-29 12-24
        2014 07-03 11-28 12-24
        2015 11-27 12-24
        2016 11-25
        2017 07-03 11-24
        2018 07-03 11-23 12-24
        2019 07-03 11-29 12-24
        2020 11-27 12-24
        2021 11-26
        2022 11-25
        2023 07-03 11-24
        2024 07-03 11-29 12-24
        2025 07-03 11-28 12-24
        2026 11-27 12-24
        2027 11-26
        2028 07-03 11-24
        2029 07-03 11-23 12-24
        2030 07-03 11-29 12-24
        """
}
