import Foundation
import Markets
import Testing

struct OptionContractTests {
    @Test(arguments: [
        ("AAPL270115P00170000", "AAPL", "2027-01-15", OptionContract.Right.put, "170"),
        ("F     261120C00010500", "F", "2026-11-20", .call, "10.5"),
        ("GOOGL 151224C00590000", "GOOGL", "2015-12-24", .call, "590"),
        ("nvda270115p00170000", "NVDA", "2027-01-15", .put, "170"),
        ("  SPY   260620C00700125 ", "SPY", "2026-06-20", .call, "700.125"),
        ("NDX   991231P99999999", "NDX", "2099-12-31", .put, "99999.999"),
        ("BRKB  270115C00000001", "BRKB", "2027-01-15", .call, "0.001"),
    ])
    func readsClearingSymbols(
        _ symbol: String,
        _ root: String,
        _ expiration: String,
        _ right: OptionContract.Right,
        _ strike: String
    ) throws {
        let contract = try #require(OptionContract(symbol: symbol))
        #expect(contract.root == root)
        #expect(contract.expiration.description == expiration)
        #expect(contract.right == right)
        #expect(contract.strike == Decimal(string: strike))
        #expect(contract.multiplier == 100)
        #expect(contract.paddedSymbol.utf8.count == 21)
        #expect(OptionContract(symbol: contract.symbol) == contract)
        #expect(OptionContract(symbol: contract.paddedSymbol) == contract)
        #expect(contract.symbol == symbol.uppercased().filter { $0 != " " })
    }

    @Test(arguments: [
        "", "AAPL", "AAPL270115X00170000", "AAPL270230P00170000", "AAPL271315P00170000", "AAPL270115P00000000",
        "270115P00170000", "1SPY270115P00170000", "AAPLXYZ270115P00170000", "AA PL270115P00170000",
        "AAPL 270115 P00170000", "AAPL270115P0017000", "AAPL270115P0017000O", "AÅPL270115P00170000",
        "ßAPL270115P00170000", "AAPL270115ｐ00170000", "AAPL\t270115P00170000", "AAPL.270115P00170000",
    ])
    func refusesWhatIsNoSymbol(_ text: String) {
        #expect(OptionContract(symbol: text) == nil)
    }

    @Test func everyStrikeInHalfCentsSurvives() throws {
        let expiration = try #require(TradingDate("2026-11-20"))
        for thousandths in stride(from: 5, through: 2_000_000, by: 1_995) {
            let strike = Decimal(thousandths) / 1_000
            let contract = OptionContract(root: "IWM", expiration: expiration, right: .put, strike: strike)
            #expect(OptionContract(symbol: contract.symbol)?.strike == strike)
        }
    }

    @Test(arguments: [
        ("AAPL", "AAPL", 100, false), ("AAPL1", "AAPL", 100, true), ("AAPL7", "AAPL", 10, true),
        ("AAPL", "AAPL", 150, true),
        ("BRKB", "BRK.B", 100, false), ("SPXW", "SPX", 100, false), ("SPX", "SPX", 100, false),
    ])
    func knowsWhatARootDelivers(_ root: String, _ underlying: String, _ multiplier: Int, _ isAdjusted: Bool) throws {
        let expiration = try #require(TradingDate("2026-11-20"))
        let contract = OptionContract(
            root: root,
            expiration: expiration,
            right: .call,
            strike: 100,
            multiplier: multiplier
        )
        #expect(contract.underlying == underlying)
        #expect(contract.isAdjusted == isAdjusted)
        #expect(Instrument.option(contract).multiplier == multiplier)
        #expect(Instrument.option(contract).underlying == underlying)
    }

    @Test func isWrittenAsTradersDo() throws {
        let contract = try #require(OptionContract(symbol: "AAPL260620C00200500"))
        #expect(contract.description == "AAPL 2026-06-20 200.5 call")
        #expect(Instrument.option(contract).description == contract.description)
        #expect(Instrument.shares("AAPL").description == "AAPL")
        #expect(Instrument.shares("AAPL").multiplier == 1)
    }
}
