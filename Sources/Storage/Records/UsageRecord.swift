public import Foundation

/// One call of a language model: what was set aside for it, and what came of it.
public struct UsageRecord: Hashable, Sendable, Identifiable {
    /// How far a call has come.
    public enum State: String, Hashable, Sendable {
        /// It is about to be made, or runs.
        case reserved
        /// It was answered.
        case answered
        /// It failed.
        case failed
        /// The owner stopped it.
        case cancelled
        /// Who made it is gone and never said what came of it.
        case abandoned
    }

    /// Its number, from 1; 0 before it is kept.
    public var id: Int64
    /// When it was reserved.
    public var at: Date
    /// That day in the owner's time zone, `YYYY-MM-DD`.
    public var day: String
    /// The question it serves; empty where it serves none.
    public var question: String
    /// The service's name in the catalogue.
    public var provider: String
    /// What the service calls the model.
    public var model: String
    /// Who asks: an agent's name.
    public var agent: String
    /// How far it has come.
    public var state: State
    /// Dollars that count against budgets: what is set aside while it runs, what it came to afterwards; nil where that cannot
    /// be known.
    public var cost: Decimal?
    /// Whether the cost is computed from tokens that the service counted, not what was set aside.
    public var isMeasured: Bool
    /// Why it failed, as a code; empty where it did not.
    public var failure: String
    /// Tokens it was expected to read.
    public var estimatedInput: Int
    /// Tokens it was allowed to write.
    public var maximumOutput: Int
    /// Tokens read, written and so on: by the service's count where `isMeasured`, else estimated; nil where that is not known.
    public var tokens: Tokens
    /// Dollars that were set aside; nil where the price is not known.
    public var setAside: Decimal?
    /// The process that made it.
    public var process: Int32
    /// When what came of it was booked; nil while it runs.
    public var settledAt: Date?

    /// Tokens of a call; nil where the service did not say.
    public struct Tokens: Hashable, Sendable {
        /// Read, those from the service's cache included.
        public var input: Int?
        /// Of those, read from the service's cache.
        public var cachedInput: Int?
        /// Of those, written to the service's cache.
        public var cacheWriteInput: Int?
        /// Written, reasoning included.
        public var output: Int?
        /// Of those, reasoning.
        public var reasoning: Int?

        /// Tokens.
        public init(
            input: Int? = nil,
            cachedInput: Int? = nil,
            cacheWriteInput: Int? = nil,
            output: Int? = nil,
            reasoning: Int? = nil
        ) {
            self.input = input
            self.cachedInput = cachedInput
            self.cacheWriteInput = cacheWriteInput
            self.output = output
            self.reasoning = reasoning
        }
    }

    /// A call that is about to be made.
    public init(
        at: Date,
        day: String,
        question: String,
        provider: String,
        model: String,
        agent: String,
        estimatedInput: Int,
        maximumOutput: Int,
        setAside: Decimal?,
        process: Int32
    ) {
        id = 0
        self.at = at
        self.day = day
        self.question = question
        self.provider = provider
        self.model = model
        self.agent = agent
        state = .reserved
        cost = setAside
        isMeasured = false
        failure = ""
        self.estimatedInput = estimatedInput
        self.maximumOutput = maximumOutput
        tokens = Tokens()
        self.setAside = setAside
        self.process = process
    }
}

/// Which calls count together.
public enum UsageScope: Hashable, Sendable {
    /// Those for one question.
    case question(String)
    /// Those of one day, `YYYY-MM-DD`.
    case day(String)
    /// Those of one month, `YYYY-MM`.
    case month(String)
}

/// The most that the calls of a scope may cost together.
public struct UsageCap: Hashable, Sendable {
    /// Which calls.
    public var scope: UsageScope
    /// Dollars.
    public var limit: Decimal

    /// A cap.
    public init(_ scope: UsageScope, _ limit: Decimal) {
        self.scope = scope
        self.limit = limit
    }
}

/// Sums over calls.
public struct UsageTotal: Hashable, Sendable {
    /// What the calls have in common: a provider, `provider/model`, a day, an agent; empty for all.
    public var key: String
    /// How many there are.
    public var calls: Int
    /// How many of them failed.
    public var failures: Int
    /// Tokens read, as far as services counted them.
    public var input: Int
    /// Of those, tokens from the services' caches.
    public var cachedInput: Int
    /// Tokens written, as far as services counted them.
    public var output: Int
    /// Dollars, as far as they are known.
    public var cost: Decimal
    /// Calls whose cost is not known, and not in `cost`.
    public var unknownCosts: Int
    /// Calls whose cost is what was set aside for them, because their tokens are not known or they still run.
    public var estimatedCosts: Int
    /// Calls whose tokens are not known, and not in `input` and `output`.
    public var uncountedCalls: Int

    /// Sums with all their values.
    public init(
        key: String = "",
        calls: Int = 0,
        failures: Int = 0,
        input: Int = 0,
        cachedInput: Int = 0,
        output: Int = 0,
        cost: Decimal = 0,
        unknownCosts: Int = 0,
        estimatedCosts: Int = 0,
        uncountedCalls: Int = 0
    ) {
        self.key = key
        self.calls = calls
        self.failures = failures
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
        self.cost = cost
        self.unknownCosts = unknownCosts
        self.estimatedCosts = estimatedCosts
        self.uncountedCalls = uncountedCalls
    }
}
