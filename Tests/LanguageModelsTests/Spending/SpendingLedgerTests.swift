import Foundation
import LanguageModels
import MagnusTestSupport
import Storage
import Testing

@Suite("The ledger of calls")
struct SpendingLedgerTests {
    let folder: TemporaryFolder
    let path: String
    /// 2026-11-18 15:00 in New York, 05:00 of the next day in Tokyo.
    private static let now = Date(timeIntervalSince1970: 1_795_032_000)
    /// A dollar a million tokens read, ten a million written.
    private static let price = ModelPrice(
        inputPerMillion: 1,
        outputPerMillion: 10,
        asOf: "2026-11-18",
        source: "a price list"
    )

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("magnus.db")
    }

    private func ledger(
        _ budget: Budget,
        question: String = "q1",
        timeZone: String = "America/New_York",
        clock: @escaping @Sendable () -> Date = { SpendingLedgerTests.now }
    ) throws -> SpendingLedger {
        let store = UsageStore(database: try Database(path: path))
        return SpendingLedger(
            store: { store },
            budget: budget,
            question: question,
            timeZone: try #require(TimeZone(identifier: timeZone)),
            clock: clock
        )
    }

    private static func estimate(
        input: Int = 1_000,
        output: Int = 400,
        price: ModelPrice? = SpendingLedgerTests.price
    ) -> CallEstimate {
        CallEstimate(
            model: ModelName(provider: "acme", model: "small"),
            agent: "analyst",
            inputTokens: input,
            maximumOutputTokens: output,
            price: price
        )
    }

    private func dollars(_ text: String) throws -> Decimal {
        try #require(Decimal(string: text))
    }

    // MARK: - Booking

    @Test("A call is booked at what its tokens cost")
    func booking() async throws {
        let ledger = try ledger(Budget())
        let reservation = try await ledger.reserve(Self.estimate())
        // 1,000 x $1 + 400 x $10 a million.
        #expect(reservation.amount == (try dollars("0.005")))
        #expect(try ledger.spending().total.cost == dollars("0.005"))
        await ledger.settle(reservation, usage: TokenUsage(input: 1_204, output: 310), ending: .answered)
        // 1,204 x $1 + 310 x $10 a million is $0.004304.
        #expect(try ledger.spending().total.cost == dollars("0.004304"))
        #expect(try ledger.spending().description == "$0.0043 · 1,204 in / 310 out")
        let call = try UsageStore(database: Database(path: path)).call(reservation.id)
        #expect(call?.day == "2026-11-18" && call?.question == "q1" && call?.isMeasured == true)
    }

    @Test(
        "A call whose tokens are unknown costs what was set aside, unless it was refused before it began",
        arguments: [
            (CallEnding.failed(.cutOff), "0.005"), (.failed(.timedOut), "0.005"), (.cancelled, "0.005"),
            (.answered, "0.005"), (.failed(.overloaded), "0.005"), (.failed(.malformedReply), "0.005"),
            (.failed(.keyRefused), "0"), (.failed(.rateLimited), "0"), (.failed(.unreachable), "0"),
            (.failed(.outOfMoney), "0"), (.failed(.forbidden), "0"),
        ]
    )
    func withoutTokens(ending: CallEnding, cost: String) async throws {
        let ledger = try ledger(Budget())
        await ledger.settle(try await ledger.reserve(Self.estimate()), usage: TokenUsage(), ending: ending)
        #expect(try ledger.spending().total.cost == dollars(cost))
    }

    @Test("A failed call with counted tokens costs what they cost")
    func failedWithTokens() async throws {
        let ledger = try ledger(Budget())
        let usage = TokenUsage(input: 100, output: 10)
        await ledger.settle(try await ledger.reserve(Self.estimate()), usage: usage, ending: .failed(.rateLimited))
        #expect(try ledger.spending().total.cost == dollars("0.0002"))
    }

    @Test("Estimated tokens are booked at what they cost, and marked as not measured")
    func estimated() async throws {
        let ledger = try ledger(Budget())
        var usage = TokenUsage(input: 100, output: 10)
        usage.isEstimated = true
        for ending in [CallEnding.failed(.cutOff), .failed(.rateLimited), .cancelled] {
            let reservation = try await ledger.reserve(Self.estimate())
            await ledger.settle(reservation, usage: usage, ending: ending)
            #expect(try UsageStore(database: Database(path: path)).call(reservation.id)?.isMeasured == false)
        }
        // 100 x $1 + 10 x $10 a million, three times.
        #expect(try ledger.spending().description == "up to $0.0006 · 300 in / 30 out")
    }

    // MARK: - Caps

    @Test("The smaller of the budget's cap and the question's own counts")
    func perQuestion() async throws {
        let ledger = try ledger(Budget(perQuestion: try dollars("0.01")))
        ledger.begin(question: "q2", maximumCost: try dollars("0.007"))
        _ = try await ledger.reserve(Self.estimate())
        let error = await #expect(throws: ModelError.self) { try await ledger.reserve(Self.estimate()) }
        #expect(error?.code == .overBudget && error?.provider == "acme" && error?.model == "small")
        #expect(
            error?.detail
                == "a call of up to $0.0050 does not fit the $0.0070 for one question: $0.0050 are spent or set aside"
        )
        #expect(ledger.isStopped)
        #expect(ledger.warnings.count == 1)
        ledger.begin(question: "q3")
        #expect(!ledger.isStopped && ledger.warnings.isEmpty)
        _ = try await ledger.reserve(Self.estimate())
        _ = try await ledger.reserve(Self.estimate())
        await #expect(throws: ModelError.self) { try await ledger.reserve(Self.estimate()) }
    }

    @Test("A day is the owner's", arguments: [("America/New_York", "2026-11-18"), ("Asia/Tokyo", "2026-11-19")])
    func day(timeZone: String, expected: String) async throws {
        let ledger = try ledger(Budget(perDay: 1), timeZone: timeZone)
        _ = try await ledger.reserve(Self.estimate())
        #expect(try ledger.standing().map(\.cap) == [UsageCap(.day(expected), 1)])
        #expect(try ledger.standing().map(\.total.cost) == [dollars("0.005")])
        #expect(ledger.firstDayOfMonth == "2026-11-01")
    }

    @Test("A new day and a new month begin with nothing")
    func newDay() async throws {
        let cap = try dollars("0.005")
        let first = try ledger(Budget(perDay: cap))
        _ = try await first.reserve(Self.estimate())
        await #expect(throws: ModelError.self) { try await first.reserve(Self.estimate()) }
        let tomorrow = try ledger(Budget(perDay: cap), clock: { Self.now.addingTimeInterval(86_400) })
        _ = try await tomorrow.reserve(Self.estimate())
        let month = try ledger(Budget(perMonth: cap), clock: { Self.now.addingTimeInterval(86_400) })
        let error = await #expect(throws: ModelError.self) { try await month.reserve(Self.estimate()) }
        #expect(error?.detail.contains("this month's $0.0050: $0.0100 are spent") == true)
        let next = try ledger(Budget(perMonth: cap), clock: { Self.now.addingTimeInterval(86_400 * 14) })
        _ = try await next.reserve(Self.estimate())
    }

    @Test("A call that uses more than was foreseen is booked at what it cost, and the next one is refused")
    func overshoot() async throws {
        let ledger = try ledger(Budget(perDay: try dollars("0.006")))
        let reservation = try await ledger.reserve(Self.estimate())
        await ledger.settle(reservation, usage: TokenUsage(input: 1_000, output: 600), ending: .answered)
        #expect(try ledger.spending().total.cost == dollars("0.007"))
        await #expect(throws: ModelError.self) { try await ledger.reserve(Self.estimate(input: 0, output: 1)) }
    }

    @Test("The owner is warned at a set part of a cap, once")
    func warning() async throws {
        let ledger = try ledger(Budget(perDay: try dollars("0.01"), warnAt: try dollars("0.5")))
        let usage = TokenUsage(input: 1_000, output: 300)
        await ledger.settle(try await ledger.reserve(Self.estimate()), usage: usage, ending: .answered)
        #expect(ledger.warnings.isEmpty)
        for _ in 0..<2 {
            let small = try await ledger.reserve(Self.estimate(input: 100, output: 100))
            await ledger.settle(small, usage: TokenUsage(input: 100, output: 100), ending: .answered)
        }
        #expect(ledger.warnings == ["$0.0051 of today's $0.0100 are spent"])
    }

    // MARK: - Unknown prices

    @Test("A model of unknown price is refused where there is a cap, and booked as unknown where it may be asked")
    func unknownPrice() async throws {
        let unknown = Self.estimate(price: nil)
        let capped = try ledger(Budget(perMonth: 100))
        let error = await #expect(throws: ModelError.self) { try await capped.reserve(unknown) }
        #expect(error?.code == .overBudget)
        #expect(error?.detail.contains("price is not known") == true)
        #expect(error?.detail.contains("allow_unknown_price") == true)
        for budget in [Budget(), Budget(perMonth: 100, allowsUnknownPrice: true)] {
            let ledger = try ledger(budget, question: "\(budget.isLimited)")
            let reservation = try await ledger.reserve(unknown)
            #expect(reservation.amount == nil)
            await ledger.settle(reservation, usage: TokenUsage(input: 10, output: 20), ending: .answered)
            #expect(try ledger.spending().description == "cost unknown · 10 in / 20 out")
        }
    }

    @Test("Tokens of a call that was stopped are unknown, not none")
    func stopped() async throws {
        let ledger = try ledger(Budget())
        let reservation = try await ledger.reserve(Self.estimate())
        await ledger.settle(reservation, usage: TokenUsage(), ending: .cancelled)
        // 1,000 x $1 + 400 x $10 a million.
        #expect(try ledger.spending().description == "up to $0.0050 · tokens unknown")
        let other = try await ledger.reserve(Self.estimate())
        await ledger.settle(other, usage: TokenUsage(input: 1_204, output: 310), ending: .answered)
        // 1,204 x $1 + 310 x $10 a million besides.
        #expect(try ledger.spending().description == "up to $0.0093 · 1,204 in / 310 out + unknown")
        let refused = try self.ledger(Budget(), question: "refused")
        let free = try await refused.reserve(Self.estimate())
        await refused.settle(free, usage: TokenUsage(), ending: .failed(.keyRefused))
        #expect(try refused.spending().total.uncountedCalls == 0)
    }

    @Test("A model of this machine costs nothing, and that is known")
    func local() async throws {
        let price = ModelPrice(
            inputPerMillion: 0,
            outputPerMillion: 0,
            asOf: "2026-11-18",
            source: "runs on this machine"
        )
        let ledger = try ledger(Budget(perDay: 0))
        let reservation = try await ledger.reserve(Self.estimate(price: price))
        await ledger.settle(reservation, usage: TokenUsage(input: 10, output: 20), ending: .answered)
        #expect(try ledger.spending().description == "$0.00 · 10 in / 20 out")
        await #expect(throws: ModelError.self) { try await ledger.reserve(Self.estimate()) }
    }

    // MARK: - Many at once

    /// Reserves and settles at random, and returns what was booked by its own count.
    private static func spend(_ ledger: SpendingLedger, seed: UInt64, calls: Int, check: () throws -> Void) async throws
        -> Decimal
    {
        var random = SeededGenerator(seed: seed)
        var booked: Decimal = 0
        for _ in 0..<calls {
            let input = Int.random(in: 0...2_000, using: &random)
            let output = Int.random(in: 1...1_000, using: &random)
            let reservation: CallReservation
            do {
                reservation = try await ledger.reserve(estimate(input: input, output: output))
            } catch let error as ModelError where error.code == .overBudget {
                continue
            }
            try check()
            await Task.yield()
            let used = TokenUsage(
                input: Int.random(in: 0...input, using: &random),
                output: Int.random(in: 0...output, using: &random)
            )
            switch Int.random(in: 0..<5, using: &random) {
            case 0:
                await ledger.settle(reservation, usage: TokenUsage(), ending: .cancelled)
                booked += Decimal(input + 10 * output) / 1_000_000
            case 1:
                await ledger.settle(reservation, usage: TokenUsage(), ending: .failed(.keyRefused))
            case 2:
                var estimated = used
                estimated.isEstimated = true
                await ledger.settle(reservation, usage: estimated, ending: .failed(.cutOff))
                booked += Decimal((used.input ?? 0) + 10 * (used.output ?? 0)) / 1_000_000
            default:
                await ledger.settle(reservation, usage: used, ending: .answered)
                booked += Decimal((used.input ?? 0) + 10 * (used.output ?? 0)) / 1_000_000
            }
        }
        return booked
    }

    @Test("Eight tasks over two connections never pass a cap", arguments: [1, 2, 3])
    func manyTasks(seed: UInt64) async throws {
        let cap = try dollars("0.2")
        let ledgers = try (0..<2).map { _ in try ledger(Budget(perDay: cap)) }
        let watcher = UsageStore(database: try Database(path: path))
        let booked = try await withThrowingTaskGroup(of: Decimal.self) { group in
            for task in 0..<8 {
                group.addTask {
                    try await Self.spend(ledgers[task % 2], seed: seed * 100 + UInt64(task), calls: 40) {
                        let cost = try watcher.total(.day("2026-11-18")).cost
                        #expect(cost <= cap)
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        let total = try watcher.total(.day("2026-11-18"))
        #expect(total.cost == booked)
        #expect(total.cost <= cap)
        // The cap was in the way, or the test would show nothing.
        #expect(total.calls < 320 && total.calls > 20)
        #expect(try watcher.abandon(reservedBefore: .distantPast, at: Self.now) { _ in false } == 0)
    }

    @Test("Two processes at once never pass a cap")
    func twoProcesses() async throws {
        _ = try ledger(Budget())
        async let first: Void = Self.spendInAnotherProcess(path)
        async let second: Void = Self.spendInAnotherProcess(path)
        _ = await (first, second)
        let total = try UsageStore(database: Database(path: path)).total(.day("2026-11-18"))
        #expect(total.cost <= (try dollars("0.05")))
        #expect(total.calls >= 10 && total.calls < 120)
    }

    private static func spendInAnotherProcess(_ path: String) async {
        await #expect(processExitsWith: .success) { [path = path as String] in
            let cap = try #require(Decimal(string: "0.05"))
            let store = UsageStore(database: try Database(path: path))
            let ledger = SpendingLedger(
                store: { store },
                budget: Budget(perDay: cap),
                question: "\(getpid())",
                timeZone: try #require(TimeZone(identifier: "America/New_York")),
                clock: { SpendingLedgerTests.now }
            )
            _ = try await SpendingLedgerTests.spend(ledger, seed: UInt64(getpid()), calls: 60) {
                let cost = try store.total(.day("2026-11-18")).cost
                #expect(cost <= cap)
            }
        }
    }

    @Test("What a killed process set aside is not lost")
    func killed() async throws {
        _ = try ledger(Budget())
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = UsageStore(database: try Database(path: path))
            let ledger = SpendingLedger(
                store: { store },
                budget: Budget(),
                question: "killed",
                timeZone: try #require(TimeZone(identifier: "America/New_York")),
                clock: { SpendingLedgerTests.now }
            )
            _ = try await ledger.reserve(SpendingLedgerTests.estimate())
            kill(getpid(), SIGKILL)
        }
        let cap = try dollars("0.009")
        let ledger = try ledger(Budget(perDay: cap))
        #expect(try ledger.standing().map(\.total.cost) == [dollars("0.005")])
        await #expect(throws: ModelError.self) { try await ledger.reserve(Self.estimate()) }
        let call = try #require(try UsageStore(database: Database(path: path)).call(1))
        #expect(call.state == .abandoned && call.question == "killed")
        #expect(call.cost == (try dollars("0.005")) && !call.isMeasured)
        #expect(try ledger.standing().map(\.total.cost) == [dollars("0.005")])
    }

    @Test("A database that cannot be written refuses calls rather than losing them")
    func unbookable() async throws {
        _ = try ledger(Budget())
        let store = UsageStore(database: try Database(path: path, access: .readOnly))
        let readOnly = SpendingLedger(
            store: { store },
            budget: Budget(),
            question: "q",
            timeZone: .gmt,
            clock: { Self.now }
        )
        let error = await #expect(throws: ModelError.self) { try await readOnly.reserve(Self.estimate()) }
        #expect(error?.code == .overBudget && error?.detail.contains("cannot be booked") == true)
    }
}
