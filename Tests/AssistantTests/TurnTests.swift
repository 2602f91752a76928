import Agents
import Connectors
import Evidence
import Foundation
import JSON
import MagnusTestSupport
import Markets
import Storage
import Testing
import Transport

@testable import Assistant

@Suite struct TurnTests {
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func assistant(replacing replacement: (any Agent)? = nil) throws -> Assistant {
        let agents = try Roles.names.map { name in
            let file = package.appendingPathComponent("prompts/agents/\(name).md")
            let declaration = try AgentDeclaration(text: String(contentsOf: file, encoding: .utf8), file: name + ".md")
            if let replacement, replacement.declaration.name == name { return replacement }
            return try #require(Roles.agent(declaration))
        }
        return Assistant(
            registry: .standard,
            pipeline: try AgentPipeline(agents: agents, clock: StillClock()),
            policy: try policy()
        )
    }

    /// How models are used, as it comes with Magnus.
    static func policy() throws -> ModelPolicy {
        func prompt(_ name: String) throws -> String {
            try String(contentsOf: package.appendingPathComponent("prompts/" + name), encoding: .utf8)
        }
        return ModelPolicy(
            routing: try ModelRouting(yaml: prompt("routing.yaml"), file: "routing.yaml", agents: Roles.names),
            synthesiserPrompt: try prompt("synthesiser.md")
        )
    }

    private static func context() throws -> ToolContext {
        let snapshot = try DemoPortfolio(folder: package.appendingPathComponent("demo").path).snapshot()
        guard case .known(let portfolio) = snapshot.state else { throw ToolError.portfolioNotSupplied }
        return ToolContext(
            portfolio: snapshot.state,
            valuation: PortfolioValuation(portfolio, market: snapshot.market),
            market: snapshot.market,
            transactions: snapshot.transactions,
            portfolioSource: snapshot.source,
            documents: OnePassage(),
            data: try data(snapshot.market.now)
        )
    }

    /// The demonstration's files, and invented answers of the kinds they do not have.
    private static func data(_ moment: Date) throws -> DataService {
        let folder = package.appendingPathComponent("demo").path
        let environment = ConnectorEnvironment(
            transport: OfflineTransport(),
            settings: ConnectorSettings([
                "chain_files": ["folder": [folder + "/chains"]], "price_files": ["folder": [folder + "/prices"]],
                "earnings": ["files": [folder + "/earnings.csv"]], "tradingview": ["files": [folder + "/wheel.txt"]],
                "sectors": ["path": [folder + "/sectors.csv"]],
            ]),
            secrets: NoSecrets(),
            clock: { moment },
            folder: folder
        )
        return DataService(
            connectors: [
                ChainFiles(environment: environment), PriceFiles(environment: environment), EarningsFiles(environment),
                TradingView(environment: environment, version: "test"), InventedSource(moment: moment),
                try DeclarativeConnector(
                    path: package.appendingPathComponent("connectors/sectors.yaml").path,
                    environment: environment
                ),
            ],
            options: DataServiceOptions(deadline: .seconds(600)),
            clock: { moment }
        )
    }

    private struct NoSecrets: SecretSource {
        func secret(_ name: String) throws -> Secret? { nil }
    }

    /// What questions of a kind have to name.
    private static func arguments(_ intent: Intent) -> (symbols: [String], arguments: JSONValue?) {
        switch intent {
        case .filings, .chain, .technicals: (["AMD"], nil)
        case .probability: (["AMD"], ["above": "160", "market": "KXFED-26DEC-T3.75"])
        case .series: ([], ["series": "DGS3MO"])
        case .scan: ([], ["kind": "csp"])
        case .screen: ([], ["expression": "iv_rank > 38 and price < 400 and earnings_days > 3"])
        case .records: ([], ["collection": "tasks"])
        default: ([], nil)
        }
    }

    static func turn(_ intent: Intent, question: String = "") throws -> Assistant.Turn {
        var request = Request(question: question, intent: intent)
        (request.symbols, request.arguments) = arguments(intent)
        return Assistant.Turn(
            request: request,
            context: try context(),
            session: "test",
            number: 1
        )
    }

