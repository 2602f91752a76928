import Foundation
import MagnusTestSupport
import Storage
import Testing

@Suite struct UsageStoreTests {
    let store: UsageStore
    private let start = Date(timeIntervalSince1970: 1_795_000_000)

    init() throws {
        store = UsageStore(database: try Storage.Database())
    }

    private func call(
        _ amount: String?,
        day: String = "2026-11-18",
        question: String = "q1",
        model: String = "small",
        agent: String = "analyst",
        after seconds: TimeInterval = 0,
        process: Int32 = 1
    ) -> UsageRecord {
        UsageRecord(
            at: start.addingTimeInterval(seconds),
            day: day,
            question: question,
            provider: "acme",
            model: model,
            agent: agent,
            estimatedInput: 1_000,
            maximumOutput: 500,
            setAside: amount.flatMap { Decimal(string: $0) },
            process: process
        )
    }

    private func made(_ call: UsageRecord, within caps: [UsageCap] = []) throws -> Int64 {
        guard case .made(let id) = try store.reserve(call, within: caps) else {
            Issue.record("refused")
            return 0
        }
        return id
    }

    private func dollars(_ text: String) throws -> Decimal {
        try #require(Decimal(string: text))
    }

    @Test func whatIsSetAsideCountsUntilItIsSettled() throws {
        let cap = UsageCap(.day("2026-11-18"), try dollars("1.00"))
        let first = try made(call("0.75"), within: [cap])
        #expect(try store.reserve(call("0.26"), within: [cap]) == .refused(cap, cost: dollars("0.75")))
        _ = try made(call("0.25", question: "q2"), within: [cap])
        try store.settle(
            first,
            as: .answered,
            tokens: .init(input: 900, cachedInput: 100, output: 20),
            cost: dollars("0.0000000375"),
            isMeasured: true,
            at: start
        )
        let total = try store.total(.day("2026-11-18"))
        #expect(total.cost == (try dollars("0.2500000375")))
        #expect(total.calls == 2 && total.estimatedCosts == 1 && total.unknownCosts == 0)
        #expect(total.input == 900 && total.cachedInput == 100 && total.output == 20)
        _ = try made(call("0.7499999625"), within: [cap])
        #expect(try store.reserve(call("0.000000000001"), within: [cap]) == .refused(cap, cost: dollars("1")))
    }

    @Test func eachScopeCountsItsOwn() throws {
        _ = try made(call("0.10", day: "2026-11-30"))
        _ = try made(call("0.20", day: "2026-12-01", question: "q2"))
        _ = try made(call("0.40", day: "2026-12-31", question: "q2"))
        #expect(try store.total(.month("2026-11")).cost == dollars("0.1"))
        #expect(try store.total(.month("2026-12")).cost == dollars("0.6"))
        #expect(try store.total(.month("2026-1")).cost == 0)
        #expect(try store.total(.day("2026-12-01")).cost == dollars("0.2"))
        #expect(try store.total(.question("q2")).cost == dollars("0.6"))
        #expect(try store.total(.question("none")) == UsageTotal())
    }

    @Test func anUnknownCostIsCountedAsUnknown() throws {
        let id = try made(call(nil))
        _ = try made(call("0.01"))
        try store.settle(id, as: .answered, tokens: .init(input: 5, output: 7), cost: nil, isMeasured: false, at: start)
        let total = try store.total(.question("q1"))
        #expect(total.cost == (try dollars("0.01")) && total.unknownCosts == 1 && total.estimatedCosts == 1)
        #expect(try store.call(id)?.cost == nil)
    }

    @Test func aCallIsSettledOnce() throws {
        let id = try made(call("0.50"))
        try store.settle(
            id,
            as: .failed,
            failure: "key_refused",
            tokens: .init(),
            cost: 0,
            isMeasured: true,
            at: start.addingTimeInterval(2)
        )
        try store.settle(id, as: .answered, tokens: .init(), cost: 5, isMeasured: true, at: start.addingTimeInterval(3))
        let kept = try #require(try store.call(id))
        #expect(kept.state == .failed && kept.failure == "key_refused" && kept.cost == 0)
        #expect(kept.setAside == (try dollars("0.50")) && kept.settledAt == start.addingTimeInterval(2))
        #expect(kept.provider == "acme" && kept.model == "small" && kept.agent == "analyst" && kept.day == "2026-11-18")
        #expect(kept.estimatedInput == 1_000 && kept.maximumOutput == 500 && kept.at == start)
    }

    @Test func callsOfGoneProcessesStayBookedAndCanStillBeSettled() throws {
        let gone = try made(call("0.50", process: 4_242))
        let alive = try made(call("0.25", process: 1))
        let old = try made(call("0.125", after: -7_200, process: 1))
        let oldest = start.addingTimeInterval(-3_600)
        #expect(try store.abandon(reservedBefore: oldest, at: start) { $0 == 1 } == 2)
        #expect(try store.abandon(reservedBefore: oldest, at: start) { $0 == 1 } == 0)
        #expect(try store.call(gone)?.state == .abandoned && store.call(old)?.state == .abandoned)
        #expect(try store.call(alive)?.state == .reserved)
        #expect(try store.total(.question("q1")).cost == dollars("0.875"))
        try store.settle(
            gone,
            as: .answered,
            tokens: .init(input: 1, output: 1),
            cost: dollars("0.01"),
            isMeasured: true,
            at: start
        )
        #expect(try store.call(gone)?.state == .answered)
        #expect(try store.total(.question("q1")).cost == dollars("0.385"))
    }

    @Test func totalsByEachGrouping() throws {
        _ = try made(call("0.10", day: "2026-11-17", agent: "analyst"))
        _ = try made(call("0.40", day: "2026-11-18", model: "large", agent: "strategist"))
        let failed = try made(call("0.20", day: "2026-11-18", agent: "analyst"))
        try store.settle(
            failed,
            as: .failed,
            failure: "overloaded",
            tokens: .init(),
            cost: dollars("0.20"),
            isMeasured: false,
            at: start
        )
        #expect(try store.totals(by: .provider).map(\.key) == ["acme"])
        #expect(try store.totals(by: .provider).map(\.cost) == [dollars("0.7")])
        #expect(try store.totals(by: .model).map(\.key) == ["acme/large", "acme/small"])
        #expect(try store.totals(by: .model).map(\.failures) == [0, 1])
        #expect(try store.totals(by: .day).map(\.key) == ["2026-11-18", "2026-11-17"])
        #expect(try store.totals(by: .agent).map(\.key) == ["strategist", "analyst"])
        #expect(try store.totals(by: .agent, since: "2026-11-18").map(\.calls) == [1, 1])
        #expect(try store.totals(by: .day, since: "2026-11-19").isEmpty)
    }

    @Test func amountsAddUpExactly() throws {
        for _ in 0..<1_000 { _ = try made(call("0.0000000375")) }
        #expect(try store.total(.question("q1")).cost == dollars("0.0000375"))
        // What is finer than can be kept is rounded up.
        _ = try made(call("0.0000000000001", question: "fine"))
        #expect(try store.total(.question("fine")).cost == dollars("0.000000000001"))
    }
}
