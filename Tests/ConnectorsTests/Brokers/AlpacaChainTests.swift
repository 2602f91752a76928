import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Option chains of Alpaca")
struct AlpacaChainTests {
    private static let second = """
        {"next_page_token": null, "snapshots": {
          "AAPL240426P00160000": {"latestQuote": {"ap": 0.45, "bp": 0, "t": "2024-04-22T19:58:00Z"}},
          "AAPL240426C00150000": {"latestTrade": {"p": 16.5, "t": "2024-04-19T19:00:00Z"},
                                  "prevDailyBar": {"c": 16, "t": "2024-03-01T05:00:00Z", "v": 3}}
        }}
        """
    private static let contracts = """
        {"next_page_token": null, "option_contracts": [
          {"symbol": "AAPL240426C00162500", "multiplier": "100", "open_interest": "3957", "open_interest_date": "2024-04-19",
           "close_price": "4", "close_price_date": "2024-04-19"},
          {"symbol": "AAPL240426P00160000", "multiplier": "100"},
          {"symbol": "AAPL1240426C00165000", "multiplier": "150", "open_interest": "7", "close_price": "2.5",
           "close_price_date": "2024-04-18"},
          {"symbol": "AAPL240426C00999000", "multiplier": "100", "open_interest": null, "close_price": null,
           "close_price_date": null}
        ]}
        """
    private static let shares = """
        {"AAPL": {"latestTrade": {"p": 165.84, "t": "2024-04-22T20:00:00Z"}}}
        """

    private func service(contracts: LoopbackReply? = nil) throws -> Service {
        let service = try Service(
            routes: [
                "GET /v1beta1/options/snapshots/AAPL": .json(Self.second),
                "GET /v2/options/contracts": contracts ?? .json(Self.contracts),
                "GET /v2/stocks/snapshots": .json(Self.shares),
            ],
            now: "2024-04-22T20:00:00Z"
        )
        service.server.script(
            "GET /v1beta1/options/snapshots/AAPL",
            .json(try Contract.body("alpaca/option_snapshots"))
        )
        return service
    }

    @Test("Pages are put together, with open interest, sizes, and the close of what nobody quotes")
    func chain() async throws {
        let service = try service()
        let dates = try day("2024-04-26")...day("2024-05-31")
        let answer = try await Alpaca(service.environment).chain(of: "AAPL", expirations: dates)
        let chain = answer.value
        #expect(answer.notes.isEmpty)
        #expect(chain.underlyingPrice == (try decimal("165.84")))
        #expect(
            chain.options.map(\.contract.symbol) == [
                "AAPL240426C00150000", "AAPL240426P00160000", "AAPL240426C00162500", "AAPL1240426C00165000",
            ]
        )
        let seldom = chain.options[0]
        #expect(seldom.quote.asOf == (try instant("2024-04-19T19:00:00Z")))
        #expect(seldom.quote.previousClose == nil)
        #expect(seldom.greeks == nil)
        let noBid = chain.options[1]
        #expect(noBid.quote.bid == nil)
        #expect(noBid.quote.ask == (try decimal("0.45")))
        #expect(noBid.quote.openInterest == nil)
        let quoted = chain.options[2]
        #expect(quoted.quote.openInterest == 3957)
        #expect(quoted.impliedVolatility == 0.3372405712050441)
        let adjusted = chain.options[3]
        #expect(adjusted.contract.multiplier == 150)
        #expect(adjusted.quote.last == (try decimal("2.5")))
        #expect(adjusted.quote.asOf == (try instant("2024-04-18T20:00:00Z")))

