import Connectors
import Foundation
import JSON
import MagnusTestSupport
import Markets
import Synchronization
import Testing
import Transport

/// A service behind a loopback server, and the environment in which a connector finds it.
final class Service: Sendable {
    let server: LoopbackServer
    let environment: ConnectorEnvironment
    let clock: TestClock
    let folder: TemporaryFolder

    /// The keys of all services.
    static let keys = [
        "ALPACA_API_KEY_ID": "alpaca-key-1234", "ALPACA_API_SECRET_KEY": "alpaca-secret-5678",
        "TRADIER_TOKEN": "tradier-token-1234", "TASTYTRADE_CLIENT_SECRET": "tasty-secret-1234",
        "TASTYTRADE_REFRESH_TOKEN": "tasty-refresh-5678",
    ]

    /// A service that answers by `routes`, `METHOD /path` or `/path`.
    init(
        routes: [String: LoopbackReply] = [:],
        settings: [String: [String: [String]]] = [:],
        keys: [String: String] = Service.keys,
        now: String = "2026-11-20T21:30:00Z"
    ) throws {
        server = try LoopbackServer(routes: routes)
        folder = try TemporaryFolder()
        clock = TestClock(try instant(now))
        var all = ConnectorSettings(settings)
        let addresses = [
            "alpaca": ["trading_url", "data_url"], "tradier": ["url"], "tastytrade": ["url"],
            "yahoo": ["url", "crumb_url", "cookie_url"],
        ]
        for (connector, names) in addresses {
            for name in names { all.set(connector, name, [server.baseURL]) }
        }
        environment = ConnectorEnvironment(
            transport: TestTransport(server: server),
            settings: all,
            secrets: FixedSecrets(keys),
            clock: { [clock] in clock.now },
            folder: folder.path("connectors")
        )
    }

    /// The requests of a path.
    func requests(_ path: String) -> [LoopbackRequest] {
        server.requests.filter { $0.path == path }
    }
}

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let moment: Mutex<Date>

    init(_ start: Date) { moment = Mutex(start) }

    var now: Date { moment.withLock { $0 } }

    func advance(by seconds: Double) { moment.withLock { $0 += seconds } }
}

/// Secrets by name.
struct FixedSecrets: SecretSource {
    private let secrets: [String: String]

    init(_ secrets: [String: String]) { self.secrets = secrets }

    func secret(_ name: String) throws -> Secret? { secrets[name].map { Secret($0) } }
}

/// The moment a text stands for.
func instant(_ text: String) throws -> Date {
    try #require(WireValue.text(text).instant)
}

/// The day a text stands for.
func day(_ text: String) throws -> TradingDate {
    try #require(TradingDate(text))
}

/// The error that `work` ends in.
func connectorFailure(_ work: () async throws -> some Any) async throws -> ConnectorError {
    do {
        _ = try await work()
    } catch let error as ConnectorError {
        return error
    }
    throw Missing()
}

/// The error that was expected did not come.
struct Missing: Error {}
