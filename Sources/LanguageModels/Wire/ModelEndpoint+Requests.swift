import Foundation
import JSON
import Transport

extension ModelEndpoint {
    /// The POST of a request to a path behind the base URL, with the members that the catalogue adds.
    ///
    /// Models may think for minutes before the first word. Nothing is sent again here: whoever asks knows what a second
    /// attempt may cost.
    /// - Throws: `ModelError` where the body holds a number that JSON cannot.
    func post(_ path: String, headers: HTTPHeaders, body: [String: JSONValue]) throws -> HTTPRequest {
        var fields = headers
        fields["content-type"] = "application/json"
        for (name, value) in self.headers.sorted(by: { $0.key < $1.key }) { fields[name] = value }
        let whole = JSONValue.object(body).merging(.object(traits.extraBody))
        let data: Data
        do {
            data = try JSONWriter().data(whole)
        } catch {
            throw failure(.invalidRequest, "the request holds a number that cannot be sent")
        }
        return HTTPRequest(
            .post,
            address(of: path),
            headers: fields,
            body: data,
            timeouts: HTTPTimeouts(connect: .seconds(10), firstByte: .seconds(300), idle: .seconds(120), total: nil),
            maximumResponseBytes: 32_000_000,
            retry: .never
        )
    }

    /// The context that the catalogue's members of the body set, as `options: {num_ctx: 16384}` of Ollama; nil where they do not.
    var ownContextTokens: Int? { traits.extraBody["options"]?["num_ctx"]?.integer }

    /// The address of a path behind the base URL.
    ///
    /// Owners write the version behind an address of services whose paths begin with it; it is not said twice.
    private func address(of path: String) -> String {
        var base = Substring(baseURL)
        while base.last == "/" { base.removeLast() }
        let version = path.dropFirst().prefix { $0 != "/" }
        guard base.hasSuffix("/" + version) else { return String(base) + path }
        return String(base) + path.dropFirst(version.count + 1)
    }

    /// The tools of a request that this model is offered: none where it calls none.
    ///
    /// - Throws: `ModelError` where a call is required that cannot be made.
    func offers(of request: ModelRequest) throws -> [ModelRequest.ToolOffer] {
        let tools = traits.callsTools ? request.tools : []
        switch request.toolChoice {
        case .automatic, .none: break
        case .required:
            guard !tools.isEmpty else { throw failure(.invalidRequest, "a tool is required, and it can call none") }
        case .named(let name):
            guard tools.contains(where: { $0.name == name }) else {
                throw failure(.invalidRequest, "the tool \(name) is required, and it cannot call it")
            }
        }
        return tools
    }

    /// An error of this model.
    func failure(_ code: ModelError.Code, _ detail: String) -> ModelError {
        ModelError(code, provider: name.provider, model: name.model, detail: detail)
    }
}

extension ModelRequest {
    /// The messages, those of one role that follow each other made one.
    ///
    /// Some services, and the templates of many local models, demand that owner and model take turns.
    ///
    /// - Throws: `ModelError` where nothing is said.
    func turns(for endpoint: ModelEndpoint) throws -> [ModelMessage] {
        var turns: [ModelMessage] = []
        for message in messages where !message.parts.isEmpty {
            guard let last = turns.indices.last, turns[last].role == message.role else {
                turns.append(message)
                continue
            }
            if case .text(let before)? = turns[last].parts.last, case .text(let words)? = message.parts.first,
                before.echo == nil, words.echo == nil
            {
                turns[last].parts[turns[last].parts.count - 1] = .text(ModelText(before.text + "\n\n" + words.text))
                turns[last].parts += message.parts.dropFirst()
            } else {
                turns[last].parts += message.parts
            }
        }
        guard !turns.isEmpty else { throw endpoint.failure(.invalidRequest, "the request holds no message") }
        return turns
    }

    /// The system text, with a word on the form of the reply where the service does not see to it.
    func system(asksForSchema: Bool) -> String {
        guard asksForSchema, let schemaInstruction else { return system }
        return system.isEmpty ? schemaInstruction : system + "\n\n" + schemaInstruction
    }

    /// What asks a model in words for the call that is required of it; nil where none is.
    var callInstruction: String? {
        switch toolChoice {
        case .automatic, .none: nil
        case .required: "Call one of the tools."
        case .named(let name): "Call the tool \(name)."
        }
    }

    /// What tells a model in words which form its reply must have; nil where it is free.
    var schemaInstruction: String? {
        outputSchema.map { form in
            """
            Reply with one JSON object and nothing else: no words around it and no code fence. \
            It must match this JSON schema: \(form.schema.json)
            """
        }
    }
}

extension ModelMessage {
    /// The results of tools, in order. Services want them before the owner's words.
    var toolResults: [ModelToolResult] {
        parts.compactMap { if case .toolResult(let result) = $0 { result } else { nil } }
    }
}

extension JSONValue {
    /// The value as JSON text; equal values are equal texts. A number that JSON does not have is null.
    var json: String {
        do {
            return try JSONWriter().text(self)
        } catch {
            return "null"
        }
    }

    /// The value with the members of another object put in: objects in objects are merged, null removes a member, anything
    /// else takes the place of what was there.
    func merging(_ other: JSONValue) -> JSONValue {
        guard case .object(var members) = self, case .object(let added) = other else { return other }
        for (name, value) in added {
            members[name] = value == .null ? nil : members[name].map { $0.merging(value) } ?? value
        }
        return .object(members)
    }
}

extension Optional where Wrapped == JSONValue {
    /// What `endpoint` wants back of what it gave; nil where another service gave it.
    func echo(for endpoint: ModelEndpoint) -> JSONValue? {
        self?["from"]?.string == endpoint.name.provider ? self : nil
    }
}

extension ModelEndpoint {
    /// What this service wants back with a part of its reply.
    func echo(_ name: String, _ value: JSONValue) -> JSONValue {
        .object(["from": .string(self.name.provider), name: value])
    }
}

extension ModelRequest.ToolOffer {
    /// The tool as OpenAI, and who speaks like it, wants it.
    var function: JSONValue {
        [
            "type": "function",
            "function": ["name": .string(name), "description": .string(summary), "parameters": schema],
        ]
    }
}
