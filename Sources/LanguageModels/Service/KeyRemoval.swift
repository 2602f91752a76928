/// Takes the secrets of an endpoint out of what a model says, for some services repeat what they are sent.
///
/// Words come in pieces that may cut a secret anywhere; held back is only what can still become one.
struct KeyRemoval: Sendable {
    private struct Words {
        let secrets: [[UInt8]]
        var held: [UInt8] = []

        mutating func take(_ piece: String) -> String {
            let bytes = held + Array(piece.utf8)
            held = []
            var kept: [UInt8] = []
            kept.reserveCapacity(bytes.count)
            var position = 0
            while position < bytes.count {
                let rest = bytes[position...]
                if let secret = secrets.first(where: { rest.starts(with: $0) }) {
                    kept += Array(ModelEndpoint.keyMark.utf8)
                    position += secret.count
                } else if secrets.contains(where: { rest.count < $0.count && $0.starts(with: rest) }) {
                    held = Array(rest)
                    break
                } else {
                    kept.append(bytes[position])
                    position += 1
                }
            }
            // Pieces and secrets are whole characters, so that what is between them is too.
            return String(decoding: kept, as: UTF8.self)
        }

        /// What was held back: no secret came of it.
        mutating func finish() -> String {
            defer { held = [] }
            return String(decoding: held, as: UTF8.self)
        }
    }

    private let endpoint: ModelEndpoint
    private let hasSecrets: Bool
    private var text: Words
    private var reasoning: Words

    init(of endpoint: ModelEndpoint) {
        self.endpoint = endpoint
        let secrets = endpoint.secrets.map { Array($0.utf8) }
        hasSecrets = !secrets.isEmpty
        text = Words(secrets: secrets)
        reasoning = Words(secrets: secrets)
    }

    /// What can be handed on after `event`.
    mutating func events(after event: ModelEvent) -> [ModelEvent] {
        guard hasSecrets else { return [event] }
        switch event {
        case .text(let piece):
            let words = text.take(piece)
            return words.isEmpty ? [] : [.text(words)]
        case .reasoning(let piece):
            let words = reasoning.take(piece)
            return words.isEmpty ? [] : [.reasoning(words)]
        case .began: return finish() + [event]
        case .toolCall(let call): return finish() + [.toolCall(clean(call))]
        }
    }

    /// What was held back.
    mutating func finish() -> [ModelEvent] {
        let (thought, said) = (reasoning.finish(), text.finish())
        return (thought.isEmpty ? [] : [.reasoning(thought)]) + (said.isEmpty ? [] : [.text(said)])
    }

    /// The whole reply without secrets; what a service wants back unchanged stays as it is.
    func reply(_ reply: ModelReply) -> ModelReply {
        guard hasSecrets else { return reply }
        var reply = reply
        reply.message.parts = reply.message.parts.map { part in
            switch part {
            case .text(let words): .text(ModelText(endpoint.withoutKey(words.text), echo: words.echo))
            case .reasoning(let words): .reasoning(ModelText(endpoint.withoutKey(words.text), echo: words.echo))
            case .toolCall(let call): .toolCall(clean(call))
            case .toolResult: part
            }
        }
        switch reply.ending {
        case .refused(let reason): reply.ending = .refused(endpoint.withoutKey(reason))
        case .other(let reason): reply.ending = .other(endpoint.withoutKey(reason))
        case .complete, .toolCalls, .length: break
        }
        return reply
    }

    private func clean(_ call: ModelToolCall) -> ModelToolCall {
        ModelToolCall(
            id: call.id,
            name: endpoint.withoutKey(call.name),
            argumentText: endpoint.withoutKey(call.argumentText),
            echo: call.echo
        )
    }
}
