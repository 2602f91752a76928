public import Foundation
import JSON
public import Transport

/// `generateContent` of Google's Gemini, version `v1beta`.
///
/// The base URL stands in front of `/v1beta/models/…`, as in `GOOGLE_GEMINI_BASE_URL`.
public struct GeminiGenerate: WireProtocol {
    /// The protocol.
    public init() {}

    /// The request for a streamed reply.
    public func httpRequest(for request: ModelRequest, to endpoint: ModelEndpoint) throws -> HTTPRequest {
        let tools = try endpoint.offers(of: request)
        let turns = try request.turns(for: endpoint)
        var settings: [String: JSONValue] = ["maxOutputTokens": .number(Double(request.maximumOutputTokens))]
        if let temperature = request.temperature, endpoint.traits.takesTemperature {
            settings["temperature"] = .number(temperature)
        }
        // A form for the reply and functions together are refused by most of its models.
        let isHeldToSchema = endpoint.traits.takesSchema && tools.isEmpty
        if let form = request.outputSchema, isHeldToSchema {
            settings["responseMimeType"] = "application/json"
            settings["responseJsonSchema"] = form.schema
        }
        var body: [String: JSONValue] = ["generationConfig": .object(settings)]
        let system = request.system(asksForSchema: !isHeldToSchema)
        if !system.isEmpty { body["systemInstruction"] = ["parts": [["text": .string(system)]]] }
        // Ids that were made up here mean nothing to the service.
        var ownIDs: Set<String> = []
        body["contents"] = .array(turns.compactMap { content($0, to: endpoint, &ownIDs) })
        if !tools.isEmpty {
            body["tools"] = [["functionDeclarations": .array(tools.map(declaration))]]
            if let calling = calling(request.toolChoice) { body["toolConfig"] = ["functionCallingConfig": calling] }
        }
        var headers: HTTPHeaders = ["accept": "text/event-stream"]
        if let key = endpoint.key { headers["x-goog-api-key"] = key.revealed }
        return try endpoint.post(path(of: endpoint.name.model), headers: headers, body: body)
    }

    /// A reader of server-sent events, each a whole answer, or of one answer or a list of them.
    public func replyReader(contentType: String?, from endpoint: ModelEndpoint) -> any ReplyReader {
        StreamedReply(.events, GeminiReply(from: endpoint))
    }

    /// What a failed answer means.
    public func error(status: Int, headers: HTTPHeaders, body: Data, from endpoint: ModelEndpoint) -> ModelError {
        endpoint.error(status: status, headers: headers, body: body)
    }

    private func path(of model: String) -> String {
        let name = model.contains("/") ? model : "models/" + model
        let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: ":"))
        let encoded = name.addingPercentEncoding(withAllowedCharacters: allowed) ?? name
        return "/v1beta/\(encoded):streamGenerateContent?alt=sse"
    }

    private func declaration(_ offer: ModelRequest.ToolOffer) -> JSONValue {
        ["name": .string(offer.name), "description": .string(offer.summary), "parametersJsonSchema": offer.schema]
    }

    private func calling(_ choice: ModelRequest.ToolChoice) -> JSONValue? {
        switch choice {
        case .automatic: nil
        case .none: ["mode": "NONE"]
        case .required: ["mode": "ANY"]
        case .named(let name): ["mode": "ANY", "allowedFunctionNames": [.string(name)]]
        }
    }

    /// A message; nil where nothing of it can be said.
    private func content(_ turn: ModelMessage, to endpoint: ModelEndpoint, _ ownIDs: inout Set<String>) -> JSONValue? {
        var results: [JSONValue] = []
        var parts: [JSONValue] = []
        for part in turn.parts {
            switch part {
            case .text(let words):
                let echo = words.echo.echo(for: endpoint)
                guard !words.text.isEmpty || echo != nil else { continue }
                parts.append(signed(["text": .string(words.text)], echo))
            case .reasoning(let thought):
                // Thoughts are summaries for the reader; only their signature matters to the model.
                guard let echo = thought.echo.echo(for: endpoint) else { continue }
                parts.append(signed(["text": .string(thought.text), "thought": true], echo))
            case .toolCall(let call):
                let echo = call.echo.echo(for: endpoint)
                var function: [String: JSONValue] = ["name": .string(call.name), "args": call.arguments ?? [:]]
                if echo?["hasID"] == true {
                    function["id"] = .string(call.id)
                    ownIDs.insert(call.id)
                }
                parts.append(signed(["functionCall": .object(function)], echo))
            case .toolResult(let result):
                results.append(response(result, isOwnID: ownIDs.contains(result.id)))
            }
        }
        guard !results.isEmpty || !parts.isEmpty else { return nil }
        return ["role": turn.role == .user ? "user" : "model", "parts": .array(results + parts)]
    }

    private func signed(_ part: [String: JSONValue], _ echo: JSONValue?) -> JSONValue {
        var part = part
        part["thoughtSignature"] = echo?["thoughtSignature"]
        return .object(part)
    }

    private func response(_ result: ModelToolResult, isOwnID: Bool) -> JSONValue {
        var value: JSONValue = ["result": .string(result.content)]
        if result.isError {
            value = ["error": .string(result.content)]
        } else if let object = JSONValue(json: result.content), case .object = object {
            value = object
        }
        var response: [String: JSONValue] = ["name": .string(result.name), "response": value]
        if isOwnID { response["id"] = .string(result.id) }
        return ["functionResponse": .object(response)]
    }
}
