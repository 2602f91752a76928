/// Checks an answer while it is written and lets it through sentence by sentence.
///
/// A piece is let through when it is complete and was checked: a sentence once the next has begun or its line ends, a
/// heading or row of a table with its line, the titles of a table with the line after them. The pieces joined are the
/// whole text, byte for byte, and the verdicts are those that `Grounding.verify` gives for
/// `Draft(markdown:subjects:)` of the whole text, wherever the text was cut.
///
///     var gate = SentenceGate(grounding)
///     for try await part in stream {
///         for sentence in gate.append(part) { show(sentence.repaired) }
///     }
///     for sentence in gate.finish() { show(sentence.repaired) }
///
/// What a sentence leaves to those after it: whom it names, where they name nobody, until the paragraph ends; whom a
/// heading names, until the next; the titles of a table to its rows; the last number of a list to the next.
public struct SentenceGate: Sendable {
    private let grounding: Grounding
    private var verification: Verification
    private var reader = MarkdownReader()
    private var draft: MarkdownDraft
    /// What was written since the last end of a line.
    private var line = ""
    /// How much of the line was let through, in UTF-8, and how many of its sentences.
    private var released = (bytes: 0, sentences: 0)
    /// Lines that wait for the one after them, with their ends.
    private var waiting: [(text: String, end: String)] = []
    /// The piece of the draft that was begun last.
    private var begun: Int?

    /// A gate for one answer.
    ///
    /// - Parameter subjects: Whom the answer is about before its first heading.
    public init(_ grounding: Grounding, subjects: [String] = []) {
        self.grounding = grounding
        verification = Verification(grounding: grounding)
        draft = MarkdownDraft(subjects: subjects)
    }

    /// Takes what was written next and returns the pieces that are complete, in order.
    public mutating func append(_ text: String) -> [CheckedSentence] {
        var pieces: [CheckedSentence] = []
        var hasSpace = false
        for scalar in text.unicodeScalars {
            if line.unicodeScalars.last == "\r", scalar != "\n" { endLine("\r", &pieces) }
            if Character(scalar).isNewline, scalar != "\r" {
                endLine(String(scalar), &pieces)
            } else {
                line.unicodeScalars.append(scalar)
                hasSpace = hasSpace || VisibleText.isSpace(scalar)
            }
        }
        if hasSpace { releaseSentences(of: line, isWhole: false, &pieces) }
        return pieces
    }

    /// Ends the text and returns the pieces that are left.
    public mutating func finish() -> [CheckedSentence] {
        var pieces: [CheckedSentence] = []
        if line.unicodeScalars.last == "\r" { endLine("\r", &pieces) }
        endLine("", &pieces)
        for element in reader.finish() { take(element, &pieces) }
        return pieces
    }

    /// What was found so far; after `finish`, the report of the whole.
    public var report: GroundingReport {
        verification.report(of: draft.draft)
    }

    // MARK: - Lines

    private mutating func endLine(_ mark: String, _ pieces: inout [CheckedSentence]) {
        var text = line
        var end = mark
        if text.unicodeScalars.last == "\r" {
            text.unicodeScalars.removeLast()
            end = mark == "\r" ? "\r" : "\r" + mark
        }
        line = ""
        waiting.append((text, end))
        for element in reader.read(text) { take(element, &pieces) }
    }

    private mutating func take(_ element: MarkdownReader.Element, _ pieces: inout [CheckedSentence]) {
        let end = waiting.isEmpty ? "" : waiting.removeFirst().end
        switch element {
        case .prose(let line):
            releaseSentences(of: line, isWhole: true, &pieces)
            pieces.append(tail: end)
            draft.add(element)
            released = (0, 0)
        case .blank(let line), .rule(let line):
            draft.add(element)
            pieces.append(tail: line + end)
        case .heading(let line, let title):
            release(line + end, element, [title], &pieces)
        case .titles(let line, let cells), .row(let line, let cells, _):
            release(line + end, element, cells, &pieces)
        }
    }

