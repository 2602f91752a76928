import ArgumentParser
import Markets

/// A command that computes one contract given by flags, or many given as lines of JSON.
protocol ContractCommand: MagnusSubcommand {
    /// The contract's flags.
    var contract: ContractOptions { get }
    /// What is computed.
    static var question: ContractQuestion { get }
    /// The contract with what is asked for; nil where none is given.
    ///
    /// - Throws: `ValidationError` that names what is missing.
    func givenContract() throws -> ContractLine?
}

extension ContractCommand {
    func validate() throws {
        _ = try givenContract()
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let pricer = OptionPricer(precision: contract.precision)
        guard let given = try givenContract() else {
            guard !workspace.terminal.input.isTerminal else {
                throw CommandError(
                    .usage,
                    type: "usage",
                    "there is no contract",
                    hint: "give it by flags, or as lines of JSON: magnus \(Self._commandName) < contracts.jsonl"
                )
            }
            let counts = try ContractStream(question: Self.question, pricer: pricer).run(workspace)
            if counts.failed > 0, !options.quiet {
                try workspace.note(
                    StyledText("\(counts.failed) of \(counts.lines) lines have no answer; each says why", .warning)
                )
            }
            return counts.failed == 0 ? .answered : .inputRefused
        }
        let answer = ContractAnswer(Self.question, given, pricer: pricer)
        if options.json || !workspace.terminal.output.isTerminal {
            try workspace.show(answer.json)
        } else {
            for line in ContractSheet(answer).lines { try workspace.output.writeLine(line) }
        }
        return answer.isAnswered ? .answered : .inputRefused
    }
}

/// `magnus price`.
struct PriceCommand: ContractCommand {
    static let configuration = CommandConfiguration(
        commandName: "price",
        abstract: "Price an option and its Greeks, or many as lines of JSON.",
        discussion: """
            One contract is given by flags, many as one JSON object a line on standard input. A line is printed for each, in
            order: {"price","delta","gamma","theta","vega","rho"} per share, theta per year, vega and rho per 1.00; or
            {"error"} with the reason. The status is 0 if all have an answer, else 8. Dividends of a line are
            "dividends":[{"years":0.11,"amount":0.24}].

              magnus price --type put --spot 100 --strike 95 --rate 0.05 --volatility 0.25 --years 0.25
              magnus price --style european --type call --spot 100 --strike 100 --rate 0.05 --volatility 0.2 --years 1
              magnus price --type call --spot 185 --strike 180 --rate 0.04 --volatility 0.3 --years 0.2 --dividend 0.24@0.1
              magnus price --precision reference < contracts.jsonl
              echo '{"style":"american","type":"put","spot":100,"strike":100,"rate":0.05,"volatility":0.25,"years":1}' | magnus price
            """
    )

    static let question = ContractQuestion.price

    @OptionGroup var options: CommonOptions
    @OptionGroup(title: "Contract") var contract: ContractOptions

    @Option(name: .long, help: ArgumentHelp("Volatility per year: 0.25 is 25 %.", valueName: "number"))
    var volatility: Double?

    func givenContract() throws -> ContractLine? {
        guard contract.isGiven || volatility != nil else { return nil }
        guard let volatility else { throw ValidationError("--volatility is missing") }
        var line = try contract.contract()
        line.volatility = volatility
        return line
    }
}

/// `magnus iv`.
struct ImpliedVolatilityCommand: ContractCommand {
    static let configuration = CommandConfiguration(
        commandName: "iv",
        abstract: "Find the volatility behind an option's price, or behind many as lines of JSON.",
        discussion: """
            As `magnus price`, with "price" in place of "volatility"; a line {"volatility"} or {"error"} is printed for each.
            The same models are inverted that `magnus price` uses.

              magnus iv --type put --spot 100 --strike 95 --rate 0.05 --price 2.85 --years 0.25
              magnus iv --style european --type call --spot 100 --strike 100 --rate 0.05 --price 10.45 --years 1
              magnus iv < contracts.jsonl
            """
    )

    static let question = ContractQuestion.volatility

    @OptionGroup var options: CommonOptions
    @OptionGroup(title: "Contract") var contract: ContractOptions

    @Option(name: .long, help: ArgumentHelp("Price of the option per share.", valueName: "dollars"))
    var price: Double?

    func givenContract() throws -> ContractLine? {
        guard contract.isGiven || price != nil else { return nil }
        guard let price else { throw ValidationError("--price is missing") }
        var line = try contract.contract()
        line.price = price
        return line
    }
}
