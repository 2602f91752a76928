public import LanguageModels

extension FindingForm {
    /// What stands in a request where the findings of an agent's model will stand, which nobody knows before it is asked.
    public static func unknown(of agent: String) -> String {
        "⟨not known before the reply: what the model of \(agent) finds⟩"
    }

    /// A reply that puts `unknown(of:)` in the place of the findings that the model of `request.agent` will state, so that the
    /// requests after it can be shown; nil for a request of no agent.
    public static func standIn(for request: ModelRequest) -> String? {
        guard request.system.hasSuffix(instructions) else { return nil }
        guard let evidence = evidence(offeredIn: request) else { return #"{"findings": []}"# }
        return
            #"{"findings": [{"claim": "\#(unknown(of: request.agent))", "severity": "information", "evidence": ["\#(evidence)"]}]}"#
    }

    /// The id of the first evidence that is offered: that of a fact's line without the fact's own number.
    private static func evidence(offeredIn request: ModelRequest) -> String? {
        for line in request.messages.flatMap({ $0.text.split(separator: "\n") }) {
            guard line.contains(" | "), let id = line.split(separator: " ").first, let point = id.firstIndex(of: "."),
                let first = id.first, "PD".contains(first),
                id[id.index(after: id.startIndex)..<point].allSatisfy(\.isNumber)
            else { continue }
            return String(id[..<point])
        }
        return nil
    }
}
