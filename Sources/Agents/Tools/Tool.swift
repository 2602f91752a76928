public import Evidence
public import JSON

/// A capability of Magnus: the only way to data. One registry of tools serves the offline plan, the function calls
/// of language models, and every other way in.
public protocol Tool: Sendable {
    /// Unique name in snake case: `expiring_positions`.
    var name: String { get }
    /// What it returns, in a sentence a model or a person can choose by.
    var summary: String { get }
    /// The arguments it takes.
    var parameters: ParameterSchema { get }
    /// Whether its evidence is about the portfolio or about documents.
    var domain: ToolDomain { get }

    /// Gathers evidence. Arguments were checked against `parameters`.
    ///
    /// - Parameters:
    ///   - arguments: A JSON object.
    ///   - identifier: The id the evidence gets, `P1`.
    ///   - context: Where the data of this turn is.
    /// - Throws: `ToolError` where the data cannot be had; the agent that asked reports it and goes on.
    func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence
}

/// What a tool's evidence is about; the first letter of its evidence ids.
public enum ToolDomain: String, Hashable, Sendable, Codable {
    /// Positions, prices and what is computed from them: `P1`.
    case portfolio = "P"
    /// Passages of documents: `D1`.
    case documents = "D"
}

/// One call of a tool, as a plan holds it.
public struct ToolCall: Hashable, Sendable, Codable {
    /// The tool's name.
    public var tool: String
    /// A JSON object.
    public var arguments: JSONValue

    /// A call of `tool` with `arguments`.
    public init(_ tool: String, _ arguments: JSONValue = [:]) {
        self.tool = tool
        self.arguments = arguments
    }
}
