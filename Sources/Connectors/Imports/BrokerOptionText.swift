import Foundation
import Markets

/// Options as brokers other than Robinhood and tastytrade write them.
enum BrokerOptionText {
    /// Schwab: `NVDA 01/15/2027 170.00 P`; nil for anything else.
    static func schwab(_ text: ArraySlice<UInt8>) -> OptionContract? {
        let words = words(text)
        guard words.count == 4, let expiration = ImportDates.date(words[1]) else { return nil }
        return contract(root: words[0], expiration, right: words[3], strike: words[2])
    }

    /// Fidelity: `-NVDA270115P170`, with a space, a hyphen or both before it; nil for anything else.
    static func fidelity(_ text: ArraySlice<UInt8>) -> OptionContract? {
        let bytes = text.drop { $0 == 0x20 || $0 == UInt8(ascii: "-") }
        // The root ends before six digits and a letter; a root may end in a digit itself (`AAPL1`).
        for length in 1...6 where bytes.count > length + 7 {
            let root = bytes.prefix(length)
            let date = bytes.dropFirst(length).prefix(6)
            let tail = bytes.dropFirst(length + 6)
            guard date.allSatisfy(isDigit), let letter = tail.first, isRight(letter), !root.isEmpty else { continue }
            guard let expiration = compactDate(date) else { continue }
            return contract(root: root, expiration, right: tail.prefix(1), strike: tail.dropFirst())
        }
        return nil
    }

    /// Interactive Brokers: `NVDA 15JAN27 170 P`; nil for anything else.
    static func interactiveBrokers(_ text: ArraySlice<UInt8>) -> OptionContract? {
        let words = words(text)
        guard words.count == 4, let expiration = monthDate(words[1]) else { return nil }
        return contract(root: words[0], expiration, right: words[3], strike: words[2])
    }

    private static func words(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        text.split { $0 == 0x20 || (9...13).contains($0) }
    }

    private static func contract(
        root: ArraySlice<UInt8>,
        _ expiration: TradingDate,
        right: ArraySlice<UInt8>,
        strike: ArraySlice<UInt8>
    ) -> OptionContract? {
        guard let ticker = Ticker.normalised(root), let strike = ExactNumber(strike), !strike.isNegative,
            strike.significand > 0, strike.fractionDigits <= 3, strike.decimal <= OptionContract.highestStrike
        else { return nil }
        // Roots have no point: `BRK.B` becomes `BRKB`.
        let root = ticker.filter { $0 != "." }
        guard root.utf8.count <= 6, !root.contains("-") else { return nil }
        let side: OptionContract.Right
        switch right.first.map({ $0 | 0x20 }) {
        case UInt8(ascii: "c") where right.count == 1: side = .call
        case UInt8(ascii: "p") where right.count == 1: side = .put
        default: return nil
        }
        return OptionContract(root: root, expiration: expiration, right: side, strike: strike.decimal)
    }

    /// `270115`.
    private static func compactDate(_ digits: ArraySlice<UInt8>) -> TradingDate? {
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return TradingDate(year: 2000 + value / 10_000, month: value / 100 % 100, day: value % 100)
    }

    /// `15JAN27`.
    private static func monthDate(_ text: ArraySlice<UInt8>) -> TradingDate? {
        guard text.count == 7, text.prefix(2).allSatisfy(isDigit), text.suffix(2).allSatisfy(isDigit) else {
            return nil
        }
        let name = String(decoding: text.dropFirst(2).prefix(3), as: UTF8.self)
        guard let month = ImportDates.month(named: name),
            let day = Int(String(decoding: text.prefix(2), as: UTF8.self)),
            let year = Int(String(decoding: text.suffix(2), as: UTF8.self))
        else { return nil }
        return TradingDate(year: 2000 + year, month: month, day: day)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isRight(_ byte: UInt8) -> Bool {
        byte | 0x20 == UInt8(ascii: "c") || byte | 0x20 == UInt8(ascii: "p")
    }
}
