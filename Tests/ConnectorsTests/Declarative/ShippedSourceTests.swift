import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Sources that come with the program") struct ShippedSourceTests {
    private func fixture(_ name: String, filePath: String = #filePath) throws -> String {
        let folder = URL(fileURLWithPath: filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(
            contentsOf: folder.appendingPathComponent("Fixtures/Declarative/\(name)"),
            encoding: .utf8
        )
    }

    @Test("Each is sound, and says what it needs", arguments: ["xtrades", "tasks", "nfl", "database"])
    func readiness(_ name: String) throws {
        let connector = try DescribedSource().shipped(name)
        #expect(connector.name == name)
        switch (name, connector.readiness) {
        case ("nfl", .disabled(let nextStep)): #expect(nextStep.contains("connectors.nfl.enabled"))
        case ("xtrades", .notConfigured(_, let nextStep)), ("tasks", .notConfigured(_, let nextStep)):
            #expect(nextStep == "set connectors.\(name).path in config.yaml")
        case ("database", .notConfigured(_, let nextStep)):
            #expect(nextStep.contains("MAGNUS_POSTGRES") || nextStep.contains("--traits Postgres"))
        default: Issue.record("\(name) is \(connector.readiness)")
        }
    }

    @Test("Alerts, and what each trader's came to")
    func alerts() async throws {
        var source = try DescribedSource()
        source.settings.set("xtrades", "path", [try source.folder.write(fixture("xtrades.csv"), to: "alerts.csv")])
        let answer = try await source.shipped("xtrades").records(RecordQuery("alerts"))
        #expect(answer.value.count == 6)
        #expect(answer.notes == ["alerts.csv line 7: action is 'HOLD', expected one of btc, bto, stc, sto"])
        let open = try #require(answer.value.first)
        #expect(open["ticker"] == .symbol("NVDA"))
        #expect(open["expiration"] == TradingDate("2027-01-15").map(RecordValue.date))
        #expect(open.decimal("entry_price") == Decimal(string: "1.55"))
        #expect(open.fields.first { $0.name == "strike" }?.unit == "USD per share")
        #expect(open["pnl"] == nil)

        let reputations = TraderReputation.all(in: answer.value)
        #expect(reputations.map(\.trader) == ["behappy", "quiet"])
        let first = reputations[0]
        #expect((first.closed, first.open) == (3, 1))
        // +75 % ((2.00 - 0.50) / 2.00 of a sale), -25 % (4.00 to 3.00 of a purchase), and 100 % as stated.
        #expect(first.hitRate == TraderReputation.Rate(hits: 2, count: 3))
        #expect(first.averageReturn == TraderReputation.Average(percent: 50, count: 3))
        // Of two closed alerts one has no known result; a return of 0 is no hit.
        #expect(reputations[1].closed == 2)
        #expect(reputations[1].hitRate == TraderReputation.Rate(hits: 0, count: 1))
    }

    @Test("A trader without a closed alert has no rate")
    func noRate() {
        let alert = DataRecord(
            collection: "alerts",
            fields: [.init("profile", .text("new")), .init("status", .text("open"))]
        )
        let reputation = TraderReputation.all(in: [alert]).first
        #expect(reputation?.closed == 0)
        #expect(reputation?.open == 1)
        #expect(reputation?.hitRate == nil)
        #expect(reputation?.averageReturn == nil)
    }

    @Test("Tasks by their state, the words the owner uses made one")
    func tasks() async throws {
        var source = try DescribedSource()
        let path = try source.folder.write(
            "Title,Due,Status,Priority\nRoll NVDA,2026-11-21,TODO,high\nRead 10-K,,In Progress,\nPay tax,12/1/2026,done,urgent\n",
            to: "my tasks.csv"
        )
        source.settings.set("tasks", "path", [path])
        let query = RecordQuery("tasks", filters: [.equal("status", .text("open"))])
        let answer = try await source.shipped("tasks").records(query)
        #expect(answer.value.map { $0.string("title") } == ["Roll NVDA"])
        #expect(answer.value.first?.date("due") == TradingDate("2026-11-21"))
        #expect(answer.notes == ["my tasks.csv line 4: priority is 'urgent', expected one of high, low, medium"])
        #expect(answer.source == "my tasks.csv")
    }

    @Test("Games of the scoreboard: scheduled, live with a probability, final")
    func games() async throws {
        let text = try fixture("scoreboard_nfl.json")
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let response = try #require(document["response"] as? [String: Any])
        let body = try JSONSerialization.data(withJSONObject: try #require(response["body"]))
        let server = try LoopbackServer { _ in LoopbackReply(body: body) }
        let source = try DescribedSource()
        let yaml = try shippedText("nfl")
            .replacing("https://site.api.espn.com/apis/site/v2/sports/football/nfl", with: server.baseURL)
            .replacing("enabled: false", with: "enabled: true")
        let answer = try await source.connector(yaml).records(RecordQuery("games"))
        #expect(server.requests.first?.target == "/scoreboard?limit=100")
        #expect(answer.notes == [])
        #expect(answer.value.map { $0.string("state") } == ["scheduled", "live", "final"])
        let scheduled = answer.value[0]
        #expect(scheduled["kickoff"] == TradingDate("2026-11-22").map { .instant($0.newYorkInstant(hour: 13)) })
        #expect(scheduled["home"] == .text("Homeville Hawks"))
        #expect(scheduled["away"] == .text("Awayton Ants"))
        #expect(scheduled.decimal("spread") == Decimal(string: "-3.5"))
        #expect(scheduled["week"] == .integer(12))
        #expect(scheduled["home_win_probability"] == nil)
        let live = answer.value[1]
        #expect(live.decimal("home_win_probability") == Decimal(string: "0.076"))
        #expect(live["home_score"] == .integer(24))
        #expect(live["away_score"] == .integer(27))
        #expect(answer.value[2]["home_score"] == .integer(31))
    }

    private func shippedText(_ name: String, filePath: String = #filePath) throws -> String {
        let root = (0..<4).reduce(URL(fileURLWithPath: filePath)) { url, _ in url.deletingLastPathComponent() }
        return try String(contentsOf: root.appendingPathComponent("connectors/\(name).yaml"), encoding: .utf8)
    }
}
