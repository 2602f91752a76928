/// What a tool returned: facts and passages, under an id that an answer can cite.
public struct Evidence: Hashable, Sendable, Identifiable, Codable {
    /// `P1` for portfolio and market data, `D2` for documents, in the order of the turn.
    public var id: String
    /// The tool that returned it.
    public var tool: String
    /// What it is, in a few words: `positions as of 2026-11-18 15:45 ET`.
    public var summary: String
    /// Values.
    public var facts: [Fact]
    /// Pieces of documents.
    public var passages: [Passage]
    /// What is missing and why, in words for the owner.
    public var gaps: [String]

    /// Evidence with all its values.
    public init(
        id: String,
        tool: String,
        summary: String,
        facts: [Fact] = [],
        passages: [Passage] = [],
        gaps: [String] = []
    ) {
        self.id = id
        self.tool = tool
        self.summary = summary
        self.facts = facts
        self.passages = passages
        self.gaps = gaps
    }
}
