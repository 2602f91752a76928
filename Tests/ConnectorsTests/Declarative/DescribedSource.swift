import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing
import Transport

/// A source described in a test's own folder, with a clock that stands at 2026-11-20 12:00 in New York.
struct DescribedSource {
    let folder: TemporaryFolder
    var settings = ConnectorSettings()
    var secrets: [String: String] = [:]
    var now = TradingDate("2026-11-20")?.newYorkInstant(hour: 12) ?? .distantPast

    init() throws {
        folder = try TemporaryFolder()
    }

    var environment: ConnectorEnvironment {
        let now = now
        return ConnectorEnvironment(
            transport: SingleSendTransport(),
            settings: settings,
            secrets: NamedSecrets(values: secrets),
            clock: { now },
            folder: folder.path("private")
        )
    }

    /// The connector of this description.
    func connector(_ yaml: String) throws -> DeclarativeConnector {
        let path = try folder.write(yaml, to: "source.yaml")
        return try DeclarativeConnector(path: path, environment: environment)
    }

    /// The connector that the program ships under this name.
    func shipped(_ name: String, filePath: String = #filePath) throws -> DeclarativeConnector {
        let root = (0..<4).reduce(URL(fileURLWithPath: filePath)) { url, _ in url.deletingLastPathComponent() }
        return try DeclarativeConnector(
            path: root.appendingPathComponent("connectors/\(name).yaml").path,
            dataFolder: folder.url.path,
            environment: environment
        )
    }

    /// What reading this description ends in.
    func problem(_ yaml: String) throws -> DescriptionError {
        try #require(throws: DescriptionError.self) { try connector(yaml) }
    }

    /// The records of a description's one collection, or what reading them ends in.
    func failure(_ yaml: String, _ collection: String = "notes") async throws -> ConnectorError {
        let connector = try connector(yaml)
        return try await #require(throws: ConnectorError.self) { try await connector.records(RecordQuery(collection)) }
    }
}

/// Secrets that a test knows.
struct NamedSecrets: SecretSource {
    var values: [String: String]

    func secret(_ name: String) throws -> Secret? {
        values[name].map { Secret($0) }
    }
}

/// The real transport, which sends each request once whatever the answer.
struct SingleSendTransport: HTTPTransport {
    private let curl = CurlTransport()

    func response(to request: HTTPRequest) async throws -> HTTPResponse {
        var once = request
        once.retry = .never
        return try await curl.response(to: once)
    }

    func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        try await curl.stream(request)
    }
}
