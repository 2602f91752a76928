/// All tools by name.
public struct ToolRegistry: Sendable {
    /// The tools, in the order they are listed.
    public let tools: [any Tool]
    private let byName: [String: any Tool]

    /// A registry; of two tools with one name the later counts.
    public init(_ tools: [any Tool]) {
        self.tools = tools
        self.byName = Dictionary(tools.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// The tool `name`.
    ///
    /// - Throws: `ToolError.unknownTool`.
    public func tool(_ name: String) throws -> any Tool {
        guard let tool = byName[name] else { throw ToolError.unknownTool(name) }
        return tool
    }

    /// Every tool that comes with Magnus.
    public static let standard = ToolRegistry([
        PositionsTool(), GreeksTool(), ExpiringPositionsTool(), AssignmentTool(), RiskTool(), IncomeTool(), WheelTool(),
        WashSalesTool(), EquityTool(),
        ActivityTool(), AccountsTool(), FreshnessTool(), DecayTool(), HedgeTool(),
        PricesTool(), DividendsTool(), NewsTool(), EarningsTool(), WatchlistsTool(), PredictionsTool(),
        FilingsTool(), SeriesTool(), VolatilityTool(), ChainTool(), ScanTool(), ScreenTool(), RollTool(),
        RecordsTool(), PerformanceTool(), UnusualTool(), CorrelationTool(), TechnicalsTool(), ProbabilityTool(),
        SearchDocumentsTool(),
    ])
}
