import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Activity, history and news of Alpaca")
struct AlpacaRecordsTests {
    @Test("Fills carry their sign and amount; what became of options and cash has its kind")
    func activity() async throws {
        let fills = """
            [{"id": "1::a", "activity_type": "FILL", "symbol": "AAPL", "side": "buy", "qty": "10", "price": "5",
              "transaction_time": "2026-11-17T02:30:00Z", "type": "fill"},
             {"id": "2::b", "activity_type": "FILL", "symbol": "AAPL270115P00170000", "side": "sell_short", "qty": "2",
              "price": "1.55", "transaction_time": "2026-11-17T20:30:00.5Z", "type": "partial_fill"},
             {"id": "3::c", "activity_type": "OPEXP", "symbol": "AAPL261120C00400000", "date": "2026-11-20", "qty": "1"},
             {"id": "4::d", "activity_type": "DIV", "symbol": "AAPL", "date": "2026-11-18T00:00:00Z", "qty": "100",
              "per_share_amount": "0.26", "net_amount": "26"},
             {"id": "5::e", "activity_type": "CSW", "date": "2026-11-19", "net_amount": "-500"},
             {"id": "6::f", "activity_type": "FEE", "date": "2026-11-18", "net_amount": "-0.02", "status": "canceled"},
             {"id": "7::g", "activity_type": "INT", "date": "2026-11-10", "net_amount": "1"}]
            """
        let service = try Service(routes: [
            "GET /v2/account": .json(try Contract.body("alpaca/account")),
            "GET /v2/account/activities": .json(fills),
        ])
        let answer = try await Alpaca(service.environment).activity(since: day("2026-11-16"))
        let items = answer.value
        // The first fill is of 21:30 on the 16th in New York.
        #expect(
            items.map(\.date.description) == ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]
        )
        #expect(items.map(\.kind) == [.buy, .sell, .dividend, .transfer, .expiration])
        #expect(items.map(\.quantity) == [10, -2, 100, nil, 1])
        #expect(items.map(\.amount) == [-50, 310, 26, -500, nil])
        #expect(items[2].price == (try decimal("0.26")))
        #expect(items[1].details == "FILL partial_fill")
        let query = try #require(service.requests("/v2/account/activities").first).query
        #expect(query["after"] == "2026-11-15")
    }

    @Test("The last entry of a full page leads to the next")
    func pages() async throws {
        func entries(_ range: Range<Int>) -> String {
            "["
                + range.map { #"{"id": "\#($0)::x", "activity_type": "INT", "date": "2026-11-18", "net_amount": "1"}"# }
                .joined(separator: ",") + "]"
        }
        let service = try Service(routes: ["GET /v2/account": .json(try Contract.body("alpaca/account"))])
        service.server.script("GET /v2/account/activities", .json(entries(0..<100)), .json(entries(100..<130)))
        let answer = try await Alpaca(service.environment).activity(since: day("2026-11-16"))
        #expect(answer.value.map(\.identifier) == (0..<130).map { "\($0)::x" })
        #expect(service.requests("/v2/account/activities").map { $0.query["page_token"] } == [nil, "99::x"])
    }

    private static let actions = """
        {"next_page_token": null, "corporate_actions": {
          "forward_splits": [{"ex_date": "2022-01-04", "new_rate": 20, "old_rate": 1, "symbol": "AAPL"}],
          "reverse_splits": [{"ex_date": "2022-01-06", "new_rate": 1, "old_rate": 10, "symbol": "AAPL"}],
          "cash_dividends": [{"ex_date": "2022-01-05", "rate": 0.22, "symbol": "AAPL"},
                             {"ex_date": "2022-01-07", "rate": 0.1, "symbol": "AAPL", "currency": "EUR"},
                             {"ex_date": "2022-03-01", "rate": 0.23, "symbol": "AAPL"}]
        }}
        """

    private func service(actions: LoopbackReply) throws -> Service {
        let last = """
            {"bars": {"AAPL": [{"c": 179.7, "h": 182.94, "l": 179.12, "o": 182.63, "t": "2022-01-04T05:00:00Z",
             "v": 99310438}]}, "next_page_token": null}
            """
        let service = try Service(routes: ["GET /v1/corporate-actions": actions])
        service.server.script("GET /v2/stocks/bars", .json(try Contract.body("alpaca/stock_bars")), .json(last))
        return service
    }

    @Test("Bars are unadjusted and dated in New York; splits and dividends come by their ex-date")
    func history() async throws {
        let service = try service(actions: .json(Self.actions))
        let dates = try day("2022-01-03")...day("2022-01-31")
        let answer = try await Alpaca(service.environment).history(of: "AAPL", in: dates)
        let first = DailyBar(
            symbol: "AAPL",
            date: try day("2022-01-03"),
            open: try decimal("178.26"),
            high: try decimal("178.26"),
            low: try decimal("178.21"),
            close: try decimal("178.21"),
            volume: 1118
        )
        #expect(answer.value.bars.first == first)
        #expect(answer.value.bars.map(\.date) == [try day("2022-01-03"), try day("2022-01-04")])
        #expect(answer.value.splits.map(\.ratio) == [20, try decimal("0.1")])
        #expect(
            answer.value.dividends == [
                Dividend(symbol: "AAPL", exDate: try day("2022-01-05"), amount: try decimal("0.22"), source: "Alpaca")
            ]
        )
        #expect(answer.notes == ["dividends in EUR are left out"])
        let query = try #require(service.requests("/v2/stocks/bars").first).query
        #expect(query["adjustment"] == "raw")
        #expect(query["end"] == "2022-01-31")
    }

    @Test("A range up to today has no end, which delayed data would refuse; missing actions are said")
    func today() async throws {
        let service = try service(actions: LoopbackReply(status: 500))
        let dates = try day("2022-01-03")...day("2026-11-20")
        let answer = try await Alpaca(service.environment).history(of: "AAPL", in: dates)
        #expect(service.requests("/v2/stocks/bars").allSatisfy { $0.query["end"] == nil })
        #expect(answer.value.bars.count == 2)
        #expect(answer.notes == ["no splits and dividends: HTTP 500"])
    }

    @Test("Headlines are plain text, the latest first, as many as asked for")
    func news() async throws {
        func page(_ identifiers: [Int], _ token: String) -> String {
            let items = identifiers.map { number in
                """
                {"id": \(number), "headline": "<b>Up</b> 5&#37; &amp; more\\u001b[2J", "summary": "<p>Is 3 < 4?</p>",
                 "created_at": "2026-11-1\(number)T10:00:00Z", "source": "benzinga", "symbols": ["AAPL"], "url": null}
                """
            }
            return #"{"news": [\#(items.joined(separator: ","))], "next_page_token": \#(token)}"#
        }
        let service = try Service()
        service.server.script("GET /v1beta1/news", .json(page([7, 9], "\"two\"")), .json(page([8, 5], "null")))
        let answer = try await Alpaca(service.environment).news(
            about: ["AAPL", "MSFT"],
            since: try instant("2026-11-16T00:00:00Z"),
            limit: 3
        )
        #expect(answer.value.map(\.identifier) == ["9", "8", "7"])
        let item = try #require(answer.value.first)
        #expect(item.headline == "Up 5% & more [2J")
        #expect(item.summary == "Is 3 < 4?")
        #expect(item.url == nil)
        let queries = service.server.requests.map(\.query)
        #expect(queries.first?["start"] == "2026-11-16T00:00:00Z")
        #expect(queries.first?["symbols"] == "AAPL,MSFT")
        #expect(queries.map { $0["page_token"] } == [nil, "two"])
    }
}
