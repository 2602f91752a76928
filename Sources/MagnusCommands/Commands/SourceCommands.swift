import Agents
import ArgumentParser
import Assistant
import Foundation
import JSON
import Markets

/// `magnus news`.
struct NewsCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "news",
        abstract: "Show headlines about tickers, or about everything held.",
        discussion: """
            Headlines are others' words; their tone is counted by a list of words, and the words that counted are shown.

              magnus news NVDA AMD --days 3
              magnus news --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers; all that are held where none is given.")
    var symbols: [String] = []

    @Option(name: .long, help: ArgumentHelp("How many days back, 1 to 30.", valueName: "days"))
    var days = 7

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many headlines, 1 to 50.", valueName: "number"))
    var number = 12

    func validate() throws {
        guard (1...30).contains(days) else { throw ValidationError("--days is \(days), it must be from 1 to 30") }
        guard (1...50).contains(number) else { throw ValidationError("--number is \(number), it must be from 1 to 50") }
    }

    func request(today: TradingDate) -> Request {
        Request(
            .news,
            symbols: symbols,
            arguments: ["days": .number(Double(days)), "limit": .number(Double(number))]
        )
    }
}

/// `magnus earnings`.
struct EarningsCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "earnings",
        abstract: "Show the next earnings reports of tickers, or of everything held.",
        discussion: "  magnus earnings NVDA\n  magnus earnings --days 30"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers; all that are held where none is given.")
    var symbols: [String] = []

    @Option(name: .long, help: ArgumentHelp("How many days ahead, 1 to 365.", valueName: "days"))
    var days = 60

    func validate() throws {
        guard (1...365).contains(days) else { throw ValidationError("--days is \(days), it must be from 1 to 365") }
    }

    func request(today: TradingDate) -> Request {
        Request(.earnings, symbols: symbols, arguments: ["days": .number(Double(days))])
    }
}

/// `magnus watchlists`.
struct WatchlistsCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "watchlists",
        abstract: "Show your lists of symbols, and when each was last brought over.",
        discussion: "  magnus watchlists\n  magnus watchlists wheel"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Only lists whose name contains this.")
    var list: String?

    func request(today: TradingDate) -> Request {
        Request(.watchlists, arguments: list.map { ["list": .string($0)] })
    }
}

/// `magnus predictions`.
struct PredictionsCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "predictions",
        abstract: "Show open prediction markets and the probabilities their prices imply.",
        discussion: "  magnus predictions fed rate\n  magnus predictions --series KXFED"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Words that must stand in a market's title.")
    var words: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only markets of this series.", valueName: "ticker"))
    var series: String?

    @Option(name: .long, help: ArgumentHelp("Only markets of this event.", valueName: "ticker"))
    var event: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many, 1 to 100.", valueName: "number"))
    var number = 15

    func validate() throws {
        guard (1...100).contains(number) else {
            throw ValidationError("--number is \(number), it must be from 1 to 100")
        }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = ["limit": .number(Double(number))]
        if !words.isEmpty { arguments["query"] = .string(words.joined(separator: " ")) }
        if let series { arguments["series"] = .string(series) }
        if let event { arguments["event"] = .string(event) }
        return Request(.predictions, arguments: .object(arguments))
    }
}

/// `magnus filings`.
struct FilingsCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "filings",
        abstract: "Show the latest SEC filings of a company, or one reported figure over the periods.",
        discussion: "  magnus filings AAPL --form 10-K --form 10-Q\n  magnus filings AAPL --figure NetIncomeLoss"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The company's ticker.")
    var symbol: String

    @Option(name: .long, help: ArgumentHelp("Only this form; may be given several times.", valueName: "form"))
    var form: [String] = []

    @Option(name: .long, help: ArgumentHelp("A reported figure, such as Revenues.", valueName: "concept"))
    var figure: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many, 1 to 40.", valueName: "number"))
    var number = 10

    func validate() throws {
        guard (1...40).contains(number) else { throw ValidationError("--number is \(number), it must be from 1 to 40") }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = ["limit": .number(Double(number))]
        if !form.isEmpty { arguments["forms"] = .array(form.map(JSONValue.string)) }
        if let figure { arguments["concept"] = .string(figure) }
        return Request(.filings, symbols: [symbol], arguments: .object(arguments))
    }
}

/// `magnus series`.
struct SeriesCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "series",
        abstract: "Show the latest observations of a macro-economic series.",
        discussion: "  magnus series DGS3MO\n  magnus series CPIAUCSL -n 13"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The series' identifier at FRED.")
    var identifier: String

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many, 1 to 60.", valueName: "number"))
    var number = 8

    func validate() throws {
        guard (1...60).contains(number) else { throw ValidationError("--number is \(number), it must be from 1 to 60") }
    }

    func request(today: TradingDate) -> Request {
        Request(
            .series,
            arguments: [
                "series": .string(identifier), "limit": .number(Double(number)),
                "days": .number(Double(40 * number + 30)),
            ]
        )
    }
}

/// `magnus volatility`.
struct VolatilityCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "volatility",
        abstract: "Show implied volatility with IV rank and IV percentile.",
        discussion: "  magnus volatility NVDA SPY"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers; all that are held where none is given.")
    var symbols: [String] = []

    func request(today: TradingDate) -> Request { Request(.volatility, symbols: symbols) }
}

/// `magnus chain`.
struct ChainCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "chain",
        abstract: "Show the options of a ticker nearest the money.",
        discussion: """
            With --check, the quotes of the whole chain are held against each other: bid above ask, put-call parity, and what
            no option prices may do; and the implied volatility of every possible mid is sought.

              magnus chain NVDA --dte 20-45 --puts
              magnus chain SPY --strikes 12
              magnus chain NVDA --check
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The underlying's ticker.")
    var symbol: String

    @Option(name: .long, help: ArgumentHelp("Days to expiration, from-through.", valueName: "days"))
    var dte = DayRange(7...60)

    @Option(name: .long, help: ArgumentHelp("How many strikes around the price, 1 to 60.", valueName: "number"))
    var strikes = 6

    @Flag(name: .long, help: "Only puts.")
    var puts = false

    @Flag(name: .long, help: "Only calls.")
    var calls = false

    @Flag(name: .long, help: "Check the quotes of the whole chain instead of showing them.")
    var check = false

    func run(in workspace: Workspace) async throws -> ExitStatus {
        check ? try await showCheck(in: workspace) : try await showAnswer(in: workspace)
    }

    private func showCheck(in workspace: Workspace) async throws -> ExitStatus {
        let name = symbol.uppercased()
        let chain = try await workspace.data().chain(of: name).value
        guard let asOf = chain.options.map(\.quote.asOf).max(),
            let price = chain.underlyingPrice.flatMap({ Double($0.description) }),
            price > 0
        else {
            throw CommandError(
                .noData,
                type: "no_price",
                "the price of \(name) at the time of its options' quotes is not known",
                hint: "use a source of chains that gives it"
            )
        }
        let rate = workspace.configuration.riskFreeRate.value
        let check = ChainCheck(chain, price: price, rate: rate, now: asOf)
        let report = ChainCheckReport(check, symbol: name, asOf: asOf, price: price)
        if options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.chain_check/1", report))
        } else {
            try workspace.show(report.lines(most: options.all ? .max : 5))
        }
        return .answered
    }

    func validate() throws {
        if puts && calls { throw ValidationError("--puts and --calls exclude each other") }
        guard (1...60).contains(strikes) else {
            throw ValidationError("--strikes is \(strikes), it must be from 1 to 60")
        }
    }

    func request(today: TradingDate) -> Request {
        var request = Request(
            .chain,
            symbols: [symbol],
            arguments: [
                "from": .number(Double(dte.range.lowerBound)), "through": .number(Double(dte.range.upperBound)),
                "strikes": .number(Double(strikes)),
            ]
        )
        if puts || calls { request.right = puts ? .put : .call }
        return request
    }
}

