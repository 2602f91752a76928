import Foundation
import JSON
import Storage
import Transport

/// Signing in to a service with a browser, and out again: OAuth 2.1 with a code, PKCE and a way back to this machine.
///
/// It asks nothing itself: what opens a page and what tells the owner how far things are is passed in.
public struct OAuthSignIn: Sendable {
    /// The service.
    public let service: OAuthService

    private let environment: ConnectorEnvironment
    private let random: @Sendable (_ count: Int) -> [UInt8]

    /// A sign-in to `service`.
    ///
    /// - Parameters:
    ///   - service: The service.
    ///   - environment: Transport, clock and the private folder tokens are kept in.
    ///   - random: Gives unpredictable bytes.
    public init(
        _ service: OAuthService,
        environment: ConnectorEnvironment,
        random: @escaping @Sendable (_ count: Int) -> [UInt8] = OAuthSignIn.systemRandom
    ) {
        self.service = service
        self.environment = environment
        self.random = random
    }

    /// Bytes from the operating system.
    public static let systemRandom: @Sendable (Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Whether the owner has signed in: there are tokens, and they are for this address.
    ///
    /// - Throws: `StorageError` where the file cannot be read or others can read it.
    public func isConnected() throws -> Bool {
        guard let tokens = try file.load() else { return false }
        return tokens.details[OAuthDetail.resource] == service.resource
    }

    /// Signs in: finds out where, registers, sends the owner there, and keeps the tokens that come of it.
    ///
    /// - Parameters:
    ///   - patience: How long the owner may take.
    ///   - open: Shows the owner the address of a page, or opens it.
    ///   - progress: Told in a few words what is going on.
    /// - Throws: `ConnectorError`: `forbidden` where the owner declined, `timedOut`, `unexpectedAnswer` where the answer
    ///   does not belong to this sign-in; `StorageError`; `CancellationError`.
    public func connect(
        within patience: Duration = .seconds(300),
        open: @Sendable (_ address: String) async throws -> Void,
        progress: @Sendable (_ words: String) -> Void = { _ in }
    ) async throws {
        progress("asking \(service.title) where to sign in")
        let endpoints = try await OAuthDiscovery(service: service, environment: environment).endpoints()
        let redirect: LoopbackRedirect
        do {
            redirect = try LoopbackRedirect()
        } catch let error as TransportError {
            throw failure(.unreachable, error.detail)
        }
        let back = "http://\(service.redirectHost):\(redirect.port)\(redirect.path)"
        let client = try await clientID(endpoints, back: back)
        let attempt = OAuthAttempt(
            client: client,
            back: back,
            state: PKCE.base64URL(random(32)),
            pkce: PKCE(random: random(32))
        )
        async let query = redirect.query(within: patience)
        try await open(address(endpoints, attempt))
        progress("waiting for the browser")
        let answer: [String: String]
        do {
            answer = try await query
        } catch let error as TransportError {
            throw failure(.timedOut, error.detail, again)
        }
        let code = try code(in: answer, attempt, endpoints)
        progress("fetching the tokens")
        let tokens = try await tokens(code, attempt, endpoints)
        try await file.alone { try file.save(tokens) }
        // Signing in anew accepts the tools the service offers now.
        try ToolPin(service.connector, in: environment).forget()
    }

    /// Signs out: gives the refresh token back where the service takes it, and removes the tokens from this machine.
    ///
    /// - Returns: Whether there were any.
    /// - Throws: `StorageError` where they cannot be removed.
    @discardableResult
    public func disconnect() async throws -> Bool {
        let tokens = try? file.load()
        if let tokens, let revocation = tokens.details[OAuthDetail.revocation] {
            var parameters = [(name: "token", value: (tokens.refresh ?? tokens.access).revealed)]
            if let client = tokens.details[OAuthDetail.client] { parameters.append(("client_id", client)) }
            // Signing out works without the service: what is gone here cannot be used from here.
            _ = try? await environment.transport.response(to: form(parameters, to: revocation))
        }
        try ToolPin(service.connector, in: environment).forget()
        return try PrivateFile.remove(file.path)
    }

    /// What gives requests to the service their tokens.
    public var authorization: OAuthAuthorization {
        OAuthAuthorization(service: service, environment: environment, file: file)
    }

    // MARK: The steps

    private func clientID(_ endpoints: OAuthEndpoints, back: String) async throws -> String {
        if let clientID = service.clientID { return clientID }
        guard let registration = endpoints.registration else {
            throw ConnectorError(
                service.connector,
                .notConfigured,
                "\(service.title) takes no new programs",
                nextStep: "set client_id of \(service.connector) to an identifier it gave you"
            )
        }
        let body: WireValue = .object([
            "client_name": .text("Magnus"), "redirect_uris": .list([.text(back)]),
            "grant_types": .list([.text("authorization_code"), .text("refresh_token")]),
            "response_types": .list([.text("code")]), "token_endpoint_auth_method": .text("none"),
        ])
        let request = HTTPRequest(
            .post,
            registration,
            headers: ["Content-Type": "application/json", "Accept": "application/json"],
            body: Data(body.json.utf8),
            retry: .never
        )
        let client = ServiceClient(connector: service.connector, environment: environment)
        guard let identifier = try await client.json(request)["client_id"]?.string else {
            throw failure(.unexpectedAnswer, "the registration gave no 'client_id'")
        }
        return identifier
    }

    private func address(_ endpoints: OAuthEndpoints, _ attempt: OAuthAttempt) -> String {
        var query: [(name: String, value: String)] = [
            ("response_type", "code"), ("client_id", attempt.client), ("redirect_uri", attempt.back),
            ("state", attempt.state), ("code_challenge", attempt.pkce.challenge), ("code_challenge_method", "S256"),
            ("resource", service.resource),
        ]
        let scope = service.scope ?? endpoints.scopes.joined(separator: " ")
        if !scope.isEmpty { query.append(("scope", scope)) }
        return endpoints.authorization + (endpoints.authorization.contains("?") ? "&" : "?")
            + FormEncoding.encode(query)
    }

    private func code(
        in query: [String: String],
        _ attempt: OAuthAttempt,
        _ endpoints: OAuthEndpoints
    ) throws -> String {
        // Before anything else: an answer to another sign-in may have been put into the owner's browser by anyone.
        guard query["state"] == attempt.state else {
            throw failure(.unexpectedAnswer, "what came back from the browser belongs to another sign-in", again)
        }
        if let issuer = query["iss"], let expected = endpoints.issuer, issuer != expected {
            throw failure(.unexpectedAnswer, "another authorization server answered than was asked (RFC 9207)", again)
        }
        if let error = query["error"] {
            let words = DisplayText.line(query["error_description"] ?? error, limit: 160)
            let isDenied = error == "access_denied"
            throw failure(
                isDenied ? .forbidden : .requestRefused(status: 400),
                "the sign-in was refused (\(words))",
                again
            )
        }
        guard let code = query["code"], !code.isEmpty else {
            throw failure(.unexpectedAnswer, "no code came back from the browser", again)
        }
        return code
    }

    private func tokens(
        _ code: String,
        _ attempt: OAuthAttempt,
        _ endpoints: OAuthEndpoints
    ) async throws -> OAuthTokens {
        let endpoint = TokenEndpoint(
            url: endpoints.token,
            encoding: .form,
            client: ServiceClient(connector: service.connector, environment: environment, keyAdvice: again),
            environment: environment
        )
        var tokens = try await endpoint.tokens([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", attempt.back),
            ("client_id", attempt.client), ("code_verifier", attempt.pkce.verifier), ("resource", service.resource),
        ])
        tokens.details = [
            OAuthDetail.client: attempt.client, OAuthDetail.token: endpoints.token,
            OAuthDetail.resource: service.resource,
        ]
        tokens.details[OAuthDetail.revocation] = endpoints.revocation
        return tokens
    }

    private func form(_ parameters: [(name: String, value: String)], to address: String) -> HTTPRequest {
        HTTPRequest(
            .post,
            address,
            headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Data(FormEncoding.encode(parameters).utf8),
            timeouts: HTTPTimeouts(total: .seconds(10)),
            retry: .never
        )
    }

    private var file: TokenFile { TokenFile(service.connector, in: environment) }

    private var again: String { "run `magnus connect \(service.connector)` again" }

    private func failure(_ code: ConnectorError.Code, _ detail: String, _ nextStep: String = "") -> ConnectorError {
        ConnectorError(service.connector, code, detail, nextStep: nextStep)
    }
}

/// What one sign-in has of its own.
private struct OAuthAttempt {
    var client: String
    var back: String
    var state: String
    var pkce: PKCE
}

/// What is kept with the tokens.
enum OAuthDetail {
    static let client = "client_id"
    static let token = "token_endpoint"
    static let revocation = "revocation_endpoint"
    static let resource = "resource"
}
