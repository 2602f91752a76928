import Connectors
import Foundation
import JSON
import MagnusTestSupport
import Synchronization

/// A protected MCP server and its authorization server on one loopback port, as OAuth 2.1 and RFCs 7591, 7636, 8414, 8707
/// and 9728 have them. Codes are good once; refresh tokens rotate, and using an old one ends them all.
final class AuthorizationServer: Sendable {
    /// Appendix B of RFC 7636: the octets, the verifier they are written as, and its challenge.
    static let octets: [UInt8] = [
        116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191, 240,
        91, 88, 5, 88, 83, 132, 141, 121,
    ]
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    /// What it does otherwise than it should.
    enum Fault: Sendable, Equatable {
        case none, expiredCode, otherResource, otherIssuer, plainChallenge, unsafeEndpoint, noMetadata, noRegistration
    }

    private struct Code {
        var client: String
        var back: String
        var challenge: String
        var resource: String
    }

    private struct State {
        var base = ""
        var fault = Fault.none
        var clients: [String: [String]] = [:]
        var codes: [String: Code] = [:]
        var access: Set<String> = []
        var refresh: Set<String> = []
        var spent: Set<String> = []
        var number = 0
        var lifetime = 3_600
        var refreshes = 0
        var revoked: [String] = []
    }

    private let state = Mutex(State())
    let server: LoopbackServer

    init(_ fault: Fault = .none) throws {
        let holder = Holder()
        server = try LoopbackServer { request in holder.owner()?.reply(to: request) ?? LoopbackReply(status: 503) }
        let base = server.baseURL
        state.withLock { ($0.base, $0.fault) = (base, fault) }
        holder.set(self)
    }

    var resource: String { server.baseURL + "/mcp" }
    var refreshes: Int { state.withLock { $0.refreshes } }
    var revoked: [String] { state.withLock { $0.revoked } }

    /// Ends the access tokens that are out; refresh tokens stay good.
    func endAccessTokens() {
        state.withLock { $0.access = [] }
    }

    /// What the owner's browser is sent to after the owner said yes (RFC 6749, section 4.1.2).
    func consent(to address: String) throws -> String {
        let query = AuthorizationServer.query(address)
        return try state.withLock { state in
            guard query["response_type"] == "code", query["code_challenge_method"] == "S256",
                query["resource"] == state.base + "/mcp", let client = query["client_id"],
                let back = query["redirect_uri"], state.clients[client]?.contains(back) == true,
                let challenge = query["code_challenge"], let token = query["state"], token.utf8.count >= 32
            else { throw Refusal(description: "not a request by the standard: \(query)") }
            state.number += 1
            let code = "code-\(state.number)"
            state.codes[code] = Code(client: client, back: back, challenge: challenge, resource: state.base + "/mcp")
            return "\(back)?code=\(code)&state=\(token)&iss=\(state.base)/as"
        }
    }

    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    static func query(_ address: String) -> [String: String] {
        let items = URLComponents(string: address)?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Routes

    private func reply(to request: LoopbackRequest) -> LoopbackReply {
        state.withLock { state in
            let base = state.base
            switch (request.method, request.path) {
            case ("POST", "/mcp"), ("DELETE", "/mcp"):
                let token = (request.headers["authorization"] ?? "").replacingOccurrences(of: "Bearer ", with: "")
                guard state.access.contains(token) else {
                    let address = base + "/.well-known/oauth-protected-resource/mcp"
                    let challenge = "Bearer error=\"invalid_token\", resource_metadata=\"\(address)\""
                    return LoopbackReply(status: 401, headers: ["WWW-Authenticate": challenge])
                }
                return ScriptedMCP.reply(to: request)
            case ("GET", "/.well-known/oauth-protected-resource/mcp") where state.fault != .noMetadata:
                let resource = state.fault == .otherResource ? "https://example.com/mcp" : base + "/mcp"
                return .json(
                    #"{"resource":"\#(resource)","authorization_servers":["\#(base)/as"],"scopes_supported":["read"]}"#
                )
            case ("GET", "/.well-known/oauth-authorization-server/as"):
                return .json(metadata(state))
            case ("POST", "/as/register"):
                return register(request, &state)
            case ("POST", "/as/token"):
                return token(request.form, &state)
            case ("POST", "/as/revoke"):
                state.revoked.append(request.form["token"] ?? "")
                return LoopbackReply(status: 200)
            default:
                return LoopbackReply(status: 404)
            }
        }
    }

    private func metadata(_ state: State) -> String {
        let base = state.fault == .unsafeEndpoint ? "http://example.com" : state.base
        var members: [String: Any] = [
            "issuer": state.fault == .otherIssuer ? "https://example.com" : state.base + "/as",
            "authorization_endpoint": base + "/as/authorize", "token_endpoint": base + "/as/token",
            "registration_endpoint": base + "/as/register", "revocation_endpoint": base + "/as/revoke",
            "code_challenge_methods_supported": state.fault == .plainChallenge ? ["plain"] : ["S256"],
        ]
        if state.fault == .noRegistration { members["registration_endpoint"] = nil }
        let data = try? JSONSerialization.data(withJSONObject: members)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    private func register(_ request: LoopbackRequest, _ state: inout State) -> LoopbackReply {
        guard let body = WireValue(json: request.body), body["token_endpoint_auth_method"] == .text("none"),
            let back = body["redirect_uris"]?.items.compactMap(\.string), !back.isEmpty,
            body["grant_types"]?.items == [.text("authorization_code"), .text("refresh_token")]
        else { return .json(#"{"error":"invalid_client_metadata"}"#, status: 400) }
        state.number += 1
        let client = "client-\(state.number)"
        state.clients[client] = back
        return .json(#"{"client_id":"\#(client)"}"#, status: 201)
    }

    private func token(_ form: [String: String], _ state: inout State) -> LoopbackReply {
        let refusal = LoopbackReply.json(#"{"error":"invalid_grant","error_description":"not good"}"#, status: 400)
        guard form["resource"] == state.base + "/mcp" else { return refusal }
        switch form["grant_type"] {
        case "authorization_code":
            guard let code = state.codes.removeValue(forKey: form["code"] ?? ""), state.fault != .expiredCode,
                code.client == form["client_id"], code.back == form["redirect_uri"],
                code.challenge == AuthorizationServer.challenge, form["code_verifier"] == AuthorizationServer.verifier
            else { return refusal }
        case "refresh_token":
            state.refreshes += 1
            let token = form["refresh_token"] ?? ""
            if state.spent.contains(token) { (state.access, state.refresh) = ([], []) }
            guard state.clients[form["client_id"] ?? ""] != nil, state.refresh.remove(token) != nil else {
                return refusal
            }
            state.spent.insert(token)
        default:
            return refusal
        }
        state.number += 1
        let (access, refresh) = ("access-token-\(state.number)", "refresh-token-\(state.number)")
        state.access.insert(access)
        state.refresh.insert(refresh)
        return .json(
            """
            {"access_token":"\(access)","token_type":"Bearer","expires_in":\(state.lifetime),"refresh_token":"\(refresh)"}
            """
        )
    }
}

/// Lets the server's handler find its owner, which cannot be captured before it is complete.
private final class Holder: Sendable {
    private let value = Mutex<WeakOwner>(WeakOwner())

    func set(_ owner: AuthorizationServer) {
        value.withLock { $0.owner = owner }
    }

    func owner() -> AuthorizationServer? {
        value.withLock { $0.owner }
    }
}

private struct WeakOwner: Sendable {
    weak var owner: AuthorizationServer?
}
