import Foundation
import JSON
import Transport

/// Finds out where a service has its owner sign in: the metadata of the resource (RFC 9728), then that of its
/// authorization server (RFC 8414).
struct OAuthDiscovery {
    let service: OAuthService
    let environment: ConnectorEnvironment

    /// - Throws: `ConnectorError`, `CancellationError`.
    func endpoints() async throws -> OAuthEndpoints {
        guard let resource = OAuthAddress(service.resource) else {
            throw failure(.notConfigured, "'\(service.resource)' is no address that can be signed in to")
        }
        let metadata = try await resourceMetadata(resource)
        let issuers = metadata?["authorization_servers"]?.items.compactMap(\.string) ?? []
        // Without metadata the server itself is the authorization server, as revision 2025-03-26 had it.
        for issuer in issuers.isEmpty ? [resource.origin] : issuers {
            guard let address = OAuthAddress(issuer, isLoopbackAllowed: resource.isLoopback) else {
                throw failure(.unexpectedAnswer, "its authorization server has no https address")
            }
            if var endpoints = try await serverMetadata(issuer, address, resource) {
                let scopes = metadata?["scopes_supported"]?.items.compactMap(\.string) ?? []
                if !scopes.isEmpty { endpoints.scopes = scopes }
                return endpoints
            }
        }
        guard let fallback = service.fallback else {
            throw failure(.unexpectedAnswer, "it does not say where to sign in")
        }
        return fallback
    }

    // MARK: The resource

    private func resourceMetadata(_ resource: OAuthAddress) async throws -> WireValue? {
        let path = resource.path == "/" ? "" : resource.path
        var addresses = ["", path].map { resource.origin + "/.well-known/oauth-protected-resource" + $0 }
        addresses.reverse()
        if let challenged = try await challengedAddress() { addresses.insert(challenged, at: 0) }
        for address in addresses {
            guard OAuthAddress(address, isLoopbackAllowed: resource.isLoopback) != nil else { continue }
            guard let metadata = try await metadata(at: address) else { continue }
            // Metadata of another resource must not be used (RFC 9728, section 3.3).
            guard let named = metadata["resource"]?.string.flatMap({ OAuthAddress($0) }), resource.isWithin(named)
            else {
                throw failure(.unexpectedAnswer, "the metadata of its resource are those of another")
            }
            return metadata
        }
        return nil
    }

    /// Where a refusal of the service says that the metadata are (RFC 9728, section 5.1).
    private func challengedAddress() async throws -> String? {
        let request = HTTPRequest(
            .post,
            service.resource,
            headers: ["Content-Type": "application/json", "Accept": "application/json, text/event-stream"],
            body: MCPMessage.request(1, "ping", .object([:])),
            retry: .never
        )
        let response = try await exchange(request)
        guard response.status == 401, let challenge = response.headers["www-authenticate"] else { return nil }
        return OAuthDiscovery.parameter("resource_metadata", of: challenge)
    }

    /// The parameter `name` of a `WWW-Authenticate` header, in quotes or bare.
    static func parameter(_ name: String, of challenge: String) -> String? {
        guard let start = challenge.range(of: name + "=", options: .caseInsensitive) else { return nil }
        let rest = challenge[start.upperBound...]
        let value =
            rest.hasPrefix("\"") ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != "," && $0 != " " }
        return value.isEmpty ? nil : String(value)
    }

    // MARK: The authorization server

    private func serverMetadata(
        _ issuer: String,
        _ address: OAuthAddress,
        _ resource: OAuthAddress
    ) async throws -> OAuthEndpoints? {
        let path = address.path == "/" ? "" : address.path
        let places = [
            address.origin + "/.well-known/oauth-authorization-server" + path,
            address.origin + "/.well-known/openid-configuration" + path,
            address.origin + path + "/.well-known/openid-configuration",
        ]
        for (index, place) in places.enumerated() where !places[..<index].contains(place) {
            if let metadata = try await metadata(at: place) { return try endpoints(metadata, issuer, resource) }
        }
        return nil
    }

    private func endpoints(_ metadata: WireValue, _ issuer: String, _ resource: OAuthAddress) throws -> OAuthEndpoints {
        func trimmed(_ text: String) -> Substring { text.hasSuffix("/") ? text.dropLast() : text[...] }
        guard let named = metadata["issuer"]?.string, trimmed(named) == trimmed(issuer) else {
            throw failure(.unexpectedAnswer, "the metadata of its authorization server are those of another")
        }
        if let methods = metadata["code_challenge_methods_supported"]?.items, !methods.contains(.text("S256")) {
            throw failure(.unexpectedAnswer, "its authorization server does not protect the sign-in (PKCE S256)")
        }
        func address(_ key: String) throws -> String? {
            guard let text = metadata[key]?.string else { return nil }
            guard OAuthAddress(text, isLoopbackAllowed: resource.isLoopback) != nil else {
                throw failure(.unexpectedAnswer, "'\(key)' of its authorization server is no https address")
            }
            return text
        }
        guard let authorization = try address("authorization_endpoint"), let token = try address("token_endpoint")
        else {
            throw failure(.unexpectedAnswer, "its authorization server does not say where to sign in")
        }
        return OAuthEndpoints(
            issuer: named,
            authorization: authorization,
            token: token,
            registration: try address("registration_endpoint"),
            revocation: try address("revocation_endpoint"),
            scopes: metadata["scopes_supported"]?.items.compactMap(\.string) ?? []
        )
    }

    // MARK: Asking

    /// The JSON object at `address`; nil where there is none.
    private func metadata(at address: String) async throws -> WireValue? {
        let response = try await exchange(HTTPRequest(.get, address, headers: ["Accept": "application/json"]))
        guard response.isSuccess else {
            guard response.status >= 500 else { return nil }
            throw failure(.serviceFailed(status: response.status), "HTTP \(response.status)")
        }
        guard let value = WireValue(json: response.body), case .object = value else { return nil }
        return value
    }

    private func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
        do {
            return try await environment.transport.response(to: request)
        } catch let error as TransportError {
            throw failure(.unreachable, "\(error.host): \(error.detail)")
        }
    }

    private func failure(_ code: ConnectorError.Code, _ detail: String) -> ConnectorError {
        ConnectorError(service.connector, code, detail)
    }
}

/// An address that tokens may be sent to: `https`, or `http` on this machine.
struct OAuthAddress: Sendable, Hashable {
    /// `https://host:port`, in lower case.
    let origin: String
    /// The path; `/` where there is none.
    let path: String
    /// Whether it is on this machine.
    let isLoopback: Bool

    /// Nil for anything else, for one with a fragment or a user in it, and for one on this machine where that is not
    /// allowed.
    init?(_ text: String, isLoopbackAllowed: Bool = true) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host?.lowercased(), !host.isEmpty, parts.fragment == nil, parts.user == nil
        else { return nil }
        isLoopback = ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host)
        guard scheme == "https" || (scheme == "http" && isLoopback), isLoopbackAllowed || !isLoopback else {
            return nil
        }
        let port = parts.port.map { ":\($0)" } ?? ""
        origin = "\(scheme)://\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host)\(port)"
        path = parts.path.isEmpty ? "/" : parts.path
    }

    /// Whether this is `other` or lies below it.
    func isWithin(_ other: OAuthAddress) -> Bool {
        guard origin == other.origin else { return false }
        let folder = other.path.hasSuffix("/") ? other.path : other.path + "/"
        return path == other.path || path.hasPrefix(folder)
    }
}
