public import Evidence

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
        guard allowed.contains(planned.call.tool) else {
            throw ToolError.unavailable(tool: planned.call.tool, reason: "not among the tools this agent may call")
        }
        let tool = try registry.tool(planned.call.tool)
        try tool.parameters.validate(planned.call.arguments, tool: tool.name)
        return try await tool.run(planned.call.arguments, identifier: planned.evidence, context: context)
    }
}
