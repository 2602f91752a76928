public import Foundation
public import Storage
import Synchronization

/// The owner's account of calls: every one is booked, and none is made that the budget does not allow.
///
/// What a call may cost at most is set aside before it is made, in one transaction with the look at the caps, so that calls at
/// once, of this process and of others, never have more set aside than a cap allows. Only a call that uses more than was
/// foreseen for it can pass a cap, and by that alone. A day and a month are those of the owner's time zone.
public final class SpendingLedger: CallLedger {
    /// Who makes the calls, so that what a process set aside is not lost when it ends before its time.
    public struct CallingProcess: Sendable {
        /// Its number.
        public var id: Int32
        /// Whether the process of a number is there.
        public var isRunning: @Sendable (Int32) -> Bool

        /// A process.
        public init(id: Int32, isRunning: @escaping @Sendable (Int32) -> Bool) {
            self.id = id
            self.isRunning = isRunning
        }

        /// This process. A number that was given to another one since counts as running; time settles that.
        public static var current: CallingProcess {
            CallingProcess(id: getpid()) { kill($0, 0) == 0 || errno == EPERM }
        }
    }

    private struct Question {
        var id: String
        var maximumCost: Decimal?
        var warned: Set<UsageScope> = []
        var warnings: [String] = []
        var isStopped = false
        var hasCalls = false
    }

    /// No call lasts longer: what is set aside for longer belongs to a process that ended.
    private static let longestCall: TimeInterval = 3_600

    private let store: @Sendable () throws -> UsageStore
    private let budget: Budget
    private let calendar: Calendar
    private let clock: @Sendable () -> Date
    private let process: CallingProcess
    private let question: Mutex<Question>

    /// A ledger.
    ///
    /// - Parameters:
    ///   - store: Gives where calls are kept, when the first one is made.
    ///   - question: The question that calls serve until `begin(question:maximumCost:)` says another.
    ///   - timeZone: The owner's, for days and months.
    public init(
        store: @escaping @Sendable () throws -> UsageStore,
        budget: Budget,
        question: String,
        timeZone: TimeZone,
        clock: @escaping @Sendable () -> Date,
        process: CallingProcess = .current
    ) {
        self.store = store
        self.budget = budget
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        self.calendar = calendar
        self.clock = clock
        self.process = process
        self.question = Mutex(Question(id: question))
    }

    /// Says which question the calls that follow serve; one at a time.
    ///
    /// - Parameter maximumCost: The most that it may cost in dollars; the smaller one counts where the budget has a cap too.
    public func begin(question id: String, maximumCost: Decimal? = nil) {
        question.withLock { $0 = Question(id: id, maximumCost: maximumCost) }
    }

    /// Sets aside what a call may cost.
    ///
    /// - Throws: `ModelError` with the code `overBudget` where a cap does not allow it, where there is a cap and the price is
    ///   not known, and where the call cannot be booked.
    public func reserve(_ estimate: CallEstimate) async throws -> CallReservation {
        let now = clock()
        let (id, maximumCost) = question.withLock { ($0.id, $0.maximumCost) }
        let caps = caps(of: id, maximumCost: maximumCost, at: now)
        let amount = estimate.price.map { price in
            price.largestCost(
                inputTokens: max(0, estimate.inputTokens),
                maximumOutputTokens: max(0, estimate.maximumOutputTokens)
            )
        }
        if amount == nil, !caps.isEmpty, !budget.allowsUnknownPrice {
            throw refusal(
                estimate,
                "its price is not known and there is a budget; give its price in the catalogue, or set "
                    + "budget: {allow_unknown_price: true}"
            )
        }
        do {
            let store = try store()
            try store.abandon(
                reservedBefore: now.addingTimeInterval(-SpendingLedger.longestCall),
                at: now,
                isRunning: process.isRunning
            )
            let call = UsageRecord(
                at: now,
                day: day(now),
                question: id,
                provider: estimate.model.provider,
                model: estimate.model.model,
                agent: estimate.agent,
                estimatedInput: estimate.inputTokens,
                maximumOutput: estimate.maximumOutputTokens,
                setAside: amount,
                process: process.id
            )
            switch try store.reserve(call, within: caps) {
            case .made(let number):
                question.withLock { $0.hasCalls = true }
                return CallReservation(id: number, estimate: estimate, amount: amount)
            case .refused(let cap, let cost):
                throw refusal(
                    estimate,
                    "a call of up to \(DollarText.text(amount ?? 0)) does not fit \(words(cap)): "
                        + "\(DollarText.text(cost)) are spent or set aside"
                )
            }
        } catch let error as ModelError {
            throw error
        } catch {
            throw refusal(estimate, "the call cannot be booked: \(error)")
        }
    }

