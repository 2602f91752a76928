import Foundation
import JSON
import LanguageModels
import Testing

/// What is sent, beside the vendors' own descriptions of it: OpenAI's OpenAPI file, and the types of the Python clients of the
/// others (see `Fixtures/Wire/NOTICE.md`). The descriptions are closed: a member that they do not know is a fault.
@Suite("Requests beside the vendors' descriptions")
struct ContractTests {
    struct Contract: Sendable, CustomTestStringConvertible {
        var wire: any WireProtocol
        var endpoint: ModelEndpoint
        var file: String
        /// Where in the file the request is described.
        var root: String?

        var testDescription: String { endpoint.name.description }

        func check() throws -> SchemaCheck {
            guard case .object(var schema) = try Recording.json(file) else { throw CocoaError(.fileReadCorruptFile) }
            if let root { schema["$ref"] = .string(root) }
            return SchemaCheck(.object(schema))
        }

        func body(of request: ModelRequest, _ change: (inout ModelTraits) -> Void = { _ in }) throws -> JSONValue {
            var endpoint = endpoint
            change(&endpoint.traits)
            return try LanguageModelsTests.body(of: wire.httpRequest(for: request, to: endpoint))
        }
    }

    static let contracts = [
        Contract(
            wire: AnthropicMessages(),
            endpoint: .anthropic,
            file: "anthropic/schema.MessageCreateParams"
        ),
        Contract(
            wire: OpenAIChat(),
            endpoint: .openAI,
            file: "openai/openapi.slice",
            root: "#/components/schemas/CreateChatCompletionRequest"
        ),
        Contract(wire: GeminiGenerate(), endpoint: .gemini, file: "gemini/schema.GenerateContentRequest"),
        Contract(wire: OllamaChat(), endpoint: .ollama, file: "ollama/schema.ChatRequest"),
    ]

    /// A form that every service can hold a model to.
    private static let form = ModelRequest.OutputSchema(
        name: "city",
        schema: [
            "type": "object", "properties": ["city": ["type": "string", "enum": ["Paris", "Rome"]]],
            "required": ["city"], "additionalProperties": false,
        ]
    )
    private static let tools = [
        ModelRequest.ToolOffer(
            name: "f",
            summary: "It looks something up.",
            schema: [
                "type": "object", "required": ["symbol"], "additionalProperties": false,
                "properties": [
                    "symbol": ["type": "string", "description": "Its ticker."],
                    "days": ["type": "integer", "minimum": 0],
                ],
            ]
        ),
        ModelRequest.ToolOffer(name: "g", summary: "It tells.", schema: RequestTests.noArguments),
    ]

    private func request(
        _ messages: [ModelMessage] = [ModelMessage(.user, text: "Q")],
        _ change: (inout ModelRequest) -> Void = { _ in }
    ) -> ModelRequest {
        var request = ModelRequest(agent: "a", system: "S", messages: messages)
        change(&request)
        return request
    }

