import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// Balances of the accounts, now and on past days.
public struct AccountsTool: Tool {
    /// `accounts`.
    public let name = "accounts"
    /// What it returns.
    public let summary =
        "Balances by account: cash, net liquidation value, buying power; past balances by day, cash by month from the books"
    /// How far back.
    public let parameters = ParameterSchema([
        .init("from", "First day of past balances, YYYY-MM-DD; a year back when absent", .string),
        .init("account", "Only accounts whose name contains this", .string),
        .init("limit", "At most so many past days or months; 12 when absent", .integer(1...400)),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// The balances. Brokers tell what is and not what was, so past days are those on which they were looked at; what was
    /// imported tells its cash at the end of every month.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (portfolio, valuation) = try context.requirePortfolio()
        let from = try arguments.day("from", of: name) ?? context.market.today.adding(days: -365)
        let wanted = arguments["account"]?.string?.lowercased() ?? ""
        let limit = arguments["limit"]?.integer ?? 12
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        sheet.addCash(context)
        sheet.addNetLiquidation(of: valuation)
        if let data = context.data, context.holdings != nil {
            try await addAccounts(data, wanted, context, &sheet)
            try await addPastBalances(data, since: from, wanted, limit, context, &sheet)
        } else if case .known(let cash) = portfolio.cash {
            addCashByMonth(cash, since: from, limit, context, &sheet)
        }
        return sheet.evidence(summary: "balances")
    }

    /// Balances as brokers report them.
    private func addAccounts(
        _ data: DataService,
        _ wanted: String,
        _ context: ToolContext,
        _ sheet: inout FactSheet
    ) async throws {
        let answer: ServedBySource<[AccountHoldings]>
        do {
            answer = try await data.holdings()
        } catch let error as DataServiceError {
            return sheet.addGap("balances by account: \(error.ofThoseAsked)")
        }
        sheet.note(answer.failures)
        for served in answer.answers {
            for account in served.value where wanted.isEmpty || account.account.title.lowercased().contains(wanted) {
                let title = account.account.title
                guard let balances = account.balances else {
                    sheet.addGap("\(title) gives no balances")
                    continue
                }
                let origin = Origin(served, asOf: balances.asOf)
                sheet.add(FactLabel.account, title, of: [title], origin)
                func add(_ label: String, _ value: Decimal?) {
                    sheet.add(label, value.map(Fact.Value.decimal), .dollars, of: [title], origin)
                }
                add(FactLabel.cash, balances.cash)
                add(FactLabel.netLiquidation, balances.netLiquidation)
                add(FactLabel.buyingPower, balances.buyingPower)
                add(FactLabel.optionBuyingPower, balances.optionBuyingPower)
            }
        }
    }

    /// Balances of past days that were kept.
    private func addPastBalances(
        _ data: DataService,
        since start: TradingDate,
        _ wanted: String,
        _ limit: Int,
        _ context: ToolContext,
        _ sheet: inout FactSheet
    ) async throws {
        guard data.connectors.contains(where: { $0 is any BalanceHistorySource && $0.readiness.isReady }) else {
            return
        }
        let answer: ServedBySource<[DailyBalance]>
        do {
            answer = try await data.balances(since: start)
        } catch let error as DataServiceError {
            return sheet.addGap("past balances: \(error.ofThoseAsked)")
        }
        sheet.note(answer.failures)
        let kept = answer.values.joined().filter { wanted.isEmpty || $0.account.lowercased().contains(wanted) }
        for balance in kept.suffix(limit) {
            // The account too: a row of a table names it beside the day.
            let subjects = ["\(balance.account) on \(balance.date)", balance.account]
            func add(_ label: String, _ value: Fact.Value?, _ unit: Fact.Unit) {
                guard let value else { return }
                sheet.add(
                    Fact(
                        label: label,
                        subjects: subjects,
                        value: value,
                        unit: unit,
                        source: balance.source,
                        asOf: balance.asOf,
                        freshness: .fixed
                    )
                )
            }
            add(FactLabel.balanceDate, .date(balance.date), .date)
            add(FactLabel.account, .text(balance.account), .text)
            add(FactLabel.cash, balance.cash.map(Fact.Value.decimal), .dollars)
            add(FactLabel.netLiquidation, balance.netLiquidation.map(Fact.Value.decimal), .dollars)
            add(FactLabel.buyingPower, balance.buyingPower.map(Fact.Value.decimal), .dollars)
        }
        if kept.count > limit { sheet.addGap("only the latest balances are shown; --number shows more") }
    }

    /// Cash at the end of each month of the history, from what it is now back.
    private func addCashByMonth(
        _ cash: Decimal,
        since start: TradingDate,
        _ limit: Int,
        _ context: ToolContext,
        _ sheet: inout FactSheet
    ) {
        var sums: [TradingDate: Decimal] = [:]
        for transaction in context.transactions { sums[transaction.date.endOfMonth, default: 0] += transaction.amount }
        guard let first = sums.keys.min(), let last = sums.keys.max() else { return }
        var months: [(day: TradingDate, cash: Decimal)] = []
        var (day, balance) = (last, cash)
        while day >= first, day >= start, months.count < limit {
            months.append((day, balance))
            balance -= sums[day] ?? 0
            let (year, month, _) = day.civil
            guard let begin = TradingDate(year: year, month: month, day: 1) else { break }
            day = begin.adding(days: -1)
        }
        for (index, (day, balance)) in months.reversed().enumerated() {
            // The month that is under way ends today.
            let date = min(day, context.market.today)
            // Not the date itself: what else happened on that day is not about this month.
            let subjects = ["month \(index + 1)"]
            sheet.addFixed(
                FactLabel.balanceDate,
                .date(date),
                .date,
                of: subjects,
                source: context.portfolioSource,
                formula: "last day of the month, or today"
            )
            sheet.addFixed(
                FactLabel.cash,
                .decimal(balance),
                .dollars,
                of: subjects,
                source: context.portfolioSource,
                formula: "cash now less the amounts of later rows"
            )
        }
    }
}

extension FactLabel {
    /// What shares may be bought for, as the broker says.
    public static let buyingPower = "buying power"
    /// What options may be bought or secured with, as the broker says.
    public static let optionBuyingPower = "option buying power"
    /// The day of a balance.
    public static let balanceDate = "balance date"
}
