import Foundation
import Markets
import Testing

@Suite("Constant-maturity implied volatility")
struct ConstantMaturityVolatilityTests {
    /// Written by Fixtures/derived/constant_maturity.py.
    struct File: Decodable {
        struct Quoted: Decodable {
            let days: Int
            let strike: Int
            let right: OptionContract.Right
            let price: String
        }
        struct Point: Decodable {
            let days: Int
            let forward, volatility: Double
        }
        let rate, spot, volatility: Double
        let quotes: [Quoted]
        let points: [Point]
    }

    private func chain(_ file: File, keeping: (File.Quoted) -> Bool = { _ in true }) throws -> OptionChain {
        let options = try file.quotes.filter(keeping).map { quoted in
            let price = try #require(Decimal(string: quoted.price))
            return ChainSamples.option(
                quoted.right,
                Decimal(quoted.strike),
                days: quoted.days,
                bid: price,
                ask: price
            )
        }
        return OptionChain(underlying: "XYZ", underlyingPrice: ChainSamples.decimal(file.spot), options: options)
    }

    @Test("total variance between two expirations, each at its forward")
    func interpolated() throws {
        let file: File = try GoldenFile.load("constant_maturity", in: "derived")
        let value = try ConstantMaturityVolatility(try chain(file), now: ChainSamples.now, rate: file.rate)
        #expect(value.method == .interpolated)
        #expect(agree(value.volatility, file.volatility, relative: 1e-6), "\(value.volatility) \(file.volatility)")
        for (point, expected) in zip(value.points, file.points) {
            #expect(point.daysToExpiration == expected.days && point.forwardBasis == .parity)
            #expect(agree(point.forward, expected.forward, relative: 1e-8))
            #expect(agree(point.volatility, expected.volatility, relative: 1e-6))
            #expect(!point.usesReportedVolatility && point.strikes.count == 2)
        }
        #expect(value.points.count == 2)
    }

    @Test("an expiration within a week of the distance serves alone, one farther does not")
    func nearest() throws {
        let file: File = try GoldenFile.load("constant_maturity", in: "derived")
        let alone = try ConstantMaturityVolatility(
            try chain(file) { $0.days == 37 },
            now: ChainSamples.now,
            rate: file.rate
        )
        #expect(alone.method == .nearest)
        #expect(agree(alone.volatility, file.points[1].volatility, relative: 1e-6))
        #expect(throws: DataGap.self) {
            try ConstantMaturityVolatility(try chain(file) { $0.days == 16 }, now: ChainSamples.now, rate: file.rate)
        }
        #expect(throws: DataGap.self) {
            try ConstantMaturityVolatility(
                OptionChain(underlying: "XYZ", options: []),
                now: ChainSamples.now,
                rate: file.rate
            )
        }
        #expect(throws: DataGap.self) {
            try ConstantMaturityVolatility(try chain(file), now: ChainSamples.now, rate: .nan)
        }
    }

    @Test("wide and missing quotes give way to the source's volatility, or to a farther strike")
    func fallbacks() throws {
        let file: File = try GoldenFile.load("constant_maturity", in: "derived")
        var chain = try chain(file)
        for index in chain.options.indices {
            chain.options[index].quote.bid = nil
            chain.options[index].impliedVolatility = 0.31
        }
        let reported = try ConstantMaturityVolatility(chain, now: ChainSamples.now, rate: file.rate)
        #expect(agree(reported.volatility, 0.31, relative: 1e-12))
        #expect(reported.points.allSatisfy { $0.usesReportedVolatility && $0.forwardBasis == .carry })
        // (S - D e^{-rt}) e^{rT}: from 16:00 to 09:30 of the ex-date are 10 days less 6.5 hours.
        let dividend = Dividend(symbol: "XYZ", exDate: ChainSamples.today.adding(days: 10), amount: 2, source: "test")
        let paying = try ConstantMaturityVolatility(
            chain,
            now: ChainSamples.now,
            rate: file.rate,
            dividends: [dividend]
        )
        let elapsed = (10 - 6.5 / 24) / 365
        let expected = (file.spot - 2 * exp(-file.rate * elapsed)) * exp(file.rate * 16 / 365)
        #expect(agree(paying.points[0].forward, expected, relative: 1e-12))

        var holed = try self.chain(file)
        for index in holed.options.indices where holed.options[index].contract.strike == 185 {
            holed.options[index].quote.bid = nil
        }
        let farther = try ConstantMaturityVolatility(holed, now: ChainSamples.now, rate: file.rate)
        #expect(farther.points[0].strikes == [180, 190])
    }

    @Test("adjusted contracts are left out; American options near the money come close to their volatility")
    func american() throws {
        let chain = try ChainSamples.priced(
            spot: 100,
            days: [23, 44],
            strikes: [90, 95, 100, 105, 110],
            style: .american
        ) { _, _ in 0.25 }
        let value = try ConstantMaturityVolatility(chain, now: ChainSamples.now, rate: 0.045)
        // Inverting American prices as European ones costs little more than a tenth of a point here.
        #expect(abs(value.volatility - 0.25) < 0.002, "\(value.volatility)")
        var adjusted = chain
        adjusted.options.append(
            ChainSamples.option(.put, 100, days: 30, root: "XYZ1", bid: 40, ask: 41)
        )
        let same = try ConstantMaturityVolatility(adjusted, now: ChainSamples.now, rate: 0.045)
        #expect(same == value)
    }
}
