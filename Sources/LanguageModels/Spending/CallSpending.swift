import Foundation
public import Storage

/// What the calls of a question came to, as the line below an answer says it.
public struct CallSpending: Hashable, Sendable, CustomStringConvertible {
    /// The sums.
    public var total: UsageTotal

    /// The spending of `total`.
    public init(_ total: UsageTotal) {
        self.total = total
    }

    /// `$0.0031 · 1,204 in (820 cached) / 310 out`; empty where no model was asked.
    ///
    /// A cost that is not known is said to be so: `cost unknown`, `$0.0031 + unknown`; one that is no more than what was set
    /// aside for a call is `up to $0.0031`. So with tokens: `tokens unknown`, `1,204 in / 310 out + unknown`.
    public var description: String {
        guard total.calls > 0 else { return "" }
        return costText + " · " + tokenText
    }

    /// The tokens alone, as far as services counted them.
    private var tokenText: String {
        if total.uncountedCalls > 0, total.input == 0, total.output == 0 { return "tokens unknown" }
        let cached = total.cachedInput > 0 ? " (\(DollarText.count(total.cachedInput)) cached)" : ""
        let counted = "\(DollarText.count(total.input)) in\(cached) / \(DollarText.count(total.output)) out"
        return total.uncountedCalls > 0 ? counted + " + unknown" : counted
    }

    /// The cost alone.
    public var costText: String {
        if total.unknownCosts == total.calls, total.calls > 0 { return "cost unknown" }
        let known = (total.estimatedCosts > 0 ? "up to " : "") + DollarText.text(total.cost)
        return total.unknownCosts > 0 ? known + " + unknown" : known
    }
}
