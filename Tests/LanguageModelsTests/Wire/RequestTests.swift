import Foundation
import JSON
import LanguageModels
import Testing
import Transport

@Suite("Requests to models")
struct RequestTests {
    static let schema: JSONValue = [
        "type": "object", "properties": ["city": ["type": "string"], "country": ["type": "string"]],
        "required": ["city", "country"],
    ]
    static let noArguments: JSONValue = ["type": "object", "properties": [:], "additionalProperties": false]

    private func sent(
        _ request: ModelRequest,
        _ wire: any WireProtocol,
        _ endpoint: ModelEndpoint,
        _ change: (inout ModelTraits) -> Void = { _ in }
    ) throws -> JSONValue {
        var endpoint = endpoint
        change(&endpoint.traits)
        return try body(of: wire.httpRequest(for: request, to: endpoint))
    }

    private func request(
        _ messages: [ModelMessage],
        system: String = "",
        _ change: (inout ModelRequest) -> Void = { _ in }
    )
        -> ModelRequest
    {
        var request = ModelRequest(agent: "analyst", system: system, messages: messages, maximumOutputTokens: 4_096)
        change(&request)
        return request
    }

    /// A recorded body as ours would be: streamed, with a limit, without what is left to the service.
    private func recorded(_ body: JSONValue, without names: [String] = [], with members: [String: JSONValue])
        -> JSONValue
    {
        guard case .object(var all) = body else { return body }
        for name in names { all[name] = nil }
        return .object(all.merging(members) { $1 })
    }

    // MARK: - Beside recorded requests

