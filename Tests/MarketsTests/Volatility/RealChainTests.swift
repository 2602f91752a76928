import Foundation
import Markets
import Testing

/// Apple's July options at the close of 2014-06-06, the session before its split of 7:1.
@Suite("A real chain's implied volatilities")
struct RealChainTests {
    private static let spot = 645.57
    /// 2014-07-19 was a Saturday: what counts is the session of Friday, 42 days on.
    private static let years = 42.0 / 365

    private static func chain() throws -> OptionChain {
        let url = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/market/aapl_2014-06-06_july.csv")
        let expiration = try #require(TradingDate("2014-07-19"))
        var options: [ListedOption] = []
        for line in try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let contract = OptionContract(
                root: "AAPL",
                expiration: expiration,
                right: try #require(OptionContract.Right(rawValue: fields[0])),
                strike: try #require(Decimal(string: fields[1]))
            )
            let quote = Quote(
                symbol: contract.symbol,
                asOf: try now(),
                bid: Decimal(string: fields[2]),
                ask: Decimal(string: fields[3]),
                source: "Lean"
            )
            options.append(ListedOption(contract: contract, quote: quote))
        }
        return OptionChain(underlying: "AAPL", underlyingPrice: Decimal(64_557) / 100, options: options)
    }

    private static func now() throws -> Date {
        try #require(TradingDate("2014-06-06")).newYorkInstant(hour: 16)
    }

    /// What exercising at the best moment brings if the share does not move by chance: with so small a yield a call waits
    /// until the end. No volatility gives less, so that a mid below has none.
    private static func floor(_ option: ChainCheck.Implied, rate: Double, yield: Double) -> Double {
        let strike = NSDecimalNumber(decimal: option.contract.strike).doubleValue
        switch option.contract.right {
        case .call: return max(spot * exp(-yield * years) - strike * exp(-rate * years), spot - strike, 0)
        case .put: return max(strike - spot, 0)
        }
    }

    @Test("every quote that some volatility explains has one", arguments: [0, 0.0025])
    func all(rate: Double) throws {
        let check = ChainCheck(try Self.chain(), price: Self.spot, rate: rate, now: try Self.now())
        let yield = try #require(check.yields.first?.value)
        #expect(check.quoted.count == 217)
        #expect(abs(yield) < 0.003)
        for option in check.quoted {
            let floor = Self.floor(option, rate: rate, yield: yield)
            #expect(option.isSolvable == (option.mid > floor), "\(option)")
            #expect((option.volatility != nil) == option.isSolvable, "\(option)")
        }
    }

    /// What the bounds leave out has no volatility at all: already without any the option is worth more than its mid. Held
    /// against the exercise value alone, which no interest enters, every mid strictly inside is solved.
    @Test("a mid without a volatility is one that no volatility reaches", arguments: [0, 0.0025, 0.01])
    func unsolved(rate: Double) throws {
        let chain = try Self.chain()
        var (inside, solved) = (0, 0)
        for option in ChainCheck(chain, price: Self.spot, rate: rate, now: try Self.now()).quoted {
            let strike = NSDecimalNumber(decimal: option.contract.strike).doubleValue
            let terms = try OptionTerms(
                style: .american,
                right: option.contract.right,
                spot: Self.spot,
                strike: strike,
                rate: rate,
                years: Self.years
            )
            let most = option.contract.right == .call ? Self.spot : strike
            guard option.mid > terms.intrinsic, option.mid < most else { continue }
            inside += 1
            if (try? OptionPricer().impliedVolatility(terms, price: option.mid)) != nil {
                solved += 1
                continue
            }
            for volatility in [0, 1e-4, 0.01] {
                let least = try OptionPricer().price(terms, volatility: volatility)
                #expect(least >= option.mid - 1e-6, "\(option) at \(volatility)")
            }
        }
        #expect(inside > 200)
        #expect(rate > 0 || solved == inside)
    }

    @Test("each volatility gives its price back, and the smile is one")
    func prices() throws {
        let check = ChainCheck(try Self.chain(), price: Self.spot, rate: 0.0025, now: try Self.now())
        let yield = try #require(check.yields.first?.value)
        for option in check.quoted {
            guard let volatility = option.volatility else { continue }
            let terms = try OptionTerms(
                style: .american,
                right: option.contract.right,
                spot: Self.spot,
                strike: NSDecimalNumber(decimal: option.contract.strike).doubleValue,
                rate: 0.0025,
                dividendYield: yield,
                years: Self.years
            )
            let price = try OptionPricer().price(terms, volatility: volatility)
            #expect(abs(price - option.mid) < 1e-5, "\(option)")
            // At the money AAPL's volatility was between 20 % and 25 % in those days.
            if abs(option.contract.strike - 645) <= 10 { #expect((0.18...0.26).contains(volatility), "\(option)") }
        }
    }
}
