import Foundation
import Markets
import Testing

@Suite("Risk measures")
struct RiskMeasureTests {
    struct File: Decodable {
        struct Rank: Decodable {
            let history: [Double]
            let current: Double
            let iv_rank: Double?
            let iv_percentile: Double
        }
        struct Index: Decodable {
            let exposures: [Double]
            let hhi, hhi_points, effective_n, top: Double
            let normalised: Double?
        }
        struct Sums: Decodable {
            let delta_shares, dollar_delta, beta_weighted_delta, gamma_shares_per_dollar, gamma_dollar_1pct: Double
            let theta_per_day, vega_per_point, rho_per_1pct: Double
        }
        struct Position: Decodable {
            let id, kind, symbol: String
            let qty, S, beta: Double
            let K, days, r, q, sigma: Double?
            let type: OptionContract.Right?
            let expected: Sums
        }
        struct Put: Decodable {
            let S, K, days, r, q, sigma, premium, collateral, collateral_net, return_on_collateral: Double
            let annualised_simple, annualised_compound, return_on_net_capital, breakeven, discount_to_spot: Double
            let expected_move_1sd, distance_in_sd, prob_of_profit, prob_assignment, max_profit, max_loss: Double
            let ev_risk_neutral_per_contract, ev_real_world_mu8pct_per_contract, model_price, edge_vs_model: Double
            let excess_over_cash_annualised: Double
        }
        let iv_rank: [Rank]
        let hhi: [Index]
        let index_price: Double
        let positions: [Position]
        let totals: Sums
        let cash_secured_put: [Put]
    }

    private func golden() throws -> File {
        try GoldenFile.load("product_definitions")
    }

    @Test("volatility rank and percentile")
    func volatilityRank() throws {
        for example in try golden().iv_rank {
            let rank = VolatilityRank(history: example.history, current: example.current, minimumCount: 1)
            #expect(agree(try #require(rank.percentile), example.iv_percentile, relative: 1e-12))
            #expect((rank.rank == nil) == (example.iv_rank == nil))
            if let expected = example.iv_rank, let value = rank.rank {
                #expect(agree(value, expected, relative: 1e-12))
            }
        }
        let short = VolatilityRank(history: Array(repeating: 0.2, count: 59), current: 0.3)
        #expect(short.rank == nil && short.percentile == nil)
        // A spike 252 sessions ago is outside the window, 251 sessions ago inside.
        let calm = Array(repeating: 0.2, count: 250) + [0.1]
        #expect(VolatilityRank(history: [0.9] + calm, current: 0.3).rank == 100)
        #expect(try #require(VolatilityRank(history: [0.9] + calm.dropFirst(), current: 0.3).rank) < 30)
    }

    @Test("concentration")
    func concentration() throws {
        for example in try golden().hhi {
            let value = try #require(Concentration(exposures: example.exposures))
            #expect(agree(value.index, example.hhi, relative: 1e-12))
            #expect(agree(value.points, example.hhi_points, relative: 1e-12))
            #expect(agree(value.effectiveCount, example.effective_n, relative: 1e-12))
            #expect(agree(value.topWeight, example.top, relative: 1e-12))
            #expect((value.normalisedIndex == nil) == (example.normalised == nil))
            if let expected = example.normalised {
                #expect(agree(try #require(value.normalisedIndex), expected, relative: 1e-12, absolute: 1e-15))
                #expect(agree(value.diversificationScore, 1 - expected, relative: 1e-12))
            } else {
                #expect(value.diversificationScore == 0)
            }
        }
        #expect(Concentration(exposures: []) == nil)
        #expect(Concentration(exposures: [0, 0]) == nil)
        #expect(Concentration(exposures: [1, .nan]) == nil)
        #expect(Concentration(exposures: Array(repeating: 1, count: 4))?.flag == .medium)
        #expect(Concentration(exposures: Array(repeating: 1, count: 10))?.flag == .low)
        #expect(Concentration(exposures: [26, 20, 20, 20, 14])?.flag == .high)
    }

