import Foundation
import MagnusTestSupport
import Testing

/// The built program with a model behind a server on this machine that speaks as OpenAI does.
@Suite struct ModelAnswerTests {
    private let home: ProgramHome

    init() throws {
        home = try ProgramHome()
    }

    /// A streamed reply in pieces of nine characters.
    private static func stream(_ text: String) -> LoopbackReply {
        func event(_ json: String) -> String { "data: \(json)\n\n" }
        var events: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            let piece = rest.prefix(9).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
                "\n",
                with: "\\n"
            )
            events.append(
                event(
                    #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":""#
                        + piece + #""},"finish_reason":null}]}"#
                )
            )
            rest = rest.dropFirst(9)
        }
        events.append(
            event(
                #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
            )
        )
        events.append(
            event(
                #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":900,"completion_tokens":40,"total_tokens":940}}"#
            )
        )
        return .events(events + ["data: [DONE]\n\n"])
    }

    private func run(_ server: LoopbackServer, _ arguments: String...) throws -> BuiltProgram.Run {
        var program = home.program
        program.environment["OPENAI_BASE_URL"] = "http://127.0.0.1:\(server.port)/v1"
        program.environment["OPENAI_API_KEY"] = "sk-test"
        return try program.run(arguments + ["--demo", "-m", "openai/gpt-4o-mini"])
    }

    @Test func theModelsWordsAreShownWithMagnussFigures() throws {
        let server = try LoopbackServer { _ in
            Self.stream("DIS shows an unrealised loss of {P1.23}. Its mark is $105.99.\n\n- INTC: mark {P1.35}")
        }
        let run = try run(server, "ask", "what positions do I have?")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("DIS shows an unrealised loss of $1,323.00. [unverified]\n\n- INTC: mark $33.85\n"))
        #expect(run.output.contains("HCKT is not priced"))
        #expect(run.errors.replacing("\n", with: " ").contains("by openai/gpt-4o-mini checked by Magnus"))
        #expect(run.errors.contains("900 in / 40 out"))
        #expect(run.errors.contains("1 statement of the model could not be traced to data: 0 replaced, 1 struck"))
        #expect(server.requests.count == 1)
        // What is shown later is what was shown then.
        let id = try #require(run.errors.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines))
        let show = try home.run("show", id)
        #expect(show.output.contains("Its mark is $105.99."))
        #expect(show.output.contains("$105.99: no data has this value"))
        #expect(show.output.contains("synthesiser: openai/gpt-4o-mini, 900 tokens read, 40 written"))
    }

    @Test func aModelThatFailsIsSaidAndMagnusAnswers() throws {
        let server = try LoopbackServer { _ in
            .json(
                #"{"error": {"message": "no such key", "type": "invalid_request_error", "code": "invalid_api_key"}}"#,
                status: 401
            )
        }
        let own = try home.run("ask", "how much cash do I have?", "--demo", "--quiet", "--no-log")
        let fallen = try run(server, "ask", "how much cash do I have?", "--no-log")
        #expect(fallen.status == 0)
        #expect(fallen.output == own.output)
        #expect(
            fallen.errors.replacing("\n", with: " ").contains("by deterministic composer (openai/gpt-4o-mini failed:")
        )
        let refused = try run(server, "ask", "how much cash do I have?", "--no-log", "--no-fallback")
        #expect(refused.status == 7)
        #expect(refused.output.isEmpty)
        let json = try run(server, "ask", "how much cash do I have?", "--no-log", "--json").json()
        let data = try #require(json["data"] as? [String: Any])
        #expect((data["provider"] as? String)?.hasPrefix("deterministic composer (openai/gpt-4o-mini failed:") == true)
    }
}
