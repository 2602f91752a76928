import Foundation
import Markets
import Testing

private typealias Samples = ValuationSamples

/// Contracts that deliver something else than 100 shares, held against standard ones that are worth the same.
@Suite("Adjusted contracts at market prices")
struct AdjustedContractTests {
    private static func contract(
        _ right: OptionContract.Right,
        _ strike: Decimal,
        _ deliverable: Deliverable,
        root: String = "XYZ1"
    ) -> OptionContract {
        OptionContract(
            root: root,
            expiration: Samples.today.adding(days: 90),
            right: right,
            strike: strike,
            deliverable: deliverable
        )
    }

    private static func price(_ value: Double) -> Decimal { Decimal(Int((value * 1e8).rounded())) / 100_000_000 }

    private static func quote(_ symbol: String, _ price: Decimal) -> Quote {
        Quote(symbol: symbol, asOf: Samples.now.addingTimeInterval(-60), bid: price, ask: price, source: "test")
    }

    /// The value and Greeks of a standard American option at 40 % volatility, for 90 days from the samples' moment.
    private static func standard(_ right: OptionContract.Right, spot: Double, strike: Double) throws -> Greeks {
        let end = Samples.today.adding(days: 90).newYorkInstant(hour: 16)
        let terms = try OptionTerms(
            style: .american,
            right: right,
            spot: spot,
            strike: strike,
            rate: 0.04,
            years: end.timeIntervalSince(Samples.now) / (365 * 86_400)
        )
        return try OptionPricer().greeks(terms, volatility: 0.4)
    }

    private static func valued(_ contract: OptionContract, _ quantity: Int, _ quotes: [Quote]) throws
        -> PortfolioValuation
    {
        let portfolio = Samples.portfolio([Samples.position(.option(contract), quantity, at: 100)])
        return PortfolioValuation(portfolio, market: Samples.market(quotes))
    }

    /// After a split of 1:10 the contract delivers 10 shares for 60 x 100: as much as 10 shares at 600.
    @Test func fewerSharesAreWorthATenthOfAHigherStrike() throws {
        let contract = Self.contract(.call, 60, Deliverable([.init(10, of: "XYZ")]))
        let each = try Self.standard(.call, spot: 580, strike: 600)
        let whole = try Self.valued(
            contract,
            -2,
            [Self.quote("XYZ", 580), Self.quote(contract.symbol, Self.price(each.price / 10))]
        )
        let value = try #require(whole.positions.first)
        #expect(abs(try #require(value.impliedVolatility) - 0.4) < 1e-6)
        #expect(value.intrinsic == 0)
        // Two contracts short of 10 shares each.
        #expect(abs(try #require(value.deltaShares) + 20 * each.delta) < 1e-6)
        #expect(abs(try #require(value.dollarDelta) + 20 * each.delta * 580) < 1e-3)
        #expect(abs(try #require(value.thetaPerDay) + 20 * each.thetaPerDay) < 1e-6)
        #expect(abs(try #require(value.vegaPerPoint) + 20 * each.vegaPerPoint) < 1e-5)
        #expect(whole.sharesCalledBySymbol == ["XYZ": 20])
        // 20 shares called at 600: naked, 20 % of 580 less 20 out of the money, and the premium.
        let margin = try #require(whole.buyingPower.first?.estimate.requirement)
        #expect(abs(margin - 20 * (each.price + 0.2 * 580 - 20)) < 1e-3)
    }

    /// 62.72 shares and $3,990 for 60 x 100: as much as 62.72 shares at 2,010 / 62.72.
    @Test func cashThatIsDeliveredLowersTheStrike() throws {
        let contract = Self.contract(
            .put,
            60,
            Deliverable([.init(try decimal("62.72"), of: "TEVA")], cash: 3_990),
            root: "TEVA1"
        )
        let each = try Self.standard(.put, spot: 30, strike: 2_010 / 62.72)
        let whole = try Self.valued(
            contract,
            1,
            [Self.quote("TEVA", 30), Self.quote(contract.symbol, Self.price(each.price * 0.6272))]
        )
        let value = try #require(whole.positions.first)
        // 60 - (62.72 x 30 + 3,990) / 100.
        #expect(value.intrinsic == (try decimal("1.284")))
        #expect(abs(try #require(value.impliedVolatility) - 0.4) < 1e-6)
        #expect(abs(try #require(value.deltaShares) - 62.72 * each.delta) < 1e-5)
    }

    /// 100 shares each of two companies at 40 and 25: as much as 162.5 shares at 40.
    @Test func sharesOfTwoCompaniesMoveAsOne() throws {
        let contract = Self.contract(.call, 60, Deliverable([.init(100, of: "XYZ"), .init(100, of: "ZYX")]))
        let each = try Self.standard(.call, spot: 65, strike: 60)
        let option = Self.quote(contract.symbol, Self.price(each.price))
        let whole = try Self.valued(contract, 1, [Self.quote("XYZ", 40), Self.quote("ZYX", 25), option])
        let value = try #require(whole.positions.first)
        #expect(value.intrinsic == 5)
        #expect(abs(try #require(value.impliedVolatility) - 0.4) < 1e-6)
        #expect(abs(try #require(value.dollarDelta) - 100 * each.delta * 65) < 1e-3)
        let alone = try #require(try Self.valued(contract, 1, [Self.quote("XYZ", 40), option]).positions.first)
        #expect(alone.impliedVolatilityFailure?.contains("100 XYZ and 100 ZYX") == true)
        #expect(alone.marketValue != nil && alone.greeks == nil)
    }

    @Test func cashAloneIsWorthItsIntrinsicValue() throws {
        let contract = Self.contract(.call, 50, Deliverable([], cash: 5_420), root: "TWTR1")
        let value = try #require(try Self.valued(contract, -1, []).positions.first)
        #expect(value.intrinsic == (try decimal("4.2")))
        #expect(value.impliedVolatilityFailure?.contains("$5420 cash") == true)
        // More cash than the strike: the shares come for nothing.
        let free = Self.contract(.call, 30, Deliverable([.init(50, of: "XYZ")], cash: 4_000))
        let quotes = [Self.quote("XYZ", 20), Self.quote(free.symbol, 20)]
        let given = try #require(try Self.valued(free, 1, quotes).positions.first)
        #expect(given.intrinsic == 20 && given.impliedVolatility == nil)
        #expect(given.impliedVolatilityFailure?.contains("worth more than its strike") == true)
    }
}
