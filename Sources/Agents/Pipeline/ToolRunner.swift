public import Evidence
public import LanguageModels

/// Runs tools for one agent, and only those its declaration names.
public struct ToolRunner: Sendable {
    private let registry: ToolRegistry
    private let context: ToolContext
    private let allowed: Set<String>

    /// A runner over `registry` for an agent that may call the tools in `allowed`.
    public init(registry: ToolRegistry, context: ToolContext, allowed: [String]) {
        self.registry = registry
        self.context = context
        self.allowed = Set(allowed)
    }

    /// The evidence of a call.
    ///
    /// - Throws: `ToolError`, or `CancellationError` when the turn was stopped.
    public func run(_ planned: PlannedCall) async throws -> Evidence {
        try Task.checkCancellation()
        let tool = try checkedTool(planned.call)
        return try await tool.run(planned.call.arguments, identifier: planned.evidence, context: context)
    }

    /// The tools the agent may call, as a model is offered them.
    public var offers: [ModelRequest.ToolOffer] {
        registry.tools.filter { allowed.contains($0.name) }.map { tool in
            ModelRequest.ToolOffer(name: tool.name, summary: tool.summary, schema: tool.parameters.json)
        }
    }

    /// Checks a call without running it, and says what its evidence would be about.
    ///
    /// - Throws: `ToolError`.
    func check(_ call: ToolCall) throws -> ToolDomain {
        try checkedTool(call).domain
    }

    private func checkedTool(_ call: ToolCall) throws -> any Tool {
        guard allowed.contains(call.tool) else {
            throw ToolError.unavailable(tool: call.tool, reason: "not among the tools this agent may call")
        }
        let tool = try registry.tool(call.tool)
        try tool.parameters.validate(call.arguments, tool: tool.name)
        return tool
    }
}
