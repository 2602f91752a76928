import Foundation
import Markets
import Testing

@Suite struct WheelChainTests {
    private static let put30 = "XYZ260320P00030000"
    private static let put29 = "XYZ260417P00029000"
    private static let call31 = "XYZ260515C00031000"

    /// Two puts sold, rolled down for a credit, assigned; calls sold, bought back, sold again; one half called away.
    private static func wheel() throws -> HistoryBuilder {
        var history = HistoryBuilder()
        history.account = "one"
        try history.add("2026-02-02", .sellToOpen, put30, "2", at: "1.00", amount: "198.70", fees: "1.30")
        try history.add("2026-03-16", .buyToClose, put30, "2", at: "1.50", amount: "-301.30", fees: "1.30")
        try history.add("2026-03-16", .sellToOpen, put29, "2", at: "1.70", amount: "338.70", fees: "1.30")
        try history.add("2026-04-20", .assignment, put29, "2")
        try history.add("2026-04-20", .buy, "XYZ", "200", at: "29", amount: "-5805", fees: "5")
        try history.add("2026-04-21", .sellToOpen, call31, "2", at: "0.80", amount: "158.70", fees: "1.30")
        return history
    }

    @Test func aTurnIsOneChainWithItsBreakEvenAfterEveryRow() throws {
        let chains = WheelChain.chains(in: try Self.wheel().rows)
        let chain = try #require(chains.first)
        #expect(chains.count == 1)
        #expect(
            chain.legs.map(\.action) == [.sold, .rolledOutOf, .rolledInto, .assigned, .sharesPut, .sold]
        )
        #expect(chain.status == .callSold)
        #expect(chain.account == "one")
        #expect(chain.began == TradingDate("2026-02-02"))
        #expect(chain.ended == nil)
        #expect(chain.shares == 200)
        #expect(chain.paid == 5_800)
        // 200 - 300 + 340 + 160 of premium; fees 4 x 1.30 + 5.
        #expect(chain.netPremium == 400)
        #expect(try chain.fees == decimal("10.20"))
        // (5,800 - 400 + 10.20) / 200.
        #expect(try chain.breakEven == decimal("27.051"))
        #expect(try WheelBasis(of: "XYZ", in: Self.wheel().rows, held: 200).perShare == decimal("27.051"))
        // 30 - 0.9935; flat; 29 - (198.70 - 301.30 + 338.70) / 200; ...; (5,805 - 236.10) / 200; less 158.70 / 200.
        #expect(
            try chain.legs.map(\.breakEvenAfter) == [
                decimal("29.0065"), nil, decimal("27.8195"), nil, decimal("27.8445"), decimal("27.051"),
            ]
        )
    }

    @Test func sharesCalledAwayInPartLeaveTheRestTheWholeResult() throws {
        var history = try Self.wheel()
        try history.add("2026-05-18", .assignment, Self.call31, "1")
        try history.add("2026-05-18", .sell, "XYZ", "100", at: "31", amount: "3095", fees: "5")
        try history.add("2026-05-18", .expiration, Self.call31, "1")
        var chain = try #require(WheelChain.chains(in: history.rows, of: "XYZ").first)
        #expect(chain.legs.suffix(3).map(\.action) == [.assigned, .sharesCalledAway, .expired])
        #expect(chain.status == .sharesHeld)
        // (5,800 - 3,100 - 400 + 15.20) / 100.
        #expect(try chain.breakEven == decimal("23.152"))
        // Sold at just that price, before fees, the chain ends with nothing gained.
        try history.add("2026-05-19", .sell, "XYZ", "100", at: "23.152", amount: "2315.20")
        chain = try #require(WheelChain.chains(in: history.rows, of: "XYZ").first)
        #expect(chain.status == .ended)
        #expect(chain.ended == TradingDate("2026-05-19"))
        #expect(chain.netCash == 0)
        #expect(chain.breakEven == nil)
        #expect(chain.realised(in: Ledger(transactions: history.rows).realised) == 0)
    }

    @Test func putsThatEndAndPutsBesideTheSharesAreChainsOfTheirOwn() throws {
        var history = HistoryBuilder()
        history.account = "one"
        try history.add("2026-01-05", .sellToOpen, "XYZ260116P00028000", "1", at: "0.50", amount: "50")
        try history.add("2026-01-20", .expiration, "XYZ260116P00028000", "1")
        history.merge(try Self.wheel())
        try history.add("2026-04-22", .sellToOpen, "XYZ260515P00025000", "1", at: "0.40", amount: "40")
        let chains = WheelChain.chains(in: history.rows, of: "XYZ")
        #expect(chains.map(\.status) == [.ended, .callSold, .putSold])
        #expect(chains.map(\.netPremium) == [50, 400, 40])
        #expect(try chains[2].breakEven == decimal("24.60"))
        // Assigned, that put joins the shares it is held with: (5,800 + 2,500 - 440 + 10.20) / 300.
        try history.add("2026-05-18", .assignment, "XYZ260515P00025000", "1")
        try history.add("2026-05-18", .buy, "XYZ", "100", at: "25", amount: "-2500")
        let joined = WheelChain.chains(in: history.rows, of: "XYZ")
        #expect(joined.count == 2)
        #expect(joined[1].shares == 300)
        #expect(try joined[1].breakEven == decimal("7870.20") / 300)
    }

    @Test func twoAccountsAndTwoTickersAreTwoChains() throws {
        var first = try Self.wheel()
        var second = HistoryBuilder()
        second.account = "two"
        try second.add("2026-02-02", .sellToOpen, Self.put30, "1", at: "1.00", amount: "100")
        try second.add("2026-02-02", .sellToOpen, "ABC260320P00010000", "1", at: "0.20", amount: "20")
        first.merge(second)
        let chains = WheelChain.chains(in: first.rows)
        #expect(chains.map(\.symbol) == ["ABC", "XYZ", "XYZ"])
        #expect(chains.map(\.account) == ["two", "one", "two"])
        #expect(try chains.map(\.breakEven) == [decimal("9.80"), decimal("27.051"), 29])
    }

    @Test func ofTwoRollsOnADayEachIsPairedByItsNumber() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .sellToOpen, Self.put30, "1", at: "1", amount: "100")
        try history.add("2026-02-03", .sellToOpen, "XYZ260320P00032000", "3", at: "2", amount: "600")
        // The sales stand before the purchases, as in files that are sorted by symbol.
        try history.add("2026-03-16", .sellToOpen, Self.put29, "3", at: "3", amount: "900")
        try history.add("2026-03-16", .sellToOpen, "XYZ260417P00028000", "1", at: "1.2", amount: "120")
        try history.add("2026-03-16", .buyToClose, Self.put30, "1", at: "1.1", amount: "-110")
        try history.add("2026-03-16", .buyToClose, "XYZ260320P00032000", "3", at: "2.5", amount: "-750")
        let chains = WheelChain.chains(in: history.rows)
        #expect(chains.map(\.netPremium) == [110, 750])
        #expect(try chains.map(\.breakEven) == [decimal("26.90"), decimal("26.50")])
    }

    @Test func sharesBoughtBeforeTheCallsAreAWheelToo() throws {
        var history = HistoryBuilder()
        // The call of a buy-write may stand before its shares.
        try history.add("2026-02-02", .sellToOpen, Self.call31, "1", at: "1", amount: "99", fees: "1")
        try history.add("2026-02-02", .buy, "XYZ", "100", at: "30", amount: "-3001", fees: "1")
        try history.add("2026-03-02", .dividend, "XYZ", amount: "25")
        try history.add("2026-03-02", .tax, "XYZ", amount: "-5")
        let chain = try #require(WheelChain.chains(in: history.rows).first)
        // (3,000 - 100 + 2) / 100; dividends stand beside it.
        #expect(try chain.breakEven == decimal("29.02"))
        #expect(chain.dividends == 20)
    }

    @Test func aSplitChangesTheSharesAndNotWhatTheyCost() throws {
        var history = try Self.wheel()
        try history.add("2026-04-22", .expiration, Self.call31, "2")
        // Some brokers take all old shares out and put all new ones in.
        try history.add("2026-05-01", .split, "XYZ", "-200")
        try history.add("2026-05-01", .split, "XYZ", "400")
        let chain = try #require(WheelChain.chains(in: history.rows).first)
        #expect(chain.shares == 400)
        #expect(try chain.breakEven == decimal("13.5255"))
    }

    @Test func whatWasHeldBeforeCountsAtItsPrice() throws {
        var history = HistoryBuilder()
        try history.add("0001-01-01", .openingBalance, "XYZ", "100", at: "30")
        try history.add("0001-01-01", .openingBalance, Self.call31, "-1", at: "1")
        history.account = "one"
        try history.add("2026-02-02", .expiration, Self.call31, "1")
        try history.add("2026-02-03", .sellToOpen, Self.call31, "1", at: "0.5", amount: "50")
        let chain = try #require(WheelChain.chains(in: history.rows).first)
        #expect(chain.account == "one")
        #expect(try chain.breakEven == decimal("28.50"))
        var unpriced = HistoryBuilder()
        try unpriced.add("0001-01-01", .openingBalance, "XYZ", "100")
        try unpriced.add("2026-02-03", .sellToOpen, Self.call31, "1", at: "0.5", amount: "50")
        let unknown = try #require(WheelChain.chains(in: unpriced.rows).first)
        #expect(unknown.breakEven == nil)
        #expect(unknown.gap?.contains("no price") == true)
    }

    @Test func optionsThatWereBoughtAndNakedCallsAreNoWheel() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .buyToOpen, Self.put30, "1", at: "1", amount: "-100")
        try history.add("2026-02-03", .sellToClose, Self.put30, "1", at: "2", amount: "200")
        try history.add("2026-02-04", .buy, "ABC", "10", at: "5", amount: "-50")
        #expect(WheelChain.chains(in: history.rows).filter(\.isWheel).isEmpty)
        try history.add("2026-02-05", .expiration, Self.put29, "1")
        #expect(WheelChain.chains(in: history.rows).filter(\.isWheel).isEmpty)
        // A call without shares, and the sold leg of a spread.
        try history.add("2026-02-06", .sellToOpen, Self.call31, "1", at: "1", amount: "100")
        try history.add("2026-02-07", .sellToOpen, Self.put30, "1", at: "2", amount: "200")
        try history.add("2026-02-07", .buyToOpen, Self.put29, "1", at: "1", amount: "-100")
        #expect(WheelChain.chains(in: history.rows).filter(\.isWheel).isEmpty)
        // Assigned, the leg has brought shares to wheel.
        try history.add("2026-03-23", .assignment, Self.put30, "1")
        try history.add("2026-03-23", .buy, "XYZ", "100", at: "30", amount: "-3000")
        #expect(WheelChain.chains(in: history.rows).filter(\.isWheel).map(\.breakEven) == [28])
    }

    /// Random wheels: what all chains of a ticker paid and received is what the rows say, and the shares add up.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func everyDollarAndEveryShareIsInOneChain(_ seed: UInt64) throws {
        let history = try RandomWheel.history(seed: seed)
        let chains = WheelChain.chains(in: history.rows, of: "XYZ")
        let cash = history.rows.filter { $0.instrument != nil && $0.kind != .dividend }
            .reduce(Decimal(0)) { $0 + $1.amount }
        #expect(chains.reduce(0) { $0 + $1.netCash } == cash)
        let ledger = Ledger(transactions: history.rows)
        for position in ledger.positions {
            switch position.instrument {
            case .shares: #expect(chains.reduce(0) { $0 + $1.shares } == position.quantity)
            case .option(let contract):
                let open = chains.flatMap(\.open).filter { $0.contract == contract }
                #expect(open.reduce(0) { $0 + $1.contracts } == -position.quantity)
            }
        }
        let rows = chains.flatMap { $0.legs.map(\.transactionID) }
        #expect(Set(rows).count == rows.count)
        let realised = chains.compactMap { $0.realised(in: ledger.realised) }.reduce(0, +)
        #expect(realised == ledger.realised.reduce(0) { $0 + ($1.gain ?? 0) })
        // Of a chain that ended, all of its result is realised.
        for chain in chains where chain.status == .ended {
            #expect(chain.realised(in: ledger.realised) == chain.netCash)
        }
    }
}
