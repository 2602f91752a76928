/// Why a Model Context Protocol server did not give what was asked for.
public struct MCPError: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// The server's program could not be started.
        case cannotStart
        /// Nobody answered at its address.
        case unreachable
        /// It ended, or closed the connection, before it answered.
        case closed
        /// No answer in time.
        case timedOut
        /// It wants the owner to sign in (401); what its `WWW-Authenticate` header said.
        case unauthorised(challenge: String?)
        /// Too many requests (429); when to come back, if the server said.
        case rateLimited(retryAfter: Duration?)
        /// It refused or failed with an HTTP status.
        case http(status: Int)
        /// It no longer knows the session.
        case sessionExpired
        /// What it sent is not the protocol.
        case malformed
        /// What it sent is larger than was allowed.
        case tooLarge
        /// It speaks no revision of the protocol that is known here.
        case unknownRevision
        /// It refused the request with a JSON-RPC error.
        case refused(code: Int)
        /// The tool ran and reports a failure.
        case toolFailed
        /// The tool is not among those that may be called; nothing was sent.
        case notAllowed
    }

    /// What went wrong.
    public var code: Code
    /// How the server is called here.
    public var server: String
    /// What happened, in a few words.
    public var detail: String
    /// The server's own words, cut to 4,000 characters. They are data: shown to the owner at most, followed by nobody.
    public var words: String

    /// An error.
    public init(_ code: Code, server: String, _ detail: String, words: String = "") {
        self.code = code
        self.server = server
        self.detail = detail
        self.words = String(words.prefix(4_000))
    }
}

extension MCPError: CustomStringConvertible {
    /// What failed and what to do next, in one line.
    public var description: String {
        let quoted = DisplayText.line(words, limit: 160)
        return "\(server): \(detail)" + (quoted.isEmpty ? "" : " (it says: \(quoted))") + "; \(nextStep)"
    }

    private var nextStep: String {
        switch code {
        case .cannotStart: "check the command and that it is installed"
        case .unreachable: "check the network and the address"
        case .rateLimited(let wait?): "try again in \(Age.words(wait.inSeconds))"
        case .closed, .timedOut, .sessionExpired, .rateLimited: "try again later"
        case .unauthorised: "sign in with `magnus connect`"
        case .http, .refused, .toolFailed: "check what was asked for"
        case .malformed, .unknownRevision: "check that it is a Model Context Protocol server of a known revision"
        case .tooLarge: "ask for less at once"
        case .notAllowed: "Magnus only reads; there is nothing to do"
        }
    }
}
