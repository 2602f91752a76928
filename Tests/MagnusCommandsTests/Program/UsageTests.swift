import Foundation
import MagnusTestSupport
import Storage
import Testing

@Suite struct UsageTests {
    private let home: ProgramHome

    init() throws {
        home = try ProgramHome()
        try FileManager.default.createDirectory(atPath: home.program.home, withIntermediateDirectories: true)
    }

    private func configure(_ yaml: String) throws {
        try Data(yaml.utf8).write(to: URL(fileURLWithPath: home.program.home + "/config.yaml"))
    }

    /// Books a call of this day, by the calendar of UTC, in which the program is run.
    private func book(
        _ model: String,
        agent: String = "analyst",
        cost: String?,
        tokens: UsageRecord.Tokens = .init(input: 1_204, cachedInput: 800, output: 310),
        daysAgo: Int = 0
    ) throws {
        let store = UsageStore(database: try Database(path: home.program.home + "/magnus.db"))
        let at = Date().addingTimeInterval(-86_400 * Double(daysAgo))
        let amount = cost.flatMap { Decimal(string: $0) }
        let call = UsageRecord(
            at: at,
            day: day(at),
            question: "q",
            provider: "acme",
            model: model,
            agent: agent,
            estimatedInput: 1,
            maximumOutput: 1,
            setAside: amount,
            process: 1
        )
        guard case .made(let id) = try store.reserve(call, within: []) else { return }
        try store.settle(id, as: .answered, tokens: tokens, cost: amount, isMeasured: amount != nil, at: at)
    }

    private func day(_ instant: Date) -> String {
        instant.formatted(.iso8601.year().month().day())
    }

    private func run(_ arguments: String...) throws -> BuiltProgram.Run {
        var program = home.program
        program.environment["TZ"] = "UTC"
        return try program.run(arguments)
    }

    @Test func nothingWasAsked() throws {
        let run = try run("usage")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("No language model was asked since 2"))
        #expect(run.errors.contains("no budget is set"))
    }

    @Test func totalsCapsAndWhatIsLeft() throws {
        try configure("budget: {per_question: 0.05, per_day: 1.00, per_month: 20, warn_at: 0.5}\n")
        try book("small", cost: "0.0031")
        try book("large", agent: "strategist", cost: "0.25")
        try book("secretive", cost: nil)
        let shown = try run("usage")
        #expect(shown.status == 0)
        let lines = shown.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(lines.contains("acme/large 1 0 1,204 800 310 $0.2500"))
        #expect(lines.contains("acme/small 1 0 1,204 800 310 $0.0031"))
        #expect(lines.contains("acme/secretive 1 0 1,204 800 310 cost unknown"))
        #expect(lines.contains("total 3 0 3,612 2,400 930 $0.2531 + unknown"))
        #expect(lines.contains { $0.hasSuffix(": $0.2531 and what is unknown of $1.00, $0.7469 left") })
        #expect(lines.contains { $0.hasSuffix(": $0.2531 and what is unknown of $20.00, $19.75 left") })
        #expect(lines.contains("question: at most $0.0500"))
        #expect(shown.errors.contains("1 calls went to models whose price the catalogue does not know"))

        let json = try #require(try run("usage", "--by", "agent", "--json").json()["data"] as? [String: Any])
        let groups = try #require(json["groups"] as? [[String: Any]])
        #expect(groups.compactMap { $0["key"] as? String } == ["strategist", "analyst"])
        #expect(groups.compactMap { $0["calls_of_unknown_cost"] as? Int } == [0, 1])
        let budget = try #require(json["budget"] as? [[String: Any]])
        #expect(budget.count == 2)
    }

    @Test func onlyFromADayOn() throws {
        try book("small", cost: "0.01", daysAgo: 400)
        try book("small", cost: "0.02")
        #expect(try run("usage").output.contains("$0.0200"))
        let all = try run("usage", "--by", "day", "--since", "2020-01-01")
        #expect(all.output.contains("$0.0300") && all.output.contains(day(Date().addingTimeInterval(-86_400 * 400))))
        #expect(try run("usage", "--since", "soon").status == 2)
        #expect(try run("usage", "--by", "colour").status == 2)
    }

    @Test(arguments: [
        "budget: {per_day: -1}", "budget: {per_day: lots}", "budget: {per_day: 1e3}", "budget: {warn_at: 2}",
        "budget: {per_week: 1}", "budget: 5", "budget: {allow_unknown_price: maybe}", "privacy: none",
    ])
    func settingsThatDoNotHoldAreRefused(yaml: String) throws {
        try configure(yaml + "\n")
        let run = try run("usage")
        #expect(run.status == 7)
        #expect(run.errors.contains("config.yaml"))
    }

    @Test(arguments: ["budget: {per_day: 100}", "privacy: open", "privacy: redacted", "private_terms: [nobody]"])
    func aFolderBroughtAlongHasNoSay(yaml: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(yaml + "\n", to: ".magnus.yaml")
        let run = try home.run(in: folder, "config", "show")
        #expect(run.status == 7)
        #expect(run.errors.contains("only your own config.yaml"))
    }

    @Test func localOnlyIsNotLifted() throws {
        try configure("privacy: local-only\nbudget: {per_day: 0.5}\n")
        var program = home.program
        program.environment["MAGNUS_PRIVACY"] = "open"
        let shown = try program.run(["config", "show"]).output
        #expect(shown.contains("local-only") && shown.contains("per_day $0.5000"))
        let folder = try TemporaryFolder()
        try folder.write("privacy: local-only\n", to: ".magnus.yaml")
        #expect(try home.run(in: folder, "config", "show").status == 0)
    }
}
