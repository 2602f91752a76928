public import Foundation
public import Markets

/// The formats of answers, by what is written.
extension FigureFormat {
    /// An amount of money to the cent: `-$309.90`.
    public static func dollars(_ amount: Decimal) -> String {
        FigureFormat().text(amount, unit: .dollars)
    }

    /// A computed amount of money to the cent.
    public static func dollars(_ amount: Double) -> String {
        FigureFormat().text(.number(amount), unit: .dollars)
    }

    /// A price per share, two to four places: `$170.00`.
    public static func price(_ amount: Decimal) -> String {
        FigureFormat().text(amount, unit: .dollarsPerShare)
    }

    /// A part of one in percent: 0.275 is `27.5%`.
    public static func percent(_ fraction: Double, decimals: Int) -> String {
        FigureFormat(percentPlaces: decimals).text(.number(fraction), unit: .fraction)
    }

    /// A pure number.
    public static func number(_ number: Double, decimals: Int) -> String {
        FigureFormat(ratioPlaces: decimals).text(.number(number), unit: .ratio)
    }

    /// A quantity, as many places as it needs.
    public static func count(_ quantity: Decimal) -> String {
        FigureFormat().text(quantity, unit: .shares)
    }

    /// A date: `2026-11-20`.
    public static func date(_ date: TradingDate) -> String {
        date.description
    }

    /// An instant on New York's clocks: `2026-11-18 15:45 ET`.
    public static func time(_ instant: Date) -> String {
        NewYorkTime.description(of: instant)
    }
}
