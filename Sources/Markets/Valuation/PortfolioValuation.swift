public import Foundation

/// A whole portfolio at market prices: what it is worth, what moves it, and what its short options could demand.
public struct PortfolioValuation: Sendable {
    /// How much rests on one underlying.
    public struct Exposure: Hashable, Sendable {
        /// Ticker.
        public let symbol: String
        /// The larger of the absolute dollar delta and the cash needed if all short puts were assigned.
        public let dollars: Double
        /// The share of the sum of all exposures.
        public let weight: Double
    }

    /// The buying power that one underlying's options use.
    public struct UnderlyingBuyingPower: Hashable, Sendable {
        /// Ticker.
        public let symbol: String
        /// The matched strategies and their requirements.
        public let estimate: BuyingPower
    }

    /// Every position, in the portfolio's order.
    public let positions: [PositionValuation]
    /// Cash and the market values of the priced positions; nil when cash is unknown.
    public let netLiquidation: Decimal?
    /// The sum of the market values of the priced positions.
    public let positionsValue: Decimal
    /// The sum of the unrealised gains that are known.
    public let unrealised: Decimal
    /// Today's gain of the positions for which it is known; nil when it is for none.
    public let dayChange: Decimal?
    /// Sums of the sensitivities over the positions that have them.
    public let greeks: PortfolioGreeks
    /// Underlyings by exposure, the largest first; those of no known exposure are left out.
    public let exposures: [Exposure]
    /// How much rests on few underlyings; nil without any exposure.
    public let concentration: Concentration?
    /// Estimates by underlying, for those with options, in order of ticker.
    public let buyingPower: [UnderlyingBuyingPower]
    /// Underlyings whose requirement cannot be estimated because their price is not known.
    public let buyingPowerUnknown: [String]
    /// Cash less what the short options require; the premiums received are in the cash already. nil when cash or a
    /// requirement is unknown. An estimate: the broker's rules win.
    public let freeCash: Decimal?
    /// Dollars it takes if every short put is assigned.
    public let cashIfAssigned: Decimal
    /// Shares delivered if every short call is assigned, by ticker.
    public let sharesCalledBySymbol: [String: Decimal]

    /// Positions without a price.
    public var unpriced: [PositionValuation] { positions.filter { $0.mark == nil } }
    /// Positions without sensitivities, which the sums therefore miss; expired ones are not counted.
    public var uncovered: [PositionValuation] { positions.filter { $0.exposure == nil && !$0.isExpired } }
    /// Share-equivalent delta by underlying.
    public var deltaSharesBySymbol: [String: Double] { greeks.deltaSharesBySymbol }
    /// Dollars of underlyings that move like the portfolio.
    public var dollarDelta: Double { greeks.dollarDelta }
    /// Change of ``dollarDelta`` when every underlying moves 1 %.
    public var gammaDollarsPerPercent: Double { greeks.gammaDollarsPerPercent }
    /// Dollars per calendar day.
    public var thetaPerDay: Double { greeks.thetaPerDay }
    /// Dollars per volatility point.
    public var vegaPerPoint: Double { greeks.vegaPerPoint }
    /// Dollars per percentage point of the interest rate.
    public var rhoPerPoint: Double { greeks.rhoPerPoint }
    /// What the short options require in all, in dollars, where it can be estimated.
    public var requirement: Double { buyingPower.reduce(0) { $0 + $1.estimate.requirement } }

    /// Values a portfolio on all cores: about 15 microseconds per American option, a millisecond where a cash dividend goes ex
    /// in its life. The values do not depend on the number of cores.
    public init(_ portfolio: Portfolio, market: MarketSnapshot, settings: ValuationSettings = ValuationSettings()) {
        let neighbours = NeighbourQuotes(beside: portfolio.positions, market: market)
        let positions = portfolio.positions.concurrentMap(share: 8) {
            PositionValuation($0, market: market, pricer: settings.pricer, beside: neighbours)
        }
        self.positions = positions
        positionsValue = positions.compactMap(\.marketValue).reduce(0, +)
        unrealised = positions.compactMap(\.unrealised).reduce(0, +)
        netLiquidation = portfolio.cash.amount.map { [positionsValue] in $0 + positionsValue }
        let changes = positions.compactMap(\.dayChange)
        dayChange = changes.isEmpty ? nil : changes.reduce(0, +)

        let alive = positions.filter { !$0.isExpired }
        var greeks = PortfolioGreeks()
        for position in alive {
            greeks.add(position.exposure, symbol: position.position.instrument.underlying)
        }
        self.greeks = greeks

        let obligations = Obligations(alive)
        cashIfAssigned = obligations.cashBySymbol.values.reduce(0, +)
        sharesCalledBySymbol = obligations.sharesBySymbol
        (exposures, concentration) = Self.exposures(greeks, obligations)

        let needs = Self.buyingPower(alive, settings)
        buyingPower = needs.known
        buyingPowerUnknown = needs.unknown
        let requirement = needs.known.reduce(0) { $0 + $1.estimate.requirement }
        freeCash = needs.unknown.isEmpty ? portfolio.cash.amount.map { $0 - Self.cents(requirement) } : nil
    }

