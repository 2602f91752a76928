import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("tastytrade")
struct TastytradeConnectorTests {
    private static let accounts = """
        {"data": {"items": [{"account": {"account-number": "5WT00000", "nickname": "Wheel", "is-closed": false}},
                            {"account": {"account-number": "5WT00001", "is-closed": true}}]}}
        """
    private static let balances = """
        {"data": {"cash-balance": "7700.5", "net-liquidating-value": "26440.0", "equity-buying-power": "12727.7",
         "derivative-buying-power": "6363.8", "updated-at": "2026-11-20T21:00:00.000+00:00"}}
        """

    private func service(_ routes: [String: String] = [:]) throws -> Service {
        var replies: [String: LoopbackReply] = [
            "POST /oauth/token": .json(
                #"{"access_token": "access-one", "token_type": "Bearer", "expires_in": 900}"#
            ),
            "GET /customers/me/accounts": .json(Self.accounts),
            "GET /accounts/5WT00000/positions": .json(try Contract.body("tastytrade/positions")),
            "GET /accounts/5WT00000/balances": .json(Self.balances),
            "GET /market-metrics": .json(try Contract.body("tastytrade/market_metrics")),
            "GET /option-chains/AAPL/nested": .json(try Contract.body("tastytrade/option_chain_nested")),
        ]
        for (route, body) in routes { replies[route] = .json(body) }
        return try Service(routes: replies)
    }

    @Test("Positions carry the sign of their direction, symbols without padding, and balances their time")
    func holdings() async throws {
        let service = try service()
        let answer = try await Tastytrade(service.environment).holdings()
        let puts = HeldPosition(
            symbol: "AAPL270115P00170000",
            multiplier: 100,
            quantity: -2,
            averagePrice: try decimal("1.55"),
            mark: try decimal("1.55"),
            opened: try day("2026-11-10")
        )
        let balances = AccountBalances(
            cash: try decimal("7700.5"),
            netLiquidation: 26440,
            buyingPower: try decimal("12727.7"),
            optionBuyingPower: try decimal("6363.8"),
            asOf: try instant("2026-11-20T21:00:00Z")
        )
        let account = Account(broker: "tastytrade", number: "5WT00000", nickname: "Wheel")
        #expect(answer.value == [AccountHoldings(account: account, positions: [puts], balances: balances)])
        #expect(answer.notes.isEmpty)
        #expect(service.server.requests.allSatisfy { $0.headers["user-agent"] == "magnus/0.1" })
        let reads = service.server.requests.filter { $0.method == "GET" }
        #expect(reads.allSatisfy { $0.headers["authorization"] == "Bearer access-one" })
    }

