import Foundation
public import JSON
public import Transport

/// Asks a service over HTTP and turns what can go wrong into a `ConnectorError`.
public struct ServiceClient: Sendable {
    /// The connector on whose behalf it asks: `alpaca`.
    public let connector: String
    /// Header fields sent with every request; may hold secrets.
    public var headers: HTTPHeaders
    /// What the owner can do when the key is refused.
    public var keyAdvice: String
    /// What never stands in an error, should the service repeat it; the values of `headers` are among them anyway.
    public var secrets: [Secret] = []

    private let transport: any HTTPTransport
    private let clock: @Sendable () -> Date

    /// A client.
    public init(
        connector: String,
        environment: ConnectorEnvironment,
        headers: HTTPHeaders = [:],
        keyAdvice: String = "check the key"
    ) {
        self.connector = connector
        self.headers = headers
        self.keyAdvice = keyAdvice
        transport = environment.transport
        clock = environment.clock
    }

    /// The answer to `request`, whatever its status.
    ///
    /// - Throws: `ConnectorError` where there was no answer, `CancellationError`.
    public func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        for field in headers.fields where request.headers[field.name] == nil {
            request.headers.add(field.name, field.value)
        }
        do {
            return try await transport.response(to: request)
        } catch let error as TransportError {
            throw ConnectorError(connector, Self.code(of: error), "\(error.host): \(error.detail)")
        }
    }

    /// The answer to `request`, a success.
    ///
    /// - Throws: `ConnectorError` for anything but a success, `CancellationError`.
    public func response(to request: HTTPRequest) async throws -> HTTPResponse {
        let response = try await exchange(request)
        guard !response.isSuccess else { return response }
        throw self.error(for: response)
    }

    /// The JSON in the answer to `request`.
    ///
    /// - Throws: `ConnectorError`, also where the answer is no JSON; `CancellationError`.
    public func json(_ request: HTTPRequest) async throws -> WireValue {
        let response = try await response(to: request)
        guard let value = WireValue(json: response.body) else {
            throw ConnectorError(connector, .unexpectedAnswer, "the answer is no JSON")
        }
        return value
    }

    /// The JSON at `url`, read with GET.
    ///
    /// - Throws: `ConnectorError`, also where the answer is no JSON; `CancellationError`.
    public func json(_ url: String, query: [(name: String, value: String)] = []) async throws -> WireValue {
        try await json(query.isEmpty ? HTTPRequest(.get, url) : HTTPRequest(.get, url, query: query))
    }

    /// What an answer that is no success means.
    public func error(for response: HTTPResponse) -> ConnectorError {
        let words = redacted(Self.message(in: response))
        let detail = "HTTP \(response.status)" + (words.isEmpty ? "" : " (\(words))")
        switch response.status {
        case 401: return ConnectorError(connector, .unauthorised, detail, nextStep: keyAdvice)
        case 403: return ConnectorError(connector, .forbidden, detail, nextStep: "check what the key may do")
        case 404: return ConnectorError(connector, .notFound, detail)
        case 429:
            return ConnectorError(connector, .rateLimited(retryAfter: response.headers.wait(now: clock())), detail)
        case 500...: return ConnectorError(connector, .serviceFailed(status: response.status), detail)
        default: return ConnectorError(connector, .requestRefused(status: response.status), detail)
        }
    }

    /// The service's own words in an error, short and on one line: a member of its JSON, or a short plain text.
    private static func message(in response: HTTPResponse) -> String {
        if let value = WireValue(json: response.body) {
            let candidates = [
                value["message"], value["error"]?["message"], value["error_description"],
                value["error"]?["description"], value["error"], value["fault"]?["faultstring"], value["detail"],
                value["error_message"], value["chart"]?["error"]?["description"],
                value["finance"]?["error"]?["description"], value,
            ]
            return DisplayText.line(candidates.lazy.compactMap { $0?.string }.first ?? "", limit: 160)
        }
        guard response.body.count <= 400, let text = String(data: response.body, encoding: .utf8),
            !text.contains("<"), !text.contains("{")
        else { return "" }
        return DisplayText.line(text, limit: 160)
    }

    private func redacted(_ text: String) -> String {
        // `Bearer TOKEN` hides both the whole and the token.
        let values = headers.fields.flatMap { [$0.value] + $0.value.split(separator: " ").map(String.init) }
        return (values + secrets.map(\.revealed)).filter { $0.utf8.count >= 8 }
            .reduce(text) { $0.replacingOccurrences(of: $1, with: "••••") }
    }

    private static func code(of error: TransportError) -> ConnectorError.Code {
        switch error.code {
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
        case .responseTooLarge, .malformedResponse, .redirectRefused: .unexpectedAnswer
        case .badAddress, .hostNotFound, .hostForbidden, .cannotConnect, .untrustedServer, .connectionLost, .shutDown:
            .unreachable
        }
    }
}
