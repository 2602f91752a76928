/// What comes of a request while it runs.
public enum ModelEvent: Hashable, Sendable {
    /// A model begins to answer. Where another one began before it, what that one said counts no more.
    case began(ModelName)
    /// More words.
    case text(String)
    /// More of what the model thinks before it speaks; not for the owner's eyes unless asked for.
    case reasoning(String)
    /// A tool is asked for; its arguments are complete.
    case toolCall(ModelToolCall)
}

/// A whole reply.
public struct ModelReply: Hashable, Sendable, Codable {
    /// Why a reply ended.
    public enum Ending: Hashable, Sendable, Codable {
        /// It was complete.
        case complete
        /// Tools are asked for.
        case toolCalls
        /// The limit of tokens was reached, or the model's own.
        case length
        /// The model, or the service's filter, refused; with what it gave as the reason.
        case refused(String)
        /// Another reason, as the service names it.
        case other(String)
    }

    /// A model that was to answer before the one that did, and why it did not.
    public struct PassedOver: Hashable, Sendable, Codable {
        /// Which.
        public var model: ModelName
        /// What went wrong.
        public var code: ModelError.Code
        /// What happened, in a line.
        public var detail: String

        /// A model with what it failed with.
        public init(model: ModelName, code: ModelError.Code, detail: String) {
            self.model = model
            self.code = code
            self.detail = detail
        }
    }

    /// The message, with everything that must go back in the next request.
    public var message: ModelMessage
    /// Why it ended.
    public var ending: Ending
    /// What was used.
    public var usage: TokenUsage
    /// Who wrote it.
    public var model: ModelName
    /// Whether it was kept from an earlier call, so that it cost nothing now.
    public var isFromCache = false
    /// Models of the chain that failed before, in order; nil where none did.
    public var passedOver: [PassedOver]?

    /// A reply with all its values, from a call.
    public init(message: ModelMessage, ending: Ending, usage: TokenUsage, model: ModelName) {
        self.message = message
        self.ending = ending
        self.usage = usage
        self.model = model
    }

    /// The words of the reply.
    public var text: String { message.text }

    /// Why it is not whole, in a few words; nil where it ended as it should.
    public var shortfall: String? {
        switch ending {
        case .complete, .toolCalls: nil
        case .length: "it reached its output limit" + (usage.output.map { " after \($0) tokens" } ?? "")
        case .refused("content_filter"): "the service's content filter stopped it"
        case .refused(let reason): reason.isEmpty ? "it refused" : "it refused: \(reason)"
        case .other(let reason): "it ended for another reason, \(reason)"
        }
    }
}

/// Tokens that a call used, as the service counted them, or estimated where a reply broke off; nil where that is not known.
public struct TokenUsage: Hashable, Sendable, Codable {
    /// Tokens read, those from the service's cache included.
    public var input: Int?
    /// Of those, tokens read from the service's cache.
    public var cachedInput: Int?
    /// Of those, tokens written to the service's cache.
    public var cacheWriteInput: Int?
    /// Tokens written, reasoning included.
    public var output: Int?
    /// Of those, tokens of reasoning.
    public var reasoning: Int?
    /// True where the service gave no count, for the reply broke off, and the tokens are estimated upwards; nil else.
    public var isEstimated: Bool?

    /// Usage, as a service counted it.
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
