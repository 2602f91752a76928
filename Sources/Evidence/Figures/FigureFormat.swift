public import Foundation

/// How a value is written for people. Answers are written with nothing else, so that every figure shown says
/// its value to a known number of digits and can be read back by `FigureScanner`.
///
/// Decimal arithmetic only, halves away from zero, US separators, no locale. A value that cannot be written (not
/// a number, infinite) is shown as a dash, never guessed.
public struct FigureFormat: Hashable, Sendable {
    /// How exactly amounts of money are written.
    public enum Dollars: Hashable, Sendable {
        /// `$1,234.56`.
        case cents
        /// `$1,235`.
        case whole
    }

    /// How exactly amounts of money are written; cents by default.
    public var dollars: Dollars
    /// Digits after the point of percentages, 0 or more: 1 writes `27.5%`.
    public var percentPlaces: Int
    /// Digits after the point of pure numbers, 0 or more: 2 writes `-0.28`.
    public var ratioPlaces: Int
    /// Whether values above zero are written with a plus sign, as for changes.
    public var showsPlus: Bool

    /// What stands where there is no value to write.
    public static let missing = "—"

    /// A format; by default exact cents, percentages to one place, pure numbers to two.
    public init(dollars: Dollars = .cents, percentPlaces: Int = 1, ratioPlaces: Int = 2, showsPlus: Bool = false) {
        self.dollars = dollars
        self.percentPlaces = percentPlaces
        self.ratioPlaces = ratioPlaces
        self.showsPlus = showsPlus
    }

    /// A fact's value as people read it: `-$309.90`, `27.5%`, `2026-11-20`.
    public func text(_ fact: Fact) -> String {
        text(fact.value, unit: fact.unit)
    }

    /// A value in a unit as people read it.
    public func text(_ value: Fact.Value, unit: Fact.Unit) -> String {
        switch value {
        case .decimal(let decimal): return text(decimal, unit: unit)
        case .number(let number): return Decimal(shortest: number).map { text($0, unit: unit) } ?? Self.missing
        case .date(let date): return date.description
        case .text(let text): return text
        }
    }

    /// An exact amount in a unit as people read it. Per-share prices have two to four places, shares and
    /// contracts as many as they need up to eight; days and counts none.
    public func text(_ amount: Decimal, unit: Fact.Unit) -> String {
        guard amount.isFinite else { return Self.missing }
        switch unit {
        case .dollars: return money(amount, places: dollars == .cents ? 2...2 : 0...0)
        case .dollarsPerShare: return money(amount, places: 2...4)
        case .fraction: return signed(amount * 100, places: exactly(percentPlaces)) { $0 + "%" }
        case .ratio: return signed(amount, places: exactly(ratioPlaces)) { $0 }
        case .shares, .contracts: return signed(amount, places: 0...8) { $0 }
        case .days, .count: return signed(amount, places: 0...0) { $0 }
        case .date, .text: return signed(amount, places: 0...12) { $0 }
        }
    }

    private func exactly(_ places: Int) -> ClosedRange<Int> {
        max(0, places)...max(0, places)
    }

    private func money(_ amount: Decimal, places: ClosedRange<Int>) -> String {
        signed(amount, places: places) { "$" + $0 }
    }

    /// Sign, then the magnitude as `decorated` writes it. What rounds to zero has no sign.
    private func signed(_ amount: Decimal, places: ClosedRange<Int>, decorated: (String) -> String) -> String {
        let rounded = amount.rounded(toPlaces: places.upperBound)
        let sign = rounded < 0 ? "-" : rounded > 0 && showsPlus ? "+" : ""
        return sign + decorated(Self.digits(of: rounded.magnitude, atLeast: places.lowerBound))
    }

    /// A magnitude with thousands separators and at least so many places.
    static func digits(of magnitude: Decimal, atLeast places: Int) -> String {
        let parts = magnitude.description.split(separator: ".", maxSplits: 1)
        let whole = Array((parts.first ?? "0").utf8)
        var grouped: [UInt8] = []
        for (offset, digit) in whole.enumerated() {
            if offset > 0, (whole.count - offset) % 3 == 0 { grouped.append(UInt8(ascii: ",")) }
            grouped.append(digit)
        }
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        let padded = fraction + String(repeating: "0", count: max(0, places - fraction.count))
        let text = String(decoding: grouped, as: UTF8.self)
        return padded.isEmpty ? text : text + "." + padded
    }
}
