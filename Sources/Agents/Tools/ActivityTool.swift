import Connectors
public import Evidence
import Foundation
public import JSON
import Markets

/// What happened in the accounts: trades, assignments, dividends, movements of cash.
public struct ActivityTool: Tool {
    /// `activity`.
    public let name = "activity"
    /// What it returns.
    public let summary =
        "Trades and movements of the accounts by date, the latest first, from imports and from brokers, with their net amount"
    /// Which entries.
    public let parameters = ParameterSchema([
        .init("symbols", "Tickers of the underlyings to look at; all when absent or empty", .strings),
        .init("right", "Calls or puts alone", .choice(["call", "put"])),
        .init("from", "First day that counts, YYYY-MM-DD; 30 days back when absent", .string),
        .init("through", "Last day that counts, YYYY-MM-DD; today when absent", .string),
        .init("account", "Only accounts whose name contains this", .string),
        .init("limit", "At most so many entries; 40 when absent", .integer(1...500)),
    ])
    /// The portfolio.
    public let domain = ToolDomain.portfolio

    /// How many days are looked at where the question does not say.
    static let usualDays = 30

    /// The tool.
    public init() {}

    /// The entries, the latest first, and the sum of their amounts.
    ///
    /// An entry of a broker that equals an imported one is that one: a trade in day, instrument, direction, quantity and
    /// price, another movement in day, kind, instrument, and quantity or amount.
    public func run(_ arguments: JSONValue, identifier: String, context: ToolContext) async throws -> Evidence {
        let today = context.market.today
        let from = try arguments.day("from", of: name) ?? today.adding(days: -Self.usualDays)
        let through = try arguments.day("through", of: name) ?? today
        guard from <= through else {
            throw ToolError.invalidArguments(tool: name, reason: "\(from) is after \(through)")
        }
        var sheet = FactSheet(identifier: identifier, tool: name, holdingsOf: context)
        sheet.addFixed(FactLabel.from, .date(from), .date, source: "question")
        sheet.addFixed(FactLabel.through, .date(through), .date, source: "question")
        var entries = context.transactions.filter { (from...through).contains($0.date) }.map(ActivityEntry.init)
        let reported = try await brokers(since: from, besides: entries, context, &sheet)
        entries += reported.entries
        sheet.addPortfolio(context, without: reported.missing)
        let selection = Selection(arguments)
        let matching = entries.filter { $0.date <= through && selection.contains($0) }
            .enumerated().sorted {
                ($1.element.date, $1.element.sequence, $1.offset) < ($0.element.date, $0.element.sequence, $0.offset)
            }
            .map(\.element)
        sheet.addFixed(
            FactLabel.entryCount,
            .decimal(Decimal(matching.count)),
            .count,
            source: "computed",
            formula: "count of the rows that the question asks about"
        )
        let amounts = matching.compactMap(\.amount)
        if !amounts.isEmpty {
            sheet.addFixed(
                FactLabel.netAmount,
                .decimal(amounts.reduce(0, +)),
                .dollars,
                source: "computed",
                formula: "sum of the amounts of all entries"
            )
        }
        let unknown = matching.count - amounts.count
        if unknown > 0 { sheet.addGap("some entries have no amount, so the net amount leaves them out") }
        let limit = arguments["limit"]?.integer ?? 40
        for (rank, entry) in matching.prefix(limit).enumerated() { sheet.add(entry, rank: rank + 1) }
        if matching.count > limit { sheet.addGap("only the latest entries are shown; --number shows more") }
        return sheet.evidence(summary: "activity of the accounts")
    }

    /// What brokers say happened, without what was imported already, and which of them did not answer.
    private func brokers(
        since start: TradingDate,
        besides imported: [ActivityEntry],
        _ context: ToolContext,
        _ sheet: inout FactSheet
    ) async throws -> (entries: [ActivityEntry], missing: [String]) {
        // A portfolio that is looked at from a file, or the demonstration, is none of a broker's.
        guard let data = context.data, context.holdings != nil else { return ([], []) }
        let brokers = data.connectors.filter { $0 is any ActivitySource && $0.readiness.isReady }.map(\.name)
        guard !brokers.isEmpty else { return ([], []) }
        let served: ServedBySource<[AccountActivity]>
        do {
            served = try await data.activity(since: start)
        } catch let error as DataServiceError {
            sheet.addGap("what brokers report is missing: \(error.ofThoseAsked)")
            return ([], error.failures.map(\.connector).filter { brokers.contains($0) })
        }
        sheet.note(served.failures)
        var known: [ActivityEntry.Match: Int] = [:]
        for entry in imported {
            if let match = entry.match { known[match, default: 0] += 1 }
        }
        var entries: [ActivityEntry] = []
        for answer in served.answers {
            sheet.note(answer)
            for activity in answer.value {
                let entry = ActivityEntry(activity, Origin(answer))
                if let match = entry.match, let count = known[match], count > 0 {
                    known[match] = count - 1
                } else {
                    entries.append(entry)
                }
            }
        }
        return (entries, served.failures.map(\.connector))
    }

    /// Which entries are meant.
    private struct Selection {
        private let symbols: Set<String>
        private let right: OptionContract.Right?
        private let account: String

        init(_ arguments: JSONValue) {
            symbols = Set(arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? [])
            right = arguments["right"]?.string.flatMap(OptionContract.Right.init(rawValue:))
            account = arguments["account"]?.string?.lowercased() ?? ""
        }

