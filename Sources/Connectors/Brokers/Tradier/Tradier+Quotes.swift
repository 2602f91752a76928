import Foundation
import JSON
public import Markets

extension Tradier: QuoteSource {
    /// Quotes of shares, indices and options, in lots of 100 symbols.
    public func quotes(of symbols: [String]) async throws -> Sourced<[Quote]> {
        let session = try session()
        var reader = reader
        var quotes: [Quote] = []
        let written = symbols.map { OptionSymbol.unpadded($0) ?? OptionSymbol.ticker($0, separator: "/") }
        for lot in written.lots(of: 100) {
            let query = [("symbols", lot.joined(separator: ",")), ("greeks", "false")]
            let answer = try await session.json("/markets/quotes", query)
            let records = try reader.elements("quotes", "quote", of: answer).filter(Self.isPriced)
            quotes += try reader.records(records, "quotes") { quote($0, &$1) }
        }
        return Sourced(quotes, source: source, notes: reader.notes)
    }

    /// Whether a record has any price. What was never traded nor quoted has none, and no time either; a member that is
    /// missing altogether is for the reader to notice.
    static func isPriced(_ record: WireValue) -> Bool {
        guard case .object(let members) = record else { return true }
        return ["bid", "ask", "last"].contains { name in
            guard let price = members[name], price != .null else { return members[name] == nil }
            return price.decimal.map { $0 > 0 } ?? true
        }
    }

    /// The quote in a record of quotes or of a chain; nil where the record has no symbol or no time.
    ///
    /// Its time is the later one of bid and ask where both are quoted, else that of the last trade.
    func quote(_ record: WireValue, _ drift: inout SchemaDrift) -> Quote? {
        guard let written = record.string("symbol", &drift) else { return nil }
        let bid = record.decimal("bid", &drift)?.price
        let ask = record.decimal("ask", &drift)?.price
        // 0 where it never traded.
        let traded = record.required("trade_date", { time in time.decimal.map { _ in time.instant } }, &drift) ?? nil
        // What nobody offers has no time, or 0 for one.
        let offered = ["bid_date", "ask_date"].compactMap { name in
            record.sparse(name, { time in time.decimal.map { _ in time.instant } }, &drift) ?? nil
        }.max()
        guard let asOf = bid != nil && ask != nil ? offered ?? traded : traded ?? offered else {
            drift.note("bid_date")
            return nil
        }
        return Quote(
            symbol: OptionSymbol.unpadded(written) ?? OptionSymbol.ticker(written, from: "/"),
            asOf: asOf,
            bid: bid,
            ask: ask,
            last: record.decimal("last", &drift)?.price,
            previousClose: record.decimal("prevclose", &drift)?.price,
            openInterest: OptionSymbol.isOne(written) ? record.sparse("open_interest", \.integer, &drift) : nil,
            volume: record.required("volume", \.integer, &drift),
            source: source
        )
    }
}