    /// What the holders of the options written could demand, by underlying.
    private struct Obligations {
        var cashBySymbol: [String: Decimal] = [:]
        var sharesBySymbol: [String: Decimal] = [:]

        init(_ positions: [PositionValuation]) {
            for valuation in positions {
                guard let contract = valuation.position.instrument.contract, valuation.position.quantity < 0 else {
                    continue
                }
                let contracts = -valuation.position.quantity
                switch contract.right {
                case .put:
                    let units = contracts * Decimal(contract.multiplier)
                    cashBySymbol[contract.underlying, default: 0] += units * contract.strike
                case .call: sharesBySymbol[contract.underlying, default: 0] += contracts * contract.deliveredShares
                }
            }
        }
    }

    private static func exposures(
        _ greeks: PortfolioGreeks,
        _ obligations: Obligations
    ) -> ([Exposure], Concentration?) {
        let symbols = Set(greeks.dollarDeltaBySymbol.keys).union(obligations.cashBySymbol.keys)
        let sizes = symbols.map { symbol in
            let worst = obligations.cashBySymbol[symbol]?.double ?? 0
            return (symbol: symbol, dollars: max(abs(greeks.dollarDeltaBySymbol[symbol] ?? 0), worst))
        }
        .filter { $0.dollars > 0 }
        .sorted { ($1.dollars, $0.symbol) < ($0.dollars, $1.symbol) }
        guard let concentration = Concentration(exposures: sizes.map(\.dollars)) else { return ([], nil) }
        let exposures = zip(sizes, concentration.weights).map {
            Exposure(symbol: $0.symbol, dollars: $0.dollars, weight: $1)
        }
        return (exposures, concentration)
    }

    private static func buyingPower(
        _ positions: [PositionValuation],
        _ settings: ValuationSettings
    ) -> (known: [UnderlyingBuyingPower], unknown: [String]) {
        var known: [UnderlyingBuyingPower] = []
        var unknown: [String] = []
        for (symbol, group) in Dictionary(grouping: positions, by: \.position.instrument.underlying)
            .sorted(by: { $0.key < $1.key })
        {
            let options = group.filter { $0.position.instrument.contract != nil }
            guard let contract = options.first?.position.instrument.contract else { continue }
            // The rules are written for shares of one company.
            let isOdd = { (contract: OptionContract?) in contract?.deliverable != nil && contract?.perShare == nil }
            guard !options.contains(where: { isOdd($0.position.instrument.contract) }) else {
                unknown.append(symbol)
                continue
            }
            let shares = group.filter { $0.position.instrument.contract == nil }
                .reduce(Decimal(0)) { $0 + $1.position.quantity }
            let isShortOfPutsOnly = options.allSatisfy {
                $0.position.quantity > 0 || $0.position.instrument.contract?.right == .put
            }
            let spot: Double
            if let mark = options.lazy.compactMap(\.underlyingMark).first {
                spot = mark.price.double
            } else if case .cash = settings.account, isShortOfPutsOnly {
                // Puts secured by their strike need no price of the underlying.
                spot = contract.strike.double
            } else {
                unknown.append(symbol)
                continue
            }
            let rules = settings.leverage[symbol].map(MarginRules.leveraged) ?? contract.marginRules
            let estimate = BuyingPower(
                options.compactMap(Self.leg),
                shares: shares.double,
                spot: spot,
                account: settings.account,
                rules: rules
            )
            known.append(UnderlyingBuyingPower(symbol: symbol, estimate: estimate))
        }
        return (known, unknown)
    }

    private static func leg(_ valuation: PositionValuation) -> MarginLeg? {
        let contracts = valuation.position.quantity.double
        guard let contract = valuation.position.instrument.contract, abs(contracts) < 1e9 else { return nil }
        let price = (valuation.mark?.price ?? valuation.intrinsic ?? 0).double
        let each = contract.perShare ?? (Decimal(contract.multiplier), contract.strike)
        let scale = Double(contract.multiplier) / each.shares.double
        // Without a mark there is nothing to hold the opening price against.
        let opened = valuation.mark == nil ? nil : valuation.position.averagePrice?.double
        return MarginLeg(
            right: contract.right,
            strike: each.strike.double,
            expirationDay: contract.expiration.daysSinceEpoch,
            contracts: Int(contracts),
            multiplier: each.shares.double,
            price: price * scale,
            openPrice: opened.map { $0 * scale }
        )
    }

    /// Dollars as a Decimal of whole cents: a requirement is an estimate, and cash is exact.
    private static func cents(_ dollars: Double) -> Decimal {
        guard abs(dollars) < 1e15 else { return Decimal(dollars) }
        return Decimal(Int((dollars * 100).rounded())) / 100
    }
}