    @Test(arguments: Intent.allCases.filter { $0 != .explanation && $0 != .sources })
    func everyFigureOfEveryKindOfAnswerTraces(intent: Intent) async throws {
        let decision = try await Self.assistant().answer(try Self.turn(intent))
        let struck = decision.grounding.figures.filter { $0.status == "struck" }
        #expect(struck.isEmpty, "\(struck)")
        #expect(!decision.text.contains(GroundingReport.placeholder))
        #expect(decision.reports.allSatisfy { $0.outcome == .completed }, "\(decision.reports.map(\.outcome))")
        #expect(decision.exitCode == 0)
        if intent.asksSources { #expect(decision.grounding.checked >= 3) }
        let replay = try await Self.expectReplay(of: decision)
        #expect(replay.replayed.text == decision.text)
    }

    @Test func documentsThatCannotBeSearchedAreNotSaidToHoldNoAnswer() async throws {
        var turn = try Self.turn(.documents, question: "when is an option assigned")
        turn.context.documents = BrokenDocuments()
        let decision = try await Self.assistant().answer(turn)
        #expect(decision.exitCode == 9)
        #expect(decision.text.contains("could not be searched"), "\(decision.text)")
        #expect(decision.text.contains("magnus doctor --repair"), "\(decision.text)")
        #expect(!decision.text.contains("None of"), "\(decision.text)")
        try await Self.expectReplay(of: decision)
    }

    /// Expects that a turn is made anew from its record, as it is kept, to the byte.
    @discardableResult
    static func expectReplay(of decision: Decision, after previous: Decision? = nil) async throws -> DecisionReplay {
        let kept = try Decision(json: decision.encoded())
        let replay = try await DecisionReplay(kept, after: previous)
        #expect(replay.differences.isEmpty, "\(replay.differences): \(replay.replayed.text)")
        return replay
    }

    /// Puts that need far more than the cash there is: what the risk manager says of it traces too.
    @Test(arguments: [Intent.positions, .risk, .cash])
    func aShortageOfBuyingPowerTraces(intent: Intent) async throws {
        var turn = try Self.turn(intent)
        guard case .known(var portfolio) = turn.context.portfolio else { throw ToolError.portfolioNotSupplied }
        portfolio.cash = .known(1_000)
        turn.context.portfolio = .known(portfolio)
        turn.context.valuation = PortfolioValuation(portfolio, market: turn.context.market)
        let decision = try await Self.assistant().answer(turn)
        #expect(decision.text.contains("Free buying power is -$"))
        #expect(decision.grounding.struck == 0, "\(decision.grounding.figures.filter { $0.status == "struck" })")
    }

    @Test(arguments: ["cc", "calendar"])
    func everyFigureOfOtherScansTraces(kind: String) async throws {
        var turn = try Self.turn(.scan)
        turn.request.arguments = ["kind": .string(kind)]
        let decision = try await Self.assistant().answer(turn)
        #expect(decision.grounding.struck == 0)
        #expect(decision.grounding.checked > 10)
    }

    @Test(arguments: ["strategy", "symbol", "month"])
    func everyFigureOfPerformanceTraces(by: String) async throws {
        var turn = try Self.turn(.performance)
        turn.request.arguments = ["by": .string(by)]
        let decision = try await Self.assistant().answer(turn)
        let struck = decision.grounding.figures.filter { $0.status == "struck" }
        #expect(struck.isEmpty, "\(struck)")
        #expect(decision.grounding.checked > 10)
        #expect(decision.text.contains("Trades of known gain"))
    }

    @Test func tradersAreSummedUpWithTheirNumbers() async throws {
        var turn = try Self.turn(.records)
        turn.request.arguments = ["collection": "alerts", "summary": "traders"]
        let decision = try await Self.assistant().answer(turn)
        // ann: +50 % and -20 %, one alert open; bob: one closed alert whose result is not known.
        #expect(decision.grounding.struck == 0)
        #expect(decision.text.contains("50.0%"))
        #expect(decision.text.contains("15.0%"))
        let facts = FactIndex(decision.evidence)
        #expect(facts.integer(FactLabel.knownAlerts, of: "ann") == 2)
        #expect(facts.integer(FactLabel.openAlerts, of: "ann") == 1)
        #expect(facts.integer(FactLabel.knownAlerts, of: "bob") == 0)
        #expect(facts.number(FactLabel.hitRate, of: "bob") == nil)

        turn.request.arguments = ["collection": "tasks", "summary": "traders"]
        let refused = try await Self.assistant().answer(turn)
        #expect(refused.text.contains("tasks holds no trade alerts: it has no profile and no status"))
    }

    /// A record about a contract: its figures are the record's, though the contract is none that is held.
    @Test func recordsOfContractsTrace() async throws {
        var turn = try Self.turn(.records)
        turn.request.arguments = ["collection": "holdings"]
        let decision = try await Self.assistant().answer(turn)
        #expect(decision.grounding.struck == 0, "\(decision.grounding.figures)")
        #expect(decision.text.contains("XYZ261218P00150000"))
        #expect(decision.text.contains("$3.10"))
    }

    @Test func sectorsAreShownWithTheRiskOfTheWhole() async throws {
        let whole = try await Self.assistant().answer(try Self.turn(.risk))
        #expect(whole.text.contains("Sector weight"))
        #expect(whole.text.contains("| financials |"))
        let one = try await Self.assistant().answer(try Self.turn(asking: "what's my exposure to NVDA"))
        #expect(!one.text.contains("Sector weight"))
    }

    /// 6,400 for the shares less 429.76 of the puts and 1,045.60 of the calls, after fees, over 200 shares.
    @Test func theBasisOfTheDemosWheelStandsBesideItsRolls() async throws {
        var turn = try Self.turn(.roll)
        turn.request.symbols = ["INTC"]
        let decision = try await Self.assistant().answer(turn)
        #expect(decision.text.contains("wheel basis $24.6232"), "\(decision.text)")
        #expect(decision.grounding.struck == 0)
    }

    @Test func aProbabilityIsHeldAgainstAMarketOnlyAsOpinionWhereTheEventDiffers() async throws {
        let decision = try await Self.assistant().answer(try Self.turn(.probability))
        let facts = FactIndex(decision.evidence)
        let above = try #require(facts.number(FactLabel.probabilityAbove, of: "AMD"))
        let edge = try #require(facts.number(FactLabel.edge, of: "KXFED-26DEC-T3.75"))
        #expect(abs(0.425 - above - edge) < 1e-12)
        #expect(facts.text(FactLabel.verdict, of: "KXFED-26DEC-T3.75")?.contains("arbitrage") == false)
        #expect(facts.number(FactLabel.lockedBuyingYes, of: "KXFED-26DEC-T3.75") == nil)
        #expect(decision.text.contains("no difference is called arbitrage"))
    }

    /// Every cell with a figure in every table, changed one digit at a time: the check has to catch each.
    @Test(arguments: [
        Intent.positions, .greeks, .assignment, .risk, .income, .chain, .scan, .roll, .predictions, .earnings, .series,
        .volatility, .performance, .unusual, .correlation, .technicals, .probability, .dashboard, .activity, .decay,
        .hedge,
    ])
    func aCorruptedComposerIsCaught(intent: Intent) async throws {
        let decision = try await Self.assistant().answer(try Self.turn(intent))
        let check = GroundingCheck(evidence: decision.evidence, question: "")
        var corrupted = 0
        for (index, block) in decision.answer.blocks.enumerated() {
            guard case .table(let table) = block else { continue }
            for (row, content) in table.rows.enumerated() {
                for (column, cell) in content.cells.enumerated() where table.columns[column].isNumeric {
                    guard let wrong = Self.withAnotherDigit(cell.text) else { continue }
                    var answer = decision.answer
                    var changed = table
                    changed.rows[row].cells[column].text = wrong
                    answer.blocks[index] = .table(changed)
                    let (_, summary) = check.check(answer)
                    #expect(
                        summary.struck > 0,
                        "\(content.subject), \(table.columns[column].title): \(cell.text) -> \(wrong)"
                    )
                    corrupted += 1
                }
            }
        }
        #expect(corrupted > (intent.asksSources ? 3 : 10))
    }

