import Foundation
import Markets

/// Chains as no source would send them, and chains as one does.
enum RandomChains {
    /// Any chain: odd roots, strikes, numbers and gaps.
    static func chain(using generator: inout some RandomNumberGenerator) -> OptionChain {
        let count = Int.random(in: 0...12, using: &generator)
        let options = (0..<count).map { _ in option(using: &generator) }
        return OptionChain(
            underlying: ["NVDA", "", "BRK.B", "Ünderlying 🙂"].randomElement(using: &generator) ?? "",
            underlyingPrice: decimal(using: &generator),
            options: options
        )
    }

    private static func option(using generator: inout some RandomNumberGenerator) -> ListedOption {
        let root = ["NVDA", "BRKB", "AAPL1", "SPXW", "A", "odd root"].randomElement(using: &generator) ?? ""
        let contract = OptionContract(
            root: root,
            underlying: Bool.random(using: &generator) ? nil : "OTHER",
            expiration: TradingDate(daysSinceEpoch: Int.random(in: 10_957...47_481, using: &generator)),
            right: Bool.random(using: &generator) ? .call : .put,
            strike: decimal(using: &generator) ?? 170,
            multiplier: [100, 10, 1, -5, Int.max, Int.min].randomElement(using: &generator) ?? 100
        )
        let quote = Quote(
            symbol: Bool.random(using: &generator) ? contract.symbol : "another",
            asOf: Date(timeIntervalSinceReferenceDate: Double.random(in: -1e9...1e9, using: &generator)),
            bid: decimal(using: &generator),
            ask: decimal(using: &generator),
            last: decimal(using: &generator),
            previousClose: decimal(using: &generator),
            openInterest: integer(using: &generator),
            volume: integer(using: &generator),
            source: ["Alpha", "Beta", ""].randomElement(using: &generator) ?? ""
        )
        let greeks = ReportedGreeks(
            delta: double(using: &generator),
            gamma: double(using: &generator),
            theta: double(using: &generator),
            vega: double(using: &generator),
            rho: double(using: &generator)
        )
        return ListedOption(
            contract: contract,
            quote: quote,
            impliedVolatility: double(using: &generator),
            greeks: Bool.random(using: &generator) ? greeks : nil
        )
    }

    private static func decimal(using generator: inout some RandomNumberGenerator) -> Decimal? {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return nil
        case 1: return Decimal(Int.random(in: 0...40_000, using: &generator)) / 100
        case 2: return Decimal(Int.random(in: -9_999...9_999, using: &generator)) / 1_000
        case 3: return Decimal(Int.random(in: 1...2_000, using: &generator))
        case 4: return Decimal(UInt64.random(in: 0...UInt64.max, using: &generator)) / 7
        default:
            let exponent = Int.random(in: -40...40, using: &generator)
            return Decimal(
                sign: .plus,
                exponent: exponent,
                significand: Decimal(Int.random(in: 1...9, using: &generator))
            )
        }
    }

    private static func integer(using generator: inout some RandomNumberGenerator) -> Int? {
        [nil, 0, 1, -1, 12_345, Int.max, Int.min].randomElement(using: &generator) ?? nil
    }

    private static func double(using generator: inout some RandomNumberGenerator) -> Double? {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: nil
        case 1: Double(Int.random(in: -9_999...9_999, using: &generator)) / 10_000
        default: Double.random(in: -2...2, using: &generator)
        }
    }

    /// A chain as a broker sends it: strikes around the price, Greeks with four digits.
    static func realistic(_ root: String, count: Int, using generator: inout some RandomNumberGenerator) -> OptionChain
    {
        let first = TradingDate(daysSinceEpoch: 20_796)
        let options = (0..<count).map { index in
            let contract = OptionContract(
                root: root,
                underlying: root,
                expiration: first.adding(days: index / 40 * 7),
                right: index % 2 == 0 ? .call : .put,
                strike: Decimal(100 + index % 40 / 2 * 5)
            )
            let bid = Decimal(Int.random(in: 1...4_000, using: &generator)) / 100
            let quote = Quote(
                symbol: contract.symbol,
                asOf: Date(timeIntervalSince1970: 1_795_616_990 + Double(index / 2)),
                bid: bid,
                ask: bid + Decimal(5) / 100,
                last: bid,
                previousClose: bid,
                openInterest: Int.random(in: 0...20_000, using: &generator),
                volume: Int.random(in: 0...5_000, using: &generator),
                source: "Alpha"
            )
            func digits(_ range: ClosedRange<Int>) -> Double {
                Double(Int.random(in: range, using: &generator)) / 10_000
            }
            return ListedOption(
                contract: contract,
                quote: quote,
                impliedVolatility: digits(2_000...9_000),
                greeks: ReportedGreeks(
                    delta: digits(-9_999...9_999),
                    gamma: digits(0...900),
                    theta: digits(-3_000...0),
                    vega: digits(0...5_000),
                    rho: digits(-2_000...2_000)
                )
            )
        }
        return OptionChain(underlying: root, underlyingPrice: 150, options: options)
    }
}
