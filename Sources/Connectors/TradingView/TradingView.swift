import Foundation

/// TradingView's watchlists: from list files the owner exported, and from its Model Context Protocol server where the
/// owner signed in to it.
public struct TradingView: Connector {
    /// Its name in settings.
    public let name = "tradingview"
    /// Its name as the owner reads it.
    public let title = "TradingView"
    /// Files the owner keeps.
    public let kind = ConnectorKind.file

    /// The only tools that are ever called.
    public static let readTools: Set<String> = ["mcp-watchlist-list-watchlists", "mcp-watchlist-get-watchlist"]

    /// Where the server is, unless settings say otherwise.
    public static let endpoint = "https://mcp.tradingview.com/mcp"

    let environment: ConnectorEnvironment
    let reader: MCPReader

    /// A connector.
    ///
    /// - Parameters:
    ///   - environment: Transport, settings, clock and the private folder.
    ///   - version: This program's version, which the server is told.
    ///   - limits: How long the server's answers may take.
    public init(environment: ConnectorEnvironment, version: String, limits: MCPClient.Limits = MCPClient.Limits()) {
        self.environment = environment
        let signIn = TradingView.signIn(environment)
        let channel = MCPHTTPChannel(
            server: "tradingview",
            endpoint: signIn.service.resource,
            transport: environment.transport,
            authorization: signIn.authorization,
            clock: environment.clock
        )
        reader = MCPReader(
            connector: "tradingview",
            title: "TradingView",
            allowedTools: TradingView.readTools,
            client: MCPClient(channel: channel, version: version, limits: limits),
            advice: "run `magnus connect tradingview`",
            pin: ToolPin("tradingview", in: environment)
        )
    }

    /// Signing in to the server and out.
    public static func signIn(_ environment: ConnectorEnvironment) -> OAuthSignIn {
        let resource = environment.settings["tradingview", "url"] ?? endpoint
        let isUsual = resource == endpoint
        return OAuthSignIn(
            OAuthService(
                connector: "tradingview",
                title: "TradingView",
                resource: resource,
                scope: isUsual ? "mcp:read mcp:tools" : nil,
                clientID: environment.settings["tradingview", "client_id"],
                fallback: isUsual ? knownEndpoints : nil
            ),
            environment: environment
        )
    }

    /// Where a public client signed in, for the case that the service does not say.
    private static let knownEndpoints = OAuthEndpoints(
        authorization: "https://www.tradingview.com/mcp/oauth/authorize",
        token: "https://www.tradingview.com/mcp/oauth/token",
        registration: "https://www.tradingview.com/mcp/oauth/register"
    )

    /// Ready where there are files or the owner has signed in.
    public var readiness: ConnectorReadiness {
        if environment.settings.isEnabled(name) == false {
            return .disabled(nextStep: "set connectors: {tradingview: {enabled: true}} in config.yaml")
        }
        if !files.isEmpty || isSignedIn { return .ready }
        return .notConfigured(
            reason: "no list files",
            nextStep: "export a list and set connectors: {tradingview: {files: [PATH]}} in config.yaml"
        )
    }

    var files: [String] { environment.settings.list(name, "files") }

    /// A file of tokens that cannot be read counts as none here; signing in again says what is wrong with it.
    var isSignedIn: Bool { (try? TradingView.signIn(environment).isConnected()) ?? false }
}
