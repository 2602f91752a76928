import Agents
import ArgumentParser
import Assistant
import JSON
import Markets

/// `magnus scan`: trades worth looking at.
struct ScanCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Find puts, covered calls or calendars that pass the gates, or underlyings that meet a condition.",
        discussion: """
            Gates come first (a bid, open interest, days, no earnings report inside, free cash, concentration); what passes is
            scored from 0 to 100, and every part of the score is shown. Without tickers, what is held and on watchlists is
            scanned.

              magnus scan csp --demo
              magnus scan csp INTC AMD --dte 20-45 --delta 0.30
              magnus scan cc --json
              magnus scan calendar SPY QQQ IWM
              magnus scan 'iv_hv > 1.1 and price < 200'
              magnus scan 'regime = BULL and earnings_days > 30' --list wheel

            A condition may ask for: \(ScanField.allCases.map(\.rawValue).joined(separator: ", ")).
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "csp, cc, calendar, or a condition in quotation marks.")
    var kind: String

    @Argument(help: "Tickers; what is held and on watchlists where none is given.")
    var symbols: [String] = []

    @Option(name: .long, help: ArgumentHelp("Only tickers of watchlists whose name contains this.", valueName: "name"))
    var list: String?

    @Option(name: .long, help: ArgumentHelp("Days to expiration, from-through.", valueName: "days"))
    var dte: DayRange?

    @Option(name: .long, help: ArgumentHelp("The largest delta, such as 0.30.", valueName: "number"))
    var delta: Double?

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many, 1 to 50.", valueName: "number"))
    var number = 10

    private static let kinds = ["csp", "cc", "calendar"]

    func validate() throws {
        guard (1...50).contains(number) else { throw ValidationError("--number is \(number), it must be from 1 to 50") }
        if !Self.kinds.contains(kind) {
            do {
                _ = try ScanExpression(kind)
            } catch {
                throw ValidationError(
                    kind.contains(" ")
                        ? error.description : "'\(kind)' is none of csp, cc, calendar, and no condition: \(error)"
                )
            }
        }
        if let delta, !(0.01...1).contains(delta) {
            throw ValidationError("--delta is \(delta), it must be from 0.01 to 1")
        }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = ["limit": .number(Double(number))]
        if let list { arguments["list"] = .string(list) }
        guard Self.kinds.contains(kind) else {
            arguments["expression"] = .string(kind)
            return Request(.screen, symbols: symbols, arguments: .object(arguments))
        }
        arguments["kind"] = .string(kind)
        if let range = dte?.range {
            arguments["from"] = .number(Double(range.lowerBound))
            arguments["through"] = .number(Double(range.upperBound))
        }
        if let delta { arguments["delta"] = .number((delta * 100).rounded()) }
        return Request(.scan, symbols: symbols, arguments: .object(arguments))
    }
}

/// `magnus roll`: what short options could be rolled into.
struct RollCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "roll",
        abstract: "Show what short options could be rolled into, and what speaks for it.",
        discussion: """
            The old option is bought back at the ask and the new one sold at the bid, the price a roll can be had for at once.

              magnus roll AMD
              magnus roll INTC261218C00035000 --dte 45-90
              magnus roll --puts --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers or OCC symbols; all short options where none is given.")
    var symbols: [String] = []

    @Option(name: .long, help: ArgumentHelp("Days to the new expiration, from-through.", valueName: "days"))
    var dte = DayRange(30...60)

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many for each option, 1 to 20.", valueName: "number"))
    var number = 4

    @Flag(name: .long, help: "Only puts.")
    var puts = false

    @Flag(name: .long, help: "Only calls.")
    var calls = false

    func validate() throws {
        if puts && calls { throw ValidationError("--puts and --calls exclude each other") }
        guard (1...20).contains(number) else { throw ValidationError("--number is \(number), it must be from 1 to 20") }
    }

    func request(today: TradingDate) -> Request {
        var request = Request(
            .roll,
            symbols: symbols,
            arguments: [
                "limit": .number(Double(number)), "from": .number(Double(dte.range.lowerBound)),
                "through": .number(Double(dte.range.upperBound)),
            ]
        )
        if puts || calls { request.right = puts ? .put : .call }
        return request
    }
}
