public import Foundation

/// Turns the bytes of a `text/event-stream` into events, however the bytes are cut (WHATWG HTML, section 9.2.6).
///
/// An event is complete at the blank line behind it. What stands behind the last blank line when the stream ends is no event
/// by that rule; `finish` gives it to callers whose services just stop.
public struct ServerSentEventDecoder: Sendable {
    /// The last id that was given, to be sent as `Last-Event-ID` when the stream is opened again.
    public private(set) var lastEventID: String?
    /// How long the server asks to wait before the stream is opened again.
    public private(set) var reconnectionTime: Duration?

    /// A line whose end has not come yet.
    private var line: [UInt8] = []
    private var isFirstLine = true
    private var isBehindCarriageReturn = false
    private var event: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    /// Whether the line that ended last was a blank one.
    private var isBlank = false

    /// A decoder at the start of a stream.
    public init() {}

    /// The bytes of an unfinished event that are kept.
    package var pendingBytes: Int { line.count + data.count }

    /// The events that `bytes` complete, in order.
    public mutating func decode(_ bytes: Data) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        decode(bytes, into: &events) { events, event in events.append(event.copy) }
        return events
    }

    /// Hands on the events that `bytes` complete, in order, where they stand: nothing is copied that came in one piece.
    ///
    /// - Parameters:
    ///   - state: What `take` works on.
    ///   - take: Takes an event, which is valid until it returns. What it throws is thrown on, and ends the stream: the
    ///     bytes behind the event are lost.
    package mutating func decode<State>(
        _ bytes: Data,
        into state: inout State,
        _ take: (inout State, borrowing RawServerSentEvent) throws -> Void
    ) rethrows {
        try bytes.withUnsafeBytes { try decode($0, into: &state, take) }
    }

    /// The event that the stream left open at its end; nil where there is none. The decoder is at a start again.
    public mutating func finish() -> ServerSentEvent? {
        var last: ServerSentEvent?
        if !line.isEmpty { endKeptLine() }
        if hasData {
            last = data.withUnsafeBytes { RawServerSentEvent(name: event, data: $0, id: lastEventID).copy }
        }
        endEvent()
        isFirstLine = true
        isBehindCarriageReturn = false
        return last
    }

    private mutating func decode<State>(
        _ bytes: UnsafeRawBufferPointer,
        into state: inout State,
        _ take: (inout State, borrowing RawServerSentEvent) throws -> Void
    ) rethrows {
        guard !bytes.isEmpty else { return }
        // The data of the event, as long as it is one line of this piece.
        var borrowed: UnsafeRawBufferPointer?
        var start = 0
        // CR LF is one line end, also where the two come apart.
        if isBehindCarriageReturn, bytes[0] == UInt8(ascii: "\n") { start = 1 }
        isBehindCarriageReturn = false
        var nextReturn = bytes.position(of: UInt8(ascii: "\r"), from: start)
        var nextFeed = bytes.position(of: UInt8(ascii: "\n"), from: start)
        while true {
            let end = min(nextReturn, nextFeed)
            guard end < bytes.count else { break }
            if line.isEmpty {
                endLine(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), borrowed: &borrowed)
            } else {
                line += bytes[start..<end]
                endKeptLine()
            }
            if isBlank {
                if let borrowed {
                    try take(&state, RawServerSentEvent(name: event, data: borrowed, id: lastEventID))
                } else if hasData {
                    try data.withUnsafeBytes {
                        try take(&state, RawServerSentEvent(name: event, data: $0, id: lastEventID))
                    }
                }
                borrowed = nil
                endEvent()
            }
            start = end + 1
            if end == nextReturn {
                if start == bytes.count {
                    isBehindCarriageReturn = true
                } else if nextFeed == start {
                    start += 1
                    nextFeed = bytes.position(of: UInt8(ascii: "\n"), from: start)
                }
                nextReturn = bytes.position(of: UInt8(ascii: "\r"), from: start)
            } else {
                nextFeed = bytes.position(of: UInt8(ascii: "\n"), from: start)
            }
        }
        line += bytes[start...]
        if let borrowed { keep(borrowed) }
    }

    private mutating func endKeptLine() {
        var kept: [UInt8] = []
        swap(&kept, &line)
        kept.withUnsafeBytes { bytes in
            var borrowed: UnsafeRawBufferPointer?
            endLine(bytes, borrowed: &borrowed)
            if let borrowed { keep(borrowed) }
        }
        kept.removeAll(keepingCapacity: true)
        swap(&kept, &line)
    }

    private mutating func endLine(_ text: UnsafeRawBufferPointer, borrowed: inout UnsafeRawBufferPointer?) {
        var text = text
        if isFirstLine, text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropping(3) }
        isFirstLine = false
        isBlank = text.isEmpty
        if isBlank { return }
        let colon = text.position(of: UInt8(ascii: ":"), from: 0)
        if colon == 0 { return }
        var value = text.dropping(min(colon + 1, text.count))
        if value.first == UInt8(ascii: " ") { value = value.dropping(1) }
        take(UnsafeRawBufferPointer(rebasing: text[..<colon]), value, borrowed: &borrowed)
    }

    private mutating func take(
        _ field: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        borrowed: inout UnsafeRawBufferPointer?
    ) {
        if field.elementsEqual("data".utf8) {
            if let line = borrowed {
                borrowed = nil
                keep(line)
            }
            if hasData {
                data.append(UInt8(ascii: "\n"))
                data += value
            } else {
                borrowed = value
            }
        } else if field.elementsEqual("event".utf8) {
            event.removeAll(keepingCapacity: true)
            event += value
        } else if field.elementsEqual("id".utf8) {
            if !value.contains(0) { lastEventID = String(decoding: value, as: UTF8.self) }
        } else if field.elementsEqual("retry".utf8) {
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            guard !value.isEmpty, value.allSatisfy(digits.contains),
                let milliseconds = Int64(String(decoding: value, as: UTF8.self))
            else { return }
            reconnectionTime = .milliseconds(milliseconds)
        }
    }

    /// Keeps the first line of an event's data for the pieces to come.
    private mutating func keep(_ line: UnsafeRawBufferPointer) {
        data += line
        hasData = true
    }

    // The rule asks for data that is not empty; a single empty `data` line leaves one line feed there, so it counts.
    private mutating func endEvent() {
        event.removeAll(keepingCapacity: true)
        data.removeAll(keepingCapacity: true)
        hasData = false
    }
}

/// An event whose bytes belong to the decoder.
package struct RawServerSentEvent: ~Copyable {
    private let nameBytes: [UInt8]
    /// The data: lines joined by line feeds.
    package let data: UnsafeRawBufferPointer
    private let id: String?

    fileprivate init(name: [UInt8], data: UnsafeRawBufferPointer, id: String?) {
        nameBytes = name
        self.data = data
        self.id = id
    }

    /// The kind of event; empty where the stream names none.
    package var name: String { String(decoding: nameBytes, as: UTF8.self) }

    fileprivate var copy: ServerSentEvent {
        ServerSentEvent(
            event: nameBytes.isEmpty ? "message" : name,
            data: String(decoding: data, as: UTF8.self),
            id: id
        )
    }
}

extension UnsafeRawBufferPointer {
    /// Where `byte` stands first from a position on; the end where it does not.
    fileprivate func position(of byte: UInt8, from start: Int) -> Int {
        guard start < count, let base = baseAddress,
            let found = memchr(base + start, Int32(byte), count - start)
        else { return count }
        return UnsafeRawPointer(found) - base
    }

    fileprivate func dropping(_ bytes: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[bytes...])
    }
}
