import Agents
import Assistant
import Evidence
import Foundation
import JSON
import LanguageModels
import Storage

/// An answer as `--json` prints it, schema `magnus.answer/1`.
struct AnswerDocument: Encodable {
    struct Grounding: Encodable {
        var checked: Int
        var matched: Int
        var replaced: Int
        var figures: [GroundingSummary.Figure]
    }

    struct FactDocument: Encodable {
        var id: String
        var label: String
        var subjects: [String]
        var value: JSONValue
        var unit: String
        var source: String
        var asOf: Date?
        var freshness: String
        var formula: String?
        var inputs: [String]?
        /// The key of the record in the source.
        var record: String?
        /// The rows of the source that it was computed from.
        var rows: [String]?
        /// Whether the exchanges traded at the time of the value.
        var session: String?
    }

    struct CitationDocument: Encodable {
        var n: Int
        var doc: String
        var lines: String
        var title: String
        var text: String
    }

    struct AgentDocument: Encodable {
        var name: String
        var outcome: String
        var evidence: [String]
        var findings: [Finding]
    }

    struct Risk: Encodable {
        var verdict: String
        var rules: [String]
    }

    struct Portfolio: Encodable {
        var state: String
        var name: String
        var demo: Bool
        var asOf: Date
    }

    /// Tokens of all calls of models, and what they cost; what is not known is null.
    struct Usage: Encodable {
        var input: Int? = 0
        var output: Int? = 0
        /// Dollars.
        var usd: Decimal? = 0
        /// Whether `usd` is the most that the calls can have cost, for some service did not count its tokens.
        var isUpperBound = false

        private enum CodingKeys: String, CodingKey {
            case input, output, usd, isUpperBound
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(input, forKey: .input)
            try container.encode(output, forKey: .output)
            try container.encode(usd, forKey: .usd)
            try container.encode(isUpperBound, forKey: .isUpperBound)
        }
    }

    /// How a model wrote the answer.
    struct Writing: Encodable {
        var model: String?
        var replaced: Int
        var struck: Int
        var repairsAsked: Int
        var failure: String?
        var refusals: [WritingRecord.Refusal]
    }

    /// Under which the answer was recorded; nil for a table, of which no record is kept.
    var id: String?
    var session: String
    var question: String
    var intent: String
    var symbols: [String]
    var answer: String
    var blocks: [Answer.Block]
    var confidence: Double
    var grounding: Grounding
    var facts: [FactDocument]
    var citations: [CitationDocument]
    var agents: [AgentDocument]
    var risk: Risk
    var portfolio: Portfolio
    var provider: String
    var usage = Usage()
    /// Nil where no model was asked to write.
    var writing: Writing?
    var warnings: [String]
    var gaps: [String]
    var exitCode: Int

