import Evidence
import Foundation
import Testing

/// What the scanner finds, written as `text = reading | other reading`.
@Suite struct FigureScannerTests {
    struct Row: CustomTestStringConvertible {
        let text: String
        let figures: [String]

        init(_ text: String, _ figures: String...) {
            self.text = text
            self.figures = figures
        }

        var testDescription: String { text }
    }

    static let numbers = [
        Row("42", "42 = bare 42 ±0.5"),
        Row("0", "0 = bare 0 ±0.5"),
        Row("3.25", "3.25 = bare 3.25 ±0.005"),
        Row(".28", ".28 = bare 0.28 ±0.005"),
        Row("0.280", "0.280 = bare 0.28 ±0.0005"),
        Row("-0.28", "-0.28 = bare -0.28 ±0.005"),
        Row("4,523,000", "4,523,000 = bare 4523000 ±0.5"),
        Row("4523000", "4523000 = bare 4523000 ±0.5"),
        Row("$4.5M", "$4.5M = dollars 4500000 ±50000"),
        Row("$1,234.56", "$1,234.56 = dollars 1234.56 ±0.005"),
        Row("$1,234.56.", "$1,234.56 = dollars 1234.56 ±0.005"),
        Row("-$309.90", "-$309.90 = dollars -309.9 ±0.005"),
        Row("$-5", "$-5 = dollars -5 ±0.5"),
        Row("+$5", "+$5 = dollars +5 ±0.5"),
        Row("\u{2212}$5", "\u{2212}$5 = dollars -5 ±0.5"),
        Row("\u{2212}5", "\u{2212}5 = bare -5 ±0.5"),
        Row("($5)", "$5 = dollars (5) ±0.5"),
        Row("(5%)", "5% = fraction (0.05) ±0.005"),
        Row("minus $5", "$5 = dollars -5 ±0.5"),
        Row("negative 0.28", "0.28 = bare -0.28 ±0.005"),
        Row("US$500", "US$500 = dollars 500 ±0.5"),
        Row("USD 500", "USD 500 = dollars 500 ±0.5"),
        Row("500 USD", "500 USD = dollars 500 ±0.5"),
        Row("500USD", "500USD = dollars 500 ±0.5"),
        Row("50$", "50$ = dollars 50 ±0.5"),
        Row("$ 50", "$ 50 = dollars 50 ±0.5"),
        Row("50 dollars", "50 dollars = dollars 50 ±0.5"),
        Row("5 cents", "5 cents = dollars 0.05 ±0.005"),
        Row("5¢", "5¢ = dollars 0.05 ±0.005"),
        Row("€500", "€500 = unreadable"),
        Row("500€", "500€ = unreadable"),
        Row("C$500", "$500 = unreadable"),
        Row("27.5%", "27.5% = fraction 0.275 ±0.0005"),
        Row("about 28%", "28% = fraction 0.28 ±0.005"),
        Row("28 %", "28 % = fraction 0.28 ±0.005"),
        Row("28 percent", "28 percent = fraction 0.28 ±0.005"),
        Row("28 per cent", "28 per cent = fraction 0.28 ±0.005"),
        Row("28 percentage points", "28 percentage points = fraction 0.28 ±0.005"),
        Row("25 bps", "25 bps = fraction 0.0025 ±0.00005"),
        Row("25bps", "25bps = fraction 0.0025 ±0.00005"),
        Row("25 basis points", "25 basis points = fraction 0.0025 ±0.00005"),
        Row("-3.2%", "-3.2% = fraction -0.032 ±0.0005"),
        Row("150k", "150k = bare 150000 ±500"),
        Row("$150K", "$150K = dollars 150000 ±500"),
        Row("$2.1bn", "$2.1bn = dollars 2100000000 ±50000000"),
        Row("$3B", "$3B = dollars 3000000000 ±500000000"),
        Row("$4.5 million", "$4.5 million = dollars 4500000 ±50000"),
        Row("2 thousand shares", "2 thousand = shares 2000 ±500 share"),
        Row("2.5x", "2.5x = multiple 2.5 ±0.05"),
        Row("2.5×", "2.5× = multiple 2.5 ±0.05"),
        Row("3 times", "3 times = multiple 3 ±0.5"),
        Row("1e5", "1e5 = bare 100000 ±50000"),
        Row("1.5E-3", "1.5E-3 = bare 0.0015 ±0.00005"),
        Row("1/2", "1/2 = date 1/2 | bare 0.5 ±0.005 | fraction 0.5 ±0.005"),
        Row("20-45", "20 = bare 20 ±0.5", "45 = bare 45 ±0.5"),
        Row("20–45 days", "20 = days 20 ±0.5 day", "45 = days 45 ±0.5 day"),
        Row("20 to 45 DTE", "20 = days 20 ±0.5 day", "45 = days 45 ±0.5 day"),
        Row("between 5 and 10%", "5 = fraction 0.05 ±0.005", "10% = fraction 0.1 ±0.005"),
        Row("5-10%", "5 = fraction 0.05 ±0.005", "10% = fraction 0.1 ±0.005"),
        Row("$20-45k", "$20 = dollars 20000 ±500", "45k = dollars 45000 ±500"),
        Row("$20-$45", "$20 = dollars 20 ±0.5", "$45 = dollars 45 ±0.5"),
        Row("0.20–0.30 delta", "0.20 = bare 0.2 ±0.005", "0.30 = bare 0.3 ±0.005"),
        Row("3rd", "3rd = ordinal 3 ±0.5 | date day 3"),
        Row("45th percentile", "45th = ordinal 45 ±0.5"),
        Row(
            "1 234 567 in all".replacingOccurrences(of: " ", with: "\u{202F}"),
            "1\u{202F}234\u{202F}567 = bare 1234567 ±0.5"
        ),
        Row("12'345", "12'345 = bare 12345 ±0.5"),
        Row("1,23", "1,23 = unreadable"),
        Row("1.234,56", "1.234,56 = unreadable"),
        Row("1.2.3", "1.2.3 = unreadable"),
        Row("007", "007 = unreadable"),
        Row("12345678901234567890", "12345678901234567890 = unreadable"),
        Row("$5%", "$5 = unreadable"),
        Row("~$50", "$50 = dollars 50 ±0.5"),
        Row("**$50**", "$50 = dollars 50 ±0.5"),
        Row("`$50`", "$50 = dollars 50 ±0.5"),
        Row("_5_", "5 = bare 5 ±0.5"),
        Row("P&L:-$50", "-$50 = dollars -50 ±0.5"),
        Row("delta=0.28", "0.28 = bare 0.28 ±0.005"),
        Row("NVDA-170", "170 = bare 170 ±0.5"),
    ]

