import Foundation
import JSON
import LanguageModels
import Testing
import Transport

@Suite("Errors of services")
struct ServiceErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var wire: any WireProtocol
        var endpoint: ModelEndpoint
        var status: Int
        var headers: HTTPHeaders = [:]
        var body: String
        var code: ModelError.Code
        var retryAfter: Duration?

        var testDescription: String { "\(endpoint.name.provider) \(status) \(code)" }
    }

    /// Bodies as the vendors document them, or as they are reported.
    static let cases: [Case] = [
        Case(
            wire: AnthropicMessages(),
            endpoint: .anthropic,
            status: 429,
            body: #"{"type":"error","error":{"type":"enforced_spend_limit_reached","message":"m"}}"#,
            code: .outOfMoney
        ),
        Case(
            wire: AnthropicMessages(),
            endpoint: .anthropic,
            status: 429,
            headers: ["retry-after": "3"],
            body:
                #"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
            code: .outOfMoney
        ),
        Case(
            wire: AnthropicMessages(),
            endpoint: .anthropic,
            status: 400,
            body:
                #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"#,
            code: .outOfMoney
        ),
        Case(
            wire: AnthropicMessages(),
            endpoint: .anthropic,
            status: 400,
            body:
                #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
            code: .tooLong
        ),
        Case(
            wire: AnthropicMessages(),
            endpoint: .anthropic,
            status: 403,
            body: #"{"type":"error","error":{"type":"permission_error","message":"m"}}"#,
            code: .keyRefused
        ),
        Case(
            wire: AnthropicMessages(),
            endpoint: .anthropic,
            status: 529,
            headers: ["retry-after": "1.5"],
            body: "",
            code: .overloaded,
            retryAfter: .milliseconds(1_500)
        ),
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 429,
            body: #"{"error":{"message":"m","type":"x","code":"credit_balance_exhausted"}}"#,
            code: .outOfMoney
        ),
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 429,
            body:
                #"{"error":{"message":"Limit reached. Please try again in 1m2.5s. Visit us.","code":"rate_limit_exceeded"}}"#,
            code: .rateLimited,
            retryAfter: .milliseconds(62_500)
        ),
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 429,
            headers: ["retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"],
            body: #"{"error":"slow down"}"#,
            code: .rateLimited
        ),
        Case(wire: OpenAIChat(), endpoint: .openAI, status: 408, body: "", code: .timedOut),
        Case(wire: OpenAIChat(), endpoint: .openAI, status: 409, body: "{}", code: .overloaded),
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 404,
            body: #"{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}"#,
            code: .unknownModel
        ),
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 422,
            body: #"{"detail":[{"loc":["body","messages"],"msg":"field required"}]}"#,
            code: .invalidRequest
        ),
        Case(wire: OpenAIChat(), endpoint: .openAI, status: 502, body: "<html>Bad gateway</html>", code: .overloaded),
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 501,
            body: #"{"error":{"message":"m"}}"#,
            code: .invalidRequest
        ),
        Case(wire: OpenAIChat(), endpoint: .openAI, status: 302, body: "", code: .unreachable),
        Case(wire: OpenAIChat(), endpoint: .openAI, status: 418, body: "[]", code: .invalidRequest),
        // llama.cpp's server.
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 400,
            body:
                #"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}"#,
            code: .tooLong
        ),
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 503,
            body: #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            code: .overloaded
        ),
        // vLLM.
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 400,
            body:
                #"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","param":null,"code":400}"#,
            code: .tooLong
        ),
        // OpenRouter.
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 402,
            body: #"{"error":{"code":402,"message":"Insufficient credits"}}"#,
            code: .outOfMoney
        ),
        Case(
            wire: OpenAIChat(),
            endpoint: .openAI,
            status: 429,
            body: #"{"error":{"code":429,"message":"Rate limit exceeded: free-models-per-day"}}"#,
            code: .quotaExhausted
        ),
        Case(
            wire: GeminiGenerate(),
            endpoint: .gemini,
            status: 429,
            body:
                #"{"error":{"code":429,"message":"Quota exceeded, limit: 10\nPlease retry in 20.223932614s.","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"20s"}]}}"#,
            code: .rateLimited,
            retryAfter: .seconds(20)
        ),
        Case(
            wire: GeminiGenerate(),
            endpoint: .gemini,
            status: 429,
            body:
                #"{"error":{"code":429,"message":"Quota exceeded for metric: free_tier_requests, limit: 0, model: gemini-2.5-pro","status":"RESOURCE_EXHAUSTED"}}"#,
            code: .quotaExhausted
        ),
        Case(
            wire: GeminiGenerate(),
            endpoint: .gemini,
            status: 400,
            body:
                #"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#,
            code: .tooLong
        ),
        Case(
            wire: OllamaChat(),
            endpoint: .ollama,
            status: 404,
            body: #"{"error":"model \"qwen3:0.6b\" not found, try pulling it first"}"#,
            code: .unknownModel
        ),
        Case(
            wire: OllamaChat(),
            endpoint: .ollama,
            status: 400,
            body: #"{"error":"registry.ollama.ai/library/gemma:2b does not support tools"}"#,
            code: .invalidRequest
        ),
        Case(
            wire: OllamaChat(),
            endpoint: .ollama,
            status: 503,
            body: #"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#,
            code: .overloaded
        ),
    ]

    /// What services say of how much a model reads, and of how much was sent.
    @Test(
        arguments: [
            (
                #"{"error":{"code":400,"message":"request (34850 tokens) exceeds the available context size (32768 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":34850,"n_ctx":32768}}"#,
                32_768, 34_850
            ),
            (#"{"error":{"message":"the request exceeds the available context size (4096 tokens)"}}"#, 4_096, nil),
            (
                #"{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.","code":"context_length_exceeded"}}"#,
                8_192, 9_000
            ),
            (#"{"error":{"message":"prompt is too long: 215000 tokens > 200000 maximum"}}"#, 200_000, 215_000),
            (
                #"{"error":{"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."}}"#,
                1_048_576, 1_200_000
            ),
            (
                #"{"error":{"message":"Please reduce the length of the messages.","code":"context_length_exceeded"}}"#,
                nil, nil
            ),
            (#"{"error":{"message":"context length","n_ctx":-5}}"#, nil, nil),
        ] as [(String, Int?, Int?)]
    )
    func howMuchAModelReadsIsRead(body: String, context: Int?, prompt: Int?) {
        let error = OpenAIChat().error(status: 400, headers: [:], body: Data(body.utf8), from: .openAI)
        #expect(error.code == .tooLong && error.contextTokens == context && error.promptTokens == prompt)
    }

    @Test func anErrorInAReplyIsNoStatus() throws {
        var reader = AnthropicMessages().replyReader(contentType: "text/event-stream", from: .anthropic)
        let frame = #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"# + "\n\n"
        let error = try #require(throws: ModelError.self) { _ = try reader.read(Data(frame.utf8)) }
        #expect(error.code == .overloaded && error.detail == "an error in its reply: Overloaded")
    }

    @Test("What an answer means", arguments: cases)
    func meaning(example: Case) {
        let error = example.wire.error(
            status: example.status,
            headers: example.headers,
            body: Data(example.body.utf8),
            from: example.endpoint
        )
        #expect(error.code == example.code)
        #expect(error.status == example.status)
        #expect(milliseconds(error.retryAfter) == milliseconds(example.retryAfter))
        #expect(error.provider == example.endpoint.name.provider)
        #expect(error.model == example.endpoint.name.model)
        #expect(!error.detail.contains("\n"))
        #expect(error.detail.hasPrefix("HTTP \(example.status)"))
    }

    /// Header fields give fractions of seconds that no binary fraction holds.
    private func milliseconds(_ duration: Duration?) -> Double? {
        duration.map { ($0 / .milliseconds(1)).rounded() }
    }

    /// What each composed case means, in its order.
    @Test(
        "The contracts' own lists of errors",
        arguments: [
            (
                "anthropic/errors", ModelEndpoint.anthropic,
                [
                    (.rateLimited, .seconds(12)), (.overloaded, nil), (.keyRefused, nil), (.tooLong, nil),
                    (.outOfMoney, nil), (.overloaded, nil),
                ]
            ),
            (
                "openai/errors", .openAI,
                [(.rateLimited, .milliseconds(1_900)), (.outOfMoney, nil), (.keyRefused, nil), (.tooLong, nil)]
            ),
            ("groq/errors", .groq, [(.rateLimited, .seconds(6)), (.tooLong, nil), (.overloaded, nil)]),
            (
                "deepseek/errors", .deepSeek,
                [
                    (.outOfMoney, nil), (.keyRefused, nil), (.invalidRequest, nil), (.rateLimited, nil),
                    (.overloaded, nil), (.overloaded, nil),
                ]
            ),
            ("gemini/errors", .gemini, [(.quotaExhausted, .seconds(20)), (.keyRefused, nil), (.overloaded, nil)]),
        ] as [(String, ModelEndpoint, [(ModelError.Code, Duration?)])]
    )
    func contracts(file: String, endpoint: ModelEndpoint, expected: [(ModelError.Code, Duration?)]) throws {
        let wire: any WireProtocol =
            switch endpoint.name.provider {
            case "anthropic": AnthropicMessages()
            case "gemini": GeminiGenerate()
            default: OpenAIChat()
            }
        let cases = try #require(Recording.json(file)["cases"]?.array)
        #expect(cases.count == expected.count)
        for (value, (code, retryAfter)) in zip(cases, expected) {
            var headers = HTTPHeaders()
            if case .object(let fields)? = value["headers"] {
                for (name, field) in fields { headers[name] = field.string }
            }
            let body = try value["body"].map { try JSONWriter().data($0) } ?? Data()
            let status = try #require(value["status"]?.integer)
            let error = wire.error(status: status, headers: headers, body: body, from: endpoint)
            #expect(error.code == code, "\(file) \(status)")
            #expect(milliseconds(error.retryAfter) == milliseconds(retryAfter), "\(file) \(status)")
        }
    }

    @Test("Groq says how long to wait in words alone")
    func waitInWords() throws {
        let limit = try #require(Recording.json("groq/errors")["cases"]?.array?.first)
        let body = try JSONWriter().data(limit["body"])
        let error = OpenAIChat().error(status: 429, headers: [:], body: body, from: .groq)
        #expect(error.retryAfter == .milliseconds(5_289))
    }

    @Test("Recorded errors")
    func recorded() throws {
        func error(_ file: String, _ wire: any WireProtocol, _ endpoint: ModelEndpoint) throws -> ModelError {
            let recording = try #require(Recording.all(file).first)
            return wire.error(
                status: recording.status,
                headers: recording.headers,
                body: recording.body,
                from: endpoint
            )
        }
        let effort = try error("anthropic/error_invalid_request", AnthropicMessages(), .anthropic)
        #expect(effort.code == .invalidRequest)
        #expect(
            effort.detail
                == "HTTP 400: This model does not support effort level 'xhigh'. Supported levels: high, low, max, medium."
        )
        #expect(try error("anthropic/error_not_found", AnthropicMessages(), .anthropic).code == .unknownModel)
        #expect(try error("openai/error_400", OpenAIChat(), .openAI).code == .invalidRequest)
        #expect(try error("groq/error_model_not_found", OpenAIChat(), .groq).code == .unknownModel)
        let unread = try error("groq/error_tool_use_failed_400", OpenAIChat(), .groq)
        #expect(unread.code == .toolCallUnreadable)
        #expect(
            unread.failedGeneration == "{\"name\": \"get_something_by_name\", \"arguments\": {\n  \"foo\": \"bar\"\n}}"
        )
        let text = try error("groq/error_tool_use_failed_text", OpenAIChat(), .groq)
        #expect(text.code == .toolCallUnreadable)
        #expect(text.failedGeneration == "maybe")
        #expect(text.detail == "HTTP 400: Tool choice is required, but model did not call a tool")
    }

    @Test("A service's words are one line, cut, without the key and without control characters")
    func words() {
        var endpoint = ModelEndpoint.openAI
        endpoint.headers = ["X-Api-Key": "second-secret", "Authorization": "Basic dXNlcjpwYXNz", "X-Title": "rejected"]
        let message =
            #"Key\n\tsk-0123456789 \u001b[31mrejected\u001b]0;x\u0007 second-secret dXNlcjpwYXNz "#
            + String(repeating: "ab ", count: 500)
        let body = Data(
            #"{"error":{"message":"\#(message)","code":"tool_use_failed","failed_generation":"sk-0123456789"}}"#.utf8
        )
        for status in [401, 400, 500] {
            let error = OpenAIChat().error(status: status, headers: [:], body: body, from: endpoint)
            #expect(error.detail.hasPrefix("HTTP \(status)"))
            for secret in ["sk-0123456789", "second-secret", "dXNlcjpwYXNz"] {
                #expect(!error.detail.contains(secret))
                #expect(!"\(error)".contains(secret))
                #expect(error.failedGeneration?.contains(secret) != true)
            }
            #expect(error.detail.count < 330)
            #expect(error.detail.unicodeScalars.allSatisfy { $0.value >= 32 })
        }
        let plain = Data(#"{"error":"the key sk-0123456789\n was rejected"}"#.utf8)
        #expect(
            OpenAIChat().error(status: 401, headers: [:], body: plain, from: endpoint).detail
                == "HTTP 401: the key •••• was rejected"
        )
    }
}
