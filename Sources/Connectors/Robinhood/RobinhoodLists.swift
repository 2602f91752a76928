import Foundation
import JSON
public import Markets

/// Lists and dates. What these tools take and give was not seen first-hand: parameters are chosen by the server's own
/// schema, and an answer of another shape is an error, never an empty list.
extension Robinhood: WatchlistSource, EarningsSource {
    /// The owner's watchlists.
    public func watchlists() async throws -> Sourced<[Watchlist]> {
        var records = records
        try await require("get_watchlists")
        let tool = "get_watchlist_items"
        let found = try await reader.records("watchlists", of: "get_watchlists")
        let lists = try records.records(found, "watchlists") { record, drift -> (name: String, id: String)? in
            guard let id = (record["id"] ?? record["watchlist_id"] ?? record["list_id"])?.string else {
                drift.note("id")
                return nil
            }
            return (record.first(of: ["display_name", "name"], \.string, &drift) ?? id, id)
        }
        var watchlists: [Watchlist] = []
        for list in lists {
            guard let parameter = try await reader.parameter(of: tool, among: ["watchlist_id", "list_id", "id"]) else {
                throw notOffered(tool)
            }
            let items = try await reader.records("items", of: tool, [parameter: .text(list.id)])
            let entries = try records.records(items, "entries of watchlists") { item, drift -> Watchlist.Entry? in
                item.string("symbol", &drift).map { Watchlist.Entry(symbol: $0) }
            }
            let name = DisplayText.line(list.name, limit: 60)
            watchlists.append(Watchlist(name: name, sections: [Watchlist.Section(title: "", entries: entries)]))
        }
        return try await sourced(watchlists, records)
    }

    /// Earnings reports in `dates`.
    public func earnings(
        of symbols: [String],
        in dates: ClosedRange<TradingDate>
    ) async throws -> Sourced<[EarningsReport]> {
        var records = records
        let tool = "get_earnings_calendar"
        try await require(tool)
        var arguments: [String: WireValue] = [:]
        if let name = try await reader.parameter(of: tool, among: ["start_date", "from_date", "from"]) {
            arguments[name] = .text(dates.lowerBound.description)
        }
        if let name = try await reader.parameter(of: tool, among: ["end_date", "to_date", "to"]) {
            arguments[name] = .text(dates.upperBound.description)
        }
        if !symbols.isEmpty, let name = try await reader.parameter(of: tool, among: ["symbols"]) {
            arguments[name] = try await reader.list(symbols, as: name, of: tool)
        }
        let found = try await reader.records("earnings", of: tool, arguments)
        let reports = try records.records(found, "earnings reports", Self.report)
        let wanted = Set(symbols)
        let chosen = reports.filter { dates.contains($0.date) && (wanted.isEmpty || wanted.contains($0.symbol)) }
        return try await sourced(chosen.sorted { ($0.date, $0.symbol) < ($1.date, $1.symbol) }, records)
    }

    private static func report(_ record: WireValue, _ drift: inout SchemaDrift) -> EarningsReport? {
        guard let symbol = record.string("symbol", &drift) else { return nil }
        // Dates and times stand in a report of their own, or beside the symbol.
        let report = record.optional("report", \.wholeObject, &drift) ?? record
        guard let date = report.first(of: ["date", "report_date"], \.date, &drift) else { return nil }
        let figures = record.sparse("eps", \.wholeObject, &drift)
        let session: EarningsReport.Session
        switch report.sparse("timing", \.string, &drift) {
        case "am": session = .beforeOpen
        case "pm": session = .afterClose
        default: session = .unknown
        }
        return EarningsReport(
            symbol: symbol,
            date: date,
            session: session,
            estimate: figures?.sparse("estimate", \.decimal, &drift),
            actual: figures?.sparse("actual", \.decimal, &drift),
            isConfirmed: report.sparse("verified", \.bool, &drift)
        )
    }

    private func require(_ tool: String) async throws {
        guard try await reader.offers(tool) else { throw notOffered(tool) }
    }

    private func notOffered(_ tool: String) -> ConnectorError {
        ConnectorError(name, .notOffered, "the server has no tool '\(tool)' that is called as expected")
    }
}
