import Foundation
import Markets
import Testing

@Suite("Unusual activity")
struct UnusualActivityTests {
    private func chain(_ options: [ListedOption]) -> OptionChain {
        OptionChain(underlying: "XYZ", options: options)
    }

    @Test("needs volume over interest, over its own median, and dollars")
    func conditions() throws {
        let option = ChainSamples.option(
            .call,
            100,
            days: 9,
            bid: 1.0,
            ask: 1.1,
            last: 1.1,
            openInterest: 400,
            volume: 1_000
        )
        let symbol = option.contract.symbol
        func found(_ option: ListedOption, _ history: [Int]) -> [UnusualActivity] {
            UnusualActivity.find(in: chain([option]), history: [symbol: history]).options
        }
        // Median of 19 days of 200 and one of 0: 200; 1,000 × 1.05 × 100 = 105,000 dollars.
        let usual = Array(repeating: 200, count: 19) + [0]
        let activity = try #require(found(option, usual).first)
        #expect(activity.volumeToInterest == 2.5 && activity.volumeToMedian.value == 5 && activity.side == .buy)
        #expect(agree(activity.premium, 105_000, relative: 1e-12))
        #expect(found(option, Array(repeating: 201, count: 20)).isEmpty)
        var held = option
        held.quote.openInterest = 501
        #expect(found(held, usual).isEmpty)
        var cheap = option
        cheap.quote.bid = 0.40
        cheap.quote.ask = 0.50
        #expect(found(cheap, usual).isEmpty)
        let quiet = try #require(found(option, Array(repeating: 0, count: 20)).first)
        #expect(quiet.volumeToMedian.value == nil && quiet.volumeToMedian.reason?.isEmpty == false)
    }

    @Test("without a history it says so and ranks by volume over open interest, after those with one")
    func withoutHistory() throws {
        let options = [
            ChainSamples.option(.call, 100, days: 9, bid: 5, ask: 5.1, openInterest: 100, volume: 300),
            ChainSamples.option(.call, 105, days: 9, bid: 5, ask: 5.1, openInterest: 100, volume: 900),
            ChainSamples.option(.call, 110, days: 9, bid: 5, ask: 5.1, openInterest: 100, volume: 500),
            ChainSamples.option(.call, 115, days: 9, bid: 5, ask: 5.1, openInterest: 0, volume: 500),
            ChainSamples.option(.call, 120, days: 9, bid: 5, ask: 5.1, openInterest: 100, volume: nil),
        ]
        let known = options[0].contract.symbol
        let outcome = UnusualActivity.find(in: chain(options), history: [known: Array(repeating: 10, count: 20)])
        #expect(outcome.options.map(\.contract.strike) == [100, 105, 110])
        #expect(outcome.options[1].volumeToMedian.reason == "fewer than 20 days of its own volume")
        #expect(outcome.examined == 5 && outcome.unknown == ["no open interest": 1, "no volume": 1])
    }

    @Test(
        "the side is where the last trade was, else unknown",
        arguments: [
            (1.10, UnusualActivity.Side.buy), (1.09, .buy), (1.08, .unknown), (1.05, .unknown), (1.01, .sell),
            (1.00, .sell), (0.95, .sell), (1.20, .buy),
        ]
    )
    func side(_ last: Double, _ expected: UnusualActivity.Side) throws {
        var option = ChainSamples.option(.put, 100, days: 9, bid: 1, ask: 1.1, openInterest: 100, volume: 1_000)
        option.quote.last = Decimal(Int((last * 100).rounded())) / 100
        #expect(UnusualActivity.find(in: chain([option])).options.first?.side == expected)
        option.quote.last = nil
        #expect(UnusualActivity.find(in: chain([option])).options.first?.side == .unknown)
    }
}
