import Assistant
import LanguageModels
import Markets

/// The line on standard error that says what an answer rests on.
enum StatusLine {
    /// `grounded 14/14 figures · confidence 0.82 · data 2026-11-18 15:45 ET · $0.0031 · 1,204 in / 310 out · id 7f3a…`.
    ///
    /// - Parameter spending: What calls of language models for the answer came to.
    static func text(_ decision: Decision, spending: CallSpending? = nil) -> String {
        let grounding = decision.grounding
        var parts = ["grounded \(grounding.matched)/\(grounding.checked) figures"]
        if grounding.struck > 0 { parts.append("\(grounding.struck) struck") }
        parts.append("confidence \(decision.confidence.value.rounded(toPlaces: 2))")
        if decision.request.intent.needsPortfolio {
            let oldest = decision.evidence.flatMap(\.facts).compactMap(\.asOf).min()
            parts.append("data \(NewYorkTime.description(of: oldest ?? decision.now))")
        }
        if decision.exchanges.isEmpty {
            parts.append("no model, $0.00")
        } else {
            parts.append("by \(TerminalText.sanitised(decision.writer, shape: .line))")
            if let spending, spending.total.calls > 0 {
                parts.append(spending.description)
            } else if let tokens = decision.tokens {
                parts.append("\(tokens.input) tokens read, \(tokens.output) written")
            } else if decision.exchanges.contains(where: \.mayHaveUsedTokens) {
                parts.append("tokens unknown")
            }
        }
        // A table is not recorded, so there is nothing to show later.
        if !decision.id.isEmpty { parts.append("id \(decision.id)") }
        return parts.joined(separator: " · ")
    }
}
