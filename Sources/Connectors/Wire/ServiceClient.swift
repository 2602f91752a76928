public import Foundation
public import Transport

/// Asks a service over HTTP and turns what can go wrong into a `ConnectorError`.
public struct ServiceClient: Sendable {
    /// The connector on whose behalf it asks: `alpaca`.
    public let connector: String
    /// Header fields sent with every request; may hold secrets.
    public var headers: HTTPHeaders
    /// What the owner can do when the key is refused.
    public var keyAdvice: String

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

    /// The answer to `request`, a success.
    ///
    /// - Throws: `ConnectorError` for anything but a success, `CancellationError`.
    public func response(to request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        for field in headers.fields where request.headers[field.name] == nil {
            request.headers.add(field.name, field.value)
        }
        let response: HTTPResponse
        do {
            response = try await transport.response(to: request)
        } catch let error as TransportError {
            throw ConnectorError(connector, Self.code(of: error), "\(error.host): \(error.detail)")
        }
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

    /// What an answer that is no success means.
    public func error(for response: HTTPResponse) -> ConnectorError {
        let words = Self.message(in: response.body)
        let detail = "HTTP \(response.status)" + (words.isEmpty ? "" : " (\(words))")
        switch response.status {
        case 401: return ConnectorError(connector, .unauthorised, detail, nextStep: keyAdvice)
        case 403: return ConnectorError(connector, .forbidden, detail, nextStep: "check what the key may do")
        case 404: return ConnectorError(connector, .notFound, detail)
        case 429: return ConnectorError(connector, .rateLimited(retryAfter: wait(response.headers)), detail)
        case 500...: return ConnectorError(connector, .serviceFailed(status: response.status), detail)
        default: return ConnectorError(connector, .requestRefused(status: response.status), detail)
        }
    }

    /// How long the server asks to wait: `Retry-After` in seconds, or the moment at which a limit is reset.
    private func wait(_ headers: HTTPHeaders) -> Duration? {
        if let text = headers["retry-after"], let seconds = Double(text), seconds >= 0, seconds < 1e6 {
            return .seconds(seconds)
        }
        for name in ["x-ratelimit-reset", "x-ratelimit-expiry"] {
            guard let text = headers[name], let number = Double(text), let moment = WireTime.instant(sinceEpoch: number)
            else { continue }
            return .seconds(max(0, moment.timeIntervalSince(clock())))
        }
        return nil
    }

    /// The service's own words in the body of an error, short and on one line.
    private static func message(in body: Data) -> String {
        guard let value = WireValue(json: body) else { return "" }
        let candidates = [
            value["message"], value["error"]?["message"], value["error_description"], value["error"],
            value["fault"]?["faultstring"], value["detail"], value["error_message"],
        ]
        let text = candidates.lazy.compactMap { $0?.string }.first ?? ""
        return String(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(160))
    }

    private static func code(of error: TransportError) -> ConnectorError.Code {
        switch error.code {
        case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timedOut
        case .responseTooLarge, .malformedResponse, .redirectRefused: .unexpectedAnswer
        case .badAddress, .hostNotFound, .cannotConnect, .untrustedServer, .connectionLost, .shutDown: .unreachable
        }
    }
}
