import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite struct EquityCurveTests {
    private static func bar(_ symbol: String, _ date: TradingDate, _ close: Decimal) -> DailyBar {
        DailyBar(symbol: symbol, date: date, open: close, high: close, low: close, close: close)
    }

    @Test func sharesAreWorthTheirCloses() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .transfer, amount: "10000")
        try history.add("2026-02-03", .buy, "XYZ", "100", at: "50", amount: "-5001", fees: "1")
        try history.add("2026-02-05", .transfer, amount: "1000")
        // A Saturday's interest is seen on Monday.
        try history.add("2026-02-07", .interest, amount: "2.50")
        let closes = [
            "2026-02-03": "51", "2026-02-04": "49", "2026-02-05": "52", "2026-02-06": "52", "2026-02-09": "53",
        ]
        let bars = try closes.map { day, close in
            Self.bar("XYZ", try #require(TradingDate(day[...])), try decimal(close))
        }
        let curve = EquityCurve(
            transactions: history.rows,
            bars: ["XYZ": bars],
            through: try #require(TradingDate("2026-02-09"[...]))
        )
        #expect(
            curve.days.map(\.date.description) == [
                "2026-02-02", "2026-02-03", "2026-02-04", "2026-02-05", "2026-02-06", "2026-02-09",
            ]
        )
        #expect(
            try curve.days.map(\.value) == [10_000, 10_099, 9_899, 11_199, 11_199, decimal("11301.50")]
        )
        #expect(curve.days.map(\.flow) == [10_000, 0, 0, 1_000, 0, 0])
        #expect(curve.days.allSatisfy { $0.estimated == 0 })
        let summary = try #require(curve.summary())
        #expect(try summary.gain == decimal("301.50"))
        let expected = 1.0099 * (9_899.0 / 10_099) * (11_199.0 / 10_899) * (11_301.5 / 11_199) - 1
        #expect(abs(summary.timeWeightedReturn - expected) < 1e-12)
        #expect(abs(summary.largestDrawdown - (9_899.0 / 10_099 - 1)) < 1e-12)
        #expect(summary.sessions == 6)
        // From the 5th on: what was there before does not count as gained.
        #expect(try curve.summary(from: TradingDate("2026-02-05"[...]))?.gain == decimal("402.50"))
    }

    @Test func aSplitMovesNothing() throws {
        var history = HistoryBuilder()
        try history.add("2014-06-02", .transfer, amount: "70000")
        try history.add("2014-06-05", .buy, "AAPL", "100", at: "647.35", amount: "-64735")
        let rows = CorporateActions([
            CorporateAction(
                symbol: "AAPL",
                effective: try #require(TradingDate("2014-06-09"[...])),
                change: .split(new: 7, old: 1),
                source: "actions.csv"
            )
        ]).applied(to: history.rows)
        // Apple's closes of those days.
        let closes = ["2014-06-05": "647.35", "2014-06-06": "645.57", "2014-06-09": "93.70", "2014-06-10": "94.25"]
        let bars = try closes.map { day, close in
            Self.bar("AAPL", try #require(TradingDate(day[...])), try decimal(close))
        }
        let curve = EquityCurve(
            transactions: rows,
            bars: ["AAPL": bars],
            through: try #require(TradingDate("2014-06-10"[...]))
        )
        #expect(try curve.days.suffix(3).map(\.shares) == [decimal("64557"), decimal("65590"), decimal("65975")])
        let jump = try #require(curve.days.suffix(2).first?.dailyReturn)
        #expect(abs(jump - (70_855.0 / 69_822 - 1)) < 1e-12)
    }

    @Test func anOptionIsWorthWhatItsOwnVolatilityGives() throws {
        let put = "XYZ260320P00050000"
        var history = HistoryBuilder()
        try history.add("2026-02-02", .transfer, amount: "10000")
        try history.add("2026-02-03", .sellToOpen, put, "1", at: "3.00", amount: "300")
        let contract = try #require(HistoryBuilder.instrument(put).contract)
        var bars: [DailyBar] = []
        var day = try #require(TradingDate("2026-02-02"[...]))
        while day <= (try #require(TradingDate("2026-03-24"[...]))) {
            if MarketCalendar.isSession(day) {
                bars.append(Self.bar("XYZ", day, day > contract.expiration ? 60 : 48))
            }
            day = day.adding(days: 1)
        }
        try history.add("2026-03-24", .expiration, put, "1")
        let curve = EquityCurve(
            transactions: history.rows,
            bars: ["XYZ": bars],
            through: try #require(TradingDate("2026-03-24"[...]))
        )
        // On the day of the trade the model gives back its price; on the last session, and until the row comes, what it
        // settled at, whatever the share does then.
        func options(_ day: String) throws -> Decimal {
            try #require(curve.days.first { $0.date == TradingDate(day[...]) }).options
        }
        #expect(abs(try options("2026-02-03") + 300) < Decimal(1) / 100)
        let middle = try options("2026-03-02")
        #expect(middle < -200 && middle > -300)
        #expect(try options("2026-03-20") == -200)
        #expect(try options("2026-03-23") == -200)
        #expect(try options("2026-03-24") == 0)
        #expect(curve.days.allSatisfy { $0.estimated == 0 })
    }

    /// Nothing is known of the share: to count its put for nothing would make the premium a gain.
    @Test func anOptionWithoutAnyPriceIsWorthItsLastTrade() throws {
        var history = HistoryBuilder()
        let put = "XYZ260320P00050000"
        try history.add("2026-02-02", .transfer, amount: "10000")
        try history.add("2026-02-03", .sellToOpen, put, "2", at: "1.50", amount: "300")
        let curve = EquityCurve(
            transactions: history.rows,
            bars: [:],
            through: try #require(TradingDate("2026-02-05"[...]))
        )
        #expect(curve.days.map(\.value) == [10_000, 10_000, 10_000, 10_000])
        #expect(curve.days.map(\.estimated) == [0, 1, 1, 1])
        let summary = try #require(curve.summary())
        #expect(summary.gain == 0)
        // Four sessions say nothing of a year.
        #expect(summary.annualised == nil)
    }

    @Test func whatHasNoCloseIsCountedAsAnEstimate() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .transfer, amount: "10000")
        try history.add("2026-02-03", .buy, "XYZ", "100", at: "50", amount: "-5000")
        try history.add("2026-02-04", .buyToOpen, "XYZ260320C00045000", "1", at: "7", amount: "-700")
        let curve = EquityCurve(
            transactions: history.rows,
            bars: [:],
            through: try #require(TradingDate("2026-02-04"[...]))
        )
        #expect(curve.days.map(\.estimated) == [0, 1, 2])
        // The price of the last trade, and the intrinsic value against it.
        #expect(curve.days.map(\.value) == [10_000, 10_000, 9_800])
        #expect(EquityCurve(transactions: [], bars: [:], through: TradingDate(daysSinceEpoch: 20_000)).days.isEmpty)
    }

    @Test func thePriceOfTheLastTradeFollowsASplit() throws {
        var history = HistoryBuilder()
        try history.add("2026-02-02", .transfer, amount: "10000")
        try history.add("2026-02-03", .buy, "XYZ", "100", at: "50", amount: "-5000")
        // All old shares out, all new ones in.
        try history.add("2026-02-04", .split, "XYZ", "-100")
        try history.add("2026-02-04", .split, "XYZ", "200")
        let curve = EquityCurve(transactions: history.rows, bars: [:], through: TradingDate(daysSinceEpoch: 20_488))
        #expect(curve.days.map(\.value) == [10_000, 10_000, 10_000])
    }

    /// Random histories of shares against an owner who counts every share by hand, day by day.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func cashAndPositionsAreTheValueOnEveryDay(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var history = HistoryBuilder()
        let first = try #require(TradingDate("2026-01-05"[...]))
        let symbols = ["AAA", "BBB", "CCC"]
        var prices: [String: Int] = ["AAA": 5_000, "BBB": 1_200, "CCC": 30_000]
        var held: [String: Int] = [:]
        var (cash, paidIn): (Int, Int) = (0, 0)
        var bars: [String: [DailyBar]] = [:]
        var expected: [TradingDate: (value: Int, paidIn: Int)] = [:]
        for offset in 0..<120 {
            let day = first.adding(days: offset)
            guard MarketCalendar.isSession(day) else { continue }
            for symbol in symbols {
                prices[symbol] = max(100, (prices[symbol] ?? 0) + Int.random(in: -80...85, using: &generator))
                if Int.random(in: 0..<60, using: &generator) == 0, (prices[symbol] ?? 0) >= 400 {
                    // A split of 2 for 1, told by a row.
                    prices[symbol] = (prices[symbol] ?? 0) / 2
                    if let count = held[symbol], count > 0 {
                        try history.add(day.description, .split, symbol, "\(count)")
                        held[symbol] = count * 2
                    }
                }
            }
            if offset == 0 || Int.random(in: 0..<15, using: &generator) == 0 {
                let dollars = Int.random(in: offset == 0 ? 20_000...50_000 : -500...4_000, using: &generator)
                try history.add(day.description, .transfer, amount: "\(dollars)")
                cash += dollars * 100
                paidIn += dollars * 100
            }
            for symbol in symbols where Int.random(in: 0..<4, using: &generator) == 0 {
                let price = prices[symbol] ?? 0
                let count = held[symbol] ?? 0
                let isBuy = count == 0 || Bool.random(using: &generator)
                let traded =
                    isBuy ? Int.random(in: 1...9, using: &generator) : Int.random(in: 1...count, using: &generator)
                let amount = (isBuy ? -1 : 1) * traded * price
                try history.add(
                    day.description,
                    isBuy ? .buy : .sell,
                    symbol,
                    "\(traded)",
                    at: "\(Decimal(price) / 100)",
                    amount: "\(Decimal(amount) / 100)"
                )
                held[symbol] = count + (isBuy ? traded : -traded)
                cash += amount
            }
            for symbol in symbols {
                bars[symbol, default: []].append(Self.bar(symbol, day, Decimal(prices[symbol] ?? 0) / 100))
            }
            let worth = symbols.reduce(0) { $0 + (held[$1] ?? 0) * (prices[$1] ?? 0) }
            expected[day] = (cash + worth, paidIn)
        }
        let curve = EquityCurve(
            transactions: history.rows.shuffled(using: &generator),
            bars: bars,
            through: first.adding(days: 119)
        )
        #expect(curve.days.count == expected.count)
        var flows: Decimal = 0
        for day in curve.days {
            flows += day.flow
            #expect(day.value == Decimal(expected[day.date]?.value ?? -1) / 100)
            #expect(flows == Decimal(expected[day.date]?.paidIn ?? -1) / 100)
            #expect(day.estimated == 0)
        }
        // What was gained is what the books realised, and what is left in the lots.
        let ledger = Ledger(transactions: history.rows)
        let unrealised = ledger.positions.reduce(Decimal(0)) { sum, position in
            sum + position.quantity * (Decimal(prices[position.instrument.symbol] ?? 0) / 100)
                - position.lots.reduce(0) { $0 + $1.quantity * ($1.price ?? 0) }
        }
        let gain = try #require(curve.summary()?.gain)
        let booked = ledger.realised.reduce(unrealised) { $0 + ($1.gain ?? 0) }
        #expect(abs(gain - booked) < Decimal(1) / 100_000)
    }
}
