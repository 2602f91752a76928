import Foundation

/// Forward prices of a share from its spot, the interest rate and the cash dividends known.
struct CarryForward {
    let spot: Double
    let rate: Double
    /// Ex-dates after today in years, with dollars per share, in order.
    private let payments: [(date: TradingDate, years: Double, amount: Double)]

    /// - Parameter dividends: those that go ex after today.
    init(spot: Double, rate: Double, now: Date, dividends: [Dividend]) {
        self.spot = spot
        self.rate = rate
        payments = dividends.map {
            let seconds = TradingSession(date: $0.exDate).open.timeIntervalSince(now)
            return ($0.exDate, max(seconds, 1) / (365 * 86_400), $0.amount.double)
        }
    }

    /// What the dividends that go ex until a day are worth now, per share.
    func presentValue(until expiration: TradingDate) -> Double {
        payments.reduce(0) { sum, payment in
            payment.date <= expiration ? sum + payment.amount * exp(-rate * payment.years) : sum
        }
    }

    /// (S - present value of the dividends) × e^{rT}; nil when the dividends exceed the spot.
    func forward(until expiration: TradingDate, years: Double) -> Double? {
        let held = spot - presentValue(until: expiration)
        return held > 0 ? held * exp(rate * years) : nil
    }

    /// The dividends until a day as a pricing model takes them.
    func cashDividends(until expiration: TradingDate) -> [OptionTerms.CashDividend] {
        payments.filter { $0.date <= expiration }.map { OptionTerms.CashDividend(years: $0.years, amount: $0.amount) }
    }
}

extension [Dividend] {
    /// The dividends of one ticker that go ex after a day, in order.
    func upcoming(_ symbol: String, _ today: TradingDate) -> [Dividend] {
        filter { $0.symbol == symbol && $0.exDate > today }.sorted { $0.exDate < $1.exDate }
    }
}