    /// Checks a line that is a piece by itself.
    private mutating func release(
        _ line: String,
        _ element: MarkdownReader.Element,
        _ cells: [Range<Int>],
        _ pieces: inout [CheckedSentence]
    ) {
        guard let segment = draft.add(element) else { return }
        let (entries, failures) = (verification.entries.count, verification.failures.count)
        let context = verification.context
        verification.check(segment, draft.segment - 1)
        let found = Array(verification.entries[entries...])
        let struck = found.filter { $0.reason != nil }.map { entry in
            let start = cells[entry.cell].lowerBound
            return start + entry.range.lowerBound..<start + entry.range.upperBound
        }
        pieces.append(
            CheckedSentence(
                text: line,
                repaired: Verification.strike(struck, in: line),
                figures: found,
                failures: Array(verification.failures[failures...]),
                origin: .init(segment: segment, context: context)
            )
        )
    }

    // MARK: - Sentences

    /// Lets through the sentences of a line of prose that are complete.
    private mutating func releaseSentences(of line: String, isWhole: Bool, _ pieces: inout [CheckedSentence]) {
        var readable = line
        if !isWhole {
            guard !reader.isHolding, Self.isProse(line), let end = Self.readableEnd(line) else { return }
            readable = String(decoding: line.utf8.prefix(end), as: UTF8.self)
        }
        let text = TokenizedText(line: readable, scanner: grounding.scanner)
        let complete = isWhole ? text.sentences.count : text.completeSentences
        if complete > 0, begun != draft.segment {
            begun = draft.segment
            verification.enter(draft.scope)
        }
        while released.sentences < complete {
            let rank = released.sentences
            let end = rank == text.sentences.count - 1 ? line.utf8.count : text.byteRange(ofSentence: rank).upperBound
            let (entries, failures) = (verification.entries.count, verification.failures.count)
            let context = verification.context
            verification.check(rank, of: text, at: .init(segment: draft.segment, cell: 0, offset: draft.offset))
            let found = Array(verification.entries[entries...])
            let start = draft.offset + released.bytes
            let piece = String(
                decoding: line.utf8.dropFirst(released.bytes).prefix(end - released.bytes),
                as: UTF8.self
            )
            let struck = found.filter { $0.reason != nil }.map {
                $0.range.lowerBound - start..<$0.range.upperBound - start
            }
            pieces.append(
                CheckedSentence(
                    text: piece,
                    repaired: Verification.strike(struck, in: piece),
                    figures: found,
                    failures: Array(verification.failures[failures...]),
                    origin: .init(segment: nil, context: context)
                )
            )
            released = (end, rank + 1)
        }
        if isWhole, released.bytes < line.utf8.count {
            pieces.append(tail: String(decoding: line.utf8.dropFirst(released.bytes), as: UTF8.self))
        }
    }

    /// Whether a line that is not whole yet can be nothing but prose and may have the end of a sentence in it.
    private static func isProse(_ line: String) -> Bool {
        guard let first = line.unicodeScalars.first(where: { $0 != " " && $0 != "\t" }), !DataLine.begins(line) else {
            return false
        }
        return first != "#" && first != "|" && line.utf8.contains { $0 == 33 || $0 == 46 || $0 == 63 }
    }

    /// The end of the last white space: the word after it may not be whole.
    private static func readableEnd(_ line: String) -> Int? {
        let scalars = line.unicodeScalars
        guard let space = scalars.lastIndex(where: VisibleText.isSpace) else { return nil }
        return line.utf8.distance(from: line.startIndex, to: scalars.index(after: space))
    }
}

extension [CheckedSentence] {
    /// Adds text in which there is nothing to check.
    fileprivate mutating func append(tail: String) {
        guard !tail.isEmpty else { return }
        append(CheckedSentence(text: tail, repaired: tail, figures: [], failures: [], origin: nil))
    }
}

extension TokenizedText {
    /// How many sentences no further text can change, where the text is the beginning of a line.
    ///
    /// The last but one is complete when at least two words or figures of the last are there, for a month may take in
    /// a day after its point, and no bracket has been opened between them that may be a citation of the former.
    fileprivate var completeSentences: Int {
        guard let last = sentences.last, sentences.count > 1, last.count > 1 else { return 0 }
        let start = ends[ends.count - 2]
        let between = text.visible(min(start, last[0].span.lowerBound)..<last[0].span.upperBound)
        return between.contains("[") ? sentences.count - 2 : sentences.count - 1
    }
}
