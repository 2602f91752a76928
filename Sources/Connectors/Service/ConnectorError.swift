/// Why a connector could not answer.
public struct ConnectorError: Error, Sendable, Hashable {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// It is switched off, or a key is missing.
        case notConfigured
        /// The key was refused (401).
        case unauthorised
        /// The key is good, but not for this (403).
        case forbidden
        /// There is no such thing (404).
        case notFound
        /// Too many requests (429, or a limit of our own); when to come back, if the server said.
        case rateLimited(retryAfter: Duration?)
        /// The service failed (5xx).
        case serviceFailed(status: Int)
        /// The service refused the request (another 4xx).
        case requestRefused(status: Int)
        /// Nobody answered.
        case unreachable
        /// No answer in time.
        case timedOut
        /// The answer is not what the service's contract says.
        case unexpectedAnswer
        /// A file or database could not be read.
        case unreadable
        /// The source does not have this kind of data.
        case notOffered
        /// It failed several times in a row and is left alone for a while.
        case resting(until: Duration)
    }

    /// The connector's name: `alpaca`.
    public var connector: String
    /// What went wrong.
    public var code: Code
    /// What happened, in a few words, without secrets.
    public var detail: String
    /// What the owner can do; empty where there is nothing.
    public var nextStep: String

    /// An error.
    public init(_ connector: String, _ code: Code, _ detail: String, nextStep: String = "") {
        self.connector = connector
        self.code = code
        self.detail = detail
        self.nextStep = nextStep
    }

    /// Whether the same question may be answered later without anyone doing anything.
    public var isTransient: Bool {
        switch code {
        case .rateLimited, .serviceFailed, .unreachable, .timedOut, .resting: true
        case .notConfigured, .unauthorised, .forbidden, .notFound, .requestRefused, .unexpectedAnswer, .unreadable,
            .notOffered:
            false
        }
    }
}

extension ConnectorError: CustomStringConvertible {
    /// What failed and what to do next, in one line.
    public var description: String {
        "\(connector): \(detail)" + (nextStep.isEmpty ? "" : "; \(nextStep)")
    }
}
