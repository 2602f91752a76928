public import Foundation
import JSON
public import Transport

/// The Messages API of Anthropic, and of servers that speak it, version `2023-06-01`.
///
/// The base URL stands in front of `/v1/messages`, as in `ANTHROPIC_BASE_URL`.
///
/// Structured output: a schema is offered as the arguments of a tool that must be called, and the call comes back as the text
/// of the reply. Models of which no call can be required have a form for it, `output_config.format`, which servers that only
/// imitate this protocol do not know.
public struct AnthropicMessages: WireProtocol {
    /// The tool whose arguments are a structured reply.
    static let replyTool = "structured_reply"

    /// The protocol.
    public init() {}

    /// The request for a streamed reply.
    public func httpRequest(for request: ModelRequest, to endpoint: ModelEndpoint) throws -> HTTPRequest {
        let offers = try endpoint.offers(of: request)
        let turns = try request.turns(for: endpoint)
        var body: [String: JSONValue] = [
            "model": .string(endpoint.name.model),
            "max_tokens": .number(Double(request.maximumOutputTokens)),
            "stream": true,
        ]
        var ids = AnthropicIDs()
        body["messages"] = .array(turns.compactMap { message($0, to: endpoint, &ids) })
        var tools = offers.map { tool($0.name, $0.summary, $0.schema) }
        // With thinking, no call can be forced.
        let mode = endpoint.traits.extraBody["thinking"]?["type"]?.string ?? "disabled"
        let forcesCalls = endpoint.traits.forcesCalls && mode == "disabled"
        var choice: JSONValue?
        if !offers.isEmpty, forcesCalls || request.callInstruction == nil { choice = self.choice(request.toolChoice) }
        let hasReplyTool = request.outputSchema != nil && endpoint.traits.takesSchema && forcesCalls
        if hasReplyTool, let form = request.outputSchema {
            tools.append(tool(Self.replyTool, "Gives the whole reply (\(form.name)), once all is known.", form.schema))
            switch request.toolChoice {
            case .named: break
            case .automatic, .required, .none:
                choice =
                    offers.isEmpty || request.toolChoice == .none
                    ? ["type": "tool", "name": .string(Self.replyTool)] : ["type": "any"]
            }
        }
        if !tools.isEmpty { body["tools"] = .array(tools) }
        if let choice { body["tool_choice"] = choice }
        var isHeldToSchema = hasReplyTool
        if let form = request.outputSchema, endpoint.traits.takesSchema, !endpoint.traits.forcesCalls,
            form.schema.isClosedSchema
        {
            body["output_config"] = ["format": ["type": "json_schema", "schema": form.schema]]
            isHeldToSchema = true
        }
        var system = request.system(asksForSchema: !isHeldToSchema)
        if !forcesCalls, let instruction = request.callInstruction {
            system += (system.isEmpty ? "" : "\n\n") + instruction
        }
        if !system.isEmpty { body["system"] = .string(system) }
        if let temperature = request.temperature, endpoint.traits.takesTemperature {
            body["temperature"] = .number(temperature)
        }
        var headers: HTTPHeaders = ["accept": "text/event-stream", "anthropic-version": "2023-06-01"]
        if let key = endpoint.key { headers["x-api-key"] = key.revealed }
        return try endpoint.post("/v1/messages", headers: headers, body: body)
    }

    /// A reader of server-sent events, or of one whole message.
    public func replyReader(contentType: String?, from endpoint: ModelEndpoint) -> any ReplyReader {
        StreamedReply(.events, AnthropicReply(from: endpoint))
    }

    /// What a failed answer means.
    public func error(status: Int, headers: HTTPHeaders, body: Data, from endpoint: ModelEndpoint) -> ModelError {
        endpoint.error(status: status, headers: headers, body: body)
    }

    private func tool(_ name: String, _ summary: String, _ schema: JSONValue) -> JSONValue {
        ["name": .string(name), "description": .string(summary), "input_schema": schema]
    }

    private func choice(_ choice: ModelRequest.ToolChoice) -> JSONValue? {
        switch choice {
        case .automatic: nil
        case .none: ["type": "none"]
        case .required: ["type": "any"]
        case .named(let name): ["type": "tool", "name": .string(name)]
        }
    }

    /// A message; nil where nothing of it can be said.
    private func message(_ turn: ModelMessage, to endpoint: ModelEndpoint, _ ids: inout AnthropicIDs) -> JSONValue? {
        var results: [JSONValue] = []
        var blocks: [JSONValue] = []
        for part in turn.parts {
            switch part {
            case .text(let words):
                // Blocks of nothing but space are refused.
                guard words.text.contains(where: { !$0.isWhitespace }) else { continue }
                blocks.append(["type": "text", "text": .string(words.text)])
            case .reasoning(let thought):
                // Thinking without its signature, or by another model, is refused.
                guard let echo = thought.echo.echo(for: endpoint), let block = echo["block"],
                    echo["model"]?.string == endpoint.name.model
                else { continue }
                blocks.append(block)
            case .toolCall(let call):
                blocks.append([
                    "type": "tool_use", "id": .string(ids.call(call.id)), "name": .string(call.name),
                    "input": call.arguments ?? [:],
                ])
            case .toolResult(let result):
                results.append([
                    "type": "tool_result", "tool_use_id": .string(ids.result(result.id)),
                    "content": .string(result.content), "is_error": .bool(result.isError),
                ])
            }
        }
        guard !results.isEmpty || !blocks.isEmpty else { return nil }
        return ["role": .string(turn.role.rawValue), "content": .array(results + blocks)]
    }
}

extension JSONValue {
    /// Whether the service's own form for replies takes the schema: every object is closed, and nothing is limited by size.
    fileprivate var isClosedSchema: Bool {
        switch self {
        case .object(let members):
            let limits = [
                "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
                "minItems", "maxItems", "uniqueItems",
            ]
            guard !limits.contains(where: { members[$0] != nil }) else { return false }
            let isObject = members["type"] == "object" || members["properties"] != nil
            guard !isObject || members["additionalProperties"] == false else { return false }
            return members.allSatisfy { name, value in
                switch (name, value) {
                case ("enum", _), ("const", _): true
                // Names of members are no rules.
                case ("properties", .object(let properties)), ("$defs", .object(let properties)):
                    properties.values.allSatisfy(\.isClosedSchema)
                default: value.isClosedSchema
                }
            }
        case .array(let elements): return elements.allSatisfy(\.isClosedSchema)
        default: return true
        }
    }
}

/// The ids of a conversation's tool calls as Anthropic takes them: letters, digits, `_` and `-`, each only once.
///
/// A conversation that began at another service may hold others.
private struct AnthropicIDs {
    private var taken: Set<String> = []
    private var current: [String: String] = [:]

    mutating func call(_ id: String) -> String {
        let plain = String(id.unicodeScalars.map { Self.isPlain($0) ? Character($0) : "_" })
        var name = plain.isEmpty ? "call" : plain
        var repeats = 1
        while !taken.insert(name).inserted {
            repeats += 1
            name = "\(plain)_\(repeats)"
        }
        current[id] = name
        return name
    }

    func result(_ id: String) -> String { current[id] ?? id }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "_-".unicodeScalars.contains(scalar))
    }
}
