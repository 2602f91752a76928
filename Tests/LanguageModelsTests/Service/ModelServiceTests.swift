import Foundation
import LanguageModels
import MagnusTestSupport
import Storage
import Testing
import Transport

@Suite(.timeLimit(.minutes(20))) struct ModelServiceTests {
    private let one = ModelName(provider: "one", model: "big")
    private let two = ModelName(provider: "two", model: "big")
    private let used = TokenUsage(input: 5, output: 7)
    private let nothing = TokenUsage(input: 0, output: 0)

    // MARK: - A reply

    @Test func aReplyIsHandedOnAndBooked() async throws {
        let server = try LoopbackServer { _ in say("forty", "-two") }
        let bench = try ServiceBench(server)
        let received = Received()
        let reply = try await bench.service().reply(to: question()) { received.add($0) }
        #expect(reply.text == "forty-two" && reply.usage == used && reply.model == one && !reply.isFromCache)
        #expect(received.events == [.began(one), .text("forty"), .text("-two")])
        #expect(server.requests.map(\.text) == ["how much?"])
        let entry = try #require(bench.ledger.entries.first)
        #expect(entry.endings == [.answered] && entry.usage == [used] && bench.ledger.entries.count == 1)
        #expect(entry.estimate.model == one && entry.estimate.agent == "tester" && entry.estimate.price == nil)
        #expect(entry.estimate.maximumOutputTokens == 2_048)
        // 14 bytes of text are no more than 14 tokens, and no fewer than 4 at English's four bytes each.
        #expect((4...60).contains(entry.estimate.inputTokens))
    }

    @Test func theOutputLimitIsTheModelsWhereItIsLower() async throws {
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server, provider: "models: {big: {output: 100}}")
        _ = try await bench.service().reply(to: question())
        #expect(bench.ledger.entries.first?.estimate.maximumOutputTokens == 100)
    }

    @Test func piecesArriveWhileTheServerStillHasMore() async throws {
        let gate = LoopbackGate()
        let server = try LoopbackServer { _ in say("a", "b", "c").dripping(through: gate) }
        let bench = try ServiceBench(server)
        let received = Received()
        gate.open()
        let reply = try await bench.service().reply(to: question()) { event in
            received.add(event)
            // Only when a piece was handed on may the next one go.
            if case .text = event { gate.open() }
        }
        #expect(reply.text == "abc" && received.events.count == 4)
    }

    // MARK: - Refusals and repeats

    @Test(arguments: [
        (400, 1, ModelError.Code.invalidRequest), (401, 1, .keyRefused), (402, 1, .outOfMoney), (403, 1, .keyRefused),
        (404, 1, .unknownModel), (408, 3, .timedOut), (409, 3, .invalidRequest), (413, 1, .tooLong),
        (422, 1, .invalidRequest), (429, 3, .rateLimited), (500, 3, .overloaded), (502, 3, .overloaded),
        (503, 3, .overloaded), (529, 3, .overloaded),
    ])
    func whichStatusesAreAskedAgain(status: Int, requests: Int, code: ModelError.Code) async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: status) }
        let bench = try ServiceBench(server)
        let received = Received()
        let error = try await modelFailure {
            _ = try await bench.service().reply(to: question()) { received.add($0) }
        }
        #expect(error?.code == code && error?.status == status && error?.provider == "one")
        #expect(server.requests.count == requests && received.events.isEmpty)
        #expect(bench.clock.waits == Array([500, 1000].prefix(requests - 1)))
        #expect(bench.ledger.endings == Array(repeating: [.failed(code)], count: requests))
        // What was refused was not worked on.
        #expect(bench.ledger.entries.allSatisfy { $0.usage == [nothing] })
    }

    @Test(arguments: [("insufficient_quota", ModelError.Code.outOfMoney), ("per day", .quotaExhausted)])
    func whatCostsMoneyIsNeverAskedAgain(body: String, code: ModelError.Code) async throws {
        let server = try LoopbackServer { _ in
            LoopbackReply(status: 429, headers: ["retry-after": "1", "x-should-retry": "true"], body)
        }
        let bench = try ServiceBench(server)
        let error = try await modelFailure { _ = try await bench.service().reply(to: question()) }
        #expect(error?.code == code && server.requests.count == 1 && bench.clock.waits.isEmpty)
    }

    /// The clock stands at 2026-03-02 15:00:00 UTC.
    @Test(
        arguments: [
            (["retry-after-ms": "1500", "retry-after": "9"], "", 1500), (["Retry-After": "2"], "", 2000),
            (["Retry-After": "0.25"], "", 250), (["Retry-After": "Mon, 02 Mar 2026 15:00:07 GMT"], "", 7000),
            (["Retry-After": "Mon, 02 Mar 2026 14:59:00 GMT"], "", 0), ([:], "again in 5.289", 5289),
            (["Retry-After": "3"], "again in 5.289", 3000), (["Retry-After": "soon"], "", 500), ([:], "", 500),
        ] as [([String: String], String, Int)]
    )
    func theServicesHintsSetTheWait(headers: [String: String], body: String, wait: Int) async throws {
        let server = try LoopbackServer { _ in say("yes") }
        server.script("/say", LoopbackReply(status: 429, headers: headers, body))
        let bench = try ServiceBench(server)
        #expect(try await bench.service().reply(to: question()).text == "yes")
        #expect(bench.clock.waits.reduce(0, +) == wait)
        #expect(bench.ledger.endings == [[.failed(.rateLimited)], [.answered]])
    }

    @Test(arguments: [("true", 400, 3), ("true", 404, 3), ("true", 402, 1), ("false", 503, 1), ("maybe", 400, 1)])
    func theServiceMayDecide(value: String, status: Int, requests: Int) async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: status, headers: ["x-should-retry": value]) }
        _ = try await modelFailure { _ = try await ServiceBench(server).service().reply(to: question()) }
        #expect(server.requests.count == requests)
    }

    private func limited(_ seconds: Int) -> LoopbackReply {
        LoopbackReply(status: 429, headers: ["retry-after": "\(seconds)"])
    }

    @Test func aLongHintIsWaitedForWhereNobodyElseAnswers() async throws {
        let server = try LoopbackServer { _ in say("yes") }
        server.script("/say", limited(34))
        let bench = try ServiceBench(server)
        let announced = Announced()
        let reply = try await bench.service(announce: announced.add).reply(to: question())
        #expect(reply.text == "yes" && reply.passedOver == nil)
        #expect(bench.clock.waits == [34_000])
        #expect(announced.lines == ["one/big: rate limited, asked again in 34 s"])
        #expect(bench.ledger.endings == [[.failed(.rateLimited)], [.answered]])
        #expect(bench.ledger.entries.first?.usage == [nothing])
    }

    @Test func whoWantsToBeAskedMuchLaterIsPassedOverForTheNext() async throws {
        let first = try LoopbackServer { _ in say("first") }
        let second = try LoopbackServer { _ in say("second") }
        first.script("/say", limited(34))
        let bench = try ServiceBench(first, second)
        let announced = Announced()
        let reply = try await bench.service(announce: announced.add).reply(to: question())
        #expect(reply.text == "second" && reply.passedOver?.map(\.model) == [one])
        #expect(bench.clock.waits.isEmpty)
        #expect(announced.lines == ["one/big: rate limited for 34 s; two/big is asked instead"])
    }

    @Test func whereTheOthersFailTheOneThatCanBeAskedSoonestIsWaitedFor() async throws {
        let first = try LoopbackServer { _ in say("first") }
        let second = try LoopbackServer { _ in say("second") }
        let third = try LoopbackServer { _ in LoopbackReply(status: 401) }
        first.script("/say", limited(90))
        second.script("/say", limited(40))
        let bench = try ServiceBench(first, second, third)
        let announced = Announced()
        let reply = try await bench.service(announce: announced.add).reply(to: question())
        #expect(reply.text == "second" && bench.clock.waits == [40_000])
        #expect(reply.passedOver?.map(\.model.provider) == ["one", "three"])
        #expect(
            announced.lines == [
                "one/big: rate limited for 90 s; two/big is asked instead",
                "two/big: rate limited for 40 s; three/big is asked instead",
                "two/big: rate limited, asked again in 40 s",
            ]
        )
    }

    @Test func aHintBehindTheDeadlineEndsIt() async throws {
        let server = try LoopbackServer { [self] _ in limited(181) }
        let bench = try ServiceBench(server)
        let announced = Announced()
        let error = try await modelFailure {
            _ = try await bench.service(announce: announced.add).reply(to: question())
        }
        #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(181))
        #expect(server.requests.count == 1 && bench.clock.waits.isEmpty && announced.lines.isEmpty)
    }

    @Test func longHintsAreFollowedNoMoreOftenThanShortOnes() async throws {
        let server = try LoopbackServer { [self] _ in limited(34) }
        let bench = try ServiceBench(server)
        let error = try await modelFailure { _ = try await bench.service().reply(to: question()) }
        #expect(error?.code == .rateLimited)
        #expect(server.requests.count == 3 && bench.clock.waits == [34_000, 34_000])
    }

    @Test func shortWaitsAreNotToldOf() async throws {
        let server = try LoopbackServer { _ in say("yes") }
        server.script("/say", LoopbackReply(status: 503), limited(3))
        let bench = try ServiceBench(server)
        let announced = Announced()
        _ = try await bench.service(announce: announced.add).reply(to: question())
        #expect(bench.clock.waits == [500, 3_000])
        #expect(announced.lines == ["one/big: rate limited, asked again in 3 s"])
    }

    @Test func aHintThatIsTooLongEndsItAndIsRemembered() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 429, headers: ["retry-after": "21"]) }
        let bench = try ServiceBench(server)
        let service = bench.service(ModelServiceOptions(waitsUntilDeadline: false))
        let error = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(21))
        #expect(server.requests.count == 1 && bench.clock.waits.isEmpty)
        // The next question does not go there either, until the wait has shrunk to what is waited for.
        let again = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(again?.code == .rateLimited && server.requests.count == 1 && bench.ledger.entries.count == 1)
        bench.clock.advance(by: 16)
        server.script("/say", say("now"))
        #expect(try await service.reply(to: question()).text == "now")
        #expect(bench.clock.waits == [5000])
    }

    @Test func theDeadlineEndsTheRepeats() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 503, headers: ["retry-after": "10"]) }
        let bench = try ServiceBench(server)
        let options = ModelServiceOptions(retries: 9, deadline: .seconds(25), failuresBeforeRest: 99)
        _ = try await modelFailure { _ = try await bench.service(options).reply(to: question()) }
        #expect(bench.clock.waits == [10_000, 10_000] && server.requests.count == 3)
    }

    @Test func waitsAreDoubled() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 503) }
        let bench = try ServiceBench(server)
        let options = ModelServiceOptions(retries: 6, failuresBeforeRest: 99)
        _ = try await modelFailure { _ = try await bench.service(options).reply(to: question()) }
        #expect(bench.clock.waits == [500, 1000, 2000, 4000, 8000, 8000])
    }

    @Test func aToolCallThatCannotBeReadIsAskedOnceWithoutTools() async throws {
        let server = try LoopbackServer { request in
            request.headers["x-tools"] == "0" ? say("in words") : LoopbackReply(status: 400, "tool_use_failed")
        }
        let bench = try ServiceBench(server)
        #expect(try await bench.service().reply(to: question(tools: 2)).text == "in words")
        #expect(server.requests.map { $0.headers["x-tools"] } == ["2", "0"])
        #expect(bench.ledger.endings == [[.failed(.toolCallUnreadable)], [.answered]])
        let stubborn = try LoopbackServer { _ in LoopbackReply(status: 400, "tool_use_failed") }
        let error = try await modelFailure {
            _ = try await ServiceBench(stubborn).service().reply(to: question(tools: 2))
        }
        #expect(error?.code == .toolCallUnreadable && stubborn.requests.count == 2)
    }

    // MARK: - The chain

    @Test func theFirstThatAnswersAnswers() async throws {
        let first = try LoopbackServer { _ in LoopbackReply(status: 401) }
        let second = try LoopbackServer { _ in say("second") }
        let third = try LoopbackServer { _ in say("third") }
        let bench = try ServiceBench(first, second, third)
        let received = Received()
        let reply = try await bench.service().reply(to: question()) { received.add($0) }
        #expect(reply.model == two && received.events == [.began(two), .text("second")])
        #expect(reply.passedOver == [.init(model: one, code: .keyRefused, detail: "answered 401")])
        #expect(first.requests.count == 1 && second.requests.count == 1 && third.requests.isEmpty)
        #expect(bench.ledger.endings == [[.failed(.keyRefused)], [.answered]])
    }

    @Test func whereNoneAnswersAllOfThemAreQuoted() async throws {
        let first = try LoopbackServer { _ in LoopbackReply(status: 402) }
        let second = try LoopbackServer { _ in LoopbackReply(status: 404) }
        let bench = try ServiceBench(first, second)
        let error = try #require(
            try await modelFailure { _ = try await bench.service().reply(to: question()) }
        )
        #expect(error.code == .outOfMoney)
        #expect(error.detail == "one/big: answered 402; two/big: answered 404")
    }

    @Test func withoutFallbackTheFirstAloneIsAsked() async throws {
        let first = try LoopbackServer { _ in LoopbackReply(status: 401) }
        let second = try LoopbackServer { _ in say("second") }
        let bench = try ServiceBench(first, second)
        let error = try await modelFailure {
            _ = try await bench.service(ModelServiceOptions(fallsBack: false)).reply(to: question())
        }
        #expect(error?.code == .keyRefused && error?.provider == "one" && second.requests.isEmpty)
    }

    @Test func anEmptyChainSaysSo() async throws {
        let bench = try ServiceBench([])
        let error = try await modelFailure { _ = try await bench.service().reply(to: question()) }
        #expect(error?.code == .notConfigured)
    }

    @Test func whatTheBudgetDoesNotAllowIsNotSent() async throws {
        let first = try LoopbackServer { _ in say("dear") }
        let second = try LoopbackServer { _ in say("cheap") }
        let bench = try ServiceBench(first, second)
        bench.ledger.refuse("one")
        let service = bench.service()
        #expect(try await service.reply(to: question()).text == "cheap")
        bench.ledger.refuse("two")
        let error = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(error?.code == .overBudget)
        #expect(first.requests.isEmpty && second.requests.count == 1 && bench.ledger.endings == [[.answered]])
    }

    @Test func whatMayNotBeAskedIsNotSent() async throws {
        let first = try LoopbackServer { _ in say("far") }
        let second = try LoopbackServer { _ in say("near") }
        let bench = try ServiceBench(first, second)
        let service = bench.service(admit: { model in
            if model.name.provider == "one" { throw ModelError(.forbidden, provider: "one", detail: "not there") }
        })
        #expect(try await service.reply(to: question()).text == "near")
        #expect(first.connections == 0)
        #expect(try service.httpRequest(for: question()).model.name == two)
    }

    @Test func whatWouldBeSentIsSentNowhere() throws {
        let server = try LoopbackServer { _ in say("x") }
        let (model, request) = try ServiceBench(server).service().httpRequest(for: question("secret plan"))
        #expect(model.name == one && request.url == server.baseURL + "/say")
        #expect(request.body == Data("secret plan".utf8) && server.connections == 0)
    }

    @Test func aPreviewShowsTheFirstThatCanBeAskedWhatItWouldBeSent() async throws {
        let first = try LoopbackServer { _ in say("x") }
        let second = try LoopbackServer { _ in say("yes") }
        let bench = try ServiceBench(first, second)
        let service = bench.service(admit: { model in
            if model.name.provider == "one" { throw ModelError(.forbidden, provider: "one", detail: "not there") }
        })
        let kept = PreviewTransport()
        let silent = PreviewModel(of: service, in: kept)
        let error = try await modelFailure { _ = try await silent.reply(to: question("secret plan")) }
        #expect(error?.code == .forbidden && error?.provider == "two")
        let received = Received()
        let speaking = PreviewModel(of: service, in: kept) { "in place of \($0.agent)" }
        let reply = try await speaking.reply(to: question("second")) { received.add($0) }
        #expect(reply.text == "in place of tester" && received.events == [.began(two), .text("in place of tester")])
        #expect(first.connections + second.connections == 0 && bench.ledger.entries.isEmpty)
        #expect(kept.kept.map(\.model) == [two, two] && kept.kept.map(\.agent) == ["tester", "tester"])
        _ = try await service.reply(to: question("secret plan"))
        #expect(second.requests.first?.body == kept.kept.first?.preview.body)
        #expect(kept.kept.first?.preview.url == second.baseURL + "/say")
    }

    // MARK: - The breaker

    @Test func aServiceThatFailsIsLeftAloneAndProbedLater() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 503) }
        let bench = try ServiceBench(server)
        let service = bench.service(ModelServiceOptions(retries: 0))
        for _ in 0..<3 { _ = try await modelFailure { _ = try await service.reply(to: question()) } }
        let resting = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(resting?.code == .overloaded && resting?.retryAfter == .seconds(30))
        #expect(server.requests.count == 3 && bench.ledger.entries.count == 3)
        bench.clock.advance(by: 30)
        _ = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(server.requests.count == 4)
        bench.clock.advance(by: 59)
        _ = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(server.requests.count == 4)
        bench.clock.advance(by: 1)
        server.script("/say", say("back"), say("still"))
        #expect(try await service.reply(to: question()).text == "back")
        #expect(try await service.reply(to: question()).text == "still")
    }

    @Test func aRefusalIsNoFailureOfTheService() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 400) }
        let bench = try ServiceBench(server)
        let service = bench.service()
        for _ in 0..<5 { _ = try await modelFailure { _ = try await service.reply(to: question()) } }
        #expect(server.requests.count == 5)
    }

    // MARK: - Limits

    @Test func thePlansRequestsAreSpreadBeforeTheyAreSent() async throws {
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server, provider: "limits: {requests_per_minute: 6}")
        let service = bench.service()
        for _ in 0..<6 { _ = try await service.reply(to: question()) }
        #expect(bench.clock.waits.isEmpty)
        // One every ten seconds from then on.
        _ = try await service.reply(to: question())
        _ = try await service.reply(to: question())
        #expect(bench.clock.waits == [10_000, 10_000] && server.requests.count == 8)
    }

    @Test func whatWouldHaveToWaitTooLongGoesToTheNext() async throws {
        let first = try LoopbackServer { _ in say("first") }
        let second = try LoopbackServer { _ in say("second") }
        let bench = try ServiceBench(first, second, provider: "limits: {requests_per_minute: 1}")
        let service = bench.service(ModelServiceOptions(waitsUntilDeadline: false))
        #expect(try await service.reply(to: question()).text == "first")
        #expect(try await service.reply(to: question()).text == "second")
        let error = try await modelFailure { _ = try await service.reply(to: question()) }
        #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(60))
        #expect(first.requests.count == 1 && second.requests.count == 1 && bench.ledger.entries.count == 2)
    }

    /// One request is left of none, and the window is whole again after the time that is said.
    @Test(
        arguments: [
            (["x-ratelimit-limit-requests": "1", "x-ratelimit-reset-requests": "6m0s"], 360_000),
            (["x-ratelimit-limit-requests": "1", "x-ratelimit-reset-requests": "120ms"], 120),
            (["x-ratelimit-limit-requests": "1", "x-ratelimit-reset-requests": "2m59.56s"], 179_560),
            (["x-ratelimit-limit-requests": "1", "x-ratelimit-reset-requests": "1h0m1s"], 3_601_000),
            (["x-ratelimit-limit-requests": "1", "x-ratelimit-reset-requests": "7.66"], 7_660),
            // Ten in five seconds are one in half a second.
            (["x-ratelimit-limit-requests": "10", "x-ratelimit-reset-requests": "5s"], 500),
            (["x-ratelimit-limit-requests": "1", "x-ratelimit-reset-requests": "soon"], nil),
            (
                [
                    "anthropic-ratelimit-requests-limit": "1",
                    "anthropic-ratelimit-requests-reset": "2026-03-02T15:00:12Z",
                ],
                12_000
            ),
        ] as [([String: String], Int?)]
    )
    func whatAnAnswerSaysOfItsLimitsHoldsForTheNext(headers: [String: String], wait: Int?) async throws {
        let left =
            headers.keys.contains { $0.hasPrefix("anthropic") }
            ? "anthropic-ratelimit-requests-remaining" : "x-ratelimit-remaining-requests"
        let server = try LoopbackServer { _ in
            var reply = say("x")
            reply.headers.merge(headers.merging([left: "0"]) { $1 }) { $1 }
            return reply
        }
        let bench = try ServiceBench(server)
        let service = bench.service(ModelServiceOptions(deadline: .seconds(10_000), longestWait: .seconds(5_000)))
        _ = try await service.reply(to: question())
        _ = try await service.reply(to: question())
        #expect(bench.clock.waits == (wait.map { [$0] } ?? []))
    }

    @Test func tokensAreCountedToo() async throws {
        let server = try LoopbackServer { _ in
            var reply = say("x")
            reply.headers["x-ratelimit-limit-tokens"] = "6000"
            reply.headers["x-ratelimit-remaining-tokens"] = "0"
            reply.headers["x-ratelimit-reset-tokens"] = "60s"
            return reply
        }
        let bench = try ServiceBench(server)
        let service = bench.service()
        _ = try await service.reply(to: question())
        _ = try await service.reply(to: question())
        let tokens = try #require(bench.ledger.entries.last?.estimate.inputTokens)
        // A hundred tokens a second.
        #expect(bench.clock.waits == [tokens * 10])
    }

    // MARK: - The cache

    private func cache(_ database: Database) -> StoredReplyCache { StoredReplyCache { database } }

    @Test func theSameQuestionIsAnsweredFromWhatWasKept() async throws {
        let server = try LoopbackServer { _ in say("forty", "-two") }
        let bench = try ServiceBench(server)
        let database = try Database()
        let first = try await bench.service(cache: cache(database)).reply(to: question(temperature: 0))
        let received = Received()
        // Another run of the program over the same database.
        let second = try await bench.service(cache: cache(database)).reply(to: question(temperature: 0)) {
            received.add($0)
        }
        #expect(server.requests.count == 1 && bench.ledger.entries.count == 1)
        #expect(!first.isFromCache && second.isFromCache)
        #expect(second.text == "forty-two" && second.model == one && second.usage == nothing)
        #expect(received.events == [.began(one), .text("forty-two")])
    }

    @Test func whateverDiffersIsAskedAnew() async throws {
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server)
        let database = try Database()
        let service = bench.service(cache: cache(database))
        var asked = [
            question(temperature: 0), question("and now?", temperature: 0), question(temperature: 0, tools: 1),
        ]
        asked.append(question(temperature: 0))
        asked[3].system = "long"
        for request in asked { _ = try await service.reply(to: request) }
        #expect(server.requests.count == 4)
        // Another server of the same name.
        let other = try LoopbackServer { _ in say("y") }
        #expect(try await ServiceBench(other).service(cache: cache(database)).reply(to: asked[0]).text == "y")
    }

    @Test func whereChanceIsWantedNothingIsKeptUnlessAsked() async throws {
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server)
        let database = try Database()
        for request in [question(), question(temperature: 0.7)] {
            for _ in 0..<2 { _ = try await bench.service(cache: cache(database)).reply(to: request) }
        }
        #expect(server.requests.count == 4)
        let options = ModelServiceOptions(cachesVariedReplies: true)
        for _ in 0..<2 { _ = try await bench.service(options, cache: cache(database)).reply(to: question()) }
        #expect(server.requests.count == 5)
    }

    @Test func aKeptReplyServesForAMonth() async throws {
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server)
        let service = bench.service(cache: cache(try Database()))
        _ = try await service.reply(to: question(temperature: 0))
        bench.clock.advance(by: 30 * 86_400 + 1)
        _ = try await service.reply(to: question(temperature: 0))
        #expect(server.requests.count == 2)
    }

    @Test func aCacheThatFailsCostsNoAnswer() async throws {
        struct Broken: Error {}
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server)
        let cache = StoredReplyCache { throw Broken() }
        #expect(try await bench.service(cache: cache).reply(to: question(temperature: 0)).text == "x")
    }

    // MARK: - Stopping

    @Test(arguments: [LoopbackReply.silence, say("a", "b").dripping(1, pause: .zero).cut(after: 20, ending: .hang)])
    func cancellingClosesTheConnectionAndIsBookedOnce(reply: LoopbackReply) async throws {
        let server = try LoopbackServer { _ in reply }
        let bench = try ServiceBench(server)
        let service = bench.service()
        let task = Task { try await service.reply(to: question()) }
        await server.requestsArrived()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await server.clientClosed()
        #expect(server.clientCloses == 1 && server.requests.count == 1)
        // What had come by then depends on who was faster; that it is not booked as nothing does not.
        let usage = try #require(bench.ledger.entries.first?.usage.first)
        #expect(bench.ledger.endings == [[.cancelled]])
        #expect(usage == TokenUsage() || (usage.isEstimated == true && usage.input ?? 0 > 0))
    }

    /// The server sends a piece every 100 ms, so that the pieces that it could still send tell how long the connection was open.
    @Test func aStoppedReplyTakesNoMoreOfWhatDripsIn() async throws {
        let words = (0..<600).map { "word\($0)" }
        let lines = words.map { "{\"text\": \"\($0)\"}\n" }
        let server = try LoopbackServer { _ in
            var reply = LoopbackReply.chunked(lines)
            reply.pause = .milliseconds(100)
            return reply
        }
        let bench = try ServiceBench(server)
        let service = bench.service()
        let (pieces, arrived) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await service.reply(to: question()) { event in
                if case .text = event { arrived.yield() }
            }
        }
        for await _ in pieces.prefix(3) {}
        let before = server.bodyBytes
        task.cancel()
        await server.clientClosed()
        // On an idle machine it is one piece at the most; ten leave room for one that is not.
        let sent = server.bodyBytes - before
        #expect(sent <= 10 * 32, "\(sent) bytes after the stop")
        await #expect(throws: CancellationError.self) { try await task.value }
        // Three words of five bytes at two bytes a token; the input by estimate.
        let usage = try #require(bench.ledger.entries.first?.usage.first)
        #expect(usage.isEstimated == true && (usage.output ?? 0) >= 8)
        #expect(usage.input == bench.ledger.entries.first?.estimate.inputTokens)
    }

    @Test func aReceiverThatThrowsEndsIt() async throws {
        struct Enough: Error {}
        var hanging = say("a", "b")
        hanging.piecesSent = 1
        let reply = hanging.ending(.hang)
        let server = try LoopbackServer { _ in reply }
        let bench = try ServiceBench(server, try LoopbackServer { _ in say("other") })
        await #expect(throws: Enough.self) {
            _ = try await bench.service().reply(to: question()) { event in
                if case .text = event { throw Enough() }
            }
        }
        await server.clientClosed()
        #expect(server.requests.count == 1 && bench.ledger.endings == [[.cancelled]])
    }

    @Test func anErrorOfTheReceiversIsNotTakenForTheServices() async throws {
        let server = try LoopbackServer { _ in say("a") }
        let bench = try ServiceBench(server, try LoopbackServer { _ in say("other") })
        let error = try await modelFailure {
            _ = try await bench.service().reply(to: question()) { _ in throw ModelError(.overloaded, detail: "mine") }
        }
        #expect(error?.detail == "mine" && server.requests.count == 1 && bench.ledger.entries.count == 1)
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server)
        let service = bench.service()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await service.reply(to: question())
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.connections == 0 && bench.ledger.endings.allSatisfy { $0 == [.cancelled] })
    }

    @Test func everyCallIsBookedOnceHoweverManyRun() async throws {
        let server = try LoopbackServer { request in
            request.text.hasSuffix("0") ? LoopbackReply(status: 400) : say(request.text)
        }
        let bench = try ServiceBench(server)
        let service = bench.service()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let error = try await modelFailure {
                        let text = try await service.reply(to: question("\(number)")).text
                        #expect(text == "\(number)")
                    }
                    #expect((error != nil) == number.isMultiple(of: 10))
                }
            }
            try await group.waitForAll()
        }
        #expect(bench.ledger.entries.count == 50 && bench.ledger.endings.allSatisfy { $0.count == 1 })
        #expect(bench.ledger.endings.count { $0 == [.answered] } == 45)
    }
}
