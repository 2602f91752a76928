import Foundation
import LanguageModels
import Storage
import Testing

@Suite("How costs are written")
struct DollarTextTests {
    @Test(
        "Amounts",
        arguments: [
            ("0", "$0.00"), ("0.0031", "$0.0031"), ("0.00314", "$0.0031"), ("0.00005", "<$0.0001"), ("0.25", "$0.2500"),
            ("0.0001", "$0.0001"), ("1", "$1.00"), ("12.345", "$12.35"), ("1234567.891", "$1,234,567.89"),
            ("-0.5", "-$0.5000"),
        ]
    )
    func amounts(amount: String, text: String) throws {
        #expect(DollarText.text(try #require(Decimal(string: amount))) == text)
    }

    @Test(
        "Counts",
        arguments: [(0, "0"), (999, "999"), (1_204, "1,204"), (1_234_567, "1,234,567"), (-1_000, "-1,000")]
    )
    func counts(count: Int, text: String) {
        #expect(DollarText.count(count) == text)
    }

    @Test("The line below an answer")
    func line() throws {
        var total = UsageTotal(calls: 2, input: 1_204, output: 310, cost: try #require(Decimal(string: "0.0031")))
        #expect(CallSpending(total).description == "$0.0031 · 1,204 in / 310 out")
        total.cachedInput = 820
        #expect(CallSpending(total).description == "$0.0031 · 1,204 in (820 cached) / 310 out")
        total.unknownCosts = 1
        #expect(CallSpending(total).costText == "$0.0031 + unknown")
        total.unknownCosts = 2
        #expect(CallSpending(total).costText == "cost unknown")
        total.unknownCosts = 0
        total.estimatedCosts = 1
        #expect(CallSpending(total).costText == "up to $0.0031")
        total.uncountedCalls = 1
        #expect(CallSpending(total).description == "up to $0.0031 · 1,204 in (820 cached) / 310 out + unknown")
        total = UsageTotal(calls: 1, cost: 0, unknownCosts: 1, uncountedCalls: 1)
        #expect(CallSpending(total).description == "cost unknown · tokens unknown")
        #expect(CallSpending(UsageTotal()).description == "")
    }
}
