import Markets
import Testing

@testable import Assistant

@Suite struct QuestionReaderTests {
    /// Wednesday.
    private static let today = TradingDate("2026-11-18")
    private static let known: Set<String> = ["NVDA", "AAPL", "F", "SPY", "KO", "ALL", "IT"]

    private func read(_ question: String, after previous: Request? = nil) throws -> Request {
        let resolver = SymbolResolver(known: Self.known, names: ["apple": "AAPL", "ford": "F"])
        return QuestionReader(resolver: resolver, today: try #require(Self.today)).read(question, after: previous)
    }

    @Test(arguments: [
        ("What positions do I have?", Intent.positions),
        ("what do i hold", .positions),
        ("show me my puts", .positions),
        ("NVDA", .positions),
        ("what do my documents say about when the margin call is due?", .documents),
        ("according to my notes, when do I roll my puts?", .documents),
        ("What could be assigned this week, and why?", .assignment),
        ("is my NVDA put going to be assigned?", .assignment),
        ("could my shares of apple be called away", .assignment),
        ("how risky is my book?", .risk),
        ("am I too concentrated", .risk),
        ("what is my biggest risk", .risk),
        ("what is my theta?", .greeks),
        ("delta of my AAPL call", .greeks),
        ("show the greeks of my portfolio", .greeks),
        ("what expires this week", .expiring),
        ("which options are expiring in the next 30 days?", .expiring),
        ("what's my biggest loser", .profitAndLoss),
        ("how is my performance", .profitAndLoss),
        ("how am I doing", .profitAndLoss),
        ("my performance by strategy", .performance),
        ("what is my win rate", .performance),
        ("my performance by month", .performance),
        ("any unusual option activity in NVDA today", .unusual),
        ("how correlated are my positions", .correlation),
        ("what is the diversification ratio of my portfolio", .correlation),
        ("supply and demand zones of NVDA", .technicals),
        ("what is the probability that NVDA ends above 200", .probability),
        ("what is correlation", .documents),
        ("show me my dashboard", .dashboard), ("dashboard", .dashboard),
        ("give me an overview of my portfolio", .dashboard),
        ("what did I trade last week?", .activity), ("show my recent trades", .activity),
        ("my transactions this month", .activity), ("did I sell any puts on NVDA this year", .activity),
        ("how will my theta decay over the next 30 days", .decay), ("decay projection of my NVDA puts", .decay),
        ("how could I hedge my portfolio?", .hedge), ("what is my beta-weighted delta", .hedge),
        ("what is the beta of my positions", .correlation), ("what is my sector exposure", .risk),
        ("what is beta?", .documents), ("what is theta decay over time?", .documents),
        ("am I up or down on NVDA?", .profitAndLoss),
        ("how much premium did I collect this year", .income),
        ("my income by month", .income), ("how is my wheel on INTC", .wheel),
        ("what is my adjusted basis on INTC", .wheel),
        ("show me my income by strategy", .income), ("my income by symbol", .income), ("show me my wheels", .wheel),
        ("do I have wash sales this year", .washSales), ("show me my equity curve", .equity),
        ("what is a wash sale", .documents), ("what is my break-even on INTC", .wheel),
        ("how much cash do I have", .cash),
        ("what is my buying power", .cash),
        ("what is NVDA trading at", .price),
        ("when is the next ex-dividend date of KO", .dividends),
        ("which positions reached 50% profit?", .management),
        ("what did NVDA do today", .profitAndLoss),
        ("what's SPY at", .price), ("what is TSLA at?", .price),
        ("where is NVDA?", .price),
        ("what did I earn from dividends this year", .income),
        ("dividends received last month", .income),
        ("why is my KO call imminent?", .assignment),
        ("which of my positions need attention?", .management),
        ("what should i do with my NVDA put", .management),
        ("when does NVDA report?", .earnings), ("any news on NVDA?", .news),
        ("which puts could I sell on NVDA?", .scan), ("how could I roll my NVDA put?", .roll),
        ("show me my watchlists", .watchlists), ("what is the 10-year treasury yield?", .series),
        ("option chain of NVDA", .chain), ("what is NVDA's IV rank?", .volatility),
        ("prediction markets on the fed", .predictions), ("latest filings of NVDA", .filings),
        ("can I roll my NVDA put?", .management),
        ("what is theta decay?", .documents),
        ("What is theta?", .documents),
        ("whats theta", .documents),
        ("explain early assignment", .documents),
        ("how does a covered call work?", .documents),
        ("what is the difference between IV rank and IV percentile", .documents),
        ("Can I get assigned early?", .documents),
        ("what did the company say about revenue growth in fiscal 2023 compared with 2022", .documents),
        ("what did NIKE say about wholesale revenue in fiscal 2023?", .documents),
        ("why?", .explanation),
        ("how do you know", .explanation),
        ("sources", .sources),
        ("hello", .help),
        ("what can you do?", .help),
        ("", .help),
        ("buy 100 AAPL", .order),
        ("sell to open a put on NVDA", .order),
        ("close my NVDA put", .order),
        ("open positions", .positions),
    ])
    func understandsWhatAQuestionIsAfter(question: String, intent: Intent) throws {
        #expect(try read(question).intent == intent)
    }

    @Test(arguments: [
        ("how is NVDA doing", ["NVDA"]),
        ("how is nvda doing", ["NVDA"]),
        ("apple and ford", ["AAPL", "F"]),
        ("my $TSLA shares", ["TSLA"]),
        ("AAPL's delta", ["AAPL"]),
        ("is it all right", []),
        ("what is the DTE of my CSP", []),
        ("WHAT POSITIONS DO I HAVE", []),
        ("what about BRK.B and MSFT", ["BRK.B", "MSFT"]),
    ])
    func findsTickers(question: String, symbols: [String]) throws {
        #expect(try read(question).symbols == symbols)
    }

    @Test(arguments: [
        ("what expires today", "2026-11-18"),
        ("what expires this week", "2026-11-20"),
        ("what expires next week", "2026-11-27"),
        ("what expires this month", "2026-11-30"),
        ("what expires next month", "2026-12-31"),
        ("what expires in the next 30 days", "2026-12-18"),
        ("what expires within two weeks", "2026-12-02"),
        ("options with less than 45 dte", "2027-01-02"),
        ("what expires by friday", "2026-11-20"),
        ("what expires by monday", "2026-11-23"),
        ("what expires by 2027-01-15", "2027-01-15"), ("what expires in December", "2026-12-31"),
        ("what expires by the end of january?", "2027-01-31"), ("what expires in Feb 2028", "2028-02-29"),
        ("what expires in november", "2026-11-30"),
    ])
    func readsHowFarAheadAQuestionLooks(question: String, through: String) throws {
        #expect(try read(question).horizon?.through == TradingDate(through))
    }

    @Test(arguments: [
        ("premium this month", "2026-11-01", "2026-11-18"), ("premium last month", "2026-10-01", "2026-10-31"),
        ("my income this year", "2026-01-01", "2026-11-18"), ("income ytd", "2026-01-01", "2026-11-18"),
        ("what did I make last year", "2025-01-01", "2025-12-31"),
        ("what did I make this week", "2026-11-16", "2026-11-18"),
        ("what did I make last week", "2026-11-09", "2026-11-15"),
        ("premium in October", "2026-10-01", "2026-10-31"), ("income in november", "2026-11-01", "2026-11-18"),
        ("what did I make in Dec 2025", "2025-12-01", "2025-12-31"),
        ("what did I make since August", "2026-08-01", "2026-11-18"),
    ])
    func readsWhichPartOfThePastAQuestionIsAbout(question: String, from: String, through: String) throws {
        let period = try #require(try read(question).period)
        #expect(period.from == TradingDate(from))
        #expect(period.through == TradingDate(through))
    }

    @Test(arguments: [
        ("what expires next week", "2026-11-23"), ("what expires in December", "2026-12-01"),
        ("which puts expire in January 2027?", "2027-01-01"), ("what expires next month", "2026-12-01"),
        ("what expires by December", nil), ("what expires this week", nil), ("what expires in November", nil),
    ])
    func readsWhereItBegins(question: String, from: String?) throws {
        #expect(try read(question).horizon?.from == from.flatMap { TradingDate($0) })
    }

    @Test(arguments: ["what may happen to my puts", "my puts march on", "puts in December 2025", "how did May do"])
    func whatIsNoMonthAheadIsNoHorizon(question: String) throws {
        #expect(try read(question).horizon == nil)
    }

    @Test(arguments: [
        ("how is Tesla doing?", ["TSLA"], ["TSLA"]), ("is nvidia up?", ["NVDA"], []),
        ("what's Coca-Cola at", ["KO"], []), ("my coca cola calls", ["KO"], []),
        ("Apple's price", ["AAPL"], []), ("what about Home Depot", ["HD"], ["HD"]),
        ("an oracle of visa rules", [], []), ("what does the Bank of Japan do", [], []),
        ("Bank of America puts", ["BAC"], ["BAC"]),
    ])
    func findsCompaniesByTheirNames(question: String, symbols: [String], unknown: [String]) throws {
        let request = try read(question)
        #expect(request.symbols == symbols)
        #expect(request.unknownSymbols == unknown)
    }

    @Test func aPeriodAloneContinuesTheQuestionBefore() throws {
        let first = try read("how much premium did I collect on NVDA this month")
        let second = try read("and last month?", after: first)
        #expect(second.intent == .income)
        #expect(second.symbols == ["NVDA"])
        #expect(second.period?.from == TradingDate("2026-10-01"))
    }

    @Test func readsNoHorizonWhereNoneIsNamed() throws {
        #expect(try read("what could be assigned").horizon == nil)
    }

    @Test func narrowsToCallsPutsAndSides() throws {
        #expect(try read("show my short puts").right == .put)
        #expect(try read("show my short puts").side == .short)
        #expect(try read("my covered calls").right == .call)
        #expect(try read("puts and calls").right == nil)
        // Words of time and of doing name no side and no right.
        #expect(try read("how long until my NVDA put expires").side == nil)
        #expect(try read("how long until my NVDA put expires").right == .put)
        #expect(try read("what's my long term risk").side == nil)
        #expect(try read("should I put more money into KO?").right == nil)
        #expect(try read("my long puts").side == .long)
        #expect(try read("my stocks").holding == .shares)
    }

    @Test func aTickerAloneContinuesTheQuestionBefore() throws {
        let first = try read("what could be assigned this week?")
        let second = try read("and NVDA?", after: first)
        #expect(second.intent == .assignment)
        #expect(second.symbols == ["NVDA"])
        #expect(second.horizon == first.horizon)
    }

    @Test func aFilterAloneNarrowsTheQuestionBefore() throws {
        let first = try read("what positions do I have in NVDA?")
        let second = try read("only the puts", after: first)
        #expect(second.intent == .positions)
        #expect(second.symbols == ["NVDA"])
        #expect(second.right == .put)
    }

    @Test func anotherTopicKeepsTheSubject() throws {
        let first = try read("what positions do I have in NVDA?")
        let second = try read("and its delta?", after: first)
        #expect(second.intent == .greeks)
        #expect(second.symbols == ["NVDA"])
    }

    @Test func anotherConceptRepeatsTheOpening() throws {
        let first = try read("what is theta?")
        #expect(try read("and vega?", after: first).query == "what is vega")
    }

    @Test func aWholeQuestionStandsForItself() throws {
        let first = try read("what could be assigned this week on NVDA?")
        let second = try read("how much cash do I have", after: first)
        #expect(second.intent == .cash)
        #expect(second.symbols.isEmpty)
    }

    @Test func readsAVeryLongQuestion() throws {
        let question = String(repeating: "revenue growth of the company ", count: 40_000)
        #expect(try read(question).intent == .documents)
    }
}
