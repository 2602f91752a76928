public import Evidence
import Foundation
public import JSON
import Markets

/// What the portfolio brought in, by month, ticker, strategy or account.
public struct IncomeTool: Tool {
    /// `income`.
    public let name = "income"
    /// What it returns.
    public let summary =
        "Premium kept, realised gains, dividends, interest, fees and taxes by month, symbol, strategy or account, and in total"
    /// Which underlyings.
    public let parameters = ParameterSchema([
        .init(
            "by",
            "What the lines are about; month when absent",
            .choice(["month", "symbol", "strategy", "account"])
        ),
        .init("symbols", "Tickers of the underlyings to look at; all when absent or empty", .strings),
        .init("from", "First day that counts, YYYY-MM-DD; all of the history when absent", .string),
        .init("through", "Last day that counts, YYYY-MM-DD; to the end when absent", .string),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// Sums of the history.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (portfolio, _) = try context.requirePortfolio()
        let symbols = Set(arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? [])
        let by = arguments["by"]?.string.flatMap(IncomeStatement.Grouping.init(rawValue:)) ?? .month
        let (from, through) = (try arguments.day("from", of: name), try arguments.day("through", of: name))
        let first = from ?? .beforeHistory
        let last = through ?? TradingDate(daysSinceEpoch: Int(Int32.max))
        guard first <= last else {
            throw ToolError.invalidArguments(tool: name, reason: "\(first) is after \(last)")
        }
        let statement = IncomeStatement(
            of: context.transactions,
            realised: portfolio.realised,
            by: by,
            symbols: symbols,
            period: first...last
        )
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        sheet.addFixed(FactLabel.groupedBy, .text(by.rawValue), .text, source: "question")
        if let from { sheet.addFixed(FactLabel.from, .date(from), .date, source: "question") }
        if let through { sheet.addFixed(FactLabel.through, .date(through), .date, source: "question") }
        for line in statement.lines {
            let day = by == .month ? TradingDate("\(line.title)-01").map(\.endOfMonth) : nil
            if let day {
                sheet.addFixed(
                    FactLabel.through,
                    .date(day),
                    .date,
                    of: [day.description],
                    source: "computed",
                    formula: "last day of the month"
                )
            } else {
                sheet.addFixed(
                    FactLabel.incomeGroup,
                    .text(line.title),
                    .text,
                    of: [line.title],
                    source: "computed",
                    formula: "what the lines are grouped by"
                )
            }
            sheet.add(line, of: [day?.description ?? line.title], source: context.portfolioSource)
        }
        if !statement.total.isEmpty { sheet.add(statement.total, of: [], source: context.portfolioSource) }
        let unknown = statement.total.unknownGains
        if unknown > 0 {
            sheet.addFixed(
                FactLabel.unknownGains,
                .decimal(Decimal(unknown)),
                .count,
                source: "computed",
                formula: "count of the closed lots without an opening trade in the history"
            )
            sheet.addGap(
                "\(unknown) closed lots have no opening trade in the history, so their gain is not known; "
                    + "`magnus import --opening FILE` supplies what was held before"
            )
        }
        return sheet.evidence(summary: "income by \(by.rawValue)")
    }
}

extension FactSheet {
    fileprivate mutating func add(_ line: IncomeStatement.Line, of subjects: [String], source: String) {
        func add(_ label: String, _ value: Decimal?, _ formula: String) {
            guard let value else { return }
            addFixed(label, .decimal(value), .dollars, of: subjects, source: source, formula: formula)
        }
        add(FactLabel.netPremium, line.netPremium, "cash from option trades less cash paid for them, fees included")
        add(FactLabel.premiumKept, line.premiumKept, "gains of options that were closed, ended or assigned, after fees")
        add(FactLabel.shareGain, line.shareGain, "gains of shares sold, first in first out, after fees")
        add(FactLabel.realised, line.realised, "closed lots, first in first out, after fees")
        add(FactLabel.dividendsReceived, line.dividends, "sum of dividend rows")
        add(FactLabel.interest, line.interest, "sum of interest rows")
        add(FactLabel.fees, line.fees, "fees of trades and fee rows")
        if line.taxes != 0 { add(FactLabel.taxesWithheld, line.taxes, "sum of tax rows") }
        add(
            FactLabel.income,
            line.income,
            "realised gain + dividends + interest - fees that belong to no trade - tax withheld"
        )
    }
}

extension FactLabel {
    /// What a line of income is about.
    public static let incomeGroup = "income of"
    /// Gains of options that were closed, ended or assigned.
    public static let premiumKept = "premium kept"
    /// Gains of shares that were sold.
    public static let shareGain = "gain of shares"
    /// Tax withheld.
    public static let taxesWithheld = "tax withheld"
    /// Realised gains, dividends and interest less fees of the account and tax.
    public static let income = "income"
}

extension TradingDate {
    /// The last day of this date's month.
    var endOfMonth: TradingDate {
        let (year, month, _) = civil
        let next =
            month == 12
            ? TradingDate(year: year + 1, month: 1, day: 1) : TradingDate(year: year, month: month + 1, day: 1)
        // The first of a month always exists up to the year 9999, where the date itself has to do.
        return next?.adding(days: -1) ?? self
    }
}
