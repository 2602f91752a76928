import Foundation
import JSON
import LanguageModels
import Testing

@Suite("Replies of OpenAI and of those who speak its protocol")
struct OpenAIChatReplyTests {
    private func read(_ recording: Recording, from endpoint: ModelEndpoint = .openAI) throws -> Reading {
        try Reading(OpenAIChat(), recording.body, from: endpoint, contentType: recording.headers["content-type"])
    }

    private func read(_ frames: String...) throws -> Reading {
        let text = frames.map { "data: \($0)\n\n" }.joined()
        return try Reading(OpenAIChat(), Data(text.utf8), from: .openAI)
    }

    @Test("A call in pieces, then words")
    func stream() throws {
        let recordings = try Recording.all("openai/chat_stream")
        let first = try read(recordings[0])
        let call = ModelToolCall(
            id: "call_ZR5UUuTt3pf61kjwAJIYdVMj",
            name: "get_capital",
            argumentText: #"{"country":"UK"}"#
        )
        #expect(first.events == [.toolCall(call)])
        #expect(first.reply.message == ModelMessage(.assistant, [.toolCall(call)]))
        #expect(first.reply.ending == .toolCalls)
        #expect(first.reply.usage == TokenUsage(input: 53, cachedInput: 0, output: 15, reasoning: 0))
        #expect(first.reply.model == ModelName(provider: "openai", model: "gpt-4o"))

        let second = try read(recordings[1])
        let words = ["The", " capital", " of", " the", " UK", " is", " London", "."]
        #expect(second.events == words.map(ModelEvent.text))
        #expect(second.reply.text == "The capital of the UK is London.")
        #expect(second.reply.ending == .complete)
        #expect(second.reply.usage == TokenUsage(input: 78, cachedInput: 0, output: 9, reasoning: 0))
    }

    @Test("Whole completions where a stream was asked for")
    func whole() throws {
        let text = try read(#require(Recording.all("openai/chat_text").first))
        #expect(text.events == [.text("The capital of France is Paris.")])
        #expect(text.reply.ending == .complete)
        #expect(text.reply.usage == TokenUsage(input: 24, cachedInput: 0, output: 8, reasoning: 0))

        let tools = try Recording.all("openai/chat_tools_roundtrip")
        let first = try read(tools[0])
        #expect(
            first.events == [
                .toolCall(
                    ModelToolCall(id: "call_iXFttys57ap0o16JSlC8yhYo", name: "get_user_country", argumentText: "{}")
                )
            ]
        )
        let second = try read(tools[1])
        #expect(
            second.reply.message.toolCalls == [
                ModelToolCall(
                    id: "call_gmD2oUZUzSoCkmNmp3JPUF7R",
                    name: "final_result",
                    argumentText: #"{"city": "Mexico City", "country": "Mexico"}"#
                )
            ]
        )
        #expect(second.reply.usage == TokenUsage(input: 89, cachedInput: 0, output: 36, reasoning: 0))

