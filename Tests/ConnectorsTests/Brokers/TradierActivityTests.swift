import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Activity of Tradier")
struct TradierActivityTests {
    private func activity(
        _ bodies: String...,
        since start: String = "2026-11-01"
    ) async throws -> (answer: Sourced<[AccountActivity]>, queries: [[String: String]]) {
        let path = "/accounts/VA000000/history"
        let service = try Service(routes: [
            "GET /user/profile": .json(#"{"profile": {"account": {"account_number": "VA000000", "type": "margin"}}}"#),
            "GET \(path)": .json(#"{"history": null}"#),
        ])
        for body in bodies { service.server.script("GET \(path)", .json(body)) }
        let answer = try await Tradier(service.environment).activity(since: day(start))
        return (answer, service.requests(path).map(\.query))
    }

    private static func event(_ number: Int, amount: Int = 1) -> String {
        #"{"amount": \#(amount), "date": "2026-11-18T00:00:00Z", "type": "interest", "#
            + #""interest": {"description": "\#(number)"}}"#
    }

    private static func page(_ numbers: Range<Int>, pages: Int? = nil) -> String {
        let count = pages.map { #", "page": 1, "total_pages": \#($0), "total_events": 0"# } ?? ""
        return #"{"history": {"event": [\#(numbers.map { event($0) }.joined(separator: ","))]\#(count)}}"#
    }

    @Test("Trades carry their sign, amounts are of cash, days are not moved by a time zone")
    func kinds() async throws {
        let (answer, queries) = try await activity(Contract.body("tradier/history"))
        let items = answer.value
        #expect(
            items.map(\.date.description) == [
                "2026-11-10", "2026-11-12", "2026-11-13", "2026-11-16", "2026-11-17", "2026-11-18", "2026-11-20",
            ]
        )
        #expect(items.map(\.kind) == [.sell, .buy, .dividend, .transfer, .fee, .interest, .expiration])
        #expect(items.map(\.symbol) == ["AAPL270115P00170000", "BRK.B", nil, nil, nil, nil, nil])
        #expect(items.map(\.quantity) == [-2, 6, nil, nil, nil, nil, -1])
        #expect(items.map(\.price) == [try decimal("1.55"), 475, nil, nil, nil, nil, nil])
        #expect(
            items.map(\.amount) == [
                try decimal("309.9"), try decimal("-2850.5"), 26, 1500, try decimal("-0.35"), try decimal("0.42"), 0,
            ]
        )
        #expect(items[6].details == "option OPTEXP Expired")
        #expect(items.allSatisfy { $0.account.title == "tradier margin" })
        #expect(answer.notes == ["Tradier does not say which option 1 of its events are about"])
        #expect(queries == [["page": "1", "limit": "100", "start": "2026-11-01"]])
    }

    @Test("One event comes without a list, none as the text null; what lies before the day asked for is left out")
    func oneOrNone() async throws {
        let one = try await activity(Contract.variant("tradier/history", when: "one event")).answer
        #expect(one.value.map(\.amount) == [1])
        #expect(try await activity(Contract.variant("tradier/history", when: "none")).answer.value.isEmpty)
        let later = try await activity(Contract.body("tradier/history"), since: "2026-11-17").answer
        #expect(later.value.map(\.kind) == [.fee, .interest, .expiration])
    }

    @Test(
        "Assignments and exercises are told by code or words; numbers may be texts; details may stand beside the kind"
    )
    func outcomes() async throws {
        func outcome(_ code: String, _ words: String) -> String {
            #"{"amount": "0", "date": "2026-11-20T00:00:00Z", "type": "option", "option": {"option_type": "\#(code)", "#
                + #""description": "\#(words)", "quantity": "1.0", "symbol": "INTC261120P00025000"}}"#
        }
        let flat =
            #"{"amount": "-25.5", "date": "2026-11-20T00:00:00Z", "type": "trade", "symbol": "INTC", "quantity": "1", "#
            + #""price": "25.5", "description": "INTEL"}"#
        let events = [
            outcome("OPTASN", "x"), outcome("assignment", "x"), outcome("OPT", "Exercised"),
            outcome("OPT", "Called away"),
            flat,
        ]
        let answer = try await activity(#"{"history": {"event": [\#(events.joined(separator: ","))]}}"#).answer
        #expect(answer.value.map(\.kind) == [.assignment, .assignment, .exercise, .other, .buy])
        #expect(answer.value.map(\.quantity) == [1, 1, 1, 1, 1])
        #expect(answer.value.last?.price == (try decimal("25.5")))
        #expect(answer.notes.isEmpty)
    }

    @Test("Pages are read to the last: by their count, else to one with fewer events than are sent unasked")
    func pages() async throws {
        let counted = try await activity(Self.page(0..<30, pages: 2), Self.page(30..<60, pages: 2))
        #expect(counted.answer.value.count == 60)
        #expect(counted.queries.map { $0["page"] } == ["1", "2"])
        let bare = try await activity(Self.page(0..<100), Self.page(100..<150), Self.page(150..<174))
        #expect(bare.answer.value.count == 174)
        #expect(bare.queries.count == 3)
        // A full last page is followed by an empty one.
        let full = try await activity(Self.page(0..<25))
        #expect(full.answer.value.count == 25)
        #expect(full.queries.count == 2)
    }

    @Test("A page that comes twice ends the reading with a word")
    func repeated() async throws {
        let (answer, queries) = try await activity(Self.page(0..<30), Self.page(0..<30), Self.page(0..<30))
        #expect(answer.value.count == 30)
        #expect(queries.count == 2)
        #expect(answer.notes == ["Tradier sent the same page of events twice: the history may be cut"])
    }

    @Test("Events that say the same are told apart, by the same identifiers at every reading")
    func identifiers() async throws {
        let twice = #"{"history": {"event": [\#(Self.event(1)), \#(Self.event(1)), \#(Self.event(1, amount: 2))]}}"#
        let first = try await activity(twice).answer.value.map(\.identifier)
        #expect(Set(first).count == 3)
        #expect(try await activity(twice).answer.value.map(\.identifier) == first)
    }

    @Test("Nulls are no drift; an answer without a history is an error")
    func nulls() async throws {
        let event =
            #"{"amount": null, "date": "2026-11-18T00:00:00Z", "type": "journal", "journal": {"description": null, "quantity": null}}"#
        let answer = try await activity(#"{"history": {"event": [\#(event)]}}"#).answer
        #expect(answer.value.map(\.kind) == [.transfer])
        #expect(answer.value.map(\.amount) == [nil])
        #expect(answer.notes.isEmpty)
        let error = try await connectorFailure { try await activity(#"{"events": []}"#) }
        #expect(error.detail == "the answer has no 'history'")
        let number = try await connectorFailure { try await activity(#"{"history": 7}"#) }
        #expect(number.code == .unexpectedAnswer)
    }
}
