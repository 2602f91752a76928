import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite struct VolatilityFilesTests {
    private let folder: TemporaryFolder
    /// 2026-11-18 15:45 in New York.
    private let now = Date(timeIntervalSince1970: 1_795_034_700)

    init() throws {
        folder = try TemporaryFolder()
    }

    private func source(_ files: [String: String]) throws -> VolatilityFiles {
        let paths = try files.sorted { $0.key < $1.key }.map { try folder.write($0.value, to: $0.key) }
        return VolatilityFiles(
            ConnectorEnvironment(
                transport: TestTransport.once,
                settings: ConnectorSettings(["volatility_files": ["files": paths]]),
                secrets: FixedSecrets([:]),
                clock: { [now] in now },
                folder: folder.path("connectors")
            )
        )
    }

    @Test func theLatestDayStandsInItsYear() async throws {
        let end = try #require(TradingDate("2026-11-17"))
        // 20.0 % to 26.9 % over 70 days, then one in the future, which counts for nothing.
        let rows = (0..<70).map { "AMD,\(end.adding(days: $0 - 69)),0.\(200 + $0)" } + ["AMD,2026-11-20,0.10"]
        let text = "symbol,date,volatility\n" + rows.joined(separator: "\n")
        let answer = try await source(["a.csv": text]).volatility(of: ["AMD", "KO"])
        #expect(answer.value.map(\.symbol) == ["AMD"])
        let measures = try #require(answer.value.first)
        #expect(measures.impliedVolatility == 0.269)
        #expect(measures.rank == 100)
        #expect(measures.percentile == 100)
        #expect(measures.asOf == TradingDate("2026-11-17")?.newYorkInstant(hour: 16))
        #expect(answer.source == "a.csv")
    }

    @Test func percentAndOtherNamesOfColumnsAreRead() async throws {
        let end = try #require(TradingDate("2026-11-17"))
        // 69 days at 30 %, then one at 20 %, lower than all of them.
        let rows = (0..<70).map { "\(end.adding(days: $0 - 69)),\($0 == 69 ? 20 : 30)%,AMD" }
        let answer = try await source(["iv.csv": "Date,IV,Ticker\n" + rows.joined(separator: "\n")])
            .volatility(of: ["amd"])
        let measures = try #require(answer.value.first)
        #expect(measures.impliedVolatility == 0.2)
        #expect(measures.rank == 0)
        #expect(measures.percentile == 0)
    }

    @Test func aFewDaysGiveNoRankAndOldOnesNothing() async throws {
        let few = "symbol,date,volatility\nAMD,2026-11-16,0.3\nAMD,2026-11-17,0.4\nKO,2026-10-01,0.2\n"
        let answer = try await source(["a.csv": few]).volatility(of: ["AMD", "KO"])
        #expect(answer.value.map(\.symbol) == ["AMD"])
        #expect(answer.value.first?.impliedVolatility == 0.4)
        #expect(answer.value.first?.rank == nil)
        #expect(answer.notes == ["the volatility of KO in files ends 2026-10-01 and is left out"])
    }

    @Test func badLinesAreNamedAndAnotherTableIsRefused() async throws {
        let bad = "symbol,date,volatility\nAMD,2026-11-17,0.4\nAMD,soon,0.4\nAMD,2026-11-16,-3\n"
        let answer = try await source(["a.csv": bad]).volatility(of: ["AMD"])
        #expect(answer.value.count == 1)
        #expect(answer.notes.map { $0.prefix(12) } == ["a.csv line 3", "a.csv line 4"])
        let error = await #expect(throws: ConnectorError.self) {
            try await source(["b.csv": "symbol,close\nAMD,3\n"]).volatility(of: ["AMD"])
        }
        #expect(error?.detail.contains("no column 'date'") == true)
        #expect(error?.nextStep == "name its columns symbol, date, volatility")
        #expect(try !source([:]).readiness.isReady)
    }

    @Test func theDemonstrationsYearEndsAtWhatItsChainsSay() async throws {
        let demo = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("demo").path
        let environment = ConnectorEnvironment(
            transport: TestTransport.once,
            settings: ConnectorSettings([
                "volatility_files": ["files": [demo + "/volatility.csv"]],
                "chain_files": ["folder": [demo + "/chains"]],
            ]),
            secrets: FixedSecrets([:]),
            clock: { [now] in now },
            folder: demo
        )
        let symbols = ["AMD", "DIS", "INTC", "IWM", "JPM", "KO", "MSFT", "NVDA", "QQQ", "SPY"]
        let kept = try await VolatilityFiles(environment).volatility(of: symbols).value
        #expect(kept.map(\.symbol) == symbols)
        let chains = ChainFiles(environment: environment)
        for measures in kept {
            let rank = try #require(measures.rank)
            #expect((0...100).contains(rank))
            let chain = try await chains.chain(of: measures.symbol, expirations: nil)
            let asOf = try #require(chain.asOf)
            let computed = try ConstantMaturityVolatility(chain.value, now: asOf, rate: 0.039).volatility
            let written = try #require(measures.impliedVolatility)
            // Bids and asks round what the chain was made of.
            #expect(abs(computed - written) < 0.01, "\(measures.symbol): \(computed) and \(written)")
        }
    }
}
