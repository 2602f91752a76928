import JSON
import Synchronization

/// A model that never learns what is private: account numbers, names, e-mail addresses, paths, phone numbers, long numbers and
/// keys leave as tokens (`[account-1]`), and come back as what they stand for.
///
/// Prices, amounts, tickers, option symbols and the ids of facts leave as they are. What a service wants back unchanged (`echo`)
/// was made of tokens and goes back so.
public struct RedactedModel: LanguageModel {
    private let base: any LanguageModel
    private let redactor: Redactor

    /// A model that asks `base` by way of `redactor`, which is best one for a whole conversation.
    public init(_ base: any LanguageModel, redactor: Redactor) {
        self.base = base
        self.redactor = redactor
    }

    /// Sends the request without what is private, and hands on what comes with it put back.
    ///
    /// - Throws: As `base` does.
    public func reply(
        to request: ModelRequest,
        receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let restorer = EventRestorer(redactor)
        do {
            var reply = try await base.reply(to: redactor.redact(request)) { event in
                for restored in restorer.events(after: event) { try await receive(restored) }
            }
            for event in restorer.finish() { try await receive(event) }
            reply.message = redactor.restore(reply.message)
            if case .refused(let reason) = reply.ending { reply.ending = .refused(redactor.restore(reason)) }
            reply.passedOver = reply.passedOver?.map { model in
                ModelReply.PassedOver(model: model.model, code: model.code, detail: redactor.restore(model.detail))
            }
            return reply
        } catch var error as ModelError {
            error.detail = redactor.restore(error.detail)
            error.failedGeneration = error.failedGeneration.map { redactor.restore($0) }
            throw error
        }
    }

    /// As `base` does.
    public func inputTokens(for request: ModelRequest) -> Int? { base.inputTokens(for: request) }

    /// Forgets the reply to what was sent.
    public func forget(_ reply: ModelReply, to request: ModelRequest) {
        base.forget(reply, to: redactor.redact(request))
    }
}

/// Restores the events of one reply.
private final class EventRestorer: Sendable {
    private struct State {
        var text: TokenRestorer
        var reasoning: TokenRestorer

        /// What is held back; no token came of it.
        mutating func release() -> [ModelEvent] {
            let (thought, said) = (reasoning.finish(), text.finish())
            return (thought.isEmpty ? [] : [.reasoning(thought)]) + (said.isEmpty ? [] : [.text(said)])
        }
    }

    private let redactor: Redactor
    private let state: Mutex<State>

    init(_ redactor: Redactor) {
        self.redactor = redactor
        state = Mutex(State(text: TokenRestorer(redactor), reasoning: TokenRestorer(redactor)))
    }

    func events(after event: ModelEvent) -> [ModelEvent] {
        state.withLock { state in
            switch event {
            case .text(let piece):
                let text = state.text.restore(piece)
                return text.isEmpty ? [] : [.text(text)]
            case .reasoning(let piece):
                let text = state.reasoning.restore(piece)
                return text.isEmpty ? [] : [.reasoning(text)]
            case .began:
                return state.release() + [event]
            case .toolCall(let call):
                return state.release() + [.toolCall(redactor.restore(call))]
            }
        }
    }

    func finish() -> [ModelEvent] {
        state.withLock { $0.release() }
    }
}

extension Redactor {
    /// `request` with tokens for what is private in all that is sent of it.
    public func redact(_ request: ModelRequest) -> ModelRequest {
        // As a whole: what the last message tells of the first one counts for it.
        settled {
            var request = request
            request.system = redact(request.system)
            request.messages = request.messages.map { message in
                ModelMessage(message.role, message.parts.map(redact))
            }
            request.tools = request.tools.map { tool in
                .init(name: tool.name, summary: redact(tool.summary), schema: redact(tool.schema))
            }
            request.outputSchema = request.outputSchema.map { .init(name: $0.name, schema: redact($0.schema)) }
            return request
        }
    }

    /// `message` with what its tokens stand for.
    public func restore(_ message: ModelMessage) -> ModelMessage {
        ModelMessage(
            message.role,
            message.parts.map { part in
                switch part {
                case .text(let words): .text(ModelText(restore(words.text), echo: words.echo))
                case .reasoning(let words): .reasoning(ModelText(restore(words.text), echo: words.echo))
                case .toolCall(let call): .toolCall(restore(call))
                case .toolResult: part
                }
            }
        )
    }

    fileprivate func restore(_ call: ModelToolCall) -> ModelToolCall {
        var call = call
        call.argumentText = restore(json: call.argumentText)
        return call
    }

    private func redact(_ part: ModelMessage.Part) -> ModelMessage.Part {
        switch part {
        case .text(let words): return .text(ModelText(redact(words.text), echo: words.echo))
        case .reasoning(let words): return .reasoning(ModelText(redact(words.text), echo: words.echo))
        case .toolCall(var call):
            call.argumentText = redact(json: call.argumentText)
            return .toolCall(call)
        case .toolResult(var result):
            result.content = redact(json: result.content)
            return .toolResult(result)
        }
    }
}
