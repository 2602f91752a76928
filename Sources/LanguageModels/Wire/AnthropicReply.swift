import JSON

/// What the events of Anthropic's Messages API say.
struct AnthropicReply: ReplyContent {
    static let selection = JSONSelection(
        [
            "type", "message", "index", "content_block", "delta", "content", "text", "thinking", "signature", "data",
            "id",
            "name", "partial_json", "stop_reason", "stop_details", "explanation", "usage", "input_tokens",
            "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens",
        ],
        wholes: ["input", "error"]
    )
    /// No reply holds more blocks.
    private static let mostBlocks = 1_000

    let endpoint: ModelEndpoint
    var events: [ModelEvent] = []
    private(set) var isOver = false
    private var blocks: [Block] = []
    /// Where the block of an index stands.
    private var places: [Int: Int] = [:]
    private var ids = CallIDs()
    private var messageID = ""
    private var stopReason: String?
    private var explanation = ""
    private(set) var usage = TokenUsage()

    private struct Block {
        enum Kind {
            case text
            case thinking
            case redacted
            case call
            case reply
            /// Of a kind that is neither shown nor sent back.
            case other
        }

        var kind: Kind
        /// Words, thoughts, hidden thoughts or arguments.
        var text = ""
        var signature = ""
        var id = ""
        var name = ""
        var isClosed = false
    }

    init(from endpoint: ModelEndpoint) {
        self.endpoint = endpoint
    }

    var bytesWritten: Int { blocks.reduce(0) { $0 + $1.text.utf8.count } }

    mutating func take(_ value: WireValue) throws {
        switch value["type"]?.string {
        case "message_start":
            if let message = value["message"] { begin(message) }
        case "content_block_start":
            guard let index = value["index"]?.integer, let block = value["content_block"] else {
                throw malformed("a block without index or content")
            }
            try open(index, block)
        case "content_block_delta":
            guard let index = value["index"]?.integer, let delta = value["delta"] else {
                throw malformed("a piece without index or content")
            }
            try add(delta, to: index)
        case "content_block_stop":
            if let index = value["index"]?.integer, let place = places[index] { close(place) }
        case "message_delta":
            if let delta = value["delta"] { end(delta) }
            if let usage = value["usage"] { count(usage) }
        case "message_stop": isOver = true
        case "message": try takeWhole(value)
        // Pings, and what may be added one day.
        case .some: break
        case nil: throw malformed("an event without a type")
        }
    }

    mutating func finish() throws -> ModelReply {
        guard isOver else {
            throw endpoint.failure(
                .cutOff,
                blocks.isEmpty ? "the answer ended before it began" : "the answer broke off"
            )
        }
        var isReply = false
        var parts: [ModelMessage.Part] = []
        for block in blocks {
            switch block.kind {
            case .text: if !block.text.isEmpty { parts.append(.text(ModelText(block.text))) }
            case .thinking: parts.append(.reasoning(ModelText(block.text, echo: echo(block))))
            case .redacted: parts.append(.reasoning(ModelText("", echo: echo(block))))
            case .call: parts.append(.toolCall(call(block)))
            case .reply:
                isReply = true
                parts.append(.text(ModelText(block.text)))
            case .other: break
            }
        }
        let message = ModelMessage(.assistant, parts)
        let ending: ModelReply.Ending =
            switch stopReason {
            case "end_turn", "stop_sequence", nil: message.toolCalls.isEmpty ? .complete : .toolCalls
            case "tool_use": message.toolCalls.isEmpty && isReply ? .complete : .toolCalls
            case "max_tokens", "model_context_window_exceeded": .length
            case "refusal": .refused(explanation)
            case let reason?: .other(reason)
            }
        return ModelReply(message: message, ending: ending, usage: usage, model: endpoint.name)
    }

    // MARK: - The message

    private mutating func begin(_ message: WireValue) {
        messageID = message["id"]?.string ?? ""
        if let usage = message["usage"] { count(usage) }
    }

    private mutating func end(_ delta: WireValue) {
        stopReason = delta["stop_reason"]?.string ?? stopReason
        explanation = delta["stop_details"]?["explanation"]?.string ?? explanation
    }

