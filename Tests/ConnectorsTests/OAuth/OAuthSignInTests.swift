import Connectors
import Foundation
import MagnusTestSupport
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(20)))
struct OAuthSignInTests {
    /// A place of its own for one test: folder, transport, a clock that can be moved.
    final class Place: Sendable {
        let folder: TemporaryFolder
        let transport = testTransport()
        private let now = Mutex(Date(timeIntervalSince1970: 1_795_000_000))

        init() throws {
            folder = try TemporaryFolder()
        }

        func later(seconds: Double) {
            now.withLock { $0 += seconds }
        }

        var environment: ConnectorEnvironment {
            ConnectorEnvironment(
                transport: transport,
                secrets: NoSecrets(),
                clock: { self.now.withLock { $0 } },
                folder: folder.path("private")
            )
        }

        var tokens: String { folder.path("private/demo.tokens.json") }

        func signIn(_ server: AuthorizationServer, clientID: String? = nil, fallback: OAuthEndpoints? = nil)
            -> OAuthSignIn
        {
            let calls = Mutex(0)
            let service = OAuthService(
                connector: "demo",
                title: "Demo",
                resource: server.resource,
                clientID: clientID,
                fallback: fallback
            )
            return OAuthSignIn(service, environment: environment) { count in
                // First the state, then the verifier: that of the RFC's example.
                let number = calls.withLock { calls in
                    calls += 1
                    return calls
                }
                return number % 2 == 0 ? AuthorizationServer.octets : (0..<count).map { UInt8($0) }
            }
        }

        /// What a browser does: it goes where it is told.
        func browse(_ address: String) async throws -> HTTPResponse {
            try await transport.response(to: HTTPRequest(.get, address))
        }
    }

    private func connected(_ server: AuthorizationServer, _ place: Place) async throws -> OAuthSignIn {
        let signIn = place.signIn(server)
        try await signIn.connect(open: { _ = try await place.browse(server.consent(to: $0)) })
        return signIn
    }

    private func client(_ server: AuthorizationServer, _ signIn: OAuthSignIn, _ place: Place) -> MCPClient {
        let channel = MCPHTTPChannel(
            server: "demo",
            endpoint: server.resource,
            transport: place.transport,
            authorization: signIn.authorization
        )
        return MCPClient(channel: channel, version: "1", limits: MCPServers.patience)
    }

    @Test func theOwnerSignsInAndIsServed() async throws {
        let (server, place) = (try AuthorizationServer(), try Place())
        let signIn = place.signIn(server)
        #expect(try !signIn.isConnected())
        let words = Mutex<[String]>([])
        try await signIn.connect(
            open: { address in
                let query = AuthorizationServer.query(address)
                #expect(query["code_challenge"] == AuthorizationServer.challenge)
                #expect(query["scope"] == "read")
                #expect(query["redirect_uri"]?.hasPrefix("http://127.0.0.1:") == true)
                let page = try await place.browse(server.consent(to: address))
                #expect(page.status == 200)
                #expect(String(decoding: page.body, as: UTF8.self).contains("close this page"))
            },
            progress: { text in words.withLock { $0.append(text) } }
        )
        #expect(try signIn.isConnected())
        #expect(words.withLock { $0.count } == 3)
        let attributes = try FileManager.default.attributesOfItem(atPath: place.tokens)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let client = client(server, signIn, place)
        #expect(try await client.call("t").text == "ok")
        await client.close()
        // The token never stands in an address.
        #expect(server.server.requests.allSatisfy { !$0.target.contains("token-") })
    }

