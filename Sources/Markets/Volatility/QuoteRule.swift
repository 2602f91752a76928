/// When a quote is good enough to take its middle for the price.
enum QuoteRule {
    /// The mid where 0 < bid <= ask and the spread is at most 0.10 or 25 % of the mid; else nil.
    static func mid(bid: Double?, ask: Double?) -> Double? {
        guard let bid, let ask, bid > 0, bid <= ask, ask.isFinite else { return nil }
        let mid = 0.5 * (bid + ask)
        // Differences of whole cents are not quite whole cents.
        return ask - bid <= max(0.10, 0.25 * mid) + 1e-9 ? mid : nil
    }
}
