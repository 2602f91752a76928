import Connectors
import Foundation
import MagnusTestSupport
import Testing

@Suite struct KalshiTests {
    /// A market as specification 3.13.0 has it, with the fields a test changes.
    static func market(_ ticker: String, _ changes: [String: String?] = [:]) -> String {
        var fields: [String: String] = [
            "ticker": "\"\(ticker)\"", "event_ticker": "\"KXNFLGAME-26NOV22DALPHI\"", "market_type": "\"binary\"",
            "yes_sub_title": "\"Philadelphia\"", "updated_time": "\"2026-11-20T15:00:00Z\"",
            "close_time": "\"2026-11-24T01:20:00Z\"", "status": "\"active\"", "yes_bid_dollars": "\"0.6100\"",
            "yes_ask_dollars": "\"0.6200\"", "no_bid_dollars": "\"0.3800\"", "no_ask_dollars": "\"0.3900\"",
            "last_price_dollars": "\"0.6200\"", "volume_fp": "\"154321.00\"", "open_interest_fp": "\"98765.00\"",
            "result": "\"\"",
        ]
        for (name, value) in changes { fields[name] = value }
        return "{" + fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",") + "}"
    }

    static let event = """
        {"event_ticker": "KXNFLGAME-26NOV22DALPHI", "series_ticker": "KXNFLGAME", "title": "Dallas at Philadelphia",
         "sub_title": "Nov 22", "mutually_exclusive": true}
        """

    static func service(_ pages: [String: String]) throws -> ResearchService {
        try ResearchService("kalshi") { request in
            switch request.path {
            case "/trade-api/v2/markets": .json(pages[request.query["cursor"] ?? ""] ?? "{}")
            case "/trade-api/v2/events": .json("{\"events\": [\(event)], \"cursor\": \"\"}")
            case "/trade-api/v2/events/KXNFLGAME-26NOV22DALPHI": .json("{\"event\": \(event)}")
            default: LoopbackReply(status: 404)
            }
        }
    }

    @Test func readsMarketsPageByPage() async throws {
        let service = try Self.service([
            "": "{\"cursor\": \"next=1\", \"markets\": [\(Self.market("A")), \(Self.market("B"))]}",
            "next=1": "{\"cursor\": \"\", \"markets\": [\(Self.market("C"))]}",
        ])
        let answer = try await Kalshi(service.environment).markets(PredictionFilter(series: "KXNFLGAME"))
        #expect(answer.value.map(\.ticker) == ["A", "B", "C"])
        let market = answer.value[0]
        #expect(market.title == "Dallas at Philadelphia")
        #expect(market.outcome == "Philadelphia")
        #expect(market.status == "active")
        #expect(market.yesBid == (try decimal("0.61")))
        #expect(market.yesAsk == (try decimal("0.62")))
        #expect(market.noBid == (try decimal("0.38")))
        #expect(market.last == (try decimal("0.62")))
        #expect(market.volume == 154_321)
        #expect(market.openInterest == 98_765)
        #expect(market.closes == (try moment("2026-11-24T01:20:00Z")))
        #expect(answer.notes == [])
        let asked = service.server.requests.filter { $0.path.hasSuffix("/markets") }
        #expect(asked.map { $0.query["cursor"] } == [nil, "next=1"])
        #expect(asked[0].query["status"] == "open")
        #expect(asked[0].query["series_ticker"] == "KXNFLGAME")
        // Open reads carry no key.
        #expect(asked[0].headers["kalshi-access-key"] == nil)
    }

    @Test func asksForNoMoreThanTheLimit() async throws {
        let service = try Self.service([
            "": "{\"cursor\": \"2\", \"markets\": [\(Self.market("A")), \(Self.market("B"))]}"
        ])
        let answer = try await Kalshi(service.environment).markets(PredictionFilter(limit: 1))
        #expect(answer.value.map(\.ticker) == ["A"])
        #expect(answer.notes.contains { $0.hasPrefix("Kalshi has more markets than the first 1 ") }, "\(answer.notes)")
        #expect(service.server.requests[0].query["limit"] == "1")
        #expect(service.server.requests.filter { $0.path.hasSuffix("/markets") }.count == 1)
    }

    @Test func stopsWhereACursorComesTwice() async throws {
        let page = "{\"cursor\": \"same\", \"markets\": [\(Self.market("A"))]}"
        let service = try Self.service(["": page, "same": page])
        let error = try await #require(throws: ConnectorError.self) {
            try await Kalshi(service.environment).markets(PredictionFilter())
        }
        #expect(error.code == .unexpectedAnswer)
        #expect(service.server.requests.count == 2)
    }

    @Test func takesCentsAndWholeCountsWhereThereIsNothingElse() async throws {
        let old = Self.market(
            "OLD",
            [
                "yes_bid_dollars": nil, "yes_ask_dollars": nil, "no_bid_dollars": nil,
                "last_price_dollars": nil, "volume_fp": nil, "open_interest_fp": nil,
                "yes_bid": "61", "yes_ask": "62", "no_bid": "38", "last_price": "7", "volume": "12",
                "open_interest": "\"34\"", "title": "\"Will it?\"",
            ]
        )
        let service = try Self.service(["": "{\"cursor\": null, \"markets\": [\(old)]}"])
        let market = try #require(try await Kalshi(service.environment).markets(PredictionFilter()).value.first)
        #expect(market.title == "Will it?")
        #expect(market.yesBid == (try decimal("0.61")))
        #expect(market.yesAsk == (try decimal("0.62")))
        #expect(market.last == (try decimal("0.07")))
        #expect(market.volume == 12)
        #expect(market.openInterest == 34)
    }

    @Test func takesZeroAndOneForNobody() async throws {
        let empty = Self.market(
            "EMPTY",
            [
                "yes_bid_dollars": "\"0.0000\"", "yes_ask_dollars": "\"1.0000\"", "no_bid_dollars": "\"0.0000\"",
                "last_price_dollars": "\"0.0000\"",
            ]
        )
        let service = try Self.service(["": "{\"cursor\": \"\", \"markets\": [\(empty)]}"])
        let market = try #require(try await Kalshi(service.environment).markets(PredictionFilter()).value.first)
        #expect(market.yesBid == nil && market.yesAsk == nil && market.noBid == nil && market.last == nil)
    }

    @Test func worksTheOfferOutFromTheOtherSide() async throws {
        let half = Self.market("HALF", ["yes_ask_dollars": "null"])
        let service = try Self.service(["": "{\"cursor\": \"\", \"markets\": [\(half)]}"])
        let market = try #require(try await Kalshi(service.environment).markets(PredictionFilter()).value.first)
        #expect(market.yesAsk == (try decimal("0.62")))
    }

    @Test func saysWhichFieldIsGoneAndServesTheRest() async throws {
        let renamed = Self.market("A", ["yes_bid_dollars": nil, "yes_bid_usd": "\"0.61\""])
        let cents = Self.market("B", ["yes_bid_dollars": "\"61\""])
        let nameless = Self.market("C", ["ticker": nil])
        let service = try Self.service(["": "{\"cursor\": \"\", \"markets\": [\(renamed), \(cents), \(nameless), 7]}"])
        let answer = try await Kalshi(service.environment).markets(PredictionFilter())
        #expect(answer.value.map(\.ticker) == ["A", "B"])
        #expect(answer.value.map(\.yesBid) == [nil, nil])
        #expect(answer.value[0].noBid == (try decimal("0.38")))
        #expect(answer.notes.contains("Kalshi no longer sends 'yes_bid_dollars' as it did (2 records)"))
        #expect(answer.notes.contains { $0.contains("2 of 4 markets") })
    }

    @Test func leavesOutMarketsThatTradeNoMore() async throws {
        let markets = ["active", "closed", "finalized", "paused_for_rain"].map { status in
            Self.market(status, ["status": "\"\(status)\""])
        }
        let page = "{\"cursor\": \"\", \"markets\": [\(markets.joined(separator: ","))]}"
        let open = try await Kalshi(Self.service(["": page]).environment).markets(PredictionFilter())
        #expect(open.value.map(\.ticker) == ["active", "paused_for_rain"])
        let all = try await Kalshi(Self.service(["": page]).environment).markets(PredictionFilter(isOpenOnly: false))
        #expect(all.value.map(\.status) == ["active", "closed", "finalized", "paused_for_rain"])
    }

    @Test func goesOnWithoutTitles() async throws {
        let service = try ResearchService("kalshi") { request in
            request.path.hasSuffix("/markets")
                ? .json("{\"cursor\": \"\", \"markets\": [\(Self.market("A"))]}") : LoopbackReply(status: 500)
        }
        let answer = try await Kalshi(service.environment).markets(PredictionFilter(event: "KXNFLGAME-26NOV22DALPHI"))
        #expect(answer.value.map(\.title) == ["Philadelphia"])
        #expect(answer.notes == ["what the markets ask could not be read: HTTP 500"])
    }

    @Test func takesAnAddressWithOrWithoutItsPath() async throws {
        var service = try Self.service(["": "{\"cursor\": \"\", \"markets\": []}"])
        service.environment.settings.set("kalshi", "url", [service.server.baseURL + "/trade-api/v2/"])
        #expect(try await Kalshi(service.environment).markets(PredictionFilter()).value == [])
        #expect(service.targets.first?.hasPrefix("/trade-api/v2/markets?") == true)
    }

    @Test func sendsNoKeyInTheClear() throws {
        var service = try Self.service([:])
        service.environment.settings.set("kalshi", "url", ["http://example.com"])
        #expect(!Kalshi(service.environment).readiness.isReady)
    }
}

