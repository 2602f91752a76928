import Foundation
import Markets

/// The answer for one contract as a person reads it: theta per day, vega and rho per point.
struct ContractSheet {
    /// The lines to print.
    let lines: [StyledText]

    /// The lines of an answer.
    init(_ answer: ContractAnswer) {
        switch answer {
        case .error(let reason):
            lines = [StyledText(reason, .warning, shape: .line)]
        case .volatility(let volatility):
            lines = [Self.line("Implied volatility", Self.number(100 * volatility, digits: 4) + " %")]
        case .greeks(let greeks):
            lines = [
                Self.line("Price", Self.number(greeks.price, digits: 4) + " per share"),
                Self.line("Delta", Self.number(greeks.delta, digits: 4)),
                Self.line("Gamma", Self.number(greeks.gamma, digits: 5)),
                Self.line("Theta", Self.number(greeks.thetaPerDay, digits: 4) + " per day"),
                Self.line("Vega", Self.number(greeks.vegaPerPoint, digits: 4) + " per volatility point"),
                Self.line("Rho", Self.number(greeks.rhoPerPoint, digits: 4) + " per 1 % of the interest rate"),
            ]
        }
    }

    private static func line(_ name: String, _ value: String) -> StyledText {
        StyledText(name.padding(toLength: 20, withPad: " ", startingAt: 0) + value, .plain, shape: .line)
    }

    private static func number(_ value: Double, digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