    @Test("The refresh token is sent as JSON and buys one access token for all who ask at once")
    func singleFlight() async throws {
        let service = try service()
        let connector = Tastytrade(service.environment)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await connector.volatility(of: ["AAPL"]).value.count } }
            for try await count in group { #expect(count == 1) }
        }
        let grants = service.requests("/oauth/token")
        #expect(grants.count == 1)
        let sent = try #require(try grants.first?.json() as? [String: String])
        #expect(
            sent == [
                "grant_type": "refresh_token", "refresh_token": "tasty-refresh-5678",
                "client_secret": "tasty-secret-1234",
            ]
        )
        service.clock.advance(by: 830)
        _ = try await connector.volatility(of: ["AAPL"])
        #expect(service.requests("/oauth/token").count == 1)
        // A minute before the fifteen are over it counts as over.
        service.clock.advance(by: 20)
        _ = try await connector.volatility(of: ["AAPL"])
        #expect(service.requests("/oauth/token").count == 2)
    }

    @Test("A refused access token is renewed once, and the request repeated once")
    func refused() async throws {
        let service = try service()
        service.server.script(
            "POST /oauth/token",
            .json(#"{"access_token": "access-old", "expires_in": 900}"#)
        )
        let body = #"{"error": {"code": "unauthorized", "message": "Invalid token access-old"}}"#
        service.server.script("GET /market-metrics", .json(body, status: 401))
        let connector = Tastytrade(service.environment)
        #expect(try await connector.volatility(of: ["AAPL"]).value.count == 1)
        let reads = service.requests("/market-metrics")
        #expect(reads.map { $0.headers["authorization"] } == ["Bearer access-old", "Bearer access-one"])

        service.server.script("GET /market-metrics", .json(body, status: 401), .json(body, status: 401))
        let error = try await connectorFailure { try await connector.volatility(of: ["AAPL"]) }
        #expect(error.code == .unauthorised)
        #expect(error.nextStep == "check TASTYTRADE_CLIENT_SECRET and TASTYTRADE_REFRESH_TOKEN")
        #expect(service.requests("/market-metrics").count == 4)
        #expect(service.requests("/oauth/token").count == 3)
    }

    @Test("A refused refresh token is a refused key, and stands in no error")
    func revoked() async throws {
        let service = try service()
        let body = #"{"error": "invalid_grant", "error_description": "tasty-refresh-5678 was revoked"}"#
        service.server.script("POST /oauth/token", .json(body, status: 400))
        let error = try await connectorFailure { try await Tastytrade(service.environment).holdings() }
        #expect(error.code == .unauthorised)
        #expect(error.detail == "HTTP 400 (•••• was revoked)")
        #expect(!error.description.contains("tasty-refresh"))
    }

    @Test("Futures and coins are left out with a note; a direction nobody knows is drift")
    func kinds() async throws {
        let body = try Contract.body("tastytrade/positions")
        let future = try service(["GET /accounts/5WT00000/positions": body.changing("Equity Option", to: "Future")])
        let answer = try await Tastytrade(future.environment).holdings()
        #expect(answer.value.first?.positions.isEmpty == true)
        #expect(answer.notes == ["positions of the kind Future at tastytrade are left out"])
        let strange = try service([
            "GET /accounts/5WT00000/positions": body.changing(#""Short""#, to: #""Sideways""#)
        ])
        let error = try await connectorFailure { try await Tastytrade(strange.environment).holdings() }
        #expect(error.detail.contains("'quantity-direction'"))
        let class_ = body.replacingOccurrences(of: "Equity Option", with: "Equity")
            .replacingOccurrences(of: "AAPL  270115P00170000", with: "BRK/B")
        let shares = try service(["GET /accounts/5WT00000/positions": class_])
        #expect(try await Tastytrade(shares.environment).holdings().value.first?.positions.first?.symbol == "BRK.B")
    }

    @Test("Rank and percentile go from 0 to 100, volatilities are fractions, the earnings date is an estimate")
    func metrics() async throws {
        let answer = try await Tastytrade(try service().environment).volatility(of: ["AAPL"])
        let report = EarningsReport(
            symbol: "AAPL",
            date: try day("2027-01-28"),
            estimate: try decimal("2.71"),
            isConfirmed: false
        )
        let measures = VolatilityMeasures(
            symbol: "AAPL",
            impliedVolatility: 0.281,
            rank: 22.14,
            percentile: 41,
            historicalVolatility: 0.221,
            beta: 1.21,
            earnings: report,
            asOf: try instant("2026-11-20T21:00:00Z")
        )
        #expect(answer.value == [measures])
        #expect(answer.notes.isEmpty)
        let renamed = try Contract.body("tastytrade/market_metrics")
            .changing(#""implied-volatility-index-rank":"#, to: #""iv-rank":"#)
        let drifted = try await Tastytrade(try service(["GET /market-metrics": renamed]).environment)
            .volatility(of: ["AAPL"])
        #expect(drifted.value.first?.rank == nil)
        #expect(drifted.value.first?.percentile == 41)
        #expect(
            drifted.notes == ["tastytrade no longer sends 'implied-volatility-index-rank' as it did (1 record)"]
        )
    }

    @Test("Earnings are those of named symbols within the dates")
    func earnings() async throws {
        let connector = Tastytrade(try service().environment)
        let january = try day("2027-01-01")...day("2027-01-31")
        #expect(try await connector.earnings(of: ["AAPL"], in: january).value.map(\.date) == [try day("2027-01-28")])
        let december = try day("2026-12-01")...day("2026-12-31")
        #expect(try await connector.earnings(of: ["AAPL"], in: december).value.isEmpty)
        let error = try await connectorFailure { try await connector.earnings(of: [], in: january) }
        #expect(error.code == .notOffered)
    }

    private static let market = """
        {"data": {"items": [
          {"symbol": "AAPL  270115P00170000", "instrument-type": "Equity Option", "updated-at": "2026-11-20T20:59:59.5Z",
           "bid": "1.5", "ask": "1.6", "last": "1.55", "prev-close": "1.7", "open-interest": "3957", "volume": "436.0"},
          {"symbol": "AAPL", "instrument-type": "Equity", "updated-at": "2026-11-20T21:00:00Z", "bid": "312.5",
           "ask": "312.6", "last": "312.55", "prev-close": "310", "volume": "31878433.0"}]}}
        """

    @Test("The nested chain is filled with quotes; a contract without one is left out")
    func chain() async throws {
        let service = try service(["GET /market-data/by-type": Self.market])
        let answer = try await Tastytrade(service.environment).chain(of: "AAPL", expirations: nil)
        #expect(answer.value.underlyingPrice == (try decimal("312.55")))
        let option = try #require(answer.value.options.first)
        #expect(answer.value.options.count == 1)
        let quote = Quote(
            symbol: "AAPL270115P00170000",
            asOf: try instant("2026-11-20T20:59:59.5Z"),
            bid: try decimal("1.5"),
            ask: try decimal("1.6"),
            last: try decimal("1.55"),
            previousClose: try decimal("1.7"),
            openInterest: 3957,
            volume: 436,
            source: "tastytrade"
        )
        #expect(option.quote == quote)
        #expect(option.greeks == nil)
        #expect(option.impliedVolatility == nil)
        let query = try #require(service.requests("/market-data/by-type").first).query
        #expect(query == ["equity": "AAPL", "equity-option": "AAPL  270115C00170000,AAPL  270115P00170000"])
    }

    @Test("Indices are asked for as indices, share classes with a slash")
    func quotes() async throws {
        let service = try service(["GET /market-data/by-type": #"{"data": {"items": []}}"#])
        _ = try await Tastytrade(service.environment).quotes(of: ["SPX", "BRK.B", "AAPL"])
        let query = try #require(service.requests("/market-data/by-type").first).query
        #expect(query == ["index": "SPX", "equity": "BRK/B,AAPL"])
    }
}
