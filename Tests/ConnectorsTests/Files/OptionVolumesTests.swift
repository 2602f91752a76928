import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Storage
import Testing

@Suite struct OptionVolumesTests {
    private let folder: TemporaryFolder
    private let volumes: OptionVolumes

    private static let january = "AAPL270115P00170000"
    private static let december = "AAPL261218C00200000"

    init() throws {
        folder = try TemporaryFolder()
        volumes = OptionVolumes(store: OptionVolumeStore(database: try Database(path: folder.path("magnus.db"))))
    }

    /// A chain of the options in `traded`, at a moment in UTC.
    private func chain(_ traded: [String: Int?], at moment: String) throws -> Sourced<OptionChain> {
        let asOf = try instant(moment)
        let options = try traded.map { symbol, volume in
            ListedOption(
                contract: try #require(OptionContract(symbol: symbol)),
                quote: Quote(symbol: symbol, asOf: asOf, volume: volume, source: "test")
            )
        }
        return Sourced(OptionChain(underlying: "AAPL", options: options), source: "test")
    }

    private func history(before date: String = "2026-11-30") async throws -> OptionVolumeHistory {
        try await volumes.volumes(of: ["AAPL"], before: day(date)).value
    }

    @Test func aDayCountsFromTheLastHalfHourOfItsSession() async throws {
        // 15:29 and 15:30 in New York; 12:40 on the day after Thanksgiving, which ends at 13:00; a Sunday; a holiday.
        #expect(try !volumes.keep(chain([Self.january: 1], at: "2026-11-18T20:29:00Z")))
        #expect(try volumes.keep(chain([Self.january: 2], at: "2026-11-18T20:30:00Z")))
        #expect(try volumes.keep(chain([Self.january: 3], at: "2026-11-27T17:40:00Z")))
        #expect(try !volumes.keep(chain([Self.january: 4], at: "2026-11-22T20:40:00Z")))
        #expect(try !volumes.keep(chain([Self.january: 5], at: "2026-11-26T20:40:00Z")))
        #expect(try !volumes.keep(chain([Self.january: nil], at: "2026-11-19T20:40:00Z")))
        #expect(try await history() == OptionVolumeHistory(volumes: [Self.january: [2, 3]], days: 2))
        #expect(try await history(before: "2026-11-27").days == 1)
        #expect(try await history(before: "2026-11-18") == OptionVolumeHistory())
    }

    @Test func theLastOfADayStaysExpirationByExpiration() async throws {
        try volumes.keep(chain([Self.january: 10, Self.december: 20], at: "2026-11-18T20:40:00Z"))
        // A part of the chain, later: the other expiration stays as it was.
        try volumes.keep(chain([Self.january: 15], at: "2026-11-18T20:59:00Z"))
        // What was answered earlier and comes late changes nothing.
        try volumes.keep(chain([Self.january: 12, Self.december: 1], at: "2026-11-18T20:45:00Z"))
        #expect(
            try await history()
                == OptionVolumeHistory(volumes: [Self.january: [15], Self.december: [20]], days: 1)
        )
    }

    @Test func aDayWithoutTradesIsZeroAndADayNotSeenIsNone() async throws {
        try volumes.keep(chain([Self.january: 10, Self.december: 0], at: "2026-11-18T20:59:00Z"))
        try volumes.keep(chain([Self.december: 5], at: "2026-11-19T20:59:00Z"))
        try volumes.keep(chain([Self.january: 0, Self.december: 7], at: "2026-11-20T20:59:00Z"))
        let kept = try await history()
        #expect(kept.volumes == [Self.january: [10, 0], Self.december: [0, 5, 7]])
        #expect(kept.days == 3)
    }

    @Test func thirtyDaysOfAnUnderlyingAreKept() async throws {
        var date = try day("2026-08-03")
        for number in 1...35 {
            date = MarketCalendar.session(onOrAfter: date)
            let close = date.newYorkInstant(hour: 16)
            let moment = close.formatted(.iso8601)
            #expect(try volumes.keep(chain([Self.january: number], at: moment)))
            date = date.adding(days: 1)
        }
        let kept = try await history()
        #expect(kept.days == 30)
        #expect(kept.volumes[Self.january] == Array(6...35))
    }
}
