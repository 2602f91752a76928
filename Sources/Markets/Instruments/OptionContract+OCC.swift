import Foundation

/// The 21-character symbol of the Options Clearing Corporation (Options Symbology Initiative, 2010):
/// root padded to 6, expiration as `YYMMDD`, `C` or `P`, and the strike in thousandths of a dollar as 8 digits.
extension OptionContract {
    /// The symbol without the padding, `AAPL270115P00170000`: the key under which quotes and positions are kept.
    public var symbol: String {
        let (year, month, day) = expiration.civil
        return root + OptionContract.digits(year % 100, 2) + OptionContract.digits(month, 2)
            + OptionContract.digits(day, 2) + (right == .call ? "C" : "P")
            + OptionContract.digits(strikeInThousandths, 8)
    }

    /// The symbol with the root padded to six characters, `AAPL  270115P00170000`.
    public var paddedSymbol: String {
        root + String(repeating: " ", count: max(0, 6 - root.count)) + String(symbol.dropFirst(root.count))
    }

    /// A contract from its OCC symbol, padded or not, in upper or lower case; nil where the text is no such symbol,
    /// the date does not exist or the strike is zero. Years are 2000 to 2099.
    ///
    /// - Parameter multiplier: Shares per contract, which the symbol does not say.
    public init?(symbol: some StringProtocol, multiplier: Int = 100) {
        let bytes = symbol.uppercased().utf8.filter { $0 != UInt8(ascii: " ") }
        guard (16...21).contains(bytes.count), multiplier > 0 else { return nil }
        let tail = bytes.suffix(15)
        let rootBytes = bytes.dropLast(15)
        let isLetter = { (byte: UInt8) in byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") }
        let isDigit = { (byte: UInt8) in byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
        guard let first = rootBytes.first, isLetter(first), rootBytes.allSatisfy({ isLetter($0) || isDigit($0) }),
            tail.prefix(6).allSatisfy(isDigit), tail.suffix(8).allSatisfy(isDigit)
        else { return nil }
        let right: Right
        switch tail[tail.startIndex + 6] {
        case UInt8(ascii: "C"): right = .call
        case UInt8(ascii: "P"): right = .put
        default: return nil
        }
        func number(_ slice: ArraySlice<UInt8>) -> Int {
            slice.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        let start = tail.startIndex
        let thousandths = number(tail.suffix(8))
        guard thousandths > 0,
            let expiration = TradingDate(
                year: 2000 + number(tail[start..<start + 2]),
                month: number(tail[start + 2..<start + 4]),
                day: number(tail[start + 4..<start + 6])
            )
        else { return nil }
        self.init(
            root: String(decoding: rootBytes, as: UTF8.self),
            expiration: expiration,
            right: right,
            strike: Decimal(thousandths) / 1_000,
            multiplier: multiplier
        )
    }

    private var strikeInThousandths: Int {
        var thousandths = strike * 1_000
        var rounded = Decimal()
        NSDecimalRound(&rounded, &thousandths, 0, .plain)
        return Int(rounded.description) ?? 0
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
