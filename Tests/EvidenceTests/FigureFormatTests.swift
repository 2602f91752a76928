import Evidence
import Foundation
import Markets
import Testing

@Suite struct FigureFormatTests {
    @Test(arguments: [
        ("2.5", 0, "3"), ("-2.5", 0, "-3"), ("2.4999", 0, "2"), ("0.125", 2, "0.13"), ("-0.125", 2, "-0.13"),
        ("1.005", 2, "1.01"), ("1234.5", -2, "1200"), ("1250", -2, "1300"), ("99.995", 2, "100"), ("7", 3, "7"),
    ])
    func roundsHalvesAwayFromZero(_ value: String, places: Int, expected: String) throws {
        let decimal = try #require(Decimal(string: value, locale: nil))
        #expect(decimal.rounded(toPlaces: places) == (try #require(Decimal(string: expected, locale: nil))))
    }

    @Test(arguments: [
        ("1234.56", Fact.Unit.dollars, "$1,234.56"), ("-309.9", .dollars, "-$309.90"),
        ("150000", .dollars, "$150,000.00"),
        ("0.004", .dollars, "$0.00"), ("-0.004", .dollars, "$0.00"), ("999.995", .dollars, "$1,000.00"),
        ("1234567.891", .dollars, "$1,234,567.89"), ("170", .dollarsPerShare, "$170.00"),
        ("3.256", .dollarsPerShare, "$3.256"), ("0.12345", .dollarsPerShare, "$0.1235"), ("0.275", .fraction, "27.5%"),
        ("-0.032", .fraction, "-3.2%"), ("1", .fraction, "100.0%"), ("-0.284", .ratio, "-0.28"),
        ("100", .shares, "100"),
        ("12500", .shares, "12,500"), ("0.5", .shares, "0.5"), ("-2", .contracts, "-2"), ("12", .days, "12"),
        ("14", .count, "14"),
    ])
    func writesExactly(_ value: String, unit: Fact.Unit, expected: String) throws {
        let decimal = try #require(Decimal(string: value, locale: nil))
        #expect(FigureFormat().text(decimal, unit: unit) == expected)
    }

    @Test func hasOptions() throws {
        #expect(FigureFormat(dollars: .whole).text(150_000, unit: .dollars) == "$150,000")
        #expect(FigureFormat(dollars: .whole).text(try #require(Decimal(string: "-0.5")), unit: .dollars) == "-$1")
        #expect(FigureFormat(percentPlaces: 0).text(.number(0.275), unit: .fraction) == "28%")
        #expect(FigureFormat(ratioPlaces: 4).text(.number(-0.28), unit: .ratio) == "-0.2800")
        #expect(FigureFormat(showsPlus: true).text(5, unit: .dollars) == "+$5.00")
        #expect(FigureFormat(showsPlus: true).text(0, unit: .dollars) == "$0.00")
    }

    @Test func writesWhatCannotBeWrittenAsADash() {
        #expect(FigureFormat().text(.number(.nan), unit: .ratio) == FigureFormat.missing)
        #expect(FigureFormat().text(.number(.infinity), unit: .dollars) == FigureFormat.missing)
        #expect(FigureFormat().text(.decimal(.nan), unit: .dollars) == FigureFormat.missing)
    }

    @Test func writesDoublesByTheirShortestDecimal() {
        // 0.285 is stored a little below; people see 0.285 and expect 0.29.
        #expect(FigureFormat().text(.number(0.285), unit: .ratio) == "0.29")
        #expect(FigureFormat().text(.number(1e-20), unit: .ratio) == "0.00")
    }

    @Test func writesDatesAndWords() throws {
        let date = try #require(TradingDate(year: 2026, month: 11, day: 20))
        #expect(FigureFormat().text(.date(date), unit: .date) == "2026-11-20")
        #expect(FigureFormat().text(.text("HIGH"), unit: .text) == "HIGH")
    }

    @Test(arguments: Fact.Unit.allCases.filter { $0 != .text && $0 != .date })
    func isReadBackByTheScanner(unit: Fact.Unit) throws {
        var state: UInt64 = 11
        for _ in 0..<300 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Decimal(Int(state >> 40) - 8_000_000) / 1_000
            let text = FigureFormat().text(value, unit: unit)
            let figures = FigureScanner().figures(in: "it is \(text).")
            #expect(figures.count == 1, "\(text)")
            guard case .value(let readings) = figures.first?.kind, case .quantity(let quantity) = readings.first else {
                Issue.record("\(text) is not read as a quantity")
                continue
            }
            #expect(abs(quantity.value - value) <= quantity.slack, "\(text) for \(value)")
        }
    }
}
