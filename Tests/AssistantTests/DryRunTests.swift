import Agents
import Foundation
import JSON
import LanguageModels
import Testing

@testable import Assistant

/// What is shown of requests before anything is sent, beside what is sent.
@Suite struct DryRunTests {
    /// What would be sent for a kind of question, and what is sent, each in order.
    private func requests(
        _ intent: Intent,
        number: Int
    ) async throws -> (kept: [PreviewTransport.Kept], sent: [Data]) {
        let server = try SpeakingServer()
        let service = server.model(saying: "There is nothing to add.", number: number)
        let assistant = try TurnTests.assistant()
        var turn = try TurnTests.turn(intent)
        let transport = PreviewTransport()
        turn.model = PreviewModel(of: service, in: transport, standIn: FindingForm.standIn(for:))
        let decision = try await assistant.answer(turn)
        #expect(server.bodies.isEmpty && decision.writer.contains("deterministic"))
        turn.model = service
        _ = try await assistant.answer(turn)
        return (transport.kept, server.bodies)
    }

    /// What the model is told in the last message of a request.
    private func told(_ body: Data) throws -> [Substring] {
        let messages = try #require(JSONValue(json: body)?["messages"]?.array)
        let content = try #require(messages.last?["content"])
        let text = content.string ?? content.array?.compactMap { $0["text"]?.string }.joined() ?? ""
        return text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test(arguments: [0, 1]) func theOnlyRequestOfAQuestionIsShownByteForByte(number: Int) async throws {
        let (kept, sent) = try await requests(.positions, number: number)
        #expect(kept.map(\.agent) == [Synthesiser.agent])
        #expect(kept.map(\.preview.body) == sent)
    }

    /// The vendors' own descriptions: see `Tests/LanguageModelsTests/Fixtures/Wire/NOTICE.md`.
    private static func description(_ number: Int) throws -> SchemaCheck {
        let file = number == 0 ? "openai/openapi.slice.json" : "anthropic/schema.MessageCreateParams.json"
        let url = TurnTests.package.appendingPathComponent("Tests/LanguageModelsTests/Fixtures/Wire/" + file)
        guard case .object(var schema)? = JSONValue(json: try Data(contentsOf: url)) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        if number == 0 { schema["$ref"] = "#/components/schemas/CreateChatCompletionRequest" }
        return SchemaCheck(.object(schema))
    }

    /// With the tools, forms and prompts that Magnus has, in OpenAI's and in Anthropic's protocol.
    @Test(arguments: [0, 1], [Intent.risk, .assignment, .positions, .documents])
    func whatIsSentKeepsToTheServicesDescription(number: Int, intent: Intent) async throws {
        let (kept, sent) = try await requests(intent, number: number)
        let check = try Self.description(number)
        #expect(!sent.isEmpty)
        for body in kept.map(\.preview.body) + sent {
            let value = try #require(JSONValue(json: body))
            #expect(check.faults(in: value) == [])
        }
    }

    @Test(arguments: [0, 1]) func whatDependsOnRepliesIsMarkedAndTheRestIsAsItIsSent(number: Int) async throws {
        let (kept, sent) = try await requests(.risk, number: number)
        #expect(kept.map(\.agent) == ["analyst", "strategist", "risk-manager", Synthesiser.agent])
        try #require(sent.count == kept.count)
        #expect(kept[0].preview.body == sent[0])
        let before = [[], ["analyst"], ["analyst", "strategist"], ["analyst", "strategist", "risk-manager"]]
        for (rank, entry) in kept.enumerated() {
            let shown = try told(entry.preview.body)
            let marked = shown.filter { $0.contains("⟨") }
            #expect(marked.count == before[rank].count, "\(entry.agent)")
            for (line, agent) in zip(marked.sorted(), before[rank].sorted()) {
                #expect(line.contains(FindingForm.unknown(of: agent)), "\(entry.agent)")
            }
            // Where only marks stand under a title, it goes with them.
            let rest = shown.filter { !$0.contains("⟨") }.joined(separator: "\n").replacing(
                "What the agents before you found:\n<data name=\"findings\">\n</data>\n",
                with: ""
            )
            let real = try told(sent[rank]).joined(separator: "\n")
            #expect(rest == real, "\(entry.agent): \(rest.commonPrefix(with: real).suffix(200))")
            // What stands around the message is the same too.
            let (left, right) = (JSONValue(json: entry.preview.body), JSONValue(json: sent[rank]))
            for name in ["model", "system", "tools", "stream", "max_tokens", "temperature", "tool_choice"] {
                #expect(left?[name] == right?[name], "\(entry.agent): \(name)")
            }
        }
    }
}