    @Test("position and portfolio Greeks")
    func portfolioGreeks() throws {
        let file = try golden()
        var portfolio = PortfolioGreeks()
        for position in file.positions {
            let benchmark = PositionGreeks.Benchmark(beta: position.beta, price: file.index_price)
            let value: PositionGreeks
            if position.kind == "stock" {
                value = PositionGreeks(shares: position.qty, spot: position.S, benchmark: benchmark)
            } else {
                let terms = try OptionTerms(
                    style: .european,
                    right: try #require(position.type),
                    spot: position.S,
                    strike: try #require(position.K),
                    rate: try #require(position.r),
                    dividendYield: try #require(position.q),
                    years: try #require(position.days) / 365
                )
                value = PositionGreeks(
                    try OptionPricer().greeks(terms, volatility: try #require(position.sigma)),
                    quantity: position.qty,
                    multiplier: 100,
                    spot: position.S,
                    benchmark: benchmark
                )
            }
            let expected = position.expected
            let pairs = [
                (value.deltaShares, expected.delta_shares), (value.dollarDelta, expected.dollar_delta),
                (try #require(value.betaWeightedDelta), expected.beta_weighted_delta),
                (value.gammaShares, expected.gamma_shares_per_dollar),
                (value.gammaDollarsPerPercent, expected.gamma_dollar_1pct),
                (value.thetaPerDay, expected.theta_per_day), (value.vegaPerPoint, expected.vega_per_point),
                (value.rhoPerPoint, expected.rho_per_1pct),
            ]
            for (value, expected) in pairs {
                #expect(agree(value, expected, relative: 1e-10, absolute: 1e-12), "\(position.id)")
            }
            portfolio.add(value, symbol: position.symbol)
        }
        portfolio.add(nil, symbol: "XYZ")
        let totals = file.totals
        let pairs = [
            (portfolio.deltaSharesBySymbol.values.reduce(0, +), totals.delta_shares),
            (portfolio.gammaSharesBySymbol.values.reduce(0, +), totals.gamma_shares_per_dollar),
            (portfolio.dollarDelta, totals.dollar_delta),
            (try #require(portfolio.betaWeightedDelta), totals.beta_weighted_delta),
            (portfolio.gammaDollarsPerPercent, totals.gamma_dollar_1pct),
            (portfolio.thetaPerDay, totals.theta_per_day), (portfolio.vegaPerPoint, totals.vega_per_point),
            (portfolio.rhoPerPoint, totals.rho_per_1pct),
        ]
        for (value, expected) in pairs {
            #expect(agree(value, expected, relative: 1e-10))
        }
        #expect(agree(try #require(portfolio.deltaSharesBySymbol["AAPL"]), 128.89279209165327, relative: 1e-10))
        #expect(portfolio.covered == 5 && portfolio.uncovered == 1)
        portfolio.add(PositionGreeks(shares: 1, spot: 10), symbol: "XYZ")
        #expect(portfolio.betaWeightedDelta == nil)
    }

    @Test("beta-weighted gamma and time-weighted vega")
    func weighted() throws {
        let greeks = Greeks(price: 5, delta: 0.5, gamma: 0.02, theta: -10, vega: 20, rho: 8)
        let value = PositionGreeks(
            greeks,
            quantity: -2,
            multiplier: 100,
            spot: 150,
            benchmark: .init(beta: 1.2, price: 600)
        )
        // -200 × 0.02 × (150 × 1.2 / 600)²
        #expect(agree(try #require(value.betaWeightedGamma), -0.36, relative: 1e-12))
        #expect(agree(value.timeWeightedVegaPerPoint(daysToExpiration: 120), -20, relative: 1e-12))
        #expect(agree(value.timeWeightedVegaPerPoint(daysToExpiration: 0), -40 * 30.0.squareRoot(), relative: 1e-12))
    }

    @Test("cash-secured puts")
    func cashSecuredPut() throws {
        for example in try golden().cash_secured_put {
            let years = example.days / 365
            let terms = try OptionTerms(
                style: .european,
                right: .put,
                spot: example.S,
                strike: example.K,
                rate: example.r,
                dividendYield: example.q,
                years: years
            )
            let put = try CashSecuredPut(
                terms,
                volatility: example.sigma,
                premium: example.premium,
                daysToExpiration: Int(example.days)
            )
            func expected(drift: Double) throws -> Double {
                put.expectedValue(
                    under: try TerminalDistribution(
                        spot: example.S,
                        drift: drift,
                        volatility: example.sigma,
                        years: years
                    )
                )
            }
            let pairs = [
                (put.collateral, example.collateral), (put.netCollateral, example.collateral_net),
                (put.returnOnCollateral, example.return_on_collateral),
                (put.annualisedSimple, example.annualised_simple),
                (put.annualisedCompound, example.annualised_compound),
                (try #require(put.returnOnNetCollateral), example.return_on_net_capital),
                (put.breakEven, example.breakeven), (put.discountToSpot, example.discount_to_spot),
                (put.expectedMove, example.expected_move_1sd),
                (try #require(put.distanceInDeviations), example.distance_in_sd),
                (put.probabilityOfProfit, example.prob_of_profit),
                (put.probabilityOfAssignment, example.prob_assignment),
                (put.maximumProfit, example.max_profit), (put.maximumLoss, example.max_loss),
                (put.modelPrice, example.model_price), (put.edge, example.edge_vs_model),
                (put.excessOverCash, example.excess_over_cash_annualised),
                (try expected(drift: example.r - example.q), example.ev_risk_neutral_per_contract),
                (try expected(drift: 0.08 - example.q), example.ev_real_world_mu8pct_per_contract),
            ]
            for (index, (value, expected)) in pairs.enumerated() {
                #expect(agree(value, expected, relative: 1e-8), "\(example.S) #\(index): \(value) \(expected)")
            }
        }
    }

    @Test("expected move")
    func expectedMove() throws {
        let move = try ExpectedMove(spot: 100, volatility: 0.3, daysToExpiration: 30, straddle: 6.9)
        #expect(agree(move.oneDeviation, 8.600732686214938, relative: 1e-12))
        #expect(agree(try #require(move.straddleFraction), 5.865, relative: 1e-12))
        #expect(try ExpectedMove(spot: 100, volatility: 0.3, daysToExpiration: -1).oneDeviation == 0)
        #expect(throws: PricingError.notFinite("volatility")) {
            try ExpectedMove(spot: 100, volatility: .nan, daysToExpiration: 30)
        }
    }
}
