public import Foundation

/// One underlying as an expression sees it: a value for each field that is known.
public struct ScanRow: Sendable, Hashable {
    /// A value of a field.
    public enum Value: Sendable, Hashable {
        /// A number; fractions as 0.25 for 25 %.
        case number(Double)
        /// A word.
        case text(String)
    }

    /// The ticker.
    public let symbol: String
    private var values: [ScanField: Value]

    /// A row; the symbol need not be among the values.
    public init(symbol: String, values: [ScanField: Value] = [:]) {
        self.symbol = symbol
        self.values = values
        self.values[.symbol] = .text(symbol)
    }

    /// The value of a field; nil when it is not known. Setting a number that is not finite removes it.
    public subscript(field: ScanField) -> Value? {
        get { values[field] }
        set {
            if case .number(let number) = newValue, !number.isFinite {
                values[field] = nil
            } else {
                values[field] = newValue
            }
        }
    }

    /// The number of a field; nil when it is not known or a word.
    public func number(_ field: ScanField) -> Double? {
        if case .number(let number) = values[field] { return number }
        return nil
    }

    private mutating func set(_ field: ScanField, _ number: Double?) {
        if let number { self[field] = .number(number) }
    }

    /// What follows from daily bars, oldest first: prices, averages, returns, volatilities, regime. What needs more
    /// bars than there are stays unknown. O(bars).
    ///
    /// - Parameter price: the latest price per share; the last close when nil.
    public mutating func add(bars: [DailyBar], price: Decimal? = nil) {
        let prices = AdjustedBars(Array(bars.suffix(560)))
        guard let last = prices.close.last else { return set(.price, price?.double) }
        let now = price?.double ?? last
        set(.price, now)
        let close = prices.close
        // With a price of today's session the last close is the previous one; without, the one before it.
        let previous = price == nil ? close.dropLast().last : last
        set(.change, previous.map { now / $0 - 1 })
        set(.volume, prices.volume.last ?? nil)
        let volumes = prices.volume.suffix(20).compactMap { $0 }
        if volumes.count == 20 { set(.averageVolume, volumes.reduce(0, +) / 20) }
        if close.count >= 50 { set(.sma50, close.suffix(50).reduce(0, +) / 50) }
        if close.count >= 200 { set(.sma200, close.suffix(200).reduce(0, +) / 200) }
        for (field, days) in [(ScanField.return5, 5), (.return21, 21), (.return63, 63), (.return252, 252)]
        where close.count > days {
            set(field, close[close.count - 1] / close[close.count - 1 - days] - 1)
        }
        set(.hv20, HistoricalVolatility.annualised(bars, sessions: 20))
        set(.hv30, HistoricalVolatility.annualised(bars, sessions: 30))
        if close.count >= 252 {
            let high = max(prices.high.suffix(252).max() ?? now, now)
            let low = min(prices.low.suffix(252).min() ?? now, now)
            set(.high52, high)
            set(.low52, low)
            set(.fromHigh, now / high - 1)
            set(.fromLow, now / low - 1)
        }
        var range = AverageTrueRange()
        var directional = DirectionalIndex()
        for day in close.indices {
            range.add(high: prices.high[day], low: prices.low[day], close: close[day])
            directional.add(high: prices.high[day], low: prices.low[day], close: close[day])
        }
        set(.atr, range.value)
        set(.adx, directional.value)
        if let state = MarketRegime.history(of: bars).last { self[.regime] = .text(state.trend.rawValue) }
        addRatio()
    }

    /// What follows from implied volatilities: `iv` itself, its rank and percentile, the expected move.
    public mutating func add(impliedVolatility: Double?, rank: VolatilityRank? = nil) {
        set(.iv, impliedVolatility)
        set(.expectedMove, impliedVolatility.map { $0 * (30.0 / 365).squareRoot() })
        set(.ivRank, rank?.rank)
        set(.ivPercentile, rank?.percentile)
        addRatio()
    }

    /// What follows from a chain: contracts traded and outstanding, puts over calls. A sum is known only where the
    /// source gives the number for some option.
    public mutating func add(chain: OptionChain) {
        var volumes: [OptionContract.Right: Int] = [:]
        var interest: Int?
        for index in chain.options.indices {
            if let volume = chain.options[index].quote.volume {
                volumes[chain.options[index].contract.right, default: 0] += volume
            }
            if let open = chain.options[index].quote.openInterest { interest = (interest ?? 0) + open }
        }
        if !volumes.isEmpty { set(.optionVolume, Double(volumes.values.reduce(0, +))) }
        set(.optionInterest, interest.map(Double.init))
        if let puts = volumes[.put], let calls = volumes[.call], calls > 0 {
            set(.putCallRatio, Double(puts) / Double(calls))
        }
    }

    /// Days from `today` to the next earnings report and ex-date; earlier dates do not count.
    public mutating func add(today: TradingDate, earnings: [TradingDate]? = nil, dividends: [Dividend] = []) {
        set(.earningsDays, earnings?.filter { $0 >= today }.min().map { Double(today.days(until: $0)) })
        set(
            .exDividendDays,
            dividends.upcoming(symbol, today).first.map { Double(today.days(until: $0.exDate)) }
        )
    }

    private mutating func addRatio() {
        if let implied = number(.iv), let historical = number(.hv30), historical > 0 {
            set(.ivHV, implied / historical)
        }
    }
}
