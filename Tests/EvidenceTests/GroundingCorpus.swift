import Evidence
import Foundation
import Testing

/// Statements about recorded turns of the demo portfolio, written by hand as a language model words them: correct ones,
/// and ones that are spoilt in one way each. `statements-1.jsonl` was written before the rules of the check were last
/// worked on, `statements-2.jsonl` after.
enum GroundingCorpus {
    /// A turn's evidence, as its tools returned it.
    struct Turn: Decodable {
        let question: String
        /// Numbers of citation marks, and the passages they stand for.
        let citations: [Citation]
        let evidence: [Evidence]

        struct Citation: Decodable {
            let number: Int
            let passage: String
        }

        var grounding: Grounding {
            let citations = Dictionary(citations.map { ($0.number, $0.passage) }) { first, _ in first }
            return Grounding(evidence: evidence, question: question, citations: citations)
        }
    }

    /// What a language model might say of a turn.
    struct Statement: Decodable {
        let turn: String
        /// `correct`, or the way it is spoilt.
        let kind: String
        let text: String

        var isCorrect: Bool { kind == "correct" }
    }

    /// What became of the statements of one kind.
    struct Rate {
        var total = 0
        /// Correct ones that were struck, or spoilt ones that were not.
        var failed: [String] = []
    }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/Grounding")

    static func turn(_ name: String) throws -> Turn {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let file = folder.appendingPathComponent("turns/\(name).json")
        return try decoder.decode(Turn.self, from: Data(contentsOf: file))
    }

    /// What the check finds in a text about a turn.
    static func report(_ text: String, _ turn: String) throws -> GroundingReport {
        try Self.turn(turn).grounding.verify(Draft(markdown: text))
    }

    /// Expects a statement to be let through and another one, which is not so, to be struck.
    static func expect(_ right: String, not wrong: String, in turn: String) throws {
        let shown = try report(right, turn)
        #expect(shown.struck == 0, "\(right): \(shown.failures.map(\.description))")
        #expect(try report(wrong, turn).struck > 0, "\(wrong)")
    }

    static func statements(_ name: String) throws -> [Statement] {
        let text = try String(contentsOf: folder.appendingPathComponent("\(name).jsonl"), encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Statement.self, from: Data($0.utf8)) }
    }

    /// How the check fares, by kind.
    static func rates(of statements: [Statement]) throws -> [String: Rate] {
        var groundings: [String: Grounding] = [:]
        var rates: [String: Rate] = [:]
        for statement in statements {
            let grounding = try groundings[statement.turn] ?? turn(statement.turn).grounding
            groundings[statement.turn] = grounding
            let report = grounding.verify(Draft(markdown: statement.text))
            rates[statement.kind, default: Rate()].total += 1
            guard (report.struck == 0) != statement.isCorrect else { continue }
            let why = report.failures.map(\.description).joined(separator: "\n")
            rates[statement.kind, default: Rate()].failed.append("[\(statement.turn)] \(statement.text)\n\(why)")
        }
        return rates
    }

    /// The parts of all correct and of all spoilt statements that were judged wrongly.
    static func errors(_ rates: [String: Rate]) -> (rejected: Double, missed: Double) {
        func part(_ rates: some Sequence<Rate>) -> Double {
            let total = rates.reduce(0) { $0 + $1.total }
            return total == 0 ? 0 : Double(rates.reduce(0) { $0 + $1.failed.count }) / Double(total)
        }
        return (part(rates.filter { $0.key == "correct" }.values), part(rates.filter { $0.key != "correct" }.values))
    }
}
