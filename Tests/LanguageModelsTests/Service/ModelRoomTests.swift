import Foundation
import LanguageModels
import MagnusTestSupport
import Storage
import Testing
import Transport

/// How much models may read and write, how long they are waited for, and which replies are kept.
@Suite(.timeLimit(.minutes(5))) struct ModelRoomTests {
    private let one = ModelName(provider: "one", model: "big")

    /// A reply of words that its limit cut.
    private static func cut(_ words: String) -> LoopbackReply {
        let end = "{\"done\": true, \"input\": 5, \"output\": 2048, \"reasoning\": 2045, \"length\": true}\n"
        return .chunked(["{\"text\": \"\(words)\"}\n", end], headers: ["Content-Type": "application/x-ndjson"])
    }

    // MARK: - Writing

    /// What is asked for, what the catalogue says, and what may be written.
    @Test(arguments: [
        ("models: {big: {traits: {thinking_tokens: 4096}}}", 6_144), ("traits: {thinking_tokens: 8192}", 10_240),
        ("traits: {thinking_tokens: 8192}, models: {big: {traits: {thinking_tokens: 0}}}", 2_048),
        ("models: {big: {output: 5000, traits: {thinking_tokens: 4096}}}", 5_000),
        // A quarter of what it reads and writes in all.
        ("models: {big: {context: 16384, traits: {thinking_tokens: 4096}}}", 4_096),
        ("models: {big: {context: 1000}}", 512), ("models: {big: {context: 100000}}", 2_048),
    ])
    func modelsThatThinkHaveMoreRoom(provider: String, limit: Int) async throws {
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server, provider: provider)
        _ = try await bench.service().reply(to: question())
        #expect(server.requests.first?.headers["x-limit"] == "\(limit)")
        // The budget reserves what may be written.
        #expect(bench.ledger.entries.first?.estimate.maximumOutputTokens == limit)
    }

    @Test func aReplyThatNeverBeganIsTheNextModels() async throws {
        let thinker = try LoopbackServer { _ in Self.cut("") }
        let server = try LoopbackServer { _ in say("fine") }
        let reply = try await ServiceBench(thinker, server).service().reply(to: question())
        #expect(reply.text == "fine" && reply.passedOver?.map(\.code) == [.outputLimit])

        let bench = try ServiceBench(thinker)
        let error = try #require(try await modelFailure { _ = try await bench.service().reply(to: question()) })
        #expect(error.code == .outputLimit)
        #expect(
            error.detail
                == "its reply reached the limit of 2048 tokens before the first word; 2045 of them went into thinking"
        )
        #expect(error.description.contains("thinking_tokens"))
        // It was paid, and is not asked again.
        #expect(bench.ledger.endings == [[.answered]] && bench.ledger.entries.first?.usage.first?.output == 2_048)
        #expect(thinker.requests.count == 2)
    }

    @Test func aReplyThatIsCutSaysSo() async throws {
        let server = try LoopbackServer { _ in Self.cut("Your cash is") }
        let bench = try ServiceBench(server)
        let database = try Database()
        let service = bench.service(cache: StoredReplyCache { database })
        for _ in 0..<2 {
            let reply = try await service.reply(to: question(temperature: 0))
            #expect(reply.ending == .length && reply.shortfall == "it reached its output limit after 2048 tokens")
        }
        // It is not kept.
        #expect(server.requests.count == 2)
    }

    // MARK: - Reading

    @Test func whatAModelReadsIsTheCataloguesOrItsServicesWord() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 413, "reads 4096 of 4200") }
        let bench = try ServiceBench(server, provider: "models: {big: {context: 16384}}")
        let service = bench.service()
        #expect(service.inputTokens(for: question()) == 16_384 - 2_048)
        let error = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(error?.code == .tooLong && error?.contextTokens == 4_096 && server.requests.count == 1)
        // The service counts 4,200 tokens where fewer are estimated: by the same measure it reads fewer too.
        let estimate = try #require(bench.ledger.entries.first?.estimate.inputTokens)
        let context = 4_096 * estimate / 4_200
        let room = try #require(service.inputTokens(for: question()))
        #expect(room == max(0, context - 512))
        #expect(try ServiceBench(server).service().inputTokens(for: question()) == nil)
    }

    @Test func ofAChainTheFirstThatCanBeAskedCounts() async throws {
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server, server, provider: "models: {big: {context: 16384}}")
        let service = bench.service { model in
            if model.name.provider == "one" { throw ModelError(.forbidden, detail: "not there") }
        }
        #expect(service.inputTokens(for: question()) == 14_336)
    }

    // MARK: - Waiting

    @Test func whereRulesStandBehindAQuestionWaitsTwentySecondsInAll() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 429, headers: ["retry-after": "70"]) }
        let bench = try ServiceBench(server)
        let patience = WaitAllowance(.seconds(20))
        let told = Announced()
        let service = bench.service(ModelServiceOptions(patience: patience), announce: { told.add($0) })
        for _ in 0..<3 {
            let error = try await modelFailure { _ = try await service.reply(to: question()) }
            #expect(error?.code == .rateLimited)
        }
        #expect(bench.clock.waits.isEmpty && server.requests.count == 1)
        #expect(
            told.lines == [
                "one/big: rate limited, it would have to be waited for another 70 s; not waited for"
            ]
        )

        // Who has nobody to answer in its place waits until the deadline.
        let other = try ServiceBench(server)
        _ = try await modelFailure { _ = try await other.service().reply(to: question()) }
        #expect(other.clock.waits == [70_000, 70_000])
    }

    @Test func shortWaitsAddUp() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 429, headers: ["retry-after": "9"]) }
        let bench = try ServiceBench(server)
        let patience = WaitAllowance(.seconds(20))
        let service = bench.service(ModelServiceOptions(patience: patience))
        for _ in 0..<3 { _ = try await modelFailure { _ = try await service.reply(to: question()) } }
        #expect(bench.clock.waits.reduce(0, +) <= 20_000 && bench.clock.waits.count == 2)
        // The next question has its own.
        patience.begin()
        bench.clock.advance(by: 60)
        _ = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(bench.clock.waits.count == 4)
    }

    // MARK: - Keeping

    @Test func aReplyThatIsForgottenIsAskedForAgain() async throws {
        let server = try LoopbackServer { _ in say("x") }
        let database = try Database()
        let service = try ServiceBench(server).service(cache: StoredReplyCache { database })
        let asked = question(temperature: 0)
        let reply = try await service.reply(to: asked)
        #expect(try await service.reply(to: asked).isFromCache)
        service.forget(reply, to: question("another", temperature: 0))
        #expect(try await service.reply(to: asked).isFromCache)
        // By way of a redactor too.
        RedactedModel(service, redactor: Redactor(PrivateTerms())).forget(reply, to: asked)
        #expect(try await !service.reply(to: asked).isFromCache && server.requests.count == 2)
    }

    @Test func aReplyThatIsNotReadIsReplaced() async throws {
        let server = try LoopbackServer { _ in say("new") }
        server.script("/say", say("old"))
        let database = try Database()
        let bench = try ServiceBench(server)
        let cache = StoredReplyCache { database }
        let asked = question(temperature: 0)
        #expect(try await bench.service(cache: cache).reply(to: asked).text == "old")
        let fresh = bench.service(ModelServiceOptions(readsCache: false), cache: cache)
        #expect(try await fresh.reply(to: asked).text == "new")
        let kept = try await bench.service(cache: cache).reply(to: asked)
        #expect(kept.text == "new" && kept.isFromCache)
    }
}
