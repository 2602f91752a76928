public import Agents
import Evidence

/// How far an answer can be relied on, computed from its data and never asked of a model.
///
/// Coverage x freshness x completeness for what rests on facts, relevance for what rests on passages:
/// - coverage: the part of the positions asked for that is priced;
/// - freshness: 1 where all values are current, less half of the part that is stale;
/// - completeness: 0.8 for each agent that failed or was late.
public struct Confidence: Hashable, Sendable, Codable {
    /// Below this an answer informs and does not suggest.
    public static let suggestionLimit = 0.7

    /// From 0 to 1.
    public var value: Double
    /// The part of the positions that is priced; nil where no positions were asked for.
    public var coverage: Double?
    /// 1 less half of the part of values that is stale.
    public var freshness: Double
    /// How likely the best passage answers the question; nil where no documents were asked.
    public var relevance: Double?
    /// Agents that failed or were late.
    public var missingAgents: Int

    /// The confidence that the agents' reports carry.
    public init(_ reports: [AgentReport]) {
        let facts = FactIndex(reports.flatMap(\.evidence))
        let subjects = facts.subjects(with: FactLabel.quantity)
        let unpriced = subjects.filter { facts.fact(FactLabel.gap, of: $0) != nil }
        coverage = subjects.isEmpty ? nil : Double(subjects.count - unpriced.count) / Double(subjects.count)

        let dated = facts.facts.filter { $0.asOf != nil }
        let stale = dated.filter { fact in
            if case .stale = fact.freshness { return true }
            return false
        }
        freshness = dated.isEmpty ? 1 : 1 - 0.5 * Double(stale.count) / Double(dated.count)

        let searches = reports.flatMap(\.evidence).filter { $0.id.hasPrefix(ToolDomain.documents.rawValue) }
        let hasPortfolio = reports.flatMap(\.evidence).contains { $0.id.hasPrefix(ToolDomain.portfolio.rawValue) }
        relevance = searches.isEmpty || hasPortfolio ? nil : facts.number("relevance") ?? 0
        missingAgents = reports.filter { $0.outcome != .completed }.count

        var value = (coverage ?? 1) * freshness * (relevance ?? 1)
        for _ in 0..<missingAgents { value *= 0.8 }
        self.value = min(1, max(0, value))
    }

    /// Whether suggestions may be made.
    public var allowsSuggestions: Bool {
        value >= Confidence.suggestionLimit
    }
}
