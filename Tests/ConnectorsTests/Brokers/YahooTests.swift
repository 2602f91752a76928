import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Yahoo Finance")
struct YahooTests {
    private static let enabled = ["yahoo": ["enabled": ["true"]]]

    private func service(_ routes: [String: LoopbackReply] = [:]) throws -> Service {
        let cookie = LoopbackReply(status: 404, headers: ["Set-Cookie": "A3=d=x&S=y; Domain=.yahoo.com; Secure"])
        let all = ["GET /": cookie, "GET /v1/test/getcrumb": LoopbackReply("haT3oykhHqZ")]
        return try Service(routes: all.merging(routes) { $1 }, settings: Self.enabled)
    }

    @Test("It is off until the owner switches it on")
    func disabled() async throws {
        let service = try Service()
        let connector = Yahoo(service.environment)
        #expect(connector.readiness == .disabled(nextStep: "set connectors.yahoo.enabled to true in config.yaml"))
        let error = try await connectorFailure { try await connector.quotes(of: ["AAPL"]) }
        #expect(error.code == .notConfigured)
        #expect(service.server.requests.isEmpty)
        #expect(Yahoo(try self.service().environment).readiness == .ready)
    }

    @Test("A quote is the last price with the exchange's time; an unknown symbol is left out")
    func quotes() async throws {
        let missing = LoopbackReply.json(
            #"{"chart": {"result": null, "error": {"code": "Not Found", "description": "No data found"}}}"#,
            status: 404
        )
        let foreign = try Contract.body("yahoo/chart").changing(#""currency":"USD""#, to: #""currency":"EUR""#)
        let service = try service([
            "GET /v8/finance/chart/AAPL": .json(try Contract.body("yahoo/chart")),
            "GET /v8/finance/chart/ZZZZ": missing,
            "GET /v8/finance/chart/SAP": .json(foreign),
            "GET /v8/finance/chart/BRK-B": missing,
            "GET /v8/finance/chart/^SPX": missing,
        ])
        let answer = try await Yahoo(service.environment).quotes(of: ["AAPL", "ZZZZ", "SAP", "BRK.B", "SPX"])
        let quote = Quote(
            symbol: "AAPL",
            asOf: Date(timeIntervalSince1970: 1_790_971_201),
            last: try decimal("333.69"),
            previousClose: try decimal("73.412"),
            volume: 31_878_433,
            source: "Yahoo Finance"
        )
        #expect(answer.value == [quote])
        #expect(answer.notes == ["SAP is left out: its prices are in EUR"])
        #expect(service.server.requests.count == 5)
        #expect(service.server.requests.allSatisfy { $0.query["crumb"] == nil })
    }

    @Test("Bars are set back to the prices of the day: the split of 2020 is undone, the noise of 32 bits is gone")
    func history() async throws {
        let split = #""meta":{"#
        let events = """
            "events":{"splits":{"1598880600":{"date":1598880600,"numerator":4,"denominator":1,"splitRatio":"4:1"}},
            "dividends":{"1577975400":{"amount":0.1925,"date":1577975400}}},"meta":{
            """
        let service = try service([
            "GET /v8/finance/chart/AAPL": .json(try Contract.body("yahoo/chart").changing(split, to: events))
        ])
        let answer = try await Yahoo(service.environment).history(
            of: "AAPL",
            in: day("2020-01-01")...day("2020-01-31")
        )
        // Apple closed at 300.35 on 2020-01-02; it opened at 296.24 and traded 33.87 million shares.
        let bar = DailyBar(
            symbol: "AAPL",
            date: try day("2020-01-02"),
            open: try decimal("296.24"),
            high: try decimal("300.6"),
            low: try decimal("295.19"),
            close: try decimal("300.35"),
            adjustedClose: try decimal("72.271545"),
            volume: 33_870_100
        )
        #expect(answer.value.bars == [bar])
        #expect(answer.value.splits.isEmpty)
        #expect(answer.value.dividends.map(\.amount) == [try decimal("0.77")])
        let period = try #require(service.server.requests.first).query
        #expect(period["period2"] == "\(Int(service.clock.now.timeIntervalSince1970) + 86_400)")
    }

    @Test("Out of session there is no bid, no ask and no volatility, only the last trade at its time")
    func chain() async throws {
        let service = try service(["GET /v7/finance/options/AAPL": .json(try Contract.body("yahoo/options"))])
        let may = try day("2026-05-29")...day("2026-05-29")
        let answer = try await Yahoo(service.environment).chain(of: "AAPL", expirations: may)
        #expect(answer.value.underlyingPrice == (try decimal("312.51")))
        #expect(
            answer.value.options.map(\.contract.symbol) == [
                "AAPL260529C00110000", "AAPL260529C00310000", "AAPL260529P00310000",
            ]
        )
        let junk = answer.value.options[0]
        #expect(junk.impliedVolatility == nil)
        #expect(junk.quote.bid == nil)
        #expect(junk.quote.ask == nil)
        #expect(junk.quote.last == (try decimal("200.48")))
        #expect(junk.quote.asOf == Date(timeIntervalSince1970: 1_779_991_156))
        let call = answer.value.options[1]
        #expect(call.impliedVolatility == 0.31)
        #expect(call.quote.bid == 4)
        #expect(call.quote.ask == (try decimal("4.2")))
        #expect(call.quote.openInterest == 5400)
        #expect(call.quote.asOf == Date(timeIntervalSince1970: 1_779_998_401))
        #expect(answer.value.options.allSatisfy { $0.greeks == nil })
        let asked = service.requests("/v7/finance/options/AAPL")
        #expect(asked.map { $0.query["date"] } == [nil, "1780012800"])
        #expect(asked.allSatisfy { $0.query["crumb"] == "haT3oykhHqZ" && $0.headers["cookie"] == "A3=d=x&S=y" })
        #expect(service.requests("/v1/test/getcrumb").count == 1)
    }

