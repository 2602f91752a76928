public import Foundation
import JSON
public import Markets
public import Transport

/// Dates of earnings reports and company news of Finnhub (`/api/v1`).
///
/// Settings: `url`. The key, `FINNHUB_API_KEY`, goes into a header and never into an address.
public struct Finnhub: Connector {
    /// `finnhub`.
    public let name = "finnhub"
    /// `Finnhub`.
    public let title = "Finnhub"
    /// A service over HTTP.
    public let kind = ConnectorKind.api
    /// 60 requests in any minute, the limit of the free plan.
    public let rateLimit: RateLimit? = RateLimit(perSecond: 0.5, burst: 30)

    private let environment: ConnectorEnvironment
    private let address: ServiceAddress?

    private static let keyNames = ["FINNHUB_API_KEY"]
    /// No question sends more requests: half of what the free plan allows in a minute.
    private static let mostRequests = 30
    /// An answer with so many reports may have been cut off.
    private static let longestAnswer = 1_500

    /// A connector that asks through `environment`.
    public init(_ environment: ConnectorEnvironment) {
        self.environment = environment
        address = ServiceAddress(environment.settings, "finnhub", "url", default: "https://finnhub.io")
    }

    /// Whether the key is there.
    public var readiness: ConnectorReadiness {
        environment.readiness(of: name, keys: [Self.keyNames], addresses: [("url", address)])
    }

    /// The JSON at `path`.
    private func json(_ path: String, _ query: [(name: String, value: String)]) async throws -> WireValue {
        try readiness.require(name)
        guard let address else { throw ConnectorError(name, .notConfigured, "no address") }
        let client = ServiceClient(
            connector: name,
            environment: environment,
            headers: ["X-Finnhub-Token": try environment.secret(name, Self.keyNames).revealed],
            keyAdvice: "check FINNHUB_API_KEY"
        )
        return try await client.json(address.url(path, under: "/api/v1"), query: query)
    }
}

extension Finnhub: EarningsSource {
    /// Reports in `dates`, by day and symbol.
    ///
    /// Finnhub cuts long answers off, so a long range is asked for in parts, and a part whose answer is as long as answers
    /// get is halved.
    public func earnings(
        of symbols: [String],
        in dates: ClosedRange<TradingDate>
    ) async throws -> Sourced<[EarningsReport]> {
        let wanted = Set(symbols.map { $0.uppercased() })
        let parts = FinnhubPart.parts(of: wanted.sorted(), in: dates, atMost: Self.mostRequests)
        let gathered = try await Gathering(parts) { part in try await calendar(part) }
        var reports: [FinnhubPart.Key: EarningsReport] = [:]
        var notes = gathered.notes { "\($0)" }
        for (_, answer) in gathered.answers {
            for report in answer.value where wanted.isEmpty || wanted.contains(report.symbol) {
                guard dates.contains(report.date) else { continue }
                reports[FinnhubPart.Key(symbol: report.symbol, date: report.date)] = report
            }
            notes += answer.notes.filter { !notes.contains($0) }
        }
        let sorted = reports.values.sorted { ($0.date, $0.symbol) < ($1.date, $1.symbol) }
        return Sourced(sorted, source: title, notes: notes)
    }

    private func calendar(_ part: FinnhubPart) async throws -> Sourced<[EarningsReport]> {
        var query = [("from", "\(part.dates.lowerBound)"), ("to", "\(part.dates.upperBound)")]
        if let symbol = part.symbol { query.append(("symbol", symbol)) }
        let answer = try await json("/calendar/earnings", query)
        var reader = RecordReader(name, service: title)
        let records = try reader.member("earningsCalendar", of: answer).items
        if records.count >= Self.longestAnswer {
            if let (first, second) = part.halves {
                let left = try await calendar(first)
                let right = try await calendar(second)
                return Sourced(left.value + right.value, source: title, notes: left.notes + right.notes)
            }
            reader.remark("Finnhub's list for \(part) has \(records.count) reports and may be cut off")
        }
        let reports = try reader.records(records, "reports", Self.report)
        return Sourced(reports, source: title, notes: reader.notes)
    }

    private static func report(_ record: WireValue, _ drift: inout SchemaDrift) -> EarningsReport? {
        guard let symbol = record.string("symbol", &drift), let date = record.required("date", \.date, &drift) else {
            return nil
        }
        return EarningsReport(
            symbol: symbol.uppercased(),
            date: date,
            session: record.string("hour", &drift).map(EarningsReport.Session.init(written:)) ?? .unknown,
            estimate: record.decimal("epsEstimate", &drift),
            actual: record.decimal("epsActual", &drift)
        )
    }
}

extension Finnhub: NewsSource {
    /// Headlines about each of `symbols`, or the general ones where empty.
    public func news(about symbols: [String], since start: Date, limit: Int) async throws -> Sourced<[NewsItem]> {
        let from = TradingDate(newYorkDateOf: start)
        // Finnhub's days are those of UTC, which begin before New York's.
        let to = TradingDate(newYorkDateOf: environment.clock()).adding(days: 1)
        let wanted: [String?] = symbols.isEmpty ? [nil] : symbols.prefix(Self.mostRequests).map { $0.uppercased() }
        let gathered = try await Gathering(wanted) { symbol in
            guard let symbol else { return try await json("/news", [("category", "general")]) }
            return try await json("/company-news", [("symbol", symbol), ("from", "\(from)"), ("to", "\(to)")])
        }
        var reader = RecordReader(name, service: title)
        var items: [String: NewsItem] = [:]
        for (symbol, answer) in gathered.answers {
            guard case .list(let records) = answer else {
                throw ConnectorError(name, .unexpectedAnswer, "the headlines are no list")
            }
            for item in try reader.records(records, "headlines", Self.item) where item.published >= start {
                var item = items[item.identifier] ?? item
                if let symbol, !item.symbols.contains(symbol) { item.symbols.insert(symbol, at: 0) }
                items[item.identifier] = item
            }
        }
        for symbol in symbols.dropFirst(Self.mostRequests) {
            reader.remark("\(symbol) was not asked for: too many at once")
        }
        let sorted = items.values.sorted { ($1.published, $0.identifier) < ($0.published, $1.identifier) }
        let notes = reader.notes + gathered.notes { $0 ?? "the general headlines" }
        return Sourced(Array(sorted.prefix(limit)), source: title, notes: notes)
    }

    private static func item(_ record: WireValue, _ drift: inout SchemaDrift) -> NewsItem? {
        guard let headline = record.string("headline", &drift), let published = record.instant("datetime", &drift)
        else {
            return nil
        }
        let url = record.string("url", &drift).flatMap { WebAddress.resolved($0) }
        let related = (record["related"]?.string ?? "").split(separator: ",").map { $0.uppercased() }
        return NewsItem(
            identifier: record.sparse("id", \.string, &drift) ?? url ?? headline,
            headline: PlainText.line(headline, limit: 300),
            summary: PlainText.line(record.string("summary", &drift) ?? "", limit: 600),
            publisher: DisplayText.line(record.string("source", &drift) ?? "Finnhub"),
            published: published,
            symbols: related.filter { !$0.isEmpty },
            url: url
        )
    }
}
