import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// What the portfolio was worth on past days, rebuilt from the history.
public struct EquityTool: Tool {
    /// `equity`.
    public let name = "equity"
    /// What it returns.
    public let summary =
        "Equity curve: what the portfolio was worth at the end of past days, weeks or months, rebuilt from its history and past closes, with returns and drawdown"
    /// Which days.
    public let parameters = ParameterSchema([
        .init("from", "First day, YYYY-MM-DD; a year back when absent", .string),
        .init("through", "Last day, YYYY-MM-DD; the last session that ended when absent", .string),
        .init("every", "How often a value is given; month when absent", .choice(["day", "week", "month"])),
        .init("limit", "At most so many values, the latest; 40 when absent", .integer(1...10_000)),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The values and what the days came to.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (portfolio, _) = try context.requirePortfolio()
        let session = TradingSession(completedBy: context.market.now).date
        let from = try arguments.day("from", of: name) ?? session.adding(days: -365)
        let through = min(try arguments.day("through", of: name) ?? session, session)
        guard from <= through else {
            throw ToolError.invalidArguments(tool: name, reason: "\(from) is after \(through)")
        }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        guard let first = context.transactions.lazy.filter({ $0.kind != .openingBalance }).map(\.date).min() else {
            sheet.addGap("there is no imported history, so no value of past days can be worked out")
            return sheet.evidence(summary: "no history")
        }
        let bars = try await histories(in: first.adding(days: -10)...through, context, &sheet)
        let curve = EquityCurve(
            transactions: context.transactions,
            bars: bars,
            through: through,
            rate: context.market.riskFreeRate
        )
        let days = curve.days.filter { $0.date >= from }
        sheet.addFixed(FactLabel.from, .date(max(from, first)), .date, source: "question")
        sheet.addFixed(FactLabel.through, .date(through), .date, source: "question")
        if let summary = curve.summary(from: from) { sheet.add(summary, from, context.portfolioSource) }
        let points = Self.chosen(days, every: arguments["every"]?.string ?? "month")
        let limit = arguments["limit"]?.integer ?? 40
        for point in points.suffix(limit) { sheet.add(point, context.portfolioSource) }
        if points.count > limit { sheet.addGap("only the latest values are shown; --number shows more") }
        if case .unknown(let reason) = portfolio.cash {
            sheet.addGap("cash is that of the imported rows alone, for \(reason)")
        }
        let misfits = Self.misfits(context.transactions, bars)
        if !misfits.isEmpty {
            sheet.addGap(
                "the price history of \(misfits.joined(separator: ", ")) does not fit the prices of its trades: past values with it "
                    + "are not to be relied on"
            )
        }
        if days.contains(where: { $0.estimated > 0 }) {
            sheet.addGap(
                "on some days a position had no close or its option no volatility, so its value is an estimate: the price of its "
                    + "last trade, or intrinsic value"
            )
        }
        return sheet.evidence(summary: "\(points.count) values of the equity curve")
    }

    /// Tickers of which a trade's price lies more than a tenth outside its day's range: another company's bars, or bars that
    /// were adjusted for a later split.
    private static func misfits(_ rows: [Transaction], _ bars: [String: [DailyBar]]) -> [String] {
        let ranges = bars.mapValues { bars in Dictionary(bars.map { ($0.date, $0) }, uniquingKeysWith: { $1 }) }
        var found: Set<String> = []
        for row in rows {
            guard case .shares(let ticker)? = row.instrument, let price = row.price,
                [.buy, .sell].contains(row.kind), let bar = ranges[ticker]?[row.date]
            else { continue }
            if price * 11 < bar.low * 10 || price * 10 > bar.high * 11 { found.insert(ticker) }
        }
        return found.sorted()
    }

    /// The last session of each week or month, or all of them.
    private static func chosen(_ days: [EquityCurve.Day], every: String) -> [EquityCurve.Day] {
        func group(_ date: TradingDate) -> String {
            switch every {
            case "day": date.description
            case "week": date.adding(days: 1 - date.weekday).description
            default: String(date.description.prefix(7))
            }
        }
        return days.enumerated().filter { index, day in
            index + 1 == days.count || group(days[index + 1].date) != group(day.date)
        }
        .map(\.element)
    }

    /// Bars of every ticker of the history, side by side; tickers without any are named.
    private func histories(
        in days: ClosedRange<TradingDate>,
        _ context: ToolContext,
        _ sheet: inout FactSheet
    ) async throws -> [String: [DailyBar]] {
        let symbols = Set(context.transactions.compactMap { $0.instrument?.underlying })
        guard let data = context.data else {
            sheet.addGap("no source of past prices is set, so values rest on the prices of trades")
            return [:]
        }
        let found = try await withThrowingTaskGroup(of: (String, [DailyBar]?).self) { group in
            for symbol in symbols {
                group.addTask {
                    do {
                        return (symbol, try await data.history(of: symbol, in: days).value.bars)
                    } catch is DataServiceError {
                        return (symbol, nil)
                    }
                }
            }
            var found: [String: [DailyBar]] = [:]
            for try await (symbol, bars) in group { found[symbol] = bars }
            return found
        }
        let missing = symbols.filter { (found[$0] ?? []).isEmpty }.sorted()
        if !missing.isEmpty {
            sheet.addGap("no price history of \(missing.joined(separator: ", ")), so the prices of its trades stand in")
        }
        return found
    }
}

extension FactSheet {
    fileprivate mutating func add(_ day: EquityCurve.Day, _ source: String) {
        let subjects = [day.date.description]
        func add(_ label: String, _ value: Decimal, _ formula: String) {
            addFixed(label, .decimal(value.cents), .dollars, of: subjects, source: source, formula: formula)
        }
        addFixed(
            FactLabel.equityDate,
            .date(day.date),
            .date,
            of: subjects,
            source: source,
            formula: "a session of the exchanges"
        )
        add(FactLabel.netLiquidation, day.value, "cash + shares at their closes + options by the model")
        add(FactLabel.cash, day.cash, "amounts of all rows through the day")
        add(FactLabel.valueOfShares, day.shares, "quantity x close")
        add(
            FactLabel.valueOfOptions,
            day.options,
            "quantity x multiplier x model value at the volatility of its trades"
        )
        if let part = day.dailyReturn {
            addFixed(
                FactLabel.dailyReturn,
                .number(part),
                .fraction,
                of: subjects,
                source: source,
                formula: "value / (value of the session before + money put in) - 1"
            )
        }
    }

