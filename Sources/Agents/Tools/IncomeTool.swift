public import Evidence
import Foundation
public import JSON
import Markets

/// What the portfolio brought in, by month.
public struct IncomeTool: Tool {
    /// `income`.
    public let name = "income"
    /// What it returns.
    public let summary = "Net option premium, dividends, interest, realised gains and fees by month and in total"
    /// Which underlyings.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers of the underlyings to look at; all when absent or empty", .strings),
        .init("from", "First day that counts, YYYY-MM-DD; all of the history when absent", .string),
        .init("through", "Last day that counts, YYYY-MM-DD; to the end when absent", .string),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// The tool.
    public init() {}

    /// Sums of the history by month.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let (portfolio, _) = try context.requirePortfolio()
        let symbols = Set(arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? [])
        func counts(_ instrument: Instrument?) -> Bool {
            symbols.isEmpty || instrument.map { symbols.contains($0.underlying) } == true
        }
        let (from, through) = (try day("from", arguments), try day("through", arguments))
        func isInPeriod(_ date: TradingDate) -> Bool {
            (from.map { date >= $0 } ?? true) && (through.map { date <= $0 } ?? true)
        }
        var months: [TradingDate: Month] = [:]
        var total = Month()
        for transaction in context.transactions where counts(transaction.instrument) && isInPeriod(transaction.date) {
            let key = transaction.date.endOfMonth
            months[key, default: Month()].add(transaction)
            total.add(transaction)
        }
        for gain in portfolio.realised where counts(gain.instrument) && isInPeriod(gain.closeDate) {
            let key = gain.closeDate.endOfMonth
            months[key, default: Month()].add(gain)
            total.add(gain)
        }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addPortfolio(context)
        if let from { sheet.addFixed(FactLabel.from, .date(from), .date, source: "question") }
        if let through { sheet.addFixed(FactLabel.through, .date(through), .date, source: "question") }
        for (key, month) in months.sorted(by: { $0.key < $1.key }) where !month.isEmpty {
            sheet.add(month, endingOn: key, source: context.portfolioSource)
        }
        if !total.isEmpty { sheet.add(total, endingOn: nil, source: context.portfolioSource) }
        if total.unknownGains > 0 {
            sheet.addFixed(FactLabel.unknownGains, .decimal(Decimal(total.unknownGains)), .count, source: "computed")
            sheet.addGap(
                "\(total.unknownGains) closed lots have no opening trade in the history, so their gain is not known; "
                    + "`magnus import --opening FILE` supplies what was held before"
            )
        }
        return sheet.evidence(summary: "income by month")
    }

    private func day(_ parameter: String, _ arguments: JSONValue) throws -> TradingDate? {
        guard let text = arguments[parameter]?.string else { return nil }
        guard let date = TradingDate(text) else {
            throw ToolError.invalidArguments(tool: name, reason: "'\(text)' is not a date (YYYY-MM-DD)")
        }
        return date
    }

    /// Sums of one month.
    struct Month {
        var premium: Decimal = 0
        var dividends: Decimal = 0
        var interest: Decimal = 0
        var realised: Decimal = 0
        var fees: Decimal = 0
        var unknownGains = 0

        var isEmpty: Bool {
            premium == 0 && dividends == 0 && interest == 0 && realised == 0 && fees == 0 && unknownGains == 0
        }

        mutating func add(_ transaction: Transaction) {
            fees += transaction.fees
            switch transaction.kind {
            case .buyToOpen, .sellToOpen, .buyToClose, .sellToClose:
                if transaction.instrument?.contract != nil { premium += transaction.amount }
            case .dividend:
                dividends += transaction.amount
            case .interest:
                interest += transaction.amount
            case .fee:
                fees -= transaction.amount
            default:
                break
            }
        }

        mutating func add(_ gain: RealisedGain) {
            if let amount = gain.gain {
                realised += amount
            } else {
                unknownGains += 1
            }
        }
    }
}

extension FactSheet {
    fileprivate mutating func add(_ month: IncomeTool.Month, endingOn date: TradingDate?, source: String) {
        let subjects = date.map { [$0.description] } ?? []
        if let date {
            addFixed(FactLabel.through, .date(date), .date, of: subjects, source: source)
        }
        func add(_ label: String, _ value: Decimal, _ formula: String) {
            addFixed(label, .decimal(value), .dollars, of: subjects, source: source, formula: formula)
        }
        add(FactLabel.netPremium, month.premium, "cash from option trades less cash paid for them, fees included")
        add(FactLabel.dividendsReceived, month.dividends, "sum of dividend rows")
        add(FactLabel.interest, month.interest, "sum of interest rows")
        add(FactLabel.realised, month.realised, "closed lots, first in first out, after fees")
        add(FactLabel.fees, month.fees, "fees of trades and fee rows")
    }
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
