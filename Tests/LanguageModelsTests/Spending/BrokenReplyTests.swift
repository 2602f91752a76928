import Foundation
import LanguageModels
import MagnusTestSupport
import Storage
import Testing
import Transport

/// Calls that fail when words have come already: they are on the service's bill, and so they are in the owner's account.
@Suite("Replies that break off, in the account", .timeLimit(.minutes(20)))
struct BrokenReplyTests {
    private static let now = Date(timeIntervalSince1970: 1_795_032_000)
    /// A dollar a million tokens read, ten a million written.
    private static let prices = "price: {input: 1, output: 10, as_of: 2026-11-18, source: a price list}"

    private let folder: TemporaryFolder
    private let store: UsageStore

    init() throws {
        folder = try TemporaryFolder()
        store = UsageStore(database: try Database(path: folder.path("magnus.db")))
    }

    private func service(
        _ speech: Speech,
        _ server: LoopbackServer,
        budget: Budget = Budget(),
        traits: String = "{}",
        retries: Int = 0
    ) throws -> ModelService {
        let bench = try ServiceBench(
            [server.baseURL + (speech.name == "openai" ? "/v1" : "")],
            provider: "models: {big: {output: 400, traits: \(traits), \(Self.prices)}}",
            speaking: speech.name
        )
        let store = store
        return ModelService(
            directory: bench.directory,
            chain: .named([ModelName(provider: "one", model: "big")]),
            transport: CurlTransport(),
            ledger: SpendingLedger(
                store: { store },
                budget: budget,
                question: "q",
                timeZone: .gmt,
                clock: { Self.now }
            ),
            options: ModelServiceOptions(retries: retries, failuresBeforeRest: .max),
            pacing: bench.clock.pacing
        )
    }