/// `magnus records`.
struct RecordsCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "records",
        abstract: "Show records of sources you described in a file: alerts, tasks, tables of a database.",
        discussion: """
              magnus records                                the collections there are
              magnus records tasks --where status=open --sort due
              magnus records alerts --where profile=ann -n 50 --json
              magnus records alerts --traders               what each trader's alerts came to
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The collection; all collections are listed where none is given.")
    var collection: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A condition such as status=open or due<=2026-12-01; may be given several times.",
            valueName: "condition"
        )
    )
    var `where`: [String] = []

    @Option(name: .long, help: ArgumentHelp("The field to sort by; -field for the greatest first.", valueName: "field"))
    var sort: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many, 1 to 200.", valueName: "number"))
    var number = 20

    @Flag(name: .long, help: "Of trade alerts: hit rate and average return of each trader, with their numbers.")
    var traders = false

    func validate() throws {
        if traders && collection == nil { throw ValidationError("--traders needs a collection: `records alerts`") }
        guard (1...200).contains(number) else {
            throw ValidationError("--number is \(number), it must be from 1 to 200")
        }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = ["limit": .number(Double(number))]
        if let collection { arguments["collection"] = .string(collection) }
        if !`where`.isEmpty { arguments["where"] = .array(`where`.map(JSONValue.string)) }
        if let sort { arguments["sort"] = .string(sort) }
        if traders { arguments["summary"] = "traders" }
        return Request(.records, arguments: .object(arguments))
    }
}

/// A range of days to expiration as an argument: `20-45`, or `45` for up to 45.
struct DayRange: ExpressibleByArgument, CustomStringConvertible {
    /// The days.
    var range: ClosedRange<Int>

    init(_ range: ClosedRange<Int>) {
        self.range = range
    }

    /// Reads `20-45` or `45`.
    init?(argument: String) {
        let parts = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        switch parts.count {
        case 1:
            guard let last = parts[0], (0...1_500).contains(last) else { return nil }
            range = 0...last
        case 2:
            guard let first = parts[0], let last = parts[1], 0 <= first, first <= last, last <= 1_500 else {
                return nil
            }
            range = first...last
        default: return nil
        }
    }

    var description: String { "\(range.lowerBound)-\(range.upperBound)" }
    var defaultValueDescription: String { description }
}

extension Request {
    /// A request for what sources of data say.
    init(_ intent: Intent, symbols: [String] = [], arguments: JSONValue? = nil) {
        self.init(question: ([intent.rawValue] + symbols).joined(separator: " "), intent: intent)
        self.symbols = symbols.map { $0.uppercased() }
        self.arguments = arguments
    }
}