    /// The first digit raised by one: a change of the leading figure, never of a sign or a separator alone.
    private static func withAnotherDigit(_ text: String) -> String? {
        guard let place = text.firstIndex(where: \.isNumber), let digit = text[place].wholeNumberValue else {
            return nil
        }
        return text.replacingCharacters(in: place...place, with: String((digit + 1) % 10 == 0 ? 1 : digit + 1))
    }

    @Test func theSameTurnIsTheSameRecord() async throws {
        let first = try await Self.assistant().answer(try Self.turn(.risk))
        let second = try await Self.assistant().answer(try Self.turn(.risk))
        #expect(first.id == second.id)
        #expect(try first.encoded() == second.encoded())
        #expect(first.id.count == 12)
    }

    @Test func aRecordSurvivesItsJSON() async throws {
        let decision = try await Self.assistant().answer(try Self.turn(.assignment))
        let copy = try Decision(json: decision.encoded())
        #expect(try copy.encoded() == decision.encoded())
        #expect(copy.text == decision.text)
    }

    /// Rows, items and checked figures write themselves; the record must stay what `Encodable` makes of it.
    @Test(arguments: [Intent.positions, .risk, .documents])
    func aRecordIsWrittenInItsEncodableForm(intent: Intent) async throws {
        let decision = try await Self.assistant().answer(try Self.turn(intent))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        #expect(try decision.encoded() == encoder.encode(decision))
    }

