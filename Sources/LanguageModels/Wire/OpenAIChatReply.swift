import JSON

/// What the chunks of a chat completion say, or a whole one.
struct OpenAIChatReply: ReplyContent {
    static let selection = JSONSelection(
        [
            "id", "choices", "index", "delta", "message", "content", "type", "text", "thinking", "reasoning_content",
            "reasoning", "refusal", "tool_calls", "function", "name", "finish_reason", "usage", "prompt_tokens",
            "completion_tokens", "total_tokens", "prompt_tokens_details", "cached_tokens", "completion_tokens_details",
            "reasoning_tokens", "prompt_cache_hit_tokens", "x_groq",
        ],
        wholes: ["arguments", "extra_content", "error"]
    )
    /// No reply asks for more tools at once.
    private static let mostCalls = 256
    /// What services call an end by the limit of tokens.
    private static let lengths: Set = ["length", "max_tokens", "model_length"]

    let endpoint: ModelEndpoint
    private(set) var isOver = false
    /// Whether something came that is no part of a completion.
    private var isOfAnotherKind = false
    private var draft = ReplyDraft()
    private var calls: [Call] = []
    private var ids = CallIDs()
    private var completionID = ""
    private var finishReason: String?
    private var refusal = ""
    private(set) var usage = TokenUsage()

    private struct Call {
        let index: Int?
        var id = ""
        var name = ""
        var arguments = ""
        var extra: WireValue?
    }

    init(from endpoint: ModelEndpoint) {
        self.endpoint = endpoint
    }

    var events: [ModelEvent] {
        get { draft.events }
        set { draft.events = newValue }
    }

    mutating func takeEndMark() {
        isOver = true
    }

    var bytesWritten: Int { calls.reduce(draft.bytesWritten) { $0 + $1.arguments.utf8.count } }

    mutating func take(_ value: WireValue) throws {
        guard case .object(let members) = value, members["choices"] != nil || members["usage"] != nil else {
            // Some services send chunks of their own in between, as Azure its filter results.
            isOfAnotherKind = true
            if case .object = value { return }
            throw endpoint.failure(.malformedReply, "a part of the answer is no completion")
        }
        if completionID.isEmpty { completionID = value["id"]?.string ?? "" }
        if case .list(let choices)? = value["choices"],
            let choice = choices.first(where: { ($0["index"]?.integer ?? 0) == 0 })
        {
            if let delta = choice["delta"] {
                try add(delta, isWhole: false)
            } else if let message = choice["message"] {
                try add(message, isWhole: true)
            }
            finishReason = choice["finish_reason"]?.string ?? finishReason
        }
        if let usage = value["usage"] ?? value["x_groq"]?["usage"] { count(usage) }
    }

    mutating func finish() throws -> ModelReply {
        let hasAnything = !calls.isEmpty || !refusal.isEmpty || !draft.isEmpty
        guard finishReason != nil || (isOver && hasAnything) else {
            throw endpoint.failure(
                isOver || (isOfAnotherKind && !hasAnything) ? .malformedReply : .cutOff,
                hasAnything ? "the answer broke off" : "the answer holds nothing"
            )
        }
        let isCut = Self.lengths.contains(finishReason ?? "")
        for call in calls {
            let call = toolCall(call)
            draft.add(call)
            // A call that was cut is none that could be made.
            if !isCut || call.arguments != nil { draft.events.append(.toolCall(call)) }
        }
        let ending: ModelReply.Ending =
            switch finishReason {
            case _ where !refusal.isEmpty: .refused(refusal)
            // Many servers say `stop` where they call tools.
            case "stop", "eos", "eos_token", "stop_sequence", "end_turn", "tool_calls", "function_call", nil:
                calls.isEmpty ? .complete : .toolCalls
            case let reason? where Self.lengths.contains(reason): .length
            case "content_filter": .refused("content_filter")
            case let reason?: .other(reason)
            }
        return ModelReply(
            message: ModelMessage(.assistant, draft.parts),
            ending: ending,
            usage: usage,
            model: endpoint.name
        )
    }