@Suite struct KalshiBookTests {
    static func book(_ answer: String) async throws -> Sourced<PredictionBook> {
        let service = try ResearchService("kalshi") { request in
            request.target == "/trade-api/v2/markets/KX%2F1/orderbook" ? .json(answer) : LoopbackReply(status: 404)
        }
        return try await Kalshi(service.environment).book(of: "KX/1")
    }

    static func level(_ price: String, _ quantity: String) throws -> PredictionBook.Level {
        PredictionBook.Level(price: try decimal(price), quantity: try decimal(quantity))
    }

    @Test func readsBidsOfBothSidesBestFirst() async throws {
        let answer = try await Self.book(
            """
            {"orderbook_fp": {"yes_dollars": [["0.6000", "250.00"], ["0.6100", "1200.00"]],
              "no_dollars": [["0.3700", "90.00"], ["0.3800", "340.00"]]}}
            """
        )
        #expect(answer.value.yesBids == [try Self.level("0.61", "1200"), try Self.level("0.6", "250")])
        #expect(answer.value.noBids == [try Self.level("0.38", "340"), try Self.level("0.37", "90")])
        #expect(answer.value.yesAsk == (try decimal("0.62")))
        #expect(answer.value.noAsk == (try decimal("0.39")))
        #expect(answer.notes == [])
    }

