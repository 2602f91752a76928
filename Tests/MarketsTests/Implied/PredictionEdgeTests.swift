import Foundation
import Markets
import Testing

@Suite("Prediction markets against options")
struct PredictionEdgeTests {
    private func bounds(callBids: [Decimal], halfSpread: Decimal = 0.05, fee: Double = 0) throws -> DigitalBounds {
        // Calls at 95, 100, 105, 110.
        let options = zip([95, 100, 105, 110], callBids).map { strike, mid in
            ChainSamples.option(
                .call,
                Decimal(strike),
                days: 30,
                root: "SPXW",
                bid: mid - halfSpread,
                ask: mid + halfSpread
            )
        }
        return try DigitalBounds(
            OptionChain(underlying: "SPX", options: options),
            level: 100,
            expiration: ChainSamples.today.adding(days: 30),
            fee: fee
        )
    }

    @Test("the fee is rounded up to the cent once for the whole trade")
    func fees() {
        let fees = PredictionEdge.Fees()
        #expect(fees.fee(contracts: 100, price: 0.5) == 1.75)
        #expect(fees.fee(contracts: 1, price: 0.5) == 0.02)
        // 0.07 × 3 × 0.11 × 0.89 = 0.0205590
        #expect(fees.fee(contracts: 3, price: 0.11) == 0.03)
        #expect(fees.fee(contracts: 100, price: 0) == 0 && fees.fee(contracts: 100, price: 1) == 0)
    }

    @Test("bounds are call spreads at bids and asks on the right side of the level")
    func replication() throws {
        // Mids 7, 3.5, 1.4, 0.4. Below the level: (7.05 - 3.45) / 5; above it: (3.45 - 1.45) / 5 beats (1.35 - 0.45) /
        // 5.
        let value = try bounds(callBids: [7, 3.5, 1.4, 0.4])
        #expect(agree(try #require(value.ask), 0.72, relative: 1e-12))
        #expect(agree(try #require(value.bid), 0.40, relative: 1e-12))
        // A fee of 0.65 for each of two legs over 500 dollars a spread.
        let dearer = try bounds(callBids: [7, 3.5, 1.4, 0.4], fee: 0.65)
        #expect(agree(try #require(dearer.ask), 0.72 + 1.3 / 500, relative: 1e-12))
        #expect(agree(try #require(dearer.bid), 0.40 - 1.3 / 500, relative: 1e-12))
    }

    @Test("puts give the same bounds where parity holds, discounted")
    func parity() throws {
        let mids: [(Int, Decimal)] = [(95, 2), (100, 3.5), (105, 6.4), (110, 10.4)]
        let options = mids.map { strike, mid in
            ChainSamples.option(.put, Decimal(strike), days: 30, root: "SPXW", bid: mid - 0.05, ask: mid + 0.05)
        }
        let value = try DigitalBounds(
            OptionChain(underlying: "SPX", options: options),
            level: 100,
            expiration: ChainSamples.today.adding(days: 30),
            discount: 0.99,
            fee: 0
        )
        // Claim = 0.99 - put spread: sold above the level at 0.99 - (6.45 - 3.45)/5, bought below at 0.99 - (3.45 -
        // 2.05)/5.
        #expect(agree(try #require(value.bid), 0.39, relative: 1e-12))
        #expect(agree(try #require(value.ask), 0.71, relative: 1e-12))
    }

    @Test("American options: calls only, and nothing across a dividend")
    func american() throws {
        let options = [(95, Decimal(7)), (100, 3.5), (105, 1.4)].flatMap { strike, mid in
            OptionContract.Right.allCases.map {
                ChainSamples.option($0, Decimal(strike), days: 30, bid: mid - 0.05, ask: mid + 0.05)
            }
        }
        let chain = OptionChain(underlying: "XYZ", options: options)
        let date = ChainSamples.today.adding(days: 30)
        let value = try DigitalBounds(chain, level: 100, expiration: date, fee: 0)
        #expect(agree(try #require(value.ask), 0.72, relative: 1e-12))
        #expect(throws: DataGap.self) { try DigitalBounds(chain, level: 100, expiration: date, hasDividend: true) }
        #expect(throws: DataGap.self) { try DigitalBounds(chain, level: 100, expiration: date.adding(days: 1)) }
    }

    @Test("only what survives spreads and fees is called arbitrage")
    func verdicts() throws {
        let replication = try bounds(callBids: [7, 3.5, 1.4, 0.4])
        func edge(_ yes: Double, _ no: Double, _ bounds: DigitalBounds?) throws -> PredictionEdge {
            try PredictionEdge(yesBid: yes, noBid: no, optionProbability: 0.52, bounds: bounds)
        }
        // Yes for 0.30 + 0.0147 against 0.40 by selling the spread.
        let buy = try edge(0.28, 0.70, replication)
        #expect(buy.verdict == .arbitrageBuyingYes)
        #expect(agree(buy.marketProbability, 0.29, relative: 1e-12) && agree(buy.edge, -0.23, relative: 1e-12))
        #expect(agree(buy.feeOfYes, 0.0147, relative: 1e-9))
        #expect(agree(try #require(buy.arbitrageBuyingYes), 0.40 - 0.30 - 0.0147, relative: 1e-9))
        #expect(agree(buy.gainBuyingYes, 0.52 - 0.3147, relative: 1e-9))
        // Without replication, or with a gain smaller than the fee, the same prices are an opinion.
        #expect(try edge(0.28, 0.70, nil).verdict == .differenceOfOpinion)
        #expect(try edge(0.37, 0.61, replication).verdict == .differenceOfOpinion)
        #expect(try edge(0.50, 0.46, replication).verdict == .insideTheSpread)
        // No for 0.15 + fee and the claim for 0.72 pay a dollar.
        let sell = try edge(0.85, 0.13, replication)
        #expect(sell.verdict == .arbitrageBuyingNo)
        #expect(agree(try #require(sell.arbitrageBuyingNo), 1 - 0.72 - 0.15 - sell.feeOfNo, relative: 1e-9))
    }

    @Test("one-sided and impossible markets are refused")
    func refused() {
        let cases: [(Double?, Double?, Double)] = [
            (nil, 0.5, 0.5), (0.5, nil, 0.5), (0.6, 0.5, 0.5), (-0.1, 0.5, 0.5), (0.5, 0.4, .nan), (0.5, 0.4, 1.1),
        ]
        for (yes, no, probability) in cases {
            #expect(throws: DataGap.self) {
                try PredictionEdge(yesBid: yes, noBid: no, optionProbability: probability)
            }
        }
    }
}
