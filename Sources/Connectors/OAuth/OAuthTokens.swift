public import Foundation
public import JSON
public import Transport

/// What a service's token endpoint gave: a token that opens the service for a short while, and one that buys the next.
public struct OAuthTokens: Sendable, Hashable {
    /// What is sent with every request.
    public var access: Secret
    /// When it ends; nil where the service does not say.
    public var expires: Date?
    /// What the next access token is asked for with; nil where the service gives none.
    public var refresh: Secret?
    /// What else must be kept with them: a client identifier that the service gave.
    public var details: [String: String]

    /// Tokens with all their values.
    public init(access: Secret, expires: Date? = nil, refresh: Secret? = nil, details: [String: String] = [:]) {
        self.access = access
        self.expires = expires
        self.refresh = refresh
        self.details = details
    }

    /// Whether the access token is good for at least `margin` from `now` on.
    public func areValid(at now: Date, margin: Duration = .seconds(60)) -> Bool {
        guard let expires else { return true }
        return now.addingTimeInterval(Double(margin.components.seconds)) < expires
    }
}

extension OAuthTokens {
    /// Reads the answer of a token endpoint (RFC 6749, section 5.1).
    ///
    /// - Parameters:
    ///   - answer: The endpoint's JSON.
    ///   - previous: The tokens it replaces: where the answer has no refresh token, theirs stays good.
    ///   - now: The time `expires_in` counts from.
    /// - Returns: nil where there is no access token in it.
    public init?(_ answer: WireValue, replacing previous: OAuthTokens? = nil, now: Date) {
        guard let access = answer["access_token"]?.string else { return nil }
        self.init(
            access: Secret(access),
            expires: answer["expires_in"]?.double.map { now.addingTimeInterval($0) },
            refresh: answer["refresh_token"]?.string.map { Secret($0) } ?? previous?.refresh,
            details: previous?.details ?? [:]
        )
    }
}
