import Foundation
import Transport

extension HTTPHeaders {
    /// How long the server asks to wait: `Retry-After` in seconds or as a date, or the moment at which a limit is reset.
    ///
    /// - Parameter now: What time it is; nil for the server's own time in `Date`.
    func wait(now: Date?) -> Duration? {
        guard let now = now ?? self["date"].flatMap(WireTime.instant(httpDate:)) else { return retryAfterInSeconds }
        if let wait = retryAfter(now: now) { return wait <= .seconds(1_000_000) ? wait : nil }
        for name in ["x-ratelimit-reset", "x-ratelimit-expiry"] {
            guard let text = self[name], let number = Double(text), number >= 0 else { continue }
            // A moment since 1970 is some 1.8e9; what is smaller by far counts from now.
            if number < 1e6 { return .seconds(number) }
            guard let moment = WireTime.instant(sinceEpoch: number) else { continue }
            return .seconds(max(0, moment.timeIntervalSince(now)))
        }
        return nil
    }
}
