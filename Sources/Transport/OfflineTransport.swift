/// A transport that sends nothing: whatever is asked of it, there is no network.
///
/// It makes the owner's wish to stay offline hold for every source, also one that reads files and a service alike.
public struct OfflineTransport: HTTPTransport {
    /// A transport.
    public init() {}

    /// Refuses.
    ///
    /// - Throws: `TransportError` of code `cannotConnect`.
    public func response(to request: HTTPRequest) async throws -> HTTPResponse {
        throw OfflineTransport.refusal
    }

    /// Refuses.
    ///
    /// - Throws: `TransportError` of code `cannotConnect`.
    public func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        throw OfflineTransport.refusal
    }

    private static let refusal = TransportError(.cannotConnect, host: "no host", detail: "Magnus is offline")
}
