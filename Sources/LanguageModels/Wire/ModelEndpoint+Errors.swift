import Foundation
import JSON
import Transport

extension ModelEndpoint {
    /// What a failed answer means. A wait that the header gives as a date is left to whoever has a clock.
    func error(status: Int, headers: HTTPHeaders, body: Data) -> ModelError {
        var complaint = ServiceComplaint(body: body)
        if complaint.message.isEmpty, (300..<400).contains(status) {
            complaint.message = "the service sends us elsewhere; is the base URL right?"
        }
        return error(complaint, status: status, says: "HTTP \(status)", hint: headers.retryAfterInSeconds)
    }

    /// What an error means that a service sends in the middle of a reply.
    func error(_ complaint: ServiceComplaint) -> ModelError {
        error(complaint, status: complaint.status ?? complaint.statusOfName, says: "an error in its reply", hint: nil)
    }

    /// - Parameter says: How the error came, for whoever reads of it.
    private func error(
        _ complaint: ServiceComplaint,
        status: Int?,
        says how: String,
        hint: Duration?
    ) -> ModelError {
        let code = complaint.code(status: status)
        let isPassing = code == .rateLimited || code == .overloaded || code == .timedOut || code == .quotaExhausted
        let words = line(complaint.message)
        return ModelError(
            code,
            provider: name.provider,
            model: name.model,
            status: status,
            detail: words.isEmpty ? "\(how), without a word why" : "\(how): \(words)",
            retryAfter: isPassing ? hint ?? complaint.retryDelay : nil,
            failedGeneration: complaint.failedGeneration.map(withoutKey),
            contextTokens: code == .tooLong ? complaint.contextTokens : nil,
            promptTokens: code == .tooLong ? complaint.promptTokens : nil
        )
    }

    /// A service's words as one line, cut, without control characters, and without the key, which some echo.
    func line(_ text: String) -> String {
        let longest = 300
        var line = ""
        for scalar in withoutKey(String(text.unicodeScalars.prefix(4_000))).unicodeScalars {
            if scalar.properties.generalCategory == .control || scalar.properties.isWhitespace {
                if !line.isEmpty, line.last != " " { line.append(" ") }
            } else if scalar.properties.generalCategory != .format {
                line.unicodeScalars.append(scalar)
            }
        }
        while line.last == " " { line.removeLast() }
        return line.count > longest ? line.prefix(longest - 1) + "…" : line
    }

    /// What stands where a secret stood.
    static let keyMark = "••••"

    /// The key, and what stands in fields of the header that hold one, the longest first.
    var secrets: [String] {
        // One or two letters are no key, and taking them out of every word would leave nothing to read.
        let words = ["auth", "key", "token", "secret", "cookie"]
        let fields = headers.filter { field in words.contains { field.key.lowercased().contains($0) } }
        let whole = [key?.revealed].compactMap { $0 } + fields.values
        // `Bearer abc`: the token alone is a secret too.
        let tokens = whole.compactMap { $0.split(separator: " ").last.map(String.init) }
        return Set(whole + tokens).filter { $0.utf8.count > 3 }.sorted {
            ($0.utf8.count, $1) > ($1.utf8.count, $0)
        }
    }

    /// A text without the secrets of this endpoint, which some services echo.
    func withoutKey(_ text: String) -> String {
        secrets.reduce(text) { $0.replacingOccurrences(of: $1, with: Self.keyMark) }
    }
}

extension ServiceComplaint {
    /// Names of errors that only money mends.
    private static let money: Set = [
        "insufficient_quota", "credit_balance_exhausted", "billing_error", "enforced_spend_limit_reached",
        "billing_hard_limit_reached", "billing_not_active", "insufficient_balance", "insufficient_credits",
    ]
    private static let noMoney = ["credit balance is too low", "insufficient balance", "insufficient credits"]
    private static let length: Set = [
        "context_length_exceeded", "exceed_context_size_error", "request_too_large", "string_above_max_length",
    ]
    private static let tooLong = [
        "context length", "context window", "context size", "maximum context", "prompt is too long",
        "input token count", "too many tokens", "too large to process", "reduce the length", "longer than the model's",
    ]

    /// What it means, with the HTTP status or without one.
    func code(status: Int?) -> ModelError.Code {
        let words = message.lowercased()
        if !names.isDisjoint(with: Self.money) || status == 402 { return .outOfMoney }
        if Self.noMoney.contains(where: words.contains) { return .outOfMoney }
        if names.contains("tool_use_failed") { return .toolCallUnreadable }
        if names.contains("json_validate_failed") { return .malformedReply }
        if names.contains("api_key_invalid") || names.contains("invalid_api_key") { return .keyRefused }
        if !names.isDisjoint(with: Self.length) { return .tooLong }
        switch status {
        case 401?, 403?: return .keyRefused
        case 404?: return .unknownModel
        case 408?: return .timedOut
        case 413?: return .tooLong
        case 429?: return isOfDay || hasNone(words) ? .quotaExhausted : .rateLimited
        case 400?, 422?, 500?:
            if Self.tooLong.contains(where: words.contains) { return .tooLong }
            if names.contains("model_not_found") { return .unknownModel }
            return status == 500 ? .overloaded : .invalidRequest
        // A conflict passes (409), and so does a lack of capacity (Groq's 498).
        case 409?, 498?: return .overloaded
        // Not implemented: that stays so.
        case 501?: return .invalidRequest
        case let status? where status >= 500: return .overloaded
        case let status? where status < 400: return .unreachable
        case nil: return Self.tooLong.contains(where: words.contains) ? .tooLong : .cutOff
        default: return .invalidRequest
        }
    }

    private var isOfDay: Bool {
        quotas.contains { $0.contains("PerDay") } || message.contains("per-day")
    }

    /// Whether a plan holds nothing of what is asked for: `limit: 0`.
    private func hasNone(_ words: String) -> Bool {
        guard let range = words.range(of: "limit: 0") else { return false }
        let next = words[range.upperBound...].first
        return next.map { !$0.isNumber && $0 != "." } ?? true
    }

    /// The status that an error has by its name, where a stream gives none.
    var statusOfName: Int? {
        let statuses = [
            "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
            "not_found_error": 404, "timeout_error": 504, "request_too_large": 413, "rate_limit_error": 429,
            "rate_limit_exceeded": 429, "api_error": 500, "server_error": 500, "internal_error": 500,
            "internal_server_error": 500, "overloaded_error": 529, "unavailable_error": 503, "resource_exhausted": 429,
        ]
        return names.lazy.compactMap { statuses[$0] }.min()
    }
}
