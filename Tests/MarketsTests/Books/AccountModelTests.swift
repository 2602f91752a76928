import Foundation
import MagnusTestSupport
import Markets
import Testing

/// Random histories of several brokers that lack their beginnings, against an owner who keeps each account's shares in a list of
/// its own, and what was held before in whatever account in one more.
@Suite struct AccountModelTests {
    private struct Unit: Hashable {
        var price: Decimal
        var opened: TradingDate
    }

    /// A list of units of one ticker in one account; `anywhere` is that of no account in particular.
    private struct Place: Hashable {
        var account: String?
        var symbol: String
        var isAnywhere = false
    }

    /// What an owner with pencil and paper would know.
    private struct Owner {
        var units: [Place: [Unit]] = [:]
        var gains: [String?: Decimal] = [:]
        var missing: [String?: Decimal] = [:]
        var missingRows = 0

        /// Takes from the account, then from what was held before anywhere, and never from another account.
        mutating func take(_ count: Int, _ symbol: String, of account: String?, at price: Decimal?) {
            var lacking: Decimal = 0
            for _ in 0..<count {
                let places = [Place(account: account, symbol: symbol), Place(symbol: symbol, isAnywhere: true)]
                guard let place = places.first(where: { units[$0]?.isEmpty == false }),
                    let unit = units[place]?.removeFirst()
                else {
                    lacking += 1
                    continue
                }
                if let price { gains[account, default: 0] += price - unit.price }
            }
            if lacking > 0 { missingRows += 1 }
            if price != nil { missing[account, default: 0] += lacking }
        }
    }

    private static let accounts: [String?] = [nil, "Schwab", "Fidelity 1234"]
    private static let symbols = ["AAA", "BBB", "CCC"]

    private struct World {
        var generator: SeededGenerator
        var history = HistoryBuilder()
        var day = TradingDate(daysSinceEpoch: 20_454)

        mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        mutating func price() -> Decimal { Decimal(number(100...9_000)) / 100 }

        /// What was held before the first row, half of it without saying where.
        mutating func open() throws {
            for (index, symbol) in AccountModelTests.symbols.enumerated() {
                for lot in 0..<number(0...3) {
                    history.account = number(0...1) == 0 ? nil : AccountModelTests.accounts[number(1...2)]
                    let opened = TradingDate(daysSinceEpoch: 19_000 + lot * 10 + index)
                    try history.add(
                        opened.description,
                        .openingBalance,
                        symbol,
                        "\(number(1...20))",
                        at: "\(price())"
                    )
                }
            }
        }

        mutating func step() throws {
            day = day.adding(days: number(0...2))
            history.account = AccountModelTests.accounts[number(0...2)]
            // The last ticker is in one account alone.
            let symbol = AccountModelTests.symbols[number(0...(history.account == nil ? 2 : 1))]
            let (count, price) = (number(1...15), price())
            switch number(0...9) {
            case 0...4:
                try history.add(
                    day.description,
                    .buy,
                    symbol,
                    "\(count)",
                    at: "\(price)",
                    amount: "\(-price * Decimal(count))"
                )
            case 5...8:
                try history.add(
                    day.description,
                    .sell,
                    symbol,
                    "\(count)",
                    at: "\(price)",
                    amount: "\(price * Decimal(count))"
                )
            default: try history.add(day.description, .securitiesTransfer, symbol, "\(-count)")
            }
        }
    }

    /// The owner's lists after all rows; `split` doubles every unit on its day.
    private static func owner(of rows: [Transaction], split: CorporateAction) -> Owner {
        var owner = Owner()
        let known = Set(rows.filter { $0.kind != .openingBalance || $0.account != nil }.map(\.account))
        for row in rows where row.kind == .openingBalance {
            let symbol = row.instrument?.symbol ?? ""
            let traders = Set(
                rows.filter { other in
                    other.instrument == row.instrument && (other.kind != .openingBalance || other.account != nil)
                }.map(\.account)
            )
            var place = Place(account: row.account, symbol: symbol)
            if row.account == nil {
                if known.count == 1 {
                    place.account = known.first ?? nil
                } else if traders.count == 1 {
                    place.account = traders.first ?? nil
                } else {
                    place.isAnywhere = true
                }
            }
            let unit = Unit(price: row.price ?? 0, opened: row.date)
            owner.units[place, default: []] += Array(repeating: unit, count: Self.count(row))
        }
        // Opening balances are booked by their dates.
        for place in owner.units.keys { owner.units[place]?.sort { $0.opened < $1.opened } }
        var isSplit = false
        for row in rows where row.kind != .openingBalance {
            if !isSplit, row.date >= split.effective {
                isSplit = true
                for (place, units) in owner.units where place.symbol == split.symbol {
                    owner.units[place] = units.flatMap { unit in
                        Array(repeating: Unit(price: unit.price / 2, opened: unit.opened), count: 2)
                    }
                }
            }
            let symbol = row.instrument?.symbol ?? ""
            switch row.kind {
            case .buy:
                let unit = Unit(price: row.price ?? 0, opened: row.date)
                owner.units[Place(account: row.account, symbol: symbol), default: []] += Array(
                    repeating: unit,
                    count: Self.count(row)
                )
            case .sell: owner.take(Self.count(row), symbol, of: row.account, at: row.price)
            default: owner.take(Self.count(row), symbol, of: row.account, at: nil)
            }
        }
        return owner
    }

