public import Evidence
import Foundation
public import JSON
import Markets

/// How closed trades did.
public struct PerformanceTool: Tool {
    /// `performance`.
    public let name = "performance"
    /// What it returns.
    public let summary =
        "How closed trades did, by strategy, symbol or month: gain, win rate, average gain, profit factor, days held"
    /// How they are grouped, and which underlyings.
    public let parameters = ParameterSchema([
        .init("by", "How the trades are grouped; by strategy when absent", .choice(["strategy", "symbol", "month"])),
        .init("symbols", "Tickers of the underlyings to look at; all when absent or empty", .strings),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// Sums and rates of each group and of all trades, each rate with the number of trades it rests on.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (portfolio, _) = try context.requirePortfolio()
        let symbols = Set(arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? [])
        let realised = portfolio.realised.filter { symbols.isEmpty || symbols.contains($0.instrument.underlying) }
        let performance = TradePerformance(realised: realised, transactions: context.transactions)
        let by = arguments["by"]?.string ?? "strategy"
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        sheet.addFixed(FactLabel.groupedBy, .text(by), .text, source: "question")
        let groups: [TradePerformance.Summary]
        switch by {
        case "symbol": groups = performance.bySymbol
        case "month": groups = performance.byMonth
        default: groups = performance.byStrategy
        }
        for group in groups {
            if by == "month", let first = TradingDate("\(group.title)-01") {
                sheet.addFixed(
                    FactLabel.month,
                    .date(first),
                    .date,
                    of: [first.description],
                    source: "computed",
                    formula: "first day of the month"
                )
                sheet.add(group, of: [first.description])
            } else {
                sheet.add(group, of: [group.title])
            }
        }
        sheet.add(performance.total, of: [])
        if performance.total.unknown > 0 {
            sheet.addGap(
                "trades opened before the history begins have no known gain and are in no rate; "
                    + "`magnus import --opening FILE` supplies what was held before"
            )
        }
        return sheet.evidence(summary: "\(performance.trades.count) closed trades by \(by)")
    }
}

extension FactSheet {
    /// The sums and rates of a group, each rate beside the number of trades it rests on.
    fileprivate mutating func add(_ group: TradePerformance.Summary, of subjects: [String]) {
        func amount(_ label: String, _ value: Decimal, _ formula: String) {
            addFixed(label, .decimal(value), .dollars, of: subjects, source: "computed", formula: formula)
        }
        func count(_ label: String, _ value: Int, _ formula: String) -> String {
            addFixed(label, .decimal(Decimal(value)), .count, of: subjects, source: "computed", formula: formula)
        }
        func rate(_ label: String, _ rate: TradePerformance.Rate, _ unit: Fact.Unit, _ formula: String, _ of: String) {
            guard let value = rate.value, value.isFinite else { return }
            addFixed(
                label,
                .number(value),
                unit,
                of: subjects,
                source: "computed",
                formula: formula,
                inputs: [of]
            )
        }
        _ = count(FactLabel.closedTrades, group.trades, "legs opened together in one account and underlying")
        amount(FactLabel.totalGain, group.gain, "closed trades of known gain, fees taken off")
        amount(FactLabel.fees, group.fees, "fees of opening and closing")
        let known = count(FactLabel.knownTrades, group.winRate.count, "closed trades whose opening is in the history")
        let winners = count(FactLabel.winners, group.winners, "trades with a gain")
        let losers = count(FactLabel.losers, group.losers, "trades with a loss")
        rate(FactLabel.winRate, group.winRate, .fraction, "winners / trades of known gain", known)
        rate(FactLabel.averageGain, group.averageGain, .dollars, "total gain / trades of known gain", known)
        rate(FactLabel.averageWinner, group.averageWin, .dollars, "gain of winners / winners", winners)
        rate(FactLabel.averageLoser, group.averageLoss, .dollars, "loss of losers / losers", losers)
        let decided = count(FactLabel.decidedTrades, group.profitFactor.count, "winners and losers")
        rate(FactLabel.profitFactor, group.profitFactor, .ratio, "gain of winners / loss of losers", decided)
        let timed = count(FactLabel.timedTrades, group.averageDaysHeld.count, "trades whose opening day is known")
        rate(FactLabel.averageDaysHeld, group.averageDaysHeld, .ratio, "calendar days, opening to last close", timed)
    }
}

extension FactLabel {
    /// How trades are grouped.
    public static let groupedBy = "grouped by"
    /// The first day of a month.
    public static let month = "month of"
    /// Trades that were closed.
    public static let closedTrades = "closed trades"
    /// What they gained in all, in dollars.
    public static let totalGain = "total gain"
    /// Closed trades whose gain is known.
    public static let knownTrades = "trades of known gain"
    /// Winners as a part of the trades of known gain.
    public static let winRate = "win rate"
    /// Dollars per trade of known gain.
    public static let averageGain = "average gain"
    /// Trades with a gain.
    public static let winners = "winners"
    /// Trades with a loss.
    public static let losers = "losers"
    /// Dollars per winner.
    public static let averageWinner = "average winner"
    /// Dollars per loser.
    public static let averageLoser = "average loser"
    /// Trades that won or lost.
    public static let decidedTrades = "winners and losers"
    /// What was won over what was lost.
    public static let profitFactor = "profit factor"
    /// Closed trades whose opening day is known.
    public static let timedTrades = "trades of known opening"
    /// Calendar days a trade was held.
    public static let averageDaysHeld = "average days held"
}
