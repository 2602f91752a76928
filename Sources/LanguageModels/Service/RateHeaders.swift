import Foundation
import Transport

/// What a service says of its limits in the header of an answer.
struct RateHeaders {
    /// One limit: how much of it is left, and when it is whole again.
    struct Window: Equatable {
        /// How much there is in all; nil where only the rest was said.
        var limit: Double?
        /// How much is left.
        var remaining: Double
        /// Seconds until it is whole again.
        var resetSeconds: Double
    }

    /// Of requests.
    var requests: Window?
    /// Of tokens.
    var tokens: Window?

    /// Reads `x-ratelimit-*` (OpenAI, Groq and others) or `anthropic-ratelimit-*`.
    init(_ headers: HTTPHeaders, now: Date) {
        func window(_ kind: String) -> Window? {
            let general = RateHeaders.window(
                headers["x-ratelimit-limit-" + kind],
                headers["x-ratelimit-remaining-" + kind],
                RateHeaders.seconds(headers["x-ratelimit-reset-" + kind])
            )
            let anthropic = "anthropic-ratelimit-" + kind
            return general
                ?? RateHeaders.window(
                    headers[anthropic + "-limit"],
                    headers[anthropic + "-remaining"],
                    RateHeaders.seconds(untilDate: headers[anthropic + "-reset"], now: now)
                )
        }
        requests = window("requests")
        // Anthropic's limits of tokens read are what a request meets first; where it gives one for all tokens, that is the
        // tightest of them.
        tokens = window("tokens") ?? window("input-tokens")
    }

    private static func window(_ limit: String?, _ remaining: String?, _ reset: Double?) -> Window? {
        guard let remaining = remaining.flatMap(Double.init), remaining >= 0, let reset else { return nil }
        let limit = limit.flatMap(Double.init).flatMap { $0 > 0 ? $0 : nil }
        return Window(limit: limit, remaining: remaining, resetSeconds: reset)
    }

    /// A span such as `6m0s`, `120ms`, `1h2m3.5s` or `7.66s`, or a mere number of seconds.
    static func seconds(_ text: String?) -> Double? {
        guard let text, !text.isEmpty else { return nil }
        if let number = Double(text) { return number >= 0 && number.isFinite ? number : nil }
        let units = [
            "d": 86_400.0, "h": 3_600, "m": 60, "s": 1, "ms": 0.001, "us": 0.000001, "µs": 0.000001, "ns": 1e-9,
        ]
        var total = 0.0
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let scale = units[String(unit)] else { return nil }
            total += number * scale
        }
        return total
    }

    private static func seconds(untilDate text: String?, now: Date) -> Double? {
        guard let text, let date = try? Date(text, strategy: .iso8601) else { return nil }
        return max(0, date.timeIntervalSince(now))
    }
}
