import Foundation
import Markets
import Testing

@testable import Connectors
@testable import Transport

@Suite struct LimitTests {
    let time = ManualTime()
    let start = Date(timeIntervalSince1970: 1_000)

    // MARK: - Token bucket

    @Test func aBucketGivesItsBurstAndThenOneAtATime() {
        var bucket = TokenBucket(limit: RateLimit(perSecond: 2, burst: 3), now: start)
        for _ in 0..<3 { #expect(bucket.take(at: start, within: 0) == (true, 0)) }
        #expect(bucket.take(at: start, within: 0.4) == (false, 0.5), "half a second away, and nobody waits that long")
        #expect(bucket.take(at: start, within: 1) == (true, 0.5))
        #expect(bucket.take(at: start, within: 1) == (true, 1), "behind the one that waits")
        #expect(bucket.take(at: start.addingTimeInterval(1), within: 0) == (false, 0.5))
        #expect(bucket.take(at: start.addingTimeInterval(1.5), within: 0) == (true, 0))
    }

    @Test func aBucketNeverHoldsMoreThanItsBurst() {
        var bucket = TokenBucket(limit: RateLimit(perSecond: 10, burst: 2), now: start)
        let later = start.addingTimeInterval(3_600)
        #expect(bucket.take(at: later, within: 0) == (true, 0))
        #expect(bucket.take(at: later, within: 0) == (true, 0))
        #expect(bucket.take(at: later, within: 0).isTaken == false)
    }

    @Test func aClockPutBackRefillsNothingAndTakesNothing() {
        var bucket = TokenBucket(limit: RateLimit(perSecond: 1, burst: 1), now: start)
        #expect(bucket.take(at: start, within: 0).isTaken)
        let earlier = start.addingTimeInterval(-100)
        #expect(bucket.take(at: earlier, within: 0) == (false, 1))
        #expect(bucket.take(at: earlier.addingTimeInterval(1), within: 0).isTaken)
    }

    @Test func aBucketThatIsNeverRefilledSaysSo() {
        var bucket = TokenBucket(limit: RateLimit(perSecond: 0, burst: 1), now: start)
        #expect(bucket.take(at: start, within: 8).isTaken)
        #expect(bucket.take(at: start, within: 8) == (false, .infinity))
    }

    @Test func twoProcessesTakeFromOneBucket() {
        let limit = RateLimit(perSecond: 0.001, burst: 25)
        var (first, second) = (TokenBucket(limit: limit, now: start), TokenBucket(limit: limit, now: start))
        for _ in 0..<10 { _ = first.take(at: start, within: 0) }
        for _ in 0..<7 { _ = second.take(at: start, within: 0) }
        let stored = first.merge(nil, at: start)
        #expect(stored.tokens == 15)
        #expect(second.merge(stored, at: start).tokens == 8)
        #expect(second.merge(.init(tokens: 8, time: start), at: start).tokens == 8, "written down once")
    }

    // MARK: - Circuit breaker

    @Test func aBreakerOpensAfterThreeFailuresAndProbesOnceAfterEachPause() {
        let policy = CircuitBreaker.Policy(failures: 3, firstPause: 30, longestPause: 100)
        var breaker = CircuitBreaker()
        var now = start
        for _ in 0..<2 {
            #expect(breaker.admit(at: now) == .open)
            breaker.fail(at: now, policy: policy)
        }
        #expect(breaker.admit(at: now) == .open)
        breaker.fail(at: now, policy: policy)
        #expect(breaker.admit(at: now.addingTimeInterval(10)) == .resting(seconds: 20))
        for pause in [60.0, 100, 100] {
            now = breaker.restsUntil ?? now
            #expect(breaker.admit(at: now) == .open, "the probe")
            #expect(breaker.admit(at: now) == .resting(seconds: 0), "and no other")
            breaker.fail(at: now, policy: policy)
            #expect(breaker.admit(at: now) == .resting(seconds: pause))
        }
        now = breaker.restsUntil ?? now
        #expect(breaker.admit(at: now) == .open)
        breaker.abandon()
        #expect(breaker.admit(at: now) == .open, "a probe that was given up makes room for another")
        breaker.succeed()
        for _ in 0..<5 { #expect(breaker.admit(at: now) == .open) }
        breaker.fail(at: now, policy: policy)
        #expect(breaker.admit(at: now) == .open, "it counts from the beginning again")
    }

    @Test func failuresOfQuestionsPutBeforeThePauseDoNotLengthenIt() {
        let policy = CircuitBreaker.Policy(failures: 1, firstPause: 30, longestPause: 900)
        var breaker = CircuitBreaker()
        for _ in 0..<10 { breaker.fail(at: start, policy: policy) }
        #expect(breaker.admit(at: start) == .resting(seconds: 30))
    }

    // MARK: - Both, in the service

    private func service(_ connectors: any Connector...) -> DataService {
        DataService(connectors: connectors, clock: time.clock, sleep: time.sleeper)
    }

    private func failure(_ service: DataService, _ symbol: String = "NVDA") async -> ConnectorError? {
        do {
            let batch = try await service.quotes(of: [symbol], policy: .refresh)
            return batch.failures.first
        } catch {
            return (error as? DataServiceError)?.failures.first
        }
    }

    @Test func aQuestionWaitsForTheRateLimit() async throws {
        let market = FakeMarket().with { $0.rateLimit = RateLimit(perSecond: 0.5, burst: 1) }
        let service = service(market)
        _ = try await service.quotes(of: ["NVDA"])
        let start = time.now
        let second = try await time.passing { try await service.quotes(of: ["AAPL"]) }
        #expect(second["AAPL"]?.value.last == 270)
        #expect(market.script.questions == ["NVDA", "AAPL"])
        #expect(time.now.timeIntervalSince(start) >= 2)
    }

    @Test func aWaitLongerThanTheDeadlineIsRefusedAtOnce() async throws {
        let market = FakeMarket().with { $0.rateLimit = RateLimit(perSecond: 0.1, burst: 1) }
        let service = service(market)
        _ = try await service.quotes(of: ["NVDA"])
        let error = await failure(service, "AAPL")
        #expect(error?.code == .rateLimited(retryAfter: .seconds(10)))
        #expect(market.script.questions == ["NVDA"])
    }

    @Test func aSourceThatAsksForTimeIsLeftAloneForSoLong() async throws {
        let market = FakeMarket("alpha", Script(.fail(.rateLimited(retryAfter: .seconds(120)))))
        let service = service(market)
        #expect(await failure(service)?.code == .rateLimited(retryAfter: .seconds(120)))
        time.advance(100)
        #expect(await failure(service)?.code == .rateLimited(retryAfter: .seconds(20)))
        #expect(service.status()[0].restsUntil == time.now.addingTimeInterval(20))
        #expect(market.script.questions.count == 1)
        time.advance(20)
        #expect(try await service.quotes(of: ["NVDA"])["NVDA"]?.freshness == .live)
        #expect(service.status()[0].restsUntil == nil)
    }

    @Test func aSourceThatFailsThreeTimesRestsAndIsProbedAfterwards() async throws {
        let failure = ConnectorError.Code.serviceFailed(status: 503)
        let market = FakeMarket("alpha", Script(.fail(failure), .fail(.timedOut), .fail(.unreachable), .fail(failure)))
        let service = service(market)
        for _ in 0..<3 { _ = await self.failure(service) }
        let resting = try #require(await self.failure(service))
        #expect(resting.code == .resting(until: .seconds(30)))
        #expect(resting.detail == "failed 3 times in a row (scripted) and rests for 30 s")
        #expect(market.script.questions.count == 3)
        time.advance(30)
        #expect(await self.failure(service)?.code == failure, "the probe")
        #expect(await self.failure(service)?.code == .resting(until: .seconds(60)))
        time.advance(60)
        #expect(try await service.quotes(of: ["NVDA"])["NVDA"]?.freshness == .live)
        #expect(market.script.questions.count == 5)
    }

    @Test func aRefusalShowsThatTheServiceIsThere() async throws {
        let down = ConnectorError.Code.serviceFailed(status: 500)
        let steps = Script(.fail(down), .fail(down), .fail(.unauthorised), .fail(down), .fail(down), .answer)
        let service = service(FakeMarket("alpha", steps))
        for _ in 0..<5 { _ = await failure(service) }
        #expect(try await service.quotes(of: ["NVDA"])["NVDA"]?.freshness == .live)
    }
}