    @Test(
        "What is no crumb is not kept",
        arguments: [
            LoopbackReply(status: 429, "Too Many Requests\r\n"), LoopbackReply("Too Many Requests\r\n"),
            LoopbackReply("<html>consent</html>"), LoopbackReply(#"{"error":1}"#), LoopbackReply(""),
        ]
    )
    func excuses(_ excuse: LoopbackReply) async throws {
        let service = try service(["GET /v7/finance/options/AAPL": .json(try Contract.body("yahoo/options"))])
        service.server.script("GET /v1/test/getcrumb", excuse)
        let connector = Yahoo(service.environment)
        let dates = try day("2026-05-29")...day("2026-05-29")
        let error = try await connectorFailure { try await connector.chain(of: "AAPL", expirations: dates) }
        #expect(error.code == (excuse.status == 429 ? .rateLimited(retryAfter: nil) : .unexpectedAnswer))
        #expect(service.requests("/v7/finance/options/AAPL").isEmpty)
        #expect(try await connector.chain(of: "AAPL", expirations: dates).value.options.count == 3)
    }

    @Test("A refused crumb is fetched anew, once")
    func refused() async throws {
        let service = try service(["GET /v7/finance/options/AAPL": .json(try Contract.body("yahoo/options"))])
        let refusal = LoopbackReply.json(
            #"{"finance": {"result": null, "error": {"code": "Unauthorized", "description": "Invalid Crumb"}}}"#,
            status: 401
        )
        service.server.script("GET /v7/finance/options/AAPL", refusal)
        service.server.script("GET /v1/test/getcrumb", LoopbackReply("oldCrumb"))
        let connector = Yahoo(service.environment)
        let dates = try day("2026-05-29")...day("2026-05-29")
        #expect(try await connector.chain(of: "AAPL", expirations: dates).value.options.count == 3)
        let crumbs = service.requests("/v7/finance/options/AAPL").map { $0.query["crumb"] }
        #expect(crumbs == ["oldCrumb", "haT3oykhHqZ", "haT3oykhHqZ"])
        service.server.script("GET /v7/finance/options/AAPL", refusal, refusal)
        let error = try await connectorFailure { try await connector.chain(of: "AAPL", expirations: dates) }
        #expect(error.code == .unauthorised)
        #expect(error.detail == "HTTP 401 (Invalid Crumb)")
    }
}
