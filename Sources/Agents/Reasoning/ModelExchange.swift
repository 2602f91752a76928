public import LanguageModels

/// One request to a model and what came of it, as the record of a turn keeps it: enough to play the turn again without
/// the model.
public struct ModelExchange: Hashable, Sendable, Codable {
    /// Why no reply came.
    public struct Failure: Hashable, Sendable, Codable {
        /// A code of `ModelError`, or `stopped` where the task was cancelled.
        public var code: String
        /// The service that failed; empty where none was asked.
        public var provider: String
        /// Its model; empty where none was asked.
        public var model: String
        /// What happened, in a line.
        public var detail: String

        /// The code of a call that was stopped.
        public static let stopped = "stopped"

        /// What an error says.
        public init(_ error: any Error) {
            switch error {
            case let error as ModelError:
                code = error.code.rawValue
                provider = error.provider
                model = error.model
                detail = error.detail
            case is CancellationError:
                (code, provider, model, detail) = (Failure.stopped, "", "", "the call was stopped")
            default:
                (code, provider, model, detail) = ("unexpected", "", "", String(describing: error))
            }
        }

        /// The model's error; nil where it was none.
        public var modelError: ModelError? {
            ModelError.Code(rawValue: code).map { ModelError($0, provider: provider, model: model, detail: detail) }
        }
    }

    /// What was asked, as it was handed to the model.
    public var request: ModelRequest
    /// What it answered; nil where no reply was completed.
    public var reply: ModelReply?
    /// What it had written when it failed; nil where it did not fail or wrote nothing.
    public var partialText: String?
    /// Why it failed; nil where it did not.
    public var failure: Failure?

    /// An exchange with all its values.
    public init(
        request: ModelRequest,
        reply: ModelReply? = nil,
        partialText: String? = nil,
        failure: Failure? = nil
    ) {
        self.request = request
        self.reply = reply
        self.partialText = partialText
        self.failure = failure
    }
}
