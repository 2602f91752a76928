import ArgumentParser
import Assistant
import JSON
import Markets

/// `magnus wash-sales`.
struct WashSalesCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "wash-sales",
        abstract: "Show losses that may not count for taxes now: the same was bought within 30 days.",
        discussion: """
            Over all accounts: each loss with the purchase that replaces it, the disallowed amount, and what the replacement
            then costs. Options on the same underlying are shown as doubtful. A flag, not tax advice.

              magnus wash-sales
              magnus wash-sales --year 2026
              magnus wash-sales AMD --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers; everything where none is given.")
    var symbols: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only sales of this calendar year.", valueName: "year"))
    var year: Int?

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many of each kind, 1 to 500.", valueName: "number"))
    var number = 30

    func validate() throws {
        guard year.map((1900...9999).contains) ?? true else {
            throw ValidationError("--year is \(year ?? 0), it must be from 1900 to 9999")
        }
        guard (1...500).contains(number) else {
            throw ValidationError("--number is \(number), it must be from 1 to 500")
        }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = ["limit": .number(Double(number))]
        if let year {
            arguments["from"] = .string("\(year)-01-01")
            arguments["through"] = .string("\(year)-12-31")
        }
        return Request(.washSales, symbols: symbols, arguments: .object(arguments))
    }
}
