import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite struct AlphaVantageTests {
    static let key = "AVKEY0123456789X"

    static func service(_ reply: LoopbackReply) throws -> ResearchService {
        try ResearchService("alphavantage", secrets: ["ALPHAVANTAGE_API_KEY": key]) { _ in reply }
    }

    static func earnings(_ text: String, of symbols: [String] = []) async throws -> Sourced<[EarningsReport]> {
        try await AlphaVantage(service(LoopbackReply(text)).environment)
            .earnings(of: symbols, in: day("2026-11-24")...day("2027-02-28"))
    }

    @Test(arguments: [
        """
        symbol,name,reportDate,fiscalDateEnding,estimate,currency,timeOfTheDay
        AAPL,Apple Inc,2027-01-28,2026-12-31,2.71,USD,post-market
        MSFT,"Microsoft, Corp",2027-01-27,2026-12-31,4.02,USD,
        IBM,International Business Machines Corp,2027-01-21,2026-12-31,,USD,pre-market
        LATE,Too late,2027-03-01,2026-12-31,,USD,
        """,
        "symbol,name,country,reportDate,reportTime,fiscalDateEnding,estimate,currency\r\n"
            + "IBM,IBM,US,2027-01-21,pre-market,2026-12-31,,USD\r\nMSFT,MS,US,2027-01-27,,2026-12-31,4.02,USD\r\n"
            + "AAPL,Apple,US,2027-01-28,16:30,2026-12-31,2.71,USD\r\n",
    ])
    func findsColumnsByName(_ table: String) async throws {
        let answer = try await Self.earnings(table)
        #expect(
            answer.value == [
                EarningsReport(symbol: "IBM", date: try day("2027-01-21"), session: .beforeOpen),
                EarningsReport(symbol: "MSFT", date: try day("2027-01-27"), estimate: try decimal("4.02")),
                EarningsReport(
                    symbol: "AAPL",
                    date: try day("2027-01-28"),
                    session: .afterClose,
                    estimate: try decimal("2.71")
                ),
            ]
        )
        #expect(answer.notes == [])
    }

    @Test func readsTheVariantWithoutATimeOfDay() async throws {
        let answer = try await Self.earnings(
            "symbol,name,reportDate,fiscalDateEnding,estimate,currency\nAAPL,Apple Inc,2027-01-28,2026-12-31,2.71,USD\n"
        )
        #expect(answer.value.map(\.session) == [.unknown])
        #expect(answer.notes == [])
    }

    @Test func asksOnceAndForTheShortestHorizonThatReaches() async throws {
        let service = try Self.service(LoopbackReply("symbol,name,reportDate,fiscalDateEnding,estimate,currency\n"))
        let connector = AlphaVantage(service.environment)
        let today = try day("2026-11-24")
        for (symbols, days) in [(["AAPL"], 30), (["AAPL", "MSFT"], 120), ([], 300)] {
            _ = try await connector.earnings(of: symbols, in: today...today.adding(days: days))
        }
        let queries = service.server.requests.map(\.query)
        #expect(queries.map { $0["horizon"] } == ["3month", "6month", "12month"])
        #expect(queries.map { $0["symbol"] } == ["AAPL", nil, nil])
        #expect(queries.allSatisfy { $0["function"] == "EARNINGS_CALENDAR" && $0["apikey"] == Self.key })
        #expect(service.server.requests.allSatisfy { $0.path == "/query" })
    }

    @Test(
        arguments: [
            (
                #"{"Information": "We have detected your API key as AVKEY0123456789X and our standard API rate limit is 25 requests per day."}"#,
                ConnectorError.Code.rateLimited(retryAfter: nil)
            ),
            (
                #"{"Note": "Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute."}"#,
                .rateLimited(retryAfter: nil)
            ),
            (
                #"{"Error Message": "Invalid API call. Please retry or visit the documentation"}"#,
                .requestRefused(status: 200)
            ),
            (#"{"Error Message": "the parameter apikey AVKEY0123456789X is invalid or missing."}"#, .unauthorised),
            (#"{"Information": "This is a premium endpoint."}"#, .forbidden),
            (#"{}"#, .requestRefused(status: 200)),
        ] as [(String, ConnectorError.Code)]
    )
    func takesJSONForARefusal(_ body: String, _ code: ConnectorError.Code) async throws {
        let error = try await #require(throws: ConnectorError.self) { try await Self.earnings(body) }
        #expect(error.code == code)
        #expect(!"\(error) \(error.nextStep)".contains(Self.key))
    }

    @Test(arguments: [
        ("symbol,name,report_day\nA,B,2027-01-01\n", "'date'"), ("<html>busy</html>", "'symbol'"), ("", "no table"),
    ])
    func namesWhatTheTableLacks(_ body: String, _ words: String) async throws {
        let error = try await #require(throws: ConnectorError.self) { try await Self.earnings(body) }
        #expect(error.code == .unexpectedAnswer)
        #expect(error.description.contains(words))
    }

    @Test func servesWhatItCanOfAChangedTable() async throws {
        let answer = try await Self.earnings(
            "symbol,reportDate,consensus\nAAPL,2027-01-28,2.71\n,2027-01-28,1\nMSFT,soon,4.02\n"
        )
        #expect(answer.value.map(\.symbol) == ["AAPL"])
        #expect(
            answer.notes == [
                "Alpha Vantage has no column 'estimate'", "Alpha Vantage line 3 is left out: '' is no ticker",
                "Alpha Vantage line 4 is left out: 'soon' is no date",
            ]
        )
    }

    @Test func saysThatItKnowsNothingOfThePast() async throws {
        let service = try Self.service(LoopbackReply("symbol,reportDate,estimate\nA,2026-11-25,1\n"))
        let answer = try await AlphaVantage(service.environment)
            .earnings(of: [], in: day("2026-11-01")...day("2026-11-30"))
        #expect(answer.value.count == 1)
        #expect(answer.notes == ["Alpha Vantage knows no reports of the past"])
    }
}
