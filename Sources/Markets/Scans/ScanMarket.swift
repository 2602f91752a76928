public import Foundation

/// The time and the interest rate a scan works with.
public struct ScanMarket: Sendable {
    /// The time of the quotes.
    public var now: Date
    /// Continuously compounded risk-free rate per year.
    public var rate: Double
    /// The option models for what is returned.
    public var pricer: OptionPricer

    /// A market.
    public init(now: Date, rate: Double, pricer: OptionPricer = OptionPricer()) {
        self.now = now
        self.rate = rate
        self.pricer = pricer
    }

    var today: TradingDate { TradingDate(newYorkDateOf: now) }
}

/// How the implied volatility of a candidate was come by.
public enum VolatilityBasis: String, Sendable, Hashable, Codable, CaseIterable {
    /// The mid inverted with the American model.
    case american
    /// The mid inverted with the European model, dividends taken off the spot.
    case european
    /// As the source reports it, the quote having no usable mid.
    case reported
}

/// What a scan found, and what it looked at to find it.
public struct ScanResult<Candidate: Sendable>: Sendable {
    /// The best, in order.
    public var candidates: [Candidate] = []
    /// Contracts or spreads looked at.
    public var examined = 0
    /// How many passed every gate.
    public var eligible = 0
    /// How many each gate ruled out first.
    public var rejected: [ScanGate.Kind: Int] = [:]
    /// How many could not be judged, by reason.
    public var unknown: [String: Int] = [:]

    mutating func reject(_ kind: ScanGate.Kind) { rejected[kind, default: 0] += 1 }
    mutating func skip(_ reason: String) { unknown[reason, default: 0] += 1 }
}
