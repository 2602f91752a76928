/// What an expression of a scan can ask about an underlying.
public enum ScanField: String, Sendable, Hashable, Codable, CaseIterable {
    case symbol
    case sector
    case regime
    case price
    case change
    case volume
    case averageVolume = "average_volume"
    case marketCap = "market_cap"
    case beta
    case iv
    case ivRank = "iv_rank"
    case ivPercentile = "iv_percentile"
    case hv20
    case hv30
    case ivHV = "iv_hv"
    case expectedMove = "expected_move"
    case sma50
    case sma200
    case adx
    case atr
    case return5 = "return_5d"
    case return21 = "return_21d"
    case return63 = "return_63d"
    case return252 = "return_252d"
    case high52 = "high_52w"
    case low52 = "low_52w"
    case fromHigh = "from_high"
    case fromLow = "from_low"
    case earningsDays = "earnings_days"
    case exDividendDays = "ex_dividend_days"
    case optionVolume = "option_volume"
    case optionInterest = "open_interest"
    case putCallRatio = "put_call_ratio"
    case shares
    case weight

    /// What the numbers of a field mean, which decides what a percent sign does.
    public enum Unit: String, Sendable, Hashable, Codable, CaseIterable {
        /// A word.
        case text
        /// 0.25 is 25 %; written `25%` or `0.25`.
        case fraction
        /// 0 to 100; written `25` or `25%`.
        case points
        /// Dollars.
        case dollars
        /// Shares, contracts or days.
        case count
        /// A plain number.
        case ratio
    }

    /// What the field's values mean.
    public var unit: Unit {
        switch self {
        case .symbol, .sector, .regime: .text
        case .change, .iv, .hv20, .hv30, .expectedMove, .return5, .return21, .return63, .return252, .fromHigh, .fromLow,
            .weight:
            .fraction
        case .ivRank, .ivPercentile, .adx: .points
        case .price, .marketCap, .sma50, .sma200, .atr, .high52, .low52: .dollars
        case .volume, .averageVolume, .earningsDays, .exDividendDays, .optionVolume, .optionInterest, .shares: .count
        case .beta, .ivHV, .putCallRatio: .ratio
        }
    }

    /// What the field is, in a line.
    public var meaning: String {
        switch self {
        case .symbol: "the ticker"
        case .sector: "the sector, as far as known"
        case .regime: "BULL, SIDEWAYS or BEAR"
        case .price: "price per share"
        case .change: "change since the previous close"
        case .volume: "shares traded on the latest day"
        case .averageVolume: "average shares traded a day over 20 sessions"
        case .marketCap: "market capitalisation"
        case .beta: "beta to the index over 252 sessions"
        case .iv: "30-day implied volatility at the forward"
        case .ivRank: "IV rank over 252 sessions"
        case .ivPercentile: "IV percentile over 252 sessions"
        case .hv20: "historical volatility of 20 sessions"
        case .hv30: "historical volatility of 30 sessions"
        case .ivHV: "iv / hv30"
        case .expectedMove: "one standard deviation over 30 days: iv x sqrt(30 / 365)"
        case .sma50: "average close of 50 sessions"
        case .sma200: "average close of 200 sessions"
        case .adx: "Wilder's average directional index of 14 sessions"
        case .atr: "Wilder's average true range of 14 sessions"
        case .return5: "return of 5 sessions"
        case .return21: "return of 21 sessions"
        case .return63: "return of 63 sessions"
        case .return252: "return of 252 sessions"
        case .high52: "highest price of 252 sessions"
        case .low52: "lowest price of 252 sessions"
        case .fromHigh: "price over high_52w, less 1: 0 or negative"
        case .fromLow: "price over low_52w, less 1: 0 or positive"
        case .earningsDays: "calendar days to the next earnings report"
        case .exDividendDays: "calendar days to the next ex-date"
        case .optionVolume: "option contracts traded today"
        case .optionInterest: "option contracts outstanding"
        case .putCallRatio: "puts over calls by contracts traded today"
        case .shares: "shares held"
        case .weight: "share of the account's exposures"
        }
    }

    /// Other ways to write a name.
    static let aliases: [String: ScanField] = [
        "ticker": .symbol, "spot": .price, "last": .price, "ivr": .ivRank, "iv_percent": .ivPercentile,
        "ivp": .ivPercentile, "iv30": .iv, "implied_volatility": .iv, "historical_volatility": .hv30, "hv": .hv30,
        "trend": .regime, "avg_volume": .averageVolume, "days_to_earnings": .earningsDays,
        "dividend_days": .exDividendDays, "oi": .optionInterest, "pcr": .putCallRatio, "vol": .volume,
        "return_1m": .return21, "return_3m": .return63, "return_1y": .return252,
    ]

    /// The field of a name or of one of its other spellings, in any case.
    public init?(named name: String) {
        let lower = name.lowercased()
        guard let field = ScanField(rawValue: lower) ?? Self.aliases[lower] else { return nil }
        self = field
    }

    /// The name closest to a misspelt one; nil when none is close.
    static func suggestion(for name: String) -> String? {
        let lower = Array(name.lowercased().utf8.prefix(32))
        let names = allCases.map(\.rawValue) + aliases.keys.sorted()
        let best = names.map { (name: $0, distance: distance(lower, Array($0.utf8))) }.min { $0.distance < $1.distance }
        guard let best, best.distance <= max(1, lower.count / 3 + 1), best.distance < lower.count else { return nil }
        return best.name
    }

    /// Insertions, deletions, replacements and neighbours exchanged.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var older: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var least = min(previous[column + 1] + 1, current[column] + 1)
                least = min(least, previous[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, older[column - 1] + 1)
                }
                current.append(least)
            }
            (older, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
