public import Foundation

/// What a company or an exchange did to a share, and so to the options on it.
public struct CorporateAction: Hashable, Sendable, Codable {
    /// What was done.
    public enum Change: Hashable, Sendable, Codable {
        /// `new` shares for each `old` ones: 7 for 1, or 1 for 10 in a reverse split.
        case split(new: Int, old: Int)
        /// A cash dividend outside the usual ones, in dollars per share. Usual ones change no contract.
        case specialDividend(Decimal)
        /// The share trades under another ticker.
        case symbolChange(to: String)
    }

    /// The ticker before the change.
    public var symbol: String
    /// The first day on which it trades with the change.
    public var effective: TradingDate
    /// What was done.
    public var change: Change
    /// Where it was read, as it is shown.
    public var source: String

    /// A change of `symbol` from the day `effective` on.
    public init(symbol: String, effective: TradingDate, change: Change, source: String) {
        self.symbol = symbol
        self.effective = effective
        self.change = change
        self.source = source
    }

    /// A contract as it stands after a change.
    public struct Adjustment: Hashable, Sendable {
        /// The contract that takes its place.
        public let contract: OptionContract
        /// Contracts for each old one.
        public let contracts: Int
    }

    /// What becomes of a contract, by the rules of the Options Clearing Corporation (By-Laws, article VI, section 11A, and
    /// Characteristics and Risks of Standardized Options, chapter II).
    ///
    /// - A split into a whole number of shares: as many contracts, the strike divided and rounded to the cent.
    /// - Any other split into more shares: the same contract over more shares, the strike divided, the root numbered.
    /// - A reverse split: the same strike and multiplier over fewer shares, the root numbered.
    /// - A special dividend of at least $12.50 per contract: the strike less the dividend.
    /// - A change of the ticker: the root.
    ///
    /// - Returns: nil where the contract stays as it is: another underlying, one that had ended, a small dividend.
    public func adjustment(of contract: OptionContract) -> Adjustment? {
        guard contract.underlying == symbol, contract.expiration >= effective else { return nil }
        switch change {
        case .split(let new, let old):
            guard new > 0, old > 0, new != old else { return nil }
            if new % old == 0 {
                let strike = (contract.strike * Decimal(old) / Decimal(new)).roundedToCents
                guard strike > 0 else { return nil }
                return Adjustment(contract: contract.with(strike: strike), contracts: new / old)
            }
            if new > old {
                let units = Decimal(contract.multiplier) * Decimal(new) / Decimal(old)
                guard let multiplier = Int(exactly: (units as NSDecimalNumber).doubleValue) else { return nil }
                let strike = (contract.strike * Decimal(old) / Decimal(new)).roundedToCents
                guard strike > 0 else { return nil }
                return Adjustment(
                    contract: contract.with(root: contract.nextRoot, strike: strike, multiplier: multiplier),
                    contracts: 1
                )
            }
            let delivered = contract.deliveredShares * Decimal(new) / Decimal(old)
            return Adjustment(
                contract: contract.with(root: contract.nextRoot, deliverable: delivered),
                contracts: 1
            )
        case .specialDividend(let amount):
            guard amount * Decimal(contract.multiplier) >= Self.leastDividend else { return nil }
            let strike = (contract.strike - amount).roundedToCents
            guard strike > 0 else { return nil }
            return Adjustment(contract: contract.with(strike: strike), contracts: 1)
        case .symbolChange(let name):
            return Adjustment(contract: contract.renamed(to: name), contracts: 1)
        }
    }

    /// Smaller special dividends change no contract (OCC, since 2007), in dollars per contract.
    private static let leastDividend = Decimal(125) / 10
}

extension CorporateAction: CustomStringConvertible {
    /// `AAPL split 7:1 on 2014-06-09`.
    public var description: String {
        switch change {
        case .split(let new, let old): "\(symbol) split \(new):\(old) on \(effective)"
        case .specialDividend(let amount): "\(symbol) special dividend of \(amount) on \(effective)"
        case .symbolChange(let name): "\(symbol) renamed \(name) on \(effective)"
        }
    }
}

extension OptionContract {
    /// The root with which an adjusted contract is told from a standard one: `AAPL1`, then `AAPL2`.
    fileprivate var nextRoot: String {
        let letters = root.prefix { !$0.isNumber }
        let number = Int(root.dropFirst(letters.count)) ?? 0
        return letters.prefix(5) + String(number + 1)
    }

    fileprivate func with(
        root: String? = nil,
        strike: Decimal? = nil,
        multiplier: Int? = nil,
        deliverable: Decimal? = nil
    ) -> OptionContract {
        OptionContract(
            root: root ?? self.root,
            underlying: underlying,
            expiration: expiration,
            right: right,
            strike: strike ?? self.strike,
            multiplier: multiplier ?? self.multiplier,
            deliverable: deliverable ?? self.deliverable
        )
    }

    /// The same contract on a share of another name.
    func renamed(to name: String) -> OptionContract {
        let digits = root.drop { !$0.isNumber }
        return OptionContract(
            root: name.filter { $0 != "." } + digits,
            underlying: name,
            expiration: expiration,
            right: right,
            strike: strike,
            multiplier: multiplier,
            deliverable: deliverable
        )
    }
}

extension Decimal {
    /// To two decimals, halves away from zero.
    var roundedToCents: Decimal {
        var value = self
        var rounded = Decimal()
        NSDecimalRound(&rounded, &value, 2, .plain)
        return rounded
    }
}
