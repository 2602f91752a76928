import Foundation
import JSON
import Markets

extension Robinhood {
    /// How many identifiers or dates are asked for at once; the server states no limit.
    private static let lot = 40

    /// The contracts that `references` name, by Robinhood's identifier. One it does not describe is left out.
    func contracts(
        of references: [OptionReference],
        _ records: inout RecordReader
    ) async throws -> [String: OptionContract] {
        let wanted = Set(references.map(\.identifier))
        var found: [String: OptionContract] = [:]
        for (chain, members) in Dictionary(grouping: references, by: \.chain).sorted(by: { $0.key < $1.key }) {
            let expirations = Set(members.map(\.expiration)).sorted()
            for (identifier, contract) in try await instruments(of: chain, expirations, &records)
            where wanted.contains(identifier) {
                found[identifier] = contract
            }
        }
        return found
    }

    /// The contracts of a chain that expire on one of the dates, by Robinhood's identifier.
    func instruments(
        of chain: String,
        _ expirations: [String],
        _ records: inout RecordReader
    ) async throws -> [String: OptionContract] {
        let tool = "get_option_instruments"
        var found: [String: OptionContract] = [:]
        for dates in expirations.lots(of: Self.lot) {
            let list = try await reader.list(dates, as: "expiration_dates", of: tool)
            let arguments: [String: WireValue] = ["chain_symbol": .text(chain), "expiration_dates": list]
            let instruments = try await reader.records("instruments", of: tool, arguments)
            let contracts = try records.records(instruments, "contracts", Self.contract)
            for (identifier, contract) in contracts { found[identifier] = contract }
        }
        return found
    }

    private static func contract(
        _ record: WireValue,
        _ drift: inout SchemaDrift
    ) -> (identifier: String, contract: OptionContract)? {
        guard let identifier = record.string("id", &drift), let chain = record.string("chain_symbol", &drift),
            let date = record.required("expiration_date", { $0.string.flatMap { TradingDate($0) } }, &drift),
            let strike = record.decimal("strike_price", &drift), strike > 0, strike <= OptionContract.highestStrike,
            let right = record.required("type", { $0.string.flatMap(OptionContract.Right.init(rawValue:)) }, &drift)
        else { return nil }
        let multiplier = record.required("trade_value_multiplier", OptionReference.multiplier, &drift) ?? 100
        // A root holds no dot: BRK.B's is BRKB.
        let root = chain.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
        guard (1...6).contains(root.utf8.count) else { return nil }
        let contract = OptionContract(
            root: root,
            expiration: date,
            right: right,
            strike: strike,
            multiplier: multiplier
        )
        return (identifier, contract)
    }

    /// Quotes of options by Robinhood's identifier.
    func optionQuotes(
        of identifiers: [String],
        _ records: inout RecordReader
    ) async throws -> [String: ListedQuote] {
        let tool = "get_option_quotes"
        var quotes: [String: ListedQuote] = [:]
        for lot in identifiers.sorted().lots(of: Self.lot) {
            let list = try await reader.list(lot, as: "instrument_ids", of: tool)
            let results = try await reader.records("results", of: tool, ["instrument_ids": list])
            for quote in try records.records(results, "quotes of options", ListedQuote.init(_:_:)) {
                quotes[quote.identifier] = quote
            }
        }
        return quotes
    }

    /// Quotes of shares by ticker.
    func shareQuotes(of symbols: [String], _ records: inout RecordReader) async throws -> [String: Quote] {
        let tool = "get_equity_quotes"
        var quotes: [String: Quote] = [:]
        for lot in symbols.lots(of: Self.lot) {
            let list = try await reader.list(lot, as: "symbols", of: tool)
            let results = try await reader.records("results", of: tool, ["symbols": list])
            for quote in try records.records(results, "quotes of shares", shareQuote) { quotes[quote.symbol] = quote }
        }
        return quotes
    }

    private func shareQuote(_ record: WireValue, _ drift: inout SchemaDrift) -> Quote? {
        let value = record["quote"] ?? record
        guard let symbol = value.string("symbol", &drift),
            let asOf = value.instant("venue_last_trade_time", &drift) ?? value["updated_at"]?.instant
        else { return nil }
        return Quote(
            symbol: symbol,
            asOf: asOf,
            bid: value.decimal("bid_price", &drift)?.price,
            ask: value.decimal("ask_price", &drift)?.price,
            last: value.decimal("last_trade_price", &drift)?.price,
            previousClose: value.first(of: ["adjusted_previous_close", "previous_close"], \.decimal, &drift)?.price,
            source: title
        )
    }
}

/// A quote of an option as Robinhood gives it, with its Greeks.
struct ListedQuote: Sendable {
    let identifier: String
    let asOf: Date
    let bid: Decimal?
    let ask: Decimal?
    let mark: Decimal?
    let previousClose: Decimal?
    let openInterest: Int?
    let volume: Int?
    let impliedVolatility: Double?
    let greeks: ReportedGreeks?

    init?(_ record: WireValue, _ drift: inout SchemaDrift) {
        let value = record["quote"] ?? record
        guard let identifier = value.string("instrument_id", &drift), let asOf = value.instant("updated_at", &drift)
        else { return nil }
        self.identifier = identifier
        self.asOf = asOf
        bid = value.decimal("bid_price", &drift)?.price
        ask = value.decimal("ask_price", &drift)?.price
        mark = value.first(of: ["mark_price", "adjusted_mark_price"], \.decimal, &drift)?.price
        previousClose = value.decimal("previous_close_price", &drift)?.price
        openInterest = value.sparse("open_interest", \.integer, &drift)
        volume = value.sparse("volume", \.integer, &drift)
        impliedVolatility = value.required("implied_volatility", \.double, &drift).flatMap { $0 > 0 ? $0 : nil }
        let greeks = ReportedGreeks(
            delta: value.required("delta", \.double, &drift),
            gamma: value.required("gamma", \.double, &drift),
            theta: value.required("theta", \.double, &drift),
            vega: value.required("vega", \.double, &drift),
            rho: value.required("rho", \.double, &drift)
        )
        self.greeks = greeks == ReportedGreeks() ? nil : greeks
    }

    func quote(_ symbol: String, source: String) -> Quote {
        Quote(
            symbol: symbol,
            asOf: asOf,
            bid: bid,
            ask: ask,
            previousClose: previousClose,
            openInterest: openInterest,
            volume: volume,
            source: source
        )
    }
}
