import ArgumentParser
import Assistant
import JSON
import Markets

/// `magnus income`.
struct IncomeCommand: HoldingsCommand {
    /// What the lines are about.
    enum Grouping: String, ExpressibleByArgument, CaseIterable {
        case month, symbol, strategy, account
    }

    static let configuration = CommandConfiguration(
        commandName: "income",
        abstract:
            "Show premium kept, realised gains, dividends, interest and fees by month, symbol, strategy or account.",
        discussion: """
              magnus income
              magnus income --by strategy --year 2026
              magnus income INTC KO --by symbol --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers; everything where none is given.")
    var symbols: [String] = []

    @Option(name: .long, help: "What the lines are about: month, symbol, strategy or account.")
    var by = Grouping.month

    @Option(name: .long, help: ArgumentHelp("Only this calendar year.", valueName: "year"))
    var year: Int?

    @Option(name: .long, help: ArgumentHelp("First day (YYYY-MM-DD).", valueName: "date"))
    var since: DateArgument?

    @Option(name: .long, help: ArgumentHelp("Last day (YYYY-MM-DD).", valueName: "date"))
    var through: DateArgument?

    func validate() throws {
        try symbols.checkTickers()
        if let year {
            guard (1900...9999).contains(year) else {
                throw ValidationError("--year is \(year), it must be from 1900 to 9999")
            }
            guard since == nil, through == nil else {
                throw ValidationError("--year and --since or --through exclude each other")
            }
        }
        if let since, let through, since.date > through.date {
            throw ValidationError("--since \(since.date) is after --through \(through.date)")
        }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = ["by": .string(by.rawValue)]
        if let year {
            arguments["from"] = .string("\(year)-01-01")
            arguments["through"] = .string("\(year)-12-31")
        }
        if let since { arguments["from"] = .string(since.date.description) }
        if let through { arguments["through"] = .string(through.date.description) }
        return Request(.income, symbols: symbols, arguments: .object(arguments))
    }
}
