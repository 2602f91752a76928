import Foundation

/// What a claim of one dollar, paid if the price ends above a level, can be had for in the option market: the dearest
/// portfolio of spreads that never pays more, and the cheapest that never pays less. Dollars today, at bids and asks.
public struct DigitalBounds: Sendable, Hashable {
    /// What the claim can be sold for by selling spreads that never pay more than it; nil when no spread is quoted.
    public let bid: Double?
    /// What the claim can be bought for by buying spreads that never pay less; nil when no spread is quoted.
    public let ask: Double?
    /// The day on which the spreads end.
    public let expiration: TradingDate

    /// - Parameters:
    ///   - chain: the listed options.
    ///   - level: dollars per share.
    ///   - expiration: which options are used.
    ///   - discount: what a dollar on that day is worth today.
    ///   - hasDividend: whether a dividend goes ex by then.
    ///   - fee: dollars per contract and leg.
    /// - Throws: ``DataGap`` when no option ends on that day, or American ones do and a dividend may have them
    ///   exercised early. Of American options only calls are taken.
    public init(
        _ chain: OptionChain,
        level: Double,
        expiration: TradingDate,
        discount: Double = 1,
        hasDividend: Bool = false,
        fee: Double = 0.65
    ) throws(DataGap) {
        let figure = "replication of \(chain.underlying) above \(level)"
        let options = chain.options.filter { $0.contract.expiration == expiration && !$0.contract.isAdjusted }
        guard let style = options.first?.contract.style else {
            throw DataGap(figure, "no option ends on \(expiration)")
        }
        guard style == .european || !hasDividend else {
            throw DataGap(figure, "a dividend may have American calls exercised early")
        }
        self.expiration = expiration
        var (bids, asks): ([Double], [Double]) = ([], [])
        for right in OptionContract.Right.allCases where right == .call || style == .european {
            let quotes = options.filter { $0.contract.right == right }.compactMap(Self.quote)
                .sorted { $0.strike < $1.strike }
            for (low, high) in zip(quotes, quotes.dropFirst()) {
                let width = high.strike - low.strike
                let cost = 2 * fee / (low.multiplier * width)
                guard width > 0, low.multiplier == high.multiplier else { continue }
                // A call spread pays 1 above the higher strike and 0 below the lower; a put spread the reverse.
                let sale: Double?
                let purchase: Double?
                switch right {
                case .call:
                    sale = Self.difference(low.bid, high.ask, width)
                    purchase = Self.difference(low.ask, high.bid, width)
                case .put:
                    // The claim is a dollar then less the put spread.
                    sale = Self.difference(high.ask, low.bid, width).map { discount - $0 }
                    purchase = Self.difference(high.bid, low.ask, width).map { discount - $0 }
                }
                // Never more than the claim: the spread must lie above the level. Never less: below it.
                if low.strike >= level, let sale { bids.append(sale - cost) }
                if high.strike <= level, let purchase { asks.append(purchase + cost) }
            }
        }
        bid = bids.max().map { min(max($0, 0), 1) }
        ask = asks.min().map { min(max($0, 0), 1) }
    }

    private struct Quoted {
        let strike, multiplier: Double
        let bid, ask: Double?
    }

    private static func quote(_ option: ListedOption) -> Quoted? {
        let bid = option.quote.bid.map(\.double).flatMap { $0 > 0 ? $0 : nil }
        let ask = option.quote.ask.map(\.double).flatMap { $0 > 0 && $0 >= bid ?? 0 ? $0 : nil }
        guard bid != nil || ask != nil else { return nil }
        return Quoted(
            strike: option.contract.strike.double,
            multiplier: Double(option.contract.multiplier),
            bid: bid,
            ask: ask
        )
    }

    private static func difference(_ bought: Double?, _ sold: Double?, _ width: Double) -> Double? {
        guard let bought, let sold else { return nil }
        return (bought - sold) / width
    }
}
