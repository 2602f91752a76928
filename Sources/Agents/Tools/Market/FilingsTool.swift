import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Filings of a company with the SEC, and figures in them.
public struct FilingsTool: Tool {
    /// `filings`.
    public let name = "filings"
    /// What it returns.
    public let summary = "The latest SEC filings of a company, or one reported figure over the periods"
    /// Which company, which forms, or which figure.
    public let parameters = ParameterSchema([
        .init("symbol", "The company's ticker", .string, isRequired: true),
        .init("forms", "Forms such as 10-K and 8-K; all when absent or empty", .strings),
        .init("concept", "A reported figure such as Revenues or NetIncomeLoss, in place of the filings", .string),
        .init("limit", "At most so many; 10 when absent", .integer(1...40)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The filings, or the figures, the latest first.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let symbol = (arguments["symbol"]?.string ?? "").uppercased()
        let limit = arguments["limit"]?.integer ?? 10
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        if let concept = arguments["concept"]?.string, !concept.isEmpty {
            let served = try await sheet.gather { try await data.figures(of: symbol, concept: concept) }
            guard let served else { return sheet.evidence(summary: "reported figures") }
            sheet.note(served)
            for figure in served.value.suffix(limit).reversed() {
                add(figure, Origin(served, isDemo: context.isDemo), to: &sheet)
            }
            return sheet.evidence(summary: "reported figures of \(symbol)")
        }
        let forms = arguments["forms"]?.array?.compactMap { $0.string?.uppercased() } ?? []
        let served = try await sheet.gather { try await data.filings(of: symbol, forms: forms, limit: limit) }
        guard let served else { return sheet.evidence(summary: "filings") }
        sheet.note(served)
        for filing in served.value.prefix(limit) {
            let origin = Origin(served, isDemo: context.isDemo)
            let subjects = ["\(filing.symbol) \(filing.form) \(filing.accession)", filing.symbol]
            sheet.add(FactLabel.form, filing.form, of: subjects, origin)
            sheet.add(FactLabel.filed, filing.filed, of: subjects, origin)
            sheet.add(FactLabel.period, filing.period, of: subjects, origin)
            sheet.add(FactLabel.filingTitle, filing.title, of: subjects, origin)
            sheet.add(FactLabel.address, filing.url, of: subjects, origin)
        }
        return sheet.evidence(summary: "filings of \(symbol)")
    }

    private func add(_ figure: ReportedFigure, _ origin: Origin, to sheet: inout FactSheet) {
        let period = figure.start.map { "\($0) to \(figure.end)" } ?? "\(figure.end)"
        let subjects = ["\(figure.concept) \(period)", figure.symbol]
        let unit: Fact.Unit =
            figure.unit == "USD" ? .dollars : (figure.unit.contains("USD/shares") ? .dollarsPerShare : .ratio)
        sheet.add(FactLabel.concept, figure.concept, of: subjects, origin)
        sheet.add(FactLabel.reported, .decimal(figure.value), unit, of: subjects, origin)
        sheet.add(FactLabel.unit, figure.unit, of: subjects, origin)
        sheet.add(FactLabel.periodStart, figure.start, of: subjects, origin)
        sheet.add(FactLabel.period, figure.end, of: subjects, origin)
        sheet.add(FactLabel.form, figure.form, of: subjects, origin)
        sheet.add(FactLabel.filed, figure.filed, of: subjects, origin)
    }
}

extension FactLabel {
    /// The form of a filing.
    public static let form = "form"
    /// The day it was filed.
    public static let filed = "filed"
    /// The end of the period it is about.
    public static let period = "period end"
    /// The beginning of the period it is about.
    public static let periodStart = "period start"
    /// What a filing is called.
    public static let filingTitle = "title"
    /// What a reported figure is of.
    public static let concept = "concept"
    /// A reported figure.
    public static let reported = "reported"
    /// What a figure is measured in.
    public static let unit = "unit"
}