        let pages = service.requests("/v1beta1/options/snapshots/AAPL")
        #expect(pages.map { $0.query["page_token"] } == [nil, "QUFQTDI0MDYyMTAwMDIyMHwx"])
        for request in pages + service.requests("/v2/options/contracts") {
            #expect(request.query["expiration_date_gte"] == "2024-04-26")
            #expect(request.query["expiration_date_lte"] == "2024-05-31")
        }
    }

    /// Alpaca states no units. Black-Scholes at the example's delta, with three days of life and 5.3 % interest, tells them.
    @Test("Greeks are per share, per day and per point")
    func units() async throws {
        let answer = try await Alpaca(try service().environment).chain(of: "AAPL", expirations: nil)
        let greeks = try #require(answer.value.options[2].greeks)
        let (strike, sigma, years, rate) = (162.5, 0.3372405712050441, 3.0 / 365, 0.053)
        // N(d1) is the delta 0.75213; the inverse of the normal distribution by Newton's method.
        var d1 = 0.0
        for _ in 0..<60 {
            let error = 0.5 * erfc(-d1 / 2.0.squareRoot()) - 0.7521304109871954
            d1 -= error / (exp(-d1 * d1 / 2) / (2 * Double.pi).squareRoot())
        }
        let deviation = sigma * years.squareRoot()
        let spot = strike * exp(d1 * deviation - (rate + sigma * sigma / 2) * years)
        let density = exp(-d1 * d1 / 2) / (2 * Double.pi).squareRoot()
        let exercised = strike * exp(-rate * years) * 0.5 * erfc(-(d1 - deviation) / 2.0.squareRoot())
        let vega = spot * density * years.squareRoot() / 100
        let theta = (-spot * density * sigma / (2 * years.squareRoot()) - rate * exercised) / 365
        #expect(abs((try #require(greeks.vega)) / vega - 1) < 0.001)
        #expect(abs((try #require(greeks.theta)) / theta - 1) < 0.001)
        #expect(abs((try #require(greeks.rho)) / (years * exercised / 100) - 1) < 0.001)
        #expect(abs((try #require(greeks.gamma)) / (density / (spot * deviation)) - 1) < 0.001)
    }

    @Test("Without a range all expirations are asked for, not those until the week-end")
    func everything() async throws {
        let service = try service()
        _ = try await Alpaca(service.environment).chain(of: "AAPL", expirations: nil)
        let query = try #require(service.requests("/v2/options/contracts").first).query
        #expect(query["expiration_date_gte"] == "2024-04-22")
        #expect(query["expiration_date_lte"] == "2028-04-25")
    }

    @Test("Without the list of contracts the chain comes without open interest, and says so")
    func noContracts() async throws {
        let refused = LoopbackReply.json(#"{"message": "forbidden."}"#, status: 403)
        let answer = try await Alpaca(try service(contracts: refused).environment).chain(of: "AAPL", expirations: nil)
        #expect(answer.value.options.count == 3)
        #expect(answer.value.options.allSatisfy { $0.quote.openInterest == nil })
        #expect(answer.notes == ["no open interest: HTTP 403 (forbidden.)"])
    }

    @Test("Where no contract has open interest, the field is named")
    func renamed() async throws {
        let contracts = LoopbackReply.json(try Self.contracts.changing(#""open_interest":"#, to: #""oi":"#))
        let answer = try await Alpaca(try service(contracts: contracts).environment).chain(of: "AAPL", expirations: nil)
        #expect(answer.notes == ["Alpaca no longer sends 'open_interest' as it did (4 records)"])
    }

    @Test("A page that comes twice, and an answer without snapshots, are refused")
    func broken() async throws {
        let service = try service()
        let page = try Contract.body("alpaca/option_snapshots")
        service.server.script("GET /v1beta1/options/snapshots/AAPL", .json(page), .json(page))
        let endless = try await connectorFailure {
            try await Alpaca(service.environment).chain(of: "AAPL", expirations: nil)
        }
        #expect(endless.code == .unexpectedAnswer)
        #expect(endless.detail == "the same page came twice")
        let other = try Service(routes: ["GET /v1beta1/options/snapshots/AAPL": .json(#"{"data": {}}"#)])
        let error = try await connectorFailure {
            try await Alpaca(other.environment).chain(of: "AAPL", expirations: nil)
        }
        #expect(error.detail.contains("'snapshots'"))
    }
}
