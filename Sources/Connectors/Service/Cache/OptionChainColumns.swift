import Foundation
import Markets

/// The columns of a chain while it is written.
struct OptionChainColumns {
    private typealias Parts = OptionChainCoding.Parts

    private var series = WordTable<OptionChainCoding.Series>()
    private var expirations = WordTable<TradingDate>()
    private var sources = WordTable<String>()
    private var previousTime: UInt64?

    private var flags = ByteWriter(), seriesColumn = ByteWriter(), expirationColumn = ByteWriter()
    private var strikes = ByteWriter(), times = ByteWriter(), sourceColumn = ByteWriter()
    private var bids = ByteWriter(), asks = ByteWriter(), lasts = ByteWriter(), closes = ByteWriter()
    private var interests = ByteWriter(), volumes = ByteWriter(), volatilities = ByteWriter()
    private var deltas = ByteWriter(), gammas = ByteWriter(), thetas = ByteWriter(), vegas = ByteWriter()
    private var rhos = ByteWriter(), symbols = ByteWriter()

    mutating func append(_ option: ListedOption) {
        let (contract, quote) = (option.contract, option.quote)
        var parts: Parts = contract.right == .put ? .isPut : []
        seriesColumn.append(
            series.index(
                of: .init(root: contract.root, underlying: contract.underlying, multiplier: contract.multiplier)
            )
        )
        expirationColumn.append(expirations.index(of: contract.expiration))
        strikes.append(contract.strike)
        let time = quote.asOf.timeIntervalSinceReferenceDate.bitPattern
        if time == previousTime { parts.insert(.sameTime) } else { times.append(fixed: time) }
        previousTime = time
        sourceColumn.append(sources.index(of: quote.source))
        if let bid = quote.bid { parts.insert(.bid); bids.append(bid) }
        if let ask = quote.ask { parts.insert(.ask); asks.append(ask) }
        if let last = quote.last { parts.insert(.last); lasts.append(last) }
        if let close = quote.previousClose { parts.insert(.previousClose); closes.append(close) }
        if let interest = quote.openInterest { parts.insert(.openInterest); interests.append(interest) }
        if let volume = quote.volume { parts.insert(.volume); volumes.append(volume) }
        if let volatility = option.impliedVolatility {
            parts.insert(.impliedVolatility)
            volatilities.append(volatility)
        }
        if let greeks = option.greeks { append(greeks, &parts) }
        if quote.symbol != contract.symbol { parts.insert(.ownSymbol); symbols.append(quote.symbol) }
        flags.append(flags: parts.rawValue)
    }

    private mutating func append(_ greeks: ReportedGreeks, _ parts: inout Parts) {
        parts.insert(.greeks)
        if let delta = greeks.delta { parts.insert(.delta); deltas.append(delta) }
        if let gamma = greeks.gamma { parts.insert(.gamma); gammas.append(gamma) }
        if let theta = greeks.theta { parts.insert(.theta); thetas.append(theta) }
        if let vega = greeks.vega { parts.insert(.vega); vegas.append(vega) }
        if let rho = greeks.rho { parts.insert(.rho); rhos.append(rho) }
    }

    func write(to writer: inout ByteWriter) {
        writer.append(UInt64(series.words.count))
        for one in series.words {
            writer.append(one.root)
            writer.append(one.underlying)
            writer.append(one.multiplier)
        }
        writer.append(UInt64(expirations.words.count))
        for date in expirations.words { writer.append(date.daysSinceEpoch) }
        writer.append(UInt64(sources.words.count))
        for source in sources.words { writer.append(source) }
        for column in [
            flags, seriesColumn, expirationColumn, strikes, times, sourceColumn, bids, asks, lasts, closes, interests,
            volumes, volatilities, deltas, gammas, thetas, vegas, rhos, symbols,
        ] { writer.append(column) }
    }
}

/// Values that occur often, each kept once and known by its place.
private struct WordTable<Word: Hashable> {
    private(set) var words: [Word] = []
    private var places: [Word: Int] = [:]

    mutating func index(of word: Word) -> UInt64 {
        if let place = places[word] { return UInt64(place) }
        places[word] = words.count
        words.append(word)
        return UInt64(words.count - 1)
    }
}
