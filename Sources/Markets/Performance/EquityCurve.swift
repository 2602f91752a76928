public import Foundation

/// What an account was worth at the end of each session, rebuilt from its history and from past closes.
///
/// Shares are worth their close. Options have no past prices, so each is worth what the model gives at that day's close, with
/// the volatility at which its own trades were made, interpolated between them; one whose trades give none is worth its
/// intrinsic value. Shares without a close within five sessions are worth the price of their last trade. Both are counted.
public struct EquityCurve: Sendable {
    /// The end of a session.
    public struct Day: Hashable, Sendable {
        /// The session.
        public let date: TradingDate
        /// Cash in dollars: all rows through the day added up.
        public let cash: Decimal
        /// Shares at their closes, in dollars, negative when short.
        public let shares: Decimal
        /// Options by the model, in dollars, negative when short.
        public let options: Decimal
        /// Money and positions put in since the session before, in dollars; negative when taken out.
        public let flow: Decimal
        /// value / (value of the session before + flow) - 1; nil where that is not above 0.
        public let dailyReturn: Double?
        /// Positions whose value is an estimate: no close, or no volatility.
        public let estimated: Int

        /// Cash and positions in dollars.
        public var value: Decimal { cash + shares + options }
    }

    /// The sessions, oldest first, from that of the first row.
    public let days: [Day]

    /// The curve of a history.
    ///
    /// - Parameters:
    ///   - transactions: The history, in any order, corporate actions applied.
    ///   - bars: Daily bars by ticker, in any order, closes as they were traded.
    ///   - through: The last day.
    ///   - rate: Continuously compounded interest rate per year, for the model.
    public init(
        transactions: [Transaction],
        bars: [String: [DailyBar]],
        through last: TradingDate,
        rate: Double = 0
    ) {
        let transactions = OpeningBalances.assigned(transactions)
        let ordered = Ledger.ordered(transactions)
        let dated = ordered.filter { $0.kind != .openingBalance && $0.date <= last }
        guard let first = dated.first?.date else {
            days = []
            return
        }
        var marks = PastMarks(bars: bars, transactions: ordered, rate: rate)
        var builder = LedgerBuilder(history: transactions)
        var cash: Decimal = 0
        var pending = ordered[...]
        var days: [Day] = []
        var previous: Decimal?
        var session = MarketCalendar.session(onOrAfter: first)
        while session <= last {
            var flow: Decimal = 0
            while let row = pending.first, row.kind == .openingBalance || row.date <= session {
                pending.removeFirst()
                let held = row.kind == .split ? Self.quantity(row.instrument, builder) : 0
                builder.add(row)
                if held != 0 { marks.noteSplit(of: row.instrument, held, Self.quantity(row.instrument, builder)) }
                cash += row.amount
                switch row.kind {
                case .transfer: flow += row.amount
                case .openingBalance, .securitiesTransfer:
                    flow += row.amount
                    if let instrument = row.instrument {
                        let mark = marks.price(of: instrument, on: session) ?? (row.price ?? 0, true)
                        flow += row.quantity * Decimal(instrument.multiplier) * mark.price
                    }
                default: break
                }
                marks.note(row)
            }
            var (shares, options, estimated): (Decimal, Decimal, Int) = (0, 0, 0)
            for position in builder.positions {
                let mark = marks.price(of: position.instrument, on: session)
                if mark?.isEstimate ?? true { estimated += 1 }
                let worth = position.quantity * Decimal(position.instrument.multiplier) * (mark?.price ?? 0)
                if position.instrument.contract == nil { shares += worth } else { options += worth }
            }
            let value = cash + shares + options
            let base = (previous ?? 0) + flow
            days.append(
                Day(
                    date: session,
                    cash: cash,
                    shares: shares,
                    options: options,
                    flow: flow,
                    dailyReturn: base > 0 ? (value / base).double - 1 : nil,
                    estimated: estimated
                )
            )
            previous = value
            session = MarketCalendar.session(onOrAfter: session.adding(days: 1))
        }
        self.days = days
    }

    private static func quantity(_ instrument: Instrument?, _ builder: LedgerBuilder) -> Decimal {
        builder.positions.filter { $0.instrument == instrument }.reduce(0) { $0 + $1.quantity }
    }

    /// The time-weighted return of days, and how it went.
    public struct Summary: Hashable, Sendable {
        /// The product of the daily returns less 1.
        public let timeWeightedReturn: Double
        /// The same per year of 252 sessions; nil for less than a year, of which a year's rate would only be a guess.
        public let annualised: Double?
        /// The largest fall of the product of returns from a peak, 0 or below.
        public let largestDrawdown: Double
        /// Standard deviation of the daily returns times the root of 252; nil for fewer than 2.
        public let volatility: Double?
        /// Value at the end less value before the first day less all money put in between, in dollars.
        public let gain: Decimal
        /// Sessions with a return.
        public let sessions: Int
    }

    /// What the days from `first` on came to; nil where none has a return.
    public func summary(from first: TradingDate? = nil) -> Summary? {
        guard let start = days.firstIndex(where: { first == nil || $0.date >= first ?? $0.date }) else { return nil }
        let chosen = days[start...]
        let returns = chosen.compactMap(\.dailyReturn)
        guard !returns.isEmpty, let last = chosen.last else { return nil }
        var (level, peak, drawdown) = (1.0, 1.0, 0.0)
        for part in returns {
            level *= 1 + part
            peak = max(peak, level)
            drawdown = min(drawdown, level / peak - 1)
        }
        let mean = returns.reduce(0, +) / Double(returns.count)
        let squares = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let before = start > 0 ? days[start - 1].value : 0
        let isLong = returns.count >= 2
        return Summary(
            timeWeightedReturn: level - 1,
            annualised: returns.count >= 252 && level > 0 ? pow(level, 252 / Double(returns.count)) - 1 : nil,
            largestDrawdown: drawdown,
            volatility: isLong ? (squares / Double(returns.count - 1)).squareRoot() * 252.0.squareRoot() : nil,
            gain: last.value - before - chosen.reduce(0) { $0 + $1.flow },
            sessions: returns.count
        )
    }
}
