import Foundation

/// Splits what a trade paid or received into price and fees.
///
/// Robinhood reports the net amount and a price rounded for display, but no fees: what lies between is fees where it
/// can be, and rounding where it is too small or of the wrong sign. Works on integers, because `Decimal` would take
/// most of the time of an import.
struct TradeMoney {
    /// Dollars per share, chosen so that price, fees and amount agree.
    var price: Decimal
    /// Fees in dollars, never negative.
    var fees: Decimal
    /// How far the amount lies from quantity times price, where that is too far for fees; nil normally.
    var discrepancy: Decimal?

    /// Decimals of a price that is worked out, as many as lots keep.
    private static let priceDigits = 10

    /// The split of one trade; nil where the numbers are too long for any real trade.
    ///
    /// - Parameters:
    ///   - isBuy: Whether the trade pays.
    ///   - quantity: Shares or contracts, positive.
    ///   - multiplier: Shares per unit, positive.
    ///   - stated: The price the row shows, if any.
    ///   - amount: The signed change of cash.
    ///   - isRounded: Whether a small difference in either direction is the rounding of the price shown.
    init?(
        isBuy: Bool,
        quantity: ExactNumber,
        multiplier: Int,
        stated: ExactNumber?,
        amount: ExactNumber,
        isRounded: Bool
    ) {
        let units = Int128(quantity.significand) * Int128(multiplier)
        let net = Int128(amount.significand) * (amount.isNegative == isBuy ? 1 : -1)
        guard units > 0 else { return nil }
        guard let stated else {
            guard let effective = TradeMoney.quotient(net, amount.fractionDigits, units, quantity.fractionDigits) else {
                return nil
            }
            (price, fees, discrepancy) = (effective, 0, nil)
            return
        }
        // Everything in units of 10^-scale; half a cent needs three digits.
        let digits = stated.fractionDigits + quantity.fractionDigits
        let scale = max(digits, amount.fractionDigits, quantity.fractionDigits + 3)
        guard let product = TradeMoney.product(Int128(stated.significand), units),
            let gross = TradeMoney.product(product, powerOfTen: scale - digits),
            let paid = TradeMoney.product(net, powerOfTen: scale - amount.fractionDigits),
            let halfCent = TradeMoney.product(5, powerOfTen: scale - 3),
            let halfCents = TradeMoney.product(5 * units, powerOfTen: scale - 3 - quantity.fractionDigits)
        else { return nil }
        let difference = isBuy ? paid - gross : gross - paid
        let rounding = isRounded ? halfCent + halfCents : 0
        if difference == 0 {
            (price, fees) = (stated.decimal, 0)
        } else if difference < 0 || (isBuy ? difference <= rounding : isRounded && difference < halfCent) {
            guard let effective = TradeMoney.quotient(net, amount.fractionDigits, units, quantity.fractionDigits) else {
                return nil
            }
            (price, fees) = (effective, 0)
        } else {
            guard let rest = TradeMoney.decimal(difference, fractionDigits: scale) else { return nil }
            (price, fees) = (stated.decimal, rest)
        }
        let dollar = halfCent * 200
        if difference.magnitude > max(dollar, gross / 20).magnitude, difference.magnitude > rounding.magnitude {
            discrepancy = TradeMoney.decimal(difference, fractionDigits: scale)
        } else {
            discrepancy = nil
        }
    }

    /// `amount / units`, rounded half away from zero.
    private static func quotient(_ amount: Int128, _ amountDigits: Int, _ units: Int128, _ unitDigits: Int) -> Decimal?
    {
        let shift = priceDigits + unitDigits - amountDigits
        guard let numerator = product(amount, powerOfTen: max(shift, 0)),
            let denominator = product(units, powerOfTen: max(-shift, 0))
        else { return nil }
        let half = denominator / 2 * (numerator < 0 ? -1 : 1)
        return decimal((numerator + half) / denominator, fractionDigits: priceDigits)
    }

    private static func decimal(_ value: Int128, fractionDigits: Int) -> Decimal? {
        var value = value
        var fractionDigits = fractionDigits
        while fractionDigits > 0, value % 10 == 0 {
            value /= 10
            fractionDigits -= 1
        }
        guard let significand = UInt64(exactly: value.magnitude) else { return nil }
        return Decimal(
            sign: value < 0 ? .minus : .plus,
            exponent: -fractionDigits,
            significand: Decimal(significand)
        )
    }

    private static func product(_ left: Int128, _ right: Int128) -> Int128? {
        let (product, overflows) = left.multipliedReportingOverflow(by: right)
        // A margin of 200 for what is added afterwards.
        return overflows || product.magnitude > UInt128(Int128.max) / 1_000 ? nil : product
    }

    private static func product(_ value: Int128, powerOfTen: Int) -> Int128? {
        var power: Int128 = 1
        for _ in 0..<powerOfTen {
            guard let next = product(power, 10) else { return nil }
            power = next
        }
        return product(value, power)
    }
}
