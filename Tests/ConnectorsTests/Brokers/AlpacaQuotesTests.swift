import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Quotes of Alpaca")
struct AlpacaQuotesTests {
    /// The example of Alpaca's description: 6:18 in New York, before the opening.
    private static let snapshots = """
        {"AAPL": {
          "dailyBar": {"c": 173.03, "h": 173.71, "l": 171.6618, "o": 172.62, "t": "2022-08-16T04:00:00Z", "v": 56457696},
          "latestQuote": {"ap": 172.7, "as": 5, "bp": 172.6, "bs": 2, "t": "2022-08-17T10:18:27.052763263Z"},
          "latestTrade": {"i": 1011, "p": 172.61, "s": 160, "t": "2022-08-17T10:18:24.114694956Z"},
          "prevDailyBar": {"c": 173.19, "h": 173.39, "l": 171.345, "o": 171.5, "t": "2022-08-15T04:00:00Z", "v": 54091719}
        }, "ZZZZ": null}
        """

    private func quote(_ snapshots: String) async throws -> Sourced<[Quote]> {
        let service = try Service(routes: ["GET /v2/stocks/snapshots": .json(snapshots)])
        return try await Alpaca(service.environment).quotes(of: ["AAPL", "ZZZZ"])
    }

    @Test("Before the opening the last daily bar is the session before; a symbol without data is left out")
    func premarket() async throws {
        let answer = try await quote(Self.snapshots)
        let quote = Quote(
            symbol: "AAPL",
            asOf: try instant("2022-08-17T10:18:27.052763263Z"),
            bid: try decimal("172.6"),
            ask: try decimal("172.7"),
            last: try decimal("172.61"),
            previousClose: try decimal("173.03"),
            source: "Alpaca"
        )
        #expect(answer.value == [quote])
        #expect(answer.notes.isEmpty)
    }

    @Test("In session the bar before the day's is, and the day has a volume")
    func session() async throws {
        let body = try Self.snapshots.changing("2022-08-17T10:18", to: "2022-08-16T18:18")
        let quote = try #require(try await quote(body).value.first)
        #expect(quote.previousClose == (try decimal("173.19")))
        #expect(quote.volume == 56_457_696)
    }

    @Test("A price of 0 is none, and then the time is that of the trade")
    func zero() async throws {
        let body = try Self.snapshots.changing(#""ap": 172.7"#, to: #""ap": 0"#)
        let quote = try #require(try await quote(body).value.first)
        #expect(quote.ask == nil)
        #expect(quote.bid == (try decimal("172.6")))
        #expect(quote.asOf == (try instant("2022-08-17T10:18:24.114694956Z")))
    }

    @Test("A canceled trade is no price")
    func canceled() async throws {
        let body = try Self.snapshots.changing(#""i": 1011"#, to: #""i": 1011, "u": "canceled""#)
        #expect(try await quote(body).value.first?.last == nil)
    }

    @Test("A renamed price is named, and the rest served; a renamed time leaves nothing to serve")
    func drift() async throws {
        let answer = try await quote(try Self.snapshots.changing(#""bp""#, to: #""bidPrice""#))
        #expect(answer.value.first?.bid == nil)
        #expect(answer.value.first?.last == (try decimal("172.61")))
        #expect(answer.notes == ["Alpaca no longer sends 'bp' as it did (1 record)"])
        let timeless = try Self.snapshots.changing(#""t": "2022-08-17"#, to: #""at": "2022-08-17"#)
        let error = try await connectorFailure { try await quote(timeless) }
        #expect(error.code == .unexpectedAnswer)
        #expect(error.detail.contains("'t'"))
    }

    @Test("Options are asked for by their symbols without padding")
    func options() async throws {
        let body = try Contract.body("alpaca/option_snapshots").changing(
            #""next_page_token":"QUFQTDI0MDYyMTAwMDIyMHwx""#,
            to: #""next_page_token":null"#
        )
        let service = try Service(routes: ["GET /v1beta1/options/snapshots": .json(body)])
        let answer = try await Alpaca(service.environment).quotes(of: ["AAPL  240426C00162500"])
        let quote = Quote(
            symbol: "AAPL240426C00162500",
            asOf: try instant("2024-04-22T19:59:59.992734208Z"),
            bid: try decimal("4.15"),
            ask: try decimal("4.3"),
            last: try decimal("4.1"),
            source: "Alpaca"
        )
        #expect(answer.value == [quote])
        #expect(service.server.requests.map { $0.query["symbols"] } == ["AAPL240426C00162500"])
    }

    @Test("More than a hundred symbols take several requests, each symbol once")
    func lots() async throws {
        let service = try Service(routes: ["GET /v2/stocks/snapshots": .json("{}")])
        let symbols = (0..<150).map { "S\($0)" } + ["S0"]
        let answer = try await Alpaca(service.environment).quotes(of: symbols)
        #expect(answer.value.isEmpty)
        let asked = service.server.requests.map { $0.query["symbols"]?.split(separator: ",").map(String.init) ?? [] }
        #expect(asked.map(\.count) == [100, 50])
        #expect(asked.flatMap { $0 } == (0..<150).map { "S\($0)" })
    }

    @Test("The feed is the owner's choice")
    func feed() async throws {
        let service = try Service(
            routes: ["GET /v2/stocks/snapshots": .json("{}")],
            settings: ["alpaca": ["stock_feed": ["iex"]]]
        )
        _ = try await Alpaca(service.environment).quotes(of: ["AAPL"])
        #expect(service.server.requests.first?.query["feed"] == "iex")
    }
}