    static let counted = [
        Row("2 contracts", "2 = contracts 2 ±0.5 contract"),
        Row("100 shares", "100 = shares 100 ±0.5 share"),
        Row("100-share lot", "100 = shares 100 ±0.5 share"),
        Row("12 days", "12 = days 12 ±0.5 day"),
        Row("30-day", "30 = days 30 ±0.5 day"),
        Row("12 calendar days", "12 = days 12 ±0.5 day"),
        Row("45DTE", "45DTE = days 45 ±0.5"),
        Row("21-DTE", "21 = days 21 ±0.5 day"),
        Row("2 weeks", "2 = days 14 ±3.5 week"),
        Row("3 months", "3 = span 3 ±0.5 month"),
        Row("4 open positions", "4 = count 4 ±0.5 position"),
        Row("2 NVDA puts", "2 = contracts 2 ±0.5 put"),
        Row("2 short puts", "2 = contracts 2 ±0.5 put"),
        Row("two contracts", "two = contracts 2 ±0.5 contract"),
        Row("a dozen contracts", "a dozen = contracts 12 ±0.5 contract"),
        Row("twenty-one days", "twenty-one = days 21 ±0.5 day"),
        Row("fifty percent", "fifty percent = fraction 0.5 ±0.005"),
        Row("a hundred and fifty dollars", "a hundred and fifty dollars = dollars 150 ±0.5"),
        Row("two thousand dollars", "two thousand dollars = dollars 2000 ±500"),
        Row("thirty-seven", "thirty-seven = bare 37 ±0.5"),
        Row("two thirds of the book", "two thirds = fraction 0.6666"),
        Row("half of the book", "half = fraction 0.5 ±0.025"),
        Row("one of them is short"),
        Row("no one wants two of it"),
        Row("one day it will expire"),
        Row("a put or a call"),
    ]

