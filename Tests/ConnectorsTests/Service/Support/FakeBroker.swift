import Connectors
import Foundation
import Markets

/// A broker that does what its script says.
struct FakeBroker: HoldingsSource, ActivitySource, WatchlistSource {
    var name: String
    var title: String { name.capitalized }
    var kind: ConnectorKind = .api
    var readiness: ConnectorReadiness = .ready
    let script: Script

    init(_ name: String, _ script: Script = Script()) {
        self.name = name
        self.script = script
    }

    private var account: Account { Account(broker: name, number: "48219034") }

    func holdings() async throws -> Sourced<[AccountHoldings]> {
        try await script.perform("holdings", name)
        let position = HeldPosition(symbol: "NVDA", quantity: 100, averagePrice: 95)
        return Sourced([AccountHoldings(account: account, positions: [position])], source: title)
    }

    func activity(since start: TradingDate) async throws -> Sourced<[AccountActivity]> {
        try await script.perform("activity \(start)", name)
        let activities = (0..<30).map { day in
            AccountActivity(account: account, identifier: "\(day)", kind: .buy, date: start.adding(days: day))
        }
        return Sourced(activities, source: title)
    }

    func watchlists() async throws -> Sourced<[Watchlist]> {
        try await script.perform("watchlists", name)
        let section = Watchlist.Section(title: "", entries: [.init(symbol: "NVDA"), .init(symbol: "AAPL")])
        return Sourced([Watchlist(name: "\(title) list", sections: [section])], source: title)
    }
}

/// A source of research that does what its script says.
struct FakeResearch: EarningsSource, NewsSource, FilingSource, SeriesSource {
    var name: String
    var title: String { name.capitalized }
    var kind: ConnectorKind = .api
    var readiness: ConnectorReadiness = .ready
    /// Dates of reports by symbol.
    var reports: [String: TradingDate] = [:]
    var headlines: [NewsItem] = []
    let script: Script

    init(_ name: String, _ script: Script = Script()) {
        self.name = name
        self.script = script
    }

    func with(_ change: (inout FakeResearch) -> Void) -> FakeResearch {
        var copy = self
        change(&copy)
        return copy
    }

    func earnings(of symbols: [String], in dates: ClosedRange<TradingDate>) async throws -> Sourced<[EarningsReport]> {
        try await script.perform("earnings " + symbols.joined(separator: ","), name)
        let found = reports.filter { (symbols.isEmpty || symbols.contains($0.key)) && dates.contains($0.value) }
        let sorted = found.sorted { $0.key < $1.key }.map { EarningsReport(symbol: $0.key, date: $0.value) }
        return Sourced(sorted, source: title)
    }

    func news(about symbols: [String], since start: Date, limit: Int) async throws -> Sourced<[NewsItem]> {
        try await script.perform(
            "news \(symbols.joined(separator: ",")) \(Int(start.timeIntervalSince1970)) \(limit)",
            name
        )
        return Sourced(headlines.filter { $0.published >= start }, source: title)
    }

    func filings(of symbol: String, forms: [String], limit: Int) async throws -> Sourced<[Filing]> {
        try await script.perform("filings \(symbol)", name)
        let filing = Filing(
            symbol: symbol,
            form: "10-K",
            accession: "0000000000-26-000001",
            filed: TradingDate(daysSinceEpoch: 20_500),
            period: nil,
            title: "Annual report",
            url: "https://example.com/10-k"
        )
        return Sourced([filing], source: title)
    }

    func figures(of symbol: String, concept: String) async throws -> Sourced<[ReportedFigure]> {
        try await script.perform("figures \(symbol) \(concept)", name)
        return Sourced([], source: title)
    }

    func series(_ identifier: String, in dates: ClosedRange<TradingDate>) async throws -> Sourced<[SeriesObservation]> {
        try await script.perform("series \(identifier) \(dates.lowerBound)..\(dates.upperBound)", name)
        let days = stride(from: dates.lowerBound.daysSinceEpoch, through: dates.upperBound.daysSinceEpoch, by: 1)
        return Sourced(
            days.map {
                SeriesObservation(series: identifier, date: TradingDate(daysSinceEpoch: $0), value: Decimal(39) / 10)
            },
            source: title
        )
    }
}
