public import Foundation

/// The 21-character symbol of the Options Clearing Corporation (Options Symbology Initiative, 2010):
/// root padded to 6, expiration as `YYMMDD`, `C` or `P`, and the strike in thousandths of a dollar as 8 digits.
extension OptionContract {
    /// The highest strike the symbol can hold, in dollars.
    public static let highestStrike = Decimal(99_999_999) / 1_000

    /// The symbol without the padding, `AAPL270115P00170000`: the key under which quotes and positions are kept.
    public var symbol: String {
        root + symbolTail
    }

    /// The symbol with the root padded to six characters, `AAPL  270115P00170000`.
    public var paddedSymbol: String {
        root + String(repeating: " ", count: max(0, 6 - root.utf8.count)) + symbolTail
    }

    /// A contract from its OCC symbol, padded or not, in upper or lower case; nil where the text is no such symbol,
    /// the date does not exist or the strike is zero. Years are 2000 to 2099.
    ///
    /// - Parameter multiplier: Shares per contract, which the symbol does not say.
    public init?(symbol: some StringProtocol, multiplier: Int = 100) {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") }
        var upper = symbol.utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 32 : $0 }
        upper.removeFirst(upper.prefix(while: isSpace).count)
        while upper.last.map(isSpace) == true { upper.removeLast() }
        guard (16...21).contains(upper.count), multiplier > 0 else { return nil }
        let tail = Array(upper.suffix(15))
        // Spaces may only fill the gap between the root and the date.
        var rootBytes = upper.dropLast(15)
        while rootBytes.last == UInt8(ascii: " ") { rootBytes = rootBytes.dropLast() }
        let isLetter = { (byte: UInt8) in byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
        let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        guard let first = rootBytes.first, isLetter(first), rootBytes.allSatisfy({ isLetter($0) || isDigit($0) }),
            tail[0..<6].allSatisfy(isDigit), tail[7..<15].allSatisfy(isDigit)
        else { return nil }
        let right: Right
        switch tail[6] {
        case UInt8(ascii: "C"): right = .call
        case UInt8(ascii: "P"): right = .put
        default: return nil
        }
        func number(_ range: Range<Int>) -> Int {
            tail[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        let thousandths = number(7..<15)
        guard thousandths > 0,
            let expiration = TradingDate(year: 2000 + number(0..<2), month: number(2..<4), day: number(4..<6))
        else { return nil }
        self.init(
            root: String(decoding: rootBytes, as: UTF8.self),
            expiration: expiration,
            right: right,
            strike: thousandths % 1_000 == 0 ? Decimal(thousandths / 1_000) : Decimal(thousandths) / 1_000,
            multiplier: multiplier
        )
    }

    private var symbolTail: String {
        let (year, month, day) = expiration.civil
        return OptionContract.digits(year % 100, 2) + OptionContract.digits(month, 2) + OptionContract.digits(day, 2)
            + (right == .call ? "C" : "P") + OptionContract.digits(strikeInThousandths, 8)
    }

    private var strikeInThousandths: Int {
        var thousandths = strike * 1_000
        var rounded = Decimal()
        NSDecimalRound(&rounded, &thousandths, 0, .plain)
        return (rounded as NSDecimalNumber).intValue
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
