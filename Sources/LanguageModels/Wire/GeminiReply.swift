import JSON

/// What the answers of Gemini's `generateContent` say, streamed or whole.
struct GeminiReply: ReplyContent {
    static let selection = JSONSelection(
        [
            "candidates", "content", "parts", "text", "thought", "thoughtSignature", "functionCall", "name", "id",
            "index",
            "finishReason", "finishMessage", "promptFeedback", "blockReason", "usageMetadata", "promptTokenCount",
            "toolUsePromptTokenCount", "cachedContentTokenCount", "candidatesTokenCount", "thoughtsTokenCount",
            "totalTokenCount", "responseId",
        ],
        wholes: ["args", "error"]
    )
    /// Why an answer ended that must not be given.
    private static let refusals: Set = [
        "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
    ]
    /// Why an answer ended whose call could not be read.
    private static let unreadable: Set = ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"]

    let endpoint: ModelEndpoint
    let isOver = false
    private var draft = ReplyDraft()
    private var finishReason: String?
    private var finishMessage: String?
    private var blockReason: String?
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
            throw endpoint.failure(.malformedReply, "a part of the answer is no answer of this service")
        }
        if members.isEmpty { isOfAnotherKind = true }
        blockReason = value["promptFeedback"]?["blockReason"]?.string ?? blockReason
        if let usage = value["usageMetadata"] { count(usage) }
        guard case .list(let candidates)? = value["candidates"],
            let candidate = candidates.first(where: { ($0["index"]?.integer ?? 0) == 0 })
        else { return }
        for part in candidate["content"]?["parts"]?.items ?? [] {
            try add(part, seed: value["responseId"]?.string ?? "")
        }
        finishMessage = candidate["finishMessage"]?.string ?? finishMessage
        guard let reason = candidate["finishReason"]?.string else { return }
        finishReason = reason
        if Self.unreadable.contains(reason) {
            var error = endpoint.failure(.toolCallUnreadable, "the model's call of a tool cannot be read (\(reason))")
            error.failedGeneration = finishMessage
            throw error
        }
    }

    mutating func finish() throws -> ModelReply {
        guard finishReason != nil || blockReason != nil else {
            throw draft.unfinished(from: endpoint, isOfAnotherKind: isOfAnotherKind)
        }
        let ending: ModelReply.Ending =
            switch finishReason {
            case "STOP": draft.calls == 0 ? .complete : .toolCalls
            case "MAX_TOKENS": .length
            case let reason? where Self.refusals.contains(reason): .refused(finishMessage ?? reason)
            case let reason?: .other(reason)
            case nil: .refused(blockReason ?? "")
            }
        return ModelReply(
            message: ModelMessage(.assistant, draft.parts),
            ending: ending,
            usage: usage,
            model: endpoint.name
        )
    }

    private mutating func add(_ part: WireValue, seed: String) throws {
        let signature = part["thoughtSignature"]?.string.map(JSONValue.string)
        if let call = part["functionCall"] {
            let provider = endpoint.name.provider
            try draft.add(
                callOf: call["name"]?.string,
                arguments: call["args"]?.json ?? "{}",
                id: call["id"]?.string,
                seed: seed,
                from: endpoint
            ) { hasOwnID in
                guard signature != nil || hasOwnID else { return nil }
                var echo: [String: JSONValue] = ["from": .string(provider)]
                echo["thoughtSignature"] = signature
                if hasOwnID { echo["hasID"] = true }
                return .object(echo)
            }
        } else if case .text(let text)? = part["text"] {
            let echo = signature.map { endpoint.echo("thoughtSignature", $0) }
            let isThought = part["thought"]?.bool == true
            // A part that is signed goes back as it is, and none is merged into it.
            if let echo {
                draft.add(signed: text, isThought: isThought, echo: echo)
            } else if isThought {
                draft.add(reasoning: text)
            } else {
                draft.add(text: text)
            }
        } else if let signature {
            draft.add(signed: "", isThought: false, echo: endpoint.echo("thoughtSignature", signature))
        }
    }

    /// Counts what was used; thoughts stand beside the words here. Later counts replace earlier ones.
    private mutating func count(_ value: WireValue) {
        let input = value["promptTokenCount"]?.integer.map { $0 + (value["toolUsePromptTokenCount"]?.integer ?? 0) }
        let words = value["candidatesTokenCount"]?.integer
        let thoughts = value["thoughtsTokenCount"]?.integer
        usage.input = input ?? usage.input
        usage.cachedInput = value["cachedContentTokenCount"]?.integer ?? usage.cachedInput
        usage.reasoning = thoughts ?? usage.reasoning
        if words != nil || thoughts != nil {
            usage.output = (words ?? 0) + (thoughts ?? 0)
        } else if let input, let total = value["totalTokenCount"]?.integer {
            usage.output = max(0, total - input)
        }
    }
}