    /// Two calls at once, one of which failed, and words of both.
    private static let conversation: [ModelMessage] = [
        ModelMessage(.user, text: "Q"),
        ModelMessage(
            .assistant,
            [
                .text(ModelText("Hm.")),
                .toolCall(ModelToolCall(id: "call_1", name: "f", argumentText: #"{"symbol": "DIS"}"#)),
                .toolCall(ModelToolCall(id: "call_2", name: "g", argumentText: "")),
            ]
        ),
        ModelMessage(
            .user,
            [
                .toolResult(ModelToolResult(id: "call_1", name: "f", content: #"{"mark": 105.99}"#)),
                .toolResult(ModelToolResult(id: "call_2", name: "g", content: "it is shut", isError: true)),
            ]
        ),
        ModelMessage(.assistant, text: "It is."), ModelMessage(.user, text: "Sure?"),
    ]

    @Test("A question, a conversation with calls, each choice of tools, a form of the reply", arguments: contracts)
    func requests(contract: Contract) throws {
        let check = try contract.check()
        #expect(try check.faults(in: contract.body(of: request())) == [])
        let choices: [ModelRequest.ToolChoice] = [.automatic, .none, .required, .named("f")]
        for choice in choices {
            for form in [nil, Self.form] {
                let asked = request(Self.conversation) {
                    $0.tools = Self.tools
                    $0.toolChoice = choice
                    $0.outputSchema = form
                }
                #expect(try check.faults(in: contract.body(of: asked)) == [], "\(choice)")
                let unforced = try contract.body(of: asked) { $0.forcesCalls = false }
                #expect(check.faults(in: unforced) == [], "\(choice), no calls forced")
            }
        }
        let formed = request { $0.outputSchema = Self.form }
        #expect(try check.faults(in: contract.body(of: formed)) == [])
    }

    @Test("What the shipped catalogue says of each model keeps to its service's description")
    func shippedModels() throws {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: package.appendingPathComponent("models/catalogue.yaml"), encoding: .utf8)
        let catalogue = try ModelCatalogue(.init(text: text, name: "catalogue.yaml"))
        var checked = 0
        for provider in catalogue.providers where provider.writes {
            // Who speaks as OpenAI does is held to OpenAI's own description.
            let contract = try #require(
                Self.contracts.first { $0.endpoint.name.provider == provider.wireProtocol }
            )
            let check = try contract.check()
            for model in provider.models {
                checked += 1
                for hasTools in [false, true] {
                    let asked = request(Self.conversation) {
                        $0.tools = hasTools ? Self.tools : []
                        $0.outputSchema = hasTools ? nil : Self.form
                        // Anthropic's client does not name it any more.
                        $0.temperature = provider.wireProtocol == "anthropic" ? nil : 0.2
                        $0.maximumOutputTokens = model.maximumOutputTokens ?? 100
                    }
                    let body = try contract.body(of: asked) { $0 = model.traits }
                    #expect(check.faults(in: body) == [], "\(provider.name)/\(model.name)")
                    #expect(body["stream"] == true || provider.wireProtocol == "gemini")
                }
            }
        }
        #expect(checked > 25)
    }

    @Test("What a model thought and signed goes back as its service describes it")
    func echoes() throws {
        let recordings: [(Contract, String)] = [
            (Self.contracts[0], "anthropic/messages_stream_thinking"),
            (Self.contracts[0], "anthropic/messages_tool_use"),
            (Self.contracts[2], "gemini/streamGenerateContent_functionCall_thoughtSignature"),
            (Self.contracts[2], "gemini/stream_functionCall_roundtrip"),
        ]
        for (contract, file) in recordings {
            for recording in try Recording.all(file) {
                let reply = try Reading(contract.wire, recording.body, from: contract.endpoint).reply
                let results = reply.message.toolCalls.map {
                    ModelMessage.Part.toolResult(ModelToolResult(id: $0.id, name: $0.name, content: "x"))
                }
                let next = results.isEmpty ? ModelMessage(.user, text: "Again") : ModelMessage(.user, results)
                let asked = request([ModelMessage(.user, text: "Q"), reply.message, next])
                let body = try contract.body(of: asked)
                #expect(try contract.check().faults(in: body) == [], "\(recording.name)")
            }
        }
        let thinking = try Recording.all("anthropic/messages_stream_thinking")
        let reply = try Reading(AnthropicMessages(), thinking[0].body, from: .anthropic).reply
        let asked = request([ModelMessage(.user, text: "Q"), reply.message, ModelMessage(.user, text: "Again")])
        func kinds(_ body: JSONValue) -> [String?] {
            (body["messages"]?.array?[1]["content"]?.array ?? []).map { $0["type"]?.string }
        }
        let own = kinds(try Self.contracts[0].body(of: asked))
        #expect(own.contains("thinking") || own.contains("redacted_thinking"))
        // Another model of the same service refuses them.
        var other = Self.contracts[0]
        other.endpoint.name.model = "claude-sonnet-5-5"
        #expect(kinds(try other.body(of: asked)) == ["text"])
    }

    @Test("A temperature, where models take one", arguments: contracts.dropFirst())
    func temperature(contract: Contract) throws {
        let body = try contract.body(of: request { $0.temperature = 0 })
        #expect(try contract.check().faults(in: body) == [])
        let cold = try contract.body(of: request { $0.temperature = 0 }) { $0.takesTemperature = false }
        #expect(cold == (try contract.body(of: request())))
    }

    @Test("Anthropic: models of which no call can be required are held to a form by the service itself")
    func anthropicForm() throws {
        let contract = Self.contracts[0]
        let asked = request {
            $0.outputSchema = Self.form
            $0.tools = Self.tools
            $0.toolChoice = .required
        }
        let body = try contract.body(of: asked) {
            $0.forcesCalls = false
            $0.extraBody = ["output_config": ["effort": "low"]]
        }
        #expect(
            body["output_config"] == [
                "effort": "low", "format": ["type": "json_schema", "schema": Self.form.schema],
            ]
        )
        #expect(try contract.check().faults(in: body) == [])
        #expect(body["tool_choice"] == nil && body["tools"]?.array?.count == 2)
        #expect(body["system"] == "S\n\nCall one of the tools.")
        // One that the service's form does not take is asked for in words.
        for rule: [String: JSONValue] in [["maxItems": 3], [:]] {
            var list: [String: JSONValue] = ["type": "array", "items": ["type": "object"]]
            list.merge(rule) { $1 }
            let open = request {
                $0.outputSchema = .init(
                    name: "list",
                    schema: [
                        "type": "object", "properties": ["list": .object(list)], "additionalProperties": false,
                    ]
                )
            }
            let body = try contract.body(of: open) { $0.forcesCalls = false }
            #expect(body["output_config"] == nil)
            #expect(body["system"]?.string?.contains("Reply with one JSON object") == true)
        }
    }

    @Test("The descriptions can find faults", arguments: contracts)
    func faults(contract: Contract) throws {
        let check = try contract.check()
        guard case .object(let good) = try contract.body(of: request(Self.conversation)) else { return }
        let list = good["messages"] == nil ? "contents" : "messages"
        #expect(!check.faults(in: .object(good.merging([list: "Q"]) { $1 })).isEmpty)
        #expect(
            !check.faults(in: .object(good.merging([list: [["role": 5, "content": 6, "parts": 7]]]) { $1 })).isEmpty
        )
        #expect(
            !check.faults(
                in: .object(good.merging(["tools": [["name": 1, "type": 2, "functionDeclarations": 3]]]) { $1 })
            ).isEmpty
        )
        // OpenAI's own file is open to members that it does not name.
        guard contract.endpoint != .openAI else { return }
        #expect(!check.faults(in: .object(good.merging(["colour": "red"]) { $1 })).isEmpty)
    }
}
