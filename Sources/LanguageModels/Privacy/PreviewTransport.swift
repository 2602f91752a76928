import Synchronization
public import Transport

/// A transport that sends nothing and keeps the requests it was given, for their owner to look at.
public final class PreviewTransport: HTTPTransport {
    /// A request that was kept.
    public struct Kept: Sendable {
        /// Who asks: an agent's name; empty where that is not known.
        public var agent: String
        /// The model that is asked; nil where that is not known.
        public var model: ModelName?
        /// What would be sent.
        public var preview: RequestPreview
    }

    private let requests = Mutex<[Kept]>([])

    /// A transport that was given nothing yet.
    public init() {}

    /// What was kept, in order.
    public var kept: [Kept] { requests.withLock { $0 } }

    /// Keeps a request.
    public func keep(_ request: HTTPRequest, agent: String = "", model: ModelName? = nil) {
        requests.withLock { $0.append(Kept(agent: agent, model: model, preview: RequestPreview(request))) }
    }

    /// Keeps the request, and refuses.
    ///
    /// - Throws: `TransportError` of code `hostForbidden`.
    public func response(to request: HTTPRequest) async throws -> HTTPResponse {
        throw refusal(of: request)
    }

    /// Keeps the request, and refuses.
    ///
    /// - Throws: `TransportError` of code `hostForbidden`.
    public func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        throw refusal(of: request)
    }

    private func refusal(of request: HTTPRequest) -> TransportError {
        keep(request)
        return TransportError(.hostForbidden, host: "no host", detail: "a dry run sends nothing")
    }
}
