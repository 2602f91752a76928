import Connectors
import Evidence
import Foundation
import Markets

extension FactSheet {
    /// A long calendar with its measures, the parts of its score and its gates.
    mutating func add(_ candidate: CalendarCandidate, _ origin: Origin) {
        let subjects = [
            "\(candidate.front) / \(candidate.back.expiration)", candidate.front.description,
            candidate.back.description,
            candidate.front.underlying,
        ]
        func number(_ label: String, _ value: Double?, _ unit: Fact.Unit, _ formula: String) {
            add(label, value.map(Fact.Value.number), unit, of: subjects, origin, formula: formula)
        }
        let measures = candidate.measures
        addScore(candidate.score, candidate.gates, of: subjects, origin)
        number(
            FactLabel.debit,
            measures.debit,
            .dollarsPerShare,
            "ask of the back less bid of the front; the most that can be lost"
        )
        number(
            FactLabel.profitAtStrike,
            measures.profitAtStrike,
            .dollarsPerShare,
            "value of the back at the strike less the debit"
        )
        number(
            FactLabel.lowerBreakEven,
            measures.lowerBreakEven,
            .dollarsPerShare,
            "price below the strike without gain or loss"
        )
        number(
            FactLabel.upperBreakEven,
            measures.upperBreakEven,
            .dollarsPerShare,
            "price above the strike without gain or loss"
        )
        number(
            FactLabel.probabilityOfProfit,
            measures.probabilityOfProfit,
            .fraction,
            "lognormal mass between the break-evens"
        )
        number(FactLabel.frontVolatility, candidate.frontVolatility, .fraction, "volatility of the front's mid")
        number(FactLabel.backVolatility, candidate.backVolatility, .fraction, "volatility of the back's mid")
        number(FactLabel.forwardVolatility, measures.forwardVolatility, .fraction, "volatility between the expirations")
        add(
            FactLabel.daysToExpiration,
            .decimal(Decimal(candidate.frontDays)),
            .days,
            of: subjects,
            origin,
            formula: "calendar days to the front expiration"
        )
    }
}

extension FactLabel {
    /// Price per share paid for a spread.
    public static let debit = "debit"
    /// Profit per share of a calendar at the strike when the front expires.
    public static let profitAtStrike = "profit at strike"
    /// Lower price at which nothing is gained or lost.
    public static let lowerBreakEven = "lower break-even"
    /// Upper price at which nothing is gained or lost.
    public static let upperBreakEven = "upper break-even"
    /// Implied volatility of the option sold.
    public static let frontVolatility = "front implied volatility"
    /// Implied volatility of the option bought.
    public static let backVolatility = "back implied volatility"
    /// Implied volatility between the two expirations.
    public static let forwardVolatility = "forward volatility"
}
