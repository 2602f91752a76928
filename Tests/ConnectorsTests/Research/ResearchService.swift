import Connectors
import Foundation
import MagnusTestSupport
import Testing

/// A service on the loopback address, and the surroundings of a connector that asks it.
struct ResearchService {
    /// The server itself.
    let server: LoopbackServer
    /// A folder of the test's own.
    let folder: TemporaryFolder
    /// What a connector is made with.
    var environment: ConnectorEnvironment

    /// 2026-11-24 12:00 in New York.
    static let now = Date(timeIntervalSince1970: 1_795_539_600)

    /// A service that `handler` answers for, as the setting `url` of `connector`.
    init(
        _ connector: String,
        secrets: [String: String] = [:],
        settings: [String: [String]] = [:],
        patience: Duration = .seconds(5),
        _ handler: @escaping @Sendable (LoopbackRequest) -> LoopbackReply
    ) throws {
        server = try LoopbackServer(handler)
        folder = try TemporaryFolder()
        environment = ConnectorEnvironment(
            transport: OnceTransport(server: server, patience: patience),
            settings: ConnectorSettings([connector: settings.merging(["url": [server.baseURL]]) { first, _ in first }]),
            secrets: FixedSecrets(secrets),
            clock: { ResearchService.now },
            folder: folder.url.path
        )
    }

    /// The targets that were asked for, in order.
    var targets: [String] { server.requests.map(\.target) }
}

/// A moment written in ISO 8601.
func moment(_ text: String) throws -> Date { try #require(ISO8601DateFormatter().date(from: text)) }
