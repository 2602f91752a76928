import Agents
import Evidence

/// An answer while a model writes it: references become figures, every sentence is checked, and what passes is released.
///
/// What is released is, at every moment, the beginning of a text that one `SentenceGate` passes as a whole: where something
/// else stands in for a sentence, what follows is read anew after it, for it may lean on whom the sentence named.
struct GatedAnswer {
    /// A sentence that did not pass, as a writer is told of it.
    struct Refused {
        var text: String
        var reasons: [String]
    }

    private struct Piece {
        var text: String
        var reasons: [String]
        var references: [ReferenceRenderer.Reference]
    }

    private let evidence: [Evidence]
    private let grounding: Grounding
    private let subjects: [String]
    private let statements: DeterministicStatements
    private let wording: WordingRule
    private let fit: ReferenceFit

    private var renderer: ReferenceRenderer
    /// Bytes and references that came out of the renderer.
    private var rendered = 0
    private var renderedReferences = 0
    private var gate: SentenceGate
    /// What the gate was given, and how much of it has come out.
    private var fed = ""
    private var passed = 0
    private var references: [ReferenceRenderer.Reference] = []
    /// Everything released so far; what the gate was given begins with it.
    private(set) var shown = ""
    private(set) var refusals: [WritingRecord.Refusal] = []
    /// Figures that were not let through.
    private(set) var struckFigures: [GroundingSummary.Figure] = []
    /// Once something was refused all else waits for the repair, if there may be one.
    private var held: [Piece]?
    private var mayHold: Bool

    /// - Parameter mayHold: Whether sentences that fail wait for `repair`; else they are dealt with at once.
    init(
        evidence: [Evidence],
        grounding: Grounding,
        subjects: [String],
        statements: DeterministicStatements,
        wording: WordingRule,
        mayHold: Bool
    ) {
        self.evidence = evidence
        self.grounding = grounding
        self.subjects = subjects
        self.statements = statements
        self.wording = wording
        self.mayHold = mayHold
        fit = ReferenceFit(evidence)
        renderer = ReferenceRenderer(evidence)
        gate = SentenceGate(grounding, subjects: subjects)
    }

    /// What the check found in all that was released.
    var report: GroundingReport { gate.report }

    /// Whether something was refused, and what was released says nothing: there is no word but in headings and marks.
    var isAllRefused: Bool {
        guard !refusals.isEmpty else { return false }
        return shown.replacing(GroundingReport.placeholder, with: "").split(separator: "\n").allSatisfy { line in
            line.drop(while: \.isWhitespace).first == "#" || !line.contains(where: \.isLetter)
        }
    }

    /// Takes what the model wrote next and returns what is released by it.
    mutating func append(_ text: String) -> String {
        feed(renderer.append(text))
    }

    /// Ends the model's text and returns what is released by that.
    mutating func finish() -> String {
        let released = feed(renderer.finish())
        return released + drain()
    }

    /// Ends a text that stopped before its end: the sentence, item or row that it stopped in is left out. Nothing waits for being
    /// written again.
    mutating func finishTorn() -> String {
        var released = feed(renderer.finish())
        var trial = gate
        let parts = trial.finish()
        if let last = parts.lastIndex(where: { $0.text.contains { !$0.isWhitespace } }) {
            let end = passed + parts[..<last].reduce(0) { $0 + $1.text.utf8.count }
            if !isComplete(parts[last].text, at: end) {
                let start = held == nil ? max(shown.utf8.count, passed) : passed
                let more = String(decoding: fed.utf8.prefix(end).dropFirst(start), as: UTF8.self)
                let own = references.filter { (start..<max(start, end)).contains($0.range.lowerBound) }
                    .map { $0.shifted(by: -start) }
                if let waiting = held {
                    held = waiting + [Piece(text: more, reasons: [], references: own)]
                    return released + repair([:])
                }
                restart(after: more, references: own)
                released += process(gate.append(fed))
            }
        }
        released += drain()
        return held == nil ? released : released + repair([:])
    }

    /// Whether the last piece of a text that stopped ends as a sentence does. A figure before its full stop may lack digits, unless
    /// it is a reference's.
    private func isComplete(_ text: String, at start: Int) -> Bool {
        var words = text[...]
        while let mark = words.last, mark.isWhitespace || "\"'”’)*_`".contains(mark) { words.removeLast() }
        guard let mark = words.popLast(), ".!?…".contains(mark) else { return false }
        guard words.last?.isNumber == true else { return true }
        let end = start + words.utf8.count
        return references.contains { $0.isKnown && $0.range.upperBound == end }
    }

    /// Leaves what has not been released; for a text that broke off.
    mutating func cut() {
        held = nil
        mayHold = false
        restart(after: "", references: [])
        _ = process(gate.append(fed)) + drain()
    }

