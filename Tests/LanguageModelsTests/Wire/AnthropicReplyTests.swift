import Foundation
import JSON
import LanguageModels
import Testing
import Transport

@Suite("Replies of Anthropic")
struct AnthropicReplyTests {
    private func read(_ body: Data, contentType: String = "text/event-stream") throws -> Reading {
        try Reading(AnthropicMessages(), body, from: .anthropic, contentType: contentType)
    }

    private func reply(
        _ parts: [ModelMessage.Part],
        _ ending: ModelReply.Ending,
        _ usage: TokenUsage
    ) -> ModelReply {
        ModelReply(
            message: ModelMessage(.assistant, parts),
            ending: ending,
            usage: usage,
            model: ModelName(provider: "anthropic", model: "claude-sonnet-4-5")
        )
    }

    @Test("Words in pieces, a ping between them, no line end behind the last event")
    func words() throws {
        let reading = try read(try Recording.stream("anthropic/stream_basic_response.sse").body)
        #expect(reading.events == [.text("Hello"), .text(" there"), .text("!")])
        #expect(
            reading.reply
                == reply([.text(ModelText("Hello there!"))], .complete, TokenUsage(input: 11, output: 6))
        )
    }

    @Test("A call whose arguments come in pieces")
    func call() throws {
        let reading = try read(try Recording.stream("anthropic/stream_tool_use_response.sse").body)
        let call = ModelToolCall(
            id: "toolu_01NRLabsLyVHZPKxbKvkfSMn",
            name: "get_weather",
            argumentText: #"{"location": "Paris"}"#
        )
        #expect(
            reading.events
                == [.text("I"), .text("'ll check the current weather in Paris for you."), .toolCall(call)]
        )
        #expect(
            reading.reply
                == reply(
                    [.text(ModelText("I'll check the current weather in Paris for you.")), .toolCall(call)],
                    .toolCalls,
                    TokenUsage(input: 377, cachedInput: 0, cacheWriteInput: 0, output: 65)
                )
        )
    }

    @Test("A call that the limit of tokens cut is in the reply, and announced to nobody")
    func cutCall() throws {
        let reading = try read(try Recording.stream("anthropic/stream_incomplete_partial_json_response.sse").body)
        #expect(
            reading.events == [
                .text("I"), .text("'ll create a comprehensive tax guide for"), .text(" someone with multiple W2s an"),
                .text("d save it in a file called taxes.txt. Let"), .text(" me do that for you now."),
            ]
        )
        let call = try #require(reading.reply.message.toolCalls.first)
        #expect(call.id == "toolu_01EKqbqmZrGRXy18eN7m9kvY")
        #expect(call.name == "make_file")
        #expect(
            call.argumentText == """
                {"filename": "taxes.txt", "lines_of_text": [
                "# COMPREHENSIVE TAX GUIDE FOR INDIVIDUALS WITH MULTIPLE W-2s",
                "",
                "## INTRODUCTION",
                "",
                "Filing taxes
                """
        )
        #expect(call.arguments == nil)
        #expect(reading.reply.ending == .length)
        #expect(reading.reply.usage == TokenUsage(input: 450, cachedInput: 0, cacheWriteInput: 0, output: 124))
    }

    @Test("A refusal gives its reason")
    func refusal() throws {
        let reading = try read(try Recording.stream("anthropic/stream_refusal_response.sse").body)
        #expect(reading.events.isEmpty)
        #expect(
            reading.reply
                == reply([], .refused("This request was refused due to policy."), TokenUsage(input: 20, output: 0))
        )
    }

    @Test("Hidden thoughts come back as they were")
    func hiddenThoughts() throws {
        let recording = try #require(Recording.all("anthropic/messages_stream_thinking").first)
        let reading = try read(recording.body)
        let thoughts = reading.reply.message.parts.compactMap { part in
            if case .reasoning(let thought) = part { thought } else { nil }
        }
        #expect(thoughts.map(\.text) == ["", ""])
        #expect(
            reading.reply.text.hasPrefix("I notice that you've sent what appears to be some kind of test string")
        )
        #expect(reading.reply.text.hasSuffix("How can I assist you today with a legitimate task or question?"))
        #expect(reading.events.count == 15)
        #expect(reading.reply.ending == .complete)
        #expect(reading.reply.usage == TokenUsage(input: 92, cachedInput: 0, cacheWriteInput: 0, output: 189))

        let next = ModelRequest(
            agent: "analyst",
            system: "",
            messages: [ModelMessage(.user, text: "Q"), reading.reply.message, ModelMessage(.user, text: "R")]
        )
        let body = try body(of: AnthropicMessages().httpRequest(for: next, to: .anthropic))
        let blocks = try #require(body["messages"]?.array?[1]["content"]?.array)
        #expect(blocks.map { $0["type"]?.string } == ["redacted_thinking", "redacted_thinking", "text"])
        let sent = String(decoding: recording.body, as: UTF8.self)
        for block in blocks.prefix(2) {
            let data = try #require(block["data"]?.string)
            #expect(data.count > 200)
            #expect(sent.contains("{\"type\":\"redacted_thinking\",\"data\":\"\(data)\"}"))
        }
    }

    @Test("A whole message where a stream was asked for")
    func whole() throws {
        let recording = try #require(Recording.all("anthropic/messages_text").first)
        let reading = try read(recording.body, contentType: "application/json")
        #expect(reading.events == [.text("The capital of France is Paris.")])
        #expect(
            reading.reply
                == reply(
                    [.text(ModelText("The capital of France is Paris."))],
                    .complete,
                    TokenUsage(input: 20, cachedInput: 0, cacheWriteInput: 0, output: 10)
                )
        )
    }

    @Test("A whole message with a call")
    func wholeCall() throws {
        let recordings = try Recording.all("anthropic/messages_tool_use")
        let first = try read(recordings[0].body)
        let call = ModelToolCall(id: "toolu_01X9wcHKKAZD9tBC711xipPa", name: "get_user_country", argumentText: "{}")
        #expect(first.events == [.toolCall(call)])
        #expect(first.reply.ending == .toolCalls)
        let second = try read(recordings[1].body)
        #expect(
            second.reply.message.toolCalls == [
                ModelToolCall(
                    id: "toolu_01LZABsgreMefH2Go8D5PQbW",
                    name: "final_result",
                    argumentText: #"{"city":"Mexico City","country":"Mexico"}"#
                )
            ]
        )
        #expect(second.reply.usage == TokenUsage(input: 497, cachedInput: 0, cacheWriteInput: 0, output: 56))
    }

    @Test("Tokens of the cache count as read")
    func cache() throws {
        let text = """
            event: message_start
            data: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":5,"cache_read_input_tokens":100,\
            "cache_creation_input_tokens":20,"output_tokens":1}}}

            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7,"input_tokens":null}}

            data: {"type":"message_stop"}


            """
        #expect(
            try read(Data(text.utf8)).reply.usage
                == TokenUsage(input: 125, cachedInput: 100, cacheWriteInput: 20, output: 7)
        )
    }

    @Test("Thinking comes back with its signature")
    func thinking() throws {
        let text = """
            data: {"type":"message_start","message":{"id":"m"}}

            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Let me"}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":" see."}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}

            data: {"type":"content_block_stop","index":0}

            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}

            data: {"type":"message_stop"}

            """
        let reading = try read(Data(text.utf8))
        #expect(reading.events == [.reasoning("Let me"), .reasoning(" see.")])
        let request = ModelRequest(
            agent: "analyst",
            system: "",
            messages: [ModelMessage(.user, text: "Q"), reading.reply.message, ModelMessage(.user, text: "R")]
        )
        let sent = try body(of: AnthropicMessages().httpRequest(for: request, to: .anthropic))
        #expect(
            sent["messages"]?.array?[1]["content"]
                == [["type": "thinking", "thinking": "Let me see.", "signature": "c2ln"]]
        )
        var other = ModelEndpoint.anthropic
        other.name.provider = "elsewhere"
        let elsewhere = try body(of: AnthropicMessages().httpRequest(for: request, to: other))
        #expect(elsewhere["messages"]?.array?.count == 2)
    }

    @Test("An error after HTTP 200")
    func errorEvent() throws {
        let event = try #require(Recording.json("anthropic/errors")["sse_error_event"]?.string)
        let start = #"data: {"type":"message_start","message":{"id":"m","usage":null}}"# + "\n\n"
        let error = try failure(AnthropicMessages(), Data((start + event).utf8), from: .anthropic)
        #expect(error.code == .overloaded)
        #expect(error.status == 529)
        #expect(error.detail == "an error in its reply: Overloaded")
    }

    @Test("Any beginning of a stream is cut off, and says so")
    func cutOff() throws {
        let body = try Recording.stream("anthropic/stream_tool_use_response.sse").body
        let end = try #require(body.range(of: Data(#"data: {"type":"message_stop"}"#.utf8))).upperBound
        for length in 0..<end {
            let error = try failure(AnthropicMessages(), body.prefix(length), from: .anthropic)
            #expect(error.code == .cutOff, "\(length)")
        }
        #expect(try read(body.prefix(end)).reply.ending == .toolCalls)
    }
}

/// The body of a request as JSON.
func body(of request: HTTPRequest) throws -> JSONValue {
    let data = try #require(request.body)
    return try #require(JSONValue(json: data))
}
