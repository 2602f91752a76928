import Foundation

/// Plain numbers that are amounts of money: "paid 6,635", "131k of exposure".
extension Figure {
    /// What it measures first, where it is a number.
    private var quantity: Quantity? {
        guard case .value(let readings) = kind, case .quantity(let quantity) = readings.first else { return nil }
        return quantity
    }

    /// Whether it is an amount of money, or a plain number that is written as one may be.
    var mayBeAmount: Bool {
        guard let quantity else { return false }
        return quantity.measure == .dollars || (quantity.measure == .bare && quantity.isWrittenAsAmount)
    }

    /// Whether it is an amount of money, or a plain number with cents.
    var hasCents: Bool {
        guard let quantity else { return false }
        return quantity.measure == .dollars || (quantity.measure == .bare && quantity.slack <= 0.005)
    }

    /// Whether it is a plain number with cents or thousands in brackets, which accountants write for what is below zero.
    var isBracketedAmount: Bool {
        guard let quantity, quantity.sign == .bracketed, quantity.measure == .bare else { return false }
        return text.contains(",") || (quantity.slack == Decimal(sign: .plus, exponent: -3, significand: 5))
    }

    /// The same, where it is less than a dollar, as a part of each dollar.
    func asPartOfDollar() -> Figure {
        guard let quantity, quantity.measure == .dollars, quantity.magnitude < 1 else { return self }
        var part = quantity
        part.measure = .fraction
        var figure = self
        figure.kind = .value([.quantity(part)])
        return figure
    }

    /// The same in the unit that the title of its column names, where it is a plain number: "Weight %", "P&L ($)".
    func inUnit(ofTitle title: String) -> Figure {
        guard case .value(let readings) = kind, readings.count == 1, var quantity,
            quantity.measure == .bare,
            quantity.noun == nil
        else { return self }
        let bare = quantity
        let title = title.replacing("1%", with: "").replacing("1 %", with: "")
        if title.contains("%") || title.lowercased().contains("percent") {
            quantity.measure = .fraction
            quantity.magnitude /= 100
            quantity.slack /= 100
        } else if title.contains("$") || title.contains("USD") {
            quantity.measure = .dollars
            if title.lowercased().contains("$k") {
                quantity.magnitude *= 1_000
                quantity.slack *= 1_000
            }
        } else {
            return self
        }
        var figure = self
        figure.kind = .value([.quantity(quantity), .quantity(bare)])
        return figure
    }

    /// The same in a unit that is named beside it, where it is a plain number.
    func inUnit(_ unit: Quantity.Measure) -> Figure {
        guard var quantity, quantity.measure == .bare, quantity.noun == nil else { return self }
        quantity.measure = unit
        var figure = self
        figure.kind = .value([.quantity(quantity)])
        return figure
    }

    /// The same, where it is a plain number also as an amount of money.
    func asAmount() -> Figure {
        guard case .value(let readings) = kind, readings.count == 1, let quantity, quantity.measure == .bare else {
            return self
        }
        var amount = quantity
        amount.measure = .dollars
        var figure = self
        figure.kind = .value([.quantity(quantity), .quantity(amount)])
        return figure
    }
}

extension Figure.Quantity {
    /// Whether a plain number is written with cents, in thousands, with three digits or with a sign and two, as amounts are where their sign is
    /// left out.
    var isWrittenAsAmount: Bool {
        slack <= 0.005 || magnitude >= 1_000 || magnitude >= 200 * slack
            || (sign == .plus || sign == .minus) && magnitude >= 20 * slack
    }
}