    private static func count(_ row: Transaction) -> Int { (abs(row.quantity) as NSDecimalNumber).intValue }

    @Test(arguments: 1..<121 as Range<UInt64>) func noAccountTakesWhatIsAnothers(_ seed: UInt64) throws {
        var world = World(generator: SeededGenerator(seed: seed))
        try world.open()
        for _ in 0..<60 { try world.step() }
        // Rows of one day keep their order by sequence, not by their place in the file.
        let rows = world.history.rows
        let split = CorporateAction(
            symbol: "AAA",
            effective: rows[rows.count / 2].date.adding(days: 1),
            change: .split(new: 2, old: 1),
            source: "actions.csv"
        )
        let owner = Self.owner(of: rows, split: split)
        let booked = CorporateActions([split]).applied(to: rows.shuffled(using: &world.generator))
        let ledger = Ledger(transactions: booked)

        // Every share, where it is, at what it had cost.
        var held: [String: [Unit]] = [:]
        for lot in ledger.positions.flatMap(\.lots) {
            let unit = Unit(price: lot.price ?? -1, opened: lot.opened ?? .beforeHistory)
            held["\(lot.account ?? "-") \(lot.instrument.symbol)", default: []] += Array(
                repeating: unit,
                count: (lot.quantity as NSDecimalNumber).intValue
            )
        }
        var expected: [String: [Unit]] = [:]
        for (place, units) in owner.units where !units.isEmpty {
            // A lot of the unnamed account and one of no account in particular look alike from outside.
            expected["\(place.account ?? "-") \(place.symbol)", default: []] += units
        }
        let order = { (units: [Unit]) in units.sorted { ($0.opened, $0.price) < ($1.opened, $1.price) } }
        #expect(held.mapValues(order) == expected.mapValues(order))

        // Every gain in the account that made it, and what nobody can know named as missing.
        var gains: [String?: Decimal] = [:]
        var missing: [String?: Decimal] = [:]
        for part in ledger.realised {
            if let gain = part.gain {
                gains[part.account, default: 0] += gain
            } else {
                missing[part.account, default: 0] += part.quantity
            }
        }
        #expect(gains.filter { $0.value != 0 } == owner.gains.filter { $0.value != 0 })
        #expect(missing == owner.missing.filter { $0.value != 0 })
        #expect(ledger.issues.filter { $0.kind == .missingOpen }.count == owner.missingRows)
        #expect(ledger.issues.allSatisfy { $0.kind == .missingOpen || $0.kind == .unknownCash })

        // Cash and positions at any marks are what was held before, what came in for what is missing, what was gained, less
        // what was moved out at its cost.
        var (value, unrealised) = (rows.reduce(Decimal(0)) { $0 + $1.amount }, Decimal(0))
        for lot in ledger.positions.flatMap(\.lots) {
            let mark = world.price()
            value += lot.quantity * mark
            unrealised += lot.quantity * (mark - (lot.price ?? 0))
        }
        let before = rows.reduce(Decimal(0)) { $0 + ($1.kind == .openingBalance ? $1.quantity * ($1.price ?? 0) : 0) }
        let unexplained = ledger.realised.reduce(Decimal(0)) { $0 + ($1.gain == nil ? $1.quantity * $1.closePrice : 0) }
        let bought = rows.reduce(Decimal(0)) { $0 + ($1.kind == .buy ? $1.quantity * ($1.price ?? 0) : 0) }
        let kept = ledger.positions.flatMap(\.lots).reduce(Decimal(0)) { $0 + $1.quantity * ($1.price ?? 0) }
        let sold = ledger.realised.reduce(Decimal(0)) { $0 + $1.quantity * ($1.openPrice ?? 0) }
        let movedOut = before + bought - kept - sold
        let gained = gains.values.reduce(0, +)
        #expect(movedOut >= 0)
        #expect(value == before + unexplained + gained + unrealised - movedOut)
    }
}
