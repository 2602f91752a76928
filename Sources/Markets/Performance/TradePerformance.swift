public import Foundation

/// How closed trades did, by strategy, symbol and month.
public struct TradePerformance: Sendable {
    /// A figure with the number of trades it rests on.
    public struct Rate: Sendable, Hashable {
        /// The figure; nil when no trade counts for it.
        public let value: Double?
        /// Trades it rests on.
        public let count: Int

        /// A figure and the number of trades it rests on.
        public init(value: Double?, count: Int) {
            self.value = value
            self.count = count
        }
    }

    /// The sums and rates of a group of trades.
    public struct Summary: Sendable, Hashable {
        /// What the trades have in common: `covered call`, `AAPL`, `2026-05`.
        public let title: String
        /// All trades, those of unknown gain included.
        public let trades: Int
        /// Trades that gained, that lost, and that did neither.
        public let winners, losers, flat: Int
        /// Trades whose gain is not known, because a leg was opened before the history begins. They are in no sum.
        public let unknown: Int
        /// Dollars gained in all, fees taken off.
        public let gain: Decimal
        /// Fees in dollars, of trades with a known gain.
        public let fees: Decimal
        /// Dollars gained by the winners and lost by the losers, the latter negative.
        public let gainOfWinners, lossOfLosers: Decimal

        /// Winners over all trades of known gain.
        public var winRate: Rate {
            let known = trades - unknown
            return Rate(value: known > 0 ? Double(winners) / Double(known) : nil, count: known)
        }
        /// Dollars per trade of known gain.
        public var averageGain: Rate { Self.average(gain, trades - unknown) }
        /// Dollars per winner.
        public var averageWin: Rate { Self.average(gainOfWinners, winners) }
        /// Dollars per loser, negative.
        public var averageLoss: Rate { Self.average(lossOfLosers, losers) }
        /// What was won over what was lost; nil without a loser.
        public var profitFactor: Rate {
            let count = winners + losers
            return Rate(value: losers > 0 ? gainOfWinners.double / -lossOfLosers.double : nil, count: count)
        }
        /// Calendar days from opening to the last close.
        public let averageDaysHeld: Rate

        init(_ title: String, _ group: [ClosedTrade]) {
            self.title = title
            trades = group.count
            var (winners, losers, flat, unknown) = (0, 0, 0, 0)
            var (won, lost, fees): (Decimal, Decimal, Decimal) = (0, 0, 0)
            for trade in group {
                guard let gain = trade.gain else {
                    unknown += 1
                    continue
                }
                fees += trade.fees
                if gain > 0 {
                    winners += 1
                    won += gain
                } else if gain < 0 {
                    losers += 1
                    lost += gain
                } else {
                    flat += 1
                }
            }
            (self.winners, self.losers, self.flat, self.unknown) = (winners, losers, flat, unknown)
            (gainOfWinners, lossOfLosers, self.fees) = (won, lost, fees)
            gain = won + lost
            let days = group.compactMap(\.daysHeld)
            averageDaysHeld = Rate(
                value: days.isEmpty ? nil : Double(days.reduce(0, +)) / Double(days.count),
                count: days.count
            )
        }

        private static func average(_ sum: Decimal, _ count: Int) -> Rate {
            Rate(value: count > 0 ? sum.double / Double(count) : nil, count: count)
        }
    }

    /// The trades, by the day of their last close.
    public let trades: [ClosedTrade]
    /// All of them together.
    public let total: Summary
    /// By strategy, in the order of ``TradeStrategy``.
    public let byStrategy: [Summary]
    /// By ticker, in order.
    public let bySymbol: [Summary]
    /// By month of the last close, `YYYY-MM`, in order.
    public let byMonth: [Summary]

    /// The performance of a history: its realised gains, and its transactions, which say what shares were held when
    /// calls were sold.
    public init(realised: [RealisedGain], transactions: [Transaction]) {
        let trades = ClosedTrade.trades(realised, transactions: transactions)
        self.trades = trades
        total = Summary("all trades", trades)
        let groups = Dictionary(grouping: trades, by: \.strategy)
        byStrategy = TradeStrategy.allCases.compactMap { strategy in
            groups[strategy].map { Summary(strategy.rawValue, $0) }
        }
        bySymbol = Dictionary(grouping: trades, by: \.underlying).sorted { $0.key < $1.key }
            .map { Summary($0.key, $0.value) }
        byMonth = Dictionary(grouping: trades) { String($0.closed.description.prefix(7)) }.sorted { $0.key < $1.key }
            .map { Summary($0.key, $0.value) }
    }
}
