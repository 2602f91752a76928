import Connectors
import Foundation
import Markets
import Transport

/// A source of market data that does what its script says and knows the symbols it is given.
struct FakeMarket: QuoteSource, OptionChainSource, VolatilitySource, PriceHistorySource {
    var name: String
    var title: String { name.capitalized }
    var kind: ConnectorKind = .api
    var readiness: ConnectorReadiness = .ready
    var rateLimit: RateLimit?
    var timesToLive: [DataKind: Duration] = [:]
    /// Last prices of what it knows.
    var prices: [String: Decimal] = ["NVDA": 182, "AAPL": 270, "MSFT": 480]
    /// The provider's time.
    var asOf = Date(timeIntervalSince1970: 1_795_616_990)
    var notes: [String] = []
    let script: Script

    init(_ name: String = "alpha", _ script: Script = Script()) {
        self.name = name
        self.script = script
    }

    /// The same with other values.
    func with(_ change: (inout FakeMarket) -> Void) -> FakeMarket {
        var copy = self
        change(&copy)
        return copy
    }

    func quotes(of symbols: [String]) async throws -> Sourced<[Quote]> {
        try await script.perform(symbols.joined(separator: ","), name)
        let quotes = symbols.compactMap { symbol in
            prices[symbol].map { Quote(symbol: symbol, asOf: asOf, last: $0, source: title) }
        }
        return Sourced(quotes, source: title, asOf: asOf, notes: notes)
    }

    func chain(of underlying: String, expirations: ClosedRange<TradingDate>?) async throws -> Sourced<OptionChain> {
        let span = expirations.map { " \($0.lowerBound)..\($0.upperBound)" } ?? ""
        try await script.perform("chain \(underlying)\(span)", name)
        guard let price = prices[underlying] else { throw ConnectorError(name, .notFound, "no such underlying") }
        var chain = SampleChains.chain(underlying, price: price)
        if let expirations { chain.options.removeAll { !expirations.contains($0.contract.expiration) } }
        return Sourced(chain, source: title, asOf: asOf)
    }

    func volatility(of symbols: [String]) async throws -> Sourced<[VolatilityMeasures]> {
        try await script.perform("volatility " + symbols.joined(separator: ","), name)
        let measures = symbols.filter { prices[$0] != nil }.map {
            VolatilityMeasures(symbol: $0, impliedVolatility: 0.4, rank: 31, asOf: asOf)
        }
        return Sourced(measures, source: title)
    }

    func history(of symbol: String, in dates: ClosedRange<TradingDate>) async throws -> Sourced<PriceHistory> {
        try await script.perform("history \(symbol) \(dates.lowerBound)..\(dates.upperBound)", name)
        guard let price = prices[symbol] else { throw ConnectorError(name, .notFound, "no such ticker") }
        let days = stride(from: dates.lowerBound.daysSinceEpoch, through: dates.upperBound.daysSinceEpoch, by: 1)
        let bars = days.map(TradingDate.init(daysSinceEpoch:)).filter { $0.weekday < 6 }.map { date in
            DailyBar(symbol: symbol, date: date, open: price, high: price + 1, low: price - 1, close: price)
        }
        return Sourced(PriceHistory(symbol: symbol, bars: bars), source: title)
    }
}

/// Chains that can be told apart.
enum SampleChains {
    static let first = TradingDate(daysSinceEpoch: 20_796)

    /// Two expirations a month apart, three strikes, both rights.
    static func chain(_ underlying: String, price: Decimal) -> OptionChain {
        var options: [ListedOption] = []
        for expiration in [first, first.adding(days: 28)] {
            for step in -1...1 {
                for right in OptionContract.Right.allCases {
                    let contract = OptionContract(
                        root: underlying,
                        underlying: underlying,
                        expiration: expiration,
                        right: right,
                        strike: price + Decimal(step * 5)
                    )
                    let quote = Quote(
                        symbol: contract.symbol,
                        asOf: Date(timeIntervalSince1970: 1_795_616_990),
                        bid: Decimal(155) / 100,
                        ask: Decimal(165) / 100,
                        openInterest: 1_200,
                        source: "Alpha"
                    )
                    options.append(ListedOption(contract: contract, quote: quote, impliedVolatility: 0.4125))
                }
            }
        }
        return OptionChain(underlying: underlying, underlyingPrice: price, options: options)
    }
}
