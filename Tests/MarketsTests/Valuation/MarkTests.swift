import Foundation
import Markets
import Testing

@Suite("Marks")
struct MarkTests {
    @Test(
        "mid of a narrow market, else the last trade, else the mid of the wide one",
        arguments: [
            (100, 110, nil, 105, Mark.Basis.mid, false), (5, 15, nil, 10, .mid, false),
            (200, 251, nil, 225.5, .mid, false),
            (200, 270, 240, 240, .last, false), (200, 270, nil, 235, .mid, true), (0, 5, nil, 2.5, .mid, true),
            (0, 5, 3, 3, .last, false), (110, 100, 105, 105, .last, false), (nil, nil, 400, 400, .last, false),
        ] as [(Int?, Int?, Int?, Double, Mark.Basis, Bool)]
    )
    func price(bid: Int?, ask: Int?, last: Int?, cents: Double, basis: Mark.Basis, isStale: Bool) throws {
        let quote = ValuationSamples.quote(.shares("X"), bid: bid, ask: ask, last: last)
        let mark = try #require(Mark(quote, now: ValuationSamples.now))
        #expect(mark.price == Decimal(Int(cents * 10)) / 1000)
        #expect(mark.basis == basis)
        #expect((mark.staleness != nil) == isStale)
        #expect(mark.asOf == quote.asOf)
    }

    @Test(
        "no price without a usable quote",
        arguments: [(nil, nil, nil), (110, 100, nil), (nil, 5, 0)] as [(Int?, Int?, Int?)]
    )
    func noPrice(bid: Int?, ask: Int?, last: Int?) {
        let quote = ValuationSamples.quote(.shares("X"), bid: bid, ask: ask, last: last)
        #expect(Mark(quote, now: ValuationSamples.now) == nil)
    }

    @Test("a wide market says so")
    func wide() throws {
        let quote = ValuationSamples.quote(.shares("X"), bid: 200, ask: 270)
        let mark = try #require(Mark(quote, now: ValuationSamples.now))
        #expect(mark.staleness == "wide market: 2 x 2.7")
    }

    /// 2026-10-16 is a Friday; times are New York's.
    @Test(
        "a quote holds for 15 minutes, or from the close until the next open",
        arguments: [
            ("2026-10-14", 11, 0, "2026-10-14", 10, 46, nil),
            ("2026-10-14", 11, 0, "2026-10-14", 10, 30, "quote is 30 minutes old"),
            ("2026-10-14", 11, 0, "2026-10-14", 9, 59, "quote is 1 hour old"),
            ("2026-10-14", 11, 0, "2026-10-13", 16, 0, "quote is 19 hours old"),
            ("2026-10-14", 11, 0, "2026-10-11", 10, 0, "quote is 3 days old"),
            ("2026-10-14", 9, 0, "2026-10-13", 16, 0, nil),
            ("2026-10-14", 9, 0, "2026-10-13", 15, 30, "quote is 17 hours old"),
            ("2026-10-14", 18, 0, "2026-10-14", 15, 59, nil),
            ("2026-10-18", 12, 0, "2026-10-16", 16, 0, nil),
            ("2026-10-18", 12, 0, "2026-10-15", 16, 0, "quote is 2 days old"),
            ("2026-10-19", 9, 31, "2026-10-16", 16, 0, "quote is 2 days old"),
            ("2026-10-14", 11, 0, "2026-10-14", 11, 30, "quote is dated after the moment of valuation"),
        ] as [(String, Int, Int, String, Int, Int, String?)]
    )
    func staleness(
        day: String,
        hour: Int,
        minute: Int,
        quoteDay: String,
        quoteHour: Int,
        quoteMinute: Int,
        expected: String?
    ) throws {
        let now = try #require(TradingDate(day)).newYorkInstant(hour: hour, minute: minute)
        let asOf = try #require(TradingDate(quoteDay)).newYorkInstant(hour: quoteHour, minute: quoteMinute)
        #expect(Mark.staleness(asOf: asOf, now: now) == expected)
    }

    @Test("a last price outside trading hours is a close")
    func close() throws {
        let friday = try #require(TradingDate("2026-10-16"))
        let quote = Quote(symbol: "X", asOf: friday.newYorkInstant(hour: 16), last: 10, source: "test")
        let mark = try #require(Mark(quote, now: friday.adding(days: 1).newYorkInstant(hour: 12)))
        #expect(mark.basis == .close && mark.staleness == nil)
    }

    @Test(
        "sessions between dates leave out weekends",
        arguments: [
            ("2026-10-14", "2026-10-14", 0), ("2026-10-14", "2026-10-15", 1), ("2026-10-16", "2026-10-19", 1),
            ("2026-10-17", "2026-10-20", 2), ("2026-10-14", "2026-11-14", 22), ("2026-10-14", "2026-10-10", 0),
        ]
    )
    func sessions(start: String, end: String, expected: Int) throws {
        let (start, end) = (try #require(TradingDate(start)), try #require(TradingDate(end)))
        #expect(TradingSession.count(after: start, through: end) == expected)
    }
}
