import Foundation
import JSON
public import Markets

extension Alpaca: QuoteSource {
    /// Quotes from snapshots of shares and of options, in lots of 100 symbols.
    public func quotes(of symbols: [String]) async throws -> Sourced<[Quote]> {
        let session = try session()
        let options = symbols.compactMap(OptionSymbol.unpadded)
        // One symbol of another form, such as `^VIX`, would have Alpaca refuse them all.
        let tickers = symbols.filter { !OptionSymbol.isOne($0) && $0.wholeMatch(of: /[A-Z0-9.]+/) != nil }
        var reader = reader
        var quotes: [Quote] = []
        for lot in tickers.lots(of: 100) {
            let query = [("symbols", lot.joined(separator: ","))] + feed("stock_feed")
            let answer = try await session.client.json(session.data.url("/v2/stocks/snapshots"), query: query)
            quotes += try reader.snapshots(answer, "quotes") { Self.quote($0, $1, &$2) }
        }
        for lot in options.lots(of: 100) {
            let query = [("symbols", lot.joined(separator: ",")), ("limit", "1000")] + feed("option_feed")
            for page in try await session.pages(session.data.url("/v1beta1/options/snapshots"), query) {
                let snapshots = try reader.member("snapshots", of: page)
                quotes += try reader.snapshots(snapshots, "quotes") { Self.quote($0, $1, &$2) }
            }
        }
        return Sourced(quotes, source: title, notes: reader.notes)
    }

    /// The quote in a snapshot; nil where nothing was quoted or traded.
    ///
    /// Its time is that of bid and ask where both are quoted, else that of the last trade.
    static func quote(_ symbol: String, _ snapshot: WireValue, _ drift: inout SchemaDrift) -> Quote? {
        // An option that nobody trades has neither a trade nor bars.
        let isOption = OptionSymbol.isOne(symbol)
        func part(_ name: String) -> WireValue? {
            isOption
                ? snapshot.optional(name, \.wholeObject, &drift) : snapshot.sparse(name, \.wholeObject, &drift)
        }
        let offer = snapshot.sparse("latestQuote", \.wholeObject, &drift)
        let bid = offer?.decimal("bp", &drift)?.price
        let ask = offer?.decimal("ap", &drift)?.price
        let offered = offer?.instant("t", &drift)
        // A trade that was canceled or corrected says so in `u`.
        let trade = part("latestTrade").flatMap { $0["u"] == nil ? $0 : nil }
        let last = trade?.decimal("p", &drift)?.price
        let traded = last == nil ? nil : trade?.instant("t", &drift)
        guard bid != nil || ask != nil || last != nil,
            let asOf = bid != nil && ask != nil ? offered : traded ?? offered
        else { return nil }
        var quote = Quote(symbol: symbol, asOf: asOf, bid: bid, ask: ask, last: last, source: "Alpaca")
        addSession(to: &quote, [part("dailyBar"), part("prevDailyBar")], &drift)
        return quote
    }

    /// The day's volume and the close of the session before.
    ///
    /// A daily bar of an earlier day than the quote is itself the session before, as ahead of the opening. An option that
    /// is seldom traded has bars of weeks ago: they are no session before.
    private static func addSession(to quote: inout Quote, _ bars: [WireValue?], _ drift: inout SchemaDrift) {
        let today = TradingDate(newYorkDateOf: quote.asOf)
        for bar in bars {
            guard let bar, let moment = bar.instant("t", &drift) else { continue }
            let day = TradingDate(newYorkDateOf: moment)
            if day == today {
                quote.volume = bar.required("v", \.integer, &drift)
            } else if quote.previousClose == nil, (1...4).contains(day.days(until: today)) {
                quote.previousClose = bar.decimal("c", &drift)
            }
        }
    }
}

extension RecordReader {
    /// What `read` makes of the snapshots in an object by symbol. An empty one, as of a symbol that nobody trades, is left
    /// out without a word.
    mutating func snapshots<Value>(
        _ answer: WireValue,
        _ what: String,
        _ read: (String, WireValue, inout SchemaDrift) -> Value?
    ) throws -> [Value] {
        guard case .object(let members) = answer else {
            if answer == .null { return [] }
            throw unexpected("the snapshots are no object")
        }
        var values: [Value] = []
        let filled = members.filter { $0.value != .null }.sorted { $0.key < $1.key }
        for (symbol, snapshot) in filled {
            if let value = read(symbol, snapshot, &drift) { values.append(value) }
        }
        // Drift with nothing read at all is another service, not a quiet market.
        if values.isEmpty, !filled.isEmpty, !drift.isEmpty {
            throw unexpected("none of \(filled.count) \(what) could be read")
        }
        return values
    }
}
