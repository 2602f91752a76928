public import Foundation

/// How an option ends, as far as its root tells.
extension OptionContract {
    /// Options on indices pay cash and, but for the S&P 100, can be exercised on their last day only; options on shares
    /// and funds deliver and can be exercised on any day.
    public var style: OptionTerms.Style {
        isOnIndex && root != "OEX" ? .european : .american
    }

    /// Whether the underlying is an index rather than a share or a fund.
    public var isOnIndex: Bool {
        Self.indices.contains(underlying)
    }

    /// The moment that decides: 16:00 in New York on the expiration date, or 09:30 for index options settled at the open.
    public var settlement: Date {
        Self.settledAtTheOpen.contains(root)
            ? expiration.newYorkInstant(hour: 9, minute: 30) : expiration.newYorkInstant(hour: 16)
    }

    /// Indices whose uncovered options need the lower fraction of the margin rules.
    var marginRules: MarginRules {
        isOnIndex ? .broadIndex : .equity
    }

    private static let indices: Set<String> = [
        "SPX", "XSP", "NDX", "XND", "RUT", "MRUT", "DJX", "OEX", "XEO", "VIX",
    ]
    private static let settledAtTheOpen: Set<String> = ["SPX", "NDX", "RUT", "DJX", "VIX", "VIXW"]
}
