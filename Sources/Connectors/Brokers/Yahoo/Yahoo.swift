import Foundation
import JSON
public import Transport

/// The figures behind Yahoo Finance's pages. Yahoo documents no API and promises nothing; it often refuses programs that do
/// not pass for a browser. This is a last resort, switched off unless the owner switches it on.
///
/// Settings: `enabled`, `url`, `crumb_url`, `cookie_url`.
public struct Yahoo: Connector {
    /// `yahoo`.
    public let name = "yahoo"
    /// `Yahoo Finance`.
    public let title = "Yahoo Finance"
    /// A service over HTTP.
    public let kind = ConnectorKind.api
    /// One request in two seconds, to be no burden.
    public let rateLimit: RateLimit? = RateLimit(perSecond: 0.5, burst: 5)

    let environment: ConnectorEnvironment
    private let address: ServiceAddress?
    private let crumbAddress: ServiceAddress?
    private let cookieAddress: ServiceAddress?
    private let keeper: TokenKeeper

    /// A connector that asks through `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
        func address(_ setting: String, _ host: String) -> ServiceAddress? {
            ServiceAddress(environment.settings, "yahoo", setting, default: "https://\(host)")
        }
        self.address = address("url", "query2.finance.yahoo.com")
        let crumbAddress = address("crumb_url", "query1.finance.yahoo.com")
        let cookieAddress = address("cookie_url", "fc.yahoo.com")
        self.crumbAddress = crumbAddress
        self.cookieAddress = cookieAddress
        keeper = TokenKeeper(clock: environment.clock) { _ in
            try await Self.crumb(Self.client(environment), crumbAddress, cookieAddress)
        }
    }

    /// Whether the owner switched it on.
    public var readiness: ConnectorReadiness {
        environment.readiness(
            of: name,
            keys: [],
            addresses: [("url", address), ("crumb_url", crumbAddress), ("cookie_url", cookieAddress)],
            isEnabledByDefault: false
        )
    }

    /// A reader of this service's records.
    var reader: RecordReader { RecordReader(name, service: title) }

    /// The JSON at `path`, for which neither cookie nor crumb is needed.
    func json(_ path: String, _ query: [(name: String, value: String)]) async throws -> WireValue {
        try readiness.require(name)
        guard let address else { throw ConnectorError(name, .notConfigured, "no address") }
        return try await Self.client(environment).json(address.url(path), query: query)
    }

    /// The JSON at `path`, asked for with cookie and crumb. Refused ones are fetched anew, and the request repeated, once.
    func signed(_ path: String, _ query: [(name: String, value: String)]) async throws -> WireValue {
        try readiness.require(name)
        guard let address else { throw ConnectorError(name, .notConfigured, "no address") }
        let tokens = try await keeper.current()
        do {
            return try await signed(address.url(path), query, tokens)
        } catch let error as ConnectorError where error.code == .unauthorised {
            return try await signed(address.url(path), query, try await keeper.current(insteadOf: tokens.access))
        }
    }

    private func signed(
        _ url: String,
        _ query: [(name: String, value: String)],
        _ tokens: OAuthTokens
    ) async throws -> WireValue {
        var client = Self.client(environment)
        client.headers["Cookie"] = tokens.details["cookie"]
        client.secrets = [tokens.access]
        return try await client.json(url, query: query + [("crumb", tokens.access.revealed)])
    }

    private static func client(_ environment: ConnectorEnvironment) -> ServiceClient {
        ServiceClient(
            connector: "yahoo",
            environment: environment,
            headers: ["User-Agent": "magnus/0.1"],
            keyAdvice: "try again later, or use another source"
        )
    }

    /// A cookie, which Yahoo hands out with whatever answer, and the crumb that goes with it.
    ///
    /// The crumb comes as plain text, and so may an excuse: what does not look like a crumb is none, and is not kept.
    private static func crumb(
        _ client: ServiceClient,
        _ crumbAddress: ServiceAddress?,
        _ cookieAddress: ServiceAddress?
    ) async throws -> OAuthTokens {
        guard let crumbAddress, let cookieAddress else {
            throw ConnectorError("yahoo", .notConfigured, "no address")
        }
        let greeting = try await client.exchange(HTTPRequest(.get, cookieAddress.url("/"), retry: .never))
        let cookie = greeting.headers.fields.filter { $0.name.lowercased() == "set-cookie" }
            .map { String($0.value.prefix { $0 != ";" }) }.joined(separator: "; ")
        guard !cookie.isEmpty else {
            throw ConnectorError("yahoo", .unexpectedAnswer, "Yahoo gave no cookie", nextStep: "use another source")
        }
        let request = HTTPRequest(.get, crumbAddress.url("/v1/test/getcrumb"), headers: ["Cookie": cookie])
        let text = String(decoding: try await client.response(to: request).body, as: UTF8.self)
        let isCrumb = (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isCrumb, !text.contains("<"), !text.contains("{") else {
            throw ConnectorError("yahoo", .unexpectedAnswer, "Yahoo gave no crumb", nextStep: "use another source")
        }
        return OAuthTokens(access: Secret(text), details: ["cookie": cookie])
    }
}
