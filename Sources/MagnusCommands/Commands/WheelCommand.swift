import ArgumentParser
import Assistant
import JSON
import Markets

/// `magnus wheel`.
struct WheelCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "wheel",
        abstract: "Show the wheel on each ticker: chains of puts, shares and calls with their true break-even.",
        discussion: """
            A chain is the puts sold until they end, with their rolls, the shares that came by assignment, and every call sold
            on them. Its break-even counts all premiums and fees. With a ticker each open chain is shown leg by leg.

              magnus wheel
              magnus wheel INTC
              magnus wheel INTC --ended --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "Tickers; every wheel where none is given.")
    var symbols: [String] = []

    @Flag(name: .long, help: "Show chains that ended leg by leg too.")
    var ended = false

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many chains, 1 to 500.", valueName: "number"))
    var number = 20

    func validate() throws {
        try symbols.checkTickers()
        guard (1...500).contains(number) else {
            throw ValidationError("--number is \(number), it must be from 1 to 500")
        }
    }

    func request(today: TradingDate) -> Request {
        Request(
            .wheel,
            symbols: symbols,
            arguments: ["legs": .string(ended ? "all" : "open"), "limit": .number(Double(number))]
        )
    }
}
