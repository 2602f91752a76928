import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Dates of earnings reports.
public struct EarningsTool: Tool {
    /// `earnings`.
    public let name = "earnings"
    /// What it returns.
    public let summary =
        "Next earnings reports of tickers: date, before or after the session, expected earnings per share"
    /// Which tickers, how far ahead.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers; all that are held when absent or empty", .strings),
        .init("days", "How many days ahead; 60 when absent", .integer(1...365)),
    ])
    /// The market.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The next report of each ticker, the soonest first.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let data = try context.requireData(name)
        let symbols = context.symbols(arguments)
        let days = arguments["days"]?.integer ?? 60
        let today = context.market.today
        var sheet = FactSheet(identifier: identifier, tool: name, isDemo: context.isDemo)
        sheet.addFixed(FactLabel.daysAhead, .decimal(Decimal(days)), .days, source: "rule")
        let batch = try await sheet.gather {
            try await data.earnings(of: symbols, in: today...today.adding(days: days))
        }
        guard let batch else { return sheet.evidence(summary: "earnings reports") }
        sheet.note(batch.failures)
        for note in batch.notes { sheet.addGap(note) }
        let reports = batch.answers.values.compactMap { served in
            served.value.filter { $0.date >= today }.min { $0.date < $1.date }.map { (report: $0, served: served) }
        }
        .sorted { ($0.report.date, $0.report.symbol) < ($1.report.date, $1.report.symbol) }
        for (report, served) in reports {
            let subjects = [report.symbol]
            let origin = Origin(served, isDemo: context.isDemo)
            sheet.add(FactLabel.earningsDate, report.date, of: subjects, origin)
            sheet.add(
                FactLabel.daysToEarnings,
                .decimal(Decimal(today.days(until: report.date))),
                .days,
                of: subjects,
                origin.computed,
                formula: "calendar days from New York's date to the report"
            )
            sheet.add(FactLabel.session, report.session.words, of: subjects, origin)
            sheet.add(
                FactLabel.estimate,
                report.estimate.map(Fact.Value.decimal),
                .dollarsPerShare,
                of: subjects,
                origin
            )
            sheet.add(
                FactLabel.confirmed,
                report.isConfirmed.map { $0 ? "confirmed" : "projected" },
                of: subjects,
                origin
            )
        }
        for symbol in symbols where !reports.contains(where: { $0.report.symbol == symbol }) {
            if let error = batch.missing[symbol] {
                sheet.addGap("the earnings date of \(symbol) is not known: \(error)")
            } else {
                sheet.addGap("no earnings report of \(symbol) is listed in that time")
            }
        }
        return sheet.evidence(summary: "\(reports.count) earnings reports")
    }
}

extension EarningsReport.Session {
    /// How it is said.
    fileprivate var words: String {
        switch self {
        case .beforeOpen: "before the open"
        case .afterClose: "after the close"
        case .duringSession: "during the session"
        case .unknown: "time not said"
        }
    }
}

extension FactLabel {
    /// The day of the next earnings report.
    public static let earningsDate = "earnings date"
    /// Calendar days to it.
    public static let daysToEarnings = "days to earnings"
    /// When in the day it comes.
    public static let session = "session"
    /// Earnings per share expected.
    public static let estimate = "expected earnings"
    /// Whether a date is confirmed.
    public static let confirmed = "status"
}
