import Foundation

/// What happened to a connector's questions.
struct ConnectorCounters: Sendable, Codable, Equatable {
    /// Questions put to it.
    var requests = 0
    /// Values served from what it had answered before.
    var hits = 0
    /// Values for which it had to be asked.
    var misses = 0
    /// Values served although they were too old.
    var staleServed = 0
    /// Failures by their code.
    var errors: [String: Int] = [:]
    /// How long its answers took.
    var latency = LatencyHistogram()
    /// When it last answered.
    var lastSuccess: Date?
    /// When it last failed.
    var lastFailure: Date?
    /// How it last failed.
    var lastFailureDetail: String?

    /// Nothing happened yet.
    init() {}

    /// Adds what happened elsewhere or later.
    mutating func add(_ other: ConnectorCounters) {
        requests += other.requests
        hits += other.hits
        misses += other.misses
        staleServed += other.staleServed
        errors.merge(other.errors, uniquingKeysWith: +)
        latency.add(other.latency)
        lastSuccess = [lastSuccess, other.lastSuccess].compactMap(\.self).max()
        if let failure = other.lastFailure, failure >= lastFailure ?? failure {
            lastFailure = failure
            lastFailureDetail = other.lastFailureDetail
        }
    }

    /// Counts a failure.
    mutating func fail(_ error: ConnectorError, at now: Date) {
        errors[error.code.name, default: 0] += 1
        lastFailure = now
        lastFailureDetail = error.detail
    }
}

extension ConnectorError.Code {
    /// The code in one word, as counters and JSON have it: `rate_limited`.
    public var name: String {
        switch self {
        case .notConfigured: "not_configured"
        case .unauthorised: "unauthorised"
        case .forbidden: "forbidden"
        case .notFound: "not_found"
        case .rateLimited: "rate_limited"
        case .serviceFailed: "service_failed"
        case .requestRefused: "request_refused"
        case .unreachable: "unreachable"
        case .timedOut: "timed_out"
        case .unexpectedAnswer: "unexpected_answer"
        case .unreadable: "unreadable"
        case .notOffered: "not_offered"
        case .resting: "resting"
        }
    }
}
