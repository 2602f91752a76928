import Foundation
import JSON
public import Markets

extension Tradier: OptionChainSource {
    /// The chain: expirations first, then the options of each, four at a time.
    ///
    /// Implied volatility is that of the middle of the market, else the smoothed one of ORATS. Greeks are by ORATS, about
    /// once an hour, and taken to be per share, theta per calendar day, vega and rho per point: Tradier's documentation
    /// names no units, and its example (VXX, a theta of -0.002 at a delta of 1) fits these alone. Where vega is too large
    /// for that, theta, vega and rho are left out, and the owner is told.
    public func chain(
        of underlying: String,
        expirations: ClosedRange<TradingDate>?
    ) async throws -> Sourced<OptionChain> {
        let session = try session()
        let symbol = OptionSymbol.ticker(underlying, separator: "/")
        async let price = Attempt.result { try await quotes(of: [underlying]).value.first?.underlyingPrice }
        var reader = reader
        let answer = try await session.json(
            "/markets/options/expirations",
            [("symbol", symbol), ("includeAllRoots", "true"), ("strikes", "false")]
        )
        let listed = try reader.elements("expirations", "date", of: answer)
        let dates = try reader.records(listed, "expirations") { record, drift -> TradingDate? in
            if record.date == nil { drift.note("date") }
            return record.date
        }
        let wanted = dates.filter { expirations?.contains($0) ?? true }
        let answers = try await Attempt.map(wanted) { date in
            try await session.json(
                "/markets/options/chains",
                [("symbol", symbol), ("expiration", date.description), ("greeks", "true")]
            )
        }
        var options: [ListedOption] = []
        var strange = 0
        for answer in answers {
            let records = try reader.elements("options", "option", of: answer).filter(Self.isPriced)
            options += try reader.records(records, "options") { option($0, &$1, &strange) }
        }
        if strange > 0 {
            reader.remark("theta, vega and rho of \(strange) options are in a unit of their own and left out")
        }
        var underlyingPrice: Decimal?
        if case .success(let found) = try await price { underlyingPrice = found }
        let chain = OptionChain(underlying: underlying, underlyingPrice: underlyingPrice, sorting: options)
        return Sourced(chain, source: source, notes: reader.notes)
    }

    private func option(_ record: WireValue, _ drift: inout SchemaDrift, _ strange: inout Int) -> ListedOption? {
        guard let quote = quote(record, &drift) else { return nil }
        let size = record.required("contract_size", \.integer, &drift) ?? 100
        guard let contract = OptionContract(symbol: quote.symbol, multiplier: size) else {
            drift.note("symbol")
            return nil
        }
        let values = record.sparse("greeks", \.wholeObject, &drift)
        let volatilities = ["mid_iv", "smv_vol"].map { values?.sparse($0, \.double, &drift) }
        let volatility = volatilities.lazy.compactMap(\.self).first { $0 > 0 }
        var greeks = ReportedGreeks(values, &drift)
        if greeks?.mayBePerPoint(contract, volatility: volatility, asOf: quote.asOf) == false {
            strange += 1
            greeks = ReportedGreeks(delta: greeks?.delta, gamma: greeks?.gamma)
        }
        return ListedOption(contract: contract, quote: quote, impliedVolatility: volatility, greeks: greeks)
    }
}
