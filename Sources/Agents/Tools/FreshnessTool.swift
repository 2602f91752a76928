import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// What is not current, and why.
public struct FreshnessTool: Tool {
    /// `freshness`.
    public let name = "freshness"
    /// What it returns.
    public let summary = "What is not current and why: prices, holdings, and sources that failed or rest"
    /// It takes no arguments.
    public let parameters = ParameterSchema()
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// One fact for each price that is older than it should be, for the holdings, and for each source that did not answer
    /// last time.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        var checked = 0
        for position in context.valuation?.positions ?? [] {
            guard let mark = position.mark else { continue }
            checked += 1
            let subjects = position.position.instrument.factSubjects
            if let reason = mark.staleness ?? reason(context.quoteFreshness[position.position.instrument.symbol]) {
                sheet.addPriced(
                    FactLabel.notCurrent,
                    .text(reason),
                    .text,
                    of: subjects,
                    source: "computed",
                    asOf: mark.asOf,
                    staleness: reason,
                    formula: "age of the quote against the session, or what its source says"
                )
            }
        }
        sheet.addFixed(
            FactLabel.checkedPrices,
            .decimal(Decimal(checked)),
            .count,
            source: "computed",
            formula: "count of what is held with a price"
        )
        if let holdings = context.holdings, let reason = reason(holdings.freshness) {
            sheet.addHeld(
                FactLabel.notCurrent,
                .text(reason),
                .text,
                of: ["holdings"],
                source: context.portfolioSource,
                record: .unkeyed
            )
        }
        for status in context.data?.status() ?? [] where status.readiness.isReady {
            guard let failure = status.lastFailure, failure > status.lastSuccess ?? .distantPast else { continue }
            let detail = status.lastFailureDetail ?? "it did not answer"
            let words = status.restsUntil == nil ? detail : "\(detail); it rests for a while"
            sheet.addFixed(FactLabel.sourceFailure, .text(words), .text, of: [status.name], source: status.title)
        }
        return sheet.evidence(summary: "what is not current")
    }

    private func reason(_ freshness: Freshness?) -> String? {
        if case .stale(let reason)? = freshness { return reason }
        return nil
    }
}

extension FactLabel {
    /// Why something is not current.
    public static let notCurrent = "not current"
    /// Why a source did not answer when it was asked last.
    public static let sourceFailure = "source failure"
    /// Prices that were looked at.
    public static let checkedPrices = "prices checked"
}
