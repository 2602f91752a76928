import Connectors
import Foundation
import JSON
import MagnusTestSupport
import Testing

/// What can go wrong with an answer, done to every kind of data of every connector that asks a service.
@Suite("Every kind of data of every service, every fault")
struct FaultMatrixTests {
    @Test("The answers as they are give data", arguments: Subject.all)
    func baseline(_ subject: Subject) async throws {
        let reading = try await subject.read().get()
        #expect(reading.notes == subject.notes)
        #expect(reading.values.contains { $0.isNumber })
    }

    /// A reply in place of an answer, and what it is to be called; nil for any code.
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var code: ConnectorError.Code?
        var reply: LoopbackReply
        var testDescription: String { name }
    }

    /// Words of a service that repeat the key.
    private static let words = #"{"message": "no: \#(Subject.secret)", "error_message": "\#(Subject.secret)"}"#

    private static func limited(_ name: String, _ headers: [String: String], _ seconds: Int?) -> Fault {
        Fault(
            name: "429 with \(name)",
            code: .rateLimited(retryAfter: seconds.map { .seconds($0) }),
            reply: .json(words, status: 429, headers: headers)
        )
    }

    static let faults: [Fault] = [
        Fault(name: "400", code: .requestRefused(status: 400), reply: .json(words, status: 400)),
        Fault(name: "401", code: .unauthorised, reply: .json(words, status: 401)),
        Fault(name: "403", code: .forbidden, reply: .json(words, status: 403)),
        Fault(name: "404", code: .notFound, reply: .json(words, status: 404)),
        limited("nothing", [:], nil),
        limited("seconds", ["Retry-After": "7"], 7),
        // The moment is a minute after the one at which everything is asked.
        limited("a date", ["Retry-After": "Fri, 20 Nov 2026 21:31:00 GMT"], 60),
        limited("a moment", ["X-RateLimit-Reset": "1795210260"], 60),
        limited("milliseconds", ["X-Ratelimit-Expiry": "1795210260000"], 60),
        Fault(name: "500", code: .serviceFailed(status: 500), reply: .json(words, status: 500)),
        Fault(name: "503 with a page", code: .serviceFailed(status: 503), reply: LoopbackReply(status: 503, "<html>")),
        Fault(name: "a page", code: .unexpectedAnswer, reply: LoopbackReply("<html><body>Sign in</body></html>")),
        Fault(name: "half of JSON", code: .unexpectedAnswer, reply: LoopbackReply("{\"a\": ")),
        Fault(name: "a number", code: .unexpectedAnswer, reply: .json("7")),
        Fault(name: "a list in a list", code: .unexpectedAnswer, reply: .json("[[1]]")),
        Fault(name: "nothing", code: .unexpectedAnswer, reply: LoopbackReply("")),
        Fault(name: "cut", code: .unreachable, reply: LoopbackReply.json("{\"markets\": []}").cut(after: 3)),
        Fault(name: "closed", code: .unreachable, reply: .closed),
        Fault(name: "reset", code: .unreachable, reply: .reset),
        Fault(name: "garbled", code: .unexpectedAnswer, reply: .garbled),
        Fault(name: "silence", code: .timedOut, reply: .silence),
    ]

    @Test(
        "A fault is called by its name, and no key stands in an error",
        arguments: Subject.all.filter(\.isNeeded),
        faults
    )
    func named(_ subject: Subject, _ fault: Fault) async throws {
        let path = subject.primary.hasPrefix("/") ? subject.primary : "/mcp"
        let service = try SubjectService(
            answers: subject.answers,
            faults: [path: fault.reply],
            now: Subject.now,
            patience: fault.name == "silence" ? .milliseconds(50) : .seconds(20)
        )
        if subject.testDescription == "yahoo quotes", fault.code == .notFound {
            // With this status Yahoo says that it does not know a symbol.
            #expect(try await subject.ask(service.environment).values == "[]")
            return
        }
        let error = try await connectorFailure { try await subject.ask(service.environment) }
        if let code = fault.code { #expect(error.code == code) }
        #expect(error.connector == subject.connector)
        var dumped = ""
        dump(error, to: &dumped)
        // A service that is sent no key cannot repeat it.
        let isKeyless = ["yahoo", "sec"].contains(subject.connector) || subject.testDescription == "kalshi markets"
        #expect(isKeyless || subject.testDescription == "kalshi book" || !dumped.contains(Subject.secret))
        #expect(!dumped.contains("http://"))
    }

    @Test("Nobody at the address is a service that cannot be reached", arguments: Subject.all.filter(\.isNeeded))
    func nobody(_ subject: Subject) async throws {
        // Port 1 is nobody's; one that a server has left may be another test's a moment later.
        let service = try SubjectService(answers: [:], now: Subject.now, address: "http://127.0.0.1:1")
        let error = try await connectorFailure { try await subject.ask(service.environment) }
        #expect(error.code == .unreachable)
        #expect(error.connector == subject.connector)
    }
}
