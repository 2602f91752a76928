import Foundation
import MagnusTestSupport
import Markets
import Testing

/// Random histories against a model so simple that it can be believed: a queue of single units.
struct LedgerModelTests {
    /// One share or contract, and the price it was opened at.
    struct Unit: Equatable {
        var isShort: Bool
        var price: Decimal
    }

    struct Model {
        var open: [String: [Unit]] = [:]
        var grossGains: Decimal = 0
        var unknown = 0
        var closed = 0

        mutating func open(_ symbol: String, _ count: Int, _ price: Decimal, isShort: Bool) {
            for _ in 0..<count {
                if let first = open[symbol]?.first, first.isShort != isShort {
                    close(symbol, 1, price, isShort: first.isShort)
                } else {
                    open[symbol, default: []].append(Unit(isShort: isShort, price: price))
                }
            }
        }

        mutating func close(_ symbol: String, _ count: Int, _ price: Decimal, isShort: Bool) {
            let multiplier = Decimal(HistoryBuilder.instrument(symbol).multiplier)
            for _ in 0..<count {
                closed += 1
                if let first = open[symbol]?.first, first.isShort == isShort {
                    open[symbol]?.removeFirst()
                    grossGains += (isShort ? first.price - price : price - first.price) * multiplier
                } else {
                    unknown += 1
                }
            }
        }
    }

    static let symbols = ["F", "SPY", "F261120P00012000", "SPY261120C00700000"]

    @Test(arguments: 0..<60 as Range<UInt64>)
    func agreesWithTheModel(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var history = HistoryBuilder()
        var model = Model()
        var amounts: Decimal = 0
        var day = try #require(TradingDate("2026-01-05"))
        for _ in 0..<150 {
            day = day.adding(days: Int.random(in: 0...1, using: &generator))
            let symbol = try #require(LedgerModelTests.symbols.randomElement(using: &generator))
            let isOption = symbol.count > 6
            let count = Int.random(in: 1...7, using: &generator)
            let price = Decimal(Int.random(in: 1...2_000, using: &generator)) / 100
            let fees = Decimal(Int.random(in: 0...30, using: &generator)) / 100
            let kinds: [Transaction.Kind] =
                isOption
                ? [
                    .buyToOpen, .sellToOpen, .sellToOpen, .buyToClose, .sellToClose, .assignment, .exercise,
                    .expiration,
                ]
                : [.buy, .buy, .sell, .sellToOpen, .buyToClose]
            let kind = try #require(kinds.randomElement(using: &generator))
            let gross = price * Decimal(count) * Decimal(isOption ? 100 : 1)
            var amount: Decimal = 0
            switch kind {
            case .buy, .buyToOpen:
                model.open(symbol, count, price, isShort: false)
                amount = -gross - fees
            case .sellToOpen:
                model.open(symbol, count, price, isShort: true)
                amount = gross - fees
            case .sell, .sellToClose:
                model.close(symbol, count, price, isShort: false)
                amount = gross - fees
            case .buyToClose:
                model.close(symbol, count, price, isShort: true)
                amount = -gross - fees
            case .assignment: model.close(symbol, count, 0, isShort: true)
            case .exercise: model.close(symbol, count, 0, isShort: false)
            default: model.close(symbol, count, 0, isShort: model.open[symbol]?.first?.isShort ?? true)
            }
            let ends = [.assignment, .exercise, .expiration].contains(kind)
            amounts += amount
            try history.add(
                day.description,
                kind,
                symbol,
                "\(count)",
                at: ends ? nil : "\(price)",
                amount: "\(amount)",
                fees: ends ? "0" : "\(fees)"
            )
        }
        let ledger = Ledger(transactions: history.rows)

        // Every unit is either open or closed, on the side and at the price the model says.
        var open: [String: [Unit]] = [:]
        for position in ledger.positions {
            #expect(Set(position.lots.map { $0.quantity < 0 }).count == 1)
            #expect(open[position.instrument.symbol] == nil)
            open[position.instrument.symbol] = try position.lots.flatMap { lot in
                let price = try #require(lot.price)
                return Array(
                    repeating: Unit(isShort: lot.quantity < 0, price: price),
                    count: (abs(lot.quantity) as NSDecimalNumber).intValue
                )
            }
        }
        #expect(open == model.open.filter { !$0.value.isEmpty })
        #expect(ledger.realised.reduce(0) { $0 + $1.quantity } == Decimal(model.closed))
        let unknown = ledger.realised.filter { $0.gain == nil }
        #expect(unknown.reduce(0) { $0 + $1.quantity } == Decimal(model.unknown))
        let known = ledger.realised.filter { $0.gain != nil }
        #expect(known.reduce(0) { $0 + ($1.gain ?? 0) + $1.fees } == model.grossGains)

        // Money: what was paid and received is in the gains, in the closes of unknown basis, or in the open lots.
        var accounted: Decimal = 0
        for gain in ledger.realised {
            let closing = gain.closePrice * gain.quantity * Decimal(gain.instrument.multiplier)
            accounted += gain.gain ?? ((gain.side == .long ? closing : -closing) - gain.fees)
        }
        for lot in ledger.positions.flatMap(\.lots) {
            accounted -= lot.quantity * (lot.price ?? 0) * Decimal(lot.instrument.multiplier) + lot.fees
        }
        #expect(accounted == amounts)
    }
}
