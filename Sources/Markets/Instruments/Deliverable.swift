public import Foundation

/// What one adjusted contract delivers against strike × multiplier: shares of one or more companies, and cash.
public struct Deliverable: Hashable, Sendable, Codable {
    /// Shares of one company.
    public struct Shares: Hashable, Sendable, Codable {
        /// Ticker.
        public var symbol: String
        /// How many; fractions, which are paid in cash at delivery, included.
        public var quantity: Decimal

        /// `quantity` shares of `symbol`.
        public init(_ quantity: Decimal, of symbol: String) {
            self.symbol = symbol
            self.quantity = quantity
        }
    }

    /// The shares, one entry a ticker, the company's own first. Empty where all is cash.
    public let shares: [Shares]
    /// Cash in dollars.
    public let cash: Decimal

    /// Shares and cash.
    public init(_ shares: [Shares], cash: Decimal = 0) {
        var merged: [Shares] = []
        for part in shares where part.quantity != 0 {
            if let index = merged.firstIndex(where: { $0.symbol == part.symbol }) {
                merged[index].quantity += part.quantity
            } else {
                merged.append(part)
            }
        }
        self.shares = merged
        self.cash = cash
    }

    /// The shares of a ticker; 0 where there are none.
    public func quantity(of symbol: String) -> Decimal {
        shares.first { $0.symbol == symbol }?.quantity ?? 0
    }

    /// What it is worth in dollars; nil where a share has no price.
    ///
    /// - Parameter price: Dollars per share by ticker.
    public func value(price: (String) -> Decimal?) -> Decimal? {
        var sum = cash
        for part in shares {
            guard let each = price(part.symbol) else { return nil }
            sum += part.quantity * each
        }
        return sum
    }

    /// The same with each share of `symbol` exchanged for other shares and cash.
    func exchanging(_ symbol: String, for parts: [Shares], cash each: Decimal = 0) -> Deliverable {
        var exchanged: [Shares] = []
        var cash = cash
        for part in shares {
            guard part.symbol == symbol else {
                exchanged.append(part)
                continue
            }
            exchanged += parts.map { Shares(part.quantity * $0.quantity, of: $0.symbol) }
            cash += part.quantity * each
        }
        return Deliverable(exchanged, cash: cash)
    }

    /// The same under another ticker.
    func renaming(_ symbol: String, to name: String) -> Deliverable {
        exchanging(symbol, for: [Shares(1, of: name)])
    }
}

extension Deliverable: CustomStringConvertible {
    /// `62.72 TEVA and $3990 cash`.
    public var description: String {
        let parts =
            shares.map { "\($0.quantity) \($0.symbol)" } + (cash == 0 && !shares.isEmpty ? [] : ["$\(cash) cash"])
        return parts.joined(separator: " and ")
    }
}