    /// Counts what was used: `input_tokens` leaves out what the cache held and what was put there. Later counts replace
    /// earlier ones.
    private mutating func count(_ value: WireValue) {
        let read = value["cache_read_input_tokens"]?.integer ?? usage.cachedInput
        let written = value["cache_creation_input_tokens"]?.integer ?? usage.cacheWriteInput
        if let plain = value["input_tokens"]?.integer {
            usage.input = plain + (read ?? 0) + (written ?? 0)
        }
        usage.cachedInput = read
        usage.cacheWriteInput = written
        usage.output = value["output_tokens"]?.integer ?? usage.output
    }

    private mutating func takeWhole(_ message: WireValue) throws {
        begin(message)
        for (index, block) in (message["content"]?.items ?? []).enumerated() {
            try open(index, block)
            close(blocks.count - 1)
        }
        end(message)
        isOver = true
    }

    // MARK: - Blocks

    private mutating func open(_ index: Int, _ content: WireValue) throws {
        guard places[index] == nil else { throw malformed("two blocks with the index \(index)") }
        guard blocks.count < Self.mostBlocks else { throw malformed("more than \(Self.mostBlocks) blocks") }
        let kind = content["type"]?.string ?? ""
        var block: Block
        switch kind {
        case "text": block = Block(kind: .text)
        case "thinking": block = Block(kind: .thinking, signature: content["signature"]?.string ?? "")
        case "redacted_thinking": block = Block(kind: .redacted, text: content["data"]?.string ?? "")
        case "tool_use":
            guard let name = content["name"]?.string else { throw malformed("a call of no tool") }
            block = Block(kind: name == AnthropicMessages.replyTool ? .reply : .call, name: name)
            block.id = ids.id(content["id"]?.string, seed: messageID + name)
        default: block = Block(kind: .other)
        }
        places[index] = blocks.count
        blocks.append(block)
        let place = blocks.count - 1
        switch block.kind {
        case .text: add(content["text"]?.string ?? "", to: place)
        case .thinking: add(content["thinking"]?.string ?? "", to: place)
        case .call, .reply:
            // Streams begin with an empty object here and send the arguments in pieces.
            if case .object(let members)? = content["input"], !members.isEmpty {
                add(WireValue.object(members).json, to: place)
            }
        case .redacted, .other: break
        }
    }

    private mutating func add(_ delta: WireValue, to index: Int) throws {
        guard let place = places[index] else { throw malformed("a piece of a block that did not begin") }
        switch (delta["type"]?.string, blocks[place].kind) {
        case ("text_delta", .text): add(delta["text"]?.string ?? "", to: place)
        case ("thinking_delta", .thinking): add(delta["thinking"]?.string ?? "", to: place)
        case ("signature_delta", .thinking): blocks[place].signature += delta["signature"]?.string ?? ""
        case ("input_json_delta", .call), ("input_json_delta", .reply):
            add(delta["partial_json"]?.string ?? "", to: place)
        // Citations, and pieces of what is not read.
        default: break
        }
    }

    private mutating func add(_ piece: String, to place: Int) {
        guard !piece.isEmpty else { return }
        blocks[place].text += piece
        switch blocks[place].kind {
        case .text, .reply: events.append(.text(piece))
        case .thinking: events.append(.reasoning(piece))
        case .call, .redacted, .other: break
        }
    }

    private mutating func close(_ place: Int) {
        guard !blocks[place].isClosed else { return }
        blocks[place].isClosed = true
        if blocks[place].kind == .call { events.append(.toolCall(call(blocks[place]))) }
    }

    private func call(_ block: Block) -> ModelToolCall {
        ModelToolCall(
            id: block.id,
            name: block.name,
            argumentText: block.text.isEmpty && block.isClosed ? "{}" : block.text
        )
    }

    /// The block as it must come back.
    private func echo(_ block: Block) -> JSONValue {
        [
            "from": .string(endpoint.name.provider), "model": .string(endpoint.name.model),
            "block": block.kind == .redacted
                ? ["type": "redacted_thinking", "data": .string(block.text)]
                : ["type": "thinking", "thinking": .string(block.text), "signature": .string(block.signature)],
        ]
    }

    private func malformed(_ what: String) -> ModelError {
        endpoint.failure(.malformedReply, "the answer is no message of this service: \(what)")
    }
}
