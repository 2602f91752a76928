import Foundation
import LanguageModels
import Testing

@Suite("Prices of models")
struct ModelPriceTests {
    private let price = ModelPrice(
        inputPerMillion: 3,
        outputPerMillion: 15,
        cachedInputPerMillion: Decimal(string: "0.3"),
        cacheWritePerMillion: Decimal(string: "3.75"),
        asOf: "2026-11-20",
        source: "a price list"
    )

    @Test("Tokens from the cache and to the cache have their own prices")
    func cost() {
        // 700 x 3 + 200 x 0.3 + 100 x 3.75 + 50 x 15 = 3,285 millionths of a dollar.
        let usage = TokenUsage(input: 1_000, cachedInput: 200, cacheWriteInput: 100, output: 50)
        #expect(price.cost(of: usage) == Decimal(string: "0.003285"))
    }

    @Test("A cost that cannot be known is not zero")
    func unknown() {
        #expect(price.cost(of: TokenUsage(input: 10)) == nil)
        #expect(price.cost(of: TokenUsage()) == nil)
    }

    @Test("The largest cost counts every token at its dearest")
    func largest() {
        // 1,000 x 3.75 + 100 x 15 = 5,250 millionths of a dollar.
        #expect(price.largestCost(inputTokens: 1_000, maximumOutputTokens: 100) == Decimal(string: "0.00525"))
    }
}
