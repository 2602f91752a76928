import JSON

/// An event on which there are markets.
public struct KalshiEvent: Sendable, Hashable, Codable {
    /// The event's ticker.
    public var ticker: String
    /// The ticker of its series.
    public var series: String
    /// What is asked.
    public var title: String
    /// What tells it from others of its series: `On Nov 22`.
    public var subtitle: String
    /// Whether only one of its markets can end with yes.
    public var isMutuallyExclusive: Bool?

    /// An event with all its values.
    public init(ticker: String, series: String, title: String, subtitle: String, isMutuallyExclusive: Bool?) {
        self.ticker = ticker
        self.series = series
        self.title = title
        self.subtitle = subtitle
        self.isMutuallyExclusive = isMutuallyExclusive
    }
}

extension Kalshi {
    /// Events of a series, or of all where nil.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    public func events(series: String?, isOpenOnly: Bool, limit: Int) async throws -> Sourced<[KalshiEvent]> {
        var query: [(name: String, value: String)] = []
        if let series { query.append(("series_ticker", series)) }
        if isOpenOnly { query.append(("status", "open")) }
        let records = try await list("events", at: "/events", query: query, pageSize: 200, limit: max(limit, 1)).records
        var reader = reader
        let events = try reader.records(records, "events", Self.event)
        return Sourced(events, source: title, notes: reader.notes)
    }

    /// One event.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    public func event(_ ticker: String) async throws -> Sourced<KalshiEvent> {
        let answer = try await json("/events/\(Self.segment(ticker))")
        var reader = reader
        let record = try reader.member("event", of: answer)
        guard let event = try reader.records([record], "events", Self.event).first else {
            throw ConnectorError(name, .unexpectedAnswer, "the event could not be read")
        }
        return Sourced(event, source: title, notes: reader.notes)
    }

    private static func event(_ record: WireValue, _ drift: inout SchemaDrift) -> KalshiEvent? {
        guard let ticker = record.string("event_ticker", &drift), let title = record.string("title", &drift) else {
            return nil
        }
        return KalshiEvent(
            ticker: ticker,
            series: record.string("series_ticker", &drift) ?? "",
            title: DisplayText.line(title, limit: 200),
            subtitle: DisplayText.line(record.string("sub_title", &drift) ?? "", limit: 100),
            isMutuallyExclusive: record["mutually_exclusive"]?.bool
        )
    }
}
