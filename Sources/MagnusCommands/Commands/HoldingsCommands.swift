import ArgumentParser
import Assistant
import Markets

/// Which positions a command shows.
struct SelectionOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Only this underlying; may be given several times.", valueName: "ticker")
    )
    var symbol: [String] = []

    @Flag(name: .long, help: "Only puts.")
    var puts = false

    @Flag(name: .long, help: "Only calls.")
    var calls = false

    func validate() throws {
        if puts && calls { throw ValidationError("--puts and --calls exclude each other") }
    }

    /// A request for `intent` about the positions chosen.
    func request(_ intent: Intent) -> Request {
        var request = Request(question: intent.rawValue, intent: intent)
        request.symbols = symbol.map { $0.uppercased() }
        if puts || calls { request.right = puts ? .put : .call }
        return request
    }
}

/// A command that shows one kind of answer by tools alone.
protocol HoldingsCommand: MagnusSubcommand {
    /// What it shows.
    func request(today: TradingDate) -> Request
}

extension HoldingsCommand {
    func run(in workspace: Workspace) async throws -> ExitStatus {
        try await showAnswer(in: workspace)
    }

    /// Shows what the request gives.
    func showAnswer(in workspace: Workspace) async throws -> ExitStatus {
        let intent = request(today: TradingDate(newYorkDateOf: workspace.now())).intent
        let conversation = try await Conversation(
            workspace,
            isStrict: false,
            minimumConfidence: 0,
            isRecorded: false,
            leavesTime: ![.positions, .greeks, .expiring].contains(intent)
        )
        let decision = try await conversation.tabulate(request(today: conversation.snapshot.market.today))
        try conversation.show(decision)
        return ExitStatus(rawValue: Int32(decision.exitCode)) ?? .answered
    }
}

/// `magnus positions`.
struct PositionsCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "positions",
        abstract: "Show what is held.",
        discussion: """
              magnus positions
              magnus positions --symbol NVDA --puts
              magnus positions --demo --json
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var selection: SelectionOptions

    func request(today: TradingDate) -> Request { selection.request(.positions) }
}

/// `magnus greeks`.
struct GreeksCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "greeks",
        abstract: "Show the Greeks by position and in total.",
        discussion: """
            Theta is per calendar day, vega per point of implied volatility, delta in shares; amounts are in dollars.

              magnus greeks
              magnus greeks --symbol SPY
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var selection: SelectionOptions

    func request(today: TradingDate) -> Request { selection.request(.greeks) }
}

/// `magnus risk`.
struct RiskCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "risk",
        abstract: "Show concentration, cash against assignments, and buying power.",
        discussion: "  magnus risk\n  magnus risk --demo --json"
    )

    @OptionGroup var options: CommonOptions

    func request(today: TradingDate) -> Request { Request(question: "risk", intent: .risk) }
}

/// `magnus expiring`.
struct ExpiringCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "expiring",
        abstract: "Show option positions that expire soon.",
        discussion: "  magnus expiring --dte 7\n  magnus expiring --dte 45 --puts"
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var selection: SelectionOptions

    @Option(name: .long, help: ArgumentHelp("Days to expiration, at most.", valueName: "days"))
    var dte = Planner.defaultExpirationDays

    func validate() throws {
        guard (0...3_650).contains(dte) else { throw ValidationError("--dte is \(dte), it must be from 0 to 3650") }
    }

    func request(today: TradingDate) -> Request {
        var request = selection.request(.expiring)
        request.horizon = Request.Horizon(through: today.adding(days: dte), words: "")
        return request
    }
}
