import Agents
import Evidence
import Foundation
import JSON
import LanguageModels
import MagnusTestSupport
import Synchronization
import Testing

@testable import Assistant

/// A model that lies and one that does not, over turns of the demonstration.
@Suite(.serialized) struct LyingModelTests {
    private static let intents: [Intent] = [
        .positions, .profitAndLoss, .greeks, .assignment, .risk, .expiring, .price, .earnings, .volatility, .technicals,
    ]

    /// What the owner saw: what was released while it was written, and the answer at the end.
    private struct Seen {
        var released: String
        var decision: Decision
    }

    private static func ask(_ turn: Assistant.Turn, _ assistant: Assistant, saying answer: String) async throws -> Seen
    {
        var turn = turn
        turn.model = ScriptedModel { request, _ in
            // Agents are told nothing of this; the writer says what it says, also when it is asked again.
            request.agent == Synthesiser.agent ? .text(answer) : .text(#"{"findings": []}"#)
        }
        let released = Mutex("")
        let decision = try await assistant.answer(turn) { event in
            if case .released(let text) = event { released.withLock { $0 += text } }
        }
        return Seen(released: released.withLock { $0 }, decision: decision)
    }

    private static func plain(_ text: String) -> String {
        text.replacing("**", with: "").replacing("`", with: "").split(whereSeparator: \.isWhitespace).joined(
            separator: " "
        )
    }

    /// The words of a text without the marks around them, so that 0.53 is not found in $0.53.
    private static func words(_ text: String) -> Set<String> {
        Set(
            text.split(whereSeparator: { $0 == " " || $0 == "|" || $0 == "(" || $0 == ")" }).map { word in
                var word = word
                while let last = word.last, ".,;:!?".contains(last) { word.removeLast() }
                return String(word)
            }
        )
    }

    /// Lies told in each of the ten turns: 200 in all, and the whole thousand where the environment asks for it.
    private static let liesPerTurn = ProcessInfo.processInfo.environment["MAGNUS_FULL_PROOF"] == nil ? 20 : 100

    /// Eighteen kinds of lies in answers of their own; the judge knows each lie's words and looks for them in what was shown.
    ///
    /// None may pass.
    @Test(arguments: 0..<10) func liesDoNotReachTheOwnerUnmarked(_ block: Int) async throws {
        let intent = Self.intents[block]
        let assistant = try TurnTests.assistant()
        let turn = try TurnTests.turn(intent)
        let evidence = try await assistant.answer(turn).evidence
        var liar = Liar(evidence, seed: UInt64(20_261_126 + block))
        var told = 0
        var attempts = 0
        var escaped: [String] = []
        while told < Self.liesPerTurn {
            attempts += 1
            try #require(attempts < 20_000)
            guard let lie = liar.lie(Liar.kinds[attempts % Liar.kinds.count]) else { continue }
            told += 1
            let seen = try await Self.ask(turn, assistant, saying: lie.answer)
            let core = Self.plain(lie.core)
            let isUnmarked = [seen.released, seen.decision.text].map(Self.plain).contains { shown in
                shown.contains(core) || lie.inventedFigure.map { Self.words(shown).contains($0) } ?? false
            }
            if isUnmarked { escaped.append("\(lie.kind): \(lie.core) | \(lie.answer) | \(seen.decision.text)") }
            #expect(seen.decision.writing?.refusals.isEmpty == false || isUnmarked, "\(lie.kind): \(lie.answer)")
        }
        print("lies told in \(intent.rawValue): \(told), shown unmarked: \(escaped.count) \(escaped)")
        #expect(escaped.isEmpty, "\(escaped.joined(separator: "\n"))")
    }
}
