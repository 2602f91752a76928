import Foundation
import JSON
public import Markets
import Transport

extension Yahoo: QuoteSource {
    /// The last price of each symbol, without bid and ask, one request a symbol. A symbol in another currency than the
    /// dollar is left out, and the owner is told.
    public func quotes(of symbols: [String]) async throws -> Sourced<[Quote]> {
        try readiness.require(name)
        var reader = reader
        let charts = try await Attempt.map(symbols.lots(of: 1).flatMap { $0 }, atOnce: 2) { symbol in
            (symbol, try await chart(symbol, [("interval", "1d"), ("range", "1d")]))
        }
        var quotes: [Quote] = []
        for (symbol, answer) in charts {
            guard let answer else { continue }
            let meta = try YahooChart(answer, reader).meta
            guard isInDollars(meta, symbol, &reader) else { continue }
            quotes += try reader.records([meta], "quotes") { Self.quote(symbol, $0, &$1) }
        }
        return Sourced(quotes, source: title, notes: reader.notes)
    }

    /// The answer of the chart; nil where Yahoo does not know the symbol.
    func chart(_ symbol: String, _ query: [(name: String, value: String)]) async throws -> WireValue? {
        do {
            return try await json("/v8/finance/chart/\(FormEncoding.escape(Self.ticker(symbol)))", query)
        } catch let error as ConnectorError where error.code == .notFound {
            return nil
        }
    }

    /// The symbol as Yahoo writes it: `BRK-B` for `BRK.B`, `^SPX` for the index.
    static func ticker(_ symbol: String) -> String {
        if let option = OptionSymbol.unpadded(symbol) { return option }
        let indices: Set<String> = ["SPX", "NDX", "RUT", "VIX", "XSP", "DJX", "OEX"]
        return indices.contains(symbol) ? "^" + symbol : OptionSymbol.ticker(symbol, separator: "-")
    }

    /// Whether prices are in dollars; an index has no currency of its own, and one that is missing is taken for the dollar.
    func isInDollars(_ meta: WireValue, _ symbol: String, _ reader: inout RecordReader) -> Bool {
        guard let currency = meta["currency"]?.string, currency != "USD" else { return true }
        reader.remark("\(symbol) is left out: its prices are in \(DisplayText.line(currency, limit: 8))")
        return false
    }

    private static func quote(_ symbol: String, _ meta: WireValue, _ drift: inout SchemaDrift) -> Quote? {
        guard let price = meta.required("regularMarketPrice", YahooChart.price, &drift)?.price,
            let asOf = meta.instant("regularMarketTime", &drift)
        else { return nil }
        return Quote(
            symbol: symbol,
            asOf: asOf,
            last: price,
            previousClose: meta.required("chartPreviousClose", YahooChart.price, &drift)?.price,
            volume: meta.sparse("regularMarketVolume", \.integer, &drift),
            source: "Yahoo Finance"
        )
    }
}
