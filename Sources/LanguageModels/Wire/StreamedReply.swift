import Foundation
import JSON

/// What one protocol makes of the texts of JSON of a reply.
protocol ReplyContent: Sendable {
    /// The members that it reads.
    static var selection: JSONSelection { get }

    /// Whom it comes from.
    var endpoint: ModelEndpoint { get }
    /// Events that were not handed on yet.
    var events: [ModelEvent] { get set }
    /// Whether the reply said that it is over; what comes behind that is not read.
    var isOver: Bool { get }
    /// What the service counted so far.
    var usage: TokenUsage { get }
    /// Bytes of words, thoughts and arguments so far.
    var bytesWritten: Int { get }

    /// Takes the next text of JSON.
    ///
    /// - Throws: `ModelError` for what is no part of a reply.
    mutating func take(_ value: WireValue) throws

    /// Takes the mark that some services put behind the last text.
    mutating func takeEndMark()

    /// The whole reply.
    ///
    /// - Throws: `ModelError`; `cutOff` where the body ended before the reply did.
    mutating func finish() throws -> ModelReply
}

extension ReplyContent {
    mutating func takeEndMark() {}
}

/// Reads a reply that is streamed, or one whole text of JSON, by what `Content` makes of it.
struct StreamedReply<Content: ReplyContent>: ReplyReader {
    private var frames: ReplyFrames
    private var content: Content

    /// A reader of `content` from a body of `form`.
    init(_ form: ReplyFrames.Form, _ content: Content) {
        frames = ReplyFrames(form, from: content.endpoint)
        self.content = content
    }

    mutating func read(_ bytes: Data) throws -> [ModelEvent] {
        try frames.read(bytes, into: &content, Self.take)
        return drain()
    }

    mutating func finish() throws -> (events: [ModelEvent], reply: ModelReply) {
        try frames.finish(into: &content, Self.take)
        let reply = try content.finish()
        return (drain(), reply)
    }

    var progress: ReplyProgress { ReplyProgress(usage: content.usage, bytesWritten: content.bytesWritten) }

    private mutating func drain() -> [ModelEvent] {
        defer { content.events.removeAll() }
        return content.events
    }

    private static func take(_ content: inout Content, _ frame: borrowing ReplyFrames.Frame) throws {
        guard !content.isOver else { return }
        if frame.text.elementsEqual("[DONE]".utf8) {
            content.takeEndMark()
            return
        }
        guard let value = WireValue(json: frame.text, keeping: Content.selection) else {
            try refuse(frame, content.endpoint)
            return
        }
        // Gemini sends a list where it was not asked for events.
        let values = if case .list(let values) = value { values } else { [value] }
        for value in values {
            if frame.isError || value["error"] != nil || value["type"] == .text("error") {
                throw content.endpoint.error(ServiceComplaint(WireValue(json: frame.text) ?? value))
            }
            try content.take(value)
        }
    }

    /// What a text that is no JSON means: where the body ended in the middle of it, that is for `finish` to judge.
    private static func refuse(_ frame: borrowing ReplyFrames.Frame, _ endpoint: ModelEndpoint) throws {
        guard frame.isLast, isUnfinished(frame.text) else {
            if frame.isError {
                throw endpoint.error(ServiceComplaint(text: String(decoding: frame.text, as: UTF8.self)))
            }
            throw endpoint.failure(.malformedReply, "a part of the answer is no JSON")
        }
    }

    /// Whether a text of JSON ends before its brackets and quotes do, or before it began.
    private static func isUnfinished(_ text: UnsafeRawBufferPointer) -> Bool {
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        for byte in text {
            if isQuoted {
                if byte == UInt8(ascii: "\""), !isEscaped { isQuoted = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            } else {
                switch byte {
                case UInt8(ascii: "\""): isQuoted = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
            }
        }
        return isQuoted || depth > 0 || text.allSatisfy { $0 <= 0x20 }
    }
}
