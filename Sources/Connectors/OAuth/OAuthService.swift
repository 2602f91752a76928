/// A service behind OAuth 2.1 that the owner signs in to with a browser.
public struct OAuthService: Sendable {
    /// The connector it belongs to: `robinhood`.
    public var connector: String
    /// Its name as the owner reads it: `Robinhood`.
    public var title: String
    /// The address that tokens are asked for and sent to (RFC 8707).
    public var resource: String
    /// What is asked for; nil to take what the service suggests.
    public var scope: String?
    /// How the way back is called: `127.0.0.1`, as RFC 8252 recommends, or `localhost`, where a service takes only that.
    public var redirectHost: String
    /// A client identifier the owner was given; nil to register.
    public var clientID: String?
    /// Where to sign in, should the service not say.
    public var fallback: OAuthEndpoints?

    /// A service.
    public init(
        connector: String,
        title: String,
        resource: String,
        scope: String? = nil,
        redirectHost: String = "127.0.0.1",
        clientID: String? = nil,
        fallback: OAuthEndpoints? = nil
    ) {
        self.connector = connector
        self.title = title
        self.resource = resource
        self.scope = scope
        self.redirectHost = redirectHost
        self.clientID = clientID
        self.fallback = fallback
    }
}

/// Where an authorization server is asked for what.
public struct OAuthEndpoints: Sendable, Hashable {
    /// Who it says it is; nil where that is not known.
    public var issuer: String?
    /// Where the owner is sent.
    public var authorization: String
    /// Where codes and refresh tokens become access tokens.
    public var token: String
    /// Where clients register (RFC 7591); nil where they cannot.
    public var registration: String?
    /// Where tokens are given back (RFC 7009); nil where they cannot.
    public var revocation: String?
    /// What can be asked for.
    public var scopes: [String]

    /// Endpoints.
    public init(
        issuer: String? = nil,
        authorization: String,
        token: String,
        registration: String? = nil,
        revocation: String? = nil,
        scopes: [String] = []
    ) {
        self.issuer = issuer
        self.authorization = authorization
        self.token = token
        self.registration = registration
        self.revocation = revocation
        self.scopes = scopes
    }
}
