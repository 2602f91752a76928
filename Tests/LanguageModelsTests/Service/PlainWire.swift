import Foundation
import JSON
import LanguageModels
import Transport

/// A protocol as small as one can be: the question is posted as text; the reply is JSON, a line each: `{"text": "…"}`,
/// `{"error": "…"}`, and at the end `{"done": true, "input": 5, "output": 7}`, with `"length": true` where its limit cut it.
struct PlainWire: WireProtocol {
    func httpRequest(for request: ModelRequest, to endpoint: ModelEndpoint) throws -> HTTPRequest {
        var http = HTTPRequest(.post, endpoint.baseURL + "/say")
        http.headers["Authorization"] = endpoint.key.map { "Bearer " + $0.revealed }
        http.headers["X-Model"] = endpoint.name.model
        http.headers["X-Tools"] = "\(request.tools.count)"
        http.headers["X-Limit"] = "\(request.maximumOutputTokens)"
        for (name, value) in endpoint.headers { http.headers[name] = value }
        http.body = Data((request.messages.last?.text ?? "").utf8)
        return http
    }

    func replyReader(contentType: String?, from endpoint: ModelEndpoint) -> any ReplyReader {
        Reader(name: endpoint.name)
    }

    func error(status: Int, headers: HTTPHeaders, body: Data, from endpoint: ModelEndpoint) -> ModelError {
        let text = String(decoding: body, as: UTF8.self)
        let code: ModelError.Code
        switch status {
        case 401, 403: code = .keyRefused
        case 402: code = .outOfMoney
        case 404: code = .unknownModel
        case 413: code = .tooLong
        case 429: code = text == "insufficient_quota" ? .outOfMoney : text == "per day" ? .quotaExhausted : .rateLimited
        case 500...: code = .overloaded
        case 408: code = .timedOut
        default: code = text == "tool_use_failed" ? .toolCallUnreadable : .invalidRequest
        }
        var error = ModelError(
            code,
            provider: endpoint.name.provider,
            model: endpoint.name.model,
            status: status,
            detail: "answered \(status)"
        )
        // `reads 4096 of 9000`.
        let counts = text.split(separator: " ").compactMap { Int($0) }
        if code == .tooLong, let context = counts.first {
            (error.contextTokens, error.promptTokens) = (context, counts.last)
        }
        if text.hasPrefix("again in "), let seconds = Double(text.dropFirst(9)) { error.retryAfter = .seconds(seconds) }
        return error
    }

    private struct Reader: ReplyReader {
        let name: ModelName
        var lines = LineSplitter()
        var text = ""
        var usage: TokenUsage?
        var isCut = false

        mutating func read(_ bytes: Data) throws -> [ModelEvent] {
            try lines.split(bytes).compactMap { try take($0) }
        }

        mutating func finish() throws -> (events: [ModelEvent], reply: ModelReply) {
            let events = try lines.finish().flatMap { try take($0) }.map { [$0] } ?? []
            guard let usage else { throw error(.cutOff, "the reply broke off") }
            let message = ModelMessage(.assistant, text: text)
            return (
                events, ModelReply(message: message, ending: isCut ? .length : .complete, usage: usage, model: name)
            )
        }

        private mutating func take(_ line: Data) throws -> ModelEvent? {
            guard let value = WireValue(json: line) else { throw error(.malformedReply, "no line of JSON") }
            if let failure = value["error"]?.string { throw error(.overloaded, failure) }
            if value["done"] != nil {
                usage = TokenUsage(input: value["input"]?.integer, output: value["output"]?.integer)
                usage?.reasoning = value["reasoning"]?.integer
                isCut = value["length"] != nil
                return nil
            }
            let words = value["text"]?.string ?? ""
            text += words
            return .text(words)
        }

        private func error(_ code: ModelError.Code, _ detail: String) -> ModelError {
            ModelError(code, provider: name.provider, model: name.model, detail: detail)
        }
    }
}
