public import Foundation

/// What `LoopbackServer` answers, and how badly.
public struct LoopbackReply: Sendable {
    /// What becomes of the connection after the reply.
    public enum Ending: Sendable {
        /// It stays open for the next request, if the client wants that.
        case keepAlive
        /// It is closed, however much of the body is still to come.
        case close
        /// It is reset (RST), so that the client sees an error and no end.
        case reset
        /// Nothing more is sent, and it stays open until the client or the test closes it.
        case hang
    }

    /// The status.
    public var status: Int
    /// Header fields. `Content-Length` and `Transfer-Encoding` are added where they are not given.
    public var headers: [String: String]
    /// The body in the pieces it is sent in; one, unless told otherwise.
    public var pieces: [Data]
    /// Whether each piece is sent as a chunk (`Transfer-Encoding: chunked`).
    public var isChunked = false
    /// How long the server waits before the first byte.
    public var delay: Duration = .zero
    /// What the server waits for before the first byte, after the delay.
    public var gate: LoopbackGate?
    /// How long the server waits before each piece of the body.
    public var pause: Duration = .zero
    /// What the server waits for before each piece of the body, after the pause.
    public var pieceGate: LoopbackGate?
    /// How many pieces are sent before the ending comes; nil for all.
    public var piecesSent: Int?
    /// What becomes of the connection.
    public var ending: Ending = .keepAlive
    /// What is sent in place of the header, byte for byte; the pieces follow it.
    public var rawHeader: Data?

    /// A reply with a body.
    public init(status: Int = 200, headers: [String: String] = [:], body: Data = Data()) {
        self.status = status
        self.headers = headers
        pieces = body.isEmpty ? [] : [body]
    }

    /// A reply with a text as its body.
    public init(status: Int = 200, headers: [String: String] = [:], _ text: String) {
        self.init(status: status, headers: headers, body: Data(text.utf8))
    }

    /// A reply of JSON.
    public static func json(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> LoopbackReply {
        LoopbackReply(status: status, headers: ["Content-Type": "application/json"].merging(headers) { $1 }, text)
    }

    /// A reply whose body is sent in these chunks.
    public static func chunked(
        _ pieces: [String],
        status: Int = 200,
        headers: [String: String] = [:]
    ) -> LoopbackReply {
        var reply = LoopbackReply(status: status, headers: headers)
        reply.pieces = pieces.map { Data($0.utf8) }
        reply.isChunked = true
        return reply
    }

    /// A stream of server-sent events, one chunk each text.
    public static func events(_ pieces: [String]) -> LoopbackReply {
        chunked(pieces, headers: ["Content-Type": "text/event-stream"])
    }

    /// The connection is closed without a byte.
    public static let closed = LoopbackReply.raw("", ending: .close)

    /// The connection is reset without a byte.
    public static let reset = LoopbackReply.raw("", ending: .reset)

    /// No byte comes, and the connection stays open.
    public static let silence = LoopbackReply.raw("", ending: .hang)

    /// An answer that is no HTTP.
    public static let garbled = LoopbackReply.raw("HTP/x 2oo ~~~\r\n\r\nnonsense", ending: .close)

    /// Exactly these bytes in place of a reply.
    public static func raw(_ text: String, ending: Ending = .close) -> LoopbackReply {
        var reply = LoopbackReply()
        reply.rawHeader = Data(text.utf8)
        reply.ending = ending
        return reply
    }

    /// This reply, its first byte only after `delay`.
    public func after(_ delay: Duration) -> LoopbackReply {
        changed { $0.delay = delay }
    }

    /// This reply, its first byte only when `gate` opens.
    public func after(_ gate: LoopbackGate) -> LoopbackReply {
        changed { $0.gate = gate }
    }

    /// This reply, its body in pieces of `size` bytes with a pause before each.
    public func dripping(_ size: Int, pause: Duration) -> LoopbackReply {
        changed { reply in
            let body = pieces.reduce(Data(), +)
            reply.pieces = stride(from: 0, to: body.count, by: size).map { body.dropFirst($0).prefix(size) }
            reply.pause = pause
        }
    }

    /// This reply, each piece of its body only when `gate` opens once more.
    public func dripping(through gate: LoopbackGate) -> LoopbackReply {
        changed { $0.pieceGate = gate }
    }

    /// This reply, which announces its whole body, sends only the first `count` bytes, and ends as told.
    public func cut(after count: Int, ending: Ending = .close) -> LoopbackReply {
        changed { reply in
            let body = pieces.reduce(Data(), +)
            reply.pieces = [body.prefix(count), body.dropFirst(count)]
            reply.piecesSent = 1
            reply.ending = ending
        }
    }

    /// This reply, after which the connection ends as told.
    public func ending(_ ending: Ending) -> LoopbackReply {
        changed { $0.ending = ending }
    }

    private func changed(_ change: (inout LoopbackReply) -> Void) -> LoopbackReply {
        var reply = self
        change(&reply)
        return reply
    }
}
