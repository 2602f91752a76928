import Foundation
import JSON
import LanguageModels
import Testing

@Suite("Replies of Gemini")
struct GeminiReplyTests {
    private func read(_ recording: Recording) throws -> Reading {
        try Reading(GeminiGenerate(), recording.body, from: .gemini, contentType: recording.headers["content-type"])
    }

    private func first(_ file: String) throws -> Recording {
        try #require(Recording.all("gemini/" + file).first)
    }

    @Test("Words in pieces, with CR LF between them")
    func stream() throws {
        let reading = try read(first("streamGenerateContent_sse"))
        #expect(reading.events == [.text("The"), .text(" capital of France"), .text(" is Paris.\n")])
        #expect(reading.reply.text == "The capital of France is Paris.\n")
        #expect(reading.reply.ending == .complete)
        #expect(reading.reply.usage == TokenUsage(input: 13, output: 8))
    }

    @Test("Whole answers; thoughts count as written")
    func whole() throws {
        let text = try read(first("generateContent_text"))
        #expect(text.events == [.text("Hello! How can I help you today?")])
        #expect(text.reply.usage == TokenUsage(input: 9, output: 43, reasoning: 34))
        let form = try read(first("generateContent_jsonSchema"))
        #expect(form.reply.text == "{\n  \"city\": \"Mexico City\",\n  \"country\": \"Mexico\"\n}")
        #expect(form.reply.usage == TokenUsage(input: 8, output: 20))
    }

    @Test("The limit reached before the first word")
    func nothingBeforeTheLimit() throws {
        let reading = try read(first("finish_MAX_TOKENS_empty"))
        #expect(reading.events.isEmpty)
        #expect(reading.reply.message.parts.isEmpty)
        #expect(reading.reply.ending == .length)
        #expect(reading.reply.usage == TokenUsage(input: 15, output: 2, reasoning: 2))
    }

    @Test("An answer, and a question, that are held back")
    func heldBack() throws {
        let answer = try read(first("generateContent_safety"))
        #expect(answer.reply.ending == .refused("SAFETY"))
        #expect(answer.reply.message.parts.isEmpty)
        #expect(answer.reply.usage == TokenUsage(input: 14, output: 0))
        let body = Data(
            #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4}}"#.utf8
        )
        let question = try Reading(GeminiGenerate(), body, from: .gemini)
        #expect(question.reply.ending == .refused("PROHIBITED_CONTENT"))
    }