    // MARK: - Repair

    /// The sentences that wait for being written again, in order; known after `finish`.
    var waiting: [Refused] {
        (held ?? []).filter { !$0.reasons.isEmpty }.map { Refused(text: $0.text.trimmingSpace, reasons: $0.reasons) }
    }

    /// Puts new sentences in the place of those that wait, checks them like all others, and returns what is released.
    ///
    /// - Parameter repairs: New sentences by the rank of the old in `waiting`; an empty one leaves the old out.
    mutating func repair(_ repairs: [Int: String]) -> String {
        let pieces = held ?? []
        held = nil
        mayHold = false
        var text = ""
        var found: [ReferenceRenderer.Reference] = []
        var rank = 0
        for piece in pieces {
            var words = piece.text
            var own = piece.references
            if !piece.reasons.isEmpty {
                if let repair = repairs[rank] { (words, own) = rewritten(piece, repair) }
                rank += 1
            }
            let base = text.utf8.count
            found += own.map { $0.shifted(by: base) }
            text += words
        }
        restart(after: text, references: found)
        return process(gate.append(fed)) + drain()
    }

    /// A piece with other words between the same marks.
    private func rewritten(_ piece: Piece, _ repair: String) -> (String, [ReferenceRenderer.Reference]) {
        let frame = Frame(piece.text)
        let isRow = frame.isLine
        let words = repair.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !words.isEmpty else { return (frame.ending.contains("\n") ? "\n" : "", []) }
        var renderer = ReferenceRenderer(evidence)
        let text = renderer.render(words)
        let marker = isRow || text.hasPrefix(frame.marker.trimmingSpace) ? "" : frame.marker
        return (marker + text + frame.ending, renderer.references.map { $0.shifted(by: marker.utf8.count) })
    }

    // MARK: - The gate

    private mutating func feed(_ text: String) -> String {
        let base = fed.utf8.count - rendered
        references += renderer.references.dropFirst(renderedReferences).map { $0.shifted(by: base) }
        renderedReferences = renderer.references.count
        rendered += text.utf8.count
        fed += text
        return process(gate.append(text))
    }

    /// Lets out all that is left at the end of a text.
    private mutating func drain() -> String {
        var released = ""
        // Each time something was put in place of a sentence, a new gate holds the rest.
        var rounds = 0
        repeat {
            released += process(gate.finish())
            rounds += 1
        } while passed < fed.utf8.count && rounds <= refusals.count + 1
        return released
    }

    private mutating func process(_ parts: [CheckedSentence]) -> String {
        var released = ""
        var queue = parts[...]
        while let part = queue.popFirst() {
            let range = passed..<passed + part.text.utf8.count
            passed = range.upperBound
            let start = shown.utf8.count
            guard held != nil || range.upperBound > start else { continue }
            let isCut = held == nil && range.lowerBound < start
            let text =
                isCut ? String(decoding: fed.utf8.prefix(range.upperBound).dropFirst(start), as: UTF8.self) : part.text
            let own = references.filter { range.contains($0.range.lowerBound) }
                .map { $0.shifted(by: -range.lowerBound) }
            let reasons = reasons(against: part, own)
            if held != nil || (mayHold && !reasons.isEmpty) {
                held =
                    (held ?? []) + [
                        Piece(text: text, reasons: reasons, references: own)
                    ]
                continue
            }
            if reasons.isEmpty {
                shown += text
                released += text
                continue
            }
            let instead = replacement(of: part, text: text, isCut: isCut, own)
            note(part, text, reasons, own, instead)
            shown += instead.text
            released += instead.text
            let rest = String(decoding: fed.utf8.dropFirst(range.upperBound), as: UTF8.self)
            let left = references.filter { $0.range.lowerBound >= range.upperBound }
            restart(after: rest, references: left.map { $0.shifted(by: -range.upperBound) })
            queue = gate.append(fed)[...]
        }
        return released
    }

    /// Begins a new gate with what is shown and `rest` after it, which it has yet to be given.
    private mutating func restart(after rest: String, references following: [ReferenceRenderer.Reference]) {
        gate = SentenceGate(grounding, subjects: subjects)
        fed = shown + rest
        passed = 0
        references = following.map { $0.shifted(by: shown.utf8.count) }
    }

    // MARK: - Verdicts

    private func reasons(
        against part: CheckedSentence,
        _ references: [ReferenceRenderer.Reference]
    ) -> [String] {
        var reasons = struck(in: part, references).map { "\($0.text): \($0.reason?.description ?? "")" }
        reasons += references.filter { !$0.isKnown }.map { "{\($0.id)}: the reference points to nothing" }
        reasons += misfits(in: part, references).map { "{\($0.reference.id)}: \($0.problem)" }
        if let words = wording.violation(in: part.text) {
            reasons.append("\"\(words)\": this advises; describe instead")
        }
        return reasons
    }

