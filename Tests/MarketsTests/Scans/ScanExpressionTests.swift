import Foundation
import Markets
import Testing

@Suite("Scan expressions")
struct ScanExpressionTests {
    private func row(_ symbol: String = "AAPL", _ numbers: [ScanField: Double] = [:], sector: String? = nil) -> ScanRow
    {
        var row = ScanRow(symbol: symbol)
        for (field, value) in numbers { row[field] = .number(value) }
        if let sector { row[.sector] = .text(sector) }
        return row
    }

    @Test(
        "conditions on a row: price 80, IV rank 55, IV 32 %, volume 1,200,000, beta -0.5, sector Consumer Staples",
        arguments: [
            ("iv_rank > 50 and price < 100", true),
            ("IV_RANK>50 AND Price<100", true),
            ("iv_rank > 50% && price < $100", true),
            ("iv > 30%", true),
            ("iv > 0.30", true),
            ("iv > 33%", false),
            ("not iv > 33%", true),
            ("! (iv > 33%) or price = 0", true),
            ("price between 80 and 100 and iv_rank between 50% and 60%", true),
            ("price not between 80 and 100", false),
            ("price between 70 + 5 and 2 * 40 or iv_rank < 1", true),
            ("volume >= 1.2m", true),
            ("volume > 1_200k", false),
            ("beta < 0 and beta = -0.5 and -beta = 0.5", true),
            ("beta in (-0.5, 1)", true),
            ("symbol in (aapl, 'MSFT')", true),
            ("symbol not in (AAPL, MSFT)", false),
            ("ticker = aapl and sector = 'consumer staples'", true),
            ("sector != Energy", true),
            ("symbol = IV", false),
            ("2 + 3 * 4 = 14 and (2 + 3) * 4 = 20 and 20 / 5 / 2 = 2 and 10 - 4 - 3 = 3", true),
            ("price / volume < 0.001", true),
            ("price < 10 and iv_rank > 50 or beta < 0", true),
            ("price < 10 and (iv_rank > 50 or beta < 0)", false),
            ("not price < 10 and not price > 90", true),
            ("ivr > 50 and spot <> 81", true),
            ("price × 2 ≥ 160 and price ≤ 80", true),
        ]
    )
    func conditions(_ text: String, _ expected: Bool) throws {
        let row = row(
            numbers: [.price: 80, .ivRank: 55, .iv: 0.32, .volume: 1_200_000, .beta: -0.5],
            sector: "Consumer Staples"
        )
        #expect(try ScanExpression(text).evaluate(row) == (expected ? .yes : .no))
    }

    private func row(numbers: [ScanField: Double], sector: String) -> ScanRow {
        row("AAPL", numbers, sector: sector)
    }

    @Test("three-valued logic, the whole table")
    func truthTable() throws {
        // price is 1; beta is missing. y, n and u are written as comparisons.
        let words: [ScanExpression.Truth: String] = [.yes: "price = 1", .no: "price = 2", .unknown: "beta > 0"]
        let row = row("X", [.price: 1])
        for (left, leftText) in words {
            for (right, rightText) in words {
                let and: ScanExpression.Truth =
                    left == .no || right == .no ? .no : (left == .yes && right == .yes ? .yes : .unknown)
                let or: ScanExpression.Truth =
                    left == .yes || right == .yes ? .yes : (left == .no && right == .no ? .no : .unknown)
                #expect(try ScanExpression("\(leftText) and \(rightText)").evaluate(row) == and)
                #expect(try ScanExpression("\(leftText) or \(rightText)").evaluate(row) == or)
            }
            let not: ScanExpression.Truth = left == .yes ? .no : (left == .no ? .yes : .unknown)
            #expect(try ScanExpression("not \(leftText)").evaluate(row) == not)
        }
        // Kleene's logic in the other operations: a range is false when one end already excludes.
        #expect(try ScanExpression("price between 2 and beta").evaluate(row) == .no)
        #expect(try ScanExpression("price between 0 and beta").evaluate(row) == .unknown)
        #expect(try ScanExpression("beta in (1, 2)").evaluate(row) == .unknown)
        #expect(try ScanExpression("sector = Energy").evaluate(row) == .unknown)
        #expect(try ScanExpression("price / (price - 1) > 0").evaluate(row) == .unknown)
    }

    @Test("rows that cannot be decided are left out and counted, with what they lack")
    func filter() throws {
        let rows = [
            row("A", [.ivRank: 60, .price: 50]), row("B", [.price: 50]), row("C", [.ivRank: 10]),
            row("D", [.ivRank: 70, .price: 150]), row("E", [.price: 500]), row("F", [.ivRank: .nan, .price: 5]),
        ]
        let outcome = try ScanExpression("iv_rank > 50 and price < 100").filter(rows)
        #expect(outcome.matches.map(\.symbol) == ["A"])
        #expect(outcome.examined == 6 && outcome.unknown == 2)
        #expect(outcome.missing == [.ivRank: 2])
    }

