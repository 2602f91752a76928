import Agents
import LanguageModels
import Testing

@testable import Assistant

@Suite struct ModelRoutingTests {
    @Test func whatComesWithMagnusCoversEveryQuestion() throws {
        let routing = try TurnTests.policy().routing
        #expect(routing.route(.positions) == .init(writer: .cheap))
        #expect(routing.route(.risk).writer == .strong)
        #expect(routing.route(.risk).agents.contains("risk-manager"))
        for intent in [Intent.help, .order, .explanation, .sources] { #expect(routing.route(intent).writer == nil) }
        // A question that is not complex calls a model once at most.
        for intent in Intent.allCases
        where routing.route(intent).agents.isEmpty && routing.route(intent).writer == .cheap {
            #expect(!routing.route(intent).repairs)
        }
    }

    private static func yaml(_ line: String, without missing: Intent? = nil) -> String {
        "intents:\n" + line
            + Intent.allCases.filter { !line.contains("  \($0.rawValue):") && $0 != missing }
            .map { "  \($0.rawValue): {writer: none}\n" }.joined()
    }

    @Test(arguments: [
        ("intents: [", "", "it is not YAML"),
        ("models: {}", "models", "there is no such setting"),
        (yaml("  positions: {writer: mighty}\n"), "intents.positions.writer", "must be none, free, cheap or strong"),
        (yaml("  positions: {agents: []}\n"), "intents.positions.writer", "it is missing"),
        (
            yaml("  positions: {writer: cheap, agents: [oracle]}\n"), "intents.positions.agents",
            "there is no agent 'oracle'"
        ),
        (yaml("  positions: {writer: cheap, agents: analyst}\n"), "intents.positions.agents", "must be a list"),
        (yaml("  positions: {writer: cheap, repairs: often}\n"), "intents.positions.repairs", "must be true or false"),
        (yaml("  positions: {writer: cheap, tier: 3}\n"), "intents.positions.tier", "there is no such setting"),
        (yaml("  weather: {writer: cheap}\n"), "intents.weather", "there is no such kind of question"),
        (yaml("  positions: cheap\n"), "intents.positions", "must be a mapping"),
        (yaml("", without: .news), "intents.news", "it is missing"),
    ])
    func refusesWhatDoesNotHold(text: String, field: String, reason: String) {
        let error = #expect(throws: ModelRoutingError.self) {
            _ = try ModelRouting(yaml: text, file: "routing.yaml", agents: Roles.names)
        }
        #expect(error?.field == field)
        #expect(error?.reason.contains(reason) == true)
        #expect(error?.description.hasPrefix("routing.yaml: ") == true)
    }
}
