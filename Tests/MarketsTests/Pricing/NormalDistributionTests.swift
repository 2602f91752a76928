import Markets
import Testing

@Suite("Normal distribution")
struct NormalDistributionTests {
    @Test(
        "cumulative probabilities to 14 digits, also far out in the lower tail",
        arguments: [
            (-20, 2.7536241186062337e-89), (-8.5, 9.4795348222033184e-18), (-3, 0.0013498980316300945),
            (-1, 0.15865525393145705), (-0.25, 0.40129367431707628), (0, 0.5), (0.5, 0.6914624612740131),
            (1.96, 0.97500210485177957), (6, 0.99999999901341235),
        ]
    )
    func cumulative(x: Double, expected: Double) {
        #expect(agree(NormalDistribution.cumulative(x), expected, relative: 2e-14))
    }

    @Test(
        "quantiles to 14 digits",
        arguments: [
            (1e-300, -37.047096299361199), (1e-20, -9.2623400897984076), (0.001, -3.0902323061678135),
            (0.02425, -1.9729610513118849), (0.3, -0.52440051270804078), (0.5, 0), (0.975, 1.9599639845400542),
        ]
    )
    func quantile(probability: Double, expected: Double) throws {
        let value = try #require(NormalDistribution.quantile(probability))
        #expect(agree(value, expected, relative: 1e-14, absolute: 1e-15))
    }

    @Test("no quantile for certainties and nonsense", arguments: [0, 1, -0.1, 1.5, .nan])
    func noQuantile(probability: Double) {
        #expect(NormalDistribution.quantile(probability) == nil)
    }

    @Test("the density is the slope of the cumulative probability", arguments: [-2.5, -0.7, 0, 1.1, 3])
    func density(x: Double) {
        let slope = (NormalDistribution.cumulative(x + 1e-5) - NormalDistribution.cumulative(x - 1e-5)) / 2e-5
        #expect(agree(NormalDistribution.density(x), slope, relative: 1e-8))
    }
}
