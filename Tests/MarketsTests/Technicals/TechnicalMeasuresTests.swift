import Foundation
import Markets
import Testing

/// Written by Fixtures/derived/technicals.py with numpy and scipy.
struct TechnicalsFile: Decodable {
    struct Beta: Decodable {
        let slope, r_squared, standard_error: Double
        let n: Int
    }
    struct Regime: Decodable {
        let votes: Int
        let daily, trend: String
        let adx, percentile, return63, sd63, hv20: Double
    }
    let bars: [String: [[Double]]]
    let beta: Beta
    let correlation: [String: Double]
    let weights: [String: Double]
    let diversification_ratio: Double
    let hv30, atr, adx: [String: Double]
    let regimes: [String: [Regime]]

    static func load() throws -> TechnicalsFile { try GoldenFile.load("technicals", in: "derived") }

    func daily(_ symbol: String) -> [DailyBar] {
        (bars[symbol] ?? []).enumerated().map { day, values in
            let prices = values.prefix(4).map { Decimal(Int(($0 * 100).rounded())) / 100 }
            return DailyBar(
                symbol: symbol,
                date: TradingDate(daysSinceEpoch: 20_000 + day),
                open: prices[0],
                high: prices[1],
                low: prices[2],
                close: prices[3],
                volume: Int(values[4])
            )
        }
    }
}

@Suite("Technical measures")
struct TechnicalMeasuresTests {
    @Test("beta agrees with scipy's regression")
    func beta() throws {
        let file = try TechnicalsFile.load()
        let value = BetaEstimate(file.daily("AAA"), index: file.daily("SPY"))
        #expect(!value.isAssumed && value.observations == file.beta.n)
        #expect(agree(value.beta, file.beta.slope, relative: 1e-10))
        #expect(agree(try #require(value.rSquared), file.beta.r_squared, relative: 1e-10))
        #expect(agree(try #require(value.standardError), file.beta.standard_error, relative: 1e-8))
        let short = BetaEstimate(Array(file.daily("AAA").suffix(60)), index: file.daily("SPY"))
        #expect(short.isAssumed && short.beta == 1 && short.rSquared == nil && short.observations == 59)
        #expect(!BetaEstimate(Array(file.daily("AAA").suffix(61)), index: file.daily("SPY")).isAssumed)
    }

    @Test("correlations and the diversification ratio agree with numpy")
    func correlation() throws {
        let file = try TechnicalsFile.load()
        let histories = Dictionary(uniqueKeysWithValues: file.bars.keys.map { ($0, file.daily($0)) })
        let matrix = CorrelationMatrix(histories)
        #expect(matrix.symbols == ["AAA", "BBB", "SPY"])
        for (names, expected) in file.correlation {
            let pair = names.split(separator: " ").map(String.init)
            let value = try #require(matrix.pair(pair[0], pair[1]))
            #expect(agree(try #require(value.correlation), expected, relative: 1e-9) && value.observations == 252)
            #expect(matrix.pair(pair[1], pair[0]) == value)
        }
        #expect(matrix[0, 0].correlation == 1)
        let ratio = try matrix.diversificationRatio(file.weights)
        #expect(agree(ratio, file.diversification_ratio, relative: 1e-9))
        #expect(agree(try matrix.diversificationRatio(["AAA": 5]), 1, relative: 1e-12))
        #expect(throws: DataGap.self) { try matrix.diversificationRatio(["ZZZ": 5, "AAA": 1]) }
        #expect(throws: DataGap.self) { try matrix.diversificationRatio([:]) }
        // Only the common dates count: 59 returns are too few.
        let late = Array(file.daily("BBB").suffix(60))
        let pair = try #require(CorrelationMatrix(["AAA": file.daily("AAA"), "BBB": late]).pair("AAA", "BBB"))
        #expect(pair.correlation == nil && pair.observations == 59)
        let flat = ScanSamples.bars("FLAT", count: 330, factor: 1)
        #expect(CorrelationMatrix(["AAA": file.daily("AAA"), "FLAT": flat]).pair("AAA", "FLAT")?.correlation == nil)
    }

    @Test("historical volatility, ATR and ADX agree with numpy")
    func volatility() throws {
        let file = try TechnicalsFile.load()
        for symbol in file.bars.keys {
            let bars = file.daily(symbol)
            let expected = try #require(file.hv30[symbol])
            #expect(agree(try #require(HistoricalVolatility.annualised(bars)), expected, relative: 1e-10))
            var row = ScanRow(symbol: symbol)
            row.add(bars: bars)
            #expect(agree(try #require(row.number(.atr)), try #require(file.atr[symbol]), relative: 1e-10))
            #expect(agree(try #require(row.number(.adx)), try #require(file.adx[symbol]), relative: 1e-9))
        }
        #expect(HistoricalVolatility.annualised(ScanSamples.bars(count: 30, factor: 1.01)) == nil)
    }

    @Test("sectors add up; what has none is shown as such")
    func sectors() throws {
        let exposure = SectorExposure(
            ["A": 30_000, "B": -10_000, "C": 40_000, "D": 20_000, "E": .nan],
            sectors: ["A": "Energy", "B": "Energy", "C": "Technology"]
        )
        #expect(exposure.lines.map(\.sector) == ["Energy", "Technology", SectorExposure.unknown])
        #expect(exposure.lines.map(\.dollars) == [40_000, 40_000, 20_000])
        #expect(exposure.lines[0].symbols == ["A", "B"] && exposure.unknownWeight == 0.2)
        #expect(agree(try #require(exposure.concentration).index, 0.16 + 0.16 + 0.04, relative: 1e-12))
        #expect(SectorExposure([:], sectors: [:]).concentration == nil)
    }
}
