/// Why an answer takes longer, or comes from another model than the one that was wanted.
public enum ModelDelay: Sendable, Hashable {
    /// A model is asked again after a while.
    case waits(for: ModelName, Duration, because: ModelError)
    /// Another one is asked in place of a model.
    case asksAnother(ModelName, insteadOf: ModelName, because: ModelError)
    /// A model that wants to be asked after a while is not waited for, for the question would take too long.
    case gaveUp(on: ModelName, Duration, because: ModelError)
}

extension ModelDelay: CustomStringConvertible {
    /// What happens, in a line: `groq/llama: rate limited, asked again in 34 s`.
    public var description: String {
        switch self {
        case .waits(let model, let wait, let error):
            "\(model): \(error.code.words), asked again in \(ModelDelay.seconds(wait))"
        case .asksAnother(let other, let model, let error):
            "\(model): \(error.code.words)"
                + (error.retryAfter.map { " for \(ModelDelay.seconds($0))" } ?? "") + "; \(other) is asked instead"
        case .gaveUp(let model, let wait, let error):
            "\(model): \(error.code.words), it would have to be waited for another \(ModelDelay.seconds(wait)); not waited for"
        }
    }

    /// Whole seconds, rounded up; no more than a million.
    static func seconds(_ duration: Duration) -> String {
        "\(Int(min(max(0, duration / .seconds(1)), 1e6).rounded(.up))) s"
    }
}

extension ModelError.Code {
    /// What went wrong, in two or three words.
    fileprivate var words: String {
        switch self {
        case .notConfigured: "not configured"
        case .keyRefused: "key refused"
        case .outOfMoney: "out of money"
        case .rateLimited: "rate limited"
        case .quotaExhausted: "quota used up"
        case .overloaded: "overloaded"
        case .unknownModel: "not known to the service"
        case .tooLong: "request too long"
        case .invalidRequest: "request refused"
        case .toolCallUnreadable: "tool call unreadable"
        case .malformedReply: "reply unreadable"
        case .outputLimit: "output limit reached"
        case .cutOff: "reply broke off"
        case .timedOut: "no answer in time"
        case .unreachable: "not reachable"
        case .forbidden: "not allowed"
        case .overBudget: "over budget"
        }
    }
}