    static let times = [
        Row("15:45 ET", "15:45 = time 15:45"),
        Row("at 3:45 pm", "3:45 pm = time 15:45"),
        Row("4pm", "4pm = time 16:00"),
        Row("12:00 a.m.", "12:00 a.m. = time 0:00"),
        Row("20:45 UTC", "20:45 = time 20:45 abroad"),
        Row("16:00:30", "16:00:30 = time 16:00:30"),
        Row("25:00", "25:00 = unreadable"),
        Row("13:00 pm", "13:00 pm = unreadable"),
        Row("2026-11-20", "2026-11-20 = date 2026-11-20"),
        Row("2026/11/20", "2026/11/20 = date 2026-11-20"),
        Row("2026-11-18 15:45 ET", "2026-11-18 = date 2026-11-18", "15:45 = time 15:45"),
        Row("2026-11-18T15:45", "2026-11-18 = date 2026-11-18", "15:45 = time 15:45"),
        Row("2026-02-30", "2026-02-30 = unreadable"),
        Row("13/45/2026", "13/45/2026 = unreadable"),
        Row("11/20/2026", "11/20/2026 = date 2026-11-20"),
        Row("11/20/26", "11/20/26 = date 2026-11-20"),
        Row("11/20", "11/20 = date 11/20"),
        Row("11-20-2026", "11-20-2026 = date 2026-11-20"),
        Row("Nov 20", "Nov 20 = date 11/20"),
        Row("Nov. 20", "Nov. 20 = date 11/20"),
        Row("November 20, 2026", "November 20, 2026 = date 2026-11-20"),
        Row("November 20 2026", "November 20 2026 = date 2026-11-20"),
        Row("November 20th, 2026", "November 20th, 2026 = date 2026-11-20"),
        Row("20 Nov", "20 Nov = date 11/20"),
        Row("20 November 2026", "20 November 2026 = date 2026-11-20"),
        Row("20th of November", "20th of November = date 11/20"),
        Row("20-Nov-2026", "20-Nov-2026 = date 2026-11-20"),
        Row("Friday Nov 20", "Friday Nov 20 = date 11/20 weekday 5"),
        Row("Fri, 11/20", "Fri, 11/20 = date 11/20 weekday 5"),
        Row("Friday the 20th", "Friday the 20th = date day 20 weekday 5"),
        Row("the 20th", "20th = ordinal 20 ±0.5 | date day 20"),
        Row("Nov 2026", "Nov 2026 = date 2026-11"),
        Row("Jan '27", "Jan '27 = date 2027-01"),
        Row("2026-11", "2026-11 = date 2026-11"),
        Row("Nov 20-24", "Nov 20 = date 11/20", "24 = date 11/24"),
        Row("in 2026", "2026 = bare 2026 ±0.5 | date 2026"),
        Row("you may 5 times", "5 times = multiple 5 ±0.5"),
        Row("May 5", "May 5 = date 5/5"),
    ]

    static let contracts = [
        Row("NVDA 170 put", "170 = contract NVDA 170 put"),
        Row("$170 put", "$170 = contract 170 put"),
        Row("NVDA $172.50 call", "$172.50 = contract NVDA 172.5 call"),
        Row("170P", "170P = contract 170 put"),
        Row("NVDA 170 P", "170 P = contract NVDA 170 put"),
        Row("the 170-strike put", "170 = contract 170 put"),
        Row("NVDA's 170 put", "170 = contract NVDA 170 put"),
        Row("AAPL 1/15/27 200C", "1/15/27 200C = contract AAPL 2027-01-15 200 call"),
        Row("NVDA 2026-11-20 170 put", "2026-11-20 170 = contract NVDA 2026-11-20 170 put"),
        Row("NVDA Nov 20 170 put", "Nov 20 170 = contract NVDA 11/20 170 put"),
        Row("NVDA Nov 20 2026 $170 put", "Nov 20 2026 $170 = contract NVDA 2026-11-20 170 put"),
        Row(
            "AAPL Jan 27 200 call",
            "Jan 27 200 = contract AAPL 1/27 200 call | contract AAPL 2027-01 200 call"
        ),
        Row("AAPL270115P00170000", "AAPL270115P00170000 = contract AAPL 2027-01-15 170 put"),
        Row("AAPL  270115P00170000", "AAPL  270115P00170000 = contract AAPL 2027-01-15 170 put"),
        Row("F270115C00012500.", "F270115C00012500 = contract F 2027-01-15 12.5 call"),
        Row("AAPL271315P00170000", "AAPL271315P00170000 = unreadable"),
        Row("2 puts", "2 = contracts 2 ±0.5 put | contract 2 put"),
        Row("2 NVDA 170 puts", "2 = contracts 2 ±0.5 contract", "170 = contract NVDA 170 put"),
        Row("short 170 NVDA puts", "170 = contracts 170 ±0.5 put"),
        Row("1 put", "1 = contracts 1 ±0.5 put | contract 1 put"),
    ]