    @Test("Anthropic: a round with a tool, as recorded")
    func anthropicRoundtrip() throws {
        let recordings = try Recording.all("anthropic/messages_tool_use")
        let call = ModelToolCall(id: "toolu_01X9wcHKKAZD9tBC711xipPa", name: "get_user_country", argumentText: "")
        let question = ModelMessage(.user, text: "What is the largest city in the user country?")
        func form(_ request: inout ModelRequest) {
            request.tools = [
                .init(name: "get_user_country", summary: "", schema: Self.noArguments),
                .init(
                    name: "final_result",
                    summary: "The final response which ends this conversation",
                    schema: [
                        "type": "object", "title": "CityLocation", "required": ["city", "country"],
                        "properties": ["city": ["type": "string"], "country": ["type": "string"]],
                    ]
                ),
            ]
            request.toolChoice = .required
        }
        let first = request([question], form)
        #expect(
            try sent(first, AnthropicMessages(), .anthropic)
                == recorded(recordings[0].request, with: ["stream": true])
        )
        let result = ModelToolResult(id: call.id, name: call.name, content: "Mexico")
        let second = request(
            [question, ModelMessage(.assistant, [.toolCall(call)]), ModelMessage(.user, [.toolResult(result)])],
            form
        )
        #expect(
            try sent(second, AnthropicMessages(), .anthropic)
                == recorded(recordings[1].request, with: ["stream": true])
        )
    }

    @Test("OpenAI: a streamed round with a tool, as recorded")
    func openAIRoundtrip() throws {
        let recordings = try Recording.all("openai/chat_stream")
        let call = ModelToolCall(
            id: "call_ZR5UUuTt3pf61kjwAJIYdVMj",
            name: "get_capital",
            argumentText: #"{"country":"UK"}"#
        )
        let question = ModelMessage(.user, text: "What is the capital of the UK? Use the tool, then answer.")
        func form(_ request: inout ModelRequest) {
            request.tools = [
                .init(
                    name: "get_capital",
                    summary: "",
                    schema: [
                        "type": "object", "properties": ["country": ["type": "string"]], "required": ["country"],
                        "additionalProperties": false,
                    ]
                )
            ]
        }
        var endpoint = ModelEndpoint.openAI
        endpoint.name.model = "gpt-4o-mini"
        // What we leave to the service: `auto` is its own choice, and so is how strictly it reads schemas.
        func ours(_ body: JSONValue) throws -> JSONValue {
            var tool = try #require(body["tools"]?.array?.first)
            tool = recorded(
                tool,
                with: ["function": recorded(try #require(tool["function"]), without: ["strict"], with: [:])]
            )
            return recorded(body, without: ["tool_choice"], with: ["tools": [tool], "max_tokens": 4_096])
        }
        #expect(try sent(request([question], form), OpenAIChat(), endpoint) == ours(recordings[0].request))
        let result = ModelToolResult(id: call.id, name: call.name, content: "London")
        let second = request(
            [question, ModelMessage(.assistant, [.toolCall(call)]), ModelMessage(.user, [.toolResult(result)])],
            form
        )
        #expect(try sent(second, OpenAIChat(), endpoint) == ours(recordings[1].request))
    }

    @Test("OpenAI and Groq: a form of the reply, as recorded; strict where the schema allows it")
    func schemas() throws {
        let openAI = try #require(Recording.all("openai/chat_json_schema").first).request
        let groq = try #require(Recording.all("groq/chat_json_schema").first).request
        let loose = request([ModelMessage(.user, text: "Q")]) {
            $0.outputSchema = .init(name: "result", schema: Self.schema)
        }
        #expect(try sent(loose, OpenAIChat(), .openAI)["response_format"] == openAI["response_format"])
        let strict = request([ModelMessage(.user, text: "What is the largest city in Mexico?")]) {
            $0.outputSchema = .init(
                name: "CityLocation",
                schema: recorded(Self.schema, with: ["additionalProperties": false])
            )
        }
        let form = try #require(groq["response_format"]?["json_schema"])
        #expect(
            try sent(strict, OpenAIChat(), .groq)
                == recorded(
                    groq,
                    without: ["n"],
                    with: [
                        "stream": true, "stream_options": ["include_usage": true], "max_tokens": 4_096,
                        "response_format": [
                            "type": "json_schema", "json_schema": recorded(form, without: ["description"], with: [:]),
                        ],
                    ]
                )
        )
    }

    @Test("DeepSeek: thoughts go back within the round of calls, as recorded, and not after it")
    func deepSeekRound() throws {
        let recordings = try Recording.all("deepseek/chat_tools_with_thinking")
        func message(_ index: Int) throws -> ModelMessage {
            try Reading(OpenAIChat(), recordings[index].body, from: .deepSeek).reply.message
        }
        func results(_ values: [(String, String, String)]) -> ModelMessage {
            ModelMessage(.user, values.map { .toolResult(ModelToolResult(id: $0.0, name: $0.1, content: $0.2)) })
        }
        let conversation = try [
            ModelMessage(.user, text: "My guess is 4"), message(0),
            results([("call_00_sXqYgMESDht75NCLLZtt9804", "load_capability", "{}")]),
            message(1),
            results([
                ("call_00_6edlnw3Z1MgeMfey687g8451", "get_player_name", "Anne"),
                ("call_01_km02sac7sHxNDPATKLZy7705", "roll_dice", "4"),
            ]),
        ]
        // The recording holds two messages in between that its client made up.
        let theirs = try #require(recordings[2].request["messages"]?.array).filter { message in
            message["role"] != "system" && message["reasoning_content"] != ""
                && message["tool_call_id"] != "auto_load_eb5fc31bb581b4e7"
        }
        let ours = try #require(sent(request(conversation), OpenAIChat(), .deepSeek)["messages"]?.array)
        #expect(ours == theirs)
        let later = try sent(
            request(conversation + [message(2), ModelMessage(.user, text: "Again")]),
            OpenAIChat(),
            .deepSeek
        )
        #expect(later["messages"]?.array?.allSatisfy { $0["reasoning_content"] == nil } == true)
        let elsewhere = try sent(request(conversation), OpenAIChat(), .openAI)
        #expect(elsewhere["messages"]?.array?.allSatisfy { $0["reasoning_content"] == nil } == true)
    }

    @Test("Gemini: a form of the reply and a system text, as recorded")
    func gemini() throws {
        let form = try #require(Recording.all("gemini/generateContent_jsonSchema").first).request
        let schema = try #require(form["generationConfig"]?["responseJsonSchema"])
        let asked = request([ModelMessage(.user, text: "What is the largest city in Mexico?")]) {
            $0.outputSchema = .init(name: "CityLocation", schema: schema)
        }
        #expect(
            try sent(asked, GeminiGenerate(), .gemini) == [
                "contents": try #require(form["contents"]),
                "generationConfig": [
                    "responseMimeType": "application/json", "responseJsonSchema": schema, "maxOutputTokens": 4_096,
                ],
            ]
        )
        let plain = try #require(Recording.all("gemini/streamGenerateContent_sse").first).request
        let warm = request(
            [ModelMessage(.user, text: "What is the capital of France?")],
            system: "You are a helpful chatbot."
        ) {
            $0.temperature = 0
            $0.tools = [.init(name: "f", summary: "s", schema: Self.noArguments)]
            $0.toolChoice = .named("f")
        }
        #expect(
            try sent(warm, GeminiGenerate(), .gemini) == [
                "contents": try #require(plain["contents"]),
                "systemInstruction": ["parts": [["text": "You are a helpful chatbot."]]],
                "generationConfig": ["temperature": 0, "maxOutputTokens": 4_096],
                "tools": [
                    [
                        "functionDeclarations": [
                            ["name": "f", "description": "s", "parametersJsonSchema": Self.noArguments]
                        ]
                    ]
                ],
                "toolConfig": ["functionCallingConfig": ["mode": "ANY", "allowedFunctionNames": ["f"]]],
            ]
        )
    }

    // MARK: - Addresses, headers, keys

    @Test("Addresses and headers, by the rules of the vendors' own clients")
    func addresses() throws {
        let asked = request([ModelMessage(.user, text: "Q")])
        let anthropic = try AnthropicMessages().httpRequest(for: asked, to: .anthropic)
        #expect(anthropic.url == "https://api.anthropic.com/v1/messages")
        #expect(anthropic.headers["x-api-key"] == "sk-ant-0123456789")
        #expect(anthropic.headers["anthropic-version"] == "2023-06-01")
        #expect(anthropic.headers["authorization"] == nil)
        let openAI = try OpenAIChat().httpRequest(for: asked, to: .openAI)
        #expect(openAI.url == "https://api.openai.com/v1/chat/completions")
        #expect(openAI.headers["authorization"] == "Bearer sk-0123456789")
        let gemini = try GeminiGenerate().httpRequest(for: asked, to: .gemini)
        #expect(
            gemini.url
                == "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse"
        )
        #expect(gemini.headers["x-goog-api-key"] == "AIza0123456789")
        let ollama = try OllamaChat().httpRequest(for: asked, to: .ollama)
        #expect(ollama.url == "http://localhost:11434/api/chat")
        #expect(ollama.headers["authorization"] == nil)
        for request in [anthropic, openAI, gemini, ollama] {
            #expect(request.method == .post)
            #expect(request.headers["content-type"] == "application/json")
            #expect(request.retry == .never)
            #expect(request.timeouts.total == nil)
            let text = String(decoding: try #require(request.body), as: UTF8.self)
            #expect(!text.contains("0123456789"))
            #expect(!request.url.contains("0123456789"))
        }
        var slashed = ModelEndpoint.openAI
        slashed.baseURL += "/"
        slashed.headers = ["X-Title": "Magnus", "Authorization": "Basic abc"]
        let own = try OpenAIChat().httpRequest(for: asked, to: slashed)
        #expect(own.url == "https://api.openai.com/v1/chat/completions")
        #expect(own.headers["x-title"] == "Magnus")
        #expect(own.headers.fields.filter { $0.name.lowercased() == "authorization" }.map(\.value) == ["Basic abc"])
    }

    @Test(
        "A version that the owner wrote behind an address is not said twice",
        arguments: [
            ("anthropic", "http://h", "http://h/v1/messages"), ("anthropic", "http://h/v1", "http://h/v1/messages"),
            ("anthropic", "http://h/v1/", "http://h/v1/messages"),
            ("anthropic", "http://h/proxy", "http://h/proxy/v1/messages"),
            ("openai", "http://h/v1", "http://h/v1/chat/completions"),
            ("openai", "http://h", "http://h/chat/completions"),
            ("gemini", "http://h/v1beta", "http://h/v1beta/models/m:streamGenerateContent?alt=sse"),
            ("gemini", "http://h//", "http://h/v1beta/models/m:streamGenerateContent?alt=sse"),
            ("ollama", "http://h/api", "http://h/api/chat"), ("ollama", "http://h/ollama", "http://h/ollama/api/chat"),
        ]
    )
    func versions(wire: String, base: String, url: String) throws {
        let endpoint = ModelEndpoint(name: ModelName(provider: "p", model: "m"), baseURL: base)
        let asked = request([ModelMessage(.user, text: "Q")])
        #expect(try #require(WireProtocols.all[wire]).httpRequest(for: asked, to: endpoint).url == url)
    }

    // MARK: - What models can and want

    @Test("Limits, temperature, members of the catalogue")
    func traits() throws {
        let asked = request([ModelMessage(.user, text: "Q")]) { $0.temperature = 0.3 }
        let plain = try sent(asked, OpenAIChat(), .openAI)
        #expect(plain["max_tokens"] == 4_096)
        #expect(plain["temperature"] == .number(0.3))
        let reasoning = try sent(asked, OpenAIChat(), .openAI) { traits in
            traits.wantsCompletionTokens = true
            traits.takesTemperature = false
            traits.extraBody = ["reasoning_effort": "low", "stream_options": .null]
        }
        #expect(reasoning["max_tokens"] == nil)
        #expect(reasoning["max_completion_tokens"] == 4_096)
        #expect(reasoning["temperature"] == nil)
        #expect(reasoning["reasoning_effort"] == "low")
        #expect(reasoning["stream_options"] == nil)
        let local = try sent(asked, OllamaChat(), .ollama) {
            $0.extraBody = ["options": ["num_ctx": 16_384], "think": false]
        }
        // What the catalogue says counts more than what is worked out.
        #expect(local["options"] == ["num_predict": 4_096, "temperature": .number(0.3), "num_ctx": 16_384])
        #expect(local["think"] == false)
        let thinking = try sent(asked, GeminiGenerate(), .gemini) {
            $0.extraBody = ["generationConfig": ["thinkingConfig": ["thinkingBudget": 0]]]
        }
        #expect(thinking["generationConfig"]?["thinkingConfig"] == ["thinkingBudget": 0])
        #expect(thinking["generationConfig"]?["maxOutputTokens"] == 4_096)
    }

    @Test("Whether tools may, must or must not be called")
    func choices() throws {
        func choice(_ choice: ModelRequest.ToolChoice, _ wire: any WireProtocol, _ endpoint: ModelEndpoint) throws
            -> JSONValue?
        {
            let asked = request([ModelMessage(.user, text: "Q")]) {
                $0.tools = [.init(name: "f", summary: "s", schema: Self.noArguments)]
                $0.toolChoice = choice
            }
            let body = try sent(asked, wire, endpoint)
            return body["tool_choice"] ?? body["toolConfig"]?["functionCallingConfig"]
        }
        #expect(try choice(.automatic, AnthropicMessages(), .anthropic) == nil)
        #expect(try choice(.none, AnthropicMessages(), .anthropic) == ["type": "none"])
        #expect(try choice(.required, AnthropicMessages(), .anthropic) == ["type": "any"])
        #expect(try choice(.named("f"), AnthropicMessages(), .anthropic) == ["type": "tool", "name": "f"])
        #expect(try choice(.automatic, OpenAIChat(), .openAI) == nil)
        #expect(try choice(.none, OpenAIChat(), .openAI) == "none")
        #expect(try choice(.required, OpenAIChat(), .openAI) == "required")
        #expect(try choice(.named("f"), OpenAIChat(), .openAI) == ["type": "function", "function": ["name": "f"]])
        #expect(try choice(.none, GeminiGenerate(), .gemini) == ["mode": "NONE"])
        #expect(try choice(.required, GeminiGenerate(), .gemini) == ["mode": "ANY"])
        let error = try #require(throws: ModelError.self) { try choice(.named("g"), OpenAIChat(), .openAI) }
        #expect(error.code == .invalidRequest)
        let tools = request([ModelMessage(.user, text: "Q")]) {
            $0.tools = [.init(name: "f", summary: "s", schema: Self.noArguments)]
        }
        #expect(try sent(tools, OpenAIChat(), .openAI) { $0.callsTools = false }["tools"] == nil)
    }

    @Test("Anthropic: a form of the reply is a tool whose call comes back as text")
    func replyTool() throws {
        let asked = request([ModelMessage(.user, text: "Q")]) {
            $0.outputSchema = .init(name: "city", schema: Self.schema)
        }
        let body = try sent(asked, AnthropicMessages(), .anthropic)
        #expect(body["tool_choice"] == ["type": "tool", "name": "structured_reply"])
        #expect(body["tools"]?.array?.first?["input_schema"] == Self.schema)
        let withTools = request([ModelMessage(.user, text: "Q")]) {
            $0.outputSchema = .init(name: "city", schema: Self.schema)
            $0.tools = [.init(name: "f", summary: "s", schema: Self.noArguments)]
        }
        #expect(try sent(withTools, AnthropicMessages(), .anthropic)["tool_choice"] == ["type": "any"])
        let thinking = try sent(withTools, AnthropicMessages(), .anthropic) {
            $0.extraBody = ["thinking": ["type": "enabled", "budget_tokens": 1_024]]
        }
        #expect(thinking["tool_choice"] == nil)
        #expect(thinking["tools"]?.array?.count == 1)
        #expect(thinking["system"]?.string?.contains(#""required":["city","country"]"#) == true)

        let stream = """
            data: {"type":"message_start","message":{"id":"m"}}

            data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"structured_reply","input":{}}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"city\\": \\"Par"}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"is\\"}"}}

            data: {"type":"content_block_stop","index":0}

            data: {"type":"message_delta","delta":{"stop_reason":"tool_use"}}

            data: {"type":"message_stop"}


            """
        let reading = try Reading(AnthropicMessages(), Data(stream.utf8), from: .anthropic)
        #expect(reading.events == [.text(#"{"city": "Par"#), .text(#"is"}"#)])
        #expect(reading.reply.text == #"{"city": "Paris"}"#)
        #expect(reading.reply.ending == .complete)
    }

    @Test("A form in words, for models that no service holds to it")
    func formInWords() throws {
        let asked = request([ModelMessage(.user, text: "Q")], system: "S") {
            $0.outputSchema = .init(name: "city", schema: Self.schema)
        }
        let body = try sent(asked, OpenAIChat(), .deepSeek) { $0.takesSchema = false }
        #expect(body["response_format"] == nil)
        let system = try #require(body["messages"]?.array?.first?["content"]?.string)
        #expect(system.hasPrefix("S\n\nReply with one JSON object"))
        #expect(system.contains(#""required":["city","country"]"#))
        #expect(try sent(asked, OllamaChat(), .ollama)["format"] == Self.schema)
        let withTools = request([ModelMessage(.user, text: "Q")]) {
            $0.outputSchema = .init(name: "city", schema: Self.schema)
            $0.tools = [.init(name: "f", summary: "s", schema: Self.noArguments)]
        }
        #expect(try sent(withTools, OllamaChat(), .ollama)["format"] == nil)
        #expect(try sent(withTools, GeminiGenerate(), .gemini)["generationConfig"]?["responseJsonSchema"] == nil)
    }

    // MARK: - Conversations

    @Test("Messages of one role are made one, results of tools before words")
    func turns() throws {
        let messages = [
            ModelMessage(.user, text: "A"), ModelMessage(.user, text: "B"),
            ModelMessage(.assistant, [.toolCall(ModelToolCall(id: "1", name: "f", argumentText: "{\"x\": 1}"))]),
            ModelMessage(.user, text: "C"),
            ModelMessage(.user, [.toolResult(ModelToolResult(id: "1", name: "f", content: "bad", isError: true))]),
        ]
        let openAI = try sent(request(messages), OpenAIChat(), .openAI)
        #expect(
            openAI["messages"] == [
                ["role": "user", "content": "A\n\nB"],
                [
                    "role": "assistant", "content": .null,
                    "tool_calls": [
                        ["id": "1", "type": "function", "function": ["name": "f", "arguments": "{\"x\": 1}"]]
                    ],
                ],
                ["role": "tool", "tool_call_id": "1", "content": "Error: bad"],
                ["role": "user", "content": "C"],
            ]
        )
        let anthropic = try sent(request(messages), AnthropicMessages(), .anthropic)
        #expect(
            anthropic["messages"]?.array?.last == [
                "role": "user",
                "content": [
                    ["type": "tool_result", "tool_use_id": "1", "content": "bad", "is_error": true],
                    ["type": "text", "text": "C"],
                ],
            ]
        )
        #expect(anthropic["messages"]?.array?[1]["content"]?.array?.first?["input"] == ["x": 1])
        let error = try #require(throws: ModelError.self) { try sent(request([]), OpenAIChat(), .openAI) }
        #expect(error.code == .invalidRequest)
    }

    @Test("Ids of other services become ones that Anthropic takes, each once")
    func foreignIDs() throws {
        func round(_ id: String) -> [ModelMessage] {
            [
                ModelMessage(.assistant, [.toolCall(ModelToolCall(id: id, name: "f", argumentText: "no JSON"))]),
                ModelMessage(.user, [.toolResult(ModelToolResult(id: id, name: "f", content: "x"))]),
            ]
        }
        let messages =
            [ModelMessage(.user, text: "Q")] + round("functions.f:0") + round("functions.f:0") + round("ok-1")
        let blocks = try #require(sent(request(messages), AnthropicMessages(), .anthropic)["messages"]?.array)
            .dropFirst().compactMap { $0["content"]?.array?.first }
        let ids = blocks.map { $0["id"]?.string ?? $0["tool_use_id"]?.string }
        #expect(ids == ["functions_f_0", "functions_f_0", "functions_f_0_2", "functions_f_0_2", "ok-1", "ok-1"])
        #expect(blocks[0]["input"] == [:])
    }

    @Test("Equal requests are equal bytes")
    func bytes() throws {
        let asked = request([ModelMessage(.user, text: "Q")], system: "S") {
            $0.tools = (0..<20).map { .init(name: "f\($0)", summary: "s", schema: Self.schema) }
        }
        let wires: [(any WireProtocol, ModelEndpoint)] = [
            (AnthropicMessages(), .anthropic), (OpenAIChat(), .openAI), (GeminiGenerate(), .gemini),
            (OllamaChat(), .ollama),
        ]
        for (wire, endpoint) in wires {
            let bodies = try (0..<5).map { _ in try wire.httpRequest(for: asked, to: endpoint).body }
            #expect(Set(bodies).count == 1)
        }
    }

    /// Bytes of the question, the model's context, and the one that Ollama is asked for.
    @Test(
        arguments: [(100, nil, 8_192), (24_000, nil, 16_384), (24_000, 14_000, 14_000), (60_000, nil, 32_768 + 8_192)]
            as [(Int, Int?, Int)]
    )
    func ollamaIsToldHowMuchToRead(bytes: Int, context: Int?, expected: Int) throws {
        var endpoint = ModelEndpoint.ollama
        endpoint.contextTokens = context
        let asked = request([ModelMessage(.user, text: String(repeating: "a", count: bytes))], system: "S") {
            $0.maximumOutputTokens = 4_096
        }
        let sent = try sent(asked, OllamaChat(), endpoint)
        // At a token for two bytes, with the reply's, in steps of 8,192.
        #expect(sent["options"]?["num_ctx"] == .number(Double(expected)))
    }

    @Test func whatOllamaWouldCutIsNotSent() {
        var endpoint = ModelEndpoint.ollama
        endpoint.contextTokens = 4_096
        let asked = request([ModelMessage(.user, text: String(repeating: "a", count: 24_000))], system: "S")
        let error = #expect(throws: ModelError.self) { try OllamaChat().httpRequest(for: asked, to: endpoint) }
        #expect(error?.code == .tooLong && error?.contextTokens == 4_096)
    }
}