    @Test func aTableIsNotRecordedAndGathersOnlyWhatItShows() async throws {
        let decision = try await Self.assistant().tabulate(try Self.turn(.positions))
        #expect(decision.id.isEmpty)
        #expect(decision.evidence.map(\.tool) == ["positions"])
        #expect(decision.grounding.struck == 0)
        let risk = try await Self.assistant().tabulate(try Self.turn(.risk))
        #expect(risk.text.contains("Concentration"))
        // Tables say nothing of what the rules find; a verdict without them would be a false one.
        let answer = try await Self.assistant().answer(try Self.turn(.risk))
        #expect(risk.text.prefix { $0 != "\n" } == answer.text.prefix { $0 != "\n" })
        #expect(risk.reports.flatMap(\.findings).contains { $0.severity >= .warning })
        #expect(risk.id.isEmpty)
        #expect(risk.text.contains("Sensitivities: dollar delta"))
        #expect(risk.grounding.struck == 0)
    }

    private static func turn(asking question: String) throws -> Assistant.Turn {
        var turn = try turn(.positions)
        guard let valuation = turn.context.valuation else { return turn }
        let tickers = Set(valuation.positions.map(\.position.instrument.underlying))
        let reader = QuestionReader(resolver: SymbolResolver(known: tickers), today: turn.context.market.today)
        turn.request = reader.read(question)
        return turn
    }

