import Markets
import Testing

@Suite("European options")
struct EuropeanTests {
    @Test("price, Greeks, d1, d2 and probability agree with 106 cases of 50 digits, tails included")
    func golden() throws {
        let file: GoldenOption.File = try GoldenFile.load("options_european")
        #expect(file.cases.count == 106)
        for option in file.cases {
            let model = try BlackScholes(option.terms(.european), volatility: option.sigma)
            let greeks = model.greeks
            let rho = try #require(option.rho)
            let pairs = [
                (greeks.price, option.price), (greeks.delta, option.delta), (greeks.gamma, option.gamma),
                (greeks.theta, option.theta), (greeks.vega, option.vega), (greeks.rho, rho),
                (model.probabilityInTheMoney, try #require(option.prob_itm_rn)),
            ]
            for (value, expected) in pairs {
                #expect(agree(value, expected, relative: 1e-12), "\(option.id): \(value), not \(expected)")
            }
            let (d1, d2) = (try #require(model.d1), try #require(model.d2))
            #expect(agree(d1, try #require(option.d1), relative: 1e-12, absolute: 1e-13), "\(option.id)")
            #expect(agree(d2, try #require(option.d2), relative: 1e-12, absolute: 1e-13), "\(option.id)")
        }
    }

    @Test("the pricer gives the same values")
    func pricer() throws {
        let terms = try OptionTerms(
            style: .european,
            right: .call,
            spot: 100,
            strike: 100,
            rate: 0.05,
            years: 1
        )
        let greeks = try OptionPricer().greeks(terms, volatility: 0.2)
        #expect(agree(greeks.price, 10.450583572185565, relative: 1e-13))
        #expect(agree(try OptionPricer().price(terms, volatility: 0.2), greeks.price, relative: 1e-15))
        #expect(agree(greeks.thetaPerDay, -6.414027546438196 / 365, relative: 1e-12))
        #expect(agree(greeks.vegaPerPoint, 0.37524034691693785, relative: 1e-12))
        #expect(agree(greeks.rhoPerPoint, 0.5323248154537634, relative: 1e-12))
    }

    @Test(
        "at expiration only the intrinsic value and a delta of 0, 1/2 or 1 are left",
        arguments: [
            (OptionContract.Right.call, 110, 10, 1), (.call, 100, 0, 0.5), (.call, 90, 0, 0),
            (.put, 110, 0, 0), (.put, 100, 0, -0.5), (.put, 90, 10, -1),
        ]
    )
    func expired(right: OptionContract.Right, spot: Double, price: Double, delta: Double) throws {
        for style in OptionTerms.Style.allCases {
            for years in [0, -0.5] {
                let terms = try OptionTerms(
                    style: style,
                    right: right,
                    spot: spot,
                    strike: 100,
                    rate: 0.05,
                    dividendYield: 0.02,
                    years: years
                )
                let expected = Greeks(price: price, delta: delta, gamma: 0, theta: 0, vega: 0, rho: 0)
                #expect(try OptionPricer().greeks(terms, volatility: 0.3) == expected)
                #expect(try OptionPricer().price(terms, volatility: 0.3) == price)
            }
        }
    }

    @Test("without volatility the forward decides")
    func withoutVolatility() throws {
        let terms = try OptionTerms(
            style: .european,
            right: .call,
            spot: 100,
            strike: 95,
            rate: 0.05,
            dividendYield: 0.01,
            years: 2
        )
        let greeks = try OptionPricer().greeks(terms, volatility: 0)
        // 100 e^{-0.02} - 95 e^{-0.1}
        #expect(agree(greeks.price, 12.0603126172593719, relative: 1e-12))
        #expect(agree(greeks.delta, 0.980198673306755, relative: 1e-12))
        #expect(greeks.gamma == 0 && greeks.vega == 0)
        // T K e^{-rT}
        #expect(agree(greeks.rho, 171.919109426832315, relative: 1e-12))
        let tiny = try OptionPricer().price(terms, volatility: 1e-4)
        #expect(agree(tiny, greeks.price, relative: 1e-12))
    }

    @Test("a share worth nothing stays worth nothing; a strike of nothing makes a call the share")
    func zeroPrices() throws {
        func price(
            _ style: OptionTerms.Style,
            _ right: OptionContract.Right,
            spot: Double,
            strike: Double
        ) throws -> Double {
            let terms = try OptionTerms(
                style: style,
                right: right,
                spot: spot,
                strike: strike,
                rate: 0.05,
                dividendYield: 0.03,
                years: 1
            )
            return try OptionPricer().price(terms, volatility: 0.4)
        }
        #expect(try price(.european, .call, spot: 0, strike: 50) == 0)
        #expect(agree(try price(.european, .put, spot: 0, strike: 50), 47.5614712250357, relative: 1e-12))
        #expect(try price(.american, .put, spot: 0, strike: 50) == 50)
        #expect(agree(try price(.european, .call, spot: 50, strike: 0), 48.5222766774254, relative: 1e-12))
        #expect(try price(.american, .call, spot: 50, strike: 0) == 50)
        #expect(try price(.american, .put, spot: 50, strike: 0) == 0)
    }

    @Test("terms that make no sense are refused with a reason")
    func refusals() throws {
        #expect(throws: PricingError.notFinite("spot price")) {
            try OptionTerms(style: .european, right: .call, spot: .nan, strike: 1, rate: 0, years: 1)
        }
        #expect(throws: PricingError.outOfRange("strike", value: -1)) {
            try OptionTerms(style: .european, right: .call, spot: 1, strike: -1, rate: 0, years: 1)
        }
        #expect(throws: PricingError.outOfRange("interest rate", value: 45)) {
            try OptionTerms(style: .european, right: .call, spot: 1, strike: 1, rate: 45, years: 1)
        }
        let terms = try OptionTerms(style: .european, right: .call, spot: 1, strike: 1, rate: 0, years: 1)
        #expect(throws: PricingError.outOfRange("volatility", value: -0.1)) {
            try OptionPricer().price(terms, volatility: -0.1)
        }
        #expect(throws: PricingError.notFinite("volatility")) {
            try OptionPricer().greeks(terms, volatility: .infinity)
        }
        let texts = [
            PricingError.notFinite("x"), .outOfRange("x", value: 1), .expired, .belowIntrinsic(bound: 1), .noTimeValue,
            .aboveUpperBound(bound: 1), .notComputable("x"),
        ]
        .map(\.description)
        #expect(Set(texts).count == texts.count)
        #expect(texts.allSatisfy { !$0.contains("\n") })
    }
}
