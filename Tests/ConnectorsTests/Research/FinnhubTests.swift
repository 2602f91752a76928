import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite struct FinnhubTests {
    static let key = "cqfinnhubkey0123456789"

    static func service(
        _ handler: @escaping @Sendable (LoopbackRequest) -> LoopbackReply
    ) throws -> ResearchService {
        try ResearchService("finnhub", secrets: ["FINNHUB_API_KEY": key], handler)
    }

    static let calendar = """
        {"earningsCalendar": [
          {"date": "2026-11-25", "epsActual": null, "epsEstimate": 1.31, "hour": "amc", "quarter": 3, "symbol": "NVDA"},
          {"date": "2026-11-24", "epsActual": "0.9", "epsEstimate": 1.0, "hour": "bmo", "symbol": "ABC"},
          {"date": "2026-12-01", "epsActual": null, "epsEstimate": null, "hour": "", "symbol": "XYZ"},
          {"date": "2026-11-24", "epsActual": null, "epsEstimate": null, "hour": "dmh", "symbol": "DEF"}]}
        """

    @Test func readsTheCalendarOfAllCompanies() async throws {
        let service = try Self.service { _ in .json(Self.calendar) }
        let answer = try await Finnhub(service.environment)
            .earnings(of: [], in: day("2026-11-21")...day("2026-11-27"))
        #expect(
            answer.value == [
                EarningsReport(
                    symbol: "ABC",
                    date: try day("2026-11-24"),
                    session: .beforeOpen,
                    estimate: 1,
                    actual: try decimal("0.9")
                ),
                EarningsReport(symbol: "DEF", date: try day("2026-11-24"), session: .duringSession),
                EarningsReport(
                    symbol: "NVDA",
                    date: try day("2026-11-25"),
                    session: .afterClose,
                    estimate: try decimal("1.31")
                ),
            ]
        )
        #expect(service.targets == ["/api/v1/calendar/earnings?from=2026-11-21&to=2026-11-27"])
        #expect(service.server.requests[0].headers["x-finnhub-token"] == Self.key)
    }

    @Test func asksForOneCompanyByName() async throws {
        let service = try Self.service { _ in .json(Self.calendar) }
        let answer = try await Finnhub(service.environment)
            .earnings(of: ["nvda"], in: day("2026-11-21")...day("2026-12-05"))
        #expect(answer.value.map(\.symbol) == ["NVDA"])
        #expect(service.targets == ["/api/v1/calendar/earnings?from=2026-11-21&to=2026-12-05&symbol=NVDA"])
    }

    @Test func asksForALongRangeInPartsThatCoverIt() async throws {
        let service = try Self.service { _ in .json(#"{"earningsCalendar": []}"#) }
        _ = try await Finnhub(service.environment).earnings(of: [], in: day("2026-11-01")...day("2026-11-30"))
        let spans = service.server.requests.map { [$0.query["from"] ?? "", $0.query["to"] ?? ""] }
        #expect(
            spans == [
                ["2026-11-01", "2026-11-07"], ["2026-11-08", "2026-11-14"], ["2026-11-15", "2026-11-21"],
                ["2026-11-22", "2026-11-28"], ["2026-11-29", "2026-11-30"],
            ]
        )
    }

    @Test func neverSendsMoreThanThirtyRequests() async throws {
        let service = try Self.service { _ in .json(#"{"earningsCalendar": null}"#) }
        let symbols = (0..<40).map { "S\($0)" }
        _ = try await Finnhub(service.environment).earnings(of: symbols, in: day("2025-01-01")...day("2027-12-31"))
        #expect(service.server.requests.count <= 30)
        #expect(service.server.requests.allSatisfy { $0.query["symbol"] == nil })
    }

    @Test func halvesAPartThatMayHaveBeenCutOff() async throws {
        let service = try Self.service { request in
            let from = request.query["from"] ?? ""
            let to = request.query["to"] ?? ""
            let count = from == to ? 3 : 1_500
            let reports = (0..<count).map { "{\"date\": \"\(from)\", \"hour\": \"\", \"symbol\": \"S\($0)\"}" }
            return .json("{\"earningsCalendar\": [\(reports.joined(separator: ","))]}")
        }
        let answer = try await Finnhub(service.environment).earnings(of: [], in: day("2026-11-24")...day("2026-11-25"))
        #expect(answer.value.count == 6)
        #expect(service.server.requests.map { $0.query["from"] } == ["2026-11-24", "2026-11-24", "2026-11-25"])
    }

    @Test func saysWhichFieldIsGone() async throws {
        let service = try Self.service { _ in
            .json(
                #"{"earningsCalendar": [{"date": "2026-11-25", "eps_estimate": 1, "epsActual": null, "symbol": "A"}]}"#
            )
        }
        let answer = try await Finnhub(service.environment).earnings(
            of: ["A"],
            in: day("2026-11-21")...day("2026-11-27")
        )
        #expect(answer.value == [EarningsReport(symbol: "A", date: try day("2026-11-25"))])
        #expect(answer.notes.contains("Finnhub no longer sends 'epsEstimate' as it did (1 record)"))
        #expect(answer.notes.contains("Finnhub no longer sends 'hour' as it did (1 record)"))
    }

    @Test func goesOnWhereOneOfSeveralCompaniesIsRefused() async throws {
        let service = try Self.service { request in
            request.query["symbol"] == "SAP.DE"
                ? .json(#"{"error": "You don't have access to this resource."}"#, status: 403)
                : .json(
                    """
                    [{"id": 1, "headline": "A &amp; B", "datetime": 1795539000, "source": "Wire",
                      "summary": "<p>Short.</p>", "url": "https://example.com/1", "related": "NVDA"}]
                    """
                )
        }
        let start = try moment("2026-11-20T00:00:00Z")
        let answer = try await Finnhub(service.environment).news(about: ["NVDA", "SAP.DE"], since: start, limit: 10)
        #expect(
            answer.value == [
                NewsItem(
                    identifier: "1",
                    headline: "A & B",
                    summary: "Short.",
                    publisher: "Wire",
                    published: Date(timeIntervalSince1970: 1_795_539_000),
                    symbols: ["NVDA"],
                    url: "https://example.com/1"
                )
            ]
        )
        #expect(answer.notes.contains { $0.hasPrefix("SAP.DE could not be read: HTTP 403") })
        #expect(service.targets[0] == "/api/v1/company-news?symbol=NVDA&from=2026-11-19&to=2026-11-25")
    }

    @Test func showsAHeadlineOnceAndTheLatestFirst() async throws {
        let service = try Self.service { request in
            let symbol = request.query["symbol"] ?? ""
            return .json(
                """
                [{"id": 7, "headline": "Both", "datetime": 1795530000, "source": "W", "summary": "", "url": "", \
                "related": ""}, {"id": "\(symbol)", "headline": "Of \(symbol)", "datetime": 1795539000, "source": "W", \
                "summary": null, "url": "javascript:alert(1)", "related": "\(symbol)"}, \
                {"id": 9, "headline": "Old", "datetime": 1700000000, "source": "W", "summary": "", "url": ""}]
                """
            )
        }
        let start = try moment("2026-11-20T00:00:00Z")
        let answer = try await Finnhub(service.environment).news(about: ["A", "B"], since: start, limit: 3)
        #expect(answer.value.map(\.headline) == ["Of A", "Of B", "Both"])
        #expect(answer.value[2].symbols.sorted() == ["A", "B"])
        #expect(answer.value.allSatisfy { $0.url == nil })
    }
}
