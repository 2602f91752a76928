package import Foundation

/// Leaves a connector alone that failed several times in a row, for a pause that grows; then one question probes it.
package struct CircuitBreaker: Sendable, Codable, Equatable {
    /// When and for how long a connector rests.
    package struct Policy: Sendable {
        /// Failures in a row that it takes.
        package var failures = 3
        /// The first pause, in seconds; each one after a failed probe is twice as long.
        package var firstPause: Double = 30
        /// No pause is longer, in seconds.
        package var longestPause: Double = 900

        /// A policy.
        package init(failures: Int = 3, firstPause: Double = 30, longestPause: Double = 900) {
            self.failures = failures
            self.firstPause = firstPause
            self.longestPause = longestPause
        }
    }

    /// Whether a question may be put.
    package enum Admission: Equatable {
        /// It may.
        case open
        /// Not for so many seconds; 0 where a probe is under way.
        case resting(seconds: Double)
    }

    /// Transient failures since the last success.
    package private(set) var failures = 0
    /// Pauses since the last success.
    package private(set) var pauses = 0
    /// The end of the pause, which a probe follows; nil where there was none since the last success.
    package private(set) var restsUntil: Date?
    private var isProbing = false

    private enum CodingKeys: String, CodingKey {
        case failures, pauses, restsUntil
    }

    /// A connector of which nothing bad is known.
    package init() {}

    /// Whether a question may be put now. One that follows a pause is a probe: no other is let through until it is
    /// answered or given up.
    package mutating func admit(at now: Date) -> Admission {
        guard let restsUntil else { return .open }
        guard restsUntil <= now else { return .resting(seconds: restsUntil.timeIntervalSince(now)) }
        guard !isProbing else { return .resting(seconds: 0) }
        isProbing = true
        return .open
    }

    /// A question was answered, if only with a refusal: the service is there.
    package mutating func succeed() {
        self = CircuitBreaker()
    }

    /// A question failed for a reason that may pass.
    package mutating func fail(at now: Date, policy: Policy) {
        failures += 1
        isProbing = false
        // A question that was put before the pause began does not lengthen it.
        if let restsUntil, restsUntil > now { return }
        guard restsUntil != nil || failures >= policy.failures else { return }
        let pause = min(policy.longestPause, policy.firstPause * pow(2, Double(min(pauses, 30))))
        pauses += 1
        restsUntil = now.addingTimeInterval(pause)
    }

    /// A question was given up before it was answered.
    package mutating func abandon() {
        isProbing = false
    }
}
