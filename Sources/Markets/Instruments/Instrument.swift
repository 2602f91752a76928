import Foundation

/// Something that can be held: shares or a listed option.
public enum Instrument: Hashable, Sendable {
    /// Shares of a company or of a fund, by ticker.
    case shares(String)
    /// A listed option.
    case option(OptionContract)

    /// The key under which quotes are kept: the ticker, or the OCC symbol without padding.
    public var symbol: String {
        switch self {
        case .shares(let ticker): return ticker
        case .option(let contract): return contract.symbol
        }
    }

    /// The ticker whose price drives this instrument; for shares their own.
    public var underlying: String {
        switch self {
        case .shares(let ticker): return ticker
        case .option(let contract): return contract.underlying
        }
    }

    /// Units of the underlying per unit held: 1 for shares, the contract's multiplier for an option.
    public var multiplier: Int {
        switch self {
        case .shares: return 1
        case .option(let contract): return contract.multiplier
        }
    }

    /// The option contract, if this is one.
    public var contract: OptionContract? {
        if case .option(let contract) = self { return contract }
        return nil
    }
}

extension Instrument: CustomStringConvertible {
    /// `AAPL`, or `AAPL 2026-06-20 200 call`.
    public var description: String {
        switch self {
        case .shares(let ticker): return ticker
        case .option(let contract): return contract.description
        }
    }
}
