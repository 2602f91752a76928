/// Finds cash-secured puts worth looking at in the chains of many underlyings.
///
/// Gates that cost nothing come first, then the European or reported volatility of what is left; only the best are
/// worked out with the American model. A few microseconds for an option that passes the gates, far less for the others.
public struct CashSecuredPutScan: Sendable {
    /// Gates, limits and weights.
    public var rules: IncomeScanRules
    /// Free cash, exposures and limits.
    public var account: ScanAccount
    /// Time and interest rate.
    public var market: ScanMarket

    /// A scan for an account.
    public init(rules: IncomeScanRules = .puts, account: ScanAccount = ScanAccount(), market: ScanMarket) {
        self.rules = rules
        self.account = account
        self.market = market
    }

    /// The best candidates of a universe that no gate rules out, by score. The universe is walked once and nothing of
    /// it is kept but the finalists.
    public func run(_ universe: some Sequence<ScanUnderlying>) -> ScanResult<PutCandidate> {
        var result = ScanResult<PutCandidate>()
        let screen = IncomeScreen(.put, rules: rules, account: account, market: market)
        for finalist in screen.finalists(universe, &result) {
            do {
                let candidate = try PutCandidate(finalist, screen)
                if let failed = candidate.gates.first(where: { $0.outcome == .failed }) {
                    result.reject(failed.kind)
                } else {
                    result.candidates.append(candidate)
                }
            } catch {
                result.skip(error.reason)
            }
        }
        result.keepBest(rules.limit, perSymbol: rules.limitPerUnderlying, symbol: \.contract.underlying) {
            $0.score.value
        }
        return result
    }

    /// What the fast first pass alone keeps of an underlying, best first, each with a rank that comes near its score: nothing is
    /// worked out with the American model. For universes that are read piece by piece.
    public func screened(_ underlying: ScanUnderlying) -> (
        ranked: [(contract: OptionContract, rank: Double)], examined: Int
    ) {
        var result = ScanResult<PutCandidate>()
        let screen = IncomeScreen(.put, rules: rules, account: account, market: market)
        let finalists = screen.finalists([underlying], &result)
        return (finalists.map { ($0.option.contract, $0.rank) }, result.examined)
    }

    /// One put with its gates and score, whether it passes or not: why it is or is not among the candidates.
    ///
    /// - Throws: ``DataGap`` when the underlying or the option has no usable price.
    public func candidate(_ option: ListedOption, of underlying: ScanUnderlying) throws(DataGap) -> PutCandidate {
        let screen = IncomeScreen(.put, rules: rules, account: account, market: market)
        return try PutCandidate(try screen.finalist(option, of: underlying), screen)
    }
}

extension IncomeScreen {
    /// One option with what it needs to be worked out.
    func finalist(_ option: ListedOption, of underlying: ScanUnderlying) throws(DataGap) -> Finalist {
        let figure = "candidate \(option.contract)"
        guard option.contract.right == right else { throw DataGap(figure, "it is not a \(right.rawValue)") }
        guard !option.contract.isAdjusted else {
            throw DataGap(figure, "the contract is adjusted, and what it delivers is not known")
        }
        guard let facts = ScanFacts(underlying, market: market) else {
            throw DataGap(figure, "there is no price of \(underlying.symbol)")
        }
        guard let expiration = ScanExpiration(option.contract, facts: facts, market: market, today: today) else {
            throw DataGap(figure, "it has expired, or its dividends exceed the share's price")
        }
        return Finalist(option: option, facts: facts, expiration: expiration)
    }
}

extension ScanResult {
    /// Sorts by score, at most so many of each underlying and in all.
    mutating func keepBest(
        _ limit: Int,
        perSymbol: Int,
        symbol: (Candidate) -> String,
        score: (Candidate) -> Double?
    ) {
        var counts: [String: Int] = [:]
        let ordered = candidates.enumerated().sorted {
            (score($1.element) ?? -1, $0.offset) < (score($0.element) ?? -1, $1.offset)
        }
        var kept: [Candidate] = []
        for (_, candidate) in ordered where kept.count < limit {
            counts[symbol(candidate), default: 0] += 1
            if counts[symbol(candidate), default: 0] <= perSymbol { kept.append(candidate) }
        }
        candidates = kept
    }
}
