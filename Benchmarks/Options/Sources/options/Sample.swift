import Foundation
import Markets

/// Options as `Benchmarks/options.py` writes them: one column a property.
struct Sample: Decodable {
    /// European options, and the prices whose volatilities are sought.
    let european: Columns
    /// American options.
    let american: Columns
    /// A chain with market prices; empty where none was given.
    let chain: Columns

    struct Columns: Decodable {
        let isCall: [Bool]
        let spot: [Double]
        let strike: [Double]
        let rate: [Double]
        let yield: [Double]
        let years: [Double]
        let volatility: [Double]
        let price: [Double]

        var rights: [OptionContract.Right] { isCall.map { $0 ? .call : .put } }

        func terms(_ style: OptionTerms.Style, dividends: [OptionTerms.CashDividend] = []) throws -> [OptionTerms] {
            try spot.indices.map { index in
                try OptionTerms(
                    style: style,
                    right: isCall[index] ? .call : .put,
                    spot: spot[index],
                    strike: strike[index],
                    rate: rate[index],
                    dividendYield: dividends.isEmpty ? yield[index] : 0,
                    dividends: dividends,
                    years: years[index]
                )
            }
        }
    }
}
