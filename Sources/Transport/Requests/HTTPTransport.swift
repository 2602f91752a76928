public import Foundation

/// What sends HTTP requests. `CurlTransport` is the real one; it is passed in, never reached for.
public protocol HTTPTransport: Sendable {
    /// Sends `request` and waits for the whole answer, whatever its status.
    ///
    /// Cancelling the task closes the connection within 100 ms.
    /// - Throws: `TransportError`, or `CancellationError` when the task was cancelled.
    func response(to request: HTTPRequest) async throws -> HTTPResponse

    /// Sends `request` and returns as soon as the answer's header is there; the body follows piece by piece.
    ///
    /// Dropping the body, or cancelling the task that reads it, closes the connection. A stream is sent again only as long
    /// as no byte of its body was handed on.
    /// - Throws: `TransportError`, or `CancellationError` when the task was cancelled.
    func stream(_ request: HTTPRequest) async throws -> HTTPStream
}

/// An answer, complete.
public struct HTTPResponse: Sendable {
    /// The status: 200, 404.
    public var status: Int
    /// Header fields.
    public var headers: HTTPHeaders
    /// The body, decompressed.
    public var body: Data

    /// An answer with all its values.
    public init(status: Int, headers: HTTPHeaders = [:], body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Whether the status is 200 to 299.
    public var isSuccess: Bool { (200..<300).contains(status) }
}

/// An answer whose body is still coming.
public struct HTTPStream: Sendable {
    /// The status: 200, 404.
    public var status: Int
    /// Header fields.
    public var headers: HTTPHeaders
    /// The body in pieces as they arrive, decompressed; throws `TransportError` where it is cut short.
    public var body: AsyncThrowingStream<Data, any Error>

    /// A stream with all its values.
    public init(status: Int, headers: HTTPHeaders, body: AsyncThrowingStream<Data, any Error>) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