    private static func dollars(_ text: String) throws -> Decimal { try #require(Decimal(string: text)) }

    private func total() throws -> UsageTotal { try store.total(.question("q")) }

    /// An error in the stream that would have cost nothing as an answer of its own.
    private static let refusals = [
        "anthropic": "event: error\ndata: "
            + #"{"type":"error","error":{"type":"rate_limit_error","message":"Slow down"}}"# + "\n\n",
        "openai": #"data: {"error":{"message":"Slow down","type":"rate_limit_exceeded"}}"# + "\n\n",
        "gemini": #"data: {"error":{"code":429,"message":"Slow down","status":"RESOURCE_EXHAUSTED"}}"# + "\n\n",
        "ollama": #"{"error":"maximum context length"}"# + "\n",
    ]

    /// The question has 14 bytes, which are 31 tokens by the upward estimate (a token for two bytes, 16 and 8 for what stands
    /// around it); Anthropic counts 5 at the start. "a" and "bé" are four bytes, two tokens.
    private static let costs = [
        "anthropic": "0.000025", "openai": "0.000051", "gemini": "0.000051", "ollama": "0.000051",
    ]

    @Test("An error in the middle of a reply is no free call", arguments: Speech.all)
    func errorInside(speech: Speech) async throws {
        let said = speech.events.prefix(speech.name == "anthropic" ? 4 : 2)
        // Gemini counts with its last words: they come without the count.
        let words = said.map {
            $0.replacing(
                #","finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":7,"totalTokenCount":12}}"#,
                with: "}]}"
            )
        }
        let failure = try #require(Self.refusals[speech.name])
        let server = try LoopbackServer { _ in
            LoopbackReply(headers: ["Content-Type": speech.contentType], words.joined() + failure)
        }
        let service = try service(speech, server)
        let error = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(error?.code == (speech.name == "ollama" ? .tooLong : .rateLimited))
        let total = try total()
        #expect(total.cost == (try Self.dollars(try #require(Self.costs[speech.name]))))
        #expect(total.calls == 1 && total.failures == 1)
        #expect(total.estimatedCosts == 1 && total.uncountedCalls == 0 && total.output == 2)
        #expect(CallSpending(total).description.hasPrefix("up to "))
        #expect(try store.call(1)?.isMeasured == false)
    }

    @Test("A reply that breaks off costs what was read and written until then", arguments: Speech.all)
    func breaksOff(speech: Speech) async throws {
        let kept = speech.events.prefix(speech.name == "anthropic" ? 4 : speech.name == "gemini" ? 1 : 2).joined()
        let server = try LoopbackServer { _ in
            LoopbackReply(headers: ["Content-Type": speech.contentType], kept)
        }
        _ = try await modelFailure { _ = try await service(speech, server).reply(to: question()) }
        // Of Gemini's only "a" came, one token.
        let expected = speech.name == "gemini" ? "0.000041" : Self.costs[speech.name]
        #expect(try total().cost == Self.dollars(try #require(expected)))
        #expect(try store.call(1)?.isMeasured == false)
    }

    @Test("Arguments of a call that was not finished were written too")
    func unfinishedCall() async throws {
        let speech = Speech.all[0]
        let events = [
            speech.events[0],
            "event: x\ndata: "
                + #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}}}"#
                + "\n\n",
            "event: x\ndata: "
                + #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"symbol\": \"DIS"}}"#
                + "\n\n",
        ]
        let server = try LoopbackServer { _ in
            LoopbackReply(headers: ["Content-Type": speech.contentType], events.joined())
        }
        _ = try await modelFailure { _ = try await service(speech, server).reply(to: question()) }
        // {"symbol": "DIS has 15 bytes.
        #expect(try store.call(1)?.tokens == UsageRecord.Tokens(input: 5, output: 8))
    }

    @Test(
        "What a model thinks unseen is on the bill: all that was set aside is booked",
        arguments: ["{forced_calls: false}", "{body: {thinking: {type: enabled, budget_tokens: 1024}}}"]
    )
    func thinking(traits: String) async throws {
        let speech = Speech.all[0]
        let server = try LoopbackServer { _ in
            LoopbackReply(headers: ["Content-Type": speech.contentType], speech.events.prefix(4).joined())
        }
        _ = try await modelFailure {
            _ = try await service(speech, server, traits: traits).reply(to: question())
        }
        // 31 tokens read by estimate, 400 written at the most.
        #expect(try total().cost == Self.dollars("0.004031"))
        #expect(try total().uncountedCalls == 1)
    }

    @Test("A call that its service could not read was written all the same")
    func unreadableCall() async throws {
        let speech = Speech.all[1]
        let body = #"{"error":{"message":"m","code":"tool_use_failed","failed_generation":"0123456789"}}"#
        let server = try LoopbackServer { _ in .json(body, status: 400) }
        let error = try await modelFailure { _ = try await service(speech, server).reply(to: question()) }
        #expect(error?.code == .toolCallUnreadable)
        // 31 tokens read, five written.
        #expect(try total().cost == Self.dollars("0.000081"))
    }

    @Test("Questions at once over streams that break off never pass a cap, and each is booked", arguments: [1, 2, 3])
    func manyAtOnce(round: Int) async throws {
        let speech = Speech.all[1]
        let words = String(repeating: "word ", count: 20 * round)
        let event =
            #"data: {"id":"c","choices":[{"index":0,"delta":{"content":"\#(words)"},"finish_reason":null}]}"# + "\n\n"
        let server = try LoopbackServer { _ in
            LoopbackReply(headers: ["Content-Type": speech.contentType], event)
        }
        let cap = try Self.dollars("0.02")
        let service = try service(speech, server, budget: Budget(perDay: cap))
        let store = store
        let codes = try await withThrowingTaskGroup(of: ModelError.Code?.self) { group in
            for _ in 0..<60 {
                group.addTask {
                    let error = try await modelFailure { _ = try await service.reply(to: question()) }
                    let cost = try store.total(.day("2026-11-19")).cost + store.total(.day("2026-11-18")).cost
                    #expect(cost <= cap)
                    return error?.code
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let made = codes.count { $0 == .cutOff }
        #expect(made == server.requests.count && made > 3)
        #expect(codes.count { $0 == .overBudget } == 60 - made)
        let total = try total()
        // 31 tokens read, and one written for each two of the bytes.
        let each = (31 + 10 * Decimal(50 * round)) / 1_000_000
        #expect(total.cost == each * Decimal(made) && total.cost <= cap)
        #expect(total.calls == made && total.failures == made)
        // Whoever was refused would not have fitted at the time: no more than one call's largest cost is left.
        #expect(codes.count { $0 == .overBudget } > 0 || round == 1)
    }
}
