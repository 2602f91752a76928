public import Foundation
import JSON
public import Transport

/// Ollama's own chat.
///
/// The base URL stands in front of `/api/chat`: `http://localhost:11434`. Ollama cuts a conversation, without a word, to
/// `options.num_ctx`, and takes 4,096 tokens where it is not told: it is told what the request and its reply need, in steps, for
/// each new value loads the model anew. What the catalogue sets counts more.
///
/// It cannot force a call: where one is required, it is only asked for.
public struct OllamaChat: WireProtocol {
    /// The protocol.
    public init() {}

    /// The request for a streamed reply.
    public func httpRequest(for request: ModelRequest, to endpoint: ModelEndpoint) throws -> HTTPRequest {
        var tools = try endpoint.offers(of: request)
        let turns = try request.turns(for: endpoint)
        var system = request.system(asksForSchema: false)
        switch request.toolChoice {
        case .automatic, .required: break
        case .none: tools = []
        case .named(let name): tools = tools.filter { $0.name == name }
        }
        if let instruction = request.callInstruction { system += (system.isEmpty ? "" : "\n\n") + instruction }
        if let context = endpoint.ownContextTokens ?? endpoint.contextTokens, request.estimatedInputTokens > context {
            var error = endpoint.failure(
                .tooLong,
                "the request has about \(request.estimatedInputTokens) tokens, of which it would lose all beyond \(context)"
            )
            error.contextTokens = context
            throw error
        }
        var options: [String: JSONValue] = [
            "num_predict": .number(Double(request.maximumOutputTokens)),
            "num_ctx": .number(Double(Self.context(of: request, at: endpoint))),
        ]
        if let temperature = request.temperature, endpoint.traits.takesTemperature {
            options["temperature"] = .number(temperature)
        }
        var body: [String: JSONValue] = [
            "model": .string(endpoint.name.model), "stream": true, "options": .object(options),
        ]
        if !tools.isEmpty { body["tools"] = .array(tools.map(\.function)) }
        // Held to a form, a model cannot write a call.
        if let form = request.outputSchema, endpoint.traits.takesSchema, tools.isEmpty { body["format"] = form.schema }
        if let instruction = request.schemaInstruction {
            // The form that holds it does not tell the model what it should be.
            system += (system.isEmpty ? "" : "\n\n") + instruction
        }
        var messages: [JSONValue] = []
        if !system.isEmpty { messages.append(["role": "system", "content": .string(system)]) }
        let question = turns.lastIndex { $0.role == .user && $0.toolResults.isEmpty } ?? 0
        for (index, turn) in turns.enumerated() {
            switch turn.role {
            case .user: messages += user(turn)
            case .assistant: messages.append(assistant(turn, to: endpoint, isOfThisRound: index > question))
            }
        }
        body["messages"] = .array(messages)
        var headers: HTTPHeaders = ["accept": "application/x-ndjson"]
        if let key = endpoint.key { headers["authorization"] = "Bearer " + key.revealed }
        return try endpoint.post("/api/chat", headers: headers, body: body)
    }

    /// A reader of lines of JSON.
    public func replyReader(contentType: String?, from endpoint: ModelEndpoint) -> any ReplyReader {
        StreamedReply(.lines, OllamaReply(from: endpoint))
    }

    /// What a failed answer means.
    public func error(status: Int, headers: HTTPHeaders, body: Data, from endpoint: ModelEndpoint) -> ModelError {
        endpoint.error(status: status, headers: headers, body: body)
    }

    /// Tokens are asked for in steps of so many.
    private static let contextStep = 8_192

    /// The tokens that a request and its reply need, rounded up, and no more than the model has.
    private static func context(of request: ModelRequest, at endpoint: ModelEndpoint) -> Int {
        let needed = request.estimatedInputTokens + request.maximumOutputTokens
        let rounded = (needed + contextStep - 1) / contextStep * contextStep
        return min(rounded, endpoint.contextTokens ?? rounded)
    }

    private func user(_ turn: ModelMessage) -> [JSONValue] {
        var messages: [JSONValue] = turn.toolResults.map { result in
            let content = result.isError ? "Error: " + result.content : result.content
            return ["role": "tool", "tool_name": .string(result.name), "content": .string(content)]
        }
        if !turn.text.isEmpty || messages.isEmpty {
            messages.append(["role": "user", "content": .string(turn.text)])
        }
        return messages
    }

    private func assistant(_ turn: ModelMessage, to endpoint: ModelEndpoint, isOfThisRound: Bool) -> JSONValue {
        var message: [String: JSONValue] = ["role": "assistant", "content": .string(turn.text)]
        let calls = turn.toolCalls
        if !calls.isEmpty {
            message["tool_calls"] = .array(
                calls.map { ["function": ["name": .string($0.name), "arguments": $0.arguments ?? [:]]] }
            )
        }
        let thoughts = turn.parts.compactMap { part in
            if case .reasoning(let thought) = part, thought.echo.echo(for: endpoint) != nil {
                thought.text
            } else {
                nil
            }
        }
        if isOfThisRound, !thoughts.isEmpty { message["thinking"] = .string(thoughts.joined()) }
        return .object(message)
    }
}
