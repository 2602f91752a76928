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

    private var line: [UInt8] = []
    private var isFirstLine = true
    private var isBehindCarriageReturn = false
    private var event = ""
    private var data: [UInt8] = []
    private var hasData = false

    /// A decoder at the start of a stream.
    public init() {}

    /// The events that `bytes` complete, in order.
    public mutating func decode(_ bytes: Data) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            // CR LF is one line end, also where the two come apart.
            if isBehindCarriageReturn, byte == UInt8(ascii: "\n") {
                isBehindCarriageReturn = false
                continue
            }
            isBehindCarriageReturn = byte == UInt8(ascii: "\r")
            if isBehindCarriageReturn || byte == UInt8(ascii: "\n") {
                if let event = endLine() { events.append(event) }
            } else {
                line.append(byte)
            }
        }
        return events
    }

    /// The event that the stream left open at its end; nil where there is none. The decoder is at a start again.
    public mutating func finish() -> ServerSentEvent? {
        if !line.isEmpty { _ = endLine() }
        let last = dispatch()
        isFirstLine = true
        isBehindCarriageReturn = false
        return last
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirstLine = false
        if line.isEmpty { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":"))
        if colon == 0 { return nil }
        var value = colon.map { line[($0 + 1)...] } ?? []
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        take(String(decoding: line[..<(colon ?? line.count)], as: UTF8.self), value)
        return nil
    }

    private mutating func take(_ field: String, _ value: ArraySlice<UInt8>) {
        switch field {
        case "data":
            if hasData { data.append(UInt8(ascii: "\n")) }
            data += value
            hasData = true
        case "event": event = String(decoding: value, as: UTF8.self)
        case "id":
            if !value.contains(0) { lastEventID = String(decoding: value, as: UTF8.self) }
        case "retry":
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            guard !value.isEmpty, value.allSatisfy(digits.contains),
                let milliseconds = Int64(String(decoding: value, as: UTF8.self))
            else { return }
            reconnectionTime = .milliseconds(milliseconds)
        default: break
        }
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            event = ""
            data.removeAll(keepingCapacity: true)
            hasData = false
        }
        // The rule asks for data that is not empty; a single empty `data` line leaves one line feed there, so it counts.
        guard hasData else { return nil }
        return ServerSentEvent(
            event: event.isEmpty ? "message" : event,
            data: String(decoding: data, as: UTF8.self),
            id: lastEventID
        )
    }
}
