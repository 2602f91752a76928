import ArgumentParser

extension [String] {
    /// Refuses arguments that cannot be tickers, such as an empty one from a variable that was not set.
    ///
    /// - Throws: `ValidationError` with the first of them.
    func checkTickers() throws {
        for symbol in self {
            let isTicker =
                (1...16).contains(symbol.count)
                && symbol.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-/^".contains($0)) }
            guard isTicker else {
                throw ValidationError("\"\(symbol.prefix(40))\" is no ticker such as AAPL or BRK.B")
            }
        }
    }
}
