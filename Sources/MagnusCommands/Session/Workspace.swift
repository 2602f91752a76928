import Agents
import Assistant
import Connectors
import Foundation
import LanguageModels
import Logging
import Markets
import Storage

/// Everything a command works with, resolved once from the environment, the configuration files and the flags; what is
/// costly is opened when it is first asked for.
final class Workspace {
    /// What the process was started with.
    let environment: ProcessEnvironment
    /// Where files are.
    let locations: Locations
    /// The settings.
    let configuration: Configuration
    /// The streams and their abilities.
    let terminal: Terminal
    /// The answer goes here.
    let output: OutputSink
    /// Everything else goes here.
    let errors: OutputSink
    /// What the program does, for `--verbose`.
    let logger: Logger
    /// The flags all commands share.
    let options: CommonOptions
    /// Whose language model writes, as far as flags say.
    let modelChoice: ModelChoice

    /// Whether Ctrl-C ends the program when nothing is being worked on; a conversation goes on.
    let interruptEndsProgram = SharedFlag(true)
    /// Ctrl-C: stops the answer that is being worked on, else ends the program.
    let interrupts: InterruptMonitor
    /// Keys and tokens of data sources.
    let keys: KeyRing
    /// The documents' index, opened when it is first asked for.
    let library: DocumentLibrary

    /// The owner's account of calls of language models; each question is told to it by `begin(question:maximumCost:)`.
    let spending: SpendingLedger
    /// Replaces what is private in what language models are sent; one for the whole run, so that tokens stay the same.
    let redactor: Redactor
    /// What keeps the requests to models instead of sending them, on a dry run; nil otherwise.
    let preview: PreviewTransport?

    /// How long one question waits for language models in all where rules can answer it too.
    let patience = WaitAllowance(.seconds(20))
    /// Tells why an answer takes longer.
    let waiting: WaitingNotice

    private let lazyDatabase: LazyDatabase
    private var service: DataService?
    private var ownersService: DataService?
    private var chosenModel: (any LanguageModel)?

