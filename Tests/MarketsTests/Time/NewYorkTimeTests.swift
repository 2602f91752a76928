import Foundation
import Markets
import Testing

struct NewYorkTimeTests {
    /// The first second (UTC) of the new offset, from the time-zone database.
    @Test(arguments: [
        (891_759_600, -14_400), (909_295_200, -18_000),
        (1_143_961_200, -14_400), (1_162_101_600, -18_000),
        (1_173_596_400, -14_400), (1_194_156_000, -18_000),
        (1_772_953_200, -14_400), (1_793_512_800, -18_000),
    ])
    func clocksChangeToTheSecond(_ change: Int, _ offset: Double) {
        let before: Double = offset == -14_400 ? -18_000 : -14_400
        #expect(NewYorkTime.secondsFromUTC(at: Date(timeIntervalSince1970: Double(change))) == offset)
        #expect(NewYorkTime.secondsFromUTC(at: Date(timeIntervalSince1970: Double(change) - 1)) == before)
    }

    /// Local date and time to seconds since 1970, from the time-zone database.
    @Test(arguments: [
        ("2026-03-07", 16, 0, 1_772_917_200), ("2026-03-08", 16, 0, 1_773_000_000),
        ("2026-03-09", 9, 30, 1_773_063_000),
        ("2026-10-31", 16, 0, 1_793_476_800), ("2026-11-01", 0, 30, 1_793_507_400),
        ("2026-11-01", 16, 0, 1_793_566_800),
        ("2026-11-02", 9, 30, 1_793_629_800), ("2014-06-06", 16, 0, 1_402_084_800), ("1998-04-05", 12, 0, 891_792_000),
        ("2006-04-01", 16, 0, 1_143_925_200), ("2006-04-03", 16, 0, 1_144_094_400),
        ("2006-10-30", 16, 0, 1_162_242_000),
        ("2007-03-12", 16, 0, 1_173_729_600), ("2007-11-02", 16, 0, 1_194_033_600),
        ("2007-11-05", 16, 0, 1_194_296_400),
    ])
    func tradingHoursAreTheRightInstants(_ text: String, _ hour: Int, _ minute: Int, _ seconds: Int) throws {
        let date = try #require(TradingDate(text))
        let instant = date.newYorkInstant(hour: hour, minute: minute)
        #expect(instant.timeIntervalSince1970 == Double(seconds))
        #expect(TradingDate(newYorkDateOf: instant) == date)
    }

    @Test(arguments: [
        // 2026-11-18 15:45 in New York, and the two sides of its midnight.
        (1_795_034_700, "2026-11-18 15:45 ET"), (1_795_064_399, "2026-11-18 23:59 ET"),
        (1_795_064_400, "2026-11-19 00:00 ET"),
    ])
    func isWrittenOut(_ seconds: Int, _ text: String) {
        let instant = Date(timeIntervalSince1970: Double(seconds))
        #expect(NewYorkTime.description(of: instant) == text)
        #expect(TradingDate(newYorkDateOf: instant).description == String(text.prefix(10)))
    }
}
