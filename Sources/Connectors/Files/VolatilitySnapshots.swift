public import Foundation
public import Markets
public import Storage

/// The daily 30-day implied volatility of underlyings, kept so that IV rank has its year.
///
/// One value a symbol and New York date: the last one of a day stays, with its source and time.
public struct VolatilitySnapshots: Sendable {
    /// A day's value.
    public struct Snapshot: Sendable, Hashable {
        /// Ticker.
        public var symbol: String
        /// The day in New York.
        public var date: TradingDate
        /// Volatility per year (0.25 is 25 %).
        public var volatility: Double
        /// Where the quotes came from.
        public var source: String
        /// The source's time of the quotes.
        public var asOf: Date
    }

    /// Where a day's value stands in the year before it.
    public struct Standing: Sendable, Hashable {
        /// The day's value.
        public var latest: Snapshot
        /// The first day compared with; nil where there is none before.
        public var since: TradingDate?
        /// IV rank and percentile, with the number of sessions they rest on.
        public var rank: VolatilityRank
    }

    private let store: VolatilityStore

    /// Snapshots kept in `store`.
    public init(store: VolatilityStore) {
        self.store = store
    }

    /// Computes the 30-day implied volatility of a chain and keeps it.
    ///
    /// - Parameters:
    ///   - chain: All listed options of the underlying, or those around 30 days, as a source answered them.
    ///   - rate: Continuously compounded interest per year.
    ///   - dividends: Those known, used only where the prices of puts and calls give no forward.
    /// - Throws: `DataGap` where the chain gives no such volatility, or its quotes have no time; `StorageError`.
    @discardableResult
    public func keep(_ chain: Sourced<OptionChain>, rate: Double, dividends: [Dividend] = []) throws -> Snapshot? {
        let symbol = chain.value.underlying
        guard let asOf = chain.asOf ?? chain.value.options.lazy.map(\.quote.asOf).max() else {
            throw DataGap("30-day implied volatility of \(symbol)", "the chain has no options")
        }
        let measure = try ConstantMaturityVolatility(chain.value, now: asOf, rate: rate, dividends: dividends)
        return try keep(measure.volatility, of: symbol, source: chain.source, asOf: asOf)
    }

    /// Keeps a value that was computed or reported.
    ///
    /// Its day is New York's at `asOf`, so that quotes looked at on a weekend count for the session they are of.
    /// - Returns: What was kept; nil for a value that is no volatility, which is not kept.
    /// - Throws: `StorageError`.
    @discardableResult
    public func keep(_ volatility: Double, of symbol: String, source: String, asOf: Date) throws -> Snapshot? {
        guard volatility.isFinite, volatility > 0, volatility < 20 else { return nil }
        let date = TradingDate(newYorkDateOf: asOf)
        let record = VolatilityRecord(
            symbol: symbol,
            date: date.description,
            volatility: volatility,
            source: source,
            asOf: asOf
        )
        try store.set([record])
        return Snapshot(symbol: symbol, date: date, volatility: volatility, source: source, asOf: asOf)
    }

    /// The last 252 sessions of `symbol` up to and with `date`, oldest first.
    ///
    /// - Throws: `StorageError`.
    public func year(of symbol: String, through date: TradingDate) throws -> [Snapshot] {
        try store.last(VolatilityRank.window, of: symbol, through: date.description).compactMap { record in
            guard let date = TradingDate(record.date) else { return nil }
            return Snapshot(
                symbol: record.symbol,
                date: date,
                volatility: record.volatility,
                source: record.source,
                asOf: record.asOf
            )
        }
    }

    /// Where the latest value of `symbol` up to `date` stands in its year; nil where nothing is kept.
    ///
    /// - Throws: `StorageError`.
    public func standing(of symbol: String, through date: TradingDate) throws -> Standing? {
        let year = try year(of: symbol, through: date)
        guard let latest = year.last else { return nil }
        let past = year.dropLast()
        return Standing(
            latest: latest,
            since: past.first?.date,
            rank: VolatilityRank(history: past.map(\.volatility), current: latest.volatility)
        )
    }
}
