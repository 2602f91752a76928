/// How the daily returns of several shares move together: Pearson's correlation of log returns of adjusted closes, pair
/// by pair over the common dates of the last 252 sessions.
public struct CorrelationMatrix: Sendable, Hashable {
    /// The correlation of one pair.
    public struct Pair: Sendable, Hashable {
        /// -1 to 1; nil with fewer than 60 common returns or where one price never moved.
        public let correlation: Double?
        /// Common returns.
        public let observations: Int
    }

    /// The tickers, in order.
    public let symbols: [String]
    /// Standard deviation of each ticker's log returns over its last 252 sessions, per year; nil with fewer than 60.
    public let volatilities: [Double?]
    private let pairs: [Pair]

    /// The matrix of the tickers of `histories`. O(tickers² × 252).
    public init(_ histories: [String: [DailyBar]]) {
        symbols = histories.keys.sorted()
        let closes = symbols.map { Returns.closes(histories[$0] ?? []) }
        volatilities = closes.map { series in
            let (returns, _) = Returns.common(series, series)
            guard returns.count >= Returns.minimumCount else { return nil }
            return Returns.deviation(returns).map { $0 * 252.0.squareRoot() }
        }
        var pairs: [Pair] = []
        for row in symbols.indices {
            for column in symbols.indices where column <= row {
                let (x, y) = Returns.common(closes[row], closes[column])
                let moments = Returns.Moments(x, y)
                let scale = (moments.xx * moments.yy).squareRoot()
                let isKnown = moments.count >= Returns.minimumCount && scale > 0
                let value = row == column ? 1 : min(max(moments.xy / scale, -1), 1)
                pairs.append(Pair(correlation: isKnown ? value : nil, observations: moments.count))
            }
        }
        self.pairs = pairs
    }

    /// The pair of two tickers by their places in ``symbols``.
    public subscript(row: Int, column: Int) -> Pair {
        let (high, low) = (max(row, column), min(row, column))
        return pairs[high * (high + 1) / 2 + low]
    }

    /// The pair of two tickers; nil when one is not in the matrix.
    public func pair(_ left: String, _ right: String) -> Pair? {
        guard let row = symbols.firstIndex(of: left), let column = symbols.firstIndex(of: right) else { return nil }
        return self[row, column]
    }

    /// The diversification ratio, sum of |w| σ over the portfolio's σ: 1 where all moves together, more where positions
    /// offset each other.
    ///
    /// - Parameter exposures: dollars by ticker, negative when short.
    /// - Throws: ``DataGap`` when a ticker has no volatility or a pair no correlation, or the portfolio does not move.
    public func diversificationRatio(_ exposures: [String: Double]) throws(DataGap) -> Double {
        let figure = "diversification ratio"
        let held = exposures.filter { $0.value != 0 && $0.value.isFinite }.sorted { $0.key < $1.key }
        guard !held.isEmpty else { throw DataGap(figure, "nothing is held") }
        var rows: [(index: Int, risk: Double)] = []
        for (symbol, dollars) in held {
            guard let index = symbols.firstIndex(of: symbol), let volatility = volatilities[index] else {
                throw DataGap(figure, "\(symbol) has fewer than 60 daily returns")
            }
            rows.append((index, dollars * volatility))
        }
        var variance = 0.0
        for left in rows {
            for right in rows {
                guard let correlation = self[left.index, right.index].correlation else {
                    throw DataGap(
                        figure,
                        "\(symbols[left.index]) and \(symbols[right.index]) have fewer than 60 common daily returns"
                    )
                }
                variance += left.risk * right.risk * correlation
            }
        }
        let apart = rows.reduce(0) { $0 + abs($1.risk) }
        guard variance > 1e-12 * apart * apart, (apart / variance.squareRoot()).isFinite else {
            throw DataGap(figure, "the portfolio as a whole does not move")
        }
        return apart / variance.squareRoot()
    }
}