    static let names = [
        Row("S&P 500", "S&P 500 = name"),
        Row("S&P 501", "501 = bare 501 ±0.5"),
        Row("Form 10-K", "10-K = name"),
        Row("a 401k plan", "401k = name"),
        Row("a 401(k)", "401(k) = name"),
        Row("Q3", "Q3 = name"),
        Row("Q3 2026", "Q3 = name", "2026 = bare 2026 ±0.5 | date 2026"),
        Row("Russell 2000", "Russell 2000 = name"),
        Row("alpaca: 127.0.0.1: nothing answers", "127.0.0.1 = name"),
        Row("at 10.0.0.255.", "10.0.0.255 = name"),
        Row("P1.3", "P1.3 = name"),
        Row("P9.9", "P9.9 = unreadable"),
        Row("activity.csv:12", "activity.csv:12 = name"),
        Row("rules-2026.md", "rules-2026.md = name"),
        Row("NVDA170", "NVDA170 = unreadable"),
        Row("B2", "B2 = unreadable"),
        Row("x5", "x5 = unreadable"),
        Row("3D", "3D = days 3 ±0.5"),
        Row("5q", "5q = unreadable"),
        Row("vega per 1% move", "per 1% = name"),
        Row("per $1 move", "per $1 = name"),
        Row("per $10 move", "$10 = dollars 10 ±0.5"),
        Row("per $1,000", "$1,000 = dollars 1000 ±0.5"),
        Row("1. First", "1 = enumerator 1"),
        Row("  2) Second", "2 = enumerator 2"),
        Row("- 5 contracts", "5 = contracts 5 ±0.5 contract"),
        Row("## 3. Risk", "3 = enumerator 3"),
        Row("see 3. Then", "3 = bare 3 ±0.5"),
        Row("so it is [1]", "[1] = citation 1"),
        Row("so it is [1, 2].", "1 = citation 1", "2 = citation 2"),
        Row("so it is [P1.3]", "[P1.3] = citation P1.3"),
        Row("so it is [D2]", "[D2] = citation D2"),
        Row("| NVDA | -2 | $3.25 |", "-2 = bare -2 ±0.5", "$3.25 = dollars 3.25 ±0.005"),
    ]

    static let tricks = [
        Row("１００ shares", "１００ = unreadable"),
        Row("٥٠ dollars", "٥٠ = unreadable"),
        Row("5² lots", "5² = unreadable"),
        Row("½ of it", "½ = unreadable"),
        Row("1½", "1½ = unreadable"),
        Row("① first", "① = unreadable"),
        Row("Ⅳ lots", "Ⅳ = unreadable"),
        Row("𝟏𝟎 lots", "𝟏𝟎 = unreadable"),
        Row("五 lots", "五 = unreadable"),
        Row("1\u{200B}00 shares", "1\u{200B}00 = unreadable"),
        Row("10\u{200B} shares", "10\u{200B} = unreadable"),
        Row("10\u{0336}", "10\u{0336} = unreadable"),
        Row("5\u{20E3}", "5\u{20E3} = unreadable"),
        Row("\u{202E}123", "123 = unreadable"),
        Row("&#49;00", "&#49;00 = unreadable"),
        Row("&#x31; lot", "&#x31; = unreadable"),
        Row("1&#48;", "1&#48; = unreadable"),
        Row("&minus;5", "&minus;5 = unreadable"),
        Row("&frac12;", "&frac12; = unreadable"),
        Row("R&D; none"),
        Row("\\u0031", "\\u0031 = unreadable"),
        Row("tw\u{043E} contracts", "tw\u{043E} = contracts 2 ±0.5 contract"),
        Row("twо\u{200B} contracts", "twо\u{200B} = unreadable"),
        Row("```\ncash 5\n```", "5 = bare 5 ±0.5"),
        Row("5％", "5％ = unreadable"),
        Row("$1\u{00AD}000", "$1\u{00AD}000 = unreadable"),
    ]

