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

    /// The moment that decides: the close of the session of the expiration date in New York, or its open for index
    /// options settled then. Where the exchanges are closed on that date (a holiday, or the Saturday that monthly options
    /// were dated with until 2015), the session before it counts.
    public var settlement: Date {
        let session = TradingSession(date: MarketCalendar.session(onOrBefore: expiration))
        return Self.settledAtTheOpen.contains(root) ? session.open : session.close
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
