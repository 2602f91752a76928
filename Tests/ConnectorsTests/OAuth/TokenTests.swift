import Connectors
import Foundation
import MagnusTestSupport
import Storage
import Synchronization
import Testing
import Transport

@Suite("Tokens")
struct TokenTests {
    private let folder: TemporaryFolder
    private let clock = TestClock(Date(timeIntervalSince1970: 1_795_200_000))

    init() throws {
        folder = try TemporaryFolder()
    }

    private func environment() throws -> ConnectorEnvironment {
        ConnectorEnvironment(
            transport: TestTransport.once,
            secrets: FixedSecrets([:]),
            clock: { [clock] in clock.now },
            folder: folder.path("connectors")
        )
    }

    private func tokens(_ number: Int, expiresIn seconds: Double = 900) -> OAuthTokens {
        OAuthTokens(
            access: Secret("access-\(number)"),
            expires: clock.now.addingTimeInterval(seconds),
            refresh: Secret("refresh-\(number)"),
            details: ["client_id": "magnus-1"]
        )
    }

    @Test("A file keeps them for its owner alone, whole, and gives them back")
    func file() throws {
        let file = TokenFile("robinhood", in: try environment())
        #expect(try file.load() == nil)
        try file.save(tokens(1))
        #expect(try file.load() == tokens(1))
        try file.save(tokens(2))
        #expect(try TokenFile("robinhood", in: environment()).load() == tokens(2))
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(file.path) == 0o600)
        #expect(try mode(folder.path("connectors")) == 0o700)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("connectors")) == ["robinhood.tokens.json"]
        )
    }

    @Test("A file that others can read is refused, and so is a damaged one")
    func open() throws {
        let file = TokenFile("robinhood", in: try environment())
        try file.save(tokens(1))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        let error = try #require(throws: StorageError.self) { try file.load() }
        #expect(error.code == .openToOthers)
        #expect(error.description.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        try Data("{".utf8).write(to: URL(fileURLWithPath: file.path))
        #expect(throws: DecodingError.self) { try file.load() }
    }

    @Test("They never print")
    func printing() {
        let text = "\(tokens(1)) \(String(reflecting: tokens(1))) \(Secret("access-1"))"
        #expect(!text.contains("access-1"))
        #expect(!text.contains("refresh-1"))
        var dumped = ""
        dump(tokens(1), to: &dumped)
        #expect(!dumped.contains("access-1"))
    }

    @Test("However many ask, one renewal is made, and its tokens are kept before anyone gets them")
    func singleFlight() async throws {
        let file = TokenFile("robinhood", in: try environment())
        try file.save(tokens(1, expiresIn: 10))
        let renewals = Mutex(0)
        let gate = Gate()
        let fresh = tokens(2)
        let keeper = TokenKeeper(file: file, clock: { [clock] in clock.now }) { old in
            #expect(old?.refresh == Secret("refresh-1"))
            renewals.withLock { $0 += 1 }
            await gate.wait()
            return fresh
        }
        try await withThrowingTaskGroup(of: Secret.self) { group in
            for _ in 0..<20 { group.addTask { try await keeper.current().access } }
            await gate.arrived()
            gate.open()
            for try await access in group { #expect(access == Secret("access-2")) }
        }
        #expect(renewals.withLock { $0 } == 1)
        #expect(try file.load() == fresh)
        // Whoever still holds the old token gets the new one without another renewal.
        #expect(try await keeper.current(insteadOf: Secret("access-1")).access == Secret("access-2"))
        #expect(renewals.withLock { $0 } == 1)
    }

    @Test("A caller who is cancelled stops waiting; the renewal goes on and is kept")
    func cancellation() async throws {
        let file = TokenFile("robinhood", in: try environment())
        let gate = Gate()
        let fresh = tokens(2)
        let keeper = TokenKeeper(file: file, clock: { [clock] in clock.now }) { _ in
            await gate.wait()
            return fresh
        }
        let impatient = Task { try await keeper.current() }
        await gate.arrived()
        let patient = Task { try await keeper.current() }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        gate.open()
        #expect(try await patient.value == fresh)
        #expect(try file.load() == fresh)
    }

    @Test("A failed renewal fails those who wait, and the next asks again")
    func failure() async throws {
        let attempts = Mutex(0)
        let fresh = tokens(2)
        let keeper = TokenKeeper(clock: { [clock] in clock.now }) { _ in
            let attempt = attempts.withLock { count in
                count += 1
                return count
            }
            if attempt == 1 { throw ConnectorError("robinhood", .unreachable, "nobody there") }
            return fresh
        }
        let error = try await connectorFailure { try await keeper.current() }
        #expect(error.code == .unreachable)
        #expect(try await keeper.current() == fresh)
    }

    @Test("Tokens that another process renewed are taken over, also after a refusal")
    func otherProcess() async throws {
        let file = TokenFile("robinhood", in: try environment())
        try file.save(tokens(1, expiresIn: 100))
        let used = Mutex<[String]>([])
        let newer = tokens(3)
        let keeper = TokenKeeper(file: file, clock: { [clock] in clock.now }) { old in
            used.withLock { $0.append(old?.refresh?.revealed ?? "") }
            // The other process was faster: the service has ended this refresh token.
            try file.save(newer)
            throw ConnectorError("robinhood", .unauthorised, "invalid_grant")
        }
        #expect(try await keeper.current().access == Secret("access-1"))
        clock.advance(by: 60)
        #expect(try await keeper.current() == newer)
        #expect(used.withLock { $0 } == ["refresh-1"])
        clock.advance(by: 3_000)
        try file.save(tokens(4))
        #expect(try await keeper.current().access == Secret("access-4"))
        #expect(used.withLock { $0 } == ["refresh-1"])
    }

    /// As two processes would: each with a keeper and a lock of its own over one file, and a service that ends a refresh
    /// token with its first use.
    @Test("Two that renew at the same instant use the refresh token once")
    func twoRenewals() async throws {
        let file = TokenFile("robinhood", in: try environment())
        try file.save(tokens(1, expiresIn: 10))
        let used = Mutex<[String]>([])
        let gate = Gate()
        let waiting = Gate()
        let fresh = tokens(2)
        @Sendable func renewed(_ old: OAuthTokens?) throws -> OAuthTokens {
            let refresh = old?.refresh?.revealed ?? ""
            let isFirst = used.withLock { used in
                defer { used.append(refresh) }
                return !used.contains(refresh)
            }
            guard isFirst else { throw ConnectorError("robinhood", .unauthorised, "invalid_grant") }
            return fresh
        }
        let first = TokenKeeper(file: file, clock: { [clock] in clock.now }) { old in
            await gate.wait()
            return try renewed(old)
        }
        let second = TokenKeeper(
            file: file,
            clock: { [clock] in clock.now },
            sleep: { _ in await waiting.wait() }
        ) { old in try renewed(old) }
        let one = Task { try await first.current() }
        await gate.arrived()
        let other = Task { try await second.current() }
        // The second has found the lock taken.
        await waiting.arrived()
        gate.open()
        #expect(try await one.value == fresh)
        waiting.open()
        #expect(try await other.value == fresh)
        #expect(used.withLock { $0 } == ["refresh-1"])
        #expect(try file.load() == fresh)
    }

    @Test("A process that renews and does not end is named")
    func lockedForGood() async throws {
        let file = TokenFile("robinhood", in: try environment())
        try file.save(tokens(1, expiresIn: 10))
        let held = try #require(try FileLock.attempt(file.path + ".lock"))
        let pauses = Mutex(0)
        let keeper = TokenKeeper(
            file: file,
            clock: { [clock] in clock.now },
            sleep: { _ in pauses.withLock { $0 += 1 } }
        ) { _ in throw Missing() }
        let error = await #expect(throws: StorageError.self) { try await keeper.current() }
        #expect(error?.code == .locked)
        #expect(pauses.withLock { $0 } == 1_200)
        withExtendedLifetime(held) {}
    }

    @Test("Tokens of a sign-in are kept and used")
    func adopting() async throws {
        let file = TokenFile("robinhood", in: try environment())
        let keeper = TokenKeeper(file: file, clock: { [clock] in clock.now }) { _ in throw Missing() }
        try await keeper.adopt(tokens(5))
        #expect(try await keeper.current().access == Secret("access-5"))
        #expect(try file.load() == tokens(5))
    }

    @Test("An endpoint takes a form, keeps a refresh token that is not replaced, and counts from the clock")
    func endpoint() async throws {
        let server = try LoopbackServer(routes: [
            "POST /token": .json(#"{"access_token": "fresh", "token_type": "bearer", "expires_in": "3600"}"#)
        ])
        let environment = try environment()
        let client = ServiceClient(connector: "robinhood", environment: environment, keyAdvice: "sign in again")
        let endpoint = TokenEndpoint(
            url: server.baseURL + "/token",
            encoding: .form,
            client: client,
            environment: environment
        )
        let answer = try await endpoint.tokens(
            [("grant_type", "refresh_token"), ("refresh_token", "a b&c")],
            replacing: tokens(1)
        )
        #expect(answer.access == Secret("fresh"))
        #expect(answer.refresh == Secret("refresh-1"))
        #expect(answer.details == ["client_id": "magnus-1"])
        #expect(answer.expires == clock.now.addingTimeInterval(3_600))
        let request = try #require(server.requests.first)
        #expect(request.text == "grant_type=refresh_token&refresh_token=a%20b%26c")
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        server.script("POST /token", .json(#"{"token": "fresh"}"#))
        let error = try await connectorFailure { try await endpoint.tokens([("grant_type", "refresh_token")]) }
        #expect(error.code == .unexpectedAnswer)
    }
}

/// Holds work until it is opened, and tells when the work has come to it.
private final class Gate: Sendable {
    private let arrivals = AsyncStream.makeStream(of: Void.self)
    private let openings = AsyncStream.makeStream(of: Void.self)

    func wait() async {
        arrivals.continuation.yield()
        for await _ in openings.stream { return }
    }

    func arrived() async {
        for await _ in arrivals.stream { return }
    }

    func open() {
        openings.continuation.yield()
    }
}
