import Foundation
import JSON
public import Markets

extension Tastytrade: QuoteSource {
    /// Quotes from `/market-data/by-type`, at most 100 symbols a request. They hold no implied volatility and no Greeks:
    /// tastytrade sends those by its websocket alone.
    public func quotes(of symbols: [String]) async throws -> Sourced<[Quote]> {
        var reader = reader
        let answers = try await Attempt.map(symbols.lots(of: 100)) { lot in try await data(Self.path, Self.query(lot)) }
        var quotes: [Quote] = []
        for answer in answers {
            quotes += try reader.records(try reader.member("items", of: answer).items, "quotes") { quote($0, &$1) }
        }
        return Sourced(quotes, source: source, notes: reader.notes)
    }

    private static let path = "/market-data/by-type"

    /// Indices stand under a parameter of their own; asked for as shares they are not found.
    private static let indices: Set<String> = ["SPX", "NDX", "RUT", "VIX", "XSP", "DJX", "OEX", "XEO"]

    private static func query(_ lot: [String]) -> [(name: String, value: String)] {
        let options = lot.compactMap { OptionContract(symbol: $0)?.paddedSymbol }
        let others = lot.filter { !OptionSymbol.isOne($0) }
        let groups = [
            ("equity", others.filter { !indices.contains($0) }.map { OptionSymbol.ticker($0, separator: "/") }),
            ("index", others.filter(indices.contains)),
            ("equity-option", options),
        ]
        return groups.filter { !$0.1.isEmpty }.map { ($0.0, $0.1.joined(separator: ",")) }
    }

    private func quote(_ record: WireValue, _ drift: inout SchemaDrift) -> Quote? {
        guard let written = record.string("symbol", &drift), let asOf = record.instant("updated-at", &drift) else {
            return nil
        }
        // What nobody quotes or trades is left out of a record.
        return Quote(
            symbol: OptionSymbol.unpadded(written) ?? OptionSymbol.ticker(written, from: "/"),
            asOf: asOf,
            bid: record.sparse("bid", \.decimal, &drift)?.price,
            ask: record.sparse("ask", \.decimal, &drift)?.price,
            last: record.sparse("last", \.decimal, &drift)?.price,
            previousClose: record.sparse("prev-close", \.decimal, &drift)?.price,
            openInterest: OptionSymbol.isOne(written) ? record.sparse("open-interest", \.integer, &drift) : nil,
            volume: record.sparse("volume", \.integer, &drift),
            source: source
        )
    }
}
