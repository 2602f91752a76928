import Foundation
import JSON
import Markets

/// What is computed of a contract.
enum ContractQuestion: Sendable {
    /// Price and Greeks at a volatility.
    case price
    /// The volatility at a price.
    case volatility
}

/// What `magnus price` and `magnus iv` say of one contract.
enum ContractAnswer: Sendable {
    case greeks(Greeks)
    case volatility(Double)
    case error(String)

    /// Whether something was computed.
    var isAnswered: Bool {
        if case .error = self { return false }
        return true
    }

    /// The most bytes that a line may have.
    static let longestLine = 1_000_000

    /// The answer to a line of JSON.
    init(_ question: ContractQuestion, line: Data, pricer: OptionPricer) {
        guard line.count <= Self.longestLine else {
            self = .error("the line is longer than \(Self.longestLine) bytes")
            return
        }
        guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else {
            self = .error("the line is empty")
            return
        }
        do {
            self.init(question, try ContractLine(json: line), pricer: pricer)
        } catch {
            self = .error(String(describing: error))
        }
    }

    /// The answer for a contract.
    init(_ question: ContractQuestion, _ contract: ContractLine, pricer: OptionPricer) {
        do {
            let terms = try contract.terms()
            switch question {
            case .price:
                guard let volatility = contract.volatility else {
                    throw ContractLine.Refusal(description: "volatility is missing")
                }
                self = .greeks(try pricer.greeks(terms, volatility: volatility))
            case .volatility:
                guard let price = contract.price else { throw ContractLine.Refusal(description: "price is missing") }
                self = .volatility(try pricer.impliedVolatility(terms, price: price))
            }
        } catch {
            self = .error(String(describing: error))
        }
    }

    /// The answer as one line of JSON, without its line break. Numbers have as many digits as tell them from their
    /// neighbours; the library lets none out that is not finite.
    var json: String {
        switch self {
        case .greeks(let greeks):
            let values = [
                ("price", greeks.price), ("delta", greeks.delta), ("gamma", greeks.gamma), ("theta", greeks.theta),
                ("vega", greeks.vega), ("rho", greeks.rho),
            ]
            return "{" + values.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
        case .volatility(let volatility):
            return "{\"volatility\":\(volatility)}"
        case .error(let reason):
            // A string alone is always JSON; the fallback keeps the form of the line.
            return "{\"error\":\((try? JSONWriter().text(reason)) ?? "\"not computable\"")}"
        }
    }
}
