import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// How high implied volatility stands.
public struct VolatilityTool: Tool {
    /// `volatility`.
    public let name = "volatility"
    /// What it returns.
    public let summary = "Implied volatility of tickers with IV rank and percentile, historical volatility and beta"
    /// Which tickers.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers; all that are held when absent or empty", .strings)
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The measures of each ticker.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let symbols = context.symbols(arguments)
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        guard let batch = try await sheet.gather({ try await data.volatility(of: symbols) }) else {
            return sheet.evidence(summary: "volatility")
        }
        sheet.note(batch.failures)
        for note in batch.notes { sheet.addGap(note) }
        for (symbol, served) in batch.answers.sorted(by: { $0.key < $1.key }) {
            let measures = served.value
            let subjects = [symbol]
            let origin = Origin(served, asOf: measures.asOf, isDemo: context.isDemo)
            func add(_ label: String, _ value: Double?, _ unit: Fact.Unit, _ formula: String? = nil) {
                sheet.add(label, value.map(Fact.Value.number), unit, of: subjects, origin, formula: formula)
            }
            add(FactLabel.impliedVolatility, measures.impliedVolatility, .fraction)
            add(FactLabel.rank, measures.rank, .ratio, "place of the latest between a year's lowest and highest")
            add(FactLabel.percentile, measures.percentile, .ratio, "part of a year's days on which it was lower")
            add(FactLabel.historicalVolatility, measures.historicalVolatility, .fraction)
            add(FactLabel.beta, measures.beta, .ratio)
            sheet.add(FactLabel.measuredBy, served.source, of: subjects, origin, record: .unkeyed)
        }
        for (symbol, error) in batch.missing.sorted(by: { $0.key < $1.key }) {
            sheet.addGap("the implied volatility of \(symbol) is not known: \(error)")
        }
        return sheet.evidence(summary: "volatility of \(batch.answers.count) tickers")
    }
}

extension FactLabel {
    /// Where implied volatility stands between its lowest and highest of a year, 0 to 100.
    public static let rank = "IV rank"
    /// The part of a year's days on which it was lower, 0 to 100.
    public static let percentile = "IV percentile"
    /// Volatility of past prices per year.
    public static let historicalVolatility = "historical volatility"
    /// Beta against the broad market.
    public static let beta = "beta"
    /// Whose measures these are.
    public static let measuredBy = "measured by"
}
