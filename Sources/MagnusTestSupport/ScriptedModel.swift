public import LanguageModels
import Synchronization

/// A language model that answers as a test tells it to, in pieces, and remembers what it was asked.
public final class ScriptedModel: LanguageModel {
    /// What it does with a request.
    public enum Step: Sendable {
        /// Answers with words.
        case text(String)
        /// Answers with words that end for a reason.
        case ending(String, ModelReply.Ending)
        /// Asks for tools.
        case calls([ModelToolCall])
        /// Writes words, then fails.
        case failure(ModelError, after: String)
        /// Writes words, then waits until it is cancelled.
        case silence(after: String)
        /// Another model writes words and gives up; then this one answers.
        case handover(after: String, text: String)
    }

    private let name: ModelName
    private let pieceLength: Int
    private let script: @Sendable (ModelRequest, Int) throws -> Step
    private let inputTokens: Int?
    private let asked = Mutex<[ModelRequest]>([])
    private let dismissed = Mutex<[String]>([])

    /// A model that does what `script` says for each request and its rank, from 0.
    ///
    /// - Parameters:
    ///   - pieceLength: Characters of a piece of text.
    ///   - inputTokens: The most tokens a request may have; nil where it does not say.
    public init(
        _ name: String = "scripted/writer",
        pieceLength: Int = 7,
        inputTokens: Int? = nil,
        script: @escaping @Sendable (ModelRequest, Int) throws -> Step
    ) {
        self.name = ModelName(name) ?? ModelName(provider: "scripted", model: name)
        self.pieceLength = max(1, pieceLength)
        self.inputTokens = inputTokens
        self.script = script
    }

    /// A model that answers everything with the same words.
    public convenience init(_ name: String = "scripted/writer", pieceLength: Int = 7, saying text: String) {
        self.init(name, pieceLength: pieceLength) { _, _ in .text(text) }
    }

    /// What it was asked, in order.
    public var requests: [ModelRequest] { asked.withLock { $0 } }

    /// The texts of replies that were to be forgotten, in order.
    public var forgotten: [String] { dismissed.withLock { $0 } }

    /// As it was told.
    public func inputTokens(for request: ModelRequest) -> Int? { inputTokens }

    /// Remembers what was to be forgotten.
    public func forget(_ reply: ModelReply, to request: ModelRequest) {
        dismissed.withLock { $0.append(reply.text) }
    }

    /// Does what the script says.
    public func reply(
        to request: ModelRequest,
        receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let rank = asked.withLock { asked in
            asked.append(request)
            return asked.count - 1
        }
        try await receive(.began(name))
        switch try script(request, rank) {
        case .text(let text):
            try await write(text, receive)
            return reply(ModelMessage(.assistant, text: text), .complete)
        case .ending(let text, let ending):
            try await write(text, receive)
            return reply(ModelMessage(.assistant, text: text), ending)
        case .calls(let calls):
            for call in calls { try await receive(.toolCall(call)) }
            return reply(ModelMessage(.assistant, calls.map { .toolCall($0) }), .toolCalls)
        case .failure(let error, let text):
            try await write(text, receive)
            throw error
        case .silence(let text):
            try await write(text, receive)
            try await Task.sleep(for: .seconds(86_400))
            throw CancellationError()
        case .handover(let first, let text):
            try await write(first, receive)
            try await receive(.began(ModelName(provider: name.provider, model: name.model + "-2")))
            try await write(text, receive)
            return reply(ModelMessage(.assistant, text: text), .complete)
        }
    }

    private func write(_ text: String, _ receive: @Sendable (ModelEvent) async throws -> Void) async throws {
        var rest = text[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            try await receive(.text(String(rest.prefix(pieceLength))))
            rest = rest.dropFirst(pieceLength)
        }
    }

    private func reply(_ message: ModelMessage, _ ending: ModelReply.Ending) -> ModelReply {
        ModelReply(message: message, ending: ending, usage: TokenUsage(input: 100, output: 20), model: name)
    }
}
