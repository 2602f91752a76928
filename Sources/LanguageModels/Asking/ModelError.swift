public import Transport

/// Why a model gave no reply.
public struct ModelError: Error, Hashable, Sendable {
    /// What went wrong.
    public enum Code: String, Hashable, Sendable, Codable {
        /// No provider is configured, or none that may be asked.
        case notConfigured = "not_configured"
        /// The key is missing, wrong, or may not do this (401, 403).
        case keyRefused = "key_refused"
        /// The account has no money or has reached the service's own spending limit; never asked again.
        case outOfMoney = "out_of_money"
        /// Too many requests or tokens for now (429).
        case rateLimited = "rate_limited"
        /// The quota of the day, or of the plan, is used up; never asked again today.
        case quotaExhausted = "quota_exhausted"
        /// The service is overloaded or down (500, 502, 503, 504, 529).
        case overloaded
        /// The service does not know the model (404).
        case unknownModel = "unknown_model"
        /// The request is longer than the model reads (400, 413).
        case tooLong = "too_long"
        /// The service refused the request's form (400, 422).
        case invalidRequest = "invalid_request"
        /// The model wrote a call of a tool that the service could not read.
        case toolCallUnreadable = "tool_call_unreadable"
        /// The answer is not what the protocol promises.
        case malformedReply = "malformed_reply"
        /// The reply reached its limit of tokens before there was a word of it.
        case outputLimit = "output_limit"
        /// The answer broke off.
        case cutOff = "cut_off"
        /// No answer in time.
        case timedOut = "timed_out"
        /// The service cannot be reached.
        case unreachable
        /// The owner's settings forbid sending this there.
        case forbidden
        /// The owner's budget does not allow the call.
        case overBudget = "over_budget"
    }

    /// What went wrong.
    public var code: Code
    /// The service's name in the catalogue; empty where none was asked.
    public var provider: String
    /// What the service calls the model; empty where none was asked.
    public var model: String
    /// The HTTP status; nil where none came.
    public var status: Int?
    /// What happened, in a few words; the service's own words are cut to a line, and hold no key.
    public var detail: String
    /// The wait that the service asks for.
    public var retryAfter: Duration?
    /// Text the model had written when a service called its tool call unreadable (Groq's `failed_generation`).
    public var failedGeneration: String?
    /// Tokens that the model reads and writes at most, where the service says so of a request that was too long.
    public var contextTokens: Int?
    /// Tokens of that request, as the service counted them.
    public var promptTokens: Int?

    /// An error.
    public init(
        _ code: Code,
        provider: String = "",
        model: String = "",
        status: Int? = nil,
        detail: String,
        retryAfter: Duration? = nil,
        failedGeneration: String? = nil,
        contextTokens: Int? = nil,
        promptTokens: Int? = nil
    ) {
        self.code = code
        self.provider = provider
        self.model = model
        self.status = status
        self.detail = detail
        self.retryAfter = retryAfter
        self.failedGeneration = failedGeneration
        self.contextTokens = contextTokens
        self.promptTokens = promptTokens
    }

    /// What a failed exchange means.
    public init(_ error: TransportError, provider: String, model: String) {
        let code: Code =
            switch error.code {
            case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
            case .connectionLost: .cutOff
            case .responseTooLarge, .malformedResponse: .malformedReply
            case .hostForbidden: .forbidden
            case .redirectRefused, .badAddress, .hostNotFound, .cannotConnect, .untrustedServer, .shutDown: .unreachable
            }
        self.init(code, provider: provider, model: model, detail: error.host + ": " + error.detail)
    }
}

extension ModelError: CustomStringConvertible {
    /// What failed and what to do next, in one line.
    public var description: String { summary + "; " + nextStep }

    /// Who failed at what, in one line.
    public var summary: String {
        let who = [provider, model].filter { !$0.isEmpty }.joined(separator: "/")
        return (who.isEmpty ? "" : who + ": ") + detail
    }

    /// What to do next.
    public var nextStep: String {
        switch code {
        case .notConfigured: "see `magnus models list` for what a provider needs"
        case .keyRefused: "set a valid key with `magnus keys set`"
        case .outOfMoney: "top up the account, or choose another model with -m"
        case .rateLimited, .overloaded:
            "try again \(retryAfter.map { "in \(ModelDelay.seconds($0))" } ?? "later"), or choose another model with -m"
        case .quotaExhausted: "wait for the quota to renew, or choose another model with -m"
        case .unknownModel: "choose one that `magnus models list` shows, and check the provider's address"
        case .tooLong: "ask for less, or choose a model that reads more"
        case .invalidRequest, .toolCallUnreadable, .malformedReply: "choose another model with -m"
        case .outputLimit:
            "give it more room (`traits: {thinking_tokens: …}` in your models.yaml), or choose another model with -m"
        case .cutOff, .timedOut: "try again"
        case .unreachable: "check the network and the provider's address"
        case .forbidden: "allow it in your config.yaml (`privacy`, `offline`) if this may leave the machine"
        case .overBudget: "raise the budget in your config.yaml, or ask without a model"
        }
    }
}
