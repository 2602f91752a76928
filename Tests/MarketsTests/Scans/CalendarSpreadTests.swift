import Foundation
import Markets
import Testing

@Suite("Calendar spreads")
struct CalendarSpreadTests {
    struct File: Decodable {
        struct Spread: Decodable {
            let S, K, front_days, back_days, r, q, iv_front, iv_back, front_price, back_price, debit: Double
            let type: OptionContract.Right
            let pl_at_peak, return_on_debit_at_strike, breakeven_low, breakeven_high, prob_of_profit: Double
            let ev_per_contract, net_delta, net_gamma, net_theta_per_day, net_vega_per_point: Double
            let iv_skew_front_minus_back, forward_vol: Double
        }
        let calendar: [Spread]
    }

    private func spread(_ example: File.Spread, debit: Double?, backVolatility: Double? = nil) throws -> CalendarSpread
    {
        func terms(_ days: Double) throws -> OptionTerms {
            try OptionTerms(
                style: .european,
                right: example.type,
                spot: example.S,
                strike: example.K,
                rate: example.r,
                dividendYield: example.q,
                years: days / 365
            )
        }
        return try CalendarSpread(
            front: try terms(example.front_days),
            frontVolatility: example.iv_front,
            back: try terms(example.back_days),
            backVolatility: backVolatility ?? example.iv_back,
            debit: debit
        )
    }

    @Test("agree with scipy")
    func golden() throws {
        let file: File = try GoldenFile.load("calendar")
        for example in file.calendar {
            let value = try spread(example, debit: example.debit)
            let pairs = [
                (value.frontPrice, example.front_price), (value.backPrice, example.back_price),
                (100 * value.profitAtStrike, example.pl_at_peak),
                (try #require(value.returnAtStrike), example.return_on_debit_at_strike),
                (try #require(value.lowerBreakEven), example.breakeven_low),
                (try #require(value.upperBreakEven), example.breakeven_high),
                (value.probabilityOfProfit, example.prob_of_profit),
                (100 * value.expectedValue, example.ev_per_contract), (value.greeks.delta, example.net_delta),
                (value.greeks.gamma, example.net_gamma), (value.greeks.thetaPerDay, example.net_theta_per_day),
                (value.greeks.vegaPerPoint, example.net_vega_per_point),
                (value.volatilityDifference, example.iv_skew_front_minus_back),
                (try #require(value.forwardVolatility), example.forward_vol),
            ]
            for (index, (value, expected)) in pairs.enumerated() {
                #expect(agree(value, expected, relative: 1e-7, absolute: 1e-10), "\(example.K) #\(index) \(value)")
            }
        }
    }

    @Test("the profit is the debit lost far away and crosses zero at the break-evens")
    func shape() throws {
        let file: File = try GoldenFile.load("calendar")
        for example in file.calendar {
            let value = try spread(example, debit: example.debit)
            for crossing in [value.lowerBreakEven, value.upperBreakEven] {
                #expect(abs(value.profit(at: try #require(crossing))) < 1e-8)
            }
            #expect(value.profit(at: example.K) == value.profitAtStrike)
            #expect(value.profit(at: 5 * example.K) < 0 && value.profit(at: 0) < 0)
        }
    }

    @Test("without a gain at the strike there are no break-evens; scenarios keep the debit")
    func noCrossing() throws {
        let file: File = try GoldenFile.load("calendar")
        let example = try #require(file.calendar.first)
        let low = try spread(example, debit: example.debit, backVolatility: 0.05)
        #expect(low.profitAtStrike < 0 && low.probabilityOfProfit == 0)
        #expect(low.lowerBreakEven == nil && low.upperBreakEven == nil)
        // 0.05² × 60 < 0.3² × 30: no variance is left between the expirations.
        #expect(low.forwardVariance < 0 && low.forwardVolatility == nil)
        let value = try spread(example, debit: nil)
        let richer = try value.withBackVolatility(shiftedBy: 0.05)
        #expect(richer.debit == value.debit && richer.profitAtStrike > value.profitAtStrike)
        #expect(richer.probabilityOfProfit > value.probabilityOfProfit)
        #expect(throws: PricingError.self) { try value.withBackVolatility(shiftedBy: -0.5) }
    }
}
