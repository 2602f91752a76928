import Foundation

/// What a contract delivers, expressed in shares of its underlying at the prices of now, so that an adjusted contract is priced
/// like a standard one.
///
/// A contract that pays out max(V + C - K m, 0), V being the worth of the shares and C the cash, is worth as much as an option
/// on V / S shares with the strike (K m - C) / (V / S) each. With shares of one company that is exact; with those of several
/// their sum is taken to move like one share.
struct Basket {
    /// Shares of the underlying that are worth as much as all shares delivered.
    let shares: Decimal
    /// Strike for one of them, the cash that is delivered taken off; 0 where only cash is delivered.
    let strike: Decimal
    /// Shares for each unit of the multiplier: what the value of an option on one share is multiplied by to be comparable with
    /// the quoted price.
    let ratio: Double
    /// The part of the shares' worth that is in the underlying itself, whose dividends alone are known.
    let ownFraction: Decimal

    private let value: Decimal
    private let quotedStrike: Decimal

    /// - Returns: nil where a share that is delivered has no price.
    init?(_ contract: OptionContract, _ delivered: Deliverable, spot: Decimal?, market: MarketSnapshot) {
        let worth = delivered.value { symbol in
            symbol == contract.underlying
                ? spot : market.quotes[symbol].flatMap { Mark($0, now: market.now) }?.price
        }
        guard let worth else { return nil }
        let multiplier = Decimal(contract.multiplier)
        value = worth / multiplier
        quotedStrike = contract.strike
        let own = delivered.quantity(of: contract.underlying)
        if delivered.shares.isEmpty {
            (shares, strike, ratio, ownFraction) = (0, 0, 0, 1)
        } else if let each = contract.perShare {
            (shares, strike) = each
            ratio = (own / multiplier).double
            ownFraction = 1
        } else {
            guard let spot, spot > 0 else { return nil }
            let all = (worth - delivered.cash) / spot
            guard all > 0 else { return nil }
            shares = all
            strike = (contract.strike * multiplier - delivered.cash) / all
            ratio = (all / multiplier).double
            ownFraction = own / all
        }
    }

    /// What exercising now brings per unit of the multiplier.
    func intrinsic(_ right: OptionContract.Right) -> Decimal {
        max(right == .call ? value - quotedStrike : quotedStrike - value, 0)
    }
}

extension Greeks {
    /// The Greeks of as many shares.
    func scaled(by shares: Double) -> Greeks {
        guard shares != 1 else { return self }
        return Greeks(
            price: price * shares,
            delta: delta * shares,
            gamma: gamma * shares,
            theta: theta * shares,
            vega: vega * shares,
            rho: rho * shares
        )
    }
}
