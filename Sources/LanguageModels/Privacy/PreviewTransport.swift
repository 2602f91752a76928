import Synchronization
public import Transport

/// A transport that sends nothing and keeps the first request it was given, for its owner to look at.
public final class PreviewTransport: HTTPTransport {
    private let request = Mutex<HTTPRequest?>(nil)

    /// A transport that was given nothing yet.
    public init() {}

    /// The first request; nil where there was none.
    public var preview: RequestPreview? {
        request.withLock { $0.map(RequestPreview.init) }
    }

    /// Keeps the request, and refuses.
    ///
    /// - Throws: `TransportError` of code `hostForbidden`.
    public func response(to request: HTTPRequest) async throws -> HTTPResponse {
        throw keep(request)
    }

    /// Keeps the request, and refuses.
    ///
    /// - Throws: `TransportError` of code `hostForbidden`.
    public func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        throw keep(request)
    }

    private func keep(_ request: HTTPRequest) -> TransportError {
        self.request.withLock { kept in if kept == nil { kept = request } }
        return TransportError(.hostForbidden, host: "no host", detail: "a dry run sends nothing")
    }
}
