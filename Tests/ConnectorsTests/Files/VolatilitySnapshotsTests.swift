import Connectors
import Foundation
import Markets
import Storage
import Testing

@Suite("Daily implied volatilities") struct VolatilitySnapshotsTests {
    private let snapshots: VolatilitySnapshots
    private let first: TradingDate

    init() throws {
        snapshots = VolatilitySnapshots(store: VolatilityStore(database: try Database()))
        first = try #require(TradingDate("2026-01-05"))
    }

    @Test("The last value of a day stays, with its source and time")
    func lastOfDay() throws {
        try snapshots.keep(0.20, of: "XYZ", source: "a", asOf: first.newYorkInstant(hour: 10))
        try snapshots.keep(0.25, of: "XYZ", source: "b", asOf: first.newYorkInstant(hour: 16))
        try snapshots.keep(0.50, of: "ABC", source: "b", asOf: first.newYorkInstant(hour: 16))
        let year = try snapshots.year(of: "XYZ", through: first)
        #expect(year.map(\.volatility) == [0.25])
        #expect(year.first?.source == "b")
        #expect(year.first?.asOf == first.newYorkInstant(hour: 16))
        #expect(year.first?.date == first)
    }

    @Test("The day is New York's at the time of the quotes")
    func newYorkDay() throws {
        // 01:00 UTC on the 6th is the evening of the 5th in New York.
        let evening = Date(timeIntervalSince1970: Double(first.daysSinceEpoch + 1) * 86_400 + 3_600)
        #expect(try snapshots.keep(0.2, of: "XYZ", source: "a", asOf: evening)?.date == first)
    }

    @Test("What is no volatility is not kept", arguments: [0, -0.1, .nan, .infinity, 50])
    func refused(_ value: Double) throws {
        #expect(try snapshots.keep(value, of: "XYZ", source: "a", asOf: first.newYorkInstant(hour: 16)) == nil)
        #expect(try snapshots.year(of: "XYZ", through: first).isEmpty)
    }

    @Test("The year has 252 sessions; rank and percentile come from it")
    func rank() throws {
        // 300 days: 0.10 for the first 40, which lie outside of the year, then 0.20, 0.40 once, today 0.30.
        for day in 0..<300 {
            let value = day < 40 ? 0.10 : day == 200 ? 0.40 : day == 299 ? 0.30 : 0.20
            let date = first.adding(days: day)
            try snapshots.keep(value, of: "XYZ", source: "a", asOf: date.newYorkInstant(hour: 16))
        }
        let last = first.adding(days: 299)
        #expect(try snapshots.year(of: "XYZ", through: last).count == 252)
        let standing = try #require(try snapshots.standing(of: "XYZ", through: last.adding(days: 3)))
        #expect(standing.latest.date == last)
        #expect(standing.since == first.adding(days: 48))
        #expect(standing.rank.observations == 251)
        // 100 x (0.30 - 0.20) / (0.40 - 0.20), and 250 of 251 days below.
        #expect(abs(try #require(standing.rank.rank) - 50) < 1e-9)
        #expect(abs(try #require(standing.rank.percentile) - 100 * 250 / 251) < 1e-9)
        // As it stood earlier.
        let earlier = try #require(try snapshots.standing(of: "XYZ", through: first.adding(days: 70)))
        #expect(earlier.rank.observations == 70)
        #expect(earlier.latest.volatility == 0.20)
    }

    @Test("Too short a history has no rank, and none at all no standing")
    func short() throws {
        #expect(try snapshots.standing(of: "XYZ", through: first) == nil)
        for day in 0..<60 {
            let date = first.adding(days: day)
            try snapshots.keep(0.2 + Double(day) / 1_000, of: "XYZ", source: "a", asOf: date.newYorkInstant(hour: 16))
        }
        let standing = try #require(try snapshots.standing(of: "XYZ", through: first.adding(days: 59)))
        #expect(standing.rank.observations == 59)
        #expect(standing.rank.rank == nil)
    }

    @Test("A chain gives its day's value: flat 25 % in, 25 % out")
    func chain() throws {
        let now = first.newYorkInstant(hour: 16)
        func option(_ days: Int, _ strike: Decimal, _ right: OptionContract.Right) throws -> ListedOption {
            let contract = OptionContract(
                root: "XYZ",
                expiration: first.adding(days: days),
                right: right,
                strike: strike
            )
            // Black-Scholes at 25 %, interest 0, spot 100.
            let price = Self.price(
                years: Double(days) / 365,
                strike: NSDecimalNumber(decimal: strike).doubleValue,
                right
            )
            let mid = try #require(Decimal(string: String(price)))
            return ListedOption(
                contract: contract,
                quote: Quote(symbol: contract.symbol, asOf: now, bid: mid, ask: mid, source: "made")
            )
        }
        var options: [ListedOption] = []
        for days in [18, 46] {
            for strike in stride(from: Decimal(90), through: 110, by: 5) {
                options.append(try option(days, strike, .call))
                options.append(try option(days, strike, .put))
            }
        }
        let chain = OptionChain(underlying: "XYZ", underlyingPrice: 100, options: options)
        let kept = try #require(try snapshots.keep(Sourced(chain, source: "made", asOf: now), rate: 0))
        #expect(abs(kept.volatility - 0.25) < 0.001)
        #expect(kept.date == first)
        #expect(try snapshots.year(of: "XYZ", through: first) == [kept])
        let empty = OptionChain(underlying: "XYZ", options: [])
        #expect(throws: DataGap.self) { try snapshots.keep(Sourced(empty, source: "made"), rate: 0) }
    }

    private static func price(years: Double, strike: Double, _ right: OptionContract.Right) -> Double {
        let deviation = 0.25 * years.squareRoot()
        let d1 = log(100 / strike) / deviation + deviation / 2
        func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
        let call = 100 * normal(d1) - strike * normal(d1 - deviation)
        return right == .call ? call : call - 100 + strike
    }
}
