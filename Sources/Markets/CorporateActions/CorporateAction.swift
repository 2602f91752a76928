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
        /// Each share became shares of another company, cash, or both.
        case merger(Merger)
        /// Shares of a new company came for each share, which itself stayed.
        case spinOff(SpinOff)
    }

    /// What a share became when its company was taken over.
    public struct Merger: Hashable, Sendable, Codable {
        /// Shares of the acquirer for each old one; nil where all was paid in cash.
        public var shares: Deliverable.Shares?
        /// Cash for each old share, in dollars.
        public var cash: Decimal
        /// The price of one of the acquirer's shares when they were given, in dollars. Only with both shares and cash it is
        /// needed, for the gain.
        public var price: Decimal?

        /// Shares, cash, or both for each old share.
        public init(shares: Deliverable.Shares?, cash: Decimal, price: Decimal? = nil) {
            self.shares = shares
            self.cash = cash
            self.price = price
        }
    }

    /// Shares of a new company given to the holders of another.
    public struct SpinOff: Hashable, Sendable, Codable {
        /// New shares for each one held.
        public var shares: Deliverable.Shares
        /// The part of what the old shares cost that goes with the new ones, from 0 to 1, as the company states it (in the US
        /// on Form 8937).
        public var costFraction: Decimal

        /// New shares for each old one, with their part of the cost.
        public init(shares: Deliverable.Shares, costFraction: Decimal) {
            self.shares = shares
            self.costFraction = costFraction
        }
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
    /// - A reverse split, and any split of a contract that is already adjusted: the same strike and multiplier over the new
    ///   number of shares, the root numbered.
    /// - A special dividend of at least $12.50 per contract: the strike less the dividend.
    /// - A change of the ticker: the root.
    /// - A merger: the same strike and multiplier; it delivers what the shares became. The root is the acquirer's, numbered.
    ///   One that delivers cash alone ends early, which is not followed.
    /// - A spin-off: the same strike and multiplier; it delivers the new shares too, the root numbered.
    ///
    /// - Returns: nil where the contract stays as it is: another underlying, one that had ended, a small dividend, an adjusted
    ///   one of which nobody knows what it delivers.
    public func adjustment(of contract: OptionContract) -> Adjustment? {
        guard contract.underlying == symbol, contract.expiration >= effective else { return nil }
        switch change {
        case .split(let new, let old):
            guard new > 0, old > 0, new != old else { return nil }
            return adjustment(of: contract, new: new, old: old)
        case .specialDividend(let amount):
            guard amount * Decimal(contract.multiplier) >= Self.leastDividend else { return nil }
            let strike = (contract.strike - amount).roundedToCents
            guard strike > 0 else { return nil }
            return Adjustment(contract: contract.with(strike: strike), contracts: 1)
        case .symbolChange(let name):
            return Adjustment(contract: contract.renamed(to: name), contracts: 1)
        case .merger(let merger):
            guard let delivered = contract.delivered else { return nil }
            let parts = merger.shares.map { [$0] } ?? []
            let acquired = contract.renamed(to: merger.shares?.symbol ?? contract.underlying)
            return Adjustment(
                contract: acquired.with(
                    root: acquired.nextRoot,
                    deliverable: delivered.exchanging(symbol, for: parts, cash: merger.cash)
                ),
                contracts: 1
            )
        case .spinOff(let spinOff):
            guard let delivered = contract.delivered else { return nil }
            return Adjustment(
                contract: contract.with(
                    root: contract.nextRoot,
                    deliverable: delivered.exchanging(symbol, for: [.init(1, of: symbol), spinOff.shares])
                ),
                contracts: 1
            )
        }
    }

    private func adjustment(of contract: OptionContract, new: Int, old: Int) -> Adjustment? {
        let ratio = Decimal(new) / Decimal(old)
        let strike = (contract.strike * Decimal(old) / Decimal(new)).roundedToCents
        if contract.deliverable == nil, new > old {
            guard strike > 0 else { return nil }
            if new % old == 0 { return Adjustment(contract: contract.with(strike: strike), contracts: new / old) }
            let units = Decimal(contract.multiplier) * ratio
            guard let multiplier = Int(exactly: (units as NSDecimalNumber).doubleValue) else { return nil }
            return Adjustment(
                contract: contract.with(
                    root: contract.nextRoot,
                    strike: strike,
                    multiplier: multiplier,
                    deliverable: Deliverable([.init(units, of: symbol)])
                ),
                contracts: 1
            )
        }
        // The numbers are multiplied before they are divided, so that 100 shares in 1:3 stay as exact as can be.
        guard let delivered = contract.delivered else { return nil }
        let shares = delivered.shares.map { part in
            part.symbol == symbol
                ? Deliverable.Shares(part.quantity * Decimal(new) / Decimal(old), of: symbol) : part
        }
        return Adjustment(
            contract: contract.with(
                root: contract.nextRoot,
                deliverable: Deliverable(shares, cash: delivered.cash)
            ),
            contracts: 1
        )
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
        case .merger(let merger):
            "\(symbol) became \(Deliverable(merger.shares.map { [$0] } ?? [], cash: merger.cash)) on \(effective)"
        case .spinOff(let spinOff):
            "\(symbol) gave \(spinOff.shares.quantity) \(spinOff.shares.symbol) for each share on \(effective)"
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
        deliverable: Deliverable? = nil
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
            deliverable: deliverable?.renaming(underlying, to: name)
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
