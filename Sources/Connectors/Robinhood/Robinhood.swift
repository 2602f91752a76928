import Foundation
public import JSON
public import Transport

/// Robinhood through its Model Context Protocol server: positions, quotes with Greeks, orders, watchlists, earnings.
///
/// The server also has tools that trade. None of them is on the list of those that are called, and no other is sent.
public struct Robinhood: Connector {
    /// Its name in settings.
    public let name = "robinhood"
    /// Its name as the owner reads it.
    public let title = "Robinhood"
    /// A Model Context Protocol server.
    public let kind = ConnectorKind.mcp

    /// The only tools that are ever called.
    public static let readTools: Set<String> = [
        "get_accounts", "get_portfolio", "get_equity_positions", "get_option_positions", "get_equity_orders",
        "get_option_orders", "get_equity_quotes", "get_option_quotes", "get_option_chains", "get_option_instruments",
        "get_watchlists", "get_watchlist_items", "get_earnings_calendar",
    ]

    /// Where the server is, unless settings say otherwise.
    public static let endpoint = "https://agent.robinhood.com/mcp/trading"

    let environment: ConnectorEnvironment
    let reader: MCPReader

    /// A connector.
    ///
    /// - Parameters:
    ///   - environment: Transport, settings, clock and the private folder.
    ///   - version: This program's version, which the server is told.
    ///   - limits: How long answers may take.
    public init(environment: ConnectorEnvironment, version: String, limits: MCPClient.Limits = MCPClient.Limits()) {
        self.environment = environment
        let signIn = Robinhood.signIn(environment)
        let channel = MCPHTTPChannel(
            server: "robinhood",
            endpoint: signIn.service.resource,
            transport: environment.transport,
            authorization: signIn.authorization,
            clock: environment.clock
        )
        reader = MCPReader(
            connector: "robinhood",
            title: "Robinhood",
            allowedTools: Robinhood.readTools,
            client: MCPClient(channel: channel, version: version, limits: limits),
            advice: "run `magnus connect robinhood`",
            pin: ToolPin("robinhood", in: environment)
        )
    }

    /// Signing in and out.
    public static func signIn(_ environment: ConnectorEnvironment) -> OAuthSignIn {
        let resource = environment.settings["robinhood", "url"] ?? endpoint
        let isOfficial = resource == endpoint
        return OAuthSignIn(
            OAuthService(
                connector: "robinhood",
                title: "Robinhood",
                resource: resource,
                scope: isOfficial ? "internal" : nil,
                redirectHost: "localhost",
                clientID: environment.settings["robinhood", "client_id"],
                fallback: isOfficial ? knownEndpoints : nil
            ),
            environment: environment
        )
    }

    /// Where public clients signed in, for the case that the service does not say.
    private static let knownEndpoints = OAuthEndpoints(
        authorization: "https://robinhood.com/oauth",
        token: "https://api.robinhood.com/oauth2/token/",
        registration: "https://agent.robinhood.com/oauth/trading/register"
    )

    /// Ready once the owner has signed in.
    public var readiness: ConnectorReadiness {
        if environment.settings.isEnabled(name) == false {
            return .disabled(nextStep: "set connectors: {robinhood: {enabled: true}} in config.yaml")
        }
        do {
            if try Robinhood.signIn(environment).isConnected() { return .ready }
            return .notConfigured(reason: "not signed in", nextStep: "run `magnus connect robinhood`")
        } catch {
            return .notConfigured(reason: "\(error)", nextStep: "run `magnus connect robinhood`")
        }
    }

    /// No limit is published; one request a second in the long run keeps to what its older interface stated.
    public var rateLimit: RateLimit? { RateLimit(perSecond: 1, burst: 10) }

    /// What one of the tools on the list answers.
    ///
    /// - Throws: `ConnectorError`: `forbidden` for any other tool, of which nothing is sent; `CancellationError`.
    public func read(_ tool: String, _ arguments: [String: WireValue] = [:]) async throws -> WireValue {
        try await reader.value(tool, arguments)
    }

    func sourced<Value>(_ value: Value, _ records: RecordReader, asOf: Date? = nil) async throws -> Sourced<Value> {
        Sourced(value, source: title, asOf: asOf, notes: try await reader.notes() + records.notes)
    }

    var records: RecordReader { RecordReader(name, service: title) }
}
