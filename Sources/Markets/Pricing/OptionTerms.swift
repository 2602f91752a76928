/// What a pricing model needs to know about an option, apart from the volatility.
public struct OptionTerms: Sendable, Hashable {
    /// When the holder may exercise.
    public enum Style: String, Sendable, Hashable, CaseIterable {
        /// On the expiration date only.
        case european
        /// On any day up to expiration.
        case american
    }

    /// A cash dividend on one share of the underlying.
    public struct CashDividend: Sendable, Hashable {
        /// Years from now to the ex-date (calendar days / 365).
        public var years: Double
        /// Cash per share.
        public var amount: Double

        /// Creates a dividend of `amount` per share that goes ex in `years`.
        public init(years: Double, amount: Double) {
            self.years = years
            self.amount = amount
        }
    }

    /// When the holder may exercise.
    public let style: Style
    /// Call or put.
    public let right: OptionContract.Right
    /// Price of one share of the underlying.
    public let spot: Double
    /// Exercise price per share.
    public let strike: Double
    /// Continuously compounded interest rate per year; 0.045 is 4.5 %.
    public let rate: Double
    /// Continuous dividend yield per year; 0 when cash dividends are given.
    public let dividendYield: Double
    /// Cash dividends that go ex after now and before expiration, earliest first: the spot falls by the amount at each
    /// ex-date and is lognormal in between (the "spot model", as against an escrowed dividend).
    public let dividends: [CashDividend]
    /// Years to expiration, 0 when expired: seconds left / (365 × 86 400).
    public let years: Double

    /// Creates terms, dropping dividends outside the option's life and treating negative `years` as 0.
    ///
    /// - Throws: ``PricingError/notFinite(_:)`` for a NaN or an infinity; ``PricingError/outOfRange(_:value:)`` for a
    ///   negative price or dividend, a price above 10¹², more than 200 years, or a rate or yield beyond ±10 (1000 %) or
    ///   compounding beyond e^±50.
    public init(
        style: Style,
        right: OptionContract.Right,
        spot: Double,
        strike: Double,
        rate: Double,
        dividendYield: Double = 0,
        dividends: [CashDividend] = [],
        years: Double
    ) throws(PricingError) {
        try Self.check("spot price", spot, 0...1e12)
        try Self.check("strike", strike, 0...1e12)
        try Self.check("interest rate", rate, -10...10)
        try Self.check("dividend yield", dividendYield, -10...10)
        try Self.check("time to expiration in years", years, -1e6...200)
        self.style = style
        self.right = right
        self.spot = spot
        self.strike = strike
        self.rate = rate
        self.dividendYield = dividendYield
        self.years = max(years, 0)
        try Self.check("compounded interest rate", rate * self.years, -50...50)
        try Self.check("compounded dividend yield", dividendYield * self.years, -50...50)
        for dividend in dividends {
            try Self.check("dividend", dividend.amount, 0...1e12)
            try Self.check("time to the ex-date in years", dividend.years, -1e6...1e6)
        }
        self.dividends =
            dividends
            .filter { $0.years > 0 && $0.years < years && $0.amount > 0 }
            .sorted { $0.years < $1.years }
    }

    /// What exercising at once would bring per share: max(S - K, 0) for a call, max(K - S, 0) for a put.
    public var intrinsic: Double { payoff(at: spot) }

    /// What exercising at a price of the underlying would bring per share.
    public func payoff(at price: Double) -> Double {
        max(right == .call ? price - strike : strike - price, 0)
    }

    /// +1 for a call, -1 for a put.
    var sign: Double { right == .call ? 1 : -1 }

    /// The same terms at another spot or rate; for shifts small enough to keep them valid.
    func with(spot: Double? = nil, rate: Double? = nil) -> OptionTerms {
        OptionTerms(
            copying: self,
            spot: spot ?? self.spot,
            strike: strike,
            rate: rate ?? self.rate,
            dividends: dividends,
            years: years
        )
    }

    /// What they are `elapsed` years later at a spot, without cash dividends.
    func after(_ elapsed: Double, spot: Double) -> OptionTerms {
        OptionTerms(
            copying: self,
            spot: spot,
            strike: strike,
            rate: rate,
            dividends: [],
            years: max(years - elapsed, 0)
        )
    }

    /// What remains when spot and strike do not matter: both are 1.
    var atTheMoney: OptionTerms {
        OptionTerms(copying: self, spot: 1, strike: 1, rate: rate, dividends: dividends, years: years)
    }

    /// The same terms as they stand `elapsed` years later, without cash dividends.
    func withoutDividends(from elapsed: Double) -> OptionTerms {
        OptionTerms(
            copying: self,
            spot: spot,
            strike: strike,
            rate: rate,
            dividends: [],
            years: max(years - elapsed, 0)
        )
    }

    private init(
        copying other: OptionTerms,
        spot: Double,
        strike: Double,
        rate: Double,
        dividends: [CashDividend],
        years: Double
    ) {
        style = other.style
        right = other.right
        self.spot = spot
        self.strike = strike
        self.rate = rate
        dividendYield = other.dividendYield
        self.dividends = dividends
        self.years = years
    }

    private static func check(
        _ name: String,
        _ value: Double,
        _ range: ClosedRange<Double>
    ) throws(PricingError) {
        guard value.isFinite else { throw .notFinite(name) }
        guard range.contains(value) else { throw .outOfRange(name, value: value) }
    }
}
