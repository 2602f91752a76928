import Foundation
import LanguageModels
import MagnusTestSupport
import Testing
import Transport

/// How one kind of service says the words "a" and "bé", and what went wrong.
struct Speech: Sendable, CustomTestStringConvertible {
    var name: String
    var path: String
    var contentType: String
    /// The stream, an event or a line each.
    var events: [String]
    /// An event that tells of an overload in the middle of a stream.
    var failure: String
    /// The body of a failed answer.
    var complaint: @Sendable (_ status: Int, _ message: String) -> String

    var testDescription: String { name }

    var body: Data { Data(events.joined().utf8) }

    /// A whole reply.
    var reply: LoopbackReply { LoopbackReply(headers: ["Content-Type": contentType], body: body) }

    func refusal(_ status: Int, _ message: String = "No.", headers: [String: String] = [:]) -> LoopbackReply {
        .json(complaint(status, message), status: status, headers: headers)
    }

    private static func events(_ texts: [String]) -> [String] { texts.map { "data: \($0)\n\n" } }

    static let all = [
        Speech(
            name: "anthropic",
            path: "/v1/messages",
            contentType: "text/event-stream; charset=utf-8",
            events: [
                #"{"type":"message_start","message":{"id":"m","usage":{"input_tokens":5,"output_tokens":1}}}"#,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"bé"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}"#,
                #"{"type":"message_stop"}"#,
            ].map { "event: x\ndata: \($0)\n\n" },
            failure: "event: error\ndata: "
                + #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"# + "\n\n",
            complaint: { #"{"type":"error","error":{"type":"error_\#($0)","message":"\#($1)"}}"# }
        ),
        Speech(
            name: "openai",
            path: "/v1/chat/completions",
            contentType: "text/event-stream",
            events: events([
                #"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"a"},"finish_reason":null}]}"#,
                #"{"id":"c","choices":[{"index":0,"delta":{"content":"bé"},"finish_reason":null}]}"#,
                #"{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#,
                #"{"id":"c","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}"#,
                "[DONE]",
            ]),
            failure: #"data: {"error":{"message":"Overloaded","type":"server_error"}}"# + "\n\n",
            complaint: { #"{"error":{"message":"\#($1)","type":"error_\#($0)","code":null}}"# }
        ),
        Speech(
            name: "gemini",
            path: "/v1beta/models/big:streamGenerateContent",
            contentType: "text/event-stream",
            events: events([
                #"{"candidates":[{"content":{"parts":[{"text":"a"}],"role":"model"}}],"responseId":"r"}"#,
                #"{"candidates":[{"content":{"parts":[{"text":"bé"}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":7,"totalTokenCount":12}}"#,
            ]),
            failure: #"data: {"error":{"code":503,"message":"Overloaded","status":"UNAVAILABLE"}}"# + "\n\n",
            complaint: { #"{"error":{"code":\#($0),"message":"\#($1)","status":"ERROR_\#($0)"}}"# }
        ),
        Speech(
            name: "ollama",
            path: "/api/chat",
            contentType: "application/x-ndjson",
            events: [
                #"{"model":"big","created_at":"t","message":{"role":"assistant","content":"a"},"done":false}"# + "\n",
                #"{"model":"big","created_at":"t","message":{"role":"assistant","content":"bé"},"done":false}"# + "\n",
                #"{"model":"big","created_at":"t","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":7}"#
                    + "\n",
            ],
            failure: #"{"error":"an error was encountered while running the model"}"# + "\n",
            complaint: { #"{"error":"\#($1)"}"# }
        ),
    ]
}

/// What comes of services that misbehave, in each protocol, through the whole client and over a real connection.
@Suite(.timeLimit(.minutes(20))) struct ProtocolFaultTests {
    private static let one = ModelName(provider: "one", model: "big")
    private static let whole: [ModelEvent] = [.began(one), .text("a"), .text("bé")]

    private func bench(_ speech: Speech, _ server: LoopbackServer) throws -> ServiceBench {
        try bench(speech, server.baseURL)
    }

    private func bench(_ speech: Speech, _ address: String) throws -> ServiceBench {
        try ServiceBench([address + (speech.name == "openai" ? "/v1" : "")], speaking: speech.name)
    }

    /// What was asked, and whether it was the protocol's own address.
    private func paths(_ server: LoopbackServer) -> Set<String> {
        Set(server.requests.map { "\($0.method) \($0.path)" })
    }

    private func failure(
        _ bench: ServiceBench,
        _ options: ModelServiceOptions = ModelServiceOptions()
    ) async throws -> ModelError? {
        try await modelFailure { _ = try await bench.service(options).reply(to: question()) }
    }

    @Test("A reply", arguments: Speech.all) func reply(speech: Speech) async throws {
        let server = try LoopbackServer { _ in speech.reply }
        let bench = try bench(speech, server)
        let received = Received()
        let reply = try await bench.service().reply(to: question()) { received.add($0) }
        #expect(received.events == Self.whole && reply.text == "abé" && reply.ending == .complete)
        #expect(reply.usage.input == 5 && reply.usage.output == 7)
        #expect(bench.ledger.endings == [[.answered]] && bench.ledger.entries.first?.usage == [reply.usage])
        #expect(paths(server) == ["POST \(speech.path)"])
    }

    static let statuses: [(Int, Int, ModelError.Code)] = [
        (401, 1, .keyRefused), (402, 1, .outOfMoney), (403, 1, .keyRefused), (404, 1, .unknownModel),
        (408, 3, .timedOut), (413, 1, .tooLong), (429, 3, .rateLimited), (500, 3, .overloaded), (503, 3, .overloaded),
        (529, 3, .overloaded),
    ]

    @Test("Which statuses are asked again", arguments: Speech.all, statuses)
    func askedAgain(speech: Speech, expected: (status: Int, requests: Int, code: ModelError.Code)) async throws {
        let server = try LoopbackServer { _ in speech.refusal(expected.status, "It said no.") }
        let bench = try bench(speech, server)
        let error = try await failure(bench)
        #expect(error?.code == expected.code && error?.status == expected.status)
        #expect(error?.detail.contains("It said no.") == true)
        #expect(server.requests.count == expected.requests)
        #expect(bench.clock.waits == Array([500, 1000].prefix(expected.requests - 1)))
        let ending = CallEnding.failed(expected.code)
        #expect(bench.ledger.endings == Array(repeating: [ending], count: expected.requests))
    }

    /// The clock stands at 2026-03-02 15:00:00 UTC.
    static let hints: [([String: String], Int)] = [
        (["retry-after-ms": "1500", "Retry-After": "9"], 1500), (["Retry-After": "2"], 2000),
        (["Retry-After": "Mon, 02 Mar 2026 15:00:07 GMT"], 7000), ([:], 500),
    ]

    @Test("The service's header sets the wait", arguments: Speech.all, hints)
    func waits(speech: Speech, hint: (headers: [String: String], wait: Int)) async throws {
        let server = try LoopbackServer { _ in speech.reply }
        server.script(speech.path, speech.refusal(429, headers: hint.headers))
        let bench = try bench(speech, server)
        #expect(try await bench.service().reply(to: question()).text == "abé")
        #expect(bench.clock.waits.reduce(0, +) == hint.wait)
        #expect(bench.ledger.endings == [[.failed(.rateLimited)], [.answered]])
    }

    @Test("The service's words set the wait")
    func words() async throws {
        let gemini =
            #"{"error":{"code":429,"message":"Quota exceeded.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"5.289s"}]}}"#
        let said = [
            (Speech.all[1], Speech.all[1].complaint(429, "Please try again in 5.289s.")), (Speech.all[2], gemini),
        ]
        for (speech, body) in said {
            let server = try LoopbackServer { _ in speech.reply }
            server.script(speech.path, .json(body, status: 429))
            let bench = try bench(speech, server)
            #expect(try await bench.service().reply(to: question()).text == "abé")
            #expect(bench.clock.waits.reduce(0, +) == 5289)
        }
    }

    /// What newer models refuse, in their services' words: the reply comes once the request is as they want it.
    static let refusals: [(speech: Int, refused: String, wanted: String, message: String)] = [
        (
            1, "\"max_tokens\"", "\"max_completion_tokens\":2048",
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        ),
        (
            1, "\"model\"", "\"reasoning_effort\":\"none\"",
            "Function tools with reasoning_effort are not supported for gpt-6-sol in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'."
        ),
        (0, "\"temperature\"", "\"model\"", "`temperature` is deprecated for this model."),
        (
            0, "\"tool_choice\"", "\"output_config\"",
            "tool_choice: forced tool use is not supported for this model."
        ),
    ]

    @Test("What a model does not take is left out, once it said so", arguments: refusals)
    func corrections(speech: Int, refused: String, wanted: String, message: String) async throws {
        let speech = Speech.all[speech]
        let server = try LoopbackServer { request in
            request.text.contains(wanted) && (refused == "\"model\"" || !request.text.contains(refused))
                ? speech.reply : speech.refusal(400, message)
        }
        var asked = question(temperature: 0.5, tools: 1)
        asked.outputSchema = .init(
            name: "o",
            schema: ["type": "object", "properties": [:], "required": [], "additionalProperties": false]
        )
        let bench = try bench(speech, server)
        #expect(try await bench.service().reply(to: asked).text == "abé")
        #expect(server.requests.count == 2 && bench.clock.waits.isEmpty)
        #expect(bench.ledger.endings == [[.failed(.invalidRequest)], [.answered]])
        // A model that goes on refusing is not asked for ever.
        let stubborn = try LoopbackServer { _ in speech.refusal(400, message) }
        let other = try self.bench(speech, stubborn)
        let error = try await modelFailure { _ = try await other.service().reply(to: asked) }
        #expect(error?.code == .invalidRequest && stubborn.requests.count == 2)
    }

    @Test("A slow first byte is not waited for for ever", arguments: Speech.all)
    func slowFirstByte(speech: Speech) async throws {
        let server = try LoopbackServer { _ in .silence }
        let bench = try bench(speech, server)
        let error = try await failure(bench, ModelServiceOptions(retries: 1, firstByte: .milliseconds(50)))
        #expect(error?.code == .timedOut && server.requests.count == 2)
    }

    @Test("A reply that stops coming is not waited for for ever", arguments: Speech.all)
    func stops(speech: Speech) async throws {
        let reply = speech.reply.cut(after: speech.body.count - 20, ending: .hang)
        let server = try LoopbackServer { _ in reply }
        let bench = try bench(speech, server)
        let error = try await failure(bench, ModelServiceOptions(retries: 0, idle: .milliseconds(50)))
        #expect(error?.code == .timedOut && bench.ledger.endings == [[.failed(.timedOut)]])
    }

    @Test("A reply in single bytes is the same reply", arguments: Speech.all)
    func drip(speech: Speech) async throws {
        let server = try LoopbackServer { _ in speech.reply.dripping(1, pause: .zero) }
        let received = Received()
        _ = try await bench(speech, server).service().reply(to: question()) { received.add($0) }
        #expect(received.events == Self.whole)
    }

    /// Cut in the middle of the first event, between the two bytes of a letter, and before the last event.
    @Test("A reply that breaks off is begun anew", arguments: Speech.all, [0, 1, 2])
    func breaksOff(speech: Speech, place: Int) async throws {
        let letter = try #require(speech.body.firstIndex(of: 0xC3))
        let last = speech.body.count - (speech.events.last?.utf8.count ?? 0)
        let count = [speech.events[0].utf8.count / 2, letter + 1, last][place]
        for ending in [LoopbackReply.Ending.close, .reset] {
            let server = try LoopbackServer { _ in speech.reply }
            server.script(speech.path, speech.reply.cut(after: count, ending: ending))
            let bench = try bench(speech, server)
            let received = Received()
            let reply = try await bench.service().reply(to: question()) { received.add($0) }
            #expect(reply.text == "abé" && server.requests.count == 2)
            let begun = try #require(received.events.lastIndex(of: .began(Self.one)))
            #expect(Array(received.events[begun...]) == Self.whole)
            #expect(bench.ledger.endings == [[.failed(.cutOff)], [.answered]])
        }
    }

    @Test("A reply that just ends is none", arguments: Speech.all)
    func justEnds(speech: Speech) async throws {
        // OpenAI's is over when it says why, Gemini's likewise: the last two events are left out.
        let kept = speech.events.prefix(speech.name == "openai" ? 2 : speech.events.count - 1)
        let server = try LoopbackServer { _ in
            LoopbackReply(headers: ["Content-Type": speech.contentType], kept.joined())
        }
        #expect(try await failure(bench(speech, server), ModelServiceOptions(retries: 0))?.code == .cutOff)
    }

    @Test("An error in the middle of a reply is one", arguments: Speech.all)
    func errorInside(speech: Speech) async throws {
        let server = try LoopbackServer { _ in speech.reply }
        let half = LoopbackReply(
            headers: ["Content-Type": speech.contentType],
            speech.events.prefix(3).dropLast(speech.events.count < 4 ? 2 : 0).joined() + speech.failure
        )
        server.script(speech.path, half)
        let bench = try bench(speech, server)
        #expect(try await bench.service().reply(to: question()).text == "abé")
        #expect(server.requests.count == 2)
        // Ollama's says nothing of its kind.
        let code = speech.name == "ollama" ? ModelError.Code.cutOff : .overloaded
        #expect(bench.ledger.endings == [[.failed(code)], [.answered]])
    }

    @Test("What the body is, counts, not what its header says; a web page is no reply", arguments: Speech.all)
    func contentTypes(speech: Speech) async throws {
        for type in ["text/plain", "application/octet-stream", "application/json", ""] {
            let server = try LoopbackServer { _ in
                LoopbackReply(headers: type.isEmpty ? [:] : ["Content-Type": type], body: speech.body)
            }
            #expect(try await bench(speech, server).service().reply(to: question()).text == "abé", "\(type)")
        }
        for type in ["text/html", speech.contentType] {
            let server = try LoopbackServer { _ in
                LoopbackReply(headers: ["Content-Type": type], "<!doctype html><html>Sign in</html>")
            }
            let error = try await failure(bench(speech, server))
            #expect(error?.code == .malformedReply && error?.detail.contains("web page") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test("A packed reply is unpacked", arguments: Speech.all)
    func packed(speech: Speech) async throws {
        let packed = gzip(speech.body)
        let server = try LoopbackServer { _ in
            LoopbackReply(headers: ["Content-Type": speech.contentType, "Content-Encoding": "gzip"], body: packed)
        }
        #expect(try await bench(speech, server).service().reply(to: question()).text == "abé")
        #expect(server.requests.first?.headers["accept-encoding"]?.contains("gzip") == true)
    }

    @Test("A reply of a hundred megabytes is not taken", arguments: Speech.all)
    func huge(speech: Speech) async throws {
        // The second word, a million times as long.
        let word = speech.events[speech.name == "anthropic" ? 2 : 0]
            .replacing("\"a\"", with: "\"" + String(repeating: "x", count: 1_000_000) + "\"")
        #expect(word.utf8.count > 1_000_000)
        var endless = LoopbackReply(headers: ["Content-Type": speech.contentType])
        let head = speech.name == "anthropic" ? speech.events.prefix(2).joined() : ""
        endless.pieces = [Data(head.utf8)].filter { !$0.isEmpty } + Array(repeating: Data(word.utf8), count: 100)
        endless.isChunked = true
        let reply = endless
        let server = try LoopbackServer { _ in reply }
        let error = try await failure(bench(speech, server), ModelServiceOptions(maximumResponseBytes: 3_000_000))
        #expect(error?.code == .malformedReply && server.requests.count == 1)
        await server.clientClosed()
        #expect(server.bodyBytes < 50_000_000)
    }

    @Test("A redirect to another host is refused, and the key stays here", arguments: Speech.all)
    func redirect(speech: Speech) async throws {
        let other = try LoopbackServer { _ in speech.reply }
        let server = try LoopbackServer { _ in
            LoopbackReply(status: 307, headers: ["Location": "http://localhost:\(other.port)\(speech.path)"])
        }
        let error = try await failure(bench(speech, server))
        #expect(error?.code == .unreachable && other.connections == 0 && server.requests.count == 1)
    }

    @Test(
        "A server with a bad certificate gets nothing",
        .enabled(if: TestCertificate.isExpected),
        arguments: Speech.all
    )
    func badCertificate(speech: Speech) async throws {
        let server = try ServerProcess(openssl: TestCertificate())
        let bench = try bench(speech, "https://127.0.0.1:\(server.port)")
        let error = try await failure(bench)
        #expect(error?.code == .unreachable && error?.detail.contains("certificate") == true)
        #expect(bench.ledger.entries.first?.usage == [TokenUsage(input: 0, output: 0)])
    }
}

/// Bytes as gzip has them, not made smaller (RFC 1951, 3.2.4; RFC 1952).
private func gzip(_ data: Data) -> Data {
    func little(_ value: UInt32, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
    var checksum = UInt32.max
    for byte in data {
        checksum ^= UInt32(byte)
        for _ in 0..<8 { checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1 }
    }
    let size = UInt32(data.count)
    return Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 1] + little(size, 2) + little(~size, 2)) + data
        + Data(little(~checksum, 4) + little(size, 4))
}
