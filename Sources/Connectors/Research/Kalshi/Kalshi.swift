import Foundation
import JSON
public import Transport

/// Markets on events at Kalshi (Trade API v2, specification 3.13.0). It only reads.
///
/// Settings: `url`. Markets and events are open to all. Positions and the balance need `KALSHI_API_KEY_ID` and the private
/// key, in a file (`KALSHI_PRIVATE_KEY_PATH`) or itself (`KALSHI_PRIVATE_KEY`).
public struct Kalshi: Connector {
    /// `kalshi`.
    public let name = "kalshi"
    /// `Kalshi`.
    public let title = "Kalshi"
    /// A service over HTTP.
    public let kind = ConnectorKind.api
    /// 20 requests a second: 200 tokens at 10 a request, the limit of the basic tier. A question may take four.
    public let rateLimit: RateLimit? = RateLimit(perSecond: 5, burst: 5)

    let environment: ConnectorEnvironment
    private let address: ServiceAddress?

    private static let root = "/trade-api/v2"

    /// A connector that asks through `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
        address = ServiceAddress(environment.settings, "kalshi", "url", default: "https://api.elections.kalshi.com")
    }

    /// Always, unless it is switched off: markets need no key.
    public var readiness: ConnectorReadiness {
        environment.readiness(of: name, keys: [], addresses: [("url", address)])
    }

    /// The signer, where the owner set keys.
    ///
    /// - Throws: `ConnectorError` with `notConfigured` where the keys cannot be used.
    func signer() throws -> KalshiSigner? {
        try KalshiSigner(environment, connector: name)
    }

    /// The JSON at `path`, signed where there is a signer.
    func json(
        _ path: String,
        _ query: [(name: String, value: String)] = [],
        signer: KalshiSigner? = nil
    ) async throws -> WireValue {
        try readiness.require(name)
        guard let address else { throw ConnectorError(name, .notConfigured, "no address") }
        var client = ServiceClient(
            connector: name,
            environment: environment,
            keyAdvice: "check KALSHI_API_KEY_ID, the private key and this machine's clock"
        )
        let url = address.url(path, under: Self.root)
        var request = query.isEmpty ? HTTPRequest(.get, url) : HTTPRequest(.get, url, query: query)
        if let signer {
            let signed = (address.path.isEmpty ? Self.root : address.path) + path
            request.headers = try signer.headers(method: "GET", path: signed, at: environment.clock())
            client.secrets = [signer.keyIdentifier]
            // A repeated request would carry the first one's time and be refused as too old.
            request.retry = .never
        }
        return try await client.json(request)
    }

    /// The records of a list, page by page, until there are `limit` or no more.
    ///
    /// - Parameter member: What the list is called in the answer: `markets`.
    /// - Returns: The records, and whether the list goes on behind them.
    /// - Throws: `ConnectorError`, also where a cursor comes twice.
    func list(
        _ member: String,
        at path: String,
        query: [(name: String, value: String)],
        pageSize: Int,
        limit: Int,
        signer: KalshiSigner? = nil
    ) async throws -> (records: [WireValue], isCut: Bool) {
        let reader = reader
        var records: [WireValue] = []
        var cursor = ""
        var seen: Set<String> = []
        repeat {
            let size = min(pageSize, limit - records.count)
            var query = query + [("limit", "\(size)")]
            if !cursor.isEmpty { query.append(("cursor", cursor)) }
            let answer = try await json(path, query, signer: signer)
            records += try reader.member(member, of: answer).items
            cursor = answer["cursor"]?.string ?? ""
            guard cursor.isEmpty || seen.insert(cursor).inserted else {
                throw ConnectorError(name, .unexpectedAnswer, "the same page of \(member) came twice")
            }
        } while !cursor.isEmpty && records.count < limit
        return (Array(records.prefix(limit)), !cursor.isEmpty || records.count > limit)
    }

    /// A reader of this service's records.
    var reader: RecordReader { RecordReader(name, service: title) }
}
