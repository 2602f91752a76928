import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite struct FREDTests {
    static let key = "0123456789abcdef0123456789abcdef"

    static func service(
        _ handler: @escaping @Sendable (LoopbackRequest) -> LoopbackReply
    ) throws -> ResearchService {
        try ResearchService("fred", secrets: ["FRED_API_KEY": key], handler)
    }

    @Test func readsObservationsPageByPageAndKeepsMissingDays() async throws {
        let service = try Self.service { request in
            request.query["offset"] == "0"
                ? .json(
                    """
                    {"count": 4, "offset": 0, "limit": 100000, "observations": [
                      {"realtime_start": "2026-11-20", "date": "2026-11-10", "value": "4.12"},
                      {"date": "2026-11-11", "value": "."}, {"date": "2026-11-12", "value": 4.08}]}
                    """
                )
                : .json(#"{"count": 4, "offset": 3, "observations": [{"date": "2026-11-13", "value": null}]}"#)
        }
        let answer = try await FRED(service.environment).series("dgs10", in: day("2026-11-01")...day("2026-11-30"))
        #expect(
            answer.value == [
                SeriesObservation(series: "DGS10", date: try day("2026-11-10"), value: try decimal("4.12")),
                SeriesObservation(series: "DGS10", date: try day("2026-11-11"), value: nil),
                SeriesObservation(series: "DGS10", date: try day("2026-11-12"), value: try decimal("4.08")),
                SeriesObservation(series: "DGS10", date: try day("2026-11-13"), value: nil),
            ]
        )
        #expect(answer.source == "FRED")
        #expect(answer.notes == [])
        let asked = try #require(service.server.requests.first)
        #expect(asked.path == "/fred/series/observations")
        #expect(asked.query["series_id"] == "DGS10")
        #expect(asked.query["api_key"] == Self.key)
        #expect(asked.query["observation_start"] == "2026-11-01")
        #expect(asked.query["observation_end"] == "2026-11-30")
        #expect(service.server.requests.map { $0.query["offset"] } == ["0", "3"])
    }

    @Test func passesOverWhatCannotBeReadAndSaysSo() async throws {
        let service = try Self.service { _ in
            .json(
                """
                {"observations": [{"date": "2026-11-10", "value": "4.12"}, {"date": "2026-11-12", "value": "four"},
                  {"date": "10/11/2026", "value": "4"}]}
                """
            )
        }
        let answer = try await FRED(service.environment).series("DGS10", in: day("2026-11-01")...day("2026-11-30"))
        #expect(answer.value.map(\.date) == [try day("2026-11-10")])
        #expect(answer.notes.contains { $0.contains("2 of 3") })
        #expect(answer.notes.contains("FRED no longer sends 'value' as it did (1 record)"))
        #expect(answer.notes.contains("FRED no longer sends 'date' as it did (1 record)"))
    }

    @Test(arguments: [
        ("Bad Request.  The value for variable api_key is not registered.", ConnectorError.Code.unauthorised),
        ("Bad Request.  The series does not exist.", .notFound),
        ("Bad Request.  Variable limit is not between 1 and 100000.", .requestRefused(status: 400)),
    ])
    func tellsRefusalsApart(_ words: String, _ code: ConnectorError.Code) async throws {
        let service = try Self.service { _ in
            .json(#"{"error_code": 400, "error_message": "\#(words)"}"#, status: 400)
        }
        let error = try await #require(throws: ConnectorError.self) {
            try await FRED(service.environment).series("X", in: day("2026-11-01")...day("2026-11-30"))
        }
        #expect(error.code == code)
    }

    @Test func namesTheFieldThatIsGone() async throws {
        let service = try Self.service { _ in .json(#"{"observations": [{"date": "2026-11-10", "val": "4.12"}]}"#) }
        let error = try await #require(throws: ConnectorError.self) {
            try await FRED(service.environment).series("X", in: day("2026-11-01")...day("2026-11-30"))
        }
        #expect(error.code == .unexpectedAnswer)
        #expect(error.description.contains("'value'"))
    }

    @Test func isNotReadyWithoutAKey() throws {
        var service = try Self.service { _ in LoopbackReply() }
        service.environment.secrets = FixedSecrets([:])
        #expect(FRED(service.environment).readiness == .notConfigured(reason: "no key", nextStep: "set FRED_API_KEY"))
    }
}

@Suite struct RiskFreeRateTests {
    /// e^r = (1 + y / 2)²: 4 % gives 2 ln 1.02, and so on, worked out elsewhere.
    @Test(arguments: [
        ("4", 0.039605254592), ("0", 0.0), ("3.91", 0.038722706957), ("-0.05", -0.000500062510), ("12", 0.116537816248),
    ])
    func isContinuouslyCompounded(_ percent: String, _ expected: Double) throws {
        let yield = try decimal(percent)
        let date = try day("2026-11-20")
        let rate = try #require(RiskFreeRate(bondEquivalentYield: yield, date: date))
        #expect(abs(rate.rate - expected) < 5e-10)
    }

    @Test func takesTheLatestDayThatHasAValue() throws {
        let observations = [
            SeriesObservation(series: "DGS3MO", date: try day("2026-11-19"), value: try decimal("3.90")),
            SeriesObservation(series: "DGS3MO", date: try day("2026-11-20"), value: try decimal("3.91")),
            SeriesObservation(series: "DGS3MO", date: try day("2026-11-23"), value: nil),
        ]
        let rate = try #require(RiskFreeRate(latestOf: observations.reversed()))
        #expect(rate.date == (try day("2026-11-20")))
        #expect(rate.yield == (try decimal("3.91")))
        #expect(RiskFreeRate(latestOf: [observations[2]]) == nil)
        #expect(RiskFreeRate(bondEquivalentYield: -200, date: try day("2026-11-20")) == nil)
    }
}
