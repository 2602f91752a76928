import Foundation
import JSON
public import Markets
import Transport

extension Alpaca: OptionChainSource {
    /// The chain from option snapshots, with the open interest and the contract sizes of `/v2/options/contracts`.
    ///
    /// Implied volatility is that of the Black-Scholes model. Greeks are per share, theta per calendar day, vega and rho per
    /// point; Alpaca states no units, but its own example (AAPL 2024-04-26 162.5 call, in the OpenAPI) is reproduced by
    /// Black-Scholes in these units to four digits. Contracts that nobody trades have none.
    public func chain(
        of underlying: String,
        expirations: ClosedRange<TradingDate>?
    ) async throws -> Sourced<OptionChain> {
        let session = try session()
        let today = TradingDate(newYorkDateOf: environment.clock())
        // Without an end the list of contracts stops at the next week-end.
        let range = expirations ?? today...today.adding(days: 366 * 4)
        let dates = [
            ("expiration_date_gte", range.lowerBound.description),
            ("expiration_date_lte", range.upperBound.description),
        ]
        async let snapshots = session.pages(
            session.data.url("/v1beta1/options/snapshots/\(FormEncoding.escape(underlying))"),
            dates + [("limit", "1000")] + feed("option_feed")
        )
        async let listed = Attempt.result {
            try await session.pages(
                session.trading.url("/v2/options/contracts"),
                dates + [("underlying_symbols", underlying), ("status", "active"), ("limit", "10000")]
            )
        }
        async let price = Attempt.result { try await quotes(of: [underlying]).value.first?.underlyingPrice }
        var reader = reader
        var contracts: [String: Listing] = [:]
        switch try await listed {
        case .success(let pages): contracts = try listings(pages, &reader)
        case .failure(let error): reader.remark("no open interest: \(error.detail)")
        }
        var options: [ListedOption] = []
        for page in try await snapshots {
            let found = try reader.member("snapshots", of: page)
            options += try reader.snapshots(found, "options") { Self.option($0, $1, contracts[$0], &$2) }
        }
        options += unquoted(contracts, besides: Set(options.map(\.contract.symbol)))
        var underlyingPrice: Decimal?
        if case .success(let found) = try await price { underlyingPrice = found }
        let chain = OptionChain(underlying: underlying, underlyingPrice: underlyingPrice, sorting: options)
        return Sourced(chain, source: title, notes: reader.notes)
    }

    /// A contract as the list of contracts has it.
    private struct Listing {
        var contract: OptionContract
        var openInterest: Int?
        var close: Decimal?
        var closed: TradingDate?
    }

    private func listings(_ pages: [WireValue], _ reader: inout RecordReader) throws -> [String: Listing] {
        var listings: [String: Listing] = [:]
        for page in pages {
            let records = try reader.member("option_contracts", of: page).items
            for listing in try reader.records(records, "contracts", Self.listing) {
                listings[listing.contract.symbol] = listing
            }
        }
        return listings
    }

    private static func listing(_ record: WireValue, _ drift: inout SchemaDrift) -> Listing? {
        guard let symbol = record.string("symbol", &drift),
            let multiplier = record.required("multiplier", \.integer, &drift),
            let contract = OptionContract(symbol: symbol, multiplier: multiplier)
        else { return nil }
        // These three are missing until a contract has traded.
        return Listing(
            contract: contract,
            openInterest: record.sparse("open_interest", \.integer, &drift),
            close: record.sparse("close_price", \.decimal, &drift),
            closed: record.sparse("close_price_date", \.date, &drift)
        )
    }

    private static func option(
        _ symbol: String,
        _ snapshot: WireValue,
        _ listing: Listing?,
        _ drift: inout SchemaDrift
    ) -> ListedOption? {
        guard let contract = listing?.contract ?? OptionContract(symbol: symbol) else {
            drift.note("snapshots")
            return nil
        }
        guard var quote = quote(contract.symbol, snapshot, &drift) else { return nil }
        quote.openInterest = listing?.openInterest
        return ListedOption(
            contract: contract,
            quote: quote,
            impliedVolatility: snapshot.sparse("impliedVolatility", \.double, &drift).flatMap { $0 > 0 ? $0 : nil },
            greeks: ReportedGreeks(snapshot.sparse("greeks", Optional.init, &drift), &drift)
        )
    }

    /// Contracts that have no snapshot, at their last close.
    private func unquoted(_ contracts: [String: Listing], besides quoted: Set<String>) -> [ListedOption] {
        contracts.values.compactMap { listing in
            guard !quoted.contains(listing.contract.symbol), let close = listing.close, let closed = listing.closed
            else {
                return nil
            }
            let quote = Quote(
                symbol: listing.contract.symbol,
                asOf: closed.newYorkInstant(hour: 16),
                last: close,
                openInterest: listing.openInterest,
                source: title
            )
            return ListedOption(contract: listing.contract, quote: quote)
        }
    }

}