    /// The document of a decision.
    ///
    /// - Parameter spending: What its calls of models came to; nil where that is not known.
    init(_ decision: Decision, spending: CallSpending?) {
        id = decision.id.isEmpty ? nil : decision.id
        session = decision.session
        question = decision.request.question
        intent = decision.request.intent.rawValue
        symbols = decision.request.symbols
        answer = decision.text
        blocks = decision.answer.blocks
        confidence = decision.confidence.value.rounded(toPlaces: 4)
        grounding = Grounding(
            checked: decision.grounding.checked,
            matched: decision.grounding.matched,
            replaced: decision.grounding.struck,
            figures: decision.grounding.figures
        )
        let evidence = decision.evidence
        facts = evidence.flatMap(\.facts).map(FactDocument.init)
        let passages = Dictionary(
            evidence.flatMap(\.passages).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        citations = decision.answer.citations.compactMap { citation in
            guard let passage = passages[citation.passage] else { return nil }
            return CitationDocument(
                n: citation.number,
                doc: passage.document,
                lines: "\(passage.lines.lowerBound)-\(passage.lines.upperBound)",
                title: ([passage.title] + passage.headings).joined(separator: " › "),
                text: passage.text
            )
        }
        agents = decision.reports.map { report in
            let outcome: String
            switch report.outcome {
            case .completed: outcome = "completed"
            case .failed(let reason): outcome = "failed: \(reason)"
            case .timedOut: outcome = "timed out"
            }
            return AgentDocument(
                name: report.agent,
                outcome: outcome,
                evidence: report.allEvidence.map(\.id),
                findings: report.findings + (report.reasoning?.findings ?? [])
            )
        }
        let grave = decision.reports.flatMap(\.findings).filter { $0.severity >= .warning }
        risk = Risk(
            verdict: decision.reports.compactMap(\.veto).first.map { "suggestions withheld: \($0)" }
                ?? (grave.isEmpty ? "no rule broken" : "rules broken"),
            rules: grave.map(\.rule)
        )
        portfolio = Portfolio(
            state: decision.holdings.state,
            name: decision.holdings.name,
            demo: decision.holdings.isDemo,
            asOf: decision.now
        )
        provider = decision.writer
        if !decision.exchanges.isEmpty {
            let total = spending?.total
            // Calls that were made and are not in the books cost what nobody knows.
            let isBooked = (total?.calls ?? 0) > 0 || decision.exchanges.allSatisfy { $0.reply?.isFromCache ?? true }
            usage = Usage(
                input: decision.tokens?.input,
                output: decision.tokens?.output,
                usd: isBooked && total?.unknownCosts == 0 ? total?.cost : nil,
                isUpperBound: (total?.estimatedCosts ?? 0) > 0
            )
        }
        writing = decision.writing.map { writing in
            Writing(
                model: writing.model?.description,
                replaced: writing.replaced,
                struck: writing.struck,
                repairsAsked: writing.repairsAsked,
                failure: writing.failure,
                refusals: writing.refusals
            )
        }
        warnings = decision.warnings
        gaps = evidence.flatMap(\.gaps)
        exitCode = decision.exitCode
    }

    /// The document in its envelope.
    func json() throws -> String {
        try JSONEnvelope.success(schema: "magnus.answer/1", self)
    }
}

extension AnswerDocument.FactDocument {
    init(_ fact: Fact) {
        id = fact.id
        label = fact.label
        subjects = fact.subjects
        switch fact.value {
        case .decimal(let value): self.value = .string(value.description)
        case .number(let value): self.value = .number(value)
        case .date(let value): self.value = .string(value.description)
        case .text(let value): self.value = .string(value)
        }
        unit = fact.unit.rawValue
        source = fact.source
        asOf = fact.asOf
        switch fact.freshness {
        case .live: freshness = "live"
        case .cached(let age): freshness = "cached(\(age)s)"
        case .stale(let reason): freshness = "stale: \(reason)"
        case .demo: freshness = "demo"
        case .fixed: freshness = "fixed"
        }
        formula = fact.formula
        inputs = fact.inputs.isEmpty ? nil : fact.inputs
        record = fact.record
        rows = fact.rows
        session = fact.session?.rawValue
    }
}

extension AnswerDocument.FactDocument: JSONWritable {
    /// Appends the fact as its `Encodable` form has it.
    func write(to text: inout JSONText) throws {
        text.append(raw: "{")
        if let asOf {
            text.append(raw: text.style == .snakeCase ? #""as_of":"# : #""asOf":"#)
            text.append(asOf)
            text.append(raw: ",")
        }
        if let formula {
            text.append(raw: #""formula":"#)
            text.append(formula)
            text.append(raw: ",")
        }
        text.append(raw: #""freshness":"#)
        text.append(freshness)
        text.append(raw: #","id":"#)
        text.append(id)
        if let inputs {
            text.append(raw: #","inputs":"#)
            text.append(inputs)
        }
        text.append(raw: #","label":"#)
        text.append(label)
        if let record {
            text.append(raw: #","record":"#)
            text.append(record)
        }
        if let rows {
            text.append(raw: #","rows":"#)
            text.append(rows)
        }
        if let session {
            text.append(raw: #","session":"#)
            text.append(session)
        }
        text.append(raw: #","source":"#)
        text.append(source)
        text.append(raw: #","subjects":"#)
        text.append(subjects)
        text.append(raw: #","unit":"#)
        text.append(unit)
        text.append(raw: #","value":"#)
        switch value {
        case .string(let words): text.append(words)
        case .number(let number): try text.append(number)
        default: text.append(raw: "null")
        }
        text.append(raw: "}")
    }
}
