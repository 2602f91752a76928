import CCurlShim
package import Foundation

/// Whether a request is sent again, and after what wait.
struct RetryDecision {
    /// What came of sending it.
    enum Outcome {
        case answer(ResponseHead)
        /// - Parameter isBeforeAnswer: Whether it broke off before any byte of an answer.
        case failure(TransportError, isBeforeAnswer: Bool)
    }

    /// Statuses that may be different the next time.
    static let passingStatuses: Set = [408, 425, 429, 500, 502, 503, 504, 529]

    let policy: RetryPolicy
    let method: HTTPRequest.Method

    /// The wait before the request is sent once more; nil where it is not.
    ///
    /// - Parameters:
    ///   - repeats: How often it was sent again already.
    ///   - random: The jitter: 0 to 1.
    ///   - now: The time by which dates in hints are read.
    func wait(after outcome: Outcome, repeats: Int, random: Double, now: Date) -> Duration? {
        guard repeats < policy.retries, policy.repeatsUnsafeMethods || !method.isUnsafe else { return nil }
        switch outcome {
        case .failure(let error, let isBeforeAnswer):
            guard isBeforeAnswer, error.code == .cannotConnect || error.code == .connectionLost else { return nil }
            return backoff(repeats: repeats, random: random)
        case .answer(let head):
            guard isPassing(head) else { return nil }
            guard let hint = RetryDecision.hint(in: head, now: now) else {
                return backoff(repeats: repeats, random: random)
            }
            return hint > policy.longestWait ? nil : hint
        }
    }

    private func isPassing(_ head: ResponseHead) -> Bool {
        switch head.headers["x-should-retry"]?.lowercased() {
        case "true": head.status >= 400
        case "false": false
        default: RetryDecision.passingStatuses.contains(head.status)
        }
    }

    /// Doubled each time up to the longest; of that, between a half and all.
    private func backoff(repeats: Int, random: Double) -> Duration {
        let longest = min(policy.base * (1 << min(repeats, 30)), policy.longestWait)
        return longest * (0.5 + random / 2)
    }

    /// The wait that the server asks for.
    private static func hint(in head: ResponseHead, now: Date) -> Duration? {
        if let wait = head.headers.retryAfter(now: now) { return wait }
        guard head.status == 429, let reset = number(head.headers["x-ratelimit-reset"]) else { return nil }
        // Some services give seconds to wait, others the time as seconds since 1970.
        return .seconds(reset < 1_000_000_000 ? reset : max(0, reset - now.timeIntervalSince1970))
    }

    fileprivate static func number(_ text: String?) -> Double? {
        guard let text, let number = Double(text), number >= 0, number < 1e12 else { return nil }
        return number
    }
}

extension HTTPHeaders {
    /// The wait that `retry-after-ms`, else `retry-after` asks for as a number; a date, which only a clock can read, is none.
    package var retryAfterInSeconds: Duration? {
        if let milliseconds = RetryDecision.number(self["retry-after-ms"]) { return .seconds(milliseconds / 1000) }
        return RetryDecision.number(self["retry-after"]).map { .seconds($0) }
    }

    /// The wait that `retry-after-ms`, else `retry-after` (seconds or an HTTP date) asks for; nil where neither does.
    package func retryAfter(now: Date) -> Duration? {
        if let wait = retryAfterInSeconds { return wait }
        guard let text = self["retry-after"] else { return nil }
        // An HTTP date, in any of its three forms.
        let time = ccurl_getdate(text)
        return time >= 0 ? .seconds(max(0, Double(time) - now.timeIntervalSince1970)) : nil
    }
}

extension HTTPRequest.Method {
    /// Whether sending it twice may change more than sending it once.
    var isUnsafe: Bool { self == .post || self == .patch }
}
