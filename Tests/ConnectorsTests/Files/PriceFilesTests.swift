import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Daily bars in files") struct PriceFilesTests {
    private let folder: TemporaryFolder
    private let all: ClosedRange<TradingDate>

    init() throws {
        folder = try TemporaryFolder()
        all = try #require(TradingDate("2020-01-01"))...(#require(TradingDate("2020-12-31")))
    }

    /// Writes days from 2020-03-02 on, given as close and adjusted close, and reads them.
    private func history(_ closes: [(String, String)], gapAfter: Int? = nil) async throws -> Sourced<PriceHistory> {
        var text = "date,open,high,low,close,adj_close,volume\n"
        var date = try #require(TradingDate("2020-03-02"))
        for (index, (close, adjusted)) in closes.enumerated() {
            text += "\(date),\(close),\(close),\(close),\(close),\(adjusted),100\n"
            date = date.adding(days: index == gapAfter ? 40 : date.weekday == 5 ? 3 : 1)
        }
        try folder.write(text, to: "XYZ.csv")
        return try await PriceFiles(folder: folder.url.path).history(of: "XYZ", in: all)
    }

    /// 400 the day before a 4:1 split, 103 on it, with an earlier dividend of 0.82 on a close of 300.
    ///
    /// Adjusted by hand: 1/4 before the split, and 1 - 0.82 / 300 besides before the dividend.
    private let clean = [
        ("290", "72.301833"), ("300", "74.795000"), ("303", "75.75"), ("400", "100"), ("103", "103"), ("104", "104"),
    ]

    @Test("A split and a dividend that are certain")
    func certain() async throws {
        let answer = try await history(clean)
        #expect(answer.value.splits == [PriceHistory.Split(date: try day("2020-03-06"), ratio: 4)])
        let dividend = Dividend(
            symbol: "XYZ",
            exDate: try day("2020-03-04"),
            amount: try #require(Decimal(string: "0.82")),
            source: "XYZ.csv"
        )
        #expect(answer.value.dividends == [dividend])
        #expect(answer.value.bars.count == 6)
        #expect(answer.value.bars.first?.close == 290)
        #expect(answer.value.bars.first?.volume == 100)
        #expect(answer.source == "XYZ.csv")
        #expect(answer.asOf == (try day("2020-03-09")).newYorkInstant(hour: 16))
        #expect(answer.notes == ["XYZ.csv ends 2020-03-09"])
    }

    @Test("A reverse split 1:20 and one of 3:2")
    func ratios() async throws {
        let reverse = try await history([("1.16", "23.2"), ("22.00", "22"), ("21", "21")])
        #expect(reverse.value.splits.map(\.ratio) == [Decimal(string: "0.05")])
        let half = try await history([("150", "100"), ("101", "101")])
        #expect(half.value.splits.map(\.ratio) == [Decimal(string: "1.5")])
    }

    /// What is no certain split and no certain dividend: a spin-off, a step with a jump of the adjusted close, an amount
    /// that is no round one, a gap of weeks.
    private static let uncertainCloses: [([(String, String)], Int?)] = [
        ([("52.06", "43.498"), ("43.86", "43.86")], nil),
        ([("100", "50"), ("80", "80")], nil),
        ([("200", "198.765654"), ("201", "201")], nil),
        ([("100", "50"), ("50", "50")], 0),
        ([("100", "95.5"), ("80", "95.4")], nil),
    ]

    @Test("What is not certain is not offered, and no dividends with it", arguments: uncertainCloses.indices)
    func uncertain(_ index: Int) async throws {
        let (closes, gap) = Self.uncertainCloses[index]
        let answer = try await history(closes, gapAfter: gap)
        #expect(answer.value.splits == [])
        #expect(answer.value.dividends == [])
        #expect(answer.notes.first?.contains("1 step that no split or dividend explains for certain") == true)
    }

    @Test("One uncertain step takes all dividends of the span away, but no split")
    func partial() async throws {
        var closes = clean
        closes += [("105", "105"), ("100", "103.2")]
        let answer = try await history(closes)
        #expect(answer.value.splits.count == 1)
        #expect(answer.value.dividends == [])
    }

    @Test("Rounding of adjusted closes is no event")
    func rounding() async throws {
        let answer = try await history([("16.25", "0.124975"), ("16", "0.123052"), ("19", "0.146125")])
        #expect(answer.value.splits == [])
        #expect(answer.value.dividends == [])
        #expect(answer.notes == ["XYZ.csv ends 2020-03-04"])
    }

    @Test("A file without adjusted closes, its header in capitals, and a span within it")
    func plain() async throws {
        try folder.write(
            "DATE,OPEN,HIGH,LOW,CLOSE\n2020-01-02,13.46,13.72,12.42,12.47\n2020-01-03,15.01,16.20,13.13,14.02\n",
            to: "VIX.csv"
        )
        let date = try day("2020-01-03")
        let answer = try await PriceFiles(folder: folder.url.path).history(of: "vix", in: date...date)
        #expect(answer.value.bars.map(\.close) == [Decimal(string: "14.02")])
        #expect(answer.notes == [])
        #expect(try PriceFiles(folder: folder.url.path).symbols() == ["VIX"])
    }

    @Test("The first day of a span may be the one of a split")
    func firstDay() async throws {
        _ = try await history(clean)
        let span = try day("2020-03-06")...day("2020-03-09")
        let answer = try await PriceFiles(folder: folder.url.path).history(of: "XYZ", in: span)
        #expect(answer.value.splits == [PriceHistory.Split(date: try day("2020-03-06"), ratio: 4)])
        #expect(answer.value.bars.count == 2)
    }

    @Test("No folder, no file, another kind of file, and a broken one are told apart")
    func faults() async throws {
        let unset = PriceFiles(folder: nil)
        #expect(!unset.readiness.isReady)
        try folder.write("symbol,ex_date,amount\nA,2020-01-02,1\n", to: "DIV.csv")
        try folder.write("date,open,high,low,close\n2020-01-02,1,1,1,x\n", to: "BAD.csv")
        try folder.write("date,open,high,low,last\n2020-01-02,1,1,1,1\n", to: "REN.csv")
        let files = PriceFiles(folder: folder.url.path)
        func failure(_ source: PriceFiles, _ symbol: String) async throws -> ConnectorError {
            try await #require(throws: ConnectorError.self) { try await source.history(of: symbol, in: all) }
        }
        #expect(try await failure(unset, "A").code == .notConfigured)
        #expect(try await failure(files, "NONE").code == .notFound)
        #expect(try await failure(files, "../etc/passwd").code == .notFound)
        #expect(try await failure(files, "DIV").code == .unreadable)
        #expect(try await failure(files, "REN").code == .unreadable)
        let bad = try await failure(files, "BAD")
        #expect(bad.code == .unreadable)
        #expect(bad.detail.contains("BAD.csv line 2: close is \"x\""))
    }

    private func day(_ text: String) throws -> TradingDate {
        try #require(TradingDate(text))
    }
}
