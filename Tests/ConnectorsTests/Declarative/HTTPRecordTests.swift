import Connectors
import Foundation
import MagnusTestSupport
import Testing

@Suite("Records of a service over HTTP") struct HTTPRecordTests {
    private func description(_ server: LoopbackServer, _ rest: String = "", fields: String? = nil) -> String {
        """
        name: notes
        source:
          http: \(server.baseURL)/v1/notes
        \(rest)
        fields:
        \(fields ?? "  - {name: id, type: integer, required: true}")
        """
    }

    private func ids(_ source: DescribedSource, _ text: String) async throws -> Sourced<[Int]> {
        let answer = try await source.connector(text).records(RecordQuery("notes"))
        let ids = answer.value.compactMap { record -> Int? in
            if case .integer(let number)? = record["id"] { number } else { nil }
        }
        return Sourced(ids, source: answer.source, asOf: answer.asOf, notes: answer.notes)
    }

    @Test("Headers and parameters are sent with their secrets, and the secrets are in no error")
    func request() async throws {
        let server = try LoopbackServer(routes: ["GET /v1/notes": .json(#"{"data": [{"id": 1}]}"#)])
        var source = try DescribedSource()
        source.secrets["NOTES_KEY"] = "s3cret"
        source.settings.set("notes", "user", ["ann b"])
        let text = description(
            server,
            """
              headers: {X-Key: "Bearer ${secret:NOTES_KEY}"}
              parameters: {user: "${setting:user}", since: "${today-1}", key: "${secret:NOTES_KEY}"}
              records: data
            """
        )
        #expect(try await ids(source, text).value == [1])
        let request = try #require(server.requests.first)
        #expect(request.headers["x-key"] == "Bearer s3cret")
        #expect(request.headers["accept"] == "application/json")
        #expect(request.query == ["user": "ann b", "since": "2026-11-19", "key": "s3cret"])
        for status in [401, 404, 500] {
            server.script("GET /v1/notes", LoopbackReply(status: status))
            let error = try await source.failure(text)
            #expect(!"\(error)".contains("s3cret"))
        }
    }

    @Test("Pages follow a cursor")
    func cursor() async throws {
        let server = try LoopbackServer { request in
            switch request.query["after"] {
            case nil: .json(#"{"items": [{"id": 1}, {"id": 2}], "meta": {"next": "x y"}}"#)
            case "x y": .json(#"{"items": [{"id": 3}], "meta": {"next": 4}}"#)
            case "4": .json(#"{"items": [], "meta": {"next": null}}"#)
            default: LoopbackReply(status: 404)
            }
        }
        let text = description(server, "  records: items\n  paging: {cursor: meta.next, parameter: after}")
        #expect(try await ids(DescribedSource(), text).value == [1, 2, 3])
        #expect(server.requests.count == 3)
    }

    @Test("Pages follow the address of the next, but not to another host")
    func next() async throws {
        let server = try LoopbackServer { request in
            request.query["page"] == "2"
                ? .json(#"{"items": [{"id": 2}], "next": ""}"#)
                : .json(#"{"items": [{"id": 1}], "next": "/v1/notes?page=2"}"#)
        }
        let text = description(server, "  records: items\n  paging: {next: next}")
        #expect(try await ids(DescribedSource(), text).value == [1, 2])
        for address in ["http://127.0.0.2/v1", "//evil.example/x", "https://127.0.0.1:\(server.port)/v1"] {
            server.script("GET /v1/notes", .json(#"{"items": [], "next": "\#(address)"}"#))
            let error = try await DescribedSource().failure(text)
            #expect(error.code == .unexpectedAnswer)
            #expect(error.detail.contains("another host"))
        }
    }

    @Test("Pages follow by offset until one is short; the rest beyond the limit of pages is told")
    func offset() async throws {
        let server = try LoopbackServer { request in
            let start = request.query["skip"].flatMap { Int($0) } ?? -1
            let count = request.query["take"].flatMap { Int($0) } ?? 0
            let ids = (start..<min(start + count, 5)).map { #"{"id": \#($0)}"# }
            return .json("[" + ids.joined(separator: ",") + "]")
        }
        let paging = "  paging: {offset: skip, limit: take, size: 2}"
        #expect(try await ids(DescribedSource(), description(server, paging)).value == [0, 1, 2, 3, 4])
        let short = try await ids(DescribedSource(), description(server, paging + "\n  maximum_pages: 2"))
        #expect(short.value == [0, 1, 2, 3])
        #expect(short.notes == ["notes has more than 2 pages; the rest was not read"])
    }

    @Test("Pages that lead in a circle are an error")
    func circle() async throws {
        let server = try LoopbackServer(routes: ["/v1/notes": .json(#"{"items": [{"id": 1}], "next": "a"}"#)])
        let text = description(server, "  records: items\n  paging: {cursor: next, parameter: after}")
        let error = try await DescribedSource().failure(text)
        #expect(error.code == .unexpectedAnswer)
        #expect(server.requests.count == 2)
    }

    @Test("CSV over HTTP")
    func csv() async throws {
        let server = try LoopbackServer(routes: ["/v1/notes": LoopbackReply("id,name\r\n4,a\r\n5,b\r\n")])
        #expect(try await ids(DescribedSource(), description(server, "  format: csv")).value == [4, 5])
        server.script("GET /v1/notes", LoopbackReply("number\n4\n"))
        let error = try await DescribedSource().failure(description(server, "  format: csv"))
        #expect(error.detail == "notes has no 'id'; it has number")
    }

    private static let faults: [(LoopbackReply, ConnectorError.Code)] = [
        (LoopbackReply(status: 401), .unauthorised),
        (LoopbackReply(status: 403), .forbidden),
        (LoopbackReply(status: 404), .notFound),
        (LoopbackReply(status: 422), .requestRefused(status: 422)),
        (LoopbackReply(status: 429, headers: ["Retry-After": "7"]), .rateLimited(retryAfter: .seconds(7))),
        (LoopbackReply(status: 500), .serviceFailed(status: 500)),
        (LoopbackReply.json(#"{"items": ["#), .unexpectedAnswer),
        (LoopbackReply("<html>"), .unexpectedAnswer),
        (LoopbackReply.json(#"{"rows": []}"#), .unexpectedAnswer),
        (LoopbackReply.json(#"{"items": [{"ID": 1}]}"#), .unexpectedAnswer),
        (LoopbackReply.json(#"{"items": [{"id": 1}]}"#).cut(after: 9), .unreachable),
        (LoopbackReply.reset, .unreachable),
    ]

    @Test("Every way a service can fail has its word", arguments: faults.indices)
    func fault(_ index: Int) async throws {
        let (reply, code) = Self.faults[index]
        let server = try LoopbackServer { _ in reply }
        let error = try await DescribedSource().failure(description(server, "  records: items"))
        #expect(error.connector == "notes")
        #expect(error.code == code, "\(error)")
    }

    @Test("One record in place of a list, strings for numbers, nulls")
    func shapes() async throws {
        let server = try LoopbackServer(routes: ["/v1/notes": .json(#"{"items": {"id": "7", "name": null}}"#)])
        #expect(try await ids(DescribedSource(), description(server, "  records: items")).value == [7])
        server.script("GET /v1/notes", .json(#"{"items": null}"#))
        #expect(try await ids(DescribedSource(), description(server, "  records: items")).value == [])
    }
}