    @Test(arguments: numbers + counted + times + contracts + names + tricks)
    func finds(_ row: Row) {
        let known: Set<String> = ["P1.3", "activity.csv:12", "rules-2026.md"]
        let found = FigureScanner { known.contains($0) }.figures(in: row.text)
        let described = found.map { "\($0.text) = \($0.kind.words)" }
        #expect(described.count == row.figures.count, "\(described)")
        for (figure, expected) in zip(described, row.figures) {
            // A third cannot be written out.
            if expected.hasSuffix("0.6666") { #expect(figure.hasPrefix(expected)) } else { #expect(figure == expected) }
        }
    }

    @Test func rangesPointAtTheFigures() {
        let text = "Cash – “about” $1,234.56, café 27.5% on 2026-11-20, [1] and 170P; ٥ no."
        let bytes = Array(text.utf8)
        for figure in FigureScanner().figures(in: text) {
            #expect(String(decoding: bytes[figure.range], as: UTF8.self) == figure.text)
        }
        #expect(FigureScanner().figures(in: text).count == 6)
    }

    @Test func survivesAnyText() {
        let alphabet = Array("0123456789.,-$%()/:[] NVDAputcKM'&#;xe\u{2212}\u{200B}½٣\n|P").map { $0 }
        var state: UInt64 = 7
        for _ in 0..<3_000 {
            var text = ""
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            let bytes = Array(text.utf8)
            var end = 0
            for figure in FigureScanner().figures(in: text) {
                #expect(figure.range.lowerBound >= end, "\(text)")
                #expect(String(decoding: bytes[figure.range], as: UTF8.self) == figure.text)
                end = figure.range.upperBound
            }
            // No digit may be left outside of a figure.
            let covered = Set(FigureScanner().figures(in: text).flatMap { Array($0.range) })
            for (offset, byte) in bytes.enumerated() where byte >= 48 && byte <= 57 {
                #expect(covered.contains(offset), "\(text) at \(offset)")
            }
        }
    }
}

extension Figure.Kind {
    /// The kind in the words of the tables.
    var words: String {
        switch self {
        case .value(let readings): readings.map(\.words).joined(separator: " | ")
        case .citation(let mark): "citation \(mark)"
        case .name: "name"
        case .enumerator(let number): "enumerator \(number)"
        case .unreadable: "unreadable"
        }
    }
}

extension Figure.Reading {
    var words: String {
        switch self {
        case .quantity(let quantity):
            let number =
                switch quantity.sign {
                case .none: "\(quantity.magnitude)"
                case .plus: "+\(quantity.magnitude)"
                case .minus: "-\(quantity.magnitude)"
                case .bracketed: "(\(quantity.magnitude))"
                }
            return "\(quantity.measure) \(number) ±\(quantity.slack)" + (quantity.noun.map { " " + $0 } ?? "")
        case .date(let date): return "date " + date.words
        case .time(let time):
            let minute = time.minute < 10 ? "0\(time.minute)" : "\(time.minute)"
            let second = time.second.map { ":\($0)" } ?? ""
            return "time \(time.hour):\(minute)\(second)" + (time.isNewYork ? "" : " abroad")
        case .contract(let contract):
            return
                (["contract", contract.root, contract.expiration?.words].compactMap { $0 }
                + ["\(contract.strike)", contract.right.rawValue]).joined(separator: " ")
        }
    }
}

extension Figure.DateClaim {
    var words: String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let date =
            switch (year, month, day) {
            case (let year?, let month?, let day?): "\(year)-\(two(month))-\(two(day))"
            case (let year?, let month?, nil): "\(year)-\(two(month))"
            case (let year?, nil, _): "\(year)"
            case (nil, let month?, let day?): "\(month)/\(day)"
            case (nil, _, let day?): "day \(day)"
            default: "nothing"
            }
        return date + (weekday.map { " weekday \($0)" } ?? "")
    }
}