    @Test(
        "errors say where and what was meant",
        arguments: [
            ("iv_rnk > 50", 0, "did you mean iv_rank?"),
            ("price < 100 and ivrank > 50", 16, "did you mean iv_rank?"),
            ("price < 100 and zebra > 50", 16, "is not a field"),
            ("price <", 7, "Expected a value at character 8, found the end"),
            ("price < 100)", 11, "has no partner"),
            ("(price < 100", 0, "has no partner"),
            ("price < 100 iv_rank", 12, "Expected an operator"),
            ("price", 5, "Expected a comparison"),
            ("1 < price < 5", 10, "A comparison needs two numbers"),
            ("price and iv_rank", 6, "join comparisons"),
            ("symbol > AAPL", 7, "= or != only"),
            ("iv > 30", 3, "write 30% for per cent"),
            ("price > 5%", 6, "not a percentage"),
            ("price between 5", 6, "'and' after 'between'"),
            ("symbol in AAPL", 10, "Expected '('"),
            ("symbol in (AAPL", 15, "Expected ',' or ')'"),
            ("symbol in (5)", 11, "Expected a word"),
            ("price > 1.2.3", 8, "is not a number"),
            ("price > 12x", 8, "is not a number"),
            ("price # 3", 6, "has no meaning"),
            ("sector = 'Energy", 9, "does not end"),
            ("", 0, "is empty"),
            ("not", 3, "Expected a value"),
        ]
    )
    func errors(_ text: String, _ position: Int, _ words: String) {
        do {
            _ = try ScanExpression(text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.position == position, "\(text): \(error.position)")
            #expect(error.description.contains(words), "\(error.description)")
        }
    }

    @Test("nesting and length cost no more than they are long")
    func hostile() throws {
        let deep = 2_000
        let nested = String(repeating: "(", count: deep) + "price<1" + String(repeating: ")", count: deep)
        #expect(try ScanExpression(nested).evaluate(row("A", [.price: 2])) == .no)
        let negated = String(repeating: "!", count: 4_001) + "(price<1)"
        #expect(try ScanExpression(negated).evaluate(row("A", [.price: 2])) == .yes)
        let minus = "price=" + String(repeating: "-", count: 4_000) + "1"
        #expect(try ScanExpression(minus).evaluate(row("A", [.price: 1])) == .yes)
        #expect(throws: ScanExpressionError.self) { try ScanExpression(String(repeating: "(", count: 4_000)) }
        #expect(throws: ScanExpressionError.self) { try ScanExpression(String(repeating: "price<1 or ", count: 999)) }
    }

    @Test("every field has a name that is read, a meaning, and a unit")
    func fields() throws {
        for field in ScanField.allCases {
            #expect(ScanField(named: field.rawValue.uppercased()) == field && !field.meaning.isEmpty)
            let text = field.unit == .text ? "\(field.rawValue) = x" : "\(field.rawValue) > 0"
            #expect(try ScanExpression(text).fields == [field])
        }
    }

    @Test("a row from bars, volatilities, chain and dates")
    func rowFromData() throws {
        var row = ScanRow(symbol: "XYZ")
        row.add(bars: ScanSamples.bars(count: 300, factor: 1.001))
        row.add(impliedVolatility: 0.3, rank: ScanSamples.rank)
        row.add(
            today: ChainSamples.today,
            earnings: [ChainSamples.today.adding(days: -3), ChainSamples.today.adding(days: 12)],
            dividends: [
                Dividend(symbol: "XYZ", exDate: ChainSamples.today.adding(days: 5), amount: 1, source: "test")
            ]
        )
        let last = 50 * pow(1.001, 299.0)
        #expect(agree(try #require(row.number(.price)), last, relative: 1e-9))
        #expect(agree(try #require(row.number(.change)), 0.001, relative: 1e-6))
        #expect(agree(try #require(row.number(.return63)), pow(1.001, 63.0) - 1, relative: 1e-9))
        // A geometric mean over 200 days: last × (1 - q^200) / (1 - q) / 200 with q = 1 / 1.001.
        let q = 1 / 1.001
        #expect(agree(try #require(row.number(.sma200)), last * (1 - pow(q, 200.0)) / (1 - q) / 200, relative: 1e-9))
        #expect(agree(try #require(row.number(.high52)), last * 1.004, relative: 1e-9))
        #expect(row.number(.hv30).map { $0 < 1e-6 } == true)
        #expect(row[.regime] == .text("BULL"))
        #expect(row.number(.earningsDays) == 12 && row.number(.exDividendDays) == 5)
        #expect(agree(try #require(row.number(.ivRank)), 50, relative: 1e-12) && row.number(.marketCap) == nil)
        #expect(agree(try #require(row.number(.expectedMove)), 0.3 * (30.0 / 365).squareRoot(), relative: 1e-12))
        let chain = OptionChain(
            underlying: "XYZ",
            options: [
                ChainSamples.option(.put, 90, days: 9, bid: 1, ask: 2, openInterest: 7, volume: 30),
                ChainSamples.option(.call, 90, days: 9, bid: 1, ask: 2, openInterest: nil, volume: 20),
            ]
        )
        row.add(chain: chain)
        #expect(row.number(.putCallRatio) == 1.5 && row.number(.optionVolume) == 50 && row.number(.optionInterest) == 7)
        var short = ScanRow(symbol: "XYZ")
        short.add(bars: ScanSamples.bars(count: 40, factor: 1.01))
        #expect(short.number(.sma50) == nil && short.number(.high52) == nil && short[.regime] == nil)
    }
}
