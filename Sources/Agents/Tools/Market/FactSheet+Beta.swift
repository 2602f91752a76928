import Evidence
import Foundation
import Markets

extension FactSheet {
    /// How a ticker moves with an index, with what that rests on.
    ///
    /// - Parameters:
    ///   - subjects: Whom the facts are about.
    ///   - moment: The close of the last day compared.
    mutating func add(_ estimate: BetaEstimate, of subjects: [String], against index: String, _ moment: Date?) {
        func add(_ label: String, _ value: Fact.Value?, _ unit: Fact.Unit, _ formula: String, _ inputs: [String] = []) {
            guard let value else { return }
            addPriced(
                label,
                value,
                unit,
                of: subjects,
                source: "computed",
                asOf: moment,
                formula: formula,
                inputs: inputs
            )
        }
        add(
            FactLabel.betaEstimate,
            .number(estimate.beta),
            .ratio,
            estimate.isAssumed
                ? "taken to be one: fewer than sixty common returns"
                : "slope of daily log returns on those of \(index), last 252 sessions"
        )
        add(
            FactLabel.rSquared,
            estimate.rSquared.map(Fact.Value.number),
            .ratio,
            "variance the index explains / variance"
        )
        add(
            FactLabel.betaReturns,
            .decimal(Decimal(estimate.observations)),
            .count,
            "days on which both have a return"
        )
        addFixed(
            FactLabel.betaBasis,
            .text(estimate.isAssumed ? "assumed" : "estimated"),
            .text,
            of: subjects,
            source: "computed",
            formula: "estimated from sixty common returns or more, else assumed"
        )
    }
}

extension FactLabel {
    /// Slope of a ticker's daily returns on an index's, computed here.
    public static let betaEstimate = "beta estimate"
    /// The part of its variance that the index explains.
    public static let rSquared = "r squared"
    /// Days a beta rests on.
    public static let betaReturns = "returns in beta"
    /// Whether it was estimated, or is assumed to be one.
    public static let betaBasis = "beta basis"
}
