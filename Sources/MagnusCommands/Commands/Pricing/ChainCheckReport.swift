import Foundation
import Markets

/// What `magnus chain --check` prints.
struct ChainCheckReport: Encodable {
    /// One contradiction of quotes.
    struct Violation: Encodable {
        var rule: ChainCheck.Rule
        var contracts: [String]
        /// Dollars per share.
        var gain: Double
    }

    /// An option whose mid is possible but has no volatility, and why.
    struct Unsolved: Encodable {
        var contract: String
        var mid: Double
        var reason: String
    }

    var symbol: String
    var asOf: Date
    var underlyingPrice: Double
    var unexpired: Int
    var quoted: Int
    var solvable: Int
    var solved: Int
    var violationCounts: [String: Int]
    var violations: [Violation]
    var unsolved: [Unsolved]

    /// The report of a check.
    init(_ check: ChainCheck, symbol: String, asOf: Date, price: Double) {
        self.symbol = symbol
        self.asOf = asOf
        underlyingPrice = price
        unexpired = check.unexpired
        quoted = check.quoted.count
        solvable = check.solvable
        solved = check.solved
        violationCounts = Dictionary(
            uniqueKeysWithValues: ChainCheck.Rule.allCases.map { rule in
                (rule.rawValue, check.violations.filter { $0.rule == rule }.count)
            }
        )
        violations = check.violations.map {
            Violation(rule: $0.rule, contracts: $0.contracts.map(\.symbol), gain: ($0.gain * 1e6).rounded() / 1e6)
        }
        unsolved = check.quoted.filter { $0.isSolvable && $0.volatility == nil }.map {
            Unsolved(contract: $0.contract.symbol, mid: $0.mid, reason: $0.refusal?.description ?? "")
        }
    }

    /// The report in words, at most `most` violations of each rule.
    func lines(most: Int) -> [StyledText] {
        var texts = [
            "\(symbol) at \(String(format: "%.2f", underlyingPrice)), quotes of \(NewYorkTime.description(of: asOf))",
            "\(unexpired) unexpired options, \(quoted) with bid and ask; \(solvable) mids within the bounds of American options, "
                + "\(solved) of them with an implied volatility",
        ]
        texts += unsolved.prefix(most).map { "  no volatility: \($0.contract) at \($0.mid): \($0.reason)" }
        for rule in ChainCheck.Rule.allCases {
            let found = violations.filter { $0.rule == rule }
            guard !found.isEmpty else { continue }
            texts.append("\(Self.name(rule)): \(found.count)")
            texts += found.prefix(most).map {
                "  \($0.contracts.joined(separator: " / ")) by \(String(format: "%.2f", $0.gain)) per share"
            }
            if found.count > most { texts.append("  and \(found.count - most) more; --all shows them") }
        }
        if violations.isEmpty { texts.append("No quote contradicts another.") }
        return texts.map { StyledText($0, .plain, shape: .line) }
    }

    private static func name(_ rule: ChainCheck.Rule) -> String {
        switch rule {
        case .crossed: "Bid above ask"
        case .belowIntrinsic: "Ask below the exercise value"
        case .aboveBound: "Bid above the highest possible value"
        case .parity: "Put-call parity broken"
        case .monotonicity: "The better strike is cheaper"
        case .verticalWidth: "Prices of two strikes differ by more than the strikes"
        case .convexity: "The middle of three strikes is too dear"
        case .calendar: "The later expiration is cheaper"
        }
    }
}
