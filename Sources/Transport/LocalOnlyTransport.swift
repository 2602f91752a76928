/// A transport that asks this machine and no other, whatever is asked of it.
///
/// An address counts as this machine's where its host is written as a loopback address (127.0.0.0/8, `[::1]`) or is
/// `localhost`, which curl knows without asking anyone. A name is never looked up to find out: who answers for it decides where
/// it leads, and not the owner. A redirect never leaves the machine either, whatever the request allows.
public struct LocalOnlyTransport: HTTPTransport {
    private let base: any HTTPTransport

    /// A transport that hands on to `base` what stays on this machine.
    public init(_ base: any HTTPTransport) {
        self.base = base
    }

    /// Sends `request` where it stays on this machine.
    ///
    /// - Throws: `TransportError` of code `hostForbidden` for every other host, before a name is looked up or a connection made;
    ///   else as `base` does.
    public func response(to request: HTTPRequest) async throws -> HTTPResponse {
        try LocalOnlyTransport.check(request)
        return try await base.response(to: request)
    }

    /// Sends `request` where it stays on this machine.
    ///
    /// - Throws: As `response(to:)` does.
    public func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        try LocalOnlyTransport.check(request)
        return try await base.stream(request)
    }

    /// Whether `url` is an address of this machine.
    public static func isLocal(_ url: String) -> Bool {
        (try? CurlAddress(url))?.isLoopback ?? false
    }

    private static func check(_ request: HTTPRequest) throws {
        let address = try CurlAddress(request.url)
        guard address.isLoopback else {
            throw TransportError(.hostForbidden, host: address.host, detail: "nothing may leave this machine")
        }
    }
}
