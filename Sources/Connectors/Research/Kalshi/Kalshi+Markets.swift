import Foundation
import JSON
import Transport

extension Kalshi: PredictionSource {
    /// Markets that match, in Kalshi's order.
    ///
    /// New markets carry no title of their own: what is asked is then their event's title, which one more request brings for
    /// a series, and one each for up to three events otherwise.
    public func markets(_ filter: PredictionFilter) async throws -> Sourced<[PredictionMarket]> {
        var query: [(name: String, value: String)] = []
        if let series = filter.series { query.append(("series_ticker", series)) }
        if let event = filter.event { query.append(("event_ticker", event)) }
        if !filter.tickers.isEmpty { query.append(("tickers", filter.tickers.joined(separator: ","))) }
        if filter.isOpenOnly { query.append(("status", "open")) }
        var (records, isCut) = try await list(
            "markets",
            at: "/markets",
            query: query,
            pageSize: 1_000,
            limit: max(filter.limit, 1)
        )
        var reader = reader
        if isCut {
            reader.remark(
                "\(title) has more markets than the first \(records.count) that were looked at; name a series or an event "
                    + "to see the others"
            )
        }
        if filter.isOpenOnly { records.removeAll { Self.isOver($0["status"]?.string ?? "") } }
        let titles = try await titles(of: records, filter, &reader)
        let markets = try reader.records(records, "markets") { record, drift in
            Self.market(record, titles: titles, &drift)
        }
        return Sourced(markets, source: title, notes: reader.notes)
    }

    /// The bids on both sides of one market. Where Kalshi wants a key for it, the owner's is used.
    public func book(of ticker: String) async throws -> Sourced<PredictionBook> {
        let signer = try signer()
        do {
            let path = "/markets/\(Self.segment(ticker))/orderbook"
            return try KalshiBook(await json(path, signer: signer), reader: reader).sourced(ticker: ticker, title)
        } catch var error as ConnectorError where error.code == .unauthorised && signer == nil {
            error.nextStep = "set KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH: Kalshi shows books to members"
            throw error
        }
    }

    private static func market(
        _ record: WireValue,
        titles: [String: String],
        _ drift: inout SchemaDrift
    ) -> PredictionMarket? {
        guard let ticker = record.string("ticker", &drift) else { return nil }
        let event = record.string("event_ticker", &drift) ?? ""
        let outcome = record.string("yes_sub_title", &drift) ?? record["subtitle"]?.string ?? ""
        let title = record["title"]?.string ?? titles[event] ?? (outcome.isEmpty ? ticker : outcome)
        let noBid = KalshiFields.price("no_bid", in: record, &drift)
        return PredictionMarket(
            ticker: ticker,
            event: event,
            title: DisplayText.line(title, limit: 200),
            outcome: DisplayText.line(outcome, limit: 100),
            status: record.string("status", &drift).map { DisplayText.line($0, limit: 20) } ?? "",
            yesBid: KalshiFields.price("yes_bid", in: record, &drift),
            yesAsk: KalshiFields.price("yes_ask", in: record, &drift) ?? noBid.map { 1 - $0 },
            noBid: noBid,
            last: KalshiFields.dollars("last_price", in: record, &drift).flatMap { $0 > 0 ? $0 : nil },
            volume: KalshiFields.count("volume", in: record, &drift),
            openInterest: KalshiFields.count("open_interest", in: record, &drift),
            closes: record.instant("close_time", &drift),
            floorStrike: record.optional("floor_strike", \.decimal, &drift),
            capStrike: record.optional("cap_strike", \.decimal, &drift)
        )
    }

    /// Whether a market in the state `status` trades no more. An unknown state is left to the owner's judgement.
    private static func isOver(_ status: String) -> Bool {
        ["initialized", "inactive", "closed", "determined", "disputed", "amended", "finalized", "settled"]
            .contains(status)
    }

    /// The titles of the events whose markets have none.
    private func titles(
        of records: [WireValue],
        _ filter: PredictionFilter,
        _ reader: inout RecordReader
    ) async throws -> [String: String] {
        var events: [String] = []
        for record in records where record["title"] == nil {
            guard let event = record["event_ticker"]?.string, !events.contains(event) else { continue }
            events.append(event)
        }
        guard !events.isEmpty else { return [:] }
        let found: Result<[KalshiEvent], ConnectorError>
        if let series = filter.series, events.count > 1 {
            found = try await Attempt.result {
                try await self.events(series: series, isOpenOnly: filter.isOpenOnly, limit: 200).value
            }
        } else {
            let asked = events.prefix(3)
            found = try await Attempt.result {
                try await Gathering(Array(asked)) { try await event($0).value }.answers.map(\.value)
            }
        }
        switch found {
        case .success(let events):
            return Dictionary(events.map { ($0.ticker, $0.title) }, uniquingKeysWith: { first, _ in first })
        case .failure(let error):
            reader.remark("what the markets ask could not be read: \(error.detail)")
            return [:]
        }
    }

    /// `text` as one segment of a path.
    static func segment(_ text: String) -> String {
        FormEncoding.escape(text)
    }
}
