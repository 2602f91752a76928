/// Whole chains, on all cores. The results stand in the order of the options and are the same for any number of cores.
extension OptionPricer {
    /// Price and sensitivities of each option. Options that differ in nothing but spot and strike share their early-exercise
    /// boundaries, so that a hundred strikes cost little more than one.
    ///
    /// - Parameter volatilities: one for each option, in its order.
    /// - Precondition: There are as many volatilities as options.
    public func greeks(
        chain options: [OptionTerms],
        volatilities: [Double]
    ) -> [Result<Greeks, PricingError>] {
        families(options, volatilities, derivatives: true) { pricer, terms, volatility, family throws(PricingError) in
            let greeks = pricer.uncheckedGreeks(terms, volatility: volatility, family: &family)
            guard greeks.isFinite else { throw .notComputable("price or sensitivity") }
            return greeks
        }
    }

    /// The price of each option; boundaries are shared as in ``greeks(chain:volatilities:)``.
    ///
    /// - Precondition: There are as many volatilities as options.
    public func prices(chain options: [OptionTerms], volatilities: [Double]) -> [Result<Double, PricingError>] {
        families(options, volatilities, derivatives: false) { pricer, terms, volatility, family throws(PricingError) in
            let price = family?.price(terms) ?? pricer.uncheckedPrice(terms, volatility: volatility)
            guard price.isFinite else { throw .notComputable("price") }
            return price
        }
    }

    /// The volatility behind the price of each option.
    ///
    /// - Precondition: There are as many prices as options.
    public func impliedVolatilities(
        chain options: [OptionTerms],
        prices: [Double]
    ) -> [Result<Double, PricingError>] {
        precondition(options.count == prices.count)
        return Self.spread(options.indices.map { [$0] }, over: options.count) { group in
            group.map { index in
                Result { () throws(PricingError) in try impliedVolatility(options[index], price: prices[index]) }
            }
        }
    }

    private struct FamilyKey: Hashable {
        var terms: OptionTerms
        var volatility: Double
    }

    private func families<Value: Sendable>(
        _ options: [OptionTerms],
        _ volatilities: [Double],
        derivatives: Bool,
        _ value:
            @escaping @Sendable (OptionPricer, OptionTerms, Double, inout ContinuousFamily?) throws(PricingError) ->
            Value
    ) -> [Result<Value, PricingError>] {
        precondition(options.count == volatilities.count)
        var groups: [[Int]] = []
        var places: [FamilyKey: Int] = [:]
        for (index, terms) in options.enumerated() {
            guard terms.style == .american, terms.dividends.isEmpty, terms.spot > 0, terms.strike > 0 else {
                groups.append([index])
                continue
            }
            let key = FamilyKey(terms: terms.atTheMoney, volatility: volatilities[index])
            if let place = places[key] {
                groups[place].append(index)
            } else {
                places[key] = groups.count
                groups.append([index])
            }
        }
        return Self.spread(groups, over: options.count) { group in
            var family: ContinuousFamily?
            if let first = group.first, options[first].style == .american {
                family = self.family(options[first], volatilities[first], derivatives: derivatives)
            }
            return group.map { index in
                Result { () throws(PricingError) in
                    try BlackScholes.check(volatility: volatilities[index])
                    return try value(self, options[index], volatilities[index], &family)
                }
            }
        }
    }

    /// Works groups of indices out on all cores, and puts what comes in the order of the indices.
    private static func spread<Value: Sendable>(
        _ groups: [[Int]],
        over count: Int,
        _ work: @Sendable ([Int]) -> [Value]
    ) -> [Value] {
        // Neighbours in a chain take about as long.
        var results = [Value?](repeating: nil, count: count)
        for (group, values) in zip(groups, groups.concurrentMap(share: 16, work)) {
            for (place, value) in zip(group, values) { results[place] = value }
        }
        return results.compactMap { $0 }
    }
}
