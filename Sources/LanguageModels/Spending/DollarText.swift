public import Foundation

/// How small amounts of money are written.
public enum DollarText {
    /// `$12.50` from a dollar on, `$0.0031` below it, `<$0.0001` for less than can be shown so, and `$0.00` for nothing.
    public static func text(_ amount: Decimal) -> String {
        if amount.isZero { return "$0.00" }
        if amount < 0 { return "-" + text(-amount) }
        let smallest = Decimal(sign: .plus, exponent: -4, significand: 1)
        guard amount >= smallest else { return "<$0.0001" }
        return "$" + fixed(amount, places: amount >= 1 ? 2 : 4)
    }

    /// `1,204`.
    public static func count(_ count: Int) -> String {
        var grouped = ""
        let digits = String(count.magnitude)
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return (count < 0 ? "-" : "") + grouped
    }

    /// The amount with so many decimal places; whole dollars in groups of three.
    private static func fixed(_ amount: Decimal, places: Int) -> String {
        var (exact, rounded) = (amount, Decimal())
        NSDecimalRound(&rounded, &exact, places, .plain)
        let parts = rounded.description.split(separator: ".", maxSplits: 1)
        let whole = Int(parts[0]).map(count) ?? String(parts[0])
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return whole + "." + fraction + String(repeating: "0", count: max(0, places - fraction.count))
    }
}
