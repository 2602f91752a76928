import Foundation
import MagnusTestSupport
import Markets

/// Histories of someone who wheels one ticker by chance: puts, rolls, assignments, calls, shares called away and sold.
enum RandomWheel {
    static func history(seed: UInt64) throws -> HistoryBuilder {
        var generator = SeededGenerator(seed: seed)
        var history = HistoryBuilder()
        var day = TradingDate(daysSinceEpoch: 20_454)
        var shares = 0
        var short: [(symbol: String, contracts: Int)] = []
        func money(_ cents: Int) -> Decimal { Decimal(cents) / 100 }
        func contract(_ right: OptionContract.Right) -> String {
            let strike = Decimal(Int.random(in: 40...60, using: &generator)) / 2
            let expiration = day.adding(days: Int.random(in: 7...60, using: &generator))
            return OptionContract(root: "XYZ", expiration: expiration, right: right, strike: strike).symbol
        }
        func option(_ kind: Transaction.Kind, _ symbol: String, _ contracts: Int) throws {
            let (price, fees) = (
                money(Int.random(in: 5...400, using: &generator)), money(Int.random(in: 0...130, using: &generator))
            )
            let gross = price * Decimal(contracts * 100)
            let amount = kind == .sellToOpen ? gross - fees : -gross - fees
            try history.add(
                day.description,
                kind,
                symbol,
                "\(contracts)",
                at: "\(price)",
                amount: "\(amount)",
                fees: "\(fees)"
            )
        }
        func stock(_ kind: Transaction.Kind, _ count: Int, _ price: Decimal) throws {
            let gross = price * Decimal(count)
            try history.add(
                day.description,
                kind,
                "XYZ",
                "\(count)",
                at: "\(price)",
                amount: "\(kind == .buy ? -gross : gross)"
            )
            shares += kind == .buy ? count : -count
        }
        for _ in 0..<60 {
            day = day.adding(days: Int.random(in: 1...9, using: &generator))
            switch Int.random(in: 0..<8, using: &generator) {
            case 0...1:
                let (symbol, count) = (contract(.put), Int.random(in: 1...3, using: &generator))
                try option(.sellToOpen, symbol, count)
                short.append((symbol, count))
            case 2 where shares >= 100:
                let (symbol, count) = (contract(.call), shares / 100)
                try option(.sellToOpen, symbol, count)
                short.append((symbol, count))
            case 3 where !short.isEmpty:
                let old = short.remove(at: Int.random(in: 0..<short.count, using: &generator))
                try option(.buyToClose, old.symbol, old.contracts)
                let isPut = OptionContract(symbol: old.symbol)?.right == .put
                if isPut || shares >= 100 {
                    let next = contract(isPut ? .put : .call)
                    try option(.sellToOpen, next, old.contracts)
                    short.append((next, old.contracts))
                }
            case 4 where !short.isEmpty:
                let ended = short.removeFirst()
                try history.add(day.description, .expiration, ended.symbol, "\(ended.contracts)")
            case 5...6 where !short.isEmpty:
                let ended = short.removeFirst()
                guard let terms = OptionContract(symbol: ended.symbol) else { continue }
                let count = ended.contracts * 100
                if terms.right == .call && shares < count {
                    try history.add(day.description, .expiration, ended.symbol, "\(ended.contracts)")
                    continue
                }
                try history.add(day.description, .assignment, ended.symbol, "\(ended.contracts)")
                try stock(terms.right == .put ? .buy : .sell, count, terms.strike)
            case 7 where shares > 0:
                try stock(
                    .sell,
                    Int.random(in: 1...shares, using: &generator),
                    money(Int.random(in: 1_500...3_500, using: &generator))
                )
            default: continue
            }
        }
        return history
    }
}
