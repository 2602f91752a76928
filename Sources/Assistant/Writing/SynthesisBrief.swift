import Agents
import Evidence
import JSON
import LanguageModels

/// What the model that writes the answer is told: the question, the facts under their ids, the passages under the numbers they
/// are cited by, what the agents found and what is missing.
struct SynthesisBrief {
    /// Passages that are offered, with the numbers they are cited by.
    let citations: [Answer.Citation]
    /// The words.
    let text: String

    /// - Parameters:
    ///   - relevant: Ids of the facts Magnus's own answer tells, which are those that matter.
    ///   - maySuggest: Whether what could be done may be mentioned.
    ///   - share: The part of the usual size that facts and passages have; what is least relevant is left out.
    init(request: Request, reports: [AgentReport], relevant: [String], maySuggest: Bool, share: Double = 1) {
        func part(_ size: Double) -> Int { Int(size * share) }
        let evidence = reports.flatMap(\.allEvidence)
        let findings = reports.flatMap { $0.findings + ($0.reasoning?.findings ?? []) }
            .filter { maySuggest || !$0.rule.hasPrefix("management.") }
        let grave = findings.sorted { $0.severity > $1.severity }.flatMap(\.evidence)
        let offer = EvidenceOffer(
            evidence,
            relevant: grave + relevant,
            subjects: request.symbols,
            limits: .init(facts: part(240), bytes: part(20_000))
        )
        let passages = evidence.flatMap(\.passages).prefix(8)
        citations = passages.enumerated().map { Answer.Citation(number: $0 + 1, passage: $1.id) }
        let numbers = Dictionary(citations.map { ($0.passage, $0.number) }, uniquingKeysWith: { first, _ in first })

        var parts = [
            "The owner's question:", DataFence.fenced(request.question, as: "question"),
            "What it is after: \(request.intent.rawValue)"
                + (request.symbols.isEmpty ? "" : ", about \(request.symbols.prefix(20).joined(separator: ", "))"),
        ]
        if !offer.text.isEmpty { parts += ["The facts:", DataFence.fenced(offer.text, as: "facts")] }
        let quoted = EvidenceBrief.passages(Array(passages), numbers: numbers, bytes: part(14_000))
        if !quoted.isEmpty { parts += ["The passages:", quoted] }
        if !findings.isEmpty { parts += ["What the agents found:", EvidenceBrief.findings(findings)] }
        let gaps = EvidenceBrief.gaps(evidence)
        if !gaps.isEmpty { parts += ["What is missing; Magnus lists it below your answer:", gaps] }
        if !maySuggest {
            parts.append("The data does not carry suggestions: say what is, and nothing of what could be done.")
        }
        parts.append("Write the answer now.")
        text = parts.joined(separator: "\n")
    }

    /// The form in which sentences are written again.
    static let repairForm = ModelRequest.OutputSchema(
        name: "sentences",
        schema: [
            "type": "object",
            "properties": [
                "sentences": [
                    "type": "array",
                    "items": [
                        "type": "object",
                        "properties": ["n": ["type": "integer"], "text": ["type": "string"]],
                        "required": ["n", "text"],
                        "additionalProperties": false,
                    ],
                ]
            ],
            "required": ["sentences"],
            "additionalProperties": false,
        ]
    )

    /// What a writer is told of sentences that did not pass.
    static func repair(_ refused: [GatedAnswer.Refused]) -> String {
        var lines = ["These sentences of your answer cannot be shown:"]
        for (rank, sentence) in refused.enumerated() {
            lines.append("\(rank + 1). \(DataFence.line(sentence.text, limit: 600))")
            lines += sentence.reasons.map { "   \(DataFence.line($0))" }
        }
        lines.append(
            """
            Write each again so that every figure is a reference to the fact it is, beside the name and the label the facts \
            give it; a row of a table as a row. An empty text leaves a sentence out. Answer with one JSON object and nothing \
            else: {"sentences": [{"n": 1, "text": "..."}]}
            """
        )
        return lines.joined(separator: "\n")
    }

    /// The sentences of a reply to `repair`, of `repairForm`, by their rank from 0.
    static func repairs(in value: JSONValue, count: Int) -> [Int: String] {
        var repairs: [Int: String] = [:]
        for entry in value["sentences"]?.array ?? [] {
            guard let number = entry["n"]?.integer, (1...max(1, count)).contains(number),
                let text = entry["text"]?.string
            else { continue }
            repairs[number - 1] = text
        }
        return repairs
    }
}
