/// Why an exchange over HTTP did not come about. A status that reports a failure is not one: it is an answer.
public struct TransportError: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Code: String, Sendable, Hashable {
        /// The request cannot be sent as it is: the address's scheme, host or form, or a control character in a header field.
        case badAddress = "bad_address"
        /// The host's name is not known.
        case hostNotFound = "host_not_found"
        /// Nobody listens there, or the way is barred.
        case cannotConnect = "cannot_connect"
        /// The server's certificate does not hold.
        case untrustedServer = "untrusted_server"
        /// No connection in time.
        case connectTimeout = "connect_timeout"
        /// No answer in time.
        case firstByteTimeout = "first_byte_timeout"
        /// The answer stopped coming.
        case idleTimeout = "idle_timeout"
        /// The whole took too long.
        case totalTimeout = "total_timeout"
        /// The connection broke before the answer was complete.
        case connectionLost = "connection_lost"
        /// The answer is larger than was allowed.
        case responseTooLarge = "response_too_large"
        /// The server sent the request to another host.
        case redirectRefused = "redirect_refused"
        /// The owner's settings forbid asking the host.
        case hostForbidden = "host_forbidden"
        /// The answer is no HTTP, or its encoding is broken.
        case malformedResponse = "malformed_response"
        /// The transport was shut down.
        case shutDown = "shut_down"
    }

    /// What went wrong.
    public var code: Code
    /// The host that was asked; never the path or the query, which may hold secrets.
    public var host: String
    /// What happened, in a few words.
    public var detail: String

    /// An error.
    public init(_ code: Code, host: String, detail: String) {
        self.code = code
        self.host = host
        self.detail = detail
    }
}

extension TransportError: CustomStringConvertible {
    /// What failed and what to do next, in one line.
    public var description: String {
        "\(host): \(detail); \(nextStep)"
    }

    private var nextStep: String {
        switch code {
        case .badAddress: "correct the address or the key"
        case .hostNotFound, .cannotConnect: "check the network and the address"
        case .untrustedServer: "check the clock and the CA certificates (CURL_CA_BUNDLE)"
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout, .connectionLost: "try again later"
        case .responseTooLarge: "ask for less at once"
        case .redirectRefused: "use the address it points to, if you trust it"
        case .hostForbidden: "change `privacy` in your config.yaml if it may be asked"
        case .malformedResponse: "check that the address is the service's"
        case .shutDown: "start again"
        }
    }
}