    /// Resolves the settings.
    ///
    /// - Throws: `CommandError` for a configuration file or variable that does not hold.
    init(
        _ options: CommonOptions,
        modelChoice: ModelChoice = ModelChoice(),
        environment: ProcessEnvironment = .current()
    ) throws {
        self.options = options
        self.modelChoice = modelChoice
        self.environment = environment
        locations = Locations(environment)
        terminal = Terminal(environment: environment.variables, allowsColour: !options.noColor)
        output = OutputSink(name: "standard output", stream: terminal.output)
        errors = OutputSink(name: "standard error", stream: terminal.error)
        var logger = Logger(label: "magnus") { _ in StreamLogHandler.standardError(label: "magnus") }
        logger.logLevel = options.verbose ? .debug : .error
        self.logger = logger
        configuration = try Workspace.configuration(environment, locations)
        let endsProgram = interruptEndsProgram
        interrupts = InterruptMonitor {
            if endsProgram.isSet { Foundation.exit(ExitStatus.interrupted.rawValue) }
        }
        keys = KeyRing(environment: environment, path: locations.keys)
        let lazyDatabase = LazyDatabase(path: locations.database)
        self.lazyDatabase = lazyDatabase
        spending = SpendingLedger(
            store: { UsageStore(database: try lazyDatabase.open()) },
            budget: configuration.budget.value,
            question: "",
            timeZone: environment.timeZone,
            clock: environment.clock
        )
        redactor = Redactor(Workspace.privateTerms(environment, configuration))
        preview = modelChoice.isDryRun ? PreviewTransport() : nil
        waiting = WaitingNotice(
            errors,
            columns: terminal.error.isTerminal ? terminal.error.size.columns : nil,
            isQuiet: options.quiet
        )
        library = DocumentLibrary(
            database: lazyDatabase,
            models: InstalledModels(folder: locations.models),
            encoderPrecision: configuration.encoderPrecision.value,
            services: SearchHouse(
                configuration: configuration,
                environment: environment,
                locations: locations,
                keys: keys,
                isOffline: options.offline || configuration.isOffline.value,
                ledger: spending,
                redactor: redactor,
                preview: preview
            )
            // The demonstration meets no network.
            .services(isLocal: options.demo),
            converter: ConverterPrograms(path: environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"),
            knowledgeFolder: locations.resources.map { $0 + "/knowledge" },
            progress: ProgressReporter(errors, terminal, isQuiet: options.quiet),
            clock: environment.clock
        )
    }

    /// The settings of all layers below the flags.
    private static func configuration(_ environment: ProcessEnvironment, _ locations: Locations) throws -> Configuration
    {
        var configuration = Configuration()
        let files = [
            (locations.configurationFile, locations.configurationFile),
            (environment.currentFolder + "/.magnus.yaml", ".magnus.yaml"),
        ]
        let reader = FileReader(maximumBytes: 1_000_000)
        for (path, name) in files where FileManager.default.fileExists(atPath: path) {
            let text = String(decoding: try reader.read(path), as: UTF8.self)
            try configuration.read(yaml: text, file: name, isOwners: path == locations.configurationFile) { text in
                text.hasPrefix("~/") ? environment.absolute(text) : text
            }
        }
        try configuration.read(environment)
        return configuration
    }

    /// The database, opened and brought up to date when first asked for.
    ///
    /// - Throws: `StorageError`.
    func database() throws -> Database {
        try lazyDatabase.open()
    }

    /// Opens the database for what works on other threads.
    var openDatabase: @Sendable () throws -> Database {
        let lazyDatabase = lazyDatabase
        return { try lazyDatabase.open() }
    }

    /// The folder of knowledge, prompts and demo.
    ///
    /// - Throws: `CommandError` where it is not found.
    func resources() throws -> String {
        try locations.foundResources()
    }

    // MARK: - Portfolio

    /// The holdings and the market: the file or the demo that was asked for, what was imported, or, on a terminal
    /// and where nothing was, the demo.
    ///
    /// - Parameter limit: How long brokers and quotes may take; as long as any question where it is nil.
    func portfolio(within limit: Duration? = nil) async throws -> PortfolioSnapshot {
        let rate = configuration.riskFreeRate
        let isInvented = try isDemo()
        if let day = options.asOf?.date { try checkDay(day, isDemo: isInvented) }
        if isInvented {
            return try DemoPortfolio(folder: try resources() + "/demo").snapshot()
        }
        if let file = options.portfolio {
            let snapshot = try FilePortfolio(path: environment.absolute(file), actions: try corporateActions())
                .snapshot(in: try knownMarket())
            if let day = options.asOf?.date { try checkHistory(of: snapshot, reaches: day, in: file) }
            return snapshot
        }
        let stored = StoredPortfolio(store: PortfolioStore(database: try database()), actions: try corporateActions())
        let imported = try stored.snapshot(now: now(), riskFreeRate: rate.value, riskFreeRateSource: rateSource)
        // A past day is valued with what was known of it, not with what brokers say now.
        if let day = options.asOf?.date {
            try checkHistory(of: imported, reaches: day, in: nil)
            return imported
        }
        return try await data().snapshot(over: imported, within: limit)
    }

    /// Refuses a day of which no holdings can be told, whatever the history: of the demonstration, or after today.
    private func checkDay(_ day: TradingDate, isDemo: Bool) throws {
        if isDemo {
            throw CommandError(
                .usage,
                type: "as_of",
                "the demo portfolio is of one frozen day and cannot be valued on \(day)",
                hint: "leave --as-of out"
            )
        }
        let today = TradingDate(newYorkDateOf: environment.clock())
        guard day <= today else {
            throw CommandError(
                .usage,
                type: "as_of",
                "--as-of \(day) is after today, \(today): what will be held then is not known",
                hint: "give a day that has come"
            )
        }
    }

    /// Refuses a day before the history begins, for which its holdings are not known.
    private func checkHistory(of snapshot: PortfolioSnapshot, reaches day: TradingDate, in file: String?) throws {
        guard !snapshot.transactions.contains(where: { $0.date != .beforeHistory }) else { return }
        if file == nil, snapshot.transactions.isEmpty,
            try PortfolioStore(database: try database()).transactionCount() == 0
        {
            guard try owners().hasBrokers else { return }
            throw CommandError(
                .usage,
                type: "as_of",
                "brokers say what is held now, not what was held on \(day)",
                hint: "import the activity, or leave --as-of out"
            )
        }
        throw CommandError(
            .usage,
            type: "as_of",
            "the history \(file.map { "in \($0) " } ?? "")has no transaction up to \(day), so what was held then is not known",
            hint: "give a later day, or import older history"
        )
    }

    /// The owner's list of corporate actions beside `config.yaml`, as YAML, CSV or both; none where there is no such file.
    ///
    /// - Throws: `StorageError`, `ImportError`.
    func corporateActions() throws -> [CorporateAction] {
        try locations.corporateActions.filter { FileManager.default.fileExists(atPath: $0) }
            .flatMap { try CorporateActionFile(path: $0).actions }
    }

    /// What is known of the market for holdings that are not the database's; nothing where there is no database yet.
    private func knownMarket() throws -> MarketSnapshot {
        let rate = configuration.riskFreeRate.value
        let unknown = MarketSnapshot(now: now(), riskFreeRate: rate, riskFreeRateSource: rateSource)
        guard FileManager.default.fileExists(atPath: locations.database) else { return unknown }
        do {
            let stored = StoredPortfolio(store: PortfolioStore(database: try database()))
            return try stored.market(now: now(), riskFreeRate: rate, riskFreeRateSource: rateSource)
        } catch {
            // The file can be shown without prices, and that is said of each position.
            try note(StyledText("warning: no imported quotes are used: \(CommandError(error).description)", .warning))
            return unknown
        }
    }

    /// Whether holdings and prices are the built-in demonstration's: where it was asked for, and for a person at a terminal
    /// who has imported nothing and connected no broker. A script never gets holdings nobody supplied.
    private func isDemo() throws -> Bool {
        if options.demo { return true }
        guard options.portfolio == nil, terminal.input.isTerminal, terminal.output.isTerminal else { return false }
        guard FileManager.default.fileExists(atPath: locations.database) else { return try !owners().hasBrokers }
        guard let database = try? database(), let count = try? PortfolioStore(database: database).transactionCount()
        else { return false }
        return try count == 0 && !owners().hasBrokers
    }

    // MARK: - Sources of data

    /// The service in front of all sources of data: the demonstration's, or the owner's.
    ///
    /// - Throws: `CommandError`, `StorageError`.
    func data() throws -> DataService {
        if let service { return service }
        let made = try isDemo() ? SourceHouse(self).demo() : owners()
        service = made
        return made
    }

    /// The service in front of the owner's own sources, made when it is first asked for.
    ///
    /// - Throws: `CommandError`, `StorageError`.
    func owners() throws -> DataService {
        if let ownersService { return ownersService }
        let made = try SourceHouse(self).owners()
        ownersService = made
        return made
    }

    /// How the owner signs in to a service.
    ///
    /// - Throws: `CommandError` for a service that is not signed in to.
    func signIn(_ name: String) throws -> OAuthSignIn {
        guard let signIn = SourceHouse(self).signIn(name) else {
            throw CommandError(
                .usage,
                type: "usage",
                "'\(TerminalText.sanitised(String(name.prefix(40)), shape: .line))' is not signed in to with a browser",
                hint: "robinhood and tradingview are; other sources need keys, see `magnus sources --all`"
            )
        }
        return signIn
    }

    /// Removes what was computed from the ledger, the quotes and the bars before they changed.
    ///
    /// - Throws: `StorageError`.
    func forgetComputed() throws {
        for dependency in [DataDependency.ledger, .quotes, .history] { try owners().invalidate(dependency) }
    }

    /// Keeps what the sources answered, and how they are doing, for the next command.
    func rememberSources() {
        guard let ownersService else { return }
        do {
            try ownersService.flush()
        } catch {
            logger.warning("what the sources answered could not be kept: \(error)")
        }
    }

    private var rateSource: String {
        "risk_free_rate (\(configuration.riskFreeRate.layer.description))"
    }

    /// The moment of the turn.
    func now() -> Date {
        options.asOf?.date.newYorkInstant(hour: 16) ?? environment.clock()
    }

    /// Where a turn's data is.
    ///
    /// - Parameter limit: How long all questions of its tools to sources may take together.
    func context(_ snapshot: PortfolioSnapshot, within limit: Duration) throws -> ToolContext {
        let valuation: PortfolioValuation?
        switch snapshot.state {
        case .known(let portfolio), .knownEmpty(let portfolio):
            valuation = PortfolioValuation(portfolio, market: snapshot.market)
        case .notSupplied:
            valuation = nil
        }
        return ToolContext(
            portfolio: snapshot.state,
            valuation: valuation,
            market: snapshot.market,
            transactions: snapshot.transactions,
            portfolioSource: snapshot.source.isEmpty ? "no history" : snapshot.source,
            documents: library,
            data: try data().bounded(within: limit),
            holdings: snapshot.holdings,
            quoteFreshness: snapshot.quoteFreshness,
            notes: snapshot.notes,
            accessRefused: snapshot.accessRefused
        )
    }

    // MARK: - Language models

    /// The language model that may write and reason, behind its limits, its chain and the owner's privacy; nil where answers are
    /// worded by rules alone: where the owner chose none, and offline or on the demo unless a flag names one.
    ///
    /// - Parameter snapshot: The holdings that are talked about, so that numbers and names of their accounts stay here.
    /// - Throws: `CommandError`, `CatalogueError`, `ModelError` where a flag names what cannot be asked.
    func languageModel(about snapshot: PortfolioSnapshot? = nil) throws -> (any LanguageModel)? {
        if chosenModel == nil { chosenModel = try ModelHouse(self).languageModel() }
        guard let chosenModel, configuration.privacy.value == .redacted else { return chosenModel }
        if let snapshot { protectAccounts(of: snapshot) }
        return RedactedModel(chosenModel, redactor: redactor)
    }

    /// Whether an answer may be worded by rules where the language model fails.
    var fallsBackToRules: Bool { modelChoice.fallsBack }

    // MARK: - Agents

    /// The assistant with the agents that `prompts/agents` declares.
    ///
    /// - Parameter usesModel: Whether a language model may work with them; without one the files about models are not read.
    /// - Throws: `CommandError`, `AgentDeclarationError`, `AgentPipelineError`, `ModelRoutingError`, `StorageError`.
    func assistant(usesModel: Bool) throws -> Assistant {
        let folder = try resources() + "/prompts/agents"
        let reader = FileReader(maximumBytes: 1_000_000)
        var agents: [any Agent] = []
        for name in Roles.names {
            let file = name + ".md"
            let text = String(decoding: try reader.read(folder + "/" + file), as: UTF8.self)
            let declaration = try AgentDeclaration(text: text, file: file)
            guard let agent = Roles.agent(declaration) else {
                throw CommandError(
                    .configuration,
                    type: "agent_declaration",
                    "prompts/agents/\(file) declares '\(declaration.name)', for which there are no rules",
                    hint: "its name must be \(name)"
                )
            }
            agents.append(agent)
        }
        let pipeline = try AgentPipeline(agents: agents)
        return Assistant(registry: .standard, pipeline: pipeline, policy: usesModel ? try modelPolicy() : nil)
    }

    /// How models are used, by `prompts/routing.yaml` and `prompts/synthesiser.md`.
    private func modelPolicy() throws -> ModelPolicy {
        let folder = try resources() + "/prompts/"
        let reader = FileReader(maximumBytes: 1_000_000)
        func text(_ name: String) throws -> String { String(decoding: try reader.read(folder + name), as: UTF8.self) }
        return ModelPolicy(
            routing: try ModelRouting(yaml: text("routing.yaml"), file: "routing.yaml", agents: Roles.names),
            synthesiserPrompt: try text("synthesiser.md")
        )
    }

    // MARK: - Output

    /// Shows a line on standard error, unless the user asked for quiet: wrapped at a terminal, in one line for all that reads
    /// lines.
    func note(_ line: StyledText) throws {
        guard !options.quiet else { return }
        let rows = terminal.error.isTerminal ? line.wrapped(to: terminal.error.size.columns) : [line]
        for row in rows { try errors.writeLine(row) }
        try errors.flush()
    }

    /// Shows lines on standard output.
    func show(_ lines: [StyledText]) throws {
        for line in lines { try output.writeLine(line) }
        try output.flush()
    }

    /// Shows text on standard output as it is.
    func show(_ text: String) throws {
        try output.write(text.hasSuffix("\n") ? text : text + "\n")
        try output.flush()
    }
}