    @Test("A call is signed, and goes back with its signature, its result under its name")
    func signature() throws {
        let recordings = try Recording.all("gemini/streamGenerateContent_functionCall_thoughtSignature")
        let reading = try read(recordings[0])
        let call = try #require(reading.reply.message.toolCalls.first)
        #expect(reading.events == [.toolCall(call)])
        #expect(call.name == "get_country")
        #expect(call.argumentText == "{}")
        #expect(!call.id.isEmpty)
        #expect(reading.reply.ending == .toolCalls)
        #expect(reading.reply.usage == TokenUsage(input: 29, output: 212, reasoning: 202))

        let question = "What is the capital of the user country? Call the tool"
        let next = ModelRequest(
            agent: "analyst",
            system: "",
            messages: [
                ModelMessage(.user, text: question), reading.reply.message,
                ModelMessage(.user, [.toolResult(ModelToolResult(id: call.id, name: call.name, content: "Mexico"))]),
            ]
        )
        let sent = try body(of: GeminiGenerate().httpRequest(for: next, to: .gemini))
        let contents = try #require(sent["contents"]?.array)
        let part = try #require(contents[1]["parts"]?.array?.first)
        #expect(contents[1]["role"] == "model")
        #expect(part["functionCall"] == ["name": "get_country", "args": [:]])
        let signature = try #require(part["thoughtSignature"]?.string)
        #expect(signature.count > 1_000)
        #expect(String(decoding: recordings[0].body, as: UTF8.self).contains("\"thoughtSignature\": \"\(signature)\""))
        #expect(
            contents[2]
                == [
                    "role": "user",
                    "parts": [["functionResponse": ["name": "get_country", "response": ["result": "Mexico"]]]],
                ]
        )
        #expect(try read(recordings[1]).reply.text == "The capital of Mexico is Mexico City.")
        #expect(try read(recordings[1]).reply.usage == TokenUsage(input: 257, output: 8))
    }

    @Test("Calls one after the other, ids made up and different")
    func roundtrip() throws {
        let recordings = try Recording.all("gemini/stream_functionCall_roundtrip")
        let first = try #require(try read(recordings[0]).reply.message.toolCalls.first)
        let second = try #require(try read(recordings[1]).reply.message.toolCalls.first)
        #expect(first.name == "get_capital")
        #expect(first.argumentText == #"{"country":"France"}"#)
        #expect(second.name == "get_temperature")
        #expect(second.argumentText == #"{"city":"Paris"}"#)
        #expect(first.id != second.id)
        #expect(try read(recordings[0]).reply.message.toolCalls.first?.id == first.id)
        let third = try read(recordings[2])
        #expect(third.events == [.text("The temperature in Paris"), .text(" is 30°C.\n")])
        #expect(third.reply.usage == TokenUsage(input: 79, output: 12))
    }

    @Test("Parallel calls with ids of the service, thoughts, a signed end, exact numbers")
    func parallel() throws {
        let text = """
            data: {"candidates":[{"content":{"parts":[{"text":"Hm.","thought":true},{"text":"One "}]}}],"responseId":"r"}

            data: {"candidates":[{"content":{"parts":[{"text":"moment."},{"functionCall":{"id":"7","name":"f",\
            "args":{"b":0.10,"a":12345678901234567890}}},{"functionCall":{"name":"f","args":null}},\
            {"text":"","thoughtSignature":"s"}]},"finishReason":"STOP"}]}


            """
        let reading = try Reading(GeminiGenerate(), Data(text.utf8), from: .gemini)
        let calls = reading.reply.message.toolCalls
        #expect(calls.map(\.argumentText) == [#"{"a":12345678901234567890,"b":0.1}"#, "{}"])
        #expect(calls[0].id == "7")
        #expect(
            reading.events == [
                .reasoning("Hm."), .text("One "), .text("moment."), .toolCall(calls[0]), .toolCall(calls[1]),
            ]
        )
        #expect(reading.reply.text == "One moment.")
        let results = calls.map {
            ModelMessage.Part.toolResult(ModelToolResult(id: $0.id, name: "f", content: "{\"x\":1}"))
        }
        let next = ModelRequest(
            agent: "a",
            system: "",
            messages: [ModelMessage(.user, text: "q"), reading.reply.message, ModelMessage(.user, results)]
        )
        let contents = try #require(
            try body(of: GeminiGenerate().httpRequest(for: next, to: .gemini))["contents"]?.array
        )
        let parts = try #require(contents[1]["parts"]?.array)
        #expect(parts.count == 4)
        #expect(parts[0] == ["text": "One moment."])
        #expect(parts[1]["functionCall"]?["id"] == "7")
        #expect(parts[2]["functionCall"]?["id"] == nil)
        #expect(parts[3] == ["text": "", "thoughtSignature": "s"])
        #expect(
            contents[2]["parts"] == [
                ["functionResponse": ["id": "7", "name": "f", "response": ["x": 1]]],
                ["functionResponse": ["name": "f", "response": ["x": 1]]],
            ]
        )
    }

    @Test("A call that the service could not read, an error in a list, a stream that just ends")
    func failures() throws {
        func error(_ text: String) throws -> ModelError {
            try failure(GeminiGenerate(), Data(text.utf8), from: .gemini)
        }
        let unreadable = try error(
            #"data: {"candidates":[{"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"print(f())"}]}"# + "\n\n"
        )
        #expect(unreadable.code == .toolCallUnreadable)
        #expect(unreadable.failedGeneration == "print(f())")
        let list = try error(#"[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]"#)
        #expect(list.code == .overloaded)
        #expect(list.status == 503)
        let body = try first("streamGenerateContent_sse").body
        let last = try #require(body.range(of: Data("data:".utf8), options: .backwards)).lowerBound
        for length in 0...last {
            #expect(try failure(GeminiGenerate(), body.prefix(length), from: .gemini).code == .cutOff, "\(length)")
        }
    }
}
