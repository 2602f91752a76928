import Foundation
import Markets

/// The contracts of a chain, one after the other, from its columns.
struct OptionChainRows {
    private typealias Parts = OptionChainCoding.Parts

    /// A date and the six digits that stand for it in a symbol.
    private struct Expiration {
        var date: TradingDate
        var digits: [UInt8]
    }

    private var series: [OptionChainCoding.Series] = []
    private var expirations: [Expiration] = []
    private var sources: [String] = []
    private var time = Date(timeIntervalSinceReferenceDate: 0)

    private var flags, seriesColumn, expirationColumn, strikes, times, sourceColumn: ByteReader
    private var bids, asks, lasts, closes, interests, volumes, volatilities: ByteReader
    private var deltas, gammas, thetas, vegas, rhos, symbols: ByteReader

    /// The rows behind the position of `reader`; nil where they cannot be those of `count` contracts.
    init?(_ reader: inout ByteReader, count: Int) {
        for _ in 0..<reader.size() {
            series.append(.init(root: reader.text(), underlying: reader.text(), multiplier: reader.integer()))
        }
        for _ in 0..<reader.size() {
            let date = TradingDate(daysSinceEpoch: reader.integer())
            // A date that no calendar has would not survive being taken apart.
            guard (-719_162...4_000_000).contains(date.daysSinceEpoch) else { return nil }
            let (year, month, day) = date.civil
            var digits: [UInt8] = []
            for part in [year % 100, month, day] {
                digits.append(UInt8(ascii: "0") + UInt8(part / 10))
                digits.append(UInt8(ascii: "0") + UInt8(part % 10))
            }
            expirations.append(Expiration(date: date, digits: digits))
        }
        for _ in 0..<reader.size() { sources.append(reader.text()) }
        flags = reader.column()
        seriesColumn = reader.column()
        expirationColumn = reader.column()
        strikes = reader.column()
        times = reader.column()
        sourceColumn = reader.column()
        bids = reader.column()
        asks = reader.column()
        lasts = reader.column()
        closes = reader.column()
        interests = reader.column()
        volumes = reader.column()
        volatilities = reader.column()
        deltas = reader.column()
        gammas = reader.column()
        thetas = reader.column()
        vegas = reader.column()
        rhos = reader.column()
        symbols = reader.column()
        guard flags.count == 2 * count, !reader.hasFailed else { return nil }
    }

    /// Whether nothing is left in any column.
    var isAtEnd: Bool {
        let market = flags.isAtEnd && seriesColumn.isAtEnd && expirationColumn.isAtEnd && strikes.isAtEnd
        let quotes = times.isAtEnd && sourceColumn.isAtEnd && bids.isAtEnd && asks.isAtEnd && lasts.isAtEnd
        let counts = closes.isAtEnd && interests.isAtEnd && volumes.isAtEnd && volatilities.isAtEnd
        let greeks = deltas.isAtEnd && gammas.isAtEnd && thetas.isAtEnd && vegas.isAtEnd && rhos.isAtEnd
        return market && quotes && counts && greeks && symbols.isAtEnd && !hasFailed
    }

    private var hasFailed: Bool {
        let keys = flags.hasFailed || seriesColumn.hasFailed || expirationColumn.hasFailed || strikes.hasFailed
        let quotes = times.hasFailed || sourceColumn.hasFailed || bids.hasFailed || asks.hasFailed || lasts.hasFailed
        let counts = closes.hasFailed || interests.hasFailed || volumes.hasFailed || volatilities.hasFailed
        let greeks = deltas.hasFailed || gammas.hasFailed || thetas.hasFailed || vegas.hasFailed || rhos.hasFailed
        return keys || quotes || counts || greeks || symbols.hasFailed
    }

    /// The next contract; nil where its place in a table does not exist.
    mutating func next() -> ListedOption? {
        let parts = Parts(rawValue: flags.flags())
        let seriesIndex = seriesColumn.index(below: series.count)
        let expirationIndex = expirationColumn.index(below: expirations.count)
        let sourceIndex = sourceColumn.index(below: sources.count)
        guard !seriesColumn.hasFailed, !expirationColumn.hasFailed, !sourceColumn.hasFailed else { return nil }
        let strike = strikes.digits()
        if !parts.contains(.sameTime) {
            time = Date(timeIntervalSinceReferenceDate: Double(bitPattern: times.fixed()))
        }
        let one = series[seriesIndex]
        let contract = OptionContract(
            root: one.root,
            underlying: one.underlying,
            expiration: expirations[expirationIndex].date,
            right: parts.contains(.isPut) ? .put : .call,
            strike: strike.value,
            multiplier: one.multiplier
        )
        let symbol =
            parts.contains(.ownSymbol)
            ? symbols.text()
            : Self.symbol(one.root, expirations[expirationIndex].digits, contract.right, strike.parts)
                ?? contract.symbol
        let quote = Quote(
            symbol: symbol,
            asOf: time,
            bid: parts.contains(.bid) ? bids.decimal() : nil,
            ask: parts.contains(.ask) ? asks.decimal() : nil,
            last: parts.contains(.last) ? lasts.decimal() : nil,
            previousClose: parts.contains(.previousClose) ? closes.decimal() : nil,
            openInterest: parts.contains(.openInterest) ? interests.integer() : nil,
            volume: parts.contains(.volume) ? volumes.integer() : nil,
            source: sources[sourceIndex]
        )
        return ListedOption(
            contract: contract,
            quote: quote,
            impliedVolatility: parts.contains(.impliedVolatility) ? volatilities.double() : nil,
            greeks: parts.contains(.greeks) ? greeks(parts) : nil
        )
    }

    private mutating func greeks(_ parts: Parts) -> ReportedGreeks {
        ReportedGreeks(
            delta: parts.contains(.delta) ? deltas.double() : nil,
            gamma: parts.contains(.gamma) ? gammas.double() : nil,
            theta: parts.contains(.theta) ? thetas.double() : nil,
            vega: parts.contains(.vega) ? vegas.double() : nil,
            rho: parts.contains(.rho) ? rhos.double() : nil
        )
    }

    /// The contract's symbol from parts that are at hand, in a tenth of the time; nil for a strike it cannot hold.
    private static func symbol(
        _ root: String,
        _ date: [UInt8],
        _ right: OptionContract.Right,
        _ strike: (digits: UInt64, exponent: Int)?
    ) -> String? {
        guard let strike, strike.digits < 100_000_000, (-3...5).contains(strike.exponent) else { return nil }
        var thousandths = strike.digits
        for _ in 0..<(strike.exponent + 3) { thousandths *= 10 }
        guard thousandths < 100_000_000 else { return nil }
        let rootLength = root.utf8.count
        return String(unsafeUninitializedCapacity: rootLength + 15) { buffer in
            var position = 0
            for byte in root.utf8 {
                buffer[position] = byte
                position += 1
            }
            for byte in date {
                buffer[position] = byte
                position += 1
            }
            buffer[position] = right == .call ? UInt8(ascii: "C") : UInt8(ascii: "P")
            var rest = thousandths
            for place in stride(from: rootLength + 14, to: rootLength + 6, by: -1) {
                buffer[place] = UInt8(rest % 10) + 48
                rest /= 10
            }
            return rootLength + 15
        }
    }
}
