public import Foundation
import JSON
public import Transport

/// Chat Completions of OpenAI, and of the many services that speak it: Groq, DeepSeek, Mistral, xAI, OpenRouter, Ollama's
/// `/v1`, llama.cpp's server, vLLM, LM Studio.
///
/// The base URL stands in front of `/chat/completions` and holds the version, as in `OPENAI_BASE_URL`:
/// `https://api.openai.com/v1`.
public struct OpenAIChat: WireProtocol {
    /// The protocol.
    public init() {}

    /// The request for a streamed reply.
    public func httpRequest(for request: ModelRequest, to endpoint: ModelEndpoint) throws -> HTTPRequest {
        let tools = try endpoint.offers(of: request)
        let turns = try request.turns(for: endpoint)
        let limit = endpoint.traits.wantsCompletionTokens ? "max_completion_tokens" : "max_tokens"
        var body: [String: JSONValue] = [
            "model": .string(endpoint.name.model),
            "stream": true,
            "stream_options": ["include_usage": true],
            limit: .number(Double(request.maximumOutputTokens)),
        ]
        var messages: [JSONValue] = []
        let system = request.system(asksForSchema: !endpoint.traits.takesSchema)
        if !system.isEmpty { messages.append(["role": "system", "content": .string(system)]) }
        // What a model thought is sent back within the round of calls that it belongs to, not later.
        let question = turns.lastIndex { $0.role == .user && $0.toolResults.isEmpty } ?? 0
        for (index, turn) in turns.enumerated() {
            switch turn.role {
            case .user: messages += user(turn)
            case .assistant: messages.append(assistant(turn, to: endpoint, isOfThisRound: index > question))
            }
        }
        body["messages"] = .array(messages)
        if !tools.isEmpty {
            body["tools"] = .array(tools.map(\.function))
            if let choice = choice(request.toolChoice) { body["tool_choice"] = choice }
        }
        if let form = request.outputSchema, endpoint.traits.takesSchema {
            body["response_format"] = [
                "type": "json_schema",
                "json_schema": [
                    "name": .string(form.name), "schema": form.schema, "strict": .bool(form.schema.isStrictSchema),
                ],
            ]
        }
        if let temperature = request.temperature, endpoint.traits.takesTemperature {
            body["temperature"] = .number(temperature)
        }
        var headers: HTTPHeaders = ["accept": "text/event-stream"]
        if let key = endpoint.key { headers["authorization"] = "Bearer " + key.revealed }
        return try endpoint.post("/chat/completions", headers: headers, body: body)
    }

    /// A reader of server-sent events, or of one whole completion.
    public func replyReader(contentType: String?, from endpoint: ModelEndpoint) -> any ReplyReader {
        StreamedReply(.events, OpenAIChatReply(from: endpoint))
    }

    /// What a failed answer means.
    public func error(status: Int, headers: HTTPHeaders, body: Data, from endpoint: ModelEndpoint) -> ModelError {
        endpoint.error(status: status, headers: headers, body: body)
    }

    private func choice(_ choice: ModelRequest.ToolChoice) -> JSONValue? {
        switch choice {
        case .automatic: nil
        case .none: "none"
        case .required: "required"
        case .named(let name): ["type": "function", "function": ["name": .string(name)]]
        }
    }

    /// The results of tools, which must stand right behind the calls, then the owner's words.
    private func user(_ turn: ModelMessage) -> [JSONValue] {
        var messages: [JSONValue] = turn.toolResults.map { result in
            let content = result.isError ? "Error: " + result.content : result.content
            return ["role": "tool", "tool_call_id": .string(result.id), "content": .string(content)]
        }
        if !turn.text.isEmpty || messages.isEmpty {
            messages.append(["role": "user", "content": .string(turn.text)])
        }
        return messages
    }

    private func assistant(_ turn: ModelMessage, to endpoint: ModelEndpoint, isOfThisRound: Bool) -> JSONValue {
        var message: [String: JSONValue] = [
            "role": "assistant",
            "content": turn.text.isEmpty ? .null : .string(turn.text),
        ]
        let calls = turn.toolCalls
        if calls.isEmpty {
            message["content"] = .string(turn.text)
        } else {
            message["tool_calls"] = .array(calls.map { call($0, to: endpoint) })
        }
        guard isOfThisRound else { return .object(message) }
        for case .reasoning(let thought) in turn.parts {
            guard let name = thought.echo.echo(for: endpoint)?["member"]?.string else { continue }
            message[name] = .string((message[name]?.string ?? "") + thought.text)
        }
        return .object(message)
    }

    private func call(_ call: ModelToolCall, to endpoint: ModelEndpoint) -> JSONValue {
        var value: [String: JSONValue] = [
            "id": .string(call.id),
            "type": "function",
            "function": [
                "name": .string(call.name),
                "arguments": .string(call.argumentText.isEmpty ? "{}" : call.argumentText),
            ],
        ]
        // Google's signatures, where its models are asked in this protocol.
        value["extra_content"] = call.echo.echo(for: endpoint)?["extra_content"]
        return .object(value)
    }
}

extension JSONValue {
    /// Whether OpenAI's strict mode takes the schema: every object names all its members, needs all and takes no others.
    fileprivate var isStrictSchema: Bool {
        switch self {
        case .object(let members):
            if members["type"] == "object" || members["properties"] != nil {
                guard members["additionalProperties"] == false,
                    case .object(let properties)? = members["properties"],
                    Set((members["required"]?.array ?? []).compactMap(\.string)) == Set(properties.keys)
                else { return false }
            }
            return members.filter { $0.key != "enum" && $0.key != "const" }.values.allSatisfy(\.isStrictSchema)
        case .array(let elements): return elements.allSatisfy(\.isStrictSchema)
        default: return true
        }
    }
}
