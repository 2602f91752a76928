import Foundation
import JSON
public import Transport

/// Tradier Brokerage API, version 1.
///
/// Settings: `mode` (`live`, the default, or `sandbox`, whose quotes are 15 minutes old), `url`, and `accounts`, the numbers
/// of the accounts to read; without them all accounts of the token's owner are read.
public struct Tradier: Connector {
    /// `tradier`.
    public let name = "tradier"
    /// `Tradier`.
    public let title = "Tradier"
    /// A service over HTTP.
    public let kind = ConnectorKind.api
    /// 60 requests in any minute, the lower of Tradier's limits.
    public let rateLimit: RateLimit? = RateLimit(perSecond: 0.75, burst: 15)

    let environment: ConnectorEnvironment
    private let address: ServiceAddress?

    /// A connector that asks through `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
        let isSandbox = environment.settings["tradier", "mode"] == "sandbox"
        let host = isSandbox ? "sandbox.tradier.com" : "api.tradier.com"
        address = ServiceAddress(environment.settings, "tradier", "url", default: "https://\(host)/v1")
    }

    /// Whether there is a token.
    public var readiness: ConnectorReadiness {
        if let mode = environment.settings[name, "mode"], mode != "live", mode != "sandbox" {
            return .notConfigured(
                reason: "mode is '\(mode)'",
                nextStep: "set connectors.tradier.mode to live or sandbox"
            )
        }
        return environment.readiness(of: name, keys: [Self.tokenNames], addresses: [("url", address)])
    }

    /// What answers are said to come from: `Tradier`, `Tradier sandbox`.
    var source: String { environment.settings[name, "mode"] == "sandbox" ? "\(title) sandbox" : title }

    private static let tokenNames = ["TRADIER_TOKEN", "TRADIER_ACCESS_TOKEN"]

    /// What asks, with its address.
    func session() throws -> Session {
        try readiness.require(name)
        guard let address else { throw ConnectorError(name, .notConfigured, "no address") }
        let token = try environment.secret(name, Self.tokenNames).revealed
        let client = ServiceClient(
            connector: name,
            environment: environment,
            headers: ["Authorization": "Bearer \(token)", "Accept": "application/json"],
            keyAdvice: "check TRADIER_TOKEN; the sandbox has a token of its own"
        )
        return Session(client: client, address: address)
    }

    /// A client that holds the token, and where it asks.
    struct Session: Sendable {
        let client: ServiceClient
        let address: ServiceAddress

        /// The JSON at `path`.
        func json(_ path: String, _ query: [(name: String, value: String)] = []) async throws -> WireValue {
            try await client.json(address.url(path), query: query)
        }
    }

    /// A reader of this service's records.
    var reader: RecordReader { RecordReader(name, service: title) }
}

extension RecordReader {
    /// The elements `element` in the container `container` of an answer. Tradier sends one element as it is, many as a
    /// list, and none as null, as the text `null`, or by leaving the element out. A container with something else in its
    /// place is not taken for an empty one.
    func elements(_ container: String, _ element: String, of answer: WireValue) throws -> [WireValue] {
        switch try member(container, of: answer) {
        case .null, .text("null"), .text(""): return []
        case .object(let members):
            if let found = members[element] { return found.items }
            let others: Set<String> = ["unmatched_symbols", "page", "total_pages", "total_events"]
            guard others.isSuperset(of: members.keys) else {
                throw unexpected("'\(container)' holds no '\(element)'")
            }
            return []
        default: throw unexpected("'\(container)' is no object")
        }
    }
}
