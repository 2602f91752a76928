public import ArgumentParser
public import Markets

extension PricingPrecision: ExpressibleByArgument {}
extension OptionTerms.Style: ExpressibleByArgument {}
extension OptionContract.Right: ExpressibleByArgument {}

/// The flags that describe one contract, without what is asked for.
struct ContractOptions: ParsableArguments {
    @Option(name: .long, help: "american or european.")
    var style: OptionTerms.Style?

    @Option(name: .long, help: "call or put.")
    var type: OptionContract.Right?

    @Option(name: .long, help: ArgumentHelp("Price of one share.", valueName: "dollars"))
    var spot: Double?

    @Option(name: .long, help: ArgumentHelp("Exercise price per share.", valueName: "dollars"))
    var strike: Double?

    @Option(
        name: .long,
        parsing: .unconditional,
        help: ArgumentHelp("Interest rate, continuously compounded: 0.05 is 5 %.", valueName: "number")
    )
    var rate: Double?

    @Option(
        name: .long,
        parsing: .unconditional,
        help: ArgumentHelp("Continuous dividend yield; 0 where it is left out.", valueName: "number")
    )
    var dividendYield: Double?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A cash dividend per share and the years to its ex-date, such as 0.24@0.11; may be repeated.",
            valueName: "dollars@years"
        )
    )
    var dividend: [DividendArgument] = []

    @Option(name: .long, help: ArgumentHelp("Years to expiration: days / 365.", valueName: "number"))
    var years: Double?

    @Option(name: .long, help: "fast, standard or reference.")
    var precision = PricingPrecision.standard

    /// Whether a contract is described at all; if not, contracts come on standard input.
    var isGiven: Bool {
        style != nil || type != nil || spot != nil || strike != nil || rate != nil || dividendYield != nil
            || !dividend.isEmpty || years != nil
    }

    /// The contract, `american` where no style is given.
    ///
    /// - Throws: `ValidationError` that names what is missing.
    func contract() throws -> ContractLine {
        func required<Value>(_ value: Value?, _ name: String) throws -> Value {
            guard let value else { throw ValidationError("--\(name) is missing") }
            return value
        }
        var contract = ContractLine(
            style: (style ?? .american).rawValue,
            type: try required(type, "type").rawValue,
            spot: try required(spot, "spot"),
            strike: try required(strike, "strike"),
            rate: try required(rate, "rate"),
            years: try required(years, "years")
        )
        contract.dividendYield = dividendYield
        contract.dividends = dividend.map { .init(years: $0.years, amount: $0.amount) }
        return contract
    }
}

/// A cash dividend as an argument.
struct DividendArgument: ExpressibleByArgument {
    /// Dollars per share.
    var amount: Double
    /// Years to the ex-date.
    var years: Double

    /// Reads `dollars@years`.
    init?(argument: String) {
        let parts = argument.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let amount = Double(parts[0]), let years = Double(parts[1]) else { return nil }
        self.amount = amount
        self.years = years
    }
}
