import Connectors
import Evidence
import Foundation
import JSON
import Markets

/// What a scan looks at: underlyings with their chains, and what is known of each besides.
struct ScanUniverse {
    /// The sources of data.
    let data: DataService
    /// The turn's holdings and market.
    let context: ToolContext
    /// The history of each underlying, where the basis of wheels is asked for.
    var books: [String: [Transaction]]?

    /// The tickers to scan: those named, else those of a list, else everything held and on watchlists.
    ///
    /// - Throws: `CancellationError`.
    func symbols(_ arguments: JSONValue, _ sheet: inout FactSheet) async throws -> [String] {
        let named = arguments["symbols"]?.array?.compactMap { $0.string?.uppercased() } ?? []
        guard named.isEmpty else { return named }
        let wanted = arguments["list"]?.string?.lowercased() ?? ""
        var symbols: [String] = wanted.isEmpty ? context.symbols([:]) : []
        do {
            for list in try await data.watchlists().values.joined()
            where wanted.isEmpty || list.name.lowercased().contains(wanted) {
                symbols += list.symbols
            }
        } catch is DataServiceError {
            // Without a list what is held is scanned; a list that was asked for must be there.
            if !wanted.isEmpty { sheet.addGap("no watchlist can be read, so none is called '\(wanted)'") }
        }
        var seen: Set<String> = []
        return symbols.filter { seen.insert($0).inserted }
    }

    /// The same with the history of each underlying, so that the basis of wheels is worked out.
    var withBooks: ScanUniverse {
        var copy = self
        let history = context.transactions.filter { $0.instrument != nil }
        copy.books = Dictionary(grouping: history) { $0.instrument?.underlying ?? "" }
        return copy
    }

    /// The account's cash, exposures and value as far as they are known.
    var account: ScanAccount {
        guard let valuation = context.valuation else { return ScanAccount() }
        return ScanAccount(
            freeCash: valuation.freeCash,
            netLiquidation: valuation.netLiquidation,
            exposures: Dictionary(valuation.exposures.map { ($0.symbol, $0.dollars) }, uniquingKeysWith: { $1 })
        )
    }

    /// The moment and rate of a scan of quotes of the time `asOf`.
    func market(asOf: Date?) -> ScanMarket {
        ScanMarket(now: asOf ?? context.market.now, rate: context.market.riskFreeRate)
    }

    /// An underlying with what is known without asking anyone: its holdings and dividends.
    func underlying(_ chain: OptionChain) -> ScanUnderlying {
        var underlying = ScanUnderlying(chain: chain, dividends: context.market.dividends[chain.underlying] ?? [])
        guard let valuation = context.valuation else { return underlying }
        var written: Decimal = 0
        for position in valuation.positions.map(\.position) where position.instrument.underlying == chain.underlying {
            if let contract = position.instrument.contract {
                guard contract.right == .call, position.quantity < 0 else { continue }
                written -= position.quantity * contract.deliveredShares
            } else {
                underlying.freeShares += position.quantity
                underlying.shareBasis = position.averagePrice
            }
        }
        let shares = underlying.freeShares
        underlying.freeShares -= written
        if let books, shares > 0 {
            do throws(DataGap) {
                let basis = try WheelBasis(of: chain.underlying, in: books[chain.underlying] ?? [], held: shares)
                underlying.wheelBasis = basis.perShare
            } catch {
                underlying.wheelGap = error.reason
            }
        }
        return underlying
    }

    /// Earnings dates, volatility and history of the symbols that are left after the first look.
    ///
    /// - Throws: `CancellationError`.
    func complete(_ underlyings: [ScanUnderlying], _ sheet: inout FactSheet) async throws -> [ScanUnderlying] {
        let symbols = underlyings.map(\.symbol)
        var completed = underlyings
        let dates = try await earnings(of: symbols, &sheet)
        let measures = try await volatility(of: symbols, &sheet)
        let histories = try await histories(of: symbols)
        var withoutHistory: [String] = []
        for index in completed.indices {
            let symbol = completed[index].symbol
            completed[index].earnings = dates?[symbol]?.value.map(\.date)
            completed[index].volatilityRank = measures?[symbol].flatMap { VolatilityRank($0.value) }
            if let history = histories[symbol] {
                completed[index].historicalVolatility = HistoricalVolatility.annualised(history.bars)
                completed[index].regime = try? MarketRegime.latest(of: history.bars)
            } else {
                withoutHistory.append(symbol)
            }
        }
        if !withoutHistory.isEmpty {
            sheet.addGap(
                "no price history of \(withoutHistory.joined(separator: ", ")), so trend and past volatility are not scored"
            )
        }
        return completed
    }

    /// Earnings reports of the next 90 days; nil where no source answers, which the sheet then says.
    ///
    /// - Throws: `CancellationError`.
    func earnings(of symbols: [String], _ sheet: inout FactSheet) async throws -> ServedBatch<[EarningsReport]>? {
        let today = context.market.today
        return try await attempt("earnings dates", &sheet) {
            try await data.earnings(of: Array(Set(symbols)).sorted(), in: today...today.adding(days: 90))
        }
    }

    /// Implied-volatility measures; nil where no source answers, which the sheet then says.
    ///
    /// - Throws: `CancellationError`.
    func volatility(of symbols: [String], _ sheet: inout FactSheet) async throws -> ServedBatch<VolatilityMeasures>? {
        try await attempt("IV rank", &sheet) { try await data.volatility(of: symbols) }
    }

    /// Bars of the last 450 days of symbols side by side, so that a slow source delays a scan once and not for each.
    func histories(of symbols: [String]) async throws -> [String: PriceHistory] {
        try await withThrowingTaskGroup(of: (String, PriceHistory?).self) { group in
            for symbol in Set(symbols) {
                group.addTask { (symbol, try await history(of: symbol)) }
            }
            var histories: [String: PriceHistory] = [:]
            for try await (symbol, found) in group { histories[symbol] = found }
            return histories
        }
    }

    /// Bars of the last 450 days; nil where no source has them.
    ///
    /// - Throws: `CancellationError`.
    func history(of symbol: String) async throws -> PriceHistory? {
        let today = context.market.today
        do {
            return try await data.history(of: symbol, in: today.adding(days: -450)...today).value
        } catch is DataServiceError {
            return nil
        }
    }

    /// The whole chain; nil where no source has it.
    ///
    /// - Throws: `CancellationError`.
    func chain(of symbol: String) async throws -> Served<OptionChain>? {
        do {
            return try await data.chain(of: symbol)
        } catch is DataServiceError {
            return nil
        }
    }

    private func attempt<Value>(
        _ what: String,
        _ sheet: inout FactSheet,
        _ ask: () async throws -> Value
    ) async throws -> Value? {
        do {
            return try await ask()
        } catch let error as DataServiceError {
            sheet.addGap("\(what): \(error)")
            return nil
        }
    }
}

extension VolatilityRank {
    /// The rank a source reports; nil where it reports none.
    init?(_ measures: VolatilityMeasures) {
        guard let rank = measures.rank else { return nil }
        self.init(rank: rank, percentile: measures.percentile)
    }
}
