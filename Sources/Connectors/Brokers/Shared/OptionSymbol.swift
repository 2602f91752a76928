import Markets

/// Symbols of options, and those of share classes as services write them.
enum OptionSymbol {
    /// Whether `symbol` is an OCC symbol, padded or not.
    static func isOne(_ symbol: String) -> Bool { OptionContract(symbol: symbol) != nil }

    /// The symbol without padding; nil where it is no OCC symbol.
    static func unpadded(_ symbol: String) -> String? { OptionContract(symbol: symbol)?.symbol }

    /// `BRK.B` as a service writes it: `BRK/B`, `BRK-B`.
    static func ticker(_ symbol: String, separator: String) -> String {
        symbol.replacing(".", with: separator)
    }

    /// `BRK.B` from what a service writes: `BRK/B`, `BRK-B`.
    static func ticker(_ symbol: String, from separator: String) -> String {
        symbol.replacing(separator, with: ".")
    }
}
