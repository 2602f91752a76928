import Evidence
import Foundation
import Testing

@Suite struct GroundingCorpusTests {
    private static let files = ["statements-1", "statements-2"]
    /// Statements by other hands, which knew nothing of the check and compute much; the check was worked on with them after
    /// its first rates were taken.
    private static let later = (3...12).map { "statements-\($0)" }

    @Test func isLargeAndVaried() throws {
        let statements = try Self.files.flatMap(GroundingCorpus.statements)
        #expect(statements.count { $0.isCorrect } >= 200)
        #expect(statements.count { !$0.isCorrect } >= 400)
        #expect(Set(statements.map(\.turn)).count >= 10)
        #expect(Set(statements.map(\.text)).count == statements.count)
    }

    /// At least 99 of 100 spoilt statements are caught, at most 2 of 100 correct ones rejected. With
    /// `MAGNUS_GROUNDING_RATES` set to a file, the rates by kind and all that was judged wrongly are written to it.
    @Test func meetsItsGoals() throws {
        var lines: [String] = []
        var all: [String: GroundingCorpus.Rate] = [:]
        for file in Self.files {
            let rates = try GroundingCorpus.rates(of: GroundingCorpus.statements(file))
            all.merge(rates) { left, right in
                GroundingCorpus.Rate(total: left.total + right.total, failed: left.failed + right.failed)
            }
            lines += Self.table(file, rates)
        }
        lines += Self.table("all statements", all)
        for (kind, rate) in all.sorted(by: { $0.key < $1.key }) {
            lines += rate.failed.map { "\n\(kind == "correct" ? "rejected" : "missed: \(kind)") \($0)" }
        }
        if let path = ProcessInfo.processInfo.environment["MAGNUS_GROUNDING_RATES"] {
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        }
        let errors = GroundingCorpus.errors(all)
        #expect(errors.rejected <= 0.02)
        #expect(errors.missed <= 0.01)
    }

    /// What was reached on statements that compute more than answers mostly do must not be lost.
    @Test func keepsWhatItReached() throws {
        var all: [String: GroundingCorpus.Rate] = [:]
        var lines: [String] = []
        for file in Self.later {
            let rates = try GroundingCorpus.rates(of: GroundingCorpus.statements(file))
            all.merge(rates) { left, right in
                GroundingCorpus.Rate(total: left.total + right.total, failed: left.failed + right.failed)
            }
            lines += Self.table(file, rates)
        }
        print(lines.joined(separator: "\n"))
        let errors = GroundingCorpus.errors(all)
        #expect(errors.rejected <= 0.008)
        #expect(errors.missed <= 0.005)
    }

    /// Statements in the shorthand of notes, in answers of a word and in prose, with what a program spoilt in them. The check
    /// was worked on with some of them while they were written.
    @Test func readsShorthand() throws {
        let statements = try GroundingCorpus.statements("statements-13")
        #expect(statements.count(where: \.isCorrect) >= 450)
        #expect(statements.count { !$0.isCorrect } >= 450)
        let rates = try GroundingCorpus.rates(of: statements)
        print(Self.table("statements-13", rates).joined(separator: "\n"))
        let errors = GroundingCorpus.errors(rates)
        #expect(errors.rejected <= 0.056)
        #expect(errors.missed <= 0.025)
    }

    /// Sets by other hands, in prose, in the notes of a desk, in words alone and in many forms, that were each judged once before
    /// the check was worked on with them (10.0%, 20.8%, 11.5%, 10.8%, 1.7%, 6.9%, 11.5%, 9.2%, 6.2% and 31.5% of the correct ones
    /// rejected, 3.8%, 0.8%, 2.3%, 3.1%, 13.3%, 17.7%, 19.2%, 22.3%, 4.6% and 7.7% of the spoilt ones missed). Of the eighth, still
    /// unread, what was learnt from the two before it left 7.7% rejected and 19.2% missed. What was reached since must not be lost.
    @Test(arguments: [
        ("statements-14", 0.054, 0.008), ("statements-15", 0.062, 0.0), ("statements-16", 0.008, 0.008),
        ("statements-17", 0.008, 0.0), ("statements-18", 0.0, 0.0),
        ("statements-19", 0.0, 0.024), ("statements-20", 0.008, 0.024), ("statements-21", 0.016, 0.039),
        ("statements-22", 0.031, 0.016), ("statements-23", 0.024, 0.031),
        ("statements-24", 0.124, 0.162), ("statements-25", 0.062, 0.2),
    ])
    func keepsWhatItReachedOnLaterSets(file: String, rejected: Double, missed: Double) throws {
        let rates = try GroundingCorpus.rates(of: GroundingCorpus.statements(file))
        print(Self.table(file, rates).joined(separator: "\n"))
        let errors = GroundingCorpus.errors(rates)
        #expect(errors.rejected <= rejected)
        #expect(errors.missed <= missed)
    }

    private static func table(_ title: String, _ rates: [String: GroundingCorpus.Rate]) -> [String] {
        let errors = GroundingCorpus.errors(rates)
        func percent(_ part: Double) -> String { FigureFormat.percent(part, decimals: 1) }
        let kinds = rates.sorted { $0.key < $1.key }.map { kind, rate in
            let done = kind == "correct" ? "accepted" : "caught"
            return "  \(kind): \(rate.total - rate.failed.count) of \(rate.total) \(done)"
        }
        return [
            "\(title): \(percent(1 - errors.missed)) of spoilt statements caught, \(percent(errors.rejected)) of "
                + "correct ones rejected"
        ] + kinds
    }
}