        func contains(_ entry: ActivityEntry) -> Bool {
            if !symbols.isEmpty, entry.instrument.map({ symbols.contains($0.underlying) }) != true { return false }
            if let right, entry.instrument?.contract?.right != right { return false }
            return account.isEmpty || entry.account?.lowercased().contains(account) == true
        }
    }
}

/// A trade or a movement, wherever it was read.
struct ActivityEntry {
    /// What an imported row and a broker's entry of the same trade or movement have in common.
    enum Match: Hashable {
        case trade(TradingDate, Instrument, isSale: Bool, quantity: Decimal, price: Decimal)
        /// What became of an option.
        case outcome(TradingDate, Instrument, action: String, quantity: Decimal)
        case payment(TradingDate, Instrument?, action: String, amount: Decimal)
    }

    let date: TradingDate
    /// Rank within its day.
    let sequence: Int
    /// What happened, in words.
    let action: String
    let instrument: Instrument?
    /// Shares or contracts; below zero where they left the account. nil for cash.
    let quantity: Decimal?
    let price: Decimal?
    let amount: Decimal?
    let account: String?
    let source: String
    /// Whose entry it is, where a source gave it.
    let origin: Origin?

    /// An imported row.
    init(_ transaction: Transaction) {
        date = transaction.date
        sequence = transaction.sequence
        instrument = transaction.instrument
        action = transaction.kind.rawValue.replacing("_", with: " ")
        let isSale = ActivityEntry.leaves(transaction.kind)
        quantity = transaction.quantity == 0 ? nil : isSale ? -transaction.quantity : transaction.quantity
        price = transaction.price
        amount = transaction.amount
        account = transaction.account
        source = "\(transaction.origin.file):\(transaction.origin.line)"
        origin = nil
    }

    /// A broker's entry.
    init(_ activity: AccountActivity, _ origin: Origin) {
        date = activity.date
        sequence = 0
        instrument = activity.symbol.map { symbol in
            OptionContract(symbol: symbol).map(Instrument.option) ?? .shares(symbol)
        }
        action = activity.kind.rawValue
        quantity = activity.quantity
        price = activity.price
        amount = activity.amount
        account = activity.account.title
        source = origin.source
        self.origin = origin
    }

    /// What the same entry elsewhere has too; nil for what cannot be told from another.
    var match: Match? {
        switch action {
        case "expiration", "assignment", "exercise":
            guard let instrument, let quantity, quantity != 0 else { return nil }
            return .outcome(date, instrument, action: action, quantity: quantity.magnitude)
        case "dividend", "interest", "fee", "tax", "transfer":
            guard let amount, amount != 0 else { return nil }
            return .payment(date, instrument, action: action, amount: amount)
        default:
            guard let instrument, let quantity, quantity != 0, let price else { return nil }
            let isSale = quantity < 0
            return .trade(date, instrument, isSale: isSale, quantity: quantity.magnitude, price: price)
        }
    }

    private static func leaves(_ kind: Transaction.Kind) -> Bool {
        switch kind {
        case .sell, .sellToOpen, .sellToClose: true
        default: false
        }
    }
}

extension FactSheet {
    /// An entry of the accounts' history.
    fileprivate mutating func add(_ entry: ActivityEntry, rank: Int) {
        // The account too: a row of a table names it, where it names no instrument.
        let subjects = ["entry \(rank)"] + (entry.instrument?.factSubjects ?? [entry.account].compactMap(\.self))
        // The source names the line; cash has no key.
        let record = entry.instrument.map { RecordKey.key($0.symbol) } ?? .unkeyed
        func add(_ label: String, _ value: Fact.Value?, _ unit: Fact.Unit) {
            guard let value else { return }
            if let origin = entry.origin {
                self.add(label, value, unit, of: subjects, origin, record: record)
            } else {
                addFixed(label, value, unit, of: subjects, source: entry.source, record: record)
            }
        }
        add(FactLabel.date, .date(entry.date), .date)
        add(FactLabel.action, .text(entry.action), .text)
        add(FactLabel.instrument, entry.instrument.map { .text($0.description) }, .text)
        let unit: Fact.Unit = entry.instrument?.contract == nil ? .shares : .contracts
        add(FactLabel.quantity, entry.quantity.map(Fact.Value.decimal), unit)
        add(FactLabel.tradePrice, entry.price.map(Fact.Value.decimal), .dollarsPerShare)
        add(FactLabel.amount, entry.amount.map(Fact.Value.decimal), .dollars)
        add(FactLabel.account, entry.account.map(Fact.Value.text), .text)
    }
}

extension JSONValue {
    /// The date an argument gives; nil where it is absent or empty.
    ///
    /// - Throws: `ToolError.invalidArguments` for what is no date.
    func day(_ parameter: String, of tool: String) throws -> TradingDate? {
        guard let text = self[parameter]?.string, !text.isEmpty else { return nil }
        guard let date = TradingDate(text) else {
            throw ToolError.invalidArguments(tool: tool, reason: "'\(text)' is not a date (YYYY-MM-DD)")
        }
        return date
    }
}

extension FactLabel {
    /// The day something happened.
    public static let date = "date"
    /// What happened.
    public static let action = "action"
    /// What was traded.
    public static let instrument = "instrument"
    /// Price per share of a trade.
    public static let tradePrice = "trade price"
    /// Dollars into the account, negative when they left it.
    public static let amount = "amount"
    /// The sum of amounts.
    public static let netAmount = "net amount"
    /// An account's name, its number cut to the last four characters.
    public static let account = "account"
    /// Entries of a history.
    public static let entryCount = "entries"
}
