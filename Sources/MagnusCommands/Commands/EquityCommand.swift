import ArgumentParser
import Assistant
import JSON
import Markets

/// `magnus equity`.
struct EquityCommand: HoldingsCommand {
    /// How often a value is given.
    enum Step: String, ExpressibleByArgument, CaseIterable {
        case day, week, month
    }

    static let configuration = CommandConfiguration(
        commandName: "equity",
        abstract: "Show what the portfolio was worth on past days, rebuilt from its history.",
        discussion: """
            From the imported transactions and past closes, with the time-weighted return and the largest drawdown. Options are
            valued by a model at the volatility of their own trades.

              magnus equity
              magnus equity --every day --since 2026-10-01
              magnus equity --every day -n 1000 --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(
        name: .long,
        help: ArgumentHelp("First day (YYYY-MM-DD); a year back where none is given.", valueName: "date")
    )
    var since: DateArgument?

    @Option(
        name: .long,
        help: ArgumentHelp("Last day (YYYY-MM-DD); the last session where none is given.", valueName: "date")
    )
    var through: DateArgument?

    @Option(name: .long, help: "How often a value is given: day, week or month.")
    var every = Step.month

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many values, 1 to 10000.", valueName: "number"))
    var number = 40

    func validate() throws {
        guard (1...10_000).contains(number) else {
            throw ValidationError("--number is \(number), it must be from 1 to 10000")
        }
        if let since, let through, since.date > through.date {
            throw ValidationError("--since \(since.date) is after --through \(through.date)")
        }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = [
            "every": .string(every.rawValue), "limit": .number(Double(number)),
        ]
        if let since { arguments["from"] = .string(since.date.description) }
        if let through { arguments["through"] = .string(through.date.description) }
        return Request(.equity, arguments: .object(arguments))
    }
}
