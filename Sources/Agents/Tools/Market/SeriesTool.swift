import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Macro-economic series.
public struct SeriesTool: Tool {
    /// `macro_series`.
    public let name = "macro_series"
    /// What it returns.
    public let summary = "The latest observations of a macro-economic series of FRED, such as DGS3MO or CPIAUCSL"
    /// Which series, how far back.
    public let parameters = ParameterSchema([
        .init("series", "The identifier of the series", .string, isRequired: true),
        .init("days", "How many days back; 400 when absent", .integer(1...20_000)),
        .init("limit", "At most so many observations; 8 when absent", .integer(1...60)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The observations, the latest first.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let series = (arguments["series"]?.string ?? "").uppercased()
        let today = context.market.today
        let start = today.adding(days: -(arguments["days"]?.integer ?? 400))
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        let served = try await sheet.gather { try await data.series(series, in: start...today) }
        guard let served else { return sheet.evidence(summary: "series \(series)") }
        sheet.note(served)
        let known = served.value.filter { $0.value != nil }.suffix(arguments["limit"]?.integer ?? 8)
        for observation in known.reversed() {
            let subjects = ["\(series) \(observation.date)"]
            let origin = Origin(served, asOf: observation.date.newYorkInstant(hour: 16), isDemo: context.isDemo)
            sheet.add(FactLabel.series, series, of: subjects, origin)
            sheet.add(FactLabel.observed, observation.date, of: subjects, origin)
            sheet.add(FactLabel.observation, observation.value.map(Fact.Value.decimal), .ratio, of: subjects, origin)
        }
        return sheet.evidence(summary: "\(known.count) observations of \(series)")
    }
}

extension FactLabel {
    /// The identifier of a series.
    public static let series = "series"
    /// The day an observation is of.
    public static let observed = "date"
    /// What was observed, in the series' own unit.
    public static let observation = "observation"
}
