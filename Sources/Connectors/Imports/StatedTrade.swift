import Foundation

/// What a trade paid or received, where the broker states price, fees and amount.
///
/// The amount is what moved, so it decides: a price that was rounded for display is worked out from it.
struct StatedTrade {
    /// Dollars per share, so that quantity, price, fees and amount agree.
    let price: Decimal
    /// That the amount lies farther from quantity times price with the fees than rounding explains; nil normally.
    let discrepancy: String?

    /// Decimals of a price that is worked out, as many as lots keep.
    private static let priceDigits = 10

    /// The split of one trade.
    ///
    /// - Parameters:
    ///   - isBuy: Whether the trade pays.
    ///   - units: Shares, or contracts times their multiplier; positive.
    ///   - stated: The price the row shows, if any.
    ///   - fees: Commissions and fees, positive.
    ///   - amount: The signed change of cash, fees included.
    init(isBuy: Bool, units: Decimal, stated: ExactNumber?, fees: Decimal, amount: Decimal) {
        let gross = isBuy ? -amount - fees : amount + fees
        guard let stated else {
            (price, discrepancy) = (StatedTrade.rounded(gross / units), nil)
            return
        }
        let difference = gross - stated.decimal * units
        // Half a unit in the price's last place for each share, and the cent to which the amount was rounded.
        let lastPlace = Decimal(sign: .plus, exponent: -max(2, stated.fractionDigits), significand: 1)
        let tolerance = lastPlace / 2 * units + Decimal(sign: .plus, exponent: -2, significand: 1)
        price = difference == 0 ? stated.decimal : StatedTrade.rounded(gross / units)
        let words = "the amount differs from quantity times price and fees by \(difference); the amount was taken"
        discrepancy = abs(difference) > tolerance ? words : nil
    }

    private static func rounded(_ value: Decimal) -> Decimal {
        var (exact, result) = (value, Decimal())
        NSDecimalRound(&result, &exact, priceDigits, .plain)
        return result
    }
}
