import Agents
import ArgumentParser
import Assistant
import Foundation
import JSON
import Markets

/// `magnus dashboard`.
struct DashboardCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Show balances, positions with P&L and Greeks, what expires soon, and what is not current.",
        discussion: """
              magnus dashboard
              magnus dashboard --demo --json
              magnus dashboard --dte 30
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: ArgumentHelp("Days to expiration of what expires soon, at most.", valueName: "days"))
    var dte = Planner.dashboardDays

    func validate() throws {
        guard (0...3_650).contains(dte) else { throw ValidationError("--dte is \(dte), it must be from 0 to 3650") }
    }

    func request(today: TradingDate) -> Request {
        var request = Request(question: "dashboard", intent: .dashboard)
        request.horizon = Request.Horizon(through: today.adding(days: dte), words: "")
        return request
    }
}

/// `magnus activity`.
struct ActivityCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "activity",
        abstract: "Show trades and movements of the accounts, with their balances now and on past days.",
        discussion: """
            Imports and brokers together; an entry that both have is shown once. Past balances are of the days on which they
            were looked at; for an imported history, cash at the end of each month.

              magnus activity
              magnus activity --since 2026-09-01 --symbol INTC
              magnus activity --account roth -n 100 --json
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var selection: SelectionOptions

    @Option(
        name: .long,
        help: ArgumentHelp("First day (YYYY-MM-DD); 30 days back where none is given.", valueName: "date")
    )
    var since: DateArgument?

    @Option(name: .long, help: ArgumentHelp("Last day (YYYY-MM-DD); today where none is given.", valueName: "date"))
    var through: DateArgument?

    @Option(name: .long, help: ArgumentHelp("Only accounts whose name contains this.", valueName: "name"))
    var account: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many entries, 1 to 500.", valueName: "number"))
    var number = 40

    func validate() throws {
        guard (1...500).contains(number) else {
            throw ValidationError("--number is \(number), it must be from 1 to 500")
        }
        if let since, let through, since.date > through.date {
            throw ValidationError("--since \(since.date) is after --through \(through.date)")
        }
    }

    func request(today: TradingDate) -> Request {
        var request = selection.request(.activity)
        var arguments: [String: JSONValue] = ["limit": .number(Double(number))]
        if let since { arguments["from"] = .string(since.date.description) }
        if let through { arguments["through"] = .string(through.date.description) }
        if let account { arguments["account"] = .string(account) }
        request.arguments = .object(arguments)
        return request
    }
}

/// `magnus decay`.
struct DecayCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "decay",
        abstract: "Show what passing time does to the options held, price and volatility as now.",
        discussion: """
            Each option is revalued for each day; the straight line of today's theta stands beside it.

              magnus decay --days 14
              magnus decay --symbol AMD --puts
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var selection: SelectionOptions

    @Option(name: .long, help: ArgumentHelp("How many days ahead, 1 to 365.", valueName: "days"))
    var days = 30

    func validate() throws {
        guard (1...365).contains(days) else { throw ValidationError("--days is \(days), it must be from 1 to 365") }
    }

    func request(today: TradingDate) -> Request {
        var request = selection.request(.decay)
        request.arguments = ["days": .number(Double(days))]
        return request
    }
}

/// `magnus hedge`.
struct HedgeCommand: HoldingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "hedge",
        abstract: "Show the beta-weighted delta and ways to lower it, side by side.",
        discussion: """
            An index put, a put spread, a collar, and closing a part of what adds most, each with its cost, what it changes, and
            the index down a tenth and a fifth. For comparison, not advice.

              magnus hedge
              magnus hedge --target 0
              magnus hedge --index QQQ --dte 30-60
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Beta-weighted delta to come down to, in index shares; half of it where none is given.",
            valueName: "shares"
        )
    )
    var target: String?

    @Option(name: .long, help: ArgumentHelp("The index fund whose options are used.", valueName: "ticker"))
    var index = "SPY"

    @Option(name: .long, help: ArgumentHelp("Days to the options' expiration, from-through.", valueName: "days"))
    var dte = DayRange(30...90)

    func validate() throws {
        if let target {
            guard Decimal(string: target, locale: nil) != nil,
                target.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.".contains($0)) })
            else { throw ValidationError("--target is '\(target)', it must be a number of index shares such as 20") }
        }
        guard dte.range.lowerBound >= 1 else {
            throw ValidationError("--dte begins at \(dte.range.lowerBound), it must be 1 at least")
        }
    }

    func request(today: TradingDate) -> Request {
        var arguments: [String: JSONValue] = [
            "index": .string(index), "from": .number(Double(dte.range.lowerBound)),
            "through": .number(Double(dte.range.upperBound)),
        ]
        if let target { arguments["target"] = .string(target) }
        return Request(.hedge, arguments: .object(arguments))
    }
}
