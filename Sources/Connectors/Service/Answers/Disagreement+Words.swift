import Foundation
import Markets

extension Disagreement {
    /// What two sources do not agree on; nil where the difference is within `tolerance`.
    init?(_ compared: ComparedValues, sources: [String], tolerance: Double) {
        if let difference = compared.difference {
            guard abs(difference) > tolerance else { return nil }
        } else {
            guard compared.first != compared.second else { return nil }
        }
        let times = [compared.firstAsOf, compared.secondAsOf].map { $0.map { " (\(Self.time($0)))" } ?? "" }
        let values = [compared.first, compared.second]
        let sentence = "\(compared.measure): \(sources[0]) says \(values[0])\(times[0]), \(sources[1]) says "
        let percent = compared.difference.map { difference in
            let tenths = Int((abs(difference) * 1_000).rounded())
            return ", \(tenths / 10).\(tenths % 10) % apart"
        }
        self.init(
            measure: compared.measure,
            sources: sources,
            values: values,
            difference: compared.difference,
            words: sentence + values[1] + times[1] + (percent ?? "")
        )
    }

    /// A moment on New York's clocks: `2026-11-20 15:59:58 New York`.
    private static func time(_ moment: Date) -> String {
        let date = TradingDate(newYorkDateOf: moment)
        let seconds = Int(moment.timeIntervalSince(date.newYorkInstant(hour: 0)).rounded(.down))
        let parts = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(date) \(parts.joined(separator: ":")) New York"
    }
}

extension ComparedValues {
    /// Two numbers; nil where the first is zero and nothing can be related to it.
    init?(_ measure: String, _ first: Decimal, _ second: Decimal, _ firstAsOf: Date?, _ secondAsOf: Date?) {
        guard first != 0 else { return nil }
        let difference = (second - first) / first
        self.init(
            measure: measure,
            first: "\(first)",
            second: "\(second)",
            firstAsOf: firstAsOf,
            secondAsOf: secondAsOf,
            difference: NSDecimalNumber(decimal: difference).doubleValue
        )
    }

    /// Two quotes of one instrument, by their last price, or by the middle of bid and offer.
    static func quotes(_ first: Quote, _ second: Quote) -> ComparedValues? {
        if let one = first.last, let other = second.last {
            return ComparedValues("last price of \(first.symbol)", one, other, first.asOf, second.asOf)
        }
        guard let bid = first.bid, let ask = first.ask, let otherBid = second.bid, let otherAsk = second.ask else {
            return nil
        }
        let mids = ((bid + ask) / 2, (otherBid + otherAsk) / 2)
        return ComparedValues("mid price of \(first.symbol)", mids.0, mids.1, first.asOf, second.asOf)
    }

    /// Two sources' implied volatility.
    static func volatilities(_ first: VolatilityMeasures, _ second: VolatilityMeasures) -> ComparedValues? {
        guard let one = first.impliedVolatility, let other = second.impliedVolatility, one != 0 else { return nil }
        return ComparedValues(
            measure: "implied volatility of \(first.symbol)",
            first: "\(one)",
            second: "\(other)",
            firstAsOf: first.asOf,
            secondAsOf: second.asOf,
            difference: (other - one) / one
        )
    }

    /// Two histories, by the close of the last day both have.
    static func histories(_ first: PriceHistory, _ second: PriceHistory) -> ComparedValues? {
        let closes = Dictionary(second.bars.map { ($0.date, $0.close) }, uniquingKeysWith: { $1 })
        guard let bar = first.bars.last(where: { closes[$0.date] != nil }), let other = closes[bar.date] else {
            return nil
        }
        return ComparedValues("close of \(first.symbol) on \(bar.date)", bar.close, other, nil, nil)
    }

    /// Two sources' first report of the same days.
    static func reports(_ first: [EarningsReport], _ second: [EarningsReport]) -> ComparedValues? {
        guard let one = first.first, let other = second.first else { return nil }
        return ComparedValues(
            measure: "earnings date of \(one.symbol)",
            first: "\(one.date)",
            second: "\(other.date)"
        )
    }
}
