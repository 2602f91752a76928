import Foundation
import JSON
public import Markets
public import Transport

/// Economic series of the Federal Reserve Bank of St. Louis (API of FRED, `fred/series/observations`).
///
/// Settings: `url`. The key, `FRED_API_KEY`, goes into the query: FRED takes it nowhere else.
public struct FRED: Connector {
    /// `fred`.
    public let name = "fred"
    /// `FRED`.
    public let title = "FRED"
    /// A service over HTTP.
    public let kind = ConnectorKind.api
    /// 120 requests in any minute.
    public let rateLimit: RateLimit? = RateLimit(perSecond: 1, burst: 60)

    private let environment: ConnectorEnvironment
    private let address: ServiceAddress?

    /// The most observations of one answer.
    private static let pageSize = 100_000
    private static let keyNames = ["FRED_API_KEY"]

    /// A connector that asks through `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
        address = ServiceAddress(environment.settings, "fred", "url", default: "https://api.stlouisfed.org")
    }

    /// Whether the key is there.
    public var readiness: ConnectorReadiness {
        environment.readiness(of: name, keys: [Self.keyNames], addresses: [("url", address)])
    }
}

extension FRED: SeriesSource {
    /// Observations of a series in its own unit, oldest first.
    ///
    /// FRED writes a day without a value as `.`: such an observation has none.
    public func series(
        _ identifier: String,
        in dates: ClosedRange<TradingDate>
    ) async throws -> Sourced<[SeriesObservation]> {
        try readiness.require(name)
        guard let address else { throw ConnectorError(name, .notConfigured, "no address") }
        let key = try environment.secret(name, Self.keyNames)
        var client = ServiceClient(connector: name, environment: environment, keyAdvice: "check FRED_API_KEY")
        client.secrets = [key]
        let series = identifier.uppercased()
        let url = address.url("/series/observations", under: "/fred")
        let query = [
            ("series_id", series), ("api_key", key.revealed), ("file_type", "json"),
            ("observation_start", "\(dates.lowerBound)"), ("observation_end", "\(dates.upperBound)"),
            ("sort_order", "asc"), ("limit", "\(Self.pageSize)"),
        ]
        var reader = RecordReader(name, service: title)
        var observations: [SeriesObservation] = []
        var offset = 0
        var isComplete = false
        while !isComplete {
            let answer = try await page(client, url, query + [("offset", "\(offset)")], series)
            let records = try reader.member("observations", of: answer).items
            observations += try reader.records(records, "observations") { record, drift in
                Self.observation(series, record, &drift)
            }
            offset += records.count
            isComplete = records.isEmpty || offset >= answer["count"]?.integer ?? 0
        }
        observations.sort { $0.date < $1.date }
        return Sourced(observations, source: title, notes: reader.notes)
    }

    /// One answer; FRED reports a wrong key and an unknown series alike, with the status 400 and a sentence.
    private func page(
        _ client: ServiceClient,
        _ url: String,
        _ query: [(name: String, value: String)],
        _ series: String
    ) async throws -> WireValue {
        do {
            return try await client.json(url, query: query)
        } catch var error as ConnectorError where error.code == .requestRefused(status: 400) {
            if error.detail.contains("api_key") {
                error.code = .unauthorised
                error.nextStep = client.keyAdvice
            } else if error.detail.contains("does not exist") {
                error.code = .notFound
                error.nextStep = "check the name '\(DisplayText.line(series, limit: 30))' on fred.stlouisfed.org"
            }
            throw error
        }
    }

    private static func observation(
        _ series: String,
        _ record: WireValue,
        _ drift: inout SchemaDrift
    ) -> SeriesObservation? {
        guard let date = record.required("date", \.date, &drift), case .object(let members) = record else { return nil }
        switch members["value"] {
        case .text("."), .text(""), .null: return SeriesObservation(series: series, date: date, value: nil)
        default:
            guard let value = record.decimal("value", &drift) else { return nil }
            return SeriesObservation(series: series, date: date, value: value)
        }
    }
}
