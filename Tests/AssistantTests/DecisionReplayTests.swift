import Foundation
import Testing

@testable import Assistant

/// What is found where a record is not what it was. That untouched ones are made anew to the byte, whoever worded them, is checked by the
/// tests of turns and of writing.
@Suite struct DecisionReplayTests {
    private func decision(_ intent: Intent = .positions) async throws -> Decision {
        try await TurnTests.assistant().answer(try TurnTests.turn(intent))
    }

    @Test func aChangedAnswerIsFound() async throws {
        var decision = try await decision()
        decision.text = decision.text.replacing("$104.62", with: "$104.63")
        let replay = try await DecisionReplay(decision)
        #expect(replay.differences == [.id, .text])
        #expect(!replay.isIntact && !replay.isSame)
        #expect(replay.replayed.text.contains("$104.62"))
    }

    @Test func aChangedFactIsFound() async throws {
        var decision = try await decision()
        let place = try #require(
            decision.reports.firstIndex { report in report.evidence.contains { !$0.facts.isEmpty } }
        )
        let rank = try #require(decision.reports[place].evidence[0].facts.firstIndex { $0.label == "mark" })
        decision.reports[place].evidence[0].facts[rank].value = .decimal(1)
        let replay = try await DecisionReplay(decision)
        #expect(replay.differences.contains(.id))
        #expect(replay.differences.contains(.text))
    }

    @Test func aChangeThatNoAnswerShowsIsFound() async throws {
        var decision = try await decision()
        decision.request.question += " "
        let replay = try await DecisionReplay(decision)
        #expect(replay.differences == [.id])
        #expect(replay.isSame && !replay.isIntact)
    }

    @Test func anExplanationIsMadeAnewFromTheAnswerBeforeIt() async throws {
        let assistant = try TurnTests.assistant()
        let first = try await decision(.assignment)
        for intent in [Intent.explanation, .sources] {
            var turn = try TurnTests.turn(intent, question: "why?")
            turn.previous = first
            let explanation = try await assistant.answer(turn)
            try await TurnTests.expectReplay(of: explanation, after: first)
            await #expect(throws: AssistantError.nothingToExplain) { try await DecisionReplay(explanation) }
        }
    }
}