        let schema = try Recording.all("openai/chat_json_schema")
        #expect(try read(schema[0]).reply.message.toolCalls.map(\.id) == ["call_PkRGedQNRFUzJp2R7dO7avWR"])
        #expect(try read(schema[1]).reply.text == #"{"city":"Mexico City","country":"Mexico"}"#)
    }

    @Test("Thoughts of DeepSeek before its words")
    func reasoning() throws {
        let stream = try read(#require(Recording.all("deepseek/chat_stream_reasoning").first), from: .deepSeek)
        let thoughts = stream.events.filter { if case .reasoning = $0 { true } else { false } }
        #expect(thoughts.count == 198)
        #expect(thoughts.prefix(4) == [.reasoning("H"), .reasoning("mm"), .reasoning(","), .reasoning(" the")])
        #expect(stream.events.count == 198 + 11)
        #expect(stream.reply.text == "Hello there! 😊 How can I help you today?")
        guard case .reasoning(let thought)? = stream.reply.message.parts.first else {
            Issue.record("the first part is no reasoning")
            return
        }
        #expect(thought.text.hasPrefix(#"Hmm, the user just said "Hello". It's a simple greeting but I wonder"#))
        #expect(thought.text.hasSuffix("they might not reply further - and that's okay too."))
        #expect(stream.reply.message.parts.count == 2)
        #expect(stream.reply.usage == TokenUsage(input: 6, cachedInput: 0, output: 212, reasoning: 198))

        let whole = try read(#require(Recording.all("deepseek/chat_reasoning_content").first), from: .deepSeek)
        #expect(whole.events.count == 2)
        #expect(whole.reply.text.hasPrefix("Crossing the street safely involves careful observation"))
        #expect(whole.reply.usage == TokenUsage(input: 12, cachedInput: 0, output: 789, reasoning: 415))
    }

    @Test("Two calls at once, thoughts and words beside them, part of the question from the cache")
    func parallel() throws {
        let recordings = try Recording.all("deepseek/chat_tools_with_thinking")
        let first = try read(recordings[0], from: .deepSeek)
        #expect(first.reply.text == "Let me load the dice rolling capability!")
        #expect(
            first.reply.message.toolCalls == [
                ModelToolCall(
                    id: "call_00_sXqYgMESDht75NCLLZtt9804",
                    name: "load_capability",
                    argumentText: #"{"id": "DICE_ROLL"}"#
                )
            ]
        )
        #expect(first.reply.usage == TokenUsage(input: 563, cachedInput: 512, output: 116, reasoning: 60))
        let second = try read(recordings[1], from: .deepSeek)
        #expect(
            second.reply.message.toolCalls == [
                ModelToolCall(id: "call_00_6edlnw3Z1MgeMfey687g8451", name: "get_player_name", argumentText: "{}"),
                ModelToolCall(id: "call_01_km02sac7sHxNDPATKLZy7705", name: "roll_dice", argumentText: "{}"),
            ]
        )
        let third = try read(recordings[2], from: .deepSeek)
        #expect(third.reply.text.hasPrefix("🎉 **Congratulations, Anne!** You're a winner! 🎉"))
        #expect(third.reply.usage == TokenUsage(input: 976, cachedInput: 896, output: 61, reasoning: 25))
    }

    @Test("Groq's unreadable call, after HTTP 200")
    func toolUseFailed() throws {
        let recordings = try Recording.all("groq/stream_tool_use_failed")
        var reader = OpenAIChat().replyReader(contentType: "text/event-stream", from: .groq)
        let error = try #require(throws: ModelError.self) { _ = try reader.read(recordings[0].body) }
        #expect(error.code == .toolCallUnreadable)
        #expect(error.status == 400)
        #expect(
            error.failedGeneration
                == "{\"name\": \"get_something_by_name\", \"arguments\": {\n  \"invalid_param\": \"value\"\n}}"
        )
        #expect(
            error.detail.hasPrefix(
                "an error in its reply: Tool call validation failed: tool call validation failed: parameters"
            )
        )

        let second = try read(recordings[1], from: .groq)
        #expect(
            second.reply.message.toolCalls == [
                ModelToolCall(
                    id: "fc_bfb39741-3748-4def-9886-a93fc9c64a90",
                    name: "get_something_by_name",
                    argumentText: #"{"name":"example"}"#
                )
            ]
        )
        #expect(second.events.count == 23)
        #expect(second.reply.ending == .toolCalls)
        #expect(second.reply.usage == TokenUsage(input: 304, output: 49, reasoning: 23))
        let third = try read(recordings[2], from: .groq)
        #expect(third.reply.text == "The tool returned the expected result for the valid call.")
        #expect(third.events.count == 37 + 11)
        #expect(third.reply.usage == TokenUsage(input: 339, output: 58, reasoning: 38))
    }

    @Test("Whole completions of Groq and Ollama")
    func others() throws {
        let groq = try read(#require(Recording.all("groq/chat_text").first), from: .groq)
        #expect(groq.reply.text == "The capital of France is Paris.")
        #expect(groq.reply.usage == TokenUsage(input: 48, output: 8))
        let schema = try read(#require(Recording.all("groq/chat_json_schema").first), from: .groq)
        #expect(schema.reply.text == #"{"city":"Mexico City","country":"Mexico"}"#)
        #expect(schema.events.count == 2)
        let failed = try Recording.all("groq/error_tool_use_failed_400")
        #expect(try read(failed[1], from: .groq).reply.message.toolCalls.first?.argumentText == #"{"name":"test"}"#)
        #expect(
            try read(failed[2], from: .groq).reply.usage
                == TokenUsage(input: 336, cachedInput: 256, output: 96, reasoning: 59)
        )

        let local = try read(#require(Recording.all("ollama/openai_compat_json_schema").first), from: .ollama)
        #expect(local.reply.text == #"{ "city": "Paris", "country": "France" }"#)
        #expect(local.reply.usage == TokenUsage(input: 136, output: 15))
        let tools = try Recording.all("ollama/openai_compat_tools")
        #expect(try read(tools[0], from: .ollama).reply.text == "Paris.")
        let call = try read(tools[1], from: .ollama)
        #expect(
            call.reply.message.toolCalls == [
                ModelToolCall(
                    id: "call_o2vnpxrw",
                    name: "final_result",
                    argumentText: #"{"city":"Paris","country":"France"}"#
                )
            ]
        )
        #expect(call.reply.text.isEmpty)
    }

    @Test("Interleaved fragments are put together by index")
    func interleaved() throws {
        let reading = try read(
            #"{"id":"c","choices":[{"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"two","arguments":"{\"x\""}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":""}},{"index":1,"function":{"arguments":":1}"}}]}}]}"#,
            #"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#,
            "[DONE]"
        )
        #expect(
            reading.reply.message.toolCalls == [
                ModelToolCall(id: "b", name: "two", argumentText: #"{"x":1}"#),
                ModelToolCall(id: "a", name: "one", argumentText: ""),
            ]
        )
        #expect(reading.reply.message.toolCalls[1].arguments == [:])
    }

    @Test("Calls without ids, indices or with the same ones are told apart, and have ids of their own")
    func missingIDs() throws {
        let same = try read(
            #"{"id":"c","choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}"#,
            #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"{}"}}]}}]}"#,
            #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#
        )
        #expect(same.reply.message.toolCalls.map(\.id) == ["a", "b"])
        #expect(same.reply.ending == .toolCalls)
        let whole =
            #"{"id":"c","choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"f","arguments":{"a":[1,0.1]}}},{"function":{"name":"g"}},{"id":"x","function":{"name":"h"}},{"id":"x","function":{"name":"i"}}]},"finish_reason":"tool_calls"}]}"#
        let calls = try Reading(OpenAIChat(), Data(whole.utf8), from: .openAI).reply.message.toolCalls
        #expect(calls.map(\.name) == ["f", "g", "h", "i"])
        #expect(calls[0].argumentText == #"{"a":[1,0.1]}"#)
        #expect(Set(calls.map(\.id)).count == 4)
        #expect(calls[2].id == "x")
        #expect(calls.allSatisfy { !$0.id.isEmpty })
        #expect(try Reading(OpenAIChat(), Data(whole.utf8), from: .openAI).reply.message.toolCalls == calls)
    }

    @Test("How a reply ended")
    func endings() throws {
        func ending(_ reason: String, _ delta: String = #"{"content":"x"}"#) throws -> ModelReply.Ending {
            try read(#"{"choices":[{"delta":\#(delta),"finish_reason":"\#(reason)"}]}"#, "[DONE]").reply.ending
        }
        #expect(try ending("stop") == .complete)
        #expect(try ending("length") == .length)
        #expect(try ending("content_filter") == .refused("content_filter"))
        #expect(try ending("stop", #"{"refusal":"I can't."}"#) == .refused("I can't."))
        #expect(try ending("insufficient_system_resource") == .other("insufficient_system_resource"))
        #expect(try ending("tool_calls") == .complete)
        let call = #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"a\":"}}]}"#
        let cut = try read(#"{"choices":[{"delta":\#(call),"finish_reason":"length"}]}"#)
        #expect(cut.events.isEmpty)
        #expect(cut.reply.message.toolCalls.map(\.argumentText) == [#"{"a":"#])
    }

    @Test("Nulls, lists of content, comments, empty chunks and xAI's way of counting")
    func oddities() throws {
        let text = """
            : keep-alive

            data: {"choices":[],"prompt_filter_results":[]}

            data: {"choices":null,"usage":null}

            data: {"choices":[{"index":0,"delta":null}]}

            data: {"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}}]}

            data: {"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"a"}],"tool_calls":null}}]}

            data: {"choices":[{"index":1,"delta":{"content":"another choice"}},{"index":0,"delta":
            data: {"content":"b"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":2,
            data: "total_tokens":20,"completion_tokens_details":{"reasoning_tokens":8}}}

            data: [DONE]

            data: {"choices":[{"delta":{"content":"too late"}}]}
            """
        let reading = try Reading(OpenAIChat(), Data(text.utf8), from: .openAI)
        #expect(reading.events == [.reasoning("hm"), .text("a"), .text("b")])
        #expect(reading.reply.usage == TokenUsage(input: 10, output: 10, reasoning: 8))
    }

    @Test("A stream that just ends is cut off; one that lacks only the mark behind it is whole")
    func cutOff() throws {
        let body = try Recording.all("openai/chat_stream")[1].body
        let reason = try #require(body.range(of: Data(#""finish_reason":"stop""#.utf8))).upperBound
        let whole = try #require(body.range(of: Data("}".utf8), in: reason..<body.count)).upperBound
        for length in stride(from: 0, to: whole, by: 7) {
            let error = try failure(OpenAIChat(), body.prefix(length), from: .openAI)
            #expect(error.code == .cutOff, "\(length)")
        }
        let text = String(decoding: body, as: UTF8.self)
        let end = try #require(text.range(of: "data: [DONE]")).lowerBound
        #expect(try Reading(OpenAIChat(), Data(text[..<end].utf8), from: .openAI).reply.usage.output == 9)
    }
}
