import Assistant
import LanguageModels
import Markets

/// The line on standard error that says what an answer rests on.
enum StatusLine {
    /// `grounded 14/14 figures · confidence 0.82 · data 2026-11-18 15:45 ET · $0.0031 · 1,204 in / 310 out · id 7f3a…`.
    ///
    /// - Parameters:
    ///   - spending: What calls of language models for the answer came to.
    ///   - isRecorded: Whether the answer can be shown again under its id.
    static func text(_ decision: Decision, spending: CallSpending? = nil, isRecorded: Bool = true) -> String {
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
            let replies = decision.exchanges.compactMap(\.reply)
            let kept = replies.count(where: \.isFromCache)
            if kept > 0 { parts.append(kept == 1 ? "kept reply" : "\(kept) kept replies") }
            if let spending, spending.total.calls > 0 {
                parts.append(spending.description)
            } else if kept > 0, kept == decision.exchanges.count {
                parts.append("$0.00")
            } else if let tokens = decision.tokens {
                parts.append("\(tokens.input) tokens read, \(tokens.output) written")
            } else if decision.exchanges.contains(where: \.mayHaveUsedTokens) {
                parts.append("tokens unknown")
            }
        }
        // What is not recorded cannot be shown later.
        if isRecorded, !decision.id.isEmpty { parts.append("id \(decision.id)") }
        return parts.joined(separator: " · ")
    }
}
