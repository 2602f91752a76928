import Connectors
import Foundation
import Markets
import Testing

/// The demonstration files at the top of the repository.
struct DemoPortfolioTests {
    private func draft(_ name: String, filePath: String = #filePath) throws -> ImportDraft {
        var folder = URL(fileURLWithPath: filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        let data = try Data(contentsOf: folder.appendingPathComponent("demo/\(name)"))
        return try ImportDraft(reading: [UInt8](data), fileName: name)
    }

    @Test func theActivityIsCompleteAndConsistent() throws {
        let activity = try draft("activity.csv")
        #expect(activity.format == .robinhoodActivity)
        #expect(activity.unknown.isEmpty && activity.warnings.isEmpty)
        #expect(activity.skipped.count == 1)
        let today = try #require(TradingDate("2026-11-18"))
        let ledger = Ledger(transactions: activity.transactions, asOf: today)
        #expect(ledger.issues.isEmpty)
        #expect(ledger.cash == .known(try decimal("122585.86")))
        #expect(
            ledger.positions.map { "\($0.quantity) \($0.instrument)" } == [
                "-1 AMD 2026-11-20 160 put",
                "100 DIS",
                "100 HCKT",
                "200 INTC",
                "-2 INTC 2026-12-18 35 call",
                "-2 IWM 2026-12-18 245 call",
                "2 IWM 2027-01-15 245 call",
                "-1 JPM 2026-12-18 270 put",
                "200 KO",
                "-2 KO 2026-12-18 67.5 call",
                "1 MSFT 2028-01-21 500 call",
                "-2 NVDA 2027-01-15 165 put",
                "1 QQQ 2026-12-18 570 put",
                "-1 QQQ 2026-12-18 580 put",
                "-1 QQQ 2026-12-18 640 call",
                "1 QQQ 2026-12-18 650 call",
                "40 SPY",
                "2 SPY 2026-12-18 645 put",
                "-2 SPY 2026-12-18 655 put",
            ]
        )
        for position in ledger.positions {
            #expect(position.averagePrice != nil && position.opened != nil)
            guard let contract = position.instrument.contract else { continue }
            #expect(contract.expiration.weekday == 5)
            #expect((15...21).contains(contract.expiration.civil.day))
            #expect(contract.expiration >= today)
        }
        #expect(activity.transactions.allSatisfy { $0.date <= today && $0.date.weekday <= 5 })
        #expect(activity.transactions.contains { $0.kind == .assignment })
    }

    @Test func everyPositionButOneHasASoundQuote() throws {
        let quotes = try draft("quotes.csv")
        #expect(quotes.format == .quoteTable && quotes.warnings.isEmpty)
        let bySymbol = Dictionary(grouping: quotes.quotes, by: \.symbol)
        let asOf = try #require(TradingDate("2026-11-18")).newYorkInstant(hour: 15, minute: 45)
        for quote in quotes.quotes {
            let bid = try #require(quote.bid)
            let ask = try #require(quote.ask)
            #expect(bid > 0 && bid < ask)
            #expect(ask - bid <= max(try decimal("0.10"), (bid + ask) / 50))
            #expect(quote.asOf == asOf)
            #expect(quote.previousClose != nil && quote.last != nil)
            #expect(bySymbol[quote.symbol]?.count == 1)
            guard let contract = OptionContract(symbol: quote.symbol) else { continue }
            let spot = try #require(bySymbol[contract.underlying]?.first?.last)
            let intrinsic = contract.right == .call ? spot - contract.strike : contract.strike - spot
            #expect((bid + ask) / 2 > intrinsic)
        }
        let held = Ledger(transactions: try draft("activity.csv").transactions).positions.map(\.instrument)
        #expect(held.map(\.symbol).filter { bySymbol[$0] == nil } == ["HCKT"])
        #expect(Set(held.map(\.underlying)).subtracting(bySymbol.keys) == ["HCKT"])
    }

    @Test func theCoveredCallOnACloseDividendHasLessTimeValueThanTheDividend() throws {
        let dividends = try draft("dividends.csv").dividends
        let dividend = try #require(dividends.first { $0.symbol == "KO" && $0.exDate.description == "2026-11-20" })
        let quotes = try draft("quotes.csv").quotes
        let call = try #require(quotes.first { $0.symbol == "KO261218C00067500" })
        let share = try #require(quotes.first { $0.symbol == "KO" }?.last)
        let mid = ((call.bid ?? 0) + (call.ask ?? 0)) / 2
        let timeValue = mid - (share - (try decimal("67.5")))
        #expect(timeValue > 0 && timeValue < dividend.amount)
    }
}
