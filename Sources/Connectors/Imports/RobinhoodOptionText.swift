import Foundation
import Markets

/// An option as Robinhood describes it: `AAPL 6/20/2026 Call $200.00`, on expirations behind `Option Expiration for`.
enum RobinhoodOptionText {
    /// The contract a description names; nil where it names none.
    static func contract(_ description: ArraySlice<UInt8>) -> OptionContract? {
        var words = description.split { $0 == 0x20 || (9...13).contains($0) }
        if words.count == 7, words[0].elementsEqual("Option".utf8), words[2].elementsEqual("for".utf8) {
            words.removeFirst(3)
        }
        guard words.count == 4, let root = root(words[0]), let expiration = ImportDates.date(words[1]),
            let right = right(words[2]), words[3].first == UInt8(ascii: "$"), let strike = ExactNumber(words[3]),
            !strike.isNegative, strike.significand > 0, strike.fractionDigits <= 3,
            strike.decimal <= OptionContract.highestStrike
        else { return nil }
        return OptionContract(root: root, expiration: expiration, right: right, strike: strike.decimal)
    }

    /// Roots have no point: `BRK.B` becomes `BRKB`.
    private static func root(_ word: ArraySlice<UInt8>) -> String? {
        guard let ticker = Ticker.normalised(word) else { return nil }
        let root = ticker.utf8.contains(UInt8(ascii: ".")) ? ticker.filter { $0 != "." } : ticker
        return root.utf8.count <= 6 && !root.utf8.contains(UInt8(ascii: "-")) ? root : nil
    }

    private static func right(_ word: ArraySlice<UInt8>) -> OptionContract.Right? {
        if word.elementsEqual("Call".utf8) { return .call }
        return word.elementsEqual("Put".utf8) ? .put : nil
    }
}
