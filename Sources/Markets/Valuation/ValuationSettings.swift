/// Choices in valuing a portfolio that are not facts of the market.
public struct ValuationSettings: Sendable {
    /// The option models and their precision.
    public var pricer: OptionPricer
    /// How short puts are taken to be secured in the estimate of buying power.
    public var account: MarginAccount
    /// Leverage by ticker for funds whose uncovered options need a multiple of the usual margin.
    public var leverage: [String: Double]

    /// Settings; by default short puts are secured by their strike in cash, the more cautious assumption.
    public init(
        pricer: OptionPricer = OptionPricer(),
        account: MarginAccount = .cash(isStrict: false),
        leverage: [String: Double] = [:]
    ) {
        self.pricer = pricer
        self.account = account
        self.leverage = leverage
    }
}