    /// Books what came of a call, in place of what was set aside for it.
    ///
    /// A call whose tokens are unknown is booked at what was set aside, unless its service refused it before it did anything:
    /// then it cost nothing. One whose tokens are estimated is booked at what these cost, and marked as not measured. What cannot be booked stays set aside, and is told among `warnings`.
    public func settle(_ reservation: CallReservation, usage: TokenUsage, ending: CallEnding) async {
        let now = clock()
        let isFree = SpendingLedger.isFree(ending, usage)
        let measured = isFree ? 0 : reservation.estimate.price?.cost(of: usage)
        let cost = measured ?? reservation.amount
        let (state, failure): (UsageRecord.State, String) =
            switch ending {
            case .answered: (.answered, "")
            case .failed(let code): (.failed, code.rawValue)
            case .cancelled: (.cancelled, "")
            }
        do {
            try store().settle(
                reservation.id,
                as: state,
                failure: failure,
                tokens: UsageRecord.Tokens(usage),
                cost: cost,
                isMeasured: measured != nil && usage.isEstimated != true,
                at: now
            )
            try warn(at: now)
        } catch {
            warn("what a call of \(reservation.estimate.model) cost could not be booked: \(error)")
        }
    }

    // MARK: - What came of it

    /// What the question came to so far, calls that still run included.
    ///
    /// - Throws: `StorageError`, or what opening the database throws.
    public func spending() throws -> CallSpending {
        let (id, hasCalls) = question.withLock { ($0.id, $0.hasCalls) }
        return CallSpending(hasCalls ? try store().total(.question(id)) : UsageTotal())
    }

    /// What the owner is to be told about the question's costs: caps that are nearly reached, calls that were not allowed.
    public var warnings: [String] { question.withLock { $0.warnings } }

    /// Whether the budget did not allow a call for the question.
    public var isStopped: Bool { question.withLock { $0.isStopped } }

    /// The caps of the budget, each with what its scope came to; the question's is left out.
    ///
    /// - Throws: `StorageError`, or what opening the database throws.
    public func standing() throws -> [(cap: UsageCap, total: UsageTotal)] {
        try caps(of: "", maximumCost: nil, at: clock()).filter { cap in
            if case .question = cap.scope { false } else { true }
        }.map { ($0, try store().total($0.scope)) }
    }

    /// The first day of the month, `YYYY-MM-DD`.
    public var firstDayOfMonth: String { day(clock()).prefix(8) + "01" }

    /// Whether a call cost nothing: no tokens, or it was refused before anything was computed for it.
    private static func isFree(_ ending: CallEnding, _ usage: TokenUsage) -> Bool {
        if usage.input == 0, usage.output == 0 { return true }
        guard case .failed(let code) = ending, usage == TokenUsage() else { return false }
        switch code {
        case .notConfigured, .keyRefused, .outOfMoney, .rateLimited, .quotaExhausted, .unknownModel, .tooLong,
            .invalidRequest, .unreachable, .forbidden, .overBudget:
            return true
        case .overloaded, .toolCallUnreadable, .malformedReply, .outputLimit, .cutOff, .timedOut:
            return false
        }
    }

    private func caps(of question: String, maximumCost: Decimal?, at now: Date) -> [UsageCap] {
        let day = day(now)
        var caps: [UsageCap] = []
        if let limit = [budget.perQuestion, maximumCost].compactMap(\.self).min() {
            caps.append(UsageCap(.question(question), limit))
        }
        if let limit = budget.perDay { caps.append(UsageCap(.day(day), limit)) }
        if let limit = budget.perMonth { caps.append(UsageCap(.month(String(day.prefix(7))), limit)) }
        return caps
    }

    /// `YYYY-MM-DD` in the owner's time zone.
    private func day(_ instant: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: instant)
        func padded(_ value: Int?, _ width: Int) -> String {
            let digits = String(value ?? 0)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return [padded(parts.year, 4), padded(parts.month, 2), padded(parts.day, 2)].joined(separator: "-")
    }

    private func words(_ cap: UsageCap) -> String {
        let limit = DollarText.text(cap.limit)
        return switch cap.scope {
        case .question: "the \(limit) for one question"
        case .day: "today's \(limit)"
        case .month: "this month's \(limit)"
        }
    }

    private func refusal(_ estimate: CallEstimate, _ detail: String) -> ModelError {
        let error = ModelError(
            .overBudget,
            provider: estimate.model.provider,
            model: estimate.model.model,
            detail: detail
        )
        question.withLock { $0.isStopped = true }
        warn("\(estimate.model) was not asked: \(detail)")
        return error
    }

    /// Warns of caps of which a set part is spent, of each once a question.
    private func warn(at now: Date) throws {
        let (id, maximumCost, warned) = question.withLock { ($0.id, $0.maximumCost, $0.warned) }
        let caps = caps(of: id, maximumCost: maximumCost, at: now)
        for cap in caps where !warned.contains(cap.scope) {
            let cost = try store().cost(cap.scope)
            guard cap.limit > 0, cost >= cap.limit * budget.warnAt else { continue }
            question.withLock { _ = $0.warned.insert(cap.scope) }
            warn("\(DollarText.text(cost)) of \(words(cap)) are spent")
        }
    }

    private func warn(_ text: String) {
        question.withLock { question in
            if !question.warnings.contains(text) { question.warnings.append(text) }
        }
    }
}

extension UsageRecord.Tokens {
    fileprivate init(_ usage: TokenUsage) {
        self.init(
            input: usage.input,
            cachedInput: usage.cachedInput,
            cacheWriteInput: usage.cacheWriteInput,
            output: usage.output,
            reasoning: usage.reasoning
        )
    }
}