    fileprivate mutating func add(_ summary: EquityCurve.Summary, _ from: TradingDate, _ source: String) {
        func rate(_ label: String, _ value: Double?, _ formula: String) {
            guard let value, value.isFinite else { return }
            addFixed(label, .number(value), .fraction, source: source, formula: formula)
        }
        rate(FactLabel.timeWeightedReturn, summary.timeWeightedReturn, "product of the daily returns - 1")
        rate(FactLabel.annualisedTimeWeighted, summary.annualised, "the same per year of 252 sessions")
        rate(FactLabel.largestDrawdown, summary.largestDrawdown, "largest fall of the product of returns from a peak")
        rate(FactLabel.returnVolatility, summary.volatility, "standard deviation of daily returns x root of 252")
        addFixed(
            FactLabel.equityGain,
            .decimal(summary.gain.cents),
            .dollars,
            source: source,
            formula: "value at the end - value before - money put in"
        )
        addFixed(
            FactLabel.equitySessions,
            .decimal(Decimal(summary.sessions)),
            .count,
            source: source,
            formula: "count of the daily returns"
        )
    }
}

extension Decimal {
    /// To whole cents, as money is stated.
    fileprivate var cents: Decimal {
        var value = self
        var rounded = Decimal()
        NSDecimalRound(&rounded, &value, 2, .plain)
        return rounded
    }
}

extension FactLabel {
    /// The session a value is of.
    public static let equityDate = "session"
    /// Shares at their closes.
    public static let valueOfShares = "value of shares"
    /// Options by the model.
    public static let valueOfOptions = "value of options"
    /// The return of one session.
    public static let dailyReturn = "daily return"
    /// The product of the daily returns.
    public static let timeWeightedReturn = "time-weighted return"
    /// The same per year.
    public static let annualisedTimeWeighted = "annualised time-weighted return"
    /// The largest fall from a peak.
    public static let largestDrawdown = "maximum drawdown"
    /// How much the daily returns vary, per year.
    public static let returnVolatility = "volatility of returns"
    /// What the days brought in dollars.
    public static let equityGain = "gain of the period"
    /// How many sessions have a return.
    public static let equitySessions = "sessions with a return"
}
