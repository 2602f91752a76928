import Foundation
public import Markets

extension Robinhood: QuoteSource, OptionChainSource {
    /// Quotes of shares, and of options by their OCC symbols. Robinhood's time of an option's quote is that of its update.
    public func quotes(of symbols: [String]) async throws -> Sourced<[Quote]> {
        var records = records
        let contracts = symbols.compactMap { OptionContract(symbol: $0) }
        let tickers = symbols.filter { OptionContract(symbol: $0) == nil }
        let shares = tickers.isEmpty ? [:] : try await shareQuotes(of: tickers, &records)
        var quotes = tickers.compactMap { shares[$0] }
        let wanted = Set(contracts.map(\.symbol))
        var listed: [String: String] = [:]
        for (root, members) in Dictionary(grouping: contracts, by: \.root).sorted(by: { $0.key < $1.key }) {
            let expirations = Set(members.map(\.expiration.description)).sorted()
            let chain = members.first.map { $0.isAdjusted ? root : Robinhood.chainSymbol($0) } ?? root
            for (identifier, contract) in try await instruments(of: chain, expirations, &records)
            where wanted.contains(contract.symbol) {
                listed[identifier] = contract.symbol
            }
        }
        for (identifier, quote) in try await optionQuotes(of: Array(listed.keys), &records) {
            if let symbol = listed[identifier] { quotes.append(quote.quote(symbol, source: title)) }
        }
        return try await sourced(quotes.sorted { $0.symbol < $1.symbol }, records)
    }

    /// The chain of `underlying` with Greeks per share: theta per day, vega and rho per point.
    public func chain(
        of underlying: String,
        expirations: ClosedRange<TradingDate>?
    ) async throws -> Sourced<OptionChain> {
        var records = records
        let chains = try await reader.records(
            "chains",
            of: "get_option_chains",
            ["underlying_symbol": .text(underlying)]
        )
        let listed = try records.records(chains, "chains") { chain, drift in
            chain.required("expiration_dates", \.elements, &drift)
        }
        let dates = Set(listed.joined().compactMap(\.string)).filter { text in
            TradingDate(text).map { expirations?.contains($0) ?? true } ?? false
        }
        let symbol = chains.first.flatMap { ($0["symbol"] ?? $0["chain_symbol"])?.string } ?? underlying
        let contracts = try await instruments(of: symbol, dates.sorted(), &records)
        let quotes = try await optionQuotes(of: Array(contracts.keys), &records)
        let options = contracts.compactMap { identifier, contract -> ListedOption? in
            guard let quote = quotes[identifier] else { return nil }
            return ListedOption(
                contract: contract,
                quote: quote.quote(contract.symbol, source: title),
                impliedVolatility: quote.impliedVolatility,
                greeks: quote.greeks
            )
        }
        let unquoted = contracts.count - options.count
        if unquoted > 0 { records.remark("\(unquoted) of \(contracts.count) options have no quote and are left out") }
        let price = try await shareQuotes(of: [underlying], &records)[underlying]?.last
        let chain = OptionChain(underlying: underlying, underlyingPrice: price, sorting: options)
        return try await sourced(chain, records)
    }

    /// How Robinhood calls a chain: by its root, share classes with their dot.
    private static func chainSymbol(_ contract: OptionContract) -> String {
        contract.underlying.contains(".") ? contract.underlying : contract.root
    }
}