    @Test func readsCents() async throws {
        let book = try await Self.book(#"{"orderbook": {"yes": [[60, 250], [61, 1200]], "no": null}}"#).value
        #expect(book.yesBids == [try Self.level("0.61", "1200"), try Self.level("0.6", "250")])
        #expect(book.noBids == [])
        #expect(book.yesAsk == nil)
    }

    @Test func leavesOutWhatIsNoLevelAndSaysSo() async throws {
        let answer = try await Self.book(
            #"{"orderbook_fp": {"yes_dollars": [["0.60", "1"], ["61", "1"], "x", [null, "1"]], "no": []}}"#
        )
        #expect(answer.value.yesBids == [try Self.level("0.6", "1")])
        #expect(answer.notes.contains("Kalshi no longer sends 'yes_dollars' as it did (3 records)"))
        #expect(answer.notes.contains("Kalshi no longer sends 'no_dollars' as it did (1 record)"))
    }

    @Test func refusesAnAnswerWithoutABook() async throws {
        let error = try await #require(throws: ConnectorError.self) { try await Self.book(#"{"book": {}}"#) }
        #expect(error.description.contains("'orderbook_fp'"))
    }

    @Test func saysThatABookNeedsAKey() async throws {
        let service = try ResearchService("kalshi") { _ in
            .json(#"{"error": {"code": "authentication_error", "message": "authentication_error"}}"#, status: 401)
        }
        let error = try await #require(throws: ConnectorError.self) {
            try await Kalshi(service.environment).book(of: "A")
        }
        #expect(error.code == .unauthorised)
        #expect(error.nextStep.contains("KALSHI_API_KEY_ID"))
    }
}
