public import Foundation

/// An underlying with everything a scan looks at. What is not known stays nil and is counted as unknown, never as 0.
public struct ScanUnderlying: Sendable {
    /// Its listed options; their quotes belong to the time of the scan.
    public var chain: OptionChain
    /// Price per share in dollars; the chain's own when nil.
    public var spot: Decimal?
    /// Dividends known, in any order; empty means that none are known.
    public var dividends: [Dividend]
    /// Days on which earnings are reported; nil when that is not known, empty when none lies ahead.
    public var earnings: [TradingDate]?
    /// IV rank and what it was computed from.
    public var volatilityRank: VolatilityRank?
    /// Historical volatility over 30 days per year.
    public var historicalVolatility: Double?
    /// The latest state of the market's regime.
    public var regime: MarketRegime.State?
    /// Shares held that no call is written on.
    public var freeShares: Decimal
    /// Average price paid for the shares, first in, first out, in dollars per share.
    public var shareBasis: Decimal?
    /// The share's basis with all premiums of its wheel counted, in dollars per share.
    public var wheelBasis: Decimal?
    /// Why there is no ``wheelBasis``; nil where that is not known either.
    public var wheelGap: String?

    /// An underlying; everything but the chain may be missing.
    public init(
        chain: OptionChain,
        spot: Decimal? = nil,
        dividends: [Dividend] = [],
        earnings: [TradingDate]? = nil,
        volatilityRank: VolatilityRank? = nil,
        historicalVolatility: Double? = nil,
        regime: MarketRegime.State? = nil,
        freeShares: Decimal = 0,
        shareBasis: Decimal? = nil,
        wheelBasis: Decimal? = nil,
        wheelGap: String? = nil
    ) {
        self.chain = chain
        self.spot = spot
        self.dividends = dividends
        self.earnings = earnings
        self.volatilityRank = volatilityRank
        self.historicalVolatility = historicalVolatility
        self.regime = regime
        self.freeShares = freeShares
        self.shareBasis = shareBasis
        self.wheelBasis = wheelBasis
        self.wheelGap = wheelGap
    }

    /// The ticker.
    public var symbol: String { chain.underlying }
}

/// The account a scan is for.
public struct ScanAccount: Sendable {
    /// Cash that secures nothing yet, in dollars; nil when it is not known.
    public var freeCash: Decimal?
    /// Cash and positions in dollars; nil when it is not known.
    public var netLiquidation: Decimal?
    /// Exposure by underlying in dollars, as ``PortfolioValuation/Exposure`` has it.
    public var exposures: [String: Double]
    /// The sector of each ticker; a ticker that is not in it has an unknown sector.
    public var sectors: [String: String]
    /// The largest share of the account an underlying may have after the trade; nil for no limit.
    public var maximumNameWeight: Double?
    /// The largest share of the account a sector may have after the trade; nil for no limit.
    public var maximumSectorWeight: Double?
    /// The largest concentration index of the exposures after the trade; nil for no limit.
    public var maximumConcentrationIndex: Double?

    /// An account; the limits are a proposal: a quarter for a name, none for sectors and the index.
    public init(
        freeCash: Decimal? = nil,
        netLiquidation: Decimal? = nil,
        exposures: [String: Double] = [:],
        sectors: [String: String] = [:],
        maximumNameWeight: Double? = 0.25,
        maximumSectorWeight: Double? = nil,
        maximumConcentrationIndex: Double? = nil
    ) {
        self.freeCash = freeCash
        self.netLiquidation = netLiquidation
        self.exposures = exposures.filter { $0.value.isFinite }
        self.sectors = sectors
        self.maximumNameWeight = maximumNameWeight
        self.maximumSectorWeight = maximumSectorWeight
        self.maximumConcentrationIndex = maximumConcentrationIndex
    }
}