    @Test func anAnswerToAnotherSignInIsRefusedBeforeAnythingElse() async throws {
        let (server, place) = (try AuthorizationServer(), try Place())
        for answer in ["code=stolen&state=forged", "code=stolen", "error=access_denied&state=forged"] {
            let error = await #expect(throws: ConnectorError.self) {
                try await place.signIn(server).connect(open: { address in
                    let back = try #require(AuthorizationServer.query(address)["redirect_uri"])
                    _ = try await place.browse("\(back)?\(answer)")
                })
            }
            #expect(error?.code == .unexpectedAnswer)
            #expect(error?.detail.contains("another sign-in") == true)
        }
        #expect(!server.server.requests.contains { $0.path == "/as/token" })
        #expect(!FileManager.default.fileExists(atPath: place.tokens))
    }

    @Test func whoeverAnswersInAnotherServersNameIsRefused() async throws {
        let (server, place) = (try AuthorizationServer(), try Place())
        let error = await #expect(throws: ConnectorError.self) {
            try await place.signIn(server).connect(open: { address in
                let answer = try server.consent(to: address).replacingOccurrences(of: "/as", with: "/evil")
                _ = try await place.browse(answer)
            })
        }
        #expect(error?.detail.contains("RFC 9207") == true)
    }

    @Test func anOwnerWhoDeclinesIsNotConnected() async throws {
        let (server, place) = (try AuthorizationServer(), try Place())
        let error = await #expect(throws: ConnectorError.self) {
            try await place.signIn(server).connect(open: { address in
                let query = AuthorizationServer.query(address)
                let (back, state) = (try #require(query["redirect_uri"]), try #require(query["state"]))
                let words = "The%20owner%0Asaid%20no"
                _ = try await place.browse("\(back)?error=access_denied&error_description=\(words)&state=\(state)")
            })
        }
        #expect(error?.code == .forbidden)
        #expect(error?.detail == "the sign-in was refused (The owner said no)")
    }

    @Test func anExpiredCodeIsAnErrorWithANextStep() async throws {
        let (server, place) = (try AuthorizationServer(.expiredCode), try Place())
        let error = await #expect(throws: ConnectorError.self) { try await connected(server, place) }
        #expect(error?.code == .unauthorised)
        #expect(error?.nextStep.contains("magnus connect demo") == true)
        #expect(!FileManager.default.fileExists(atPath: place.tokens))
    }

    @Test func anOwnerWhoDoesNotComeBackEndsTheWait() async throws {
        let (server, place) = (try AuthorizationServer(), try Place())
        let error = await #expect(throws: ConnectorError.self) {
            try await place.signIn(server).connect(within: .milliseconds(50), open: { _ in })
        }
        #expect(error?.code == .timedOut)
    }

    @Test(arguments: [
        (AuthorizationServer.Fault.otherResource, "those of another"), (.otherIssuer, "those of another"),
        (.plainChallenge, "PKCE"), (.unsafeEndpoint, "no https address"), (.noMetadata, "where to sign in"),
        (.noRegistration, "takes no new programs"),
    ])
    func metadataThatCannotBeTrustedAreRefused(fault: AuthorizationServer.Fault, words: String) async throws {
        let (server, place) = (try AuthorizationServer(fault), try Place())
        let error = await #expect(throws: ConnectorError.self) {
            try await place.signIn(server).connect(open: { _ in Issue.record("nothing may be opened") })
        }
        #expect(error?.detail.contains(words) == true, "\(String(describing: error))")
    }

    @Test func aServiceThatDoesNotSayWhereHasItsKnownPlace() async throws {
        let (server, place) = (try AuthorizationServer(.noMetadata), try Place())
        let base = server.server.baseURL + "/as"
        let known = OAuthEndpoints(
            authorization: base + "/authorize",
            token: base + "/token",
            registration: base + "/register"
        )
        let signIn = place.signIn(server, fallback: known)
        try await signIn.connect(open: { _ = try await place.browse(server.consent(to: $0)) })
        #expect(try signIn.isConnected())
    }

    @Test func twentyCallersOfAnEndedTokenRenewItOnce() async throws {
        let (server, place) = (try AuthorizationServer(), try Place())
        let signIn = try await connected(server, place)
        let authorization = signIn.authorization
        let first = try await authorization.token()
        place.later(seconds: 3_600)
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<20 { group.addTask { try await authorization.token()?.revealed } }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(server.refreshes == 1)
        #expect(tokens.count == 1)
        #expect(tokens.first != first?.revealed)
        // The rotated token was kept: it is good for the next renewal too.
        place.later(seconds: 3_600)
        #expect(try await signIn.authorization.token() != nil)
        #expect(server.refreshes == 2)
    }

    @Test func tokensThatTheServerRefusesAreRenewedOnceForAllCalls() async throws {
        let (server, place) = (try AuthorizationServer(), try Place())
        let signIn = try await connected(server, place)
        let client = client(server, signIn, place)
        try await client.connect()
        server.endAccessTokens()
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<20 { group.addTask { try await client.call("t").text } }
            for try await text in group { #expect(text == "ok") }
        }
        #expect(server.refreshes == 1)
        await client.close()
    }

    @Test func anOldRefreshTokenEndsTheSignIn() async throws {
        let (server, place) = (try AuthorizationServer(), try Place())
        let signIn = try await connected(server, place)
        let old = try Data(contentsOf: URL(fileURLWithPath: place.tokens))
        place.later(seconds: 3_600)
        _ = try await signIn.authorization.token()
        try old.write(to: URL(fileURLWithPath: place.tokens))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.tokens)
        let error = await #expect(throws: ConnectorError.self) { try await signIn.authorization.token() }
        #expect(error?.code == .unauthorised)
        #expect(error?.nextStep == "run `magnus connect demo`")
        #expect(error?.description.contains("refresh-token") == false)
    }

    @Test func disconnectingGivesTheTokenBackAndRemovesIt() async throws {
        let (server, place) = (try AuthorizationServer(), try Place())
        let signIn = try await connected(server, place)
        let authorization = signIn.authorization
        _ = try await authorization.token()
        #expect(try await signIn.disconnect())
        #expect(server.revoked.count == 1)
        #expect(server.revoked.first?.hasPrefix("refresh-token-") == true)
        #expect(!FileManager.default.fileExists(atPath: place.tokens))
        #expect(try !signIn.isConnected())
        let error = await #expect(throws: ConnectorError.self) { try await authorization.token() }
        #expect(error?.code == .notConfigured)
        #expect(try await !signIn.disconnect())
    }

    @Test func tokensOfOneAddressAreNotSentToAnother() async throws {
        let (server, other, place) = (try AuthorizationServer(), try AuthorizationServer(), try Place())
        _ = try await connected(server, place)
        let moved = place.signIn(other)
        #expect(try !moved.isConnected())
        let error = await #expect(throws: ConnectorError.self) { try await moved.authorization.token() }
        #expect(error?.code == .notConfigured)
        #expect(other.server.requests.isEmpty)
    }
}

/// No keys at all.
struct NoSecrets: SecretSource {
    func secret(_ name: String) throws -> Secret? { nil }
}
