import Foundation
import JSON
public import Transport

/// tastytrade Open API.
///
/// It signs in with OAuth 2: a client secret and a refresh token that does not change buy access tokens of 15 minutes, which
/// are kept in memory alone. Settings: `mode` (`live`, the default, or `sandbox`), `url`, and `accounts`, the numbers of the
/// accounts to read; without them all open accounts are read.
public struct Tastytrade: Connector {
    /// `tastytrade`.
    public let name = "tastytrade"
    /// `tastytrade`.
    public let title = "tastytrade"
    /// A service over HTTP.
    public let kind = ConnectorKind.api
    /// Two requests a second: tastytrade states no limit.
    public let rateLimit: RateLimit? = RateLimit(perSecond: 2, burst: 20)

    let environment: ConnectorEnvironment
    private let address: ServiceAddress?
    private let keeper: TokenKeeper

    /// A connector that asks through `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
        let isSandbox = environment.settings["tastytrade", "mode"] == "sandbox"
        let host = isSandbox ? "api.cert.tastyworks.com" : "api.tastyworks.com"
        let address = ServiceAddress(environment.settings, "tastytrade", "url", default: "https://\(host)")
        self.address = address
        keeper = TokenKeeper(clock: environment.clock) { previous in
            try await Self.signIn(environment, address, replacing: previous)
        }
    }

    /// Whether there are a client secret and a refresh token.
    public var readiness: ConnectorReadiness {
        if let mode = environment.settings[name, "mode"], mode != "live", mode != "sandbox" {
            return .notConfigured(
                reason: "mode is '\(mode)'",
                nextStep: "set connectors.tastytrade.mode to live or sandbox"
            )
        }
        return environment.readiness(
            of: name,
            keys: [[Self.clientSecretName], [Self.refreshTokenName]],
            addresses: [("url", address)]
        )
    }

    /// What answers are said to come from: `tastytrade`, `tastytrade sandbox`.
    var source: String { environment.settings[name, "mode"] == "sandbox" ? "\(title) sandbox" : title }

    /// A reader of this service's records.
    var reader: RecordReader { RecordReader(name, service: title) }

    /// The `data` of the answer at `path`.
    func data(_ path: String, _ query: [(name: String, value: String)] = []) async throws -> WireValue {
        try reader.member("data", of: try await answer(path, query))
    }

    /// The whole answer at `path`, with its `data`. A refused access token is renewed, and the request repeated, once.
    func answer(_ path: String, _ query: [(name: String, value: String)] = []) async throws -> WireValue {
        try readiness.require(name)
        guard let address else { throw ConnectorError(name, .notConfigured, "no address") }
        let token = try await keeper.current().access
        do {
            return try await answer(address.url(path), query, token)
        } catch let error as ConnectorError where error.code == .unauthorised {
            return try await answer(address.url(path), query, try await keeper.current(insteadOf: token).access)
        }
    }

    private func answer(_ url: String, _ query: [(name: String, value: String)], _ token: Secret) async throws
        -> WireValue
    {
        var client = Self.client(environment)
        client.headers["Authorization"] = "Bearer \(token.revealed)"
        return try await client.json(url, query: query)
    }

    private static let clientSecretName = "TASTYTRADE_CLIENT_SECRET"
    private static let refreshTokenName = "TASTYTRADE_REFRESH_TOKEN"

    /// Every request names its program: without that tastytrade answers 401.
    private static func client(_ environment: ConnectorEnvironment) -> ServiceClient {
        ServiceClient(
            connector: "tastytrade",
            environment: environment,
            headers: ["User-Agent": "magnus/0.1", "Accept": "application/json"],
            keyAdvice: "check \(clientSecretName) and \(refreshTokenName)"
        )
    }

    private static func signIn(
        _ environment: ConnectorEnvironment,
        _ address: ServiceAddress?,
        replacing previous: OAuthTokens?
    ) async throws -> OAuthTokens {
        guard let address else { throw ConnectorError("tastytrade", .notConfigured, "no address") }
        let endpoint = TokenEndpoint(
            url: address.url("/oauth/token"),
            encoding: .json,
            client: client(environment),
            environment: environment
        )
        return try await endpoint.tokens(
            [
                ("grant_type", "refresh_token"),
                ("refresh_token", try environment.secret("tastytrade", [refreshTokenName]).revealed),
                ("client_secret", try environment.secret("tastytrade", [clientSecretName]).revealed),
            ],
            replacing: previous
        )
    }
}
