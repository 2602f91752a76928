import Foundation
import LanguageModels
import MagnusTestSupport
import Testing

/// A stream, and how it is read.
struct RecutCase: Sendable, CustomTestStringConvertible {
    var wire: any WireProtocol
    var endpoint: ModelEndpoint
    var name: String
    var body: Data

    var testDescription: String { name }

    static let all: [RecutCase] = {
        var cases: [RecutCase] = []
        for name in ["basic", "tool_use", "incomplete_partial_json", "refusal"] {
            guard let stream = try? Recording.stream("anthropic/stream_\(name)_response.sse") else { continue }
            cases.append(RecutCase(wire: AnthropicMessages(), endpoint: .anthropic, name: name, body: stream.body))
        }
        let files: [(String, any WireProtocol, ModelEndpoint)] = [
            ("anthropic/messages_stream_thinking", AnthropicMessages(), .anthropic),
            ("anthropic/messages_tool_use", AnthropicMessages(), .anthropic),
            ("openai/chat_stream", OpenAIChat(), .openAI),
            ("openai/chat_text", OpenAIChat(), .openAI),
            ("deepseek/chat_stream_reasoning", OpenAIChat(), .deepSeek),
            ("groq/stream_tool_use_failed", OpenAIChat(), .groq),
            ("gemini/streamGenerateContent_sse", GeminiGenerate(), .gemini),
            ("gemini/streamGenerateContent_functionCall_thoughtSignature", GeminiGenerate(), .gemini),
            ("gemini/stream_functionCall_roundtrip", GeminiGenerate(), .gemini),
        ]
        for (file, wire, endpoint) in files {
            for recording in Recording.list(file) {
                cases.append(RecutCase(wire: wire, endpoint: endpoint, name: recording.name, body: recording.body))
            }
        }
        for (name, text) in [("words", OllamaReplyTests.stream), ("calls", OllamaReplyTests.calls)] {
            cases.append(
                RecutCase(wire: OllamaChat(), endpoint: .ollama, name: "ollama \(name)", body: Data(text.utf8))
            )
        }
        return cases
    }()
}

/// What comes of reading: events, and a reply or an error.
private struct Outcome: Equatable {
    var events: [ModelEvent] = []
    var reply: ModelReply?
    var error: ModelError?

    /// Events before an error count no more; how many of them came depends on the pieces.
    mutating func run(_ work: (inout Outcome) throws -> Void) {
        do {
            try work(&self)
        } catch {
            self = Outcome(error: error as? ModelError)
        }
    }
}

@Suite("Replies cut anywhere")
struct RecutTests {
    @Test("All recordings are there")
    func complete() {
        #expect(RecutCase.all.count == 4 + 1 + 2 + 2 + 1 + 1 + 3 + 1 + 2 + 3 + 2)
    }

    @Test("Events and reply are the same wherever the bytes are cut", arguments: RecutCase.all)
    func recut(example: RecutCase) throws {
        let body = example.body
        let whole = read(example, [body])
        #expect(whole.reply != nil || whole.error != nil)
        #expect(read(example, body.indices.map { body[$0..<$0 + 1] }) == whole, "byte by byte")

        var cuts = Array(0...body.count)
        if body.count > 6_144 {
            var generator = SeededGenerator(seed: 7)
            cuts = (0..<1_000).map { _ in Int.random(in: 0...body.count, using: &generator) }.sorted()
        }
        // The reader is a value: what it has read up to a cut serves all later cuts.
        var reader = example.wire.replyReader(contentType: nil, from: example.endpoint)
        var before = Outcome()
        var position = 0
        for cut in cuts {
            before.run { $0.events += try reader.read(body[position..<cut]) }
            position = cut
            guard before.error == nil else {
                #expect(before == whole, "cut at \(cut)")
                break
            }
            var outcome = before
            var rest = reader
            outcome.run { outcome in
                outcome.events += try rest.read(body[cut...])
                let end = try rest.finish()
                outcome.events += end.events
                outcome.reply = end.reply
            }
            guard outcome == whole else {
                Issue.record("cut at \(cut)")
                return
            }
        }
    }

    private func read(_ example: RecutCase, _ pieces: [Data]) -> Outcome {
        var reader = example.wire.replyReader(contentType: nil, from: example.endpoint)
        var outcome = Outcome()
        outcome.run { outcome in
            for piece in pieces { outcome.events += try reader.read(piece) }
            let end = try reader.finish()
            outcome.events += end.events
            outcome.reply = end.reply
        }
        return outcome
    }
}
