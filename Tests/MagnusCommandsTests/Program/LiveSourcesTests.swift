import Foundation
import MagnusTestSupport
import Storage
import Testing

/// The built program with a broker that is connected: what it shows, what it keeps, and what it does where sources fail.
@Suite struct LiveSourcesTests {
    private let home: ProgramHome
    private let tradier: TradierServer

    init() throws {
        home = try ProgramHome()
        tradier = try TradierServer()
        try configure(tradier.settings)
    }

    private func configure(_ text: String) throws {
        try FileManager.default.createDirectory(atPath: home.program.home, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: home.program.home + "/config.yaml"))
    }

    private func run(_ arguments: String..., token: String? = TradierServer.token) throws -> BuiltProgram.Run {
        var program = home.program
        program.environment["TRADIER_TOKEN"] = token
        return try program.run(arguments)
    }

    /// What an answer has to say of a subject.
    private struct Shown {
        let facts: [[String: Any]]
        let gaps: [String]

        init(_ run: BuiltProgram.Run) throws {
            try #require(run.status == 0, "\(run.errors) \(run.output)")
            let data = try #require(try run.json()["data"] as? [String: Any])
            facts = try #require(data["facts"] as? [[String: Any]])
            gaps = try #require(data["gaps"] as? [String])
        }

        func fact(_ label: String, of subject: String) throws -> [String: Any] {
            try #require(
                facts.first {
                    $0["label"] as? String == label && ($0["subjects"] as? [String])?.contains(subject) == true
                },
                "no \(label) of \(subject)"
            )
        }

        func freshness(_ label: String, of subject: String) throws -> String {
            try fact(label, of: subject)["freshness"] as? String ?? ""
        }
    }

    /// What the program keeps of the broker's answers, as if it had been fetched earlier.
    private func age(by seconds: Double) throws {
        let store = ConnectorStore(database: try Database(path: home.program.home + "/magnus.db"))
        let quotes = try store.values(kind: "quotes", subjects: ["AAPL", TradierServer.put])
        var values = try store.values(kind: "holdings", subjects: ["all"]) + quotes
        try #require(values.count >= 3)
        for index in values.indices {
            values[index].fetchedAt -= seconds
            values[index].expiresAt -= seconds
        }
        try store.remove(CachedValueFilter())
        try store.save(values)
    }

    private func requests(_ path: String) -> Int {
        tradier.server.requests.count { $0.path == path }
    }

    // MARK: - Live and kept

    @Test func holdingsAndQuotesAreTheBrokersWithItsTimes() throws {
        let shown = try Shown(run("positions", "--json"))
        let quantity = try shown.fact("quantity", of: "AAPL")
        #expect(quantity["value"] as? String == "100")
        #expect(quantity["source"] as? String == "Tradier")
        #expect(quantity["freshness"] as? String == "live")
        let cost = try shown.fact("average price", of: TradierServer.putName)
        #expect(cost["value"] as? String == "1.55")
        let price = try shown.fact("mark", of: "AAPL")
        // The middle of 200.40 and 200.60.
        #expect(price["value"] as? String == "200.5")
        #expect((price["source"] as? String)?.hasPrefix("Tradier") == true)
        #expect(price["as_of"] as? String == tradier.quoted.formatted(.iso8601))
        #expect(price["freshness"] as? String == "live")
        let value = try shown.fact("market value", of: TradierServer.putName)
        // Two contracts short at the middle of 1.50 and 1.60.
        #expect((value["value"] as? String).flatMap { Decimal(string: $0) } == -310)
        #expect(shown.gaps.isEmpty)
    }

    @Test func whatTheBrokerSaysHappenedIsShownAndTraced() throws {
        let words = try run("activity")
        #expect(words.status == 0)
        for figure in ["$309.90", "$1,500.25", "$0.42", "$1,810.57", "-2"] {
            #expect(words.output.contains(figure), "\(figure) in \(words.output)")
        }
        #expect(!words.output.contains("unverified"))
    }

    @Test func aSecondRunAsksNobodyUntilRefreshed() throws {
        _ = try Shown(run("positions", "--json"))
        let count = tradier.server.requests.count
        #expect(count == 4)
        let kept = try Shown(run("positions", "--json"))
        #expect(tradier.server.requests.count == count)
        #expect(try kept.freshness("quantity", of: "AAPL").hasPrefix("cached("))
        for subject in ["AAPL", TradierServer.putName] {
            #expect(try kept.freshness("mark", of: subject).hasPrefix("cached("))
        }
        #expect(try kept.fact("mark", of: "AAPL")["as_of"] as? String == tradier.quoted.formatted(.iso8601))

        #expect(try run("refresh").status == 0)
        let anew = try Shown(run("positions", "--json"))
        #expect(requests("/v1/accounts/VA000000/positions") == 2)
        #expect(requests("/v1/markets/quotes") == 2)
        #expect(try anew.freshness("quantity", of: "AAPL") == "live")
    }

    @Test func offlineSendsNothingAndMarksTheLastValueStale() throws {
        _ = try Shown(run("positions", "--json"))
        try age(by: 3 * 3_600)
        let count = tradier.server.requests.count
        let shown = try Shown(run("positions", "--offline", "--json"))
        #expect(tradier.server.requests.count == count)
        let freshness = try shown.freshness("quantity", of: "AAPL")
        #expect(freshness.hasPrefix("stale: fetched 3 h"))
        #expect(freshness.contains("tradier: left alone; go online to ask it"))
        #expect(shown.gaps.contains { $0.hasPrefix("the holdings at Tradier are not current: fetched 3 h") })
        #expect(shown.gaps.contains { $0.hasPrefix("the quotes of AAPL, ") && $0.contains("fetched 3 h") })
        let words = try run("positions", "--offline")
        #expect(words.output.contains("fetched 3 h"))
    }

    @Test func theLastHoldingsAnswerForAServerThatIsGone() throws {
        _ = try Shown(run("positions", "--json"))
        try age(by: 2 * 3_600)
        tradier.server.stop()
        let shown = try Shown(run("positions", "--json"))
        #expect(try shown.fact("quantity", of: "AAPL")["value"] as? String == "100")
        let freshness = try shown.freshness("quantity", of: "AAPL")
        #expect(freshness.hasPrefix("stale: fetched 2 h"))
        #expect(freshness.contains("tradier: 127.0.0.1"))
        #expect(try shown.fact("mark", of: "AAPL")["value"] as? String == "200.5")
        #expect(try shown.freshness("mark", of: "AAPL").hasPrefix("stale: "))
        let words = try run("positions")
        #expect(words.output.contains("fetched 2 h"))
    }

    // MARK: - Failures

    /// Three sources, each down in its own way.
    private func threeDown() throws -> [LoopbackServer] {
        let closed = try LoopbackServer()
        closed.stop()
        let silent = try LoopbackServer { _ in .silence }
        let failing = try LoopbackServer { _ in LoopbackReply(status: 500) }
        try configure(
            """
            deadline_seconds: 2
            connectors:
              alpaca: {trading_url: "\(closed.baseURL)", data_url: "\(closed.baseURL)"}
              tradier: {url: "\(silent.baseURL)/v1"}
              tastytrade: {url: "\(failing.baseURL)"}

            """
        )
        return [closed, silent, failing]
    }

    private func runWithThreeKeys(_ arguments: String...) throws -> (run: BuiltProgram.Run, span: Duration) {
        var program = home.program
        for name in [
            "ALPACA_API_KEY_ID", "ALPACA_API_SECRET_KEY", "TRADIER_TOKEN", "TASTYTRADE_CLIENT_SECRET",
            "TASTYTRADE_REFRESH_TOKEN",
        ] { program.environment[name] = "secret-of-\(name)" }
        let start = ContinuousClock.now
        let run = try program.run(arguments)
        return (run, ContinuousClock.now - start)
    }

    /// What the program takes without any source, on this machine at this moment.
    private func startingTime() throws -> Duration {
        let start = ContinuousClock.now
        _ = try home.run("positions", "--demo", "--json")
        return ContinuousClock.now - start
    }

    @Test func threeSourcesDownAreNamedWithinTheDeadline() throws {
        let servers = try threeDown()
        let file = try home.folder.write(
            """
            "Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"
            "11/20/2026","11/20/2026","11/23/2026","NVDA","NVIDIA","Buy","10","$170.00","($1,700.00)"
            "11/09/2026","11/09/2026","11/09/2026","","ACH Deposit","ACH","","","$5,000.00"

            """,
            to: "activity.csv"
        )
        try #require(try home.run("import", file, "--yes", "--quiet").status == 0)
        let limit = try startingTime() + .seconds(3)
        let (run, span) = try runWithThreeKeys("positions", "--json")
        let shown = try Shown(run)
        #expect(try shown.fact("quantity", of: "NVDA")["value"] as? String == "10")
        let gaps = shown.gaps.joined(separator: "\n")
        for name in ["alpaca: 127.0.0.1", "tradier: no answer within", "tastytrade: HTTP 500"] {
            #expect(gaps.contains(name), "\(gaps)")
        }
        #expect(gaps.contains("the holdings shown are the imported ones"))
        #expect(!(run.output + run.errors).contains("secret-of-"))
        #expect(span < limit, "\(span)")
        withExtendedLifetime(servers) {}
    }

    @Test func withoutAnyHoldingsTheSourcesThatFailedAreTheAnswer() throws {
        let servers = try threeDown()
        let limit = try startingTime() + .seconds(3)
        let (run, span) = try runWithThreeKeys("positions")
        #expect(run.status == 3)
        for name in ["alpaca", "tradier", "tastytrade"] { #expect(run.errors.contains("\(name): "), "\(run.errors)") }
        #expect(!run.errors.contains("robinhood"))
        #expect(span < limit, "\(span)")
        withExtendedLifetime(servers) {}
    }

    @Test func aRefusedTokenIsNamedWithTheNextStep() throws {
        let run = try run("positions", token: "another-token-0123456789")
        #expect(run.status == 7)
        #expect(run.errors.contains("tradier: HTTP 401 (Invalid Access Token); check TRADIER_TOKEN"), "\(run.errors)")
        let json = try self.run("positions", "--json", token: "another-token-0123456789")
        let error = try #require(try json.json()["error"] as? [String: Any])
        #expect(error["type"] as? String == "access_refused")
        #expect((error["message"] as? String)?.contains("check TRADIER_TOKEN") == true)
    }

    // MARK: - Balances

    @Test func balancesAreShownByAccountAndKeptFromDayToDay() throws {
        let shown = try Shown(run("activity", "--json"))
        let cash = try shown.fact("cash", of: "tradier margin")
        #expect(cash["value"] as? String == "7700")
        #expect(cash["source"] as? String == "Tradier")
        let net = try shown.fact("net liquidation value", of: "tradier margin")
        #expect(net["value"] as? String == "27430")
        let kept = try BalanceStore(database: Database(path: home.program.home + "/magnus.db")).since("2026-01-01")
        #expect(kept.map(\.account) == ["tradier margin"])
        #expect(kept.first?.netLiquidation == 27_430)
        // The number itself stands nowhere.
        let words = try run("dashboard")
        #expect(words.status == 0, "\(words.errors)")
        #expect(words.output.contains("$27,430.00"))
        #expect(!words.output.contains("VA000000"))
        #expect(words.errors.contains("grounded"))
        #expect(!words.errors.contains("struck"), "\(words.errors)")
    }

    // MARK: - Keys and state

    @Test func theTokenIsNowhereButInTheRequest() throws {
        // The server repeats the token in its error, as careless services do.
        tradier.server.script(
            "GET /v1/markets/quotes",
            LoopbackReply(status: 400, "bad request with \(TradierServer.token)")
        )
        let runs = [
            try run("positions", "-v"), try run("positions", "--json", "-v"), try run("sources", "--all", "-v"),
            try run("sources", "--json"), try run("doctor", "-v"), try run("config", "show"),
        ]
        #expect(runs[0].status == 0, "\(runs[0].errors)")
        for run in runs { #expect(!(run.output + run.errors).contains(TradierServer.token)) }
        let files = try FileManager.default.subpathsOfDirectory(atPath: home.program.home)
        #expect(files.contains("magnus.db"))
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: home.program.home + "/" + file) else { continue }
            #expect(bytes.range(of: Data(TradierServer.token.utf8)) == nil, "\(file)")
        }
    }

    @Test func keysOfTheFileServe() throws {
        try #require(try home.run("keys", "set", "TRADIER_TOKEN", input: TradierServer.token + "\n").status == 0)
        let shown = try Shown(run("positions", "--json", token: nil))
        #expect(try shown.fact("quantity", of: "AAPL")["source"] as? String == "Tradier")
    }

    @Test func sourcesTellRequestsHitsAndTheLastSuccess() throws {
        func entry() throws -> [String: Any] {
            let entries = try #require(try run("sources", "--json").json()["data"] as? [[String: Any]])
            return try #require(entries.first { $0["name"] as? String == "tradier" })
        }
        #expect(try entry()["last_success"] == nil)
        let start = Date().addingTimeInterval(-1)
        _ = try Shown(run("positions", "--json"))
        let first = try entry()
        #expect(first["state"] as? String == "ready")
        // One question for holdings, one for quotes.
        #expect(first["requests"] as? Int == 2)
        #expect(first["hits"] as? Int == 0)
        #expect(first["misses"] as? Int == 3)
        let success = try Date(try #require(first["last_success"] as? String), strategy: .iso8601)
        #expect(success >= start)
        _ = try Shown(run("positions", "--json"))
        let second = try entry()
        #expect(second["requests"] as? Int == 2)
        #expect(second["hits"] as? Int == 3)
        #expect(second["hit_rate"] as? Double == 0.5)
    }
}