    // MARK: - Words

    private mutating func add(_ delta: WireValue, isWhole: Bool) throws {
        if let thought = delta["reasoning_content"]?.string {
            // DeepSeek wants this back in the rounds of calls that follow.
            draft.add(reasoning: thought, echo: endpoint.echo("member", "reasoning_content"))
        } else if let thought = delta["reasoning"]?.string {
            draft.add(reasoning: thought)
        }
        switch delta["content"] {
        case .text(let text)?: draft.add(text: text)
        case .list(let pieces)?: for piece in pieces { addPiece(piece) }
        default: break
        }
        refusal += delta["refusal"]?.string ?? ""
        for fragment in delta["tool_calls"]?.items ?? [] { try addCall(fragment, isWhole: isWhole) }
    }

    /// A piece of content that Mistral sends as a list.
    private mutating func addPiece(_ piece: WireValue) {
        switch piece["type"]?.string {
        case "text": draft.add(text: piece["text"]?.string ?? "")
        case "thinking":
            for thought in piece["thinking"]?.items ?? [] {
                draft.add(reasoning: thought["text"]?.string ?? thought.string ?? "")
            }
        default: break
        }
    }

    // MARK: - Calls

    private mutating func addCall(_ fragment: WireValue, isWhole: Bool) throws {
        let index = fragment["index"]?.integer
        let id = fragment["id"]?.string ?? ""
        let function = fragment["function"]
        let name = function?["name"]?.string ?? ""
        let place = try isWhole ? newPlace(index: index) : place(index: index, id: id, name: name)
        if calls[place].id.isEmpty { calls[place].id = id }
        // Some servers repeat the name with every fragment; none sends it in pieces.
        if calls[place].name.isEmpty { calls[place].name = name }
        if let extra = fragment["extra_content"] { calls[place].extra = extra }
        switch function?["arguments"] {
        case .text(let text)?: calls[place].arguments += text
        case .object(let members)?: calls[place].arguments = WireValue.object(members).json
        default: break
        }
    }

    /// Where the call of a fragment stands.
    ///
    /// Fragments are told by index. Services that leave it out, or give all calls the same, begin each with a new id.
    private mutating func place(index: Int?, id: String, name: String) throws -> Int {
        let known = index == nil ? calls.indices.last : calls.lastIndex { $0.index == index }
        if let known {
            let call = calls[known]
            let isNew = !name.isEmpty && (index == nil ? !call.name.isEmpty : !id.isEmpty && !call.id.isEmpty)
            if !isNew || (!id.isEmpty && id == call.id) { return known }
        }
        return try newPlace(index: index)
    }

    private mutating func newPlace(index: Int?) throws -> Int {
        guard calls.count < Self.mostCalls else {
            throw endpoint.failure(.malformedReply, "the answer asks for more than \(Self.mostCalls) tools")
        }
        calls.append(Call(index: index))
        return calls.count - 1
    }

    private mutating func toolCall(_ call: Call) -> ModelToolCall {
        ModelToolCall(
            id: ids.id(call.id, seed: completionID + call.name + call.arguments),
            name: call.name,
            argumentText: call.arguments,
            echo: call.extra.map { endpoint.echo("extra_content", JSONValue($0)) }
        )
    }

    // MARK: - Tokens

    private mutating func count(_ value: WireValue) {
        let reasoning = value["completion_tokens_details"]?["reasoning_tokens"]?.integer
        usage.input = value["prompt_tokens"]?.integer ?? usage.input
        usage.cachedInput =
            value["prompt_tokens_details"]?["cached_tokens"]?.integer ?? value["prompt_cache_hit_tokens"]?.integer
            ?? usage.cachedInput
        usage.reasoning = reasoning ?? usage.reasoning
        guard var output = value["completion_tokens"]?.integer else { return }
        // xAI counts reasoning beside the words, which its total gives away; all others within.
        if let reasoning, let input = usage.input, let total = value["total_tokens"]?.integer,
            reasoning > 0, input + output + reasoning == total
        {
            output += reasoning
        }
        usage.output = output
    }
}
