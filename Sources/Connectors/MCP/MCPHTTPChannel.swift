public import Foundation
import JSON
import Synchronization
public import Transport

/// What gives an HTTP server its access token.
public protocol MCPAuthorization: Sendable {
    /// A token for the next request; nil where the owner has not signed in.
    ///
    /// - Throws: `ConnectorError` where there should be one and cannot be; `CancellationError`.
    func token() async throws -> Secret?
    /// A token in place of one that the server refused; nil where there can be none.
    ///
    /// - Throws: As `token`.
    func token(insteadOf refused: Secret) async throws -> Secret?
}

/// The way to a server over HTTP (MCP 2025-06-18, Transports, Streamable HTTP). Every message is a POST; the answer is
/// JSON or a stream of events. The stream for what a server says unasked (GET) is not opened.
public final class MCPHTTPChannel: MCPChannel {
    /// How the server is called in errors.
    public let server: String

    private struct State {
        var session: String?
        var revision: String?
        var incoming: (@Sendable (MCPMessage) async -> Void)?
    }

    private let endpoint: String
    private let transport: any HTTPTransport
    private let authorization: (any MCPAuthorization)?
    private let maximumMessageBytes: Int
    private let clock: (@Sendable () -> Date)?
    private let state = Mutex(State())

    /// A way to the server at `endpoint`.
    ///
    /// - Parameters:
    ///   - server: How the server is called in errors.
    ///   - endpoint: Its address.
    ///   - transport: What sends requests.
    ///   - authorization: What gives access tokens; nil for a server that wants none.
    ///   - maximumMessageBytes: The most that is accepted in answer to one request.
    ///   - clock: What time it is, for limits that end at a moment; nil for the server's own time.
    public init(
        server: String,
        endpoint: String,
        transport: any HTTPTransport,
        authorization: (any MCPAuthorization)? = nil,
        maximumMessageBytes: Int = 8_000_000,
        clock: (@Sendable () -> Date)? = nil
    ) {
        self.server = server
        self.endpoint = endpoint
        self.transport = transport
        self.authorization = authorization
        self.maximumMessageBytes = maximumMessageBytes
        self.clock = clock
    }

    /// Forgets the session there was; the server gives another when it is greeted.
    public func open(incoming: @escaping @Sendable (MCPMessage) async -> Void) async throws {
        state.withLock { $0 = State(incoming: incoming) }
    }

    /// Notes the revision that is named in every request from now on.
    public func agree(on revision: String) {
        state.withLock { $0.revision = revision }
    }

    /// Sends a request and reads its answer.
    public func answer(to request: Data, id: Int) async throws -> MCPMessage {
        let stream = try await stream(request, within: nil)
        if let session = stream.headers["mcp-session-id"], Self.isVisible(session) {
            state.withLock { $0.session = session }
        }
        let type = (stream.headers["content-type"] ?? "").lowercased()
        if type.hasPrefix("text/event-stream") { return try await answer(in: stream, id: id) }
        guard stream.status != 202 else { throw malformed("it took the request and gave no answer") }
        let body = try await body(of: stream, limit: maximumMessageBytes)
        guard let messages = MCPMessage.messages(in: body) else {
            throw malformed("its answer is no JSON", String(decoding: body.prefix(200), as: UTF8.self))
        }
        guard let answer = try await take(messages, id: id) else { throw malformed("it answered another request") }
        return answer
    }

    /// Sends a notification or an answer.
    public func post(_ message: Data) async throws {
        _ = try await body(of: try await stream(message, within: .seconds(10)), limit: 65_536)
    }

    /// Tells the server that the session is over, whatever it says to that.
    public func close() async {
        let session = state.withLock { state in
            defer { state = State() }
            return state.session
        }
        guard session != nil else { return }
        var request = HTTPRequest(.delete, endpoint, timeouts: HTTPTimeouts(total: .seconds(5)), retry: .never)
        request.headers["Mcp-Session-Id"] = session
        guard let token = try? await authorization?.token() else {
            _ = try? await transport.response(to: request)
            return
        }
        request.headers["Authorization"] = "Bearer \(token.revealed)"
        _ = try? await transport.response(to: request)
    }

    // MARK: Sending

    /// The server's answer to `message`, a success. Who waits for an answer sets a time limit of their own.
    private func stream(_ message: Data, within limit: Duration?) async throws -> HTTPStream {
        var token = try await authorization?.token()
        var isRenewed = false
        while true {
            let (request, session) = request(message, token, limit)
            let stream = try await sent(request)
            switch stream.status {
            case 200..<300: return stream
            case 401:
                if let refused = token, !isRenewed, let authorization {
                    token = try await authorization.token(insteadOf: refused)
                    isRenewed = true
                    if token != nil { continue }
                }
                let challenge = stream.headers["www-authenticate"]
                throw MCPError(.unauthorised(challenge: challenge), server: server, "it wants you to sign in")
            case 404 where session != nil:
                throw MCPError(.sessionExpired, server: server, "the session has ended")
            default:
                throw try await refusal(stream, hiding: token)
            }
        }
    }

