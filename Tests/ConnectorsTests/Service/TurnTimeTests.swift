import Connectors
import Foundation
import Testing

/// The questions of a turn share its time.
@Suite struct TurnTimeTests {
    private let time = ManualTime()

    private func service(_ connectors: [any Connector]) -> DataService {
        DataService(connectors: connectors, clock: time.clock, sleep: time.sleeper)
    }

    @Test func aSecondQuestionHasWhatTheFirstLeft() async throws {
        let silent = FakeResearch("silent", Script(then: .hang))
        let turn = service([silent]).bounded(within: .seconds(5))
        let start = time.now
        await #expect(throws: DataServiceError.self) {
            try await time.passing { try await turn.news(about: ["NVDA"], since: start, limit: 5) }
        }
        let first = time.now.timeIntervalSince(start)
        #expect(first >= 5 && first < 6, "\(first)")
        // Nothing is left: nobody is asked, and that is said.
        let asked = silent.script.questions.count
        let error = await #expect(throws: DataServiceError.self) {
            try await turn.news(about: ["AMD"], since: start, limit: 5)
        }
        #expect(silent.script.questions.count == asked)
        #expect(error?.failures.first?.detail == "there was no time left to ask it")
    }

    @Test func whatIsKeptIsServedWhenTheTimeIsOver() async throws {
        let script = Script()
        let source = FakeResearch("kept", script).with { $0.reports = ["NVDA": .init(newYorkDateOf: time.now)] }
        let whole = service([source])
        let today = source.reports["NVDA"] ?? .beforeHistory
        _ = try await whole.earnings(of: ["NVDA"], in: today...today)
        let turn = whole.bounded(within: .zero)
        let served = try await turn.earnings(of: ["NVDA"], in: today...today)
        #expect(served["NVDA"]?.value.count == 1)
        #expect(script.questions.count == 1)
        // The service itself has its own time for each question still.
        _ = try await whole.earnings(of: ["AMD"], in: today...today)
        #expect(script.questions.count == 2)
    }
}
