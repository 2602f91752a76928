import JSON

/// What the lines of Ollama's chat say.
struct OllamaReply: ReplyContent {
    static let selection = JSONSelection(
        [
            "message", "content", "thinking", "tool_calls", "function", "name", "id", "done", "done_reason",
            "created_at",
            "prompt_eval_count", "eval_count",
        ],
        wholes: ["arguments", "error"]
    )
    let endpoint: ModelEndpoint
    private(set) var isOver = false
    private var draft = ReplyDraft()
    private var reason: String?
    private(set) var usage = TokenUsage()
    private var isOfAnotherKind = false

    init(from endpoint: ModelEndpoint) {
        self.endpoint = endpoint
    }

    var events: [ModelEvent] {
        get { draft.events }
        set { draft.events = newValue }
    }

    var bytesWritten: Int { draft.bytesWritten }

    mutating func take(_ value: WireValue) throws {
        guard case .object(let members) = value else {
            throw endpoint.failure(.malformedReply, "a line of the answer is no answer of this service")
        }
        if members["message"] == nil, members["done"] == nil { isOfAnotherKind = true }
        if let message = value["message"] {
            if let thought = message["thinking"]?.string {
                draft.add(reasoning: thought, echo: endpoint.echo("member", "thinking"))
            }
            if case .text(let text)? = message["content"] { draft.add(text: text) }
            for call in message["tool_calls"]?.items ?? [] {
                try add(call, seed: value["created_at"]?.string ?? "")
            }
        }
        guard value["done"]?.bool == true else { return }
        isOver = true
        reason = value["done_reason"]?.string
        usage.input = value["prompt_eval_count"]?.integer
        usage.output = value["eval_count"]?.integer
    }

    mutating func finish() throws -> ModelReply {
        guard isOver else { throw draft.unfinished(from: endpoint, isOfAnotherKind: isOfAnotherKind) }
        let ending: ModelReply.Ending =
            switch reason {
            case "stop", nil: draft.calls == 0 ? .complete : .toolCalls
            case "length": .length
            case let reason?: .other(reason)
            }
        return ModelReply(
            message: ModelMessage(.assistant, draft.parts),
            ending: ending,
            usage: usage,
            model: endpoint.name
        )
    }

    private mutating func add(_ call: WireValue, seed: String) throws {
        let function = call["function"]
        let arguments =
            switch function?["arguments"] {
            // Its `/v1` gives a text; some who imitate it give one here too.
            case .text(let text)?: text
            case let value?: value.json
            case nil: "{}"
            }
        try draft.add(
            callOf: function?["name"]?.string,
            arguments: arguments,
            id: call["id"]?.string ?? function?["id"]?.string,
            seed: seed,
            from: endpoint
        )
    }
}