    /// What is said of a part must not read as if it were said of the whole.
    @Test func anAnswerAboutOneTickerKeepsToIt() async throws {
        let assistant = try Self.assistant()
        let risk = try await assistant.answer(try Self.turn(asking: "what's my exposure to NVDA"))
        #expect(risk.text.contains("NVDA is 10.5% of the exposure."))
        #expect(risk.text.contains("Sensitivities on NVDA: dollar delta"))
        #expect(risk.text.contains("NVDA 2027-01-15 165 put shows an unrealised loss of $180.08"))
        for other in ["SPY", "KO", "AMD", "HCKT"] { #expect(!risk.text.contains(other), "\(other)") }
        #expect(risk.grounding.struck == 0)

        let held = try await assistant.answer(try Self.turn(asking: "what do I hold in SPY"))
        #expect(held.text.contains("SPY 2026-12-18 645 put has the largest unrealised loss of these, $560.08"))
        #expect(!held.text.contains("KO 2026-12-18"))
        let whole = try await assistant.answer(try Self.turn(asking: "what positions do I have"))
        #expect(whole.grounding.struck == 0)

        let unknown = try await assistant.answer(try Self.turn(asking: "GME?"))
        #expect(unknown.text.contains("holds no positions on GME"))
        #expect(!unknown.text.contains("HCKT"))
    }

    @Test func theCashAnswerGivesWhatIsPricedUnderItsOwnName() async throws {
        // 122,585.86 of cash and 63,564.00 at the marks, as the positions show. HCKT has no price, so it is no more than that.
        let decision = try await Self.assistant().answer(try Self.turn(asking: "what is my net liq"))
        #expect(decision.text.contains("the value of cash and priced positions $186,149.86."))
        #expect(decision.text.contains("HCKT is not priced"))
        #expect(decision.grounding.struck == 0)
    }

    @Test func whatExpiresByADateHoldsNothingLater() async throws {
        let decision = try await Self.assistant().answer(try Self.turn(asking: "positions expiring this friday"))
        let table = decision.answer.blocks.compactMap { block -> AnswerTable? in
            if case .table(let table) = block { return table }
            return nil
        }.first
        #expect(table?.rows.map(\.subject) == ["AMD 2026-11-20 160 put"])
    }

    @Test func optionsInTheMoneyAreTold() async throws {
        // On 2026-11-18 the demo has NVDA at 181.15, KO at 72.30 over the call's 67.50, MSFT at 507.
        let calls = try await Self.assistant().answer(try Self.turn(asking: "which of my calls are in the money?"))
        #expect(calls.text.contains("KO 2026-12-18 67.5 call"))
        #expect(!calls.text.contains("| IWM 2026-12-18 245 call"))
        #expect(calls.text.contains("in in-the-money calls"))
        #expect(calls.grounding.struck == 0)
    }

    @Test func aMonthIsLookedAtFromItsFirstDay() async throws {
        let assistant = try Self.assistant()
        let december = try await assistant.answer(try Self.turn(asking: "what expires in December?"))
        // Of the eleven through the end of the year one expires in November.
        #expect(december.text.contains("From 2026-12-01 through 2026-12-31, 10 positions expire"))
        #expect(!december.text.contains("| AMD 2026-11-20 160 put"))
        #expect(december.grounding.struck == 0)
        let last = try await assistant.answer(try Self.turn(asking: "which of my options expire last?"))
        #expect(last.grounding.struck == 0, "\(last.text)")
        // A ticker's options are looked for on any day.
        let named = try await assistant.answer(try Self.turn(asking: "when does my NVDA put expire?"))
        #expect(named.text.contains("2027-01-15"))
        #expect(!named.text.contains("holds no"))
        let january = try await assistant.answer(try Self.turn(asking: "which puts expire in January 2027?"))
        #expect(january.text.contains("From 2027-01-01 through 2027-01-31, 1 position in puts expires"))
    }

    @Test(arguments: ["Do I own Tesla?", "what's Coca-Cola at", "did I make money on Disney?"])
    func aCompanyThatIsNamedIsNotStruck(question: String) async throws {
        let decision = try await Self.assistant().answer(try Self.turn(asking: question))
        #expect(decision.grounding.struck == 0, "\(decision.text)")
        #expect(!decision.text.contains(GroundingReport.placeholder))
        try await Self.expectReplay(of: decision)
    }

    @Test func aScenarioIsNotPretended() async throws {
        let decision = try await Self.assistant().answer(try Self.turn(asking: "what happens if SPY drops 5%"))
        #expect(decision.text.contains("No scenario is computed"))
        #expect(decision.grounding.struck == 0)
    }

    @Test func incomeKeepsToThePeriodAskedFor() async throws {
        let decision = try await Self.assistant().answer(
            try Self.turn(asking: "how much premium have I collected this month?")
        )
        #expect(decision.text.contains("Net option premium from 2026-11-01 through 2026-11-18 is "))
        #expect(!decision.text.contains("2026-10-31"))
        #expect(decision.grounding.struck == 0)
    }

    @Test func recordsAreKeptAndFoundByTheirFirstDigits() async throws {
        let folder = try TemporaryFolder()
        let log = DecisionLog(store: DecisionStore(database: try Database(path: folder.path("magnus.db"))))
        let decision = try await Self.assistant().answer(try Self.turn(.cash, question: "how much cash"))
        try log.save(decision, at: Date(timeIntervalSince1970: 1_795_034_700))
        #expect(try log.decision(String(decision.id.prefix(4))).text == decision.text)
        #expect(try log.recent(limit: 5).map(\.id) == [decision.id])
        #expect(throws: StorageError.self) { try log.decision("ffffffffffff0") }
    }

    @Test func aFailingAgentDegradesTheAnswerAndIsNamed() async throws {
        let file = Self.package.appendingPathComponent("prompts/agents/risk-manager.md")
        let declaration = try AgentDeclaration(text: String(contentsOf: file, encoding: .utf8), file: "risk-manager.md")
        let assistant = try Self.assistant(replacing: BrokenAgent(declaration: declaration))
        let decision = try await assistant.answer(try Self.turn(.positions))
        #expect(decision.exitCode == 0)
        #expect(decision.text.contains("The risk-manager could not do its part"))
        #expect(decision.confidence.missingAgents == 1)
        #expect(decision.warnings.contains { $0.contains("risk-manager") })
    }

    @Test func suggestionsAreWithheldWhereTheDataDoesNotCarryThem() async throws {
        var turn = try Self.turn(.management)
        turn.context.market.quotes = turn.context.market.quotes.filter { $0.key == "SPY" }
        guard case .known(let portfolio) = turn.context.portfolio else { return }
        turn.context.valuation = PortfolioValuation(portfolio, market: turn.context.market)
        let decision = try await Self.assistant().answer(turn)
        #expect(decision.reports.contains { $0.veto != nil })
        #expect(!decision.confidence.allowsSuggestions)
        #expect(decision.text.contains("does not carry suggestions"))
    }

    @Test func whyExplainsTheAnswerBefore() async throws {
        var turn = try Self.turn(.cash)
        let assistant = try Self.assistant()
        let decision = try await assistant.answer(turn)
        turn.previous = decision
        turn.request = Request(question: "why?", intent: .explanation)
        let explanation = try await assistant.answer(turn)
        #expect(explanation.text.contains("sum of the history's cash amounts"))
        #expect(explanation.grounding.struck == 0)
        turn.previous = nil
        await #expect(throws: AssistantError.nothingToExplain) { try await assistant.answer(turn) }
    }

    @Test func withoutAPortfolioNothingIsInvented() async throws {
        var turn = try Self.turn(.positions)
        turn.context.portfolio = .notSupplied
        turn.context.valuation = nil
        let assistant = try Self.assistant()
        await #expect(throws: AssistantError.portfolioNotSupplied) { try await assistant.answer(turn) }
    }

    @Test func anEmptyPortfolioIsKnownToBeEmpty() async throws {
        var turn = try Self.turn(.positions)
        let empty = Portfolio(name: "Your portfolio", positions: [], cash: .known(1_234))
        turn.context.portfolio = .knownEmpty(empty)
        turn.context.valuation = PortfolioValuation(empty, market: turn.context.market)
        let decision = try await Self.assistant().answer(turn)
        #expect(decision.text.contains("Your portfolio holds no positions"))
        #expect(decision.grounding.struck == 0)
    }
}

/// A clock that stands still, so that no agent is late, however busy the machine is; who sleeps does so until cancelled.
private struct StillClock: Clock {
    let now = ContinuousClock.now
    let minimumResolution = Duration.zero

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        // Cancelled when the agent is done, long before.
        try await Task.sleep(for: .seconds(86_400))
    }
}

/// Documents whose index cannot be read.
private struct BrokenDocuments: PassageSource {
    func passages(answering query: String, limit: Int, in collections: [String]) async throws -> PassageSearch {
        throw StorageError(
            code: .corrupt,
            path: "/magnus.db",
            message: "the database is damaged",
            nextStep: "run `magnus doctor --repair`"
        )
    }
}

struct OnePassage: PassageSource {
    /// What the passage says.
    var text = "A holder may exercise on any of 5 days."

    func passages(answering query: String, limit: Int, in collections: [String]) async throws -> PassageSearch {
        let passage = Passage(
            document: "concepts/assignment.md",
            title: "Assignment",
            headings: ["When it comes"],
            lines: 3...5,
            text: text,
            score: 0.9
        )
        return PassageSearch(passages: [passage], isAnswered: true, relevance: 0.9, searchedChunks: 1)
    }
}

private struct BrokenAgent: Agent {
    let declaration: AgentDeclaration

    func work(on task: AgentTask, tools: ToolRunner) async throws -> AgentReport {
        throw ToolError.unavailable(tool: "risk", reason: "the lights went out")
    }
}
