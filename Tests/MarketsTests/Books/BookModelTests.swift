import Foundation
import MagnusTestSupport
import Markets
import Testing

/// Two accounts with everything that happens in them, against an owner who keeps every share and every contract in a list of
/// its own and every cent in a purse.
@Suite struct BookModelTests {
    /// One share or contract.
    private struct Unit: Hashable {
        var isShort: Bool
        var price: Decimal
        var opened: TradingDate
    }

    /// What an owner with pencil and paper would know of one account.
    private struct Purse {
        var cash: Decimal = 0
        var paidIn: Decimal = 0
        var income: Decimal = 0
        var fees: Decimal = 0
        var gains: Decimal = 0
        var units: [String: [Unit]] = [:]

        mutating func open(_ symbol: String, _ count: Int, _ price: Decimal, _ day: TradingDate, isShort: Bool) {
            units[symbol, default: []] += Array(
                repeating: Unit(isShort: isShort, price: price, opened: day),
                count: count
            )
        }

        mutating func close(_ symbol: String, _ count: Int, _ price: Decimal, multiplier: Decimal) {
            for _ in 0..<count {
                guard let unit = units[symbol]?.removeFirst() else { return }
                gains += (unit.isShort ? unit.price - price : price - unit.price) * multiplier
            }
        }

        func count(_ symbol: String) -> Int { units[symbol]?.count ?? 0 }
    }

    private struct World {
        var generator: SeededGenerator
        var history = HistoryBuilder()
        var purses: [String: Purse] = ["one": Purse(), "two": Purse()]
        var day = TradingDate(daysSinceEpoch: 20_454)
        var actions: [CorporateAction] = []

        init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        mutating func money(_ cents: ClosedRange<Int>) -> Decimal { Decimal(number(cents)) / 100 }

        mutating func add(
            _ account: String,
            _ kind: Transaction.Kind,
            _ symbol: String? = nil,
            _ count: Int = 0,
            at price: Decimal? = nil,
            gross: Decimal = 0,
            fees: Decimal = 0
        ) throws {
            history.account = BookModelTests.account(account)
            try history.add(
                day.description,
                kind,
                symbol,
                "\(count)",
                at: price.map { "\($0)" },
                amount: "\(gross - fees)",
                fees: "\(fees)"
            )
            purses[account]?.cash += gross - fees
            purses[account]?.fees += fees
        }
    }

    private static let shares = ["AAA", "BBB"]

    /// What the files call the account of a purse: one of them has no name.
    private static func account(_ purse: String) -> String? { purse == "one" ? nil : purse }

    /// Lots unit by unit, by symbol.
    private static func units(_ lots: [Lot]) -> [String: [Unit]] {
        lots.reduce(into: [:]) { units, lot in
            let unit = Unit(isShort: lot.quantity < 0, price: lot.price ?? -1, opened: lot.opened ?? .beforeHistory)
            units[lot.instrument.symbol, default: []] += Array(
                repeating: unit,
                count: (abs(lot.quantity) as NSDecimalNumber).intValue
            )
        }
    }

    /// One thing that happens.
    private static func step(_ world: inout World) throws {
        world.day = world.day.adding(days: world.number(0...2))
        let account = world.number(0...1) == 0 ? "one" : "two"
        let ticker = shares[world.number(0...1)]
        let fees = world.money(0...130)
        switch world.number(0...11) {
        case 0:
            let dollars = Decimal(world.number(-50...2_000))
            try world.add(account, .transfer, gross: dollars)
            world.purses[account]?.paidIn += dollars
        case 1...2:
            let (count, price) = (world.number(1...40), world.money(500...9_000))
            try world.add(account, .buy, ticker, count, at: price, gross: -price * Decimal(count), fees: fees)
            world.purses[account]?.open(ticker, count, price, world.day, isShort: false)
        case 3:
            guard let held = world.purses[account]?.count(ticker), held > 0 else { return }
            let (count, price) = (world.number(1...held), world.money(500...9_000))
            try world.add(account, .sell, ticker, count, at: price, gross: price * Decimal(count), fees: fees)
            world.purses[account]?.close(ticker, count, price, multiplier: 1)
        case 4...6:
            let contract = OptionContract(
                root: ticker,
                expiration: world.day.adding(days: world.number(3...50)),
                right: world.number(0...1) == 0 ? .put : .call,
                strike: Decimal(world.number(20...90))
            )
            let (symbol, count, price) = (contract.symbol, world.number(1...3), world.money(5...500))
            let isShort = world.number(0...3) > 0
            guard world.purses[account]?.units[symbol]?.first?.isShort ?? isShort == isShort else { return }
            let gross = price * Decimal(count * 100)
            try world.add(
                account,
                isShort ? .sellToOpen : .buyToOpen,
                symbol,
                count,
                at: price,
                gross: isShort ? gross : -gross,
                fees: fees
            )
            world.purses[account]?.open(symbol, count, price, world.day, isShort: isShort)
        case 7...8: try end(account, &world, fees)
        case 9:
            let dollars = world.money(1...3_000)
            try world.add(account, .dividend, ticker, gross: dollars)
            world.purses[account]?.income += dollars
        case 10:
            let dollars = world.money(1...900)
            try world.add(account, .fee, gross: -dollars)
            world.purses[account]?.income -= dollars
        default: try split(ticker, &world)
        }
    }

