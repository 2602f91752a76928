import Agents
import Foundation
import Testing

@Suite struct AgentDeclarationTests {
    private static let prompts = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("prompts/agents")

    @Test(arguments: Roles.names)
    func theShippedAgentsAreDeclaredAndHaveRules(name: String) throws {
        let text = try String(contentsOf: Self.prompts.appendingPathComponent(name + ".md"), encoding: .utf8)
        let declaration = try AgentDeclaration(text: text, file: name + ".md")
        #expect(declaration.name == name)
        #expect(!declaration.prompt.isEmpty)
        #expect(Roles.agent(declaration) != nil)
    }

    @Test func theShippedAgentsFormAPipeline() throws {
        let agents = try Roles.names.map { name in
            let text = try String(contentsOf: Self.prompts.appendingPathComponent(name + ".md"), encoding: .utf8)
            return try #require(Roles.agent(try AgentDeclaration(text: text, file: name + ".md")))
        }
        #expect(try AgentPipeline(agents: agents).order == ["analyst", "researcher", "strategist", "risk-manager"])
    }

    @Test(arguments: [
        ("", "front matter"),
        ("---\nname: a\n", "front matter"),
        ("---\nname: a\nrole: r\ngoal: g\ntools: []\nmodel_tier: free\n---\nx", "time_limit_seconds"),
        ("---\nname: a\nrole: r\ngoal: g\ntools: x\nmodel_tier: free\ntime_limit_seconds: 1\n---\nx", "tools"),
        ("---\nname: a\nrole: r\ngoal: g\ntools: []\nmodel_tier: huge\ntime_limit_seconds: 1\n---\nx", "model_tier"),
        (
            "---\nname: a\nrole: r\ngoal: g\ntools: []\nmodel_tier: free\ntime_limit_seconds: 0\n---\nx",
            "time_limit_seconds"
        ),
        ("---\nname: a\nrole: r\ngoal: g\ntools: []\nmodel_tier: free\ntime_limit_seconds: 1\n---\n\n", "prompt"),
    ])
    func whatIsWrongIsNamed(text: String, named: String) {
        let error = #expect(throws: AgentDeclarationError.self) { try AgentDeclaration(text: text, file: "a.md") }
        #expect(error?.description.contains("a.md") == true)
        #expect(error?.description.contains(named) == true)
    }
}
