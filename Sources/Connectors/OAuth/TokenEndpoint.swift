import Foundation
import JSON
import Transport

/// Where a service hands out tokens (RFC 6749, section 3.2). The one place of a connector that sends anything but GET.
public struct TokenEndpoint: Sendable {
    /// How the request is written.
    public enum Encoding: Sendable, Hashable {
        /// `application/x-www-form-urlencoded`, as the standard has it.
        case form
        /// `application/json`.
        case json
    }

    private let url: String
    private let encoding: Encoding
    private let client: ServiceClient
    private let clock: @Sendable () -> Date

    /// An endpoint.
    ///
    /// - Parameters:
    ///   - url: Its address.
    ///   - encoding: How requests are written.
    ///   - client: What asks; its `keyAdvice` says what the owner can do when the service refuses.
    ///   - environment: Gives the time.
    public init(url: String, encoding: Encoding, client: ServiceClient, environment: ConnectorEnvironment) {
        self.url = url
        self.encoding = encoding
        self.client = client
        clock = environment.clock
    }

    /// Asks for tokens.
    ///
    /// - Parameters:
    ///   - parameters: `grant_type` and what belongs to it. None of their values stands in an error.
    ///   - previous: The tokens that are replaced.
    /// - Throws: `ConnectorError`: `unauthorised` where the service refuses the grant; `CancellationError`.
    public func tokens(
        _ parameters: [(name: String, value: String)],
        replacing previous: OAuthTokens? = nil
    ) async throws -> OAuthTokens {
        var client = client
        client.secrets += parameters.filter { $0.name != "grant_type" }.map { Secret($0.value) }
        let answer: WireValue
        do {
            answer = try await client.json(try request(parameters))
        } catch var error as ConnectorError {
            // The standard answers a refused grant with 400.
            if error.code == .requestRefused(status: 400) {
                error.code = .unauthorised
                error.nextStep = client.keyAdvice
            }
            throw error
        }
        guard let tokens = OAuthTokens(answer, replacing: previous, now: clock()) else {
            throw ConnectorError(client.connector, .unexpectedAnswer, "the answer to the sign-in has no 'access_token'")
        }
        return tokens
    }

    private func request(_ parameters: [(name: String, value: String)]) throws -> HTTPRequest {
        switch encoding {
        case .form:
            return HTTPRequest(
                .post,
                url,
                headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
                body: Data(FormEncoding.encode(parameters).utf8),
                retry: .never
            )
        case .json:
            let members = Dictionary(parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
            return HTTPRequest(
                .post,
                url,
                headers: ["Content-Type": "application/json", "Accept": "application/json"],
                body: try JSONEncoder().encode(members),
                retry: .never
            )
        }
    }
}
