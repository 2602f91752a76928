import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Activity of tastytrade")
struct TastytradeActivityTests {
    private static let path = "/accounts/5WT00000/transactions"

    private func service(_ bodies: [String]) throws -> Service {
        let service = try Service(routes: [
            "POST /oauth/token": .json(#"{"access_token": "access-one", "expires_in": 900}"#),
            "GET /customers/me/accounts": .json(
                #"{"data": {"items": [{"account": {"account-number": "5WT00000", "nickname": "Wheel"}}]}}"#
            ),
            "GET \(Self.path)": .json(#"{"data": {"items": []}}"#),
        ])
        for body in bodies { service.server.script("GET \(Self.path)", .json(body)) }
        return service
    }

    private func activity(
        _ bodies: String...,
        since start: String = "2026-11-01"
    ) async throws -> (answer: Sourced<[AccountActivity]>, queries: [[String: String]]) {
        let service = try service(bodies)
        let answer = try await Tastytrade(service.environment).activity(since: day(start))
        return (answer, service.requests(Self.path).map(\.query))
    }

    private static func page(_ numbers: Range<Int>, pages: Int?) -> String {
        let items = numbers.map { number in
            #"{"id": \#(number), "transaction-type": "Money Movement", "transaction-sub-type": "Credit Interest", "#
                + #""transaction-date": "2026-11-18", "net-value": "1.0", "net-value-effect": "Credit", "description": null}"#
        }
        let count = pages.map { #", "pagination": {"total-pages": \#($0)}"# } ?? ""
        return #"{"data": {"items": [\#(items.joined(separator: ","))]}\#(count)}"#
    }

    @Test("Quantities are signed by the action, amounts by their effect; days are those of New York")
    func kinds() async throws {
        let (answer, queries) = try await activity(Contract.body("tastytrade/transactions"))
        let items = answer.value
        #expect(
            items.map(\.date.description) == [
                "2026-11-10", "2026-11-12", "2026-11-13", "2026-11-13", "2026-11-16", "2026-11-17", "2026-11-19",
                "2026-11-20",
            ]
        )
        #expect(
            items.map(\.kind) == [.sell, .buy, .assignment, .buy, .dividend, .interest, .transfer, .expiration]
        )
        #expect(
            items.map(\.symbol) == [
                "AAPL270115P00170000", "BRK.B", "INTC261113P00025000", "INTC", "KBWD", nil, nil, "AAPL261120C00400000",
            ]
        )
        #expect(items.map(\.quantity) == [-2, 6, 1, 100, nil, nil, nil, 1])
        #expect(items.map(\.price) == [try decimal("1.55"), 475, nil, 25, nil, nil, nil, nil])
        #expect(
            items.map(\.amount) == [
                try decimal("307.758"), try decimal("-2850.005"), 0, -2505, try decimal("27.74"), try decimal("0.42"),
                -500, 0,
            ]
        )
        #expect(items[0].identifier == "252640901")
        #expect(items[0].details == "Sell to Open: Sold 2 AAPL 01/15/27 Put 170.00 @ 1.55")
        #expect(items.allSatisfy { $0.account.title == "tastytrade Wheel" })
        #expect(answer.notes.isEmpty)
        #expect(
            queries == [["per-page": "250", "page-offset": "0", "sort": "Asc", "start-date": "2026-10-31"]]
        )
    }

    @Test("What lies before the day asked for is left out, futures too, with a word")
    func scope() async throws {
        let later = try await activity(Contract.body("tastytrade/transactions"), since: "2026-11-17").answer
        #expect(later.value.map(\.kind) == [.interest, .transfer, .expiration])
        let future = try Contract.body("tastytrade/transactions").changing(
            #""instrument-type":"Equity","is-estimated-fee":true,"net-value":"2850.005""#,
            to: #""instrument-type":"Future","is-estimated-fee":true,"net-value":"2850.005""#
        )
        let answer = try await activity(future).answer
        #expect(answer.value.count == 7)
        #expect(answer.notes == ["transactions of the kind Future at tastytrade are left out"])
    }

    @Test("Pages are read to the last: by their count, else to one that is not full")
    func pages() async throws {
        let counted = try await activity(Self.page(0..<250, pages: 2), Self.page(250..<260, pages: 2))
        #expect(counted.answer.value.map(\.identifier) == (0..<260).map { "\($0)" })
        #expect(counted.queries.map { $0["page-offset"] } == ["0", "1"])
        let bare = try await activity(Self.page(0..<250, pages: nil), Self.page(250..<251, pages: nil))
        #expect(bare.answer.value.count == 251)
        // One came in meanwhile and moved the others on by one.
        let moved = try await activity(Self.page(0..<250, pages: 2), Self.page(249..<255, pages: 2))
        #expect(moved.answer.value.count == 255)
        let same = try await activity(Self.page(0..<250, pages: 9), Self.page(0..<250, pages: 9))
        #expect(same.answer.value.count == 250)
        #expect(same.queries.count == 2)
        #expect(same.answer.notes == ["tastytrade sent the same page of transactions twice: the history may be cut"])
    }

    @Test("Shares of a reinvested dividend are bought, splits and reversals are kept as others, nulls are no drift")
    func others() async throws {
        func entry(_ id: Int, _ type: String, _ subtype: String, _ more: String) -> String {
            #"{"id": "\#(id)", "transaction-type": "\#(type)", "transaction-sub-type": "\#(subtype)", "#
                + #""transaction-date": "2026-11-18", "description": null, \#(more)}"#
        }
        let none = #""net-value": 0, "net-value-effect": "None""#
        let items = [
            entry(
                1,
                "Receive Deliver",
                "Dividend",
                #""symbol": "KBWD", "action": "Buy to Open", "quantity": 1.68074, "price": 16.46, \#(none)"#
            ),
            entry(
                2,
                "Receive Deliver",
                "Forward Split",
                #""symbol": "NVDA", "action": "Sell to Close", "quantity": "10", "price": null, \#(none)"#
            ),
            entry(3, "Money Movement", "Balance Adjustment", #""net-value": "0.02", "net-value-effect": "Debit""#),
            entry(4, "Money Movement", "Fee", #""net-value": null, "net-value-effect": null"#),
            entry(5, "Receive Deliver", "ACAT", #""symbol": "T", "action": "Buy to Open", "quantity": "5", \#(none)"#),
        ]
        let answer = try await activity(#"{"data": {"items": [\#(items.joined(separator: ","))]}}"#).answer
        #expect(answer.value.map(\.kind) == [.buy, .other, .other, .fee, .transfer])
        #expect(answer.value.map(\.quantity) == [try decimal("1.68074"), -10, nil, nil, 5])
        #expect(answer.value.map(\.amount) == [0, 0, try decimal("-0.02"), nil, 0])
        #expect(answer.notes.isEmpty)
    }

    @Test("An effect nobody knows leaves the amount out and is named; a trade without an action is no trade")
    func drift() async throws {
        let body = try Contract.body("tastytrade/transactions")
        let effect = try await activity(body.changing(#""Credit""#, to: #""Sideways""#)).answer
        #expect(effect.value.first?.amount == nil)
        #expect(effect.notes.contains { $0.contains("'net-value-effect'") })
        let action = try await activity(body.changing(#""action":"Sell to Open""#, to: #""act":"Sell to Open""#)).answer
        #expect(action.value.count == 7)
        #expect(action.notes.contains { $0.contains("'action'") })
        #expect(action.notes.contains("1 of 8 transactions of tastytrade could not be read and are left out"))
        let nothing = try await connectorFailure { try await activity(#"{"data": {"entries": []}}"#) }
        #expect(nothing.detail == "the answer has no 'items'")
    }

    @Test("A refused access token is renewed and the page asked for again")
    func refused() async throws {
        let service = try service([try Contract.body("tastytrade/transactions")])
        service.server.script("GET /customers/me/accounts", .json(#"{"error": {"message": "expired"}}"#, status: 401))
        service.server.script("POST /oauth/token", .json(#"{"access_token": "access-old", "expires_in": 900}"#))
        let answer = try await Tastytrade(service.environment).activity(since: day("2026-11-01"))
        #expect(answer.value.count == 8)
        #expect(service.requests("/oauth/token").count == 2)
    }
}
