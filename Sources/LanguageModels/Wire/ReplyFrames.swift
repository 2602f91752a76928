import Foundation
import Transport

/// Cuts the body of a reply into the texts of JSON that it consists of, however its bytes arrive.
///
/// A service that was asked to stream may answer with one text of JSON all the same, and proxies get content types wrong;
/// so what the body is, its first byte decides.
struct ReplyFrames: Sendable {
    /// How a service streams.
    enum Form: Sendable {
        /// Server-sent events, the data of each a text of JSON.
        case events
        /// Lines, each a text of JSON.
        case lines
    }

    /// One text of JSON, valid for the call it is handed on with.
    struct Frame: ~Copyable {
        /// The text.
        let text: UnsafeRawBufferPointer
        /// Whether the stream calls it an error.
        let isError: Bool
        /// Whether the body ended right behind it, where a stream would have gone on.
        let isLast: Bool
    }

    /// No text of JSON, and no body that is one, may be larger.
    static let largestFrame = 16_000_000
    /// No body may be larger.
    static let largestBody = 64_000_000

    private enum Body {
        case unknown
        case events(ServerSentEventDecoder)
        case lines(LineSplitter)
        case whole(Data)
    }

    private let endpoint: ModelEndpoint
    private let form: Form
    private var body = Body.unknown
    private var bytesRead = 0

    /// Frames of a reply.
    init(_ form: Form, from endpoint: ModelEndpoint) {
        self.form = form
        self.endpoint = endpoint
    }

    /// Hands on the frames that `bytes` complete.
    mutating func read<State>(
        _ bytes: Data,
        into state: inout State,
        _ take: (inout State, borrowing Frame) throws -> Void
    ) throws {
        bytesRead += bytes.count
        guard bytesRead <= Self.largestBody else { throw tooLarge }
        var bytes = bytes
        if case .unknown = body {
            bytes = bytes.drop { Self.isSpace($0) }
            guard let first = bytes.first else { return }
            body = try begin(first)
        }
        // Taken out while it is worked on, so that nothing is copied.
        var body = Body.unknown
        swap(&body, &self.body)
        defer { swap(&body, &self.body) }
        switch consume body {
        case .unknown: body = .unknown
        case .events(var decoder):
            defer { body = .events(decoder) }
            try decoder.decode(bytes, into: &state) { state, event in
                try take(&state, Frame(text: event.data, isError: event.name == "error", isLast: false))
            }
            guard decoder.pendingBytes <= Self.largestFrame else { throw tooLarge }
        case .lines(var splitter):
            defer { body = .lines(splitter) }
            for line in splitter.split(bytes) {
                try line.withUnsafeBytes { try take(&state, Frame(text: $0, isError: false, isLast: false)) }
            }
            guard splitter.pendingBytes <= Self.largestFrame else { throw tooLarge }
        case .whole(var data):
            defer { body = .whole(data) }
            data += bytes
            guard data.count <= Self.largestFrame else { throw tooLarge }
        }
    }

    /// Hands on what the end of the body completes.
    mutating func finish<State>(
        into state: inout State,
        _ take: (inout State, borrowing Frame) throws -> Void
    ) throws {
        defer { body = .unknown }
        switch body {
        case .unknown: break
        case .events(var decoder):
            guard let event = decoder.finish() else { return }
            var data = event.data
            try data.withUTF8 {
                try take(
                    &state,
                    Frame(text: UnsafeRawBufferPointer($0), isError: event.event == "error", isLast: true)
                )
            }
        case .lines(var splitter):
            guard let line = splitter.finish() else { return }
            try line.withUnsafeBytes { try take(&state, Frame(text: $0, isError: false, isLast: true)) }
        case .whole(let data):
            try data.withUnsafeBytes { try take(&state, Frame(text: $0, isError: false, isLast: true)) }
        }
    }

    private func begin(_ first: UInt8) throws -> Body {
        switch first {
        case UInt8(ascii: "<"):
            throw endpoint.failure(.malformedReply, "the answer is a web page, not a reply; is the base URL right?")
        case UInt8(ascii: "{") where form == .lines: .lines(LineSplitter())
        case UInt8(ascii: "{"), UInt8(ascii: "["): .whole(Data())
        default: .events(ServerSentEventDecoder())
        }
    }

    private var tooLarge: ModelError {
        endpoint.failure(.malformedReply, "the answer is larger than any reply")
    }

    /// What may stand before the first byte that counts: space, and the parts of a byte order mark.
    private static func isSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF: true
        default: false
        }
    }
}
