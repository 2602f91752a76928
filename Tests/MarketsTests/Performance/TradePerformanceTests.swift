import Foundation
import Markets
import Testing

@Suite("Performance of closed trades")
struct TradePerformanceTests {
    private struct Book {
        var transactions: [Transaction] = []

        mutating func add(
            _ day: Int,
            _ kind: Transaction.Kind,
            _ instrument: Instrument?,
            _ quantity: Decimal,
            at price: Decimal?,
            fees: Decimal = 0,
            account: String? = nil
        ) {
            let units = quantity * Decimal(instrument?.multiplier ?? 1) * (price ?? 0)
            let isPaid = [.buy, .buyToOpen, .buyToClose].contains(kind)
            transactions.append(
                Transaction(
                    id: "\(transactions.count)",
                    date: TradingDate(daysSinceEpoch: 20_000 + day),
                    sequence: transactions.count,
                    kind: kind,
                    instrument: instrument,
                    quantity: quantity,
                    price: price,
                    amount: (isPaid ? -units : units) - fees,
                    fees: fees,
                    account: account,
                    origin: .init(file: "test", line: transactions.count + 1)
                )
            )
        }

        var performance: TradePerformance {
            TradePerformance(realised: Ledger(transactions: transactions).realised, transactions: transactions)
        }
    }

    private func option(_ right: OptionContract.Right, _ strike: Int, _ day: Int, _ root: String = "XYZ") -> Instrument
    {
        .option(
            OptionContract(
                root: root,
                expiration: TradingDate(daysSinceEpoch: 20_000 + day),
                right: right,
                strike: Decimal(strike)
            )
        )
    }

    @Test("a wheel: put assigned, shares called away under a covered call")
    func wheel() throws {
        var book = Book()
        book.add(0, .transfer, nil, 0, at: nil)
        book.add(1, .sellToOpen, option(.put, 50, 30), 1, at: 1.5, fees: 1)
        book.add(30, .assignment, option(.put, 50, 30), 1, at: 0)
        book.add(30, .buy, .shares("XYZ"), 100, at: 50)
        book.add(32, .sellToOpen, option(.call, 52, 60), 1, at: 1)
        book.add(60, .assignment, option(.call, 52, 60), 1, at: 0)
        book.add(60, .sell, .shares("XYZ"), 100, at: 52)
        let performance = book.performance
        #expect(performance.trades.map(\.strategy) == [.shortPut, .coveredCall, .stock])
        #expect(performance.byStrategy.map(\.title) == ["stock", "wheel put", "covered call"])
        #expect(performance.byStrategy.map(\.gain) == [200, 149, 100])
        #expect(performance.total.gain == 449 && performance.total.fees == 1)
        #expect(performance.total.winRate == .init(value: 1, count: 3))
        #expect(performance.total.profitFactor.value == nil && performance.total.profitFactor.count == 3)
        // Days 29, 28 and 30.
        #expect(performance.total.averageDaysHeld == .init(value: 29, count: 3))
        #expect(performance.bySymbol.map(\.title) == ["XYZ"])
        // Day 20,000 is 2024-10-04: days 30 and 60 are in November and December.
        #expect(performance.byMonth.map(\.title) == ["2024-11", "2024-12"])
        #expect(performance.byMonth.map(\.trades) == [1, 2])
    }

