public import Evidence
import Foundation

/// Puts figures in the place of references: `{P1.3}` becomes the value of that fact with its unit.
///
/// Text may come in pieces cut anywhere. Whatever stands in braces without white space is taken for a reference; one that
/// names no fact is left as it was written and reported.
public struct ReferenceRenderer: Sendable {
    /// A reference in the text.
    public struct Reference: Hashable, Sendable {
        /// What stood between the braces.
        public var id: String
        /// Whether a fact has that id.
        public var isKnown: Bool
        /// Where the figure, or the reference itself, stands in the UTF-8 of all text returned so far.
        public var range: Range<Int>
    }

    /// Longer than any id.
    private static let longest = 40
    /// Words after which a value below zero is written without its sign.
    private static let losses = ["loss of ", "losses of ", "losing ", "lost ", "down ", "down by "]

    private let facts: [String: Fact]
    private var pending = ""
    private var tail = ""
    private var written = 0
    private var mayRepeatPercent = false
    /// The references so far, in order.
    public private(set) var references: [Reference] = []

    /// A renderer of references to the facts of `evidence`.
    public init(_ evidence: [Evidence]) {
        facts = Dictionary(evidence.flatMap(\.facts).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A whole text with its references rendered.
    public mutating func render(_ text: String) -> String {
        append(text) + finish()
    }

    /// Takes what was written next and returns what can be told of it.
    public mutating func append(_ text: String) -> String {
        pending += text
        return advance(isEnd: false)
    }

    /// Returns what is left.
    public mutating func finish() -> String {
        advance(isEnd: true)
    }

    private mutating func advance(isEnd: Bool) -> String {
        var result = ""
        while !pending.isEmpty {
            if mayRepeatPercent, !dropPercent(isEnd: isEnd) { break }
            guard let brace = pending.firstIndex(of: "{") else {
                // A dollar sign before a reference is one too many, so it waits for what follows.
                let isHeld = !isEnd && pending.last == "$"
                emit(isHeld ? String(pending.dropLast()) : pending, to: &result)
                pending = isHeld ? "$" : ""
                break
            }
            let inside = pending[pending.index(after: brace)...].prefix(ReferenceRenderer.longest)
            if let end = inside.firstIndex(where: { $0 == "}" || $0 == "{" || $0.isWhitespace }) {
                let isReference = inside[end] == "}" && end > inside.startIndex
                let id = String(inside[..<end])
                let before = String(pending[..<brace])
                let stop = isReference ? pending.index(after: end) : pending.index(after: brace)
                let raw = String(pending[brace..<stop])
                pending = String(pending[stop...])
                if isReference {
                    render(id, raw: raw, after: before, to: &result)
                } else {
                    emit(before + raw, to: &result)
                }
            } else if inside.count == ReferenceRenderer.longest || isEnd {
                let stop = pending.index(after: brace)
                emit(String(pending[..<stop]), to: &result)
                pending = String(pending[stop...])
            } else {
                let isHeld = brace > pending.startIndex && pending[pending.index(before: brace)] == "$"
                let start = isHeld ? pending.index(before: brace) : brace
                emit(String(pending[..<start]), to: &result)
                pending = String(pending[start...])
                break
            }
        }
        return result
    }

    /// Drops a percent sign that repeats the figure's own; false where that cannot be told yet.
    private mutating func dropPercent(isEnd: Bool) -> Bool {
        if pending == " ", !isEnd { return false }
        if pending.hasPrefix(" %") {
            pending.removeFirst(2)
        } else if pending.hasPrefix("%") {
            pending.removeFirst()
        }
        mayRepeatPercent = false
        return true
    }

    private mutating func render(_ id: String, raw: String, after before: String, to result: inout String) {
        guard let fact = facts[id] else {
            emit(before, to: &result)
            let start = written
            emit(raw, to: &result)
            references.append(Reference(id: id, isKnown: false, range: start..<written))
            return
        }
        var value = FigureFormat().text(fact)
        let context = (tail + before).lowercased()
        if value.hasPrefix("-"), ReferenceRenderer.losses.contains(where: context.hasSuffix) { value.removeFirst() }
        let repeatsDollar = before.hasSuffix("$") && (value.hasPrefix("$") || value.hasPrefix("-$"))
        emit(repeatsDollar ? String(before.dropLast()) : before, to: &result)
        let start = written
        emit(value, to: &result)
        references.append(Reference(id: id, isKnown: true, range: start..<written))
        mayRepeatPercent = value.hasSuffix("%")
    }

    private mutating func emit(_ text: String, to result: inout String) {
        result += text
        written += text.utf8.count
        tail = String((tail + text).suffix(12))
    }
}
