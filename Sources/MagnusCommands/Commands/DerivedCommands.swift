import Agents
import ArgumentParser
import Assistant
import Foundation
import JSON
import Markets

/// `magnus performance`.
struct PerformanceCommand: HoldingsCommand {
    /// How closed trades are grouped.
    enum Grouping: String, ExpressibleByArgument, CaseIterable {
        case strategy, symbol, month
    }

    static let configuration = CommandConfiguration(
        commandName: "performance",
        abstract: "Show how closed trades did, by strategy, symbol or month.",
        discussion: """
            Each rate stands beside the number of trades it rests on.

              magnus performance
              magnus performance --by month
              magnus performance AMD --by strategy --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers; all that were traded where none is given.")
    var symbols: [String] = []

    @Option(name: .long, help: "How the trades are grouped: strategy, symbol or month.")
    var by = Grouping.strategy

    func request(today: TradingDate) -> Request {
        Request(.performance, symbols: symbols, arguments: ["by": .string(by.rawValue)])
    }
}

/// `magnus unusual`.
struct UnusualCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "unusual",
        abstract: "Show options whose volume is far above their open interest.",
        discussion: """
            Without tickers, what is held and on watchlists is looked at. Where nothing is unusual by the rules, the highest
            volume over open interest is shown, and it says so.

              magnus unusual
              magnus unusual NVDA AMD --ratio 1.5 --premium 20000
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers; what is held and on watchlists where none is given.")
    var symbols: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only tickers of watchlists whose name contains this.", valueName: "name"))
    var list: String?

    @Option(name: .long, help: ArgumentHelp("Least volume over open interest.", valueName: "number"))
    var ratio = 2.0

    @Option(name: .long, help: ArgumentHelp("Least traded premium.", valueName: "dollars"))
    var premium = 50_000

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many, 1 to 50.", valueName: "number"))
    var number = 10

    func validate() throws {
        guard (0...1_000).contains(ratio) else {
            throw ValidationError("--ratio is \(ratio), it must be from 0 to 1000")
        }
        guard (0...1_000_000_000).contains(premium) else {
            throw ValidationError("--premium is \(premium), it must be from 0 to 1000000000")
        }
        guard (1...50).contains(number) else { throw ValidationError("--number is \(number), it must be from 1 to 50") }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = [
            "ratio": .number((ratio * 100).rounded()), "premium": .number(Double(premium)),
            "limit": .number(Double(number)),
        ]
        if let list { arguments["list"] = .string(list) }
        return Request(.unusual, symbols: symbols, arguments: .object(arguments))
    }
}

/// `magnus correlation`.
struct CorrelationCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "correlation",
        abstract: "Show how tickers move together, and the portfolio's diversification ratio.",
        discussion: "  magnus correlation\n  magnus correlation NVDA AMD INTC"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers; all that are held where none is given.")
    var symbols: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many pairs, 1 to 300.", valueName: "number"))
    var number = 15

    func validate() throws {
        guard (1...300).contains(number) else {
            throw ValidationError("--number is \(number), it must be from 1 to 300")
        }
    }

    func request(today: TradingDate) -> Request {
        Request(.correlation, symbols: symbols, arguments: ["limit": .number(Double(number))])
    }
}

/// `magnus technicals`.
struct TechnicalsCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "technicals",
        abstract: "Show the regime of a ticker, its ATR, and the nearest supply and demand zones.",
        discussion: "  magnus technicals NVDA\n  magnus technicals SPY -n 5"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The ticker.")
    var symbol: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("At most so many zones of each kind, 1 to 20.", valueName: "number")
    )
    var number = 3

    func validate() throws {
        guard (1...20).contains(number) else { throw ValidationError("--number is \(number), it must be from 1 to 20") }
    }

    func request(today: TradingDate) -> Request {
        Request(.technicals, symbols: [symbol], arguments: ["limit": .number(Double(number))])
    }
}

/// `magnus probability`.
struct ProbabilityCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "probability",
        abstract: "Show what option prices say of a level, alone or against a prediction market.",
        discussion: """
            The probability holds the market's risk premium: it is a price, not a forecast. A difference is called arbitrage
            only where the options end on the day the market closes, at its level, and a gain is left after all spreads and
            fees.

              magnus probability NVDA --above 200
              magnus probability SPY --above 700 --on 2026-12-18
              magnus probability SPY --above 700 --on 2026-12-18 --market TICKER
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The underlying's ticker.")
    var symbol: String

    @Option(name: .long, help: ArgumentHelp("The level in dollars per share.", valueName: "level"))
    var above: String

    @Option(
        name: .long,
        help: ArgumentHelp("The day; the listed expiration nearest to 30 days where none is given.", valueName: "date")
    )
    var on: String?

    @Option(name: .long, help: ArgumentHelp("A prediction market's ticker to hold against it.", valueName: "ticker"))
    var market: String?

    func validate() throws {
        guard let level = Decimal(string: above, locale: nil), level > 0,
            above.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
        else { throw ValidationError("--above is '\(above)', it must be a level in dollars such as 200") }
        if let on, TradingDate(on) == nil { throw ValidationError("--on is '\(on)', it must be a date YYYY-MM-DD") }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = ["above": .string(above)]
        if let on { arguments["on"] = .string(on) }
        if let market { arguments["market"] = .string(market) }
        return Request(.probability, symbols: [symbol], arguments: .object(arguments))
    }
}
