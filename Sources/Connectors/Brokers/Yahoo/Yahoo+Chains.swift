import Foundation
import JSON
public import Markets
import Transport

extension Yahoo: OptionChainSource {
    /// The chain, one request an expiration. Yahoo gives no Greeks.
    ///
    /// Out of session it sends 0 for bid and ask, and with them an implied volatility of 1e-5 or another placeholder: then
    /// there is neither. Bid and ask carry no time of their own and are given that of the underlying's price; an option
    /// without them has the time of its last trade.
    public func chain(
        of underlying: String,
        expirations: ClosedRange<TradingDate>?
    ) async throws -> Sourced<OptionChain> {
        let path = "/v7/finance/options/\(FormEncoding.escape(Self.ticker(underlying)))"
        let first = try await signed(path, [])
        var reader = reader
        let dates = try Self.result(first, reader).required("expirationDates", \.elements, &reader.drift) ?? []
        let listed = dates.compactMap { $0.decimal?.wholeNumber }
        if listed.isEmpty, !dates.isEmpty || !reader.drift.isEmpty {
            reader.drift.note("expirationDates")
            throw reader.unexpected("no expiration could be read")
        }
        // Expirations are midnights in UTC.
        let wanted = listed.filter { expirations?.contains(TradingDate(daysSinceEpoch: $0 / 86_400)) ?? true }
        let answers = try await Attempt.map(wanted, atOnce: 2) { date in
            try await signed(path, [("date", "\(date)")])
        }
        var chain = OptionChain(underlying: underlying, options: [])
        for answer in answers {
            let result = try Self.result(answer, reader)
            let quote = result.member("quote", &reader.drift) ?? .null
            guard isInDollars(quote, underlying, &reader) else { break }
            if quote != .null {
                chain.underlyingPrice = quote.required("regularMarketPrice", YahooChart.price, &reader.drift)
            }
            let moment = quote == .null ? nil : quote.instant("regularMarketTime", &reader.drift)
            var records: [WireValue] = []
            for expiration in try reader.member("options", of: result).items {
                records += expiration.required("calls", \.elements, &reader.drift) ?? []
                records += expiration.required("puts", \.elements, &reader.drift) ?? []
            }
            chain.options += try reader.records(records, "options") { Self.option($0, at: moment, &$1) }
        }
        chain = OptionChain(underlying: underlying, underlyingPrice: chain.underlyingPrice, sorting: chain.options)
        return Sourced(chain, source: title, notes: reader.notes)
    }

    private static func result(_ answer: WireValue, _ reader: RecordReader) throws -> WireValue {
        let chain = try reader.member("optionChain", of: answer)
        guard let result = try reader.member("result", of: chain).items.first else {
            throw ConnectorError("yahoo", .notFound, "Yahoo has no options of it")
        }
        return result
    }

    private static func option(
        _ record: WireValue,
        at moment: Date?,
        _ drift: inout SchemaDrift
    ) -> ListedOption? {
        guard let symbol = record.string("contractSymbol", &drift) else { return nil }
        let size = record.string("contractSize", &drift) ?? "REGULAR"
        guard size == "REGULAR" || size == "MINI",
            let contract = OptionContract(symbol: symbol, multiplier: size == "MINI" ? 10 : 100)
        else {
            drift.note(OptionSymbol.isOne(symbol) ? "contractSize" : "contractSymbol")
            return nil
        }
        let bid = record.sparse("bid", YahooChart.price, &drift)?.price
        let ask = record.sparse("ask", YahooChart.price, &drift)?.price
        let last = record.sparse("lastPrice", YahooChart.price, &drift)?.price
        let traded = record.instant("lastTradeDate", &drift)
        let isQuoted = bid != nil || ask != nil
        guard let asOf = isQuoted ? moment ?? traded : traded else { return nil }
        let volatility = record.required("impliedVolatility", \.double, &drift)
        let quote = Quote(
            symbol: contract.symbol,
            asOf: asOf,
            bid: bid,
            ask: ask,
            last: last,
            openInterest: record.sparse("openInterest", \.integer, &drift),
            volume: record.sparse("volume", \.integer, &drift),
            source: "Yahoo Finance"
        )
        return ListedOption(
            contract: contract,
            quote: quote,
            impliedVolatility: isQuoted ? volatility.flatMap { $0 > 0.001 ? $0 : nil } : nil
        )
    }
}
