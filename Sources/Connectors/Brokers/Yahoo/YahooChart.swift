import Foundation
import JSON
import Markets

/// The answer of `/v8/finance/chart`: what it is about, and columns of daily bars.
struct YahooChart {
    let meta: WireValue
    private let result: WireValue

    /// The chart in `answer`.
    ///
    /// - Throws: `ConnectorError` where it has none.
    init(_ answer: WireValue, _ reader: RecordReader) throws {
        let chart = try reader.member("chart", of: answer)
        guard let result = try reader.member("result", of: chart).items.first else {
            throw ConnectorError("yahoo", .notFound, "Yahoo has no such symbol")
        }
        self.result = result
        meta = try reader.member("meta", of: result)
    }

    /// Bars as Yahoo sends them: prices and volumes adjusted for all splits since.
    func bars(_ symbol: String, _ drift: inout SchemaDrift) -> [DailyBar] {
        let indicators = result.member("indicators", &drift)
        guard let columns = indicators?.required("quote", \.elements, &drift)?.first else { return [] }
        // Without trading days there are no times, and a quote without columns.
        if columns == .object([:]) { return [] }
        let times = result.required("timestamp", \.elements, &drift) ?? []
        let adjusted =
            indicators?.sparse("adjclose", \.elements, &drift)?.first?
            .sparse("adjclose", \.elements, &drift) ?? []
        func column(_ name: String) -> [WireValue] { columns.required(name, \.elements, &drift) ?? [] }
        let (open, high, low, close) = (column("open"), column("high"), column("low"), column("close"))
        let volume = column("volume")
        func cell(_ column: [WireValue], _ index: Int) -> WireValue? { index < column.count ? column[index] : nil }
        // A day without trading has null in every column.
        return times.enumerated().compactMap { index, time in
            guard let moment = instant(time, "timestamp", &drift), let open = cell(open, index).flatMap(Self.price),
                let high = cell(high, index).flatMap(Self.price), let low = cell(low, index).flatMap(Self.price),
                let close = cell(close, index).flatMap(Self.price)
            else { return nil }
            return DailyBar(
                symbol: symbol,
                date: TradingDate(newYorkDateOf: moment),
                open: open,
                high: high,
                low: low,
                close: close,
                adjustedClose: cell(adjusted, index).flatMap(Self.price),
                volume: cell(volume, index)?.integer
            )
        }
    }

    /// Splits, oldest first.
    func splits(_ drift: inout SchemaDrift) -> [PriceHistory.Split] {
        events("splits", &drift).compactMap { event in
            guard let moment = event.instant("date", &drift), let new = event.decimal("numerator", &drift),
                let old = event.decimal("denominator", &drift), new > 0, old > 0
            else { return nil }
            return PriceHistory.Split(date: TradingDate(newYorkDateOf: moment), ratio: new / old)
        }.sorted { $0.date < $1.date }
    }

    /// Dividends, oldest first, adjusted for all splits since.
    func dividends(_ symbol: String, _ drift: inout SchemaDrift) -> [Dividend] {
        events("dividends", &drift).compactMap { event in
            guard let moment = event.instant("date", &drift),
                let amount = event.required("amount", Self.price, &drift)
            else { return nil }
            return Dividend(
                symbol: symbol,
                exDate: TradingDate(newYorkDateOf: moment),
                amount: amount,
                source: "Yahoo Finance"
            )
        }.sorted { $0.exDate < $1.exDate }
    }

    /// The events of a kind, of which there need not be any.
    private func events(_ kind: String, _ drift: inout SchemaDrift) -> [WireValue] {
        let events = result.optional("events", \.wholeObject, &drift)
        if case .object(let kinds)? = events {
            for name in kinds.keys where !["splits", "dividends", "capitalGains"].contains(name) { drift.note(name) }
        }
        guard case .object(let members)? = events?.optional(kind, \.wholeObject, &drift) else { return [] }
        return Array(members.values)
    }

    private func instant(_ time: WireValue, _ name: String, _ drift: inout SchemaDrift) -> Date? {
        if time != .null, time.instant == nil { drift.note(name) }
        return time.instant
    }

    /// A price. Yahoo keeps some in 32 bits and sends the noise behind the digits that count: 75.0875015258789 is 75.0875.
    static func price(_ value: WireValue) -> Decimal? {
        guard let exact = value.decimal, let double = value.double else { return nil }
        let single = Float(double)
        return Double(single) == double ? Decimal(string: "\(single)", locale: nil) : exact
    }
}