    /// An option is bought back or sold, expires, or is assigned with its shares.
    private static func end(_ account: String, _ world: inout World, _ fees: Decimal) throws {
        let open = (world.purses[account]?.units ?? [:]).filter { $0.key.count > 6 && !$0.value.isEmpty }.keys.sorted()
        guard !open.isEmpty else { return }
        let symbol = open[world.number(0...open.count - 1)]
        guard let contract = OptionContract(symbol: symbol), let first = world.purses[account]?.units[symbol]?.first
        else {
            return
        }
        let count = world.number(1...(world.purses[account]?.count(symbol) ?? 1))
        let ticker = contract.underlying
        switch world.number(0...2) {
        case 0:
            let price = world.money(1...500)
            let gross = price * Decimal(count * 100)
            try world.add(
                account,
                first.isShort ? .buyToClose : .sellToClose,
                symbol,
                count,
                at: price,
                gross: first.isShort ? -gross : gross,
                fees: fees
            )
            world.purses[account]?.close(symbol, count, price, multiplier: 100)
        case 1:
            try world.add(account, .expiration, symbol, count)
            world.purses[account]?.close(symbol, count, 0, multiplier: 100)
        default:
            let takes = (contract.right == .put) == first.isShort
            let units = count * 100
            guard takes || (world.purses[account]?.count(ticker) ?? 0) >= units else { return }
            try world.add(account, first.isShort ? .assignment : .exercise, symbol, count)
            world.purses[account]?.close(symbol, count, 0, multiplier: 100)
            let gross = contract.strike * Decimal(units)
            try world.add(
                account,
                takes ? .buy : .sell,
                ticker,
                units,
                at: contract.strike,
                gross: takes ? -gross : gross,
                fees: fees
            )
            if takes {
                world.purses[account]?.open(ticker, units, contract.strike, world.day, isShort: false)
            } else {
                world.purses[account]?.close(ticker, units, contract.strike, multiplier: 1)
            }
        }
    }

    /// 2 for 1: the owner's list knows, no row does; every other time the broker's file has the rows of the shares.
    private static func split(_ ticker: String, _ world: inout World) throws {
        // Far enough from the last that its rows are not taken for this one's.
        world.day = world.day.adding(days: 40)
        let action = CorporateAction(
            symbol: ticker,
            effective: world.day,
            change: .split(new: 2, old: 1),
            source: "actions.csv"
        )
        world.actions.append(action)
        let hasRows = world.number(0...1) == 0
        for account in ["one", "two"] {
            let count = world.purses[account]?.count(ticker) ?? 0
            if hasRows, count > 0 { try world.add(account, .split, ticker, count) }
            var units: [String: [Unit]] = [:]
            for (symbol, held) in world.purses[account]?.units ?? [:] {
                var target = symbol
                if let contract = OptionContract(symbol: symbol) {
                    if let adjustment = action.adjustment(of: contract) { target = adjustment.contract.symbol }
                    if contract.underlying != ticker || target == symbol {
                        units[symbol, default: []] += held
                        continue
                    }
                } else if symbol != ticker {
                    units[symbol, default: []] += held
                    continue
                }
                units[target, default: []] += held.flatMap { unit in
                    let half = Unit(isShort: unit.isShort, price: unit.price / 2, opened: unit.opened)
                    return [half, half]
                }
            }
            world.purses[account]?.units = units
        }
        world.day = world.day.adding(days: 1)
    }

    @Test(arguments: 100..<160 as Range<UInt64>) func everyShareAndEveryCentIsAccountedFor(_ seed: UInt64) throws {
        var world = World(seed: seed)
        for _ in 0..<120 { try Self.step(&world) }
        let rows = CorporateActions(world.actions).applied(to: world.history.rows.shuffled(using: &world.generator))
        let purses = world.purses.values
        let ledger = Ledger(transactions: rows)
        #expect(ledger.issues.filter { $0.kind == .missingOpen || $0.kind == .mismatchedSplit }.isEmpty)
        for (name, purse) in world.purses {
            // Of the account by itself, and among the other's rows.
            let alone = Ledger(transactions: rows.filter { $0.account == Self.account(name) })
            let among = ledger.positions.flatMap(\.lots).filter { $0.account == Self.account(name) }
            // Two contracts may have become one by a split: then their units are told by age alone.
            let expected = purse.units.filter { !$0.value.isEmpty }
            for units in [Self.units(alone.positions.flatMap(\.lots)), Self.units(among)] {
                #expect(units.mapValues { $0.count } == expected.mapValues { $0.count })
                for (symbol, mine) in expected where OptionContract(symbol: symbol) == nil {
                    #expect(units[symbol] == mine)
                }
                #expect(units.mapValues { Set($0) } == expected.mapValues { Set($0) })
            }
            let gained = ledger.realised.reduce(Decimal(0)) { sum, part in
                part.account == Self.account(name) ? sum + (part.gain ?? 0) + part.fees : sum
            }
            #expect(abs(gained - purse.gains) < Decimal(1) / 1_000_000)
        }
        let cash = rows.reduce(Decimal(0)) { $0 + $1.amount }
        #expect(cash == purses.reduce(0) { $0 + $1.cash })

        // Cash and positions at any marks are what was paid in, what came in, and what was gained.
        var (value, unrealised): (Decimal, Decimal) = (cash, 0)
        for position in ledger.positions {
            let mark = Decimal(world.number(1...9_000)) / 100
            let units = Decimal(position.instrument.multiplier)
            value += position.quantity * units * mark
            for lot in position.lots { unrealised += lot.quantity * units * (mark - (lot.price ?? 0)) - lot.fees }
        }
        let realised = ledger.realised.reduce(Decimal(0)) { $0 + ($1.gain ?? 0) }
        let expected = purses.reduce(Decimal(0)) { $0 + $1.paidIn + $1.income } + realised + unrealised
        #expect(abs(value - expected) < Decimal(1) / 1_000_000)
        let gross = ledger.realised.reduce(Decimal(0)) { $0 + ($1.gain ?? 0) + $1.fees }
        #expect(abs(gross - purses.reduce(0) { $0 + $1.gains }) < Decimal(1) / 1_000_000)
    }
}
