import Evidence
import Foundation
import LanguageModels
import MagnusTestSupport
import Synchronization
import Testing

@testable import Assistant

/// A model that lies, over turns of the demonstration: behind a server on this machine, through the whole client.
@Suite(.serialized) struct LyingModelTests {
    private static let intents: [Intent] = [
        .positions, .profitAndLoss, .greeks, .assignment, .risk, .expiring, .price, .earnings, .volatility, .technicals,
    ]

    /// What the owner saw: what was released while it was written, and the answer at the end.
    private struct Seen {
        var released: String
        var decision: Decision
    }

    private static func ask(
        _ turn: Assistant.Turn,
        _ assistant: Assistant,
        _ model: ModelService
    ) async throws -> Seen {
        var turn = turn
        turn.model = model
        turn.allowsFallback = false
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

    /// Lies told in each of the ten turns: 400 in all, and the whole thousand where the environment asks for it.
    private static let liesPerTurn = ProcessInfo.processInfo.environment["MAGNUS_FULL_PROOF"] == nil ? 40 : 100
    /// Turns that go on at once.
    private static let width = 4

    /// Eighteen kinds of lies in answers of their own; the judge knows each lie's words and looks for them in what was shown.
    ///
    /// None may pass.
    @Test(arguments: 0..<10) func liesDoNotReachTheOwnerUnmarked(_ block: Int) async throws {
        let intent = Self.intents[block]
        let assistant = try TurnTests.assistant()
        let turn = try TurnTests.turn(intent)
        let evidence = try await assistant.answer(turn).evidence
        var liar = Liar(evidence, seed: UInt64(20_261_126 + block))
        var lies: [Lie] = []
        var attempts = 0
        while lies.count < Self.liesPerTurn {
            attempts += 1
            try #require(attempts < 20_000)
            if let lie = liar.lie(Liar.kinds[attempts % Liar.kinds.count]) { lies.append(lie) }
        }
        let server = try SpeakingServer()
        let escaped = try await withThrowingTaskGroup(of: String?.self) { group in
            var escaped: [String] = []
            for (number, lie) in lies.enumerated() {
                if number >= Self.width, let outcome = try await group.next() {
                    escaped += [outcome].compactMap(\.self)
                }
                group.addTask {
                    let model = server.model(saying: lie.answer, number: number)
                    return Self.escape(of: lie, in: try await Self.ask(turn, assistant, model))
                }
            }
            for try await outcome in group { escaped += [outcome].compactMap(\.self) }
            return escaped
        }
        print("lies told in \(intent.rawValue): \(lies.count), shown unmarked: \(escaped.count) \(escaped)")
        #expect(escaped.isEmpty, "\(escaped.joined(separator: "\n"))")
        // Each was said over the wire, half of them in each protocol, and each call is in the account.
        let requests = server.requests
        #expect(requests.openAI >= lies.count / 2 && requests.anthropic >= lies.count / 2)
        #expect(try server.booked().calls == requests.openAI + requests.anthropic)
    }

    /// What was shown of a lie that was not marked; nil where it was.
    private static func escape(of lie: Lie, in seen: Seen) -> String? {
        let core = plain(lie.core)
        let isUnmarked = [seen.released, seen.decision.text].map(plain).contains { shown in
            shown.contains(core) || lie.inventedFigure.map { words(shown).contains($0) } ?? false
        }
        #expect(seen.decision.writing?.refusals.isEmpty == false || isUnmarked, "\(lie.kind): \(lie.answer)")
        return isUnmarked ? "\(lie.kind): \(lie.core) | \(lie.answer) | \(seen.decision.text)" : nil
    }
}
