import Foundation
import JSON
import LanguageModels
import Testing

/// The exchanges follow the examples of Ollama's description of its interface (`docs/api.md`, MIT licence).
@Suite("Replies of Ollama")
struct OllamaReplyTests {
    static let stream = """
        {"model":"llama3.2","created_at":"2023-08-04T08:52:19.385406455-07:00","message":{"role":"assistant","content":"The","images":null},"done":false}
        {"model":"llama3.2","created_at":"2023-08-04T08:52:19.485406455-07:00","message":{"role":"assistant","content":" sky é"},"done":false}
        {"model":"llama3.2","created_at":"2023-08-04T19:22:45.499127Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":4883583458,"load_duration":1334875,"prompt_eval_count":26,"prompt_eval_duration":342546000,"eval_count":282,"eval_duration":4535599000}

        """
    static let calls = """
        {"model":"llama3.2","created_at":"2025-07-07T20:22:19.184789Z","message":{"role":"assistant","content":"","thinking":"Hm."},"done":false}\r
        {"model":"llama3.2","created_at":"2025-07-07T20:22:19.184789Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"get_weather","arguments":{"city":"Tokyo"}}},{"function":{"name":"get_weather","arguments":{}}}]},"done":false}\r
        {"model":"llama3.2","created_at":"2025-07-07T20:22:19.19314Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":182242375,"load_duration":41295167,"prompt_eval_count":169,"prompt_eval_duration":24573166,"eval_count":15,"eval_duration":115959084}
        """

    private func read(_ text: String) throws -> Reading {
        try Reading(OllamaChat(), Data(text.utf8), from: .ollama, contentType: "application/x-ndjson")
    }

    @Test("Words, line by line")
    func words() throws {
        let reading = try read(Self.stream)
        #expect(reading.events == [.text("The"), .text(" sky é")])
        #expect(reading.reply.text == "The sky é")
        #expect(reading.reply.ending == .complete)
        #expect(reading.reply.usage == TokenUsage(input: 26, output: 282))
    }

    @Test("Thoughts and calls; both go back in the form they came")
    func calls() throws {
        let reading = try read(Self.calls)
        let calls = reading.reply.message.toolCalls
        #expect(reading.events == [.reasoning("Hm."), .toolCall(calls[0]), .toolCall(calls[1])])
        #expect(calls.map(\.argumentText) == [#"{"city":"Tokyo"}"#, "{}"])
        #expect(Set(calls.map(\.id)).count == 2)
        #expect(reading.reply.ending == .toolCalls)
        let result = ModelToolResult(id: calls[0].id, name: "get_weather", content: "11 degrees celsius")
        let failed = ModelToolResult(id: calls[1].id, name: "get_weather", content: "no city", isError: true)
        let next = ModelRequest(
            agent: "a",
            system: "S",
            messages: [
                ModelMessage(.user, text: "Q"), reading.reply.message,
                ModelMessage(.user, [.toolResult(result), .toolResult(failed)]),
            ]
        )
        let sent = try body(of: OllamaChat().httpRequest(for: next, to: .ollama))
        #expect(
            sent["messages"] == [
                ["role": "system", "content": "S"],
                ["role": "user", "content": "Q"],
                [
                    "role": "assistant", "content": "", "thinking": "Hm.",
                    "tool_calls": [
                        ["function": ["name": "get_weather", "arguments": ["city": "Tokyo"]]],
                        ["function": ["name": "get_weather", "arguments": [:]]],
                    ],
                ],
                ["role": "tool", "tool_name": "get_weather", "content": "11 degrees celsius"],
                ["role": "tool", "tool_name": "get_weather", "content": "Error: no city"],
            ]
        )
    }

    @Test("One whole answer, the limit, an error in the middle, a stream that just ends")
    func endings() throws {
        let whole =
            #"{"model":"m","message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"length","eval_count":1}"#
        #expect(try read(whole).reply.ending == .length)
        #expect(try read(whole).reply.usage == TokenUsage(output: 1))
        func code(_ text: String) throws -> ModelError.Code {
            try failure(OllamaChat(), Data(text.utf8), from: .ollama).code
        }
        let start = #"{"message":{"content":"a"},"done":false}"# + "\n"
        let error = try failure(
            OllamaChat(),
            Data((start + #"{"error":"model runner has unexpectedly stopped"}"#).utf8),
            from: .ollama
        )
        #expect(error.code == .cutOff)
        #expect(error.detail == "an error in its reply: model runner has unexpectedly stopped")
        #expect(try code(start) == .cutOff)
        #expect(try code(start + #"{"message":{"content":"b"#) == .cutOff)
        #expect(try code(start + "[1]\n") == .malformedReply)
        #expect(try code(start + "{]\n") == .malformedReply)
        #expect(try code("") == .cutOff)
        #expect(try code("<html>") == .malformedReply)
    }
}
