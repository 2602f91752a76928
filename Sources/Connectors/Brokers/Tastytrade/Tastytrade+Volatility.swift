import Foundation
import JSON
public import Markets

extension Tastytrade: VolatilitySource, EarningsSource {
    /// Measures from `/market-metrics`, 50 symbols a request.
    ///
    /// The implied volatility is that of the underlying's 30-day index, a fraction; rank and percentile come as fractions of
    /// 1 and are given from 0 to 100; historical volatility comes in percent: in the contract it is 22.1 where the implied
    /// volatility is 0.281 and their difference 6.0.
    public func volatility(of symbols: [String]) async throws -> Sourced<[VolatilityMeasures]> {
        var reader = reader
        let records = try await metrics(of: symbols, &reader)
        let measures = try reader.records(records, "measures", Self.measures)
        return Sourced(measures, source: source, notes: reader.notes)
    }

    /// The next report of each symbol, as far as it lies in `dates`. tastytrade cannot be asked for all companies.
    public func earnings(
        of symbols: [String],
        in dates: ClosedRange<TradingDate>
    ) async throws -> Sourced<[EarningsReport]> {
        guard !symbols.isEmpty else {
            throw ConnectorError(name, .notOffered, "it has no calendar of all companies", nextStep: "name symbols")
        }
        var reader = reader
        let records = try await metrics(of: symbols, &reader)
        // A fund has no earnings.
        let reports = try reader.records(records, "reports") { record, drift -> [EarningsReport]? in
            guard let written = record.string("symbol", &drift) else { return nil }
            guard let earnings = record.optional("earnings", \.wholeObject, &drift) else { return [] }
            return Self.report(OptionSymbol.ticker(written, from: "/"), earnings, &drift).map { [$0] }
        }
        let due = reports.joined().filter { dates.contains($0.date) }.sorted {
            ($0.date, $0.symbol) < ($1.date, $1.symbol)
        }
        return Sourced(due, source: source, notes: reader.notes)
    }

    private func metrics(of symbols: [String], _ reader: inout RecordReader) async throws -> [WireValue] {
        let written = symbols.map { OptionSymbol.ticker($0, separator: "/") }
        let answers = try await Attempt.map(written.lots(of: 50)) { lot in
            try await data("/market-metrics", [("symbols", lot.joined(separator: ","))])
        }
        return try answers.flatMap { try reader.member("items", of: $0).items }
    }

    private static func measures(_ record: WireValue, _ drift: inout SchemaDrift) -> VolatilityMeasures? {
        guard let written = record.string("symbol", &drift) else { return nil }
        let symbol = OptionSymbol.ticker(written, from: "/")
        // A fund or an index has no earnings, a new listing no rank.
        return VolatilityMeasures(
            symbol: symbol,
            impliedVolatility: record.sparse("implied-volatility-index", \.double, &drift),
            rank: record.sparse("implied-volatility-index-rank", \.decimal, &drift).map { hundredfold($0) },
            percentile: record.sparse("implied-volatility-percentile", \.decimal, &drift).map { hundredfold($0) },
            historicalVolatility: record.sparse("historical-volatility-30-day", \.decimal, &drift).map {
                hundredth($0)
            },
            beta: record.sparse("beta", \.double, &drift),
            earnings: report(symbol, record.optional("earnings", \.wholeObject, &drift), &drift),
            asOf: record.sparse("implied-volatility-updated-at", \.instant, &drift) ?? record["updated-at"]?.instant
        )
    }

    /// The earnings per share in it are those of the report before, so they are not read.
    private static func report(
        _ symbol: String,
        _ record: WireValue?,
        _ drift: inout SchemaDrift
    ) -> EarningsReport? {
        guard let record, let date = record.required("expected-report-date", \.date, &drift) else { return nil }
        let session: EarningsReport.Session
        switch record["time-of-day"]?.string {
        case "BTO", "BMO": session = .beforeOpen
        case "AMC": session = .afterClose
        default: session = .unknown
        }
        return EarningsReport(
            symbol: symbol,
            date: date,
            session: session,
            estimate: record.sparse("consensus-estimate", \.decimal, &drift),
            isConfirmed: record.sparse("estimated", \.bool, &drift).map { !$0 }
        )
    }

    // In decimals, so that 0.2214 becomes 22.14 and not 22.139999999999997.
    private static func hundredfold(_ value: Decimal) -> Double { NSDecimalNumber(decimal: value * 100).doubleValue }
    private static func hundredth(_ value: Decimal) -> Double { NSDecimalNumber(decimal: value / 100).doubleValue }
}
