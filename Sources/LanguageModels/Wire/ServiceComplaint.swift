import Foundation
import JSON

/// What a service says went wrong, whatever form it gives that.
struct ServiceComplaint {
    /// In words; empty where it has none.
    var message = ""
    /// Its names for it: `type`, `code`, `status` and `reason`, in lower case.
    var names: Set<String> = []
    /// The HTTP status, where it stands in the body.
    var status: Int?
    /// What the model had written when its tool call could not be read.
    var failedGeneration: String?
    /// The wait that it asks for.
    var retryDelay: Duration?
    /// The quotas that were exceeded, as Gemini calls them.
    var quotas: [String] = []
    /// Tokens that the model reads and writes at most, where it says so.
    var contextTokens: Int?
    /// Tokens that the request has by its count.
    var promptTokens: Int?

    /// A complaint in words alone.
    init(text: String) {
        // A web page says nothing of use.
        guard text.first(where: { !$0.isWhitespace }) != "<" else { return }
        message = text
    }

    /// A complaint from the body of an answer.
    init(body: Data) {
        if let value = WireValue(json: body) {
            self.init(value)
        } else {
            self.init(text: String(decoding: body.prefix(2_000), as: UTF8.self))
        }
    }

    /// A complaint from JSON: `{"error": {"message", "type", "code"}}`, `{"error": "…"}`, `{"detail": "…"}`,
    /// `{"message": "…"}`, or one of these as the only element of a list.
    init(_ value: WireValue) {
        var outer = value
        if case .list(let elements) = value, let first = elements.first { outer = first }
        let error = outer["error"] ?? outer
        message = Self.words(error) ?? Self.words(outer) ?? ""
        for key in ["type", "code", "status"] {
            for part in [error, outer] {
                if case .text(let name)? = part[key] { names.insert(name.lowercased()) }
            }
        }
        status = [error["status_code"], error["code"], outer["code"], error["status"]].lazy
            .compactMap { $0?.integer }.first { (400..<600).contains($0) }
        failedGeneration = error["failed_generation"]?.string
        for detail in error["details"]?.items ?? [] {
            // Anthropic: `{"type": "rate_limit_error", "details": {"error_code": "enforced_spend_limit_reached"}}`.
            for key in ["reason", "error_code"] {
                if let name = detail[key]?.string { names.insert(name.lowercased()) }
            }
            if let delay = detail["retryDelay"]?.string { retryDelay = Duration(unitsOfTime: delay) }
            for violation in detail["violations"]?.items ?? [] {
                if let quota = violation["quotaId"]?.string { quotas.append(quota) }
            }
        }
        retryDelay = retryDelay ?? Self.delay(in: message)
        // llama.cpp's server; others say it in words.
        contextTokens = Self.tokens(error["n_ctx"]?.integer) ?? Self.context(in: message)
        promptTokens = Self.tokens(error["n_prompt_tokens"]?.integer) ?? Self.prompt(in: message)
    }

    /// The limit in `maximum context length is 8192 tokens`, `exceeds the available context size (32768 tokens)`,
    /// `215000 tokens > 200000 maximum`, `exceeds the maximum number of tokens allowed (1048576)`,
    /// `too large for model with 32768 maximum context length`.
    private static func context(in message: String) -> Int? {
        let forms = [
            #/(?i)maximum context length (?:is|of) (\d{3,9})\b/#,
            #/(?i)context (?:size|length|window) (?:is |of |\()?(\d{3,9})\b/#,
            #/\btokens > (\d{3,9}) maximum\b/#, #/(?i)tokens allowed \(?(\d{3,9})\b/#,
            #/\b(\d{3,9}) maximum context length\b/#,
        ]
        return forms.lazy.compactMap { message.firstMatch(of: $0).flatMap { tokens(Int($0.1)) } }.first
    }

    /// The count in `request (34850 tokens)`, `resulted in 9000 tokens`, `prompt is too long: 215000 tokens`,
    /// `The input token count (1200000)`.
    private static func prompt(in message: String) -> Int? {
        let forms = [
            #/(?i)request \((\d{3,9}) tokens\)/#, #/(?i)resulted in (\d{3,9}) tokens/#,
            #/(?i)too long: (\d{3,9}) tokens/#, #/(?i)input token count \(?(\d{3,9})\b/#,
            #/(?i)prompt contains (\d{3,9}) tokens/#,
        ]
        return forms.lazy.compactMap { message.firstMatch(of: $0).flatMap { tokens(Int($0.1)) } }.first
    }

    /// A count that can be one.
    private static func tokens(_ count: Int?) -> Int? {
        count.flatMap { (256...1_000_000_000).contains($0) ? $0 : nil }
    }

    private static func words(_ value: WireValue) -> String? {
        switch value {
        case .text(let text): return text
        case .object:
            for key in ["message", "detail", "msg", "error_description"] {
                switch value[key] {
                case .text(let text)? where !text.isEmpty: return text
                case .object?, .list?: return value[key].map(\.json)
                default: continue
                }
            }
            return nil
        default: return nil
        }
    }

    /// The wait of `Please try again in 5.289s`, `Please retry in 20.22s.`
    private static func delay(in message: String) -> Duration? {
        for phrase in ["try again in ", "retry in "] {
            guard let range = message.range(of: phrase, options: .caseInsensitive) else { continue }
            let word = message[range.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
            return Duration(unitsOfTime: word.hasSuffix(".") ? word.dropLast() : word)
        }
        return nil
    }
}

extension Duration {
    /// A time as services write it: `6m0s`, `120ms`, `2m59.56s`, `20s`; nil where it is none, or longer than a year.
    init?(unitsOfTime text: some StringProtocol) {
        let units: [String: Int64] = [
            "ns": 1, "us": 1_000, "µs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
            "h": 3_600_000_000_000, "d": 86_400_000_000_000,
        ]
        let longest: Int64 = 366 * 86_400_000_000_000
        var rest = text[...]
        var nanoseconds: Int64 = 0
        while !rest.isEmpty {
            let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest.dropFirst(number.count)
            let name = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(name.count)
            let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let unit = units[String(name)], let whole = Int64(parts[0]), whole <= longest / unit else {
                return nil
            }
            nanoseconds += whole * unit
            if parts.count == 2 {
                guard !parts[1].isEmpty, parts[1].allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
                var place = unit
                for digit in parts[1] {
                    place /= 10
                    nanoseconds += Int64(digit.wholeNumberValue ?? 0) * place
                }
            }
            guard nanoseconds <= longest else { return nil }
        }
        guard !text.isEmpty else { return nil }
        self = .nanoseconds(nanoseconds)
    }
}
