public import Agents
public import LanguageModels

/// How a model wrote an answer, for the record of a turn.
public struct WritingRecord: Hashable, Sendable, Codable {
    /// A statement of the model that was not shown.
    public struct Refusal: Hashable, Sendable, Codable {
        /// As the model wrote it, figures in place of references.
        public var text: String
        /// Why it was not shown, one reason for each figure.
        public var reasons: [String]
        /// What was shown in its place.
        public var shown: String
        /// Whether that is Magnus's own wording of the same evidence, and not only a mark.
        public var isReplaced: Bool

        /// A refusal with all its values.
        public init(text: String, reasons: [String], shown: String, isReplaced: Bool) {
            self.text = text
            self.reasons = reasons
            self.shown = shown
            self.isReplaced = isReplaced
        }
    }

    /// Who wrote; nil where nothing came of it.
    public var model: ModelName?
    /// What was asked and answered.
    public var exchanges: [ModelExchange]
    /// Statements that were not shown as they were written.
    public var refusals: [Refusal]
    /// How many sentences the model was asked to write again.
    public var repairsAsked: Int
    /// Why the model's text ends before its end; nil where it does not.
    public var failure: String?
    /// Why the model was told less than others are; nil where it was not.
    public var shortened: String?
    /// How many tokens beside its reply the model reads; nil where that was not known.
    public var room: Int?

    /// A record with all its values.
    public init(
        model: ModelName? = nil,
        exchanges: [ModelExchange] = [],
        refusals: [Refusal] = [],
        repairsAsked: Int = 0,
        failure: String? = nil,
        shortened: String? = nil,
        room: Int? = nil
    ) {
        self.room = room
        self.model = model
        self.exchanges = exchanges
        self.refusals = refusals
        self.repairsAsked = repairsAsked
        self.failure = failure
        self.shortened = shortened
    }

    /// How many statements Magnus's own wording stands in for.
    public var replaced: Int { refusals.count { $0.isReplaced } }
    /// How many were struck.
    public var struck: Int { refusals.count - replaced }
}

extension Decision {
    /// Everything that was asked of models in the turn, agents first.
    public var exchanges: [ModelExchange] {
        reports.flatMap { $0.reasoning?.exchanges ?? [] } + (writing?.exchanges ?? [])
    }

    /// Tokens of all calls of models; nil where there was none, a service did not count, or a reply broke off before it could.
    public var tokens: (input: Int, output: Int)? {
        guard !exchanges.contains(where: { $0.reply == nil && $0.mayHaveUsedTokens }) else { return nil }
        let usages = exchanges.compactMap(\.reply?.usage)
        guard !usages.isEmpty, usages.allSatisfy({ $0.input != nil && $0.output != nil }) else { return nil }
        return (usages.reduce(0) { $0 + ($1.input ?? 0) }, usages.reduce(0) { $0 + ($1.output ?? 0) })
    }
}

extension ModelExchange {
    /// Whether a model worked on it, so that tokens were used, counted or not.
    public var mayHaveUsedTokens: Bool {
        reply != nil || partialText != nil || failure?.code == Failure.stopped
    }
}
