public import Foundation
public import Markets
public import Storage

/// What the owner imported into the database, as a source among others: quotes, daily bars, dividends, and the holdings
/// that the imported history leads to.
public struct ImportedMarket: QuoteSource, PriceHistorySource, HoldingsSource {
    private let store: PortfolioStore
    private let clock: @Sendable () -> Date

    /// What is in `store`.
    ///
    /// - Parameter clock: The current time, by which options are judged to be past their end.
    public init(store: PortfolioStore, clock: @escaping @Sendable () -> Date) {
        self.store = store
        self.clock = clock
    }

    /// `imported`.
    public var name: String { "imported" }
    /// `Imported files`.
    public var title: String { "Imported files" }
    /// Files.
    public var kind: ConnectorKind { .file }
    /// Always.
    public var readiness: ConnectorReadiness { .ready }

    /// The latest imported quote of each symbol, with the time and the file it came with.
    ///
    /// - Throws: `ConnectorError` where the database cannot be read.
    public func quotes(of symbols: [String]) async throws -> Sourced<[Quote]> {
        let records = try read { try store.latestQuotes(for: symbols) }
        var seen: Set<String> = []
        let quotes = symbols.compactMap { symbol in
            seen.insert(symbol).inserted ? records[symbol].map(Quote.init(record:)) : nil
        }
        return Sourced(quotes, source: title)
    }

    /// Imported bars and dividends of a ticker, and the splits that adjusted closes tell for certain.
    ///
    /// - Throws: `ConnectorError`: `notFound` where neither bars nor dividends of it were imported.
    public func history(
        of symbol: String,
        in dates: ClosedRange<TradingDate>
    ) async throws -> Sourced<PriceHistory> {
        let all = try read { try store.bars(symbol: symbol) }.compactMap(DailyBar.init(record:))
        let dividends = try read { try store.dividends() }.filter { $0.symbol == symbol }
            .compactMap(Dividend.init(record:))
        guard !all.isEmpty || !dividends.isEmpty else {
            throw ConnectorError(
                name,
                .notFound,
                "no daily bars of '\(DisplayText.line(symbol))' were imported",
                nextStep: "import \(DisplayText.line(symbol)).csv with `magnus import`"
            )
        }
        let bars = all.filter { dates.contains($0.date) }
        let before = all.last { $0.date < dates.lowerBound }
        let steps = AdjustmentSteps((before.map { [$0] } ?? []) + bars, source: title)
        return Sourced(
            PriceHistory(
                symbol: symbol,
                bars: bars,
                splits: steps.splits,
                // What was imported as dividends is better than what bars tell.
                dividends: dividends.isEmpty ? steps.dividends : dividends.filter { dates.contains($0.exDate) }
            ),
            source: title,
            asOf: bars.last?.date.newYorkInstant(hour: 16)
        )
    }

    /// The holdings that the imported history leads to, one a broker account; empty where nothing was imported.
    ///
    /// - Throws: `ConnectorError` where the database cannot be read.
    public func holdings() async throws -> Sourced<[AccountHoldings]> {
        let today = TradingDate(newYorkDateOf: clock())
        let transactions = try read { try store.transactions { try Transaction(record: $0) } }.filter {
            $0.date <= today
        }
        var notes: [String] = []
        let accounts = Dictionary(grouping: OpeningBalances.assigned(transactions)) { $0.account ?? "" }.sorted {
            $0.key < $1.key
        }
        .map { account, transactions in
            let ledger = Ledger(transactions: transactions, asOf: today)
            notes += ledger.issues.map(\.message)
            return AccountHoldings(
                account: Account(
                    broker: name,
                    number: account,
                    nickname: AccountName.isNumber(account) ? nil : account
                ),
                positions: ledger.positions.map { position in
                    HeldPosition(
                        symbol: position.instrument.symbol,
                        multiplier: position.instrument.multiplier,
                        quantity: position.quantity,
                        averagePrice: position.averagePrice,
                        opened: position.opened
                    )
                },
                balances: ledger.cash.amount.map { AccountBalances(cash: $0) }
            )
        }
        let last = transactions.last?.date.newYorkInstant(hour: 16)
        return Sourced(accounts, source: title, asOf: last, notes: notes)
    }

    private func read<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as StorageError {
            throw ConnectorError(name, error)
        }
    }
}

extension DailyBar {
    /// A bar from its row; nil for a row whose date is unreadable.
    init?(record: BarRecord) {
        guard let date = TradingDate(record.date) else { return nil }
        self.init(
            symbol: record.symbol,
            date: date,
            open: record.open,
            high: record.high,
            low: record.low,
            close: record.close,
            adjustedClose: record.adjustedClose,
            volume: record.volume
        )
    }
}

extension ImportedMarket: DependentConnector {
    /// The ledger, and what was imported with it.
    public var dependencies: Set<DataDependency> { [.ledger, .quotes, .history] }
}