    private func request(_ message: Data, _ token: Secret?, _ limit: Duration?) -> (HTTPRequest, session: String?) {
        let (session, revision) = state.withLock { ($0.session, $0.revision) }
        var request = HTTPRequest(
            .post,
            endpoint,
            headers: ["Content-Type": "application/json", "Accept": "application/json, text/event-stream"],
            body: message,
            timeouts: HTTPTimeouts(firstByte: nil, idle: nil, total: limit),
            maximumResponseBytes: maximumMessageBytes,
            retry: .never
        )
        if let session { request.headers["Mcp-Session-Id"] = session }
        if let revision { request.headers["MCP-Protocol-Version"] = revision }
        if let token { request.headers["Authorization"] = "Bearer \(token.revealed)" }
        return (request, session)
    }

    private func sent(_ request: HTTPRequest) async throws -> HTTPStream {
        do {
            return try await transport.stream(request)
        } catch let error as TransportError {
            throw failure(error)
        }
    }

    private func refusal(_ stream: HTTPStream, hiding token: Secret?) async throws -> MCPError {
        let body = try await body(of: stream, limit: 65_536)
        let value = WireValue(json: body)
        var words = value?["error"]?["message"]?.string ?? value?["error_description"]?.string ?? ""
        // A server may repeat what it was sent.
        if let token { words = words.replacing(token.revealed, with: "\(token)") }
        let code: MCPError.Code =
            stream.status == 429
            ? .rateLimited(retryAfter: stream.headers.wait(now: clock?())) : .http(status: stream.status)
        return MCPError(code, server: server, "HTTP \(stream.status)", words: words)
    }

    // MARK: Receiving

    private func answer(in stream: HTTPStream, id: Int) async throws -> MCPMessage {
        var decoder = ServerSentEventDecoder()
        var count = 0
        do {
            for try await piece in stream.body {
                count += piece.count
                guard count <= maximumMessageBytes else { throw tooLarge() }
                for event in decoder.decode(piece) where !event.data.isEmpty {
                    guard let messages = MCPMessage.messages(in: Data(event.data.utf8)) else {
                        throw malformed("an event is no JSON", event.data)
                    }
                    if let answer = try await take(messages, id: id) { return answer }
                }
            }
        } catch let error as TransportError {
            throw failure(error)
        }
        try Task.checkCancellation()
        throw MCPError(.closed, server: server, "it ended the stream before it answered")
    }

    private func take(_ messages: [MCPMessage], id: Int) async throws -> MCPMessage? {
        var answer: MCPMessage?
        for message in messages {
            switch message {
            case .result(id, _), .failure(id, _, _), .failure(nil, _, _): answer = message
            case .result, .failure: throw malformed("it answered another request")
            case .request, .notification:
                if let incoming = state.withLock({ $0.incoming }) { await incoming(message) }
            case .unknown: throw malformed("a message is not JSON-RPC 2.0")
            }
        }
        return answer
    }

    private func body(of stream: HTTPStream, limit: Int) async throws -> Data {
        var body = Data()
        do {
            for try await piece in stream.body {
                body += piece
                guard body.count <= limit else { throw tooLarge() }
            }
        } catch let error as TransportError {
            throw failure(error)
        }
        try Task.checkCancellation()
        return body
    }

    private func failure(_ error: TransportError) -> MCPError {
        let detail = "\(error.host): \(error.detail)"
        switch error.code {
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout:
            return MCPError(.timedOut, server: server, detail)
        case .responseTooLarge: return tooLarge()
        case .connectionLost: return MCPError(.closed, server: server, detail)
        case .malformedResponse, .redirectRefused: return malformed(detail)
        case .badAddress, .hostNotFound, .hostForbidden, .cannotConnect, .untrustedServer, .shutDown:
            return MCPError(.unreachable, server: server, detail)
        }
    }

    private func tooLarge() -> MCPError {
        MCPError(.tooLarge, server: server, "an answer of more than \(maximumMessageBytes) bytes")
    }

    private func malformed(_ detail: String, _ words: String = "") -> MCPError {
        MCPError(.malformed, server: server, detail, words: words)
    }

    /// A session's identifier may hold visible ASCII alone.
    private static func isVisible(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
