import Foundation

/// What shares and options were worth on past days.
struct PastMarks {
    private struct Point {
        var date: TradingDate
        var volatility: Double
    }

    /// Calendar days after which a close no longer counts: five sessions and a long weekend.
    private static let oldest = 8

    private let closes: [String: (days: [TradingDate], prices: [Decimal])]
    private var volatilities: [OptionContract: [Point]] = [:]
    private let rate: Double
    private let pricer = OptionPricer(scheme: .fast)
    private var lastTrades: [String: Decimal] = [:]
    private var lastOptionTrades: [OptionContract: Decimal] = [:]

    init(bars: [String: [DailyBar]], transactions: [Transaction], rate: Double) {
        closes = bars.mapValues { bars in
            let ordered = bars.sorted { $0.date < $1.date }
            return (ordered.map(\.date), ordered.map(\.close))
        }
        self.rate = rate
        volatilities = Self.volatilities(of: transactions, self)
    }

    /// Remembers the price of a trade, for days without a close.
    mutating func note(_ row: Transaction) {
        guard let instrument = row.instrument else { return }
        switch row.kind {
        case .buy, .sell, .buyToOpen, .buyToClose, .sellToOpen, .sellToClose, .openingBalance:
            guard let price = row.price else { return }
            switch instrument {
            case .shares(let ticker): lastTrades[ticker] = price
            case .option(let contract): lastOptionTrades[contract] = price
            }
        default: break
        }
    }

    /// Lets the price of the last trade follow a split, told by what was held before and after it.
    mutating func noteSplit(of instrument: Instrument?, _ before: Decimal, _ after: Decimal) {
        guard case .shares(let ticker)? = instrument, after != 0, let price = lastTrades[ticker] else { return }
        lastTrades[ticker] = price * before / after
    }

    /// The price per share at the end of a session, and whether it is an estimate; nil where nothing is known.
    func price(of instrument: Instrument, on day: TradingDate) -> (price: Decimal, isEstimate: Bool)? {
        switch instrument {
        case .shares(let ticker):
            if let close = close(of: ticker, on: day) { return (close, false) }
            return lastTrades[ticker].map { ($0, true) }
        case .option(let contract): return price(of: contract, on: day)
        }
    }

    private func close(of ticker: String, on day: TradingDate) -> Decimal? {
        guard let (days, prices) = closes[ticker] else { return nil }
        var (low, high) = (0, days.count)
        while low < high {
            let middle = (low + high) / 2
            if days[middle] <= day { low = middle + 1 } else { high = middle }
        }
        guard low > 0, days[low - 1].days(until: day) <= Self.oldest else { return nil }
        return prices[low - 1]
    }

    private func price(of contract: OptionContract, on day: TradingDate) -> (price: Decimal, isEstimate: Bool)? {
        // After its last session an option is worth what it settled at.
        let settled = MarketCalendar.session(onOrBefore: contract.expiration)
        let close = close(of: contract.underlying, on: min(day, settled)) ?? lastTrades[contract.underlying]
        guard let spot = close, let terms = terms(contract, spot.double, on: day) else {
            // To count it for nothing would make a premium a gain on the day of the sale.
            return day < contract.expiration ? lastOptionTrades[contract].map { ($0, true) } : nil
        }
        // The terms are of one share; the price counts per unit of the multiplier.
        let each = contract.perShare
        let ratio = ratio(contract)
        let intrinsic = Decimal(terms.intrinsic * ratio).roundedToFeeScale
        if terms.years == 0 { return (intrinsic, each == nil) }
        guard each != nil, let volatility = volatility(of: contract, on: day),
            let value = try? pricer.price(terms, volatility: volatility), value.isFinite
        else { return (intrinsic, true) }
        return (Decimal(value * ratio).roundedToFeeScale, false)
    }

    /// Shares for each unit of the multiplier.
    private func ratio(_ contract: OptionContract) -> Double {
        contract.perShare.map { ($0.shares / Decimal(contract.multiplier)).double } ?? 1
    }

    private func terms(_ contract: OptionContract, _ spot: Double, on day: TradingDate) -> OptionTerms? {
        let seconds = contract.settlement.timeIntervalSince(TradingSession(date: day).close)
        return try? OptionTerms(
            style: contract.style,
            right: contract.right,
            spot: spot,
            strike: (contract.perShare?.strike ?? contract.strike).double,
            rate: rate,
            years: max(seconds, 0) / (365 * 86_400)
        )
    }

    /// Between two trades in proportion to the days, outside as at the nearest.
    private func volatility(of contract: OptionContract, on day: TradingDate) -> Double? {
        guard let points = volatilities[contract], let first = points.first, let last = points.last else { return nil }
        if day <= first.date { return first.volatility }
        if day >= last.date { return last.volatility }
        guard let index = points.lastIndex(where: { $0.date <= day }), index + 1 < points.count else { return nil }
        let (left, right) = (points[index], points[index + 1])
        let part = Double(left.date.days(until: day)) / Double(max(left.date.days(until: right.date), 1))
        return left.volatility + part * (right.volatility - left.volatility)
    }

    /// The volatilities at which each contract was traded, at the closes of those days.
    private static func volatilities(of rows: [Transaction], _ marks: PastMarks) -> [OptionContract: [Point]] {
        var points: [OptionContract: [Point]] = [:]
        for row in rows {
            guard let contract = row.instrument?.contract, let price = row.price, price > 0 else { continue }
            switch row.kind {
            case .buyToOpen, .sellToOpen, .buyToClose, .sellToClose: break
            default: continue
            }
            let session = MarketCalendar.session(onOrBefore: row.date)
            guard let spot = marks.close(of: contract.underlying, on: session),
                let terms = marks.terms(contract, spot.double, on: session),
                let volatility = try? marks.pricer.impliedVolatility(
                    terms,
                    price: price.double / marks.ratio(contract)
                ),
                volatility.isFinite
            else { continue }
            points[contract, default: []].append(Point(date: session, volatility: volatility))
        }
        return points.mapValues { $0.sorted { $0.date < $1.date } }
    }
}
