/// Finds calls worth writing on shares that are held; see ``CashSecuredPutScan`` for how it works and what it costs.
///
/// Only underlyings with at least 100 free shares are looked at. A strike below the wheel's break-even and a likely
/// early exercise before an ex-date rule a call out unless the rules allow them.
public struct CoveredCallScan: Sendable {
    /// Gates, limits and weights.
    public var rules: IncomeScanRules
    /// Time and interest rate.
    public var market: ScanMarket

    /// A scan.
    public init(rules: IncomeScanRules = .calls, market: ScanMarket) {
        self.rules = rules
        self.market = market
    }

    /// The best candidates of a universe that no gate rules out, by score.
    public func run(_ universe: some Sequence<ScanUnderlying>) -> ScanResult<CallCandidate> {
        var result = ScanResult<CallCandidate>()
        let screen = IncomeScreen(.call, rules: rules, account: ScanAccount(), market: market)
        for finalist in screen.finalists(universe, &result) {
            do {
                let candidate = try CallCandidate(finalist, screen)
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
        var result = ScanResult<CallCandidate>()
        let screen = IncomeScreen(.call, rules: rules, account: ScanAccount(), market: market)
        let finalists = screen.finalists([underlying], &result)
        return (finalists.map { ($0.option.contract, $0.rank) }, result.examined)
    }

    /// One call with its gates and score, whether it passes or not.
    ///
    /// - Throws: ``DataGap`` when the underlying or the option has no usable price.
    public func candidate(_ option: ListedOption, of underlying: ScanUnderlying) throws(DataGap) -> CallCandidate {
        let screen = IncomeScreen(.call, rules: rules, account: ScanAccount(), market: market)
        return try CallCandidate(try screen.finalist(option, of: underlying), screen)
    }
}
