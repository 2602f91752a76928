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

    /// Every recorded answer of a conversation that is no refusal, streamed or whole.
    static let all: [RecutCase] = {
        let services: [(String, any WireProtocol, ModelEndpoint)] = [
            ("anthropic", AnthropicMessages(), .anthropic), ("openai", OpenAIChat(), .openAI),
            ("deepseek", OpenAIChat(), .deepSeek), ("groq", OpenAIChat(), .groq),
            ("gemini", GeminiGenerate(), .gemini), ("ollama", OpenAIChat(), .ollama),
        ]
        var cases: [RecutCase] = []
        for (folder, wire, endpoint) in services {
            for recording in Recording.folder(folder) where (200..<300).contains(recording.status) {
                guard recording.kind == .conversation else { continue }
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

    /// What is recorded and is no reply: a call of a tool that the service could not read.
    static let failing = ["groq/stream_tool_use_failed 0"]
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
        // Counted by hand: Anthropic 4 + 1 + 1 + 2, OpenAI 2 + 2 + 1 + 2, DeepSeek 1 + 1 + 3, Groq 1 + 1 + 2 + 1 + 3,
        // Gemini 1 + 1 + 1 + 1 + 2 + 1 + 3, Ollama 1 + 2 as OpenAI and 2 of its own.
        #expect(RecutCase.all.count == 8 + 7 + 5 + 8 + 10 + 5)
    }

    @Test("Events and reply are the same wherever the bytes are cut", arguments: RecutCase.all)
    func recut(example: RecutCase) throws {
        let body = example.body
        let whole = read(example, [body])
        #expect((whole.error != nil) == RecutCase.failing.contains(example.name), "\(String(describing: whole.error))")
        #expect((whole.reply == nil) == (whole.error != nil))
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
