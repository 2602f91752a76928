import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite struct EarningsFilesTests {
    static func earnings(
        _ files: [String: String],
        listed: [String],
        of symbols: [String] = []
    ) async throws -> Sourced<[EarningsReport]> {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(text, to: name) }
        let environment = ConnectorEnvironment(
            transport: OnceTransport(),
            settings: ConnectorSettings(["earnings": ["files": listed.map(folder.path)]]),
            secrets: FixedSecrets([:]),
            clock: { ResearchService.now },
            folder: folder.url.path
        )
        return try await EarningsFiles(environment)
            .earnings(of: symbols, in: day("2026-11-01")...day("2026-12-31"))
    }

    @Test func readsTheOwnersTables() async throws {
        let answer = try await Self.earnings(
            [
                "a.csv": """
                Ticker,Report Date,Time,EPS Estimate,EPS Actual,Confirmed
                nvda,2026-11-25,AMC,1.31,,yes
                BRK/B,11/28/2026,before open,"$4,100.50",-,no
                OLD,2026-10-01,,,,
                """,
                "b.csv": "\u{FEFF}symbol,date,session\nNVDA,2026-11-25,before_open\nNVDA,2026-12-02,\n",
            ],
            listed: ["a.csv", "b.csv"]
        )
        #expect(
            answer.value == [
                // The later line about the same report counts.
                EarningsReport(symbol: "NVDA", date: try day("2026-11-25"), session: .beforeOpen),
                EarningsReport(
                    symbol: "BRK.B",
                    date: try day("2026-11-28"),
                    session: .beforeOpen,
                    estimate: try decimal("4100.5"),
                    isConfirmed: false
                ),
                EarningsReport(symbol: "NVDA", date: try day("2026-12-02")),
            ]
        )
        #expect(answer.source == "a.csv, b.csv")
        #expect(answer.notes == [])
    }

    @Test func goesOnWithoutAFileThatCannotBeRead() async throws {
        let answer = try await Self.earnings(
            ["a.csv": "symbol,date,estimate\nNVDA,2026-11-25,lots\n"],
            listed: ["a.csv", "gone.csv"],
            of: ["nvda"]
        )
        #expect(answer.value == [EarningsReport(symbol: "NVDA", date: try day("2026-11-25"))])
        #expect(answer.notes.first == "a.csv line 2: 'lots' is no number")
        #expect(answer.notes.last?.hasPrefix("gone.csv ") == true)
    }

    @Test(arguments: [
        ("symbol,when\nA,B\n", "'date'"), ("\"open", "a quote is opened"), ("", "a.csv"), ("a\u{0}b", "UTF-8"),
    ])
    func refusesWhatIsNoTable(_ text: String, _ words: String) async throws {
        let error = try await #require(throws: ConnectorError.self) {
            try await Self.earnings(["a.csv": text], listed: ["a.csv"])
        }
        #expect(error.code == .unreadable)
        #expect(error.description.contains(words))
    }

    @Test func namesNoMoreThanFiveBadLines() async throws {
        let rows = (1...9).map { "\($0),2026-11-25" }.joined(separator: "\n")
        let answer = try await Self.earnings(["a.csv": "symbol,date\n\(rows)\nA,2026-11-25"], listed: ["a.csv"])
        #expect(answer.value.count == 1)
        #expect(answer.notes.count == 6)
        #expect(answer.notes.last == "a.csv: 4 more lines are left out")
    }

    @Test func isNotReadyWithoutAFile() throws {
        let service = try ResearchService("earnings") { _ in LoopbackReply() }
        #expect(!EarningsFiles(service.environment).readiness.isReady)
    }
}
