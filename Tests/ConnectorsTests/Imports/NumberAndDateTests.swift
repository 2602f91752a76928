import Connectors
import Foundation
import MagnusTestSupport
import Testing

/// How numbers and dates in files are read, seen through tables that hold one each.
struct NumberAndDateTests {
    private func cash(_ text: String) throws -> Decimal {
        let file = "symbol,quantity\nCASH,\"\(text)\"\n"
        let draft = try ImportDraft(reading: Array(file.utf8), fileName: "opening.csv")
        return try #require(draft.transactions.first).amount
    }

    @Test(arguments: [
        ("0", "0"), ("-0.00", "0"), ("1", "1"), ("+3", "3"), ("007", "7"), ("1.", "1"), (".5", "0.5"),
        ("1,234.50", "1234.5"),
        ("1,234,567", "1234567"), ("999", "999"), ("$1,234.56", "1234.56"), ("($1,234.56)", "-1234.56"), ("(5)", "-5"),
        ("-$97.25", "-97.25"), ("$-97.25", "-97.25"), (" 12.5 ", "12.5"), ("0.1519999999999999", "0.1519999999999999"),
        ("0.000000000000001", "0.000000000000001"), ("1000000000000", "1000000000000"),
        ("123456789012.123456", "123456789012.123456"), ("-2.637591265E-4", "-0.0002637591265"), ("1.5E7", "15000000"),
        ("1E-20", "0"), ("1.20E0", "1.2"),
    ])
    func numbersAreExact(_ text: String, _ expected: String) throws {
        #expect(try cash(text) == decimal(expected))
    }

    @Test(arguments: [
        "abc", "1.2.3", "1,23", "12,34.5", "1,2345", ",123", "1234,567", "1,234,", "1.234,56", "--5", "-", "$", "()",
        "(-5)", "- 5",
        "1e5", "E5", "1E", "1E-", "1E+5", "1E1.5", "1E100", "1E13", "1E5E5", "0x10", "NaN", "inf", "１２", "1 000",
        "1000000000001", "9999999999999999999",
        "12345678901234567890.5",
        "(5", "5)", "5-",
        "$$5", "-$-5",
    ])
    func whatIsNoNumberIsRefused(_ text: String) throws {
        let error = try Fixture.failure("symbol,quantity\nAAPL,1\nCASH,\"\(text)\"\n")
        guard case .badValue(3, "quantity", text, _) = error.code else {
            Issue.record("\(error)")
            return
        }
    }

    /// Random amounts in every style, against the decimal of the standard library.
    @Test func agreesWithTheStandardLibrary() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let cents = Int.random(in: 0...10_000_000_000, using: &generator)
            let digits = String(cents / 100)
            let grouped = digits.enumerated().map { index, digit in
                (digits.count - index) % 3 == 0 && index > 0 ? ",\(digit)" : "\(digit)"
            }
            .joined()
            let fraction = String(cents % 100 + 100).dropFirst()
            let isNegative = Bool.random(using: &generator)
            let expected = Decimal(cents) / 100 * (isNegative ? -1 : 1)
            #expect(try cash(isNegative ? "($\(grouped).\(fraction))" : "$\(grouped).\(fraction)") == expected)
            #expect(try cash((isNegative ? "-" : "") + "\(digits).\(fraction)") == expected)
        }
    }

    @Test(arguments: [
        ("2026-11-20", "2026-11-20"), ("11/20/2026", "2026-11-20"), ("1/2/2026", "2026-01-02"),
        ("01/02/26", "2026-01-02"),
        ("2/29/2024", "2024-02-29"),
    ])
    func datesAreRead(_ text: String, _ expected: String) throws {
        let file = "symbol,ex_date,amount\nKO,\(text),0.53\n"
        let draft = try ImportDraft(reading: Array(file.utf8), fileName: "dividends.csv")
        #expect(draft.dividends.first?.exDate.description == expected)
    }

    @Test(arguments: [
        "2/30/2026", "2026-02-30", "13/1/2026", "2026-13-01", "20/11/2026", "11-20-2026", "2026/11/20", "2026-1-2",
        "11/20", "", "x",
        "11/20/20266", "2026-11-20T10:00", "11/20-2026", "0/1/2026", "11/20/126",
    ])
    func impossibleDatesAreRefused(_ text: String) throws {
        let error = try Fixture.failure("symbol,ex_date,amount\n\nKO,\(text),0.53\n")
        guard case .badValue(3, "ex_date", text, let expected) = error.code else {
            Issue.record("\(error)")
            return
        }
        #expect(expected.hasPrefix("a date that exists"))
    }

    /// Seconds since 1970 worked out by hand from 2026-11-18T20:45:00Z = 1,795,034,700.
    @Test(arguments: [
        ("2026-11-18T15:45:00-05:00", 1_795_034_700.0), ("2026-11-18T15:45:00-0500", 1_795_034_700),
        ("2026-11-18T20:45Z", 1_795_034_700), ("2026-11-18 21:45:00+01:00", 1_795_034_700),
        ("2026-11-18T15:45:30.25-05:00", 1_795_034_730.25), ("2026-11-18", 1_795_035_600),
        ("11/18/2026", 1_795_035_600),
        ("2026-07-01", 1_782_936_000),
    ])
    func quoteTimesAreInstants(_ text: String, _ seconds: Double) throws {
        let file = "symbol,as_of,last\nSPY,\(text),684.30\n"
        let draft = try ImportDraft(reading: Array(file.utf8), fileName: "quotes.csv")
        #expect(draft.quotes.first?.asOf.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "2026-11-18T15:45:00", "2026-11-18T24:00:00Z", "2026-11-18T15:60:00Z", "2026-11-18T15:45:00-5",
        "2026-02-30T10:00:00Z",
        "2026-11-18T15:45:00+25:00", "now", "2026-11-18T15:45:00Zx",
    ])
    func timesWithoutAnOffsetAreRefused(_ text: String) throws {
        let error = try Fixture.failure("symbol,as_of,last\nSPY,\(text),684.30\n")
        guard case .badValue(2, "as_of", _, _) = error.code else {
            Issue.record("\(error)")
            return
        }
    }
}
