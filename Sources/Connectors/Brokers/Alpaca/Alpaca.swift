import Foundation
import JSON
public import Transport

/// Alpaca Trading and Market Data (OpenAPI 2.0.1 of the trading API, and that of the market-data API).
///
/// Settings: `mode` (`paper`, the default, or `live`), `trading_url`, `data_url`, `stock_feed` (`sip`, `iex`,
/// `delayed_sip`) and `option_feed` (`opra`, `indicative`); without a feed Alpaca takes the best the subscription has.
public struct Alpaca: Connector {
    /// `alpaca`.
    public let name = "alpaca"
    /// `Alpaca`.
    public let title = "Alpaca"
    /// A service over HTTP.
    public let kind = ConnectorKind.api
    /// 200 requests in any minute, the limit of the free plan.
    public let rateLimit: RateLimit? = RateLimit(perSecond: 2.5, burst: 50)

    let environment: ConnectorEnvironment
    let trading: ServiceAddress?
    let data: ServiceAddress?

    /// A connector that asks through `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
        let settings = environment.settings
        let host = settings["alpaca", "mode"] == "live" ? "api.alpaca.markets" : "paper-api.alpaca.markets"
        trading = ServiceAddress(settings, "alpaca", "trading_url", default: "https://\(host)")
        data = ServiceAddress(settings, "alpaca", "data_url", default: "https://data.alpaca.markets")
    }

    /// Whether both halves of the key are there.
    public var readiness: ConnectorReadiness {
        if let mode = environment.settings[name, "mode"], mode != "paper", mode != "live" {
            return .notConfigured(reason: "mode is '\(mode)'", nextStep: "set connectors.alpaca.mode to paper or live")
        }
        return environment.readiness(
            of: name,
            keys: [Self.keyNames, Self.secretNames],
            addresses: [("trading_url", trading), ("data_url", data)]
        )
    }

    /// What answers are said to come from: `Alpaca`, `Alpaca paper`.
    var source: String { isLive ? title : "\(title) paper" }
    /// Whether the account holds real money.
    var isLive: Bool { environment.settings[name, "mode"] == "live" }

    private static let keyNames = ["ALPACA_API_KEY_ID", "APCA_API_KEY_ID"]
    private static let secretNames = ["ALPACA_API_SECRET_KEY", "APCA_API_SECRET_KEY"]

    /// What asks, with its addresses.
    func session() throws -> Session {
        try readiness.require(name)
        guard let trading, let data else { throw ConnectorError(name, .notConfigured, "no address") }
        let client = ServiceClient(
            connector: name,
            environment: environment,
            headers: [
                "APCA-API-KEY-ID": try environment.secret(name, Self.keyNames).revealed,
                "APCA-API-SECRET-KEY": try environment.secret(name, Self.secretNames).revealed,
                "Accept": "application/json",
            ],
            keyAdvice:
                "check ALPACA_API_KEY_ID and ALPACA_API_SECRET_KEY; paper and live accounts have keys of their own"
        )
        return Session(client: client, trading: trading, data: data)
    }

    /// A client that holds the keys, and where it asks.
    struct Session: Sendable {
        let client: ServiceClient
        let trading: ServiceAddress
        let data: ServiceAddress

        /// All pages of a list at `url`.
        func pages(_ url: String, _ query: [(name: String, value: String)]) async throws -> [WireValue] {
            try await client.pages(url, query: query, parameter: "page_token") { $0["next_page_token"]?.string }
        }
    }

    /// The query item of a feed, where the owner chose one.
    func feed(_ setting: String) -> [(name: String, value: String)] {
        environment.settings[name, setting].map { [("feed", $0)] } ?? []
    }

    /// A reader of this service's records.
    var reader: RecordReader { RecordReader(name, service: title) }
}
