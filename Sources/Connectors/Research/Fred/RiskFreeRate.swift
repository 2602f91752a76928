public import Foundation
public import Markets

/// The risk-free rate that follows from the yield of three-month Treasury bills.
///
/// FRED's series `DGS3MO` is the three-month constant-maturity yield in percent. The Treasury states it as a
/// bond-equivalent yield, compounded twice a year, so that one dollar grows to (1 + y / 2)² in a year; at a continuously
/// compounded rate r it grows to e^r. Hence r = 2 ln(1 + y / 2).
public struct RiskFreeRate: Sendable, Hashable {
    /// The series it is taken from.
    public static let series = "DGS3MO"
    /// How it is worked out, as a fact states it.
    public static let formula = "2 ln(1 + y / 2), y = DGS3MO / 100"

    /// The day the yield is of.
    public let date: TradingDate
    /// The bond-equivalent yield in percent, as FRED states it: 3.91.
    public let yield: Decimal
    /// The continuously compounded rate per year: 0.0387 is 3.87 %.
    public let rate: Double

    /// The rate that follows from a bond-equivalent yield in percent.
    ///
    /// - Returns: nil where the yield is -200 % or less, for which there is no logarithm.
    public init?(bondEquivalentYield yield: Decimal, date: TradingDate) {
        let half = NSDecimalNumber(decimal: yield / 200).doubleValue
        guard half > -1 else { return nil }
        self.date = date
        self.yield = yield
        rate = 2 * log1p(half)
    }

    /// The rate of the latest observation that has a value.
    ///
    /// - Returns: nil where none has one.
    public init?(latestOf observations: [SeriesObservation]) {
        let latest = observations.filter { $0.value != nil }.max { $0.date < $1.date }
        guard let latest, let yield = latest.value else { return nil }
        self.init(bondEquivalentYield: yield, date: latest.date)
    }
}