    @Test("spreads are told by their legs")
    func strategies() throws {
        var book = Book()
        let groups: [(String, [(Transaction.Kind, OptionContract.Right, Int, Int)], TradeStrategy)] = [
            ("AA", [(.sellToOpen, .put, 50, 30), (.buyToOpen, .put, 45, 30)], .creditVertical),
            ("AB", [(.sellToOpen, .call, 55, 30), (.buyToOpen, .call, 50, 30)], .debitVertical),
            ("AC", [(.sellToOpen, .call, 50, 30), (.buyToOpen, .call, 50, 60)], .calendar),
            ("AD", [(.sellToOpen, .call, 55, 30), (.buyToOpen, .call, 50, 60)], .diagonal),
            (
                "AE",
                [
                    (.buyToOpen, .put, 40, 30), (.sellToOpen, .put, 45, 30), (.sellToOpen, .call, 55, 30),
                    (.buyToOpen, .call, 60, 30),
                ], .ironCondor
            ),
            ("AF", [(.sellToOpen, .put, 45, 30), (.sellToOpen, .call, 55, 30)], .strangle),
            ("AG", [(.buyToOpen, .put, 45, 30), (.buyToOpen, .call, 55, 30)], .longStrangle),
            ("AH", [(.sellToOpen, .call, 55, 30)], .nakedCall),
            ("AI", [(.buyToOpen, .call, 55, 30)], .longCall),
            ("AJ", [(.buyToOpen, .put, 55, 30)], .longPut),
            (
                "AK", [(.sellToOpen, .put, 45, 30), (.sellToOpen, .put, 44, 30), (.buyToOpen, .put, 40, 30)],
                .combination
            ),
        ]
        for (root, legs, _) in groups {
            for (kind, right, strike, day) in legs { book.add(1, kind, option(right, strike, day, root), 1, at: 2) }
        }
        for (root, legs, _) in groups {
            for (kind, right, strike, day) in legs {
                let close: Transaction.Kind = kind == .sellToOpen ? .buyToClose : .sellToClose
                book.add(9, close, option(right, strike, day, root), 1, at: kind == .sellToOpen ? 1 : 2)
            }
        }
        let found = Dictionary(uniqueKeysWithValues: book.performance.trades.map { ($0.underlying, $0.strategy) })
        for (root, _, strategy) in groups { #expect(found[root] == strategy, "\(root)") }
        #expect(book.performance.trades.count == groups.count)
    }

    @Test("wins and losses with their counts; what was opened before the history is unknown and in no rate")
    func rates() throws {
        var book = Book()
        book.add(1, .sellToOpen, option(.put, 50, 30), 2, at: 2)
        book.add(1, .sellToOpen, option(.put, 45, 30), 1, at: 1)
        book.add(5, .buyToClose, option(.put, 50, 30), 1, at: 1)
        book.add(6, .buyToClose, option(.put, 50, 30), 1, at: 0.5)
        book.add(7, .buyToClose, option(.put, 45, 30), 1, at: 2.25)
        book.add(8, .sell, .shares("OLD"), 10, at: 20)
        book.add(9, .sellToOpen, option(.put, 40, 30), 1, at: 1)
        book.add(10, .buyToClose, option(.put, 40, 30), 1, at: 1)
        let performance = book.performance
        // 50s: 100 + 150 in two closes of one trade; 45: -125; 40: 0; the old shares: unknown.
        let total = performance.total
        #expect(total.trades == 4 && total.winners == 1 && total.losers == 1 && total.flat == 1 && total.unknown == 1)
        #expect(total.gain == 125 && total.gainOfWinners == 250 && total.lossOfLosers == -125)
        #expect(total.winRate == .init(value: 1.0 / 3, count: 3))
        #expect(total.profitFactor == .init(value: 2, count: 2))
        #expect(total.averageWin == .init(value: 250, count: 1) && total.averageLoss == .init(value: -125, count: 1))
        #expect(agree(try #require(total.averageGain.value), 125.0 / 3, relative: 1e-12))
        let stock = try #require(performance.byStrategy.first { $0.title == "stock" })
        #expect(stock.winRate == .init(value: nil, count: 0) && stock.unknown == 1)
        let sums = performance.byStrategy.reduce(Decimal(0)) { $0 + $1.gain }
        #expect(sums == total.gain && performance.byMonth.reduce(0) { $0 + $1.trades } == total.trades)
    }

    @Test("a call is covered by the shares of its own account only")
    func accounts() throws {
        var book = Book()
        book.add(0, .buy, .shares("XYZ"), 100, at: 50, account: "one")
        book.add(1, .sellToOpen, option(.call, 55, 30), 1, at: 1, account: "one")
        book.add(1, .sellToOpen, option(.call, 55, 30), 1, at: 1, account: "two")
        book.add(2, .buyToClose, option(.call, 55, 30), 1, at: 0.5, account: "one")
        book.add(2, .buyToClose, option(.call, 55, 30), 1, at: 0.5, account: "two")
        #expect(
            book.performance.trades.map(\.strategy).sorted { $0.rawValue < $1.rawValue } == [.coveredCall, .nakedCall]
        )
        let empty = TradePerformance(realised: [], transactions: [])
        #expect(empty.total.trades == 0 && empty.total.winRate.value == nil && empty.byMonth.isEmpty)
    }
}
