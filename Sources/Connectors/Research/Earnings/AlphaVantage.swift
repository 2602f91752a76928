import Foundation
import JSON
public import Markets
public import Transport

/// Dates of earnings reports to come, of Alpha Vantage (`EARNINGS_CALENDAR`).
///
/// Settings: `url`. The key, `ALPHAVANTAGE_API_KEY`, goes into the query: Alpha Vantage takes it nowhere else.
public struct AlphaVantage: Connector {
    /// `alphavantage`.
    public let name = "alphavantage"
    /// `Alpha Vantage`.
    public let title = "Alpha Vantage"
    /// A service over HTTP.
    public let kind = ConnectorKind.api
    /// 25 requests in any day, the limit of a free key: 10 at once and 15 more over the day.
    public let rateLimit: RateLimit? = RateLimit(perSecond: 15.0 / 86_400, burst: 10)
    /// With so few requests, an answer is kept for a day.
    public let timesToLive: [DataKind: Duration] = [.earnings: .seconds(86_400)]

    private let environment: ConnectorEnvironment
    private let address: ServiceAddress?

    private static let keyNames = ["ALPHAVANTAGE_API_KEY"]

    /// A connector that asks through `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
        address = ServiceAddress(environment.settings, "alphavantage", "url", default: "https://www.alphavantage.co")
    }

    /// Whether the key is there.
    public var readiness: ConnectorReadiness {
        environment.readiness(of: name, keys: [Self.keyNames], addresses: [("url", address)])
    }
}

extension AlphaVantage: EarningsSource {
    /// Reports to come in `dates`, by day and symbol. One request, whatever the number of symbols.
    public func earnings(
        of symbols: [String],
        in dates: ClosedRange<TradingDate>
    ) async throws -> Sourced<[EarningsReport]> {
        try readiness.require(name)
        guard let address else { throw ConnectorError(name, .notConfigured, "no address") }
        let key = try environment.secret(name, Self.keyNames)
        var client = ServiceClient(connector: name, environment: environment, keyAdvice: "check ALPHAVANTAGE_API_KEY")
        client.secrets = [key]
        let today = TradingDate(newYorkDateOf: environment.clock())
        var query = [
            ("function", "EARNINGS_CALENDAR"), ("horizon", Self.horizon(today.days(until: dates.upperBound))),
            ("apikey", key.revealed),
        ]
        let wanted = Set(symbols.map { $0.uppercased() })
        if let only = wanted.first, wanted.count == 1 { query.append(("symbol", only)) }
        var request = HTTPRequest(.get, address.url("", under: "/query"), query: query)
        // Each request counts towards the day's 25, also a repeated one.
        request.retry = .never
        let table = try await table(client.response(to: request).body, key)
        var notes = table.notes
        if dates.lowerBound < today { notes.append("Alpha Vantage knows no reports of the past") }
        if today.days(until: dates.upperBound) > 365 {
            notes.append("Alpha Vantage knows reports of the next 12 months")
        }
        let reports = table.reports.filter { report in
            dates.contains(report.date) && (wanted.isEmpty || wanted.contains(report.symbol))
        }
        let sorted = reports.sorted { ($0.date, $0.symbol) < ($1.date, $1.symbol) }
        return Sourced(sorted, source: title, notes: notes)
    }

    /// The shortest of the horizons there are that reaches `days` ahead.
    private static func horizon(_ days: Int) -> String {
        days <= 85 ? "3month" : days <= 175 ? "6month" : "12month"
    }

    private func table(_ body: Data, _ key: Secret) throws -> EarningsTable {
        if let answer = WireValue(json: body), case .object = answer { throw refusal(answer, key) }
        do {
            return try EarningsTable(Array(body), file: title, expecting: ["estimate"])
        } catch let error as EarningsTable.MissingColumn {
            let header = Self.redacted(error.header, key)
            throw ConnectorError(name, .unexpectedAnswer, "the table has no column '\(error.column)' among \(header)")
        } catch is ImportError {
            throw ConnectorError(name, .unexpectedAnswer, "the answer is no table")
        }
    }

    /// What an answer in JSON means: Alpha Vantage reports limits and mistakes so, with the status 200.
    private func refusal(_ answer: WireValue, _ key: Secret) -> ConnectorError {
        let members = [answer["Information"], answer["Note"], answer["Error Message"], answer["message"]]
        let words = members.lazy.compactMap { $0?.string }.first ?? "an answer without a table"
        let detail = DisplayText.line(Self.redacted(words, key), limit: 160)
        let lowered = words.lowercased()
        func says(_ texts: String...) -> Bool { texts.contains { lowered.contains($0) } }
        if says("premium"), !says("rate limit") {
            return ConnectorError(name, .forbidden, detail, nextStep: "check what the key may do")
        }
        if says("rate limit", "frequency", "per day", "per minute", "per second") {
            let advice = "a free key has 25 requests a day"
            return ConnectorError(name, .rateLimited(retryAfter: nil), detail, nextStep: advice)
        }
        if says("apikey", "api key") {
            return ConnectorError(name, .unauthorised, detail, nextStep: "check ALPHAVANTAGE_API_KEY")
        }
        return ConnectorError(name, .requestRefused(status: 200), detail)
    }

    /// Alpha Vantage repeats the key in its words.
    private static func redacted(_ text: String, _ key: Secret) -> String {
        key.revealed.isEmpty ? text : text.replacing(key.revealed, with: "\(key)")
    }
}
