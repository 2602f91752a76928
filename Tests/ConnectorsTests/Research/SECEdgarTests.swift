import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite struct SECEdgarTests {
    static let tickers = """
        {"0": {"cik_str": 1318605, "ticker": "TSLA", "title": "Tesla, Inc."},
         "1": {"cik_str": "1067983", "ticker": "BRK-B", "title": "BERKSHIRE HATHAWAY INC"}, "2": {"title": "Broken"}}
        """

    static func service(_ answers: [String: String]) throws -> ResearchService {
        try ResearchService("sec", settings: ["contact": ["owner@example.com"]]) { request in
            if let answer = answers[request.path] { return .json(answer) }
            return request.path == "/files/company_tickers.json" ? .json(tickers) : LoopbackReply(status: 404)
        }
    }

    static func columns(_ filings: [(accession: String, date: String, form: String, document: String)]) -> String {
        func column(_ name: String, _ values: [String]) -> String {
            "\"\(name)\": [\(values.map { "\"\($0)\"" }.joined(separator: ","))]"
        }
        return [
            column("accessionNumber", filings.map(\.accession)), column("filingDate", filings.map(\.date)),
            column("reportDate", filings.map { $0.form == "4" ? "" : "2026-09-30" }),
            column("form", filings.map(\.form)),
            column("items", filings.map { $0.form == "8-K" ? "2.02,9.01" : "" }),
            column("primaryDocument", filings.map(\.document)),
            column("primaryDocDescription", filings.map { $0.form == "10-Q" ? "QUARTERLY REPORT" : "" }),
        ].joined(separator: ",")
    }

    static let submissions = """
        {"cik": "1318605", "name": "Tesla, Inc.", "filings": {"recent": {\(columns([
            ("0001318605-26-000015", "2026-11-20", "8-K", "tsla-8k.htm"),
            ("0001318605-26-000014", "2026-10-23", "10-Q", "tsla-20260930.htm"),
            ("0001318605-26-000013", "2026-10-22", "4", ""),
        ]))}, "files": [
          {"name": "CIK0001318605-submissions-002.json", "filingFrom": "2005-01-01", "filingTo": "2012-12-31"},
          {"name": "CIK0001318605-submissions-001.json", "filingFrom": "2013-01-01", "filingTo": "2021-01-01"},
          {"name": "../secret", "filingTo": "2030-01-01"}]}}
        """

    @Test func readsFilings() async throws {
        let service = try Self.service(["/submissions/CIK0001318605.json": Self.submissions])
        let answer = try await SECEdgar(service.environment).filings(of: "tsla", forms: [], limit: 3)
        #expect(
            answer.value == [
                Filing(
                    symbol: "TSLA",
                    form: "8-K",
                    accession: "0001318605-26-000015",
                    filed: try day("2026-11-20"),
                    period: try day("2026-09-30"),
                    title: "8-K (items 2.02, 9.01)",
                    url: "https://www.sec.gov/Archives/edgar/data/1318605/000131860526000015/tsla-8k.htm"
                ),
                Filing(
                    symbol: "TSLA",
                    form: "10-Q",
                    accession: "0001318605-26-000014",
                    filed: try day("2026-10-23"),
                    period: try day("2026-09-30"),
                    title: "QUARTERLY REPORT",
                    url: "https://www.sec.gov/Archives/edgar/data/1318605/000131860526000014/tsla-20260930.htm"
                ),
                Filing(
                    symbol: "TSLA",
                    form: "4",
                    accession: "0001318605-26-000013",
                    filed: try day("2026-10-22"),
                    period: nil,
                    title: "4",
                    url: "https://www.sec.gov/Archives/edgar/data/1318605/000131860526000013/"
                        + "0001318605-26-000013-index.htm"
                ),
            ]
        )
        #expect(service.targets == ["/files/company_tickers.json", "/submissions/CIK0001318605.json"])
        #expect(service.server.requests.allSatisfy { $0.headers["user-agent"] == "Magnus owner@example.com" })
    }

    @Test func readsOlderFilesTheLatestFirst() async throws {
        let service = try Self.service([
            "/submissions/CIK0001318605.json": Self.submissions,
            "/submissions/CIK0001318605-submissions-001.json":
                "{\(Self.columns([("0001318605-20-000001", "2020-10-26", "10-Q", "a.htm")]))}",
            "/submissions/CIK0001318605-submissions-002.json":
                "{\(Self.columns([("0001318605-12-000001", "2012-11-07", "10-Q", "b.htm")]))}",
        ])
        let connector = SECEdgar(service.environment)
        let two = try await connector.filings(of: "TSLA", forms: ["10-q"], limit: 2)
        #expect(two.value.map(\.filed) == [try day("2026-10-23"), try day("2020-10-26")])
        let all = try await connector.filings(of: "TSLA", forms: ["10-Q"], limit: 9)
        #expect(all.value.map(\.filed) == [try day("2026-10-23"), try day("2020-10-26"), try day("2012-11-07")])
        // The list of companies was read once.
        #expect(service.targets.filter { $0 == "/files/company_tickers.json" }.count == 1)
    }

    @Test func readsTheListOfCompaniesAgainAfterADay() async throws {
        let clock = TestClock(ResearchService.now)
        var service = try Self.service(["/submissions/CIK0001318605.json": Self.submissions])
        service.environment.clock = { clock.now }
        let connector = SECEdgar(service.environment)
        for hours in [0.0, 23, 2] {
            clock.advance(by: hours * 3_600)
            _ = try await connector.filings(of: "TSLA", forms: [], limit: 1)
        }
        #expect(service.targets.filter { $0 == "/files/company_tickers.json" }.count == 2)
    }

    @Test func namesTheColumnThatIsGone() async throws {
        let renamed = Self.submissions.replacingOccurrences(of: "filingDate", with: "filedOn")
        let service = try Self.service(["/submissions/CIK0001318605.json": renamed])
        let error = try await #require(throws: ConnectorError.self) {
            try await SECEdgar(service.environment).filings(of: "TSLA", forms: [], limit: 1)
        }
        #expect(error.description.contains("'filingDate'"))
        let partly = Self.submissions.replacingOccurrences(of: "primaryDocDescription", with: "description")
        let other = try Self.service(["/submissions/CIK0001318605.json": partly])
        let answer = try await SECEdgar(other.environment).filings(of: "TSLA", forms: [], limit: 3)
        #expect(answer.value.map(\.title) == ["8-K (items 2.02, 9.01)", "10-Q", "4"])
        #expect(answer.notes == ["SEC EDGAR no longer sends 'primaryDocDescription' as it did (1 record)"])
    }

    static let facts = """
        {"cik": 1318605, "entityName": "Tesla, Inc.", "facts": {
          "dei": {"EntityCommonStockSharesOutstanding": {"label": null, "units": {"shares": [
            {"end": "2026-10-15", "val": 3210000000, "accn": "a-3", "fy": 2026, "fp": "Q3", "form": "10-Q", "filed": "2026-10-23"}]}}},
          "us-gaap": {
            "Revenues": {"label": "Revenues", "units": {"USD": [
              {"start": "2026-01-01", "end": "2026-03-31", "val": 100, "accn": "a-1", "form": "10-Q", "filed": "2026-04-24"},
              {"start": "2026-01-01", "end": "2026-03-31", "val": 101.5, "accn": "a-3", "form": "10-Q/A", "filed": "2026-10-23"},
              {"start": "2026-01-01", "end": "2026-03-31", "val": 100, "accn": "a-2", "form": "10-Q", "filed": "2026-07-24"},
              {"start": "2026-04-01", "end": "2026-06-30", "val": "120", "accn": "a-2", "form": "10-Q", "filed": "2026-07-24"},
              {"start": "2026-01-01", "end": "2026-06-30", "val": 221.5, "accn": "a-2", "form": "10-Q", "filed": "2026-07-24"}]}},
            "CostOfRevenue": {"units": {"USD": []}}, "NetIncomeLoss": {"units": {"USD": []}}}}}
        """

    @Test func keepsTheLatestFiledOfEachPeriod() async throws {
        let service = try Self.service(["/api/xbrl/companyfacts/CIK0001318605.json": Self.facts])
        let answer = try await SECEdgar(service.environment).figures(of: "TSLA", concept: "revenues")
        #expect(answer.value.map(\.value) == [try decimal("101.5"), try decimal("221.5"), 120])
        #expect(
            answer.value.map { "\($0.start.map { "\($0)" } ?? "-") \($0.end)" } == [
                "2026-01-01 2026-03-31", "2026-01-01 2026-06-30", "2026-04-01 2026-06-30",
            ]
        )
        #expect(answer.value[0].form == "10-Q/A")
        #expect(answer.value[0].accession == "a-3")
        #expect(answer.value[0].concept == "us-gaap:Revenues")
        #expect(answer.value[0].unit == "USD")
        #expect(answer.notes == ["1 figure was stated differently later; the latest filed is given"])
    }

    @Test func readsAFigureOfOneDay() async throws {
        let service = try Self.service(["/api/xbrl/companyfacts/CIK0001318605.json": Self.facts])
        let answer = try await SECEdgar(service.environment)
            .figures(of: "TSLA", concept: "dei:EntityCommonStockSharesOutstanding")
        #expect(answer.value.map(\.value) == [3_210_000_000])
        #expect(answer.value[0].start == nil)
        #expect(answer.value[0].unit == "shares")
    }

    @Test func namesConceptsNearOneThatIsNotReported() async throws {
        let service = try Self.service(["/api/xbrl/companyfacts/CIK0001318605.json": Self.facts])
        let error = try await #require(throws: ConnectorError.self) {
            try await SECEdgar(service.environment).figures(of: "TSLA", concept: "us-gaap:TotalRevenue")
        }
        #expect(error.code == .notFound)
        #expect(error.detail == "Tesla, Inc. reports no 'us-gaap:TotalRevenue'")
        #expect(error.nextStep == "it reports Revenues, CostOfRevenue")
    }

    @Test func findsShareClassesUnderEitherSpelling() async throws {
        let service = try Self.service(["/submissions/CIK0001067983.json": Self.submissions])
        for symbol in ["BRK.B", "brk-b"] {
            let answer = try await SECEdgar(service.environment).filings(of: symbol, forms: ["8-K"], limit: 1)
            #expect(answer.value.map(\.symbol) == ["BRK.B"])
        }
    }

    @Test func refusesATickerNobodyHas() async throws {
        let service = try Self.service([:])
        let error = try await #require(throws: ConnectorError.self) {
            try await SECEdgar(service.environment).filings(of: "NOPE", forms: [], limit: 1)
        }
        #expect(error.code == .notFound)
        #expect(service.targets == ["/files/company_tickers.json"])
    }

    @Test(arguments: [
        ("<html>Request Rate Threshold Exceeded</html>", ConnectorError.Code.rateLimited(retryAfter: .seconds(600))),
        ("<html>Undeclared Automated Tool</html>", .forbidden),
    ])
    func tellsRefusalsApart(_ page: String, _ code: ConnectorError.Code) async throws {
        let service = try ResearchService("sec", settings: ["contact": ["owner@example.com"]]) { _ in
            LoopbackReply(status: 403, page)
        }
        let error = try await #require(throws: ConnectorError.self) {
            try await SECEdgar(service.environment).filings(of: "TSLA", forms: [], limit: 1)
        }
        #expect(error.code == code)
    }

    @Test(arguments: [nil, "Magnus", "a@b\r\nX-Injected: 1"])
    func isNotReadyWithoutAContact(_ contact: String?) async throws {
        let settings = contact.map { ["contact": [$0]] } ?? [:]
        let service = try ResearchService("sec", settings: settings) { _ in .json("{}") }
        let connector = SECEdgar(service.environment)
        #expect(!connector.readiness.isReady)
        await #expect(throws: ConnectorError.self) { try await connector.figures(of: "TSLA", concept: "Revenues") }
        #expect(service.server.requests.isEmpty)
    }
}
