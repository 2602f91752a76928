import Foundation
import JSON
public import Markets
import Transport

extension Tastytrade: OptionChainSource {
    /// The nested chain, with quotes from `/market-data/by-type`, 100 contracts a request.
    ///
    /// Of a chain with more than 3,000 contracts the nearest expirations are quoted; a note names the first that is not.
    /// Contracts without a quote are left out. There is no implied volatility and there are no Greeks.
    public func chain(
        of underlying: String,
        expirations: ClosedRange<TradingDate>?
    ) async throws -> Sourced<OptionChain> {
        var reader = reader
        let symbol = FormEncoding.escape(OptionSymbol.ticker(underlying, separator: "/"))
        let records = try reader.member("items", of: try await data("/option-chains/\(symbol)/nested")).items
        let roots = try reader.records(records, "roots", Self.contracts).joined()
        let wanted = roots.filter { expirations?.contains($0.expiration) ?? true }
        let contracts = nearest(wanted, &reader)
        let answer = try await quotes(of: contracts.map(\.symbol) + [underlying])
        answer.notes.forEach { reader.remark($0) }
        let quotes = Dictionary(answer.value.map { ($0.symbol, $0) }, uniquingKeysWith: { _, last in last })
        let options = contracts.compactMap { contract in
            quotes[contract.symbol].map { ListedOption(contract: contract, quote: $0) }
        }
        let chain = OptionChain(
            underlying: underlying,
            underlyingPrice: quotes[underlying]?.underlyingPrice,
            sorting: options
        )
        return Sourced(chain, source: source, notes: reader.notes)
    }

    /// The contracts of the nearest expirations, whole expirations, as far as the limit goes; always one at least.
    private func nearest(_ contracts: [OptionContract], _ reader: inout RecordReader) -> [OptionContract] {
        var chosen: [OptionContract] = []
        let groups = Dictionary(grouping: contracts, by: \.expiration).sorted { $0.key < $1.key }
        for (expiration, group) in groups {
            guard chosen.isEmpty || chosen.count + group.count <= 3_000 else {
                reader.remark("expirations from \(expiration) on are left out: ask for fewer at once")
                break
            }
            chosen += group
        }
        return chosen
    }

    private static func contracts(_ root: WireValue, _ drift: inout SchemaDrift) -> [OptionContract]? {
        guard let expirations = root.required("expirations", { Optional($0.items) }, &drift) else { return nil }
        let multiplier = root.required("shares-per-contract", \.integer, &drift) ?? 100
        var contracts: [OptionContract] = []
        for expiration in expirations {
            for strike in expiration.required("strikes", { Optional($0.items) }, &drift) ?? [] {
                for side in ["call", "put"] {
                    guard let symbol = strike.string(side, &drift) else { continue }
                    guard let contract = OptionContract(symbol: symbol, multiplier: multiplier) else {
                        drift.note(side)
                        continue
                    }
                    contracts.append(contract)
                }
            }
        }
        return contracts
    }
}
