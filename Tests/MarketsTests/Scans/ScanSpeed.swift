import Foundation
import Markets
import Testing

/// Measures a scan of 500 underlyings with 400 contracts each and prints the times; it judges nothing, so it runs only
/// when asked for:
///
///     MAGNUS_MEASURE=1 swift test -c release -Xswiftc -enable-testing --filter ScanSpeed
@Suite("Speed of scans", .enabled(if: ProcessInfo.processInfo.environment["MAGNUS_MEASURE"] != nil), .serialized)
struct ScanSpeed {
    private static let market = ScanMarket(now: ChainSamples.now, rate: 0.045)

    /// Ten expirations of 20 strikes, calls and puts, priced at a skew; half of the expirations are 7 to 60 days away.
    private func universe(reportsVolatility: Bool) throws -> [ScanUnderlying] {
        let days = [2, 9, 16, 23, 30, 44, 65, 93, 184, 366]
        return try (0..<500).map { index in
            let spot = 20 + Double(index % 97) * 4
            let root = String(UnicodeScalar(UInt8(65 + index % 26))) + String(UnicodeScalar(UInt8(65 + index / 26)))
            var options: [ListedOption] = []
            for day in days {
                for step in 0..<20 {
                    let ratio = 0.82 + 0.36 * Double(step) / 20
                    let strike = (spot * ratio * 2).rounded() / 2
                    for right in OptionContract.Right.allCases {
                        let terms = try OptionTerms(
                            style: .european,
                            right: right,
                            spot: spot,
                            strike: strike,
                            rate: 0.045,
                            years: Double(day) / 365
                        )
                        let price = try OptionPricer().price(terms, volatility: 0.3 + 0.2 * (1 - ratio))
                        let bid = Decimal(Int(max(price, 0.03) * 99) + 1) / 100
                        options.append(
                            ChainSamples.option(
                                right,
                                Decimal(Int(strike * 2)) / 2,
                                days: day,
                                root: root,
                                bid: bid,
                                ask: bid + Decimal(5) / 100,
                                volatility: reportsVolatility ? 0.3 : nil
                            )
                        )
                    }
                }
            }
            return ScanUnderlying(
                chain: OptionChain(underlying: root, underlyingPrice: ChainSamples.decimal(spot), options: options),
                earnings: [],
                volatilityRank: ScanSamples.rank,
                historicalVolatility: 0.25,
                freeShares: 100
            )
        }
    }

    private func milliseconds(_ work: () -> Void) -> Double {
        let clock = ContinuousClock()
        let times = (0..<5).map { _ in clock.measure(work) }.sorted()
        return Double(times[2].components.attoseconds) / 1e15 + Double(times[2].components.seconds) * 1e3
    }

    @Test("scans of 200,000 contracts", arguments: [false, true])
    func scans(_ reportsVolatility: Bool) throws {
        let universe = try universe(reportsVolatility: reportsVolatility)
        let account = ScanAccount(freeCash: 100_000, netLiquidation: 400_000)
        let source = reportsVolatility ? "reported" : "inverted"
        let puts = milliseconds { _ = CashSecuredPutScan(account: account, market: Self.market).run(universe) }
        let calls = milliseconds { _ = CoveredCallScan(market: Self.market).run(universe) }
        let calendars = milliseconds { _ = CalendarScan(account: account, market: Self.market).run(universe) }
        print("median ms, \(source) volatilities: puts \(puts), covered calls \(calls), calendars \(calendars)")
    }
}
