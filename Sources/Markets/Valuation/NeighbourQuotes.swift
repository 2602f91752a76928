import Foundation

/// Quotes of other strikes of the expirations held, from which an option without a good price of its own is valued.
struct NeighbourQuotes: Sendable {
    private struct Series: Hashable {
        var root: String
        var expiration: TradingDate
        var right: OptionContract.Right

        init(_ contract: OptionContract) {
            (root, expiration, right) = (contract.root, contract.expiration, contract.right)
        }
    }

    private struct Entry {
        var contract: OptionContract
        var mark: Mark
    }

    private var entries: [Series: [Entry]] = [:]

    /// The fresh and narrow quotes beside those positions that have none. Reads the market's quotes once, and only if there are
    /// such positions.
    init(beside positions: [Position], market: MarketSnapshot) {
        let wanted = Set(
            positions.lazy.compactMap(\.instrument.contract).filter { contract in
                !contract.isAdjusted && contract.expiration >= market.today
                    && !Self.isGood(market.quotes[contract.symbol], now: market.now)
            }
            .map { Series($0) }
        )
        guard !wanted.isEmpty else { return }
        for (symbol, quote) in market.quotes where symbol.utf8.count > 15 {
            guard let contract = OptionContract(symbol: symbol), wanted.contains(Series(contract)),
                let mark = Mark(quote, now: market.now), mark.basis == .mid, mark.staleness == nil
            else { continue }
            entries[Series(contract), default: []].append(Entry(contract: contract, mark: mark))
        }
        for series in entries.keys { entries[series]?.sort { $0.contract.strike < $1.contract.strike } }
    }

    /// Whether a quote needs no model: a narrow market of any age, or a last trade that still holds.
    static func isGood(_ quote: Quote?, now: Date) -> Bool {
        guard let quote else { return false }
        if QuoteRule.mid(bid: quote.bid?.double, ask: quote.ask?.double) != nil { return true }
        return Mark(quote, now: now).map { $0.staleness == nil } ?? false
    }

    /// The price of a model at the implied volatility of the strikes beside it, interpolated between the two nearest; with one
    /// side only, where that is within a tenth of the strike. It is marked stale: nobody quoted it.
    ///
    /// - Returns: nil without such neighbours, or where the model has no answer.
    func mark(of contract: OptionContract, spot: Decimal?, market: MarketSnapshot, pricer: OptionPricer) -> Mark? {
        guard let spot, let beside = entries[Series(contract)] else { return nil }
        func volatility(_ entry: Entry) -> Double? {
            guard let terms = terms(entry.contract, spot, market) else { return nil }
            return try? pricer.impliedVolatility(terms, price: entry.mark.price.double)
        }
        typealias Point = (entry: Entry, volatility: Double)
        let known = { (entry: Entry) -> Point? in volatility(entry).map { (entry, $0) } }
        let below = beside.reversed().lazy.filter { $0.contract.strike < contract.strike }.compactMap(known).first
        let above = beside.lazy.filter { $0.contract.strike > contract.strike }.compactMap(known).first
        let strike = contract.strike.double
        let assumed: Double
        let used: [Entry]
        if let below, let above {
            let (low, high) = (below.entry.contract.strike.double, above.entry.contract.strike.double)
            let weight = (strike - low) / (high - low)
            assumed = below.volatility + weight * (above.volatility - below.volatility)
            used = [below.entry, above.entry]
        } else if let only = below ?? above, abs(only.entry.contract.strike.double - strike) <= 0.1 * strike {
            assumed = only.volatility
            used = [only.entry]
        } else {
            return nil
        }
        guard let terms = terms(contract, spot, market),
            let price = try? pricer.price(terms, volatility: assumed), price < 1e12
        else { return nil }
        let strikes = used.map { "\($0.contract.strike)" }.joined(separator: " and ")
        return Mark(
            price: Decimal(Int((price * 10_000).rounded())) / 10_000,
            basis: .model,
            asOf: used.map(\.mark.asOf).min() ?? market.now,
            staleness: "no fresh price of its own: model at the implied volatility of the \(strikes) strike"
                + (used.count > 1 ? "s" : "")
        )
    }

    private func terms(_ contract: OptionContract, _ spot: Decimal, _ market: MarketSnapshot) -> OptionTerms? {
        guard let delivered = contract.delivered,
            let basket = Basket(contract, delivered, spot: spot, market: market)
        else { return nil }
        return try? OptionValuation.terms(contract, basket, spot: spot, market: market)
    }
}