    /// References to facts of another kind than the words around them speak of. In a table the titles say what is meant.
    private func misfits(
        in part: CheckedSentence,
        _ references: [ReferenceRenderer.Reference]
    ) -> [(reference: ReferenceRenderer.Reference, problem: String)] {
        guard part.text.first(where: { !$0.isWhitespace }) != "|" else { return [] }
        return references.compactMap { reference in
            fit.problem(of: reference.id, in: part.text, at: reference.range).map { (reference, $0) }
        }
    }

    /// The figures of a part that trace to nothing; what stands in a reference that points to nothing is no figure.
    private func struck(
        in part: CheckedSentence,
        _ references: [ReferenceRenderer.Reference]
    ) -> [GroundingReport.Entry] {
        let unknown = references.filter { !$0.isKnown }
        return part.failures.flatMap(\.figures).filter { figure in !unknown.contains { $0.id.contains(figure.text) } }
    }

    /// What stands in for a part: Magnus's own words about the same facts, else a mark.
    private func replacement(
        of part: CheckedSentence,
        text: String,
        isCut: Bool,
        _ references: [ReferenceRenderer.Reference]
    ) -> (text: String, isOwn: Bool) {
        let frame = Frame(text)
        let mark = frame.marker + GroundingReport.placeholder + frame.ending
        if frame.isLine {
            guard !isCut, wording.violation(in: part.text) == nil else { return (mark, false) }
            var line = part.repaired
            for reference in references where !reference.isKnown {
                line = line.replacing("{\(reference.id)}", with: GroundingReport.placeholder)
            }
            return (line, false)
        }
        let misfits = Set(misfits(in: part, references).map(\.reference.id))
        let ids = (references.filter(\.isKnown).map(\.id) + part.factIDs(statements.facts))
            .filter { !misfits.contains($0) }
        guard !isCut, let words = statements.statement(of: ids, notIn: shown) else { return (mark, false) }
        let own = frame.marker + words + frame.ending
        return grounding.check(own, insteadOf: part).isGrounded && wording.violation(in: own) == nil
            ? (own, true) : (mark, false)
    }

    private mutating func note(
        _ part: CheckedSentence,
        _ text: String,
        _ reasons: [String],
        _ references: [ReferenceRenderer.Reference],
        _ instead: (text: String, isOwn: Bool)
    ) {
        refusals.append(
            .init(
                text: text.trimmingSpace,
                reasons: reasons,
                shown: instead.text.trimmingSpace,
                isReplaced: instead.isOwn
            )
        )
        struckFigures += struck(in: part, references).map {
            .init(text: $0.text, status: "struck", sources: [], reason: $0.reason?.description)
        }
        struckFigures += references.filter { !$0.isKnown }.map {
            .init(text: "{\($0.id)}", status: "struck", sources: [], reason: "the reference points to nothing")
        }
        struckFigures += misfits(in: part, references).map {
            .init(text: "{\($0.reference.id)}", status: "struck", sources: [], reason: $0.problem)
        }
        if let words = wording.violation(in: part.text) {
            struckFigures.append(.init(text: words, status: "struck", sources: [], reason: "this advises"))
        }
    }
}

/// The marks around the words of a piece of Markdown: a list's mark before, white space after.
private struct Frame {
    /// What stands before the words: `- `, `2. `, `> `.
    let marker: String
    /// White space after them.
    let ending: String
    /// Whether it is a row of a table or a heading, which is no sentence.
    let isLine: Bool

    init(_ text: String) {
        let words = text.drop { $0 == " " || $0 == "\t" }
        isLine = words.first == "|" || words.first == "#"
        var rest = words
        var end = words.startIndex
        while let mark = Frame.mark(rest) {
            end = text.index(rest.startIndex, offsetBy: mark)
            rest = text[end...]
        }
        marker = isLine ? "" : String(text[..<end])
        var last = text[...]
        while last.last?.isWhitespace == true { last.removeLast() }
        ending = String(text[last.endIndex...])
    }

    /// The length of a list's mark at the start.
    private static func mark(_ text: Substring) -> Int? {
        let digits = text.prefix { $0.isNumber }
        if (1...3).contains(digits.count), let point = text.dropFirst(digits.count).first, point == "." || point == ")",
            text.dropFirst(digits.count + 1).first == " "
        {
            return digits.count + 2
        }
        guard let first = text.first, "-*+>•".contains(first), text.dropFirst().first == " " else { return nil }
        return 2
    }
}

extension ReferenceRenderer.Reference {
    /// The same elsewhere.
    fileprivate func shifted(by offset: Int) -> ReferenceRenderer.Reference {
        var copy = self
        copy.range = range.lowerBound + offset..<range.upperBound + offset
        return copy
    }
}
