import Agents
import Connectors
import Evidence
import Foundation
import JSON
import Markets
import Testing

/// Chains, bars, sectors and prediction markets as a test gives them.
private struct ScriptedMarket: OptionChainSource, PriceHistorySource, RecordSource, PredictionSource {
    let name = "scripted"
    let title = "Scripted"
    let kind = ConnectorKind.api
    let readiness = ConnectorReadiness.ready
    var chains: [String: OptionChain] = [:]
    var bars: [String: [DailyBar]] = [:]
    var sectors: [(String, String)] = []
    var predictionMarkets: [PredictionMarket] = []

    var collections: [RecordCollection] {
        sectors.isEmpty
            ? []
            : [
                RecordCollection(
                    name: "sectors",
                    title: "Sectors",
                    fields: [RecordField(name: "symbol", kind: .symbol), RecordField(name: "sector", kind: .text)]
                )
            ]
    }

    private func sourced<Value>(_ value: Value) -> Sourced<Value> {
        Sourced(value, source: title, asOf: TestData.now)
    }

    func chain(of underlying: String, expirations: ClosedRange<TradingDate>?) async throws -> Sourced<OptionChain> {
        guard let chain = chains[underlying] else { throw ConnectorError(name, .notFound, "does not know it") }
        return sourced(chain)
    }

    func history(of symbol: String, in dates: ClosedRange<TradingDate>) async throws -> Sourced<PriceHistory> {
        guard let bars = bars[symbol] else { throw ConnectorError(name, .notFound, "does not know it") }
        return sourced(PriceHistory(symbol: symbol, bars: bars, splits: [], dividends: []))
    }

    func records(_ query: RecordQuery) async throws -> Sourced<[DataRecord]> {
        sourced(
            sectors.map { symbol, sector in
                DataRecord(
                    collection: "sectors",
                    fields: [.init("symbol", .symbol(symbol)), .init("sector", .text(sector))]
                )
            }
        )
    }

    func markets(_ filter: PredictionFilter) async throws -> Sourced<[PredictionMarket]> { sourced(predictionMarkets) }
    func book(of ticker: String) async throws -> Sourced<PredictionBook> {
        throw ConnectorError(name, .notFound, "no book")
    }
    func predictionPositions() async throws -> Sourced<[PredictionPosition]> { sourced([]) }
}

@Suite struct HedgingToolTests {
    private static let today = TradingDate(newYorkDateOf: TestData.now)

    private static func evidence(
        _ tool: any Tool,
        _ arguments: JSONValue,
        _ market: ScriptedMarket,
        change: (inout ToolContext) -> Void = { _ in }
    ) async throws -> Evidence {
        var context = TestData.context()
        context.data = DataService(connectors: [market], clock: { TestData.now })
        change(&context)
        try tool.parameters.validate(arguments, tool: tool.name)
        return try await tool.run(arguments, identifier: "P1", context: context)
    }

    /// 100 bars whose daily log returns are `factor` times those of a fixed pattern.
    private static func bars(_ factor: Double) -> [DailyBar] {
        var close = 100.0
        return (0..<100).map { day in
            close *= exp(factor * [0.01, -0.006, 0.004, -0.012, 0.009][day % 5])
            let price = Decimal(close)
            return DailyBar(
                symbol: "X",
                date: today.adding(days: day - 110),
                open: price,
                high: price,
                low: price,
                close: price,
                adjustedClose: price,
                volume: 1
            )
        }
    }

    private static func shares(_ context: inout ToolContext) {
        context.transactions = Array(TestData.history.prefix(2))
        let portfolio = Ledger(transactions: context.transactions).portfolio(name: "Your portfolio")
        context.portfolio = .known(portfolio)
        context.valuation = PortfolioValuation(portfolio, market: context.market)
    }

    @Test func aReductionIsWhatTheDeltaToTakeOffNeeds() async throws {
        var market = ScriptedMarket()
        market.chains["SPY"] = OptionChain(underlying: "SPY", underlyingPrice: 600, options: [])
        let evidence = try await Self.evidence(HedgeTool(), ["target": "4"], market, change: Self.shares)
        let facts = FactIndex([evidence])
        func agrees(_ label: String, _ subject: String, _ value: Double) {
            let found = facts.number(label, of: subject)
            #expect(
                found.map { abs($0 - value) < 1e-9 } == true,
                "\(label) of \(subject): \(String(describing: found))"
            )
        }
        // 100 shares at 60 move like 10 of an index at 600; without history beta is taken to be one.
        agrees(FactLabel.betaWeightedDelta, "", 10)
        agrees(FactLabel.betaWeightedDelta, "AAA", 10)
        #expect(facts.text(FactLabel.betaBasis, of: "AAA") == "assumed")
        // 6 of 10 have to go; down a tenth that avoids 6 x 60 of the 600 lost.
        let reduce = HedgeSuggestions.Kind.reduce.rawValue
        agrees(FactLabel.reducedPart, reduce, 0.6)
        agrees(FactLabel.deltaChange, reduce, -6)
        agrees(FactLabel.hedgeResult, "\(reduce), index down a tenth", 360)
        agrees(FactLabel.wholeResult, "\(reduce), index down a tenth", -240)
        agrees(FactLabel.wholeResult, "\(reduce), index down a fifth", -480)
        #expect(evidence.gaps.contains { $0.hasPrefix("no index put: ") })
        let low = try await Self.evidence(HedgeTool(), ["target": "10"], market, change: Self.shares)
        #expect(low.gaps.contains { $0.contains("is not above the target") })
        await #expect(throws: ToolError.self) {
            try await Self.evidence(HedgeTool(), ["target": "none"], market, change: Self.shares)
        }
    }

    @Test func betaIsTheSlopeOnTheIndex() async throws {
        var market = ScriptedMarket()
        market.bars = ["SPY": Self.bars(1), "AAA": Self.bars(2), "BBB": Self.bars(-0.5)]
        let facts = FactIndex([try await Self.evidence(CorrelationTool(), ["symbols": ["AAA", "BBB"]], market)])
        let double = try #require(facts.number(FactLabel.betaEstimate, of: "AAA against SPY"))
        let inverse = try #require(facts.number(FactLabel.betaEstimate, of: "BBB against SPY"))
        #expect(abs(double - 2) < 1e-6)
        #expect(abs(inverse + 0.5) < 1e-6)
        #expect(facts.number(FactLabel.rSquared, of: "AAA against SPY").map { $0 > 0.999_999 } == true)
        #expect(facts.integer(FactLabel.betaReturns, of: "AAA against SPY") == 99)
    }

    @Test func whatEndsKeepsItsIntrinsicValueAndNothingElse() async throws {
        let evidence = try await Self.evidence(DecayTool(), ["days": 40], ScriptedMarket())
        let facts = FactIndex([evidence])
        // A Saturday: the option ends with Friday's session, which is over when that day is looked at.
        let end = TestData.put.expiration
        #expect(end.weekday == 6)
        #expect(facts.date(FactLabel.settled, of: TestData.put.description) == end)
        let first = end.description
        // Two puts short at 0.60, out of the money: 120 to gain, and nothing is left of them.
        let change = try #require(facts.number(FactLabel.valueChange, of: first))
        #expect(abs(change - 120) < 0.01)
        #expect(facts.number(FactLabel.modelValue, of: first) == 0)
        #expect(facts.integer(FactLabel.projectedCount) == 1)
        let theta = try #require(facts.number(FactLabel.thetaPerDay))
        let line = try #require(facts.number(FactLabel.straightLine, of: first))
        #expect(abs(line - theta * Double(Self.today.days(until: end))) < 1e-9)
    }

    @Test func exposuresAreAddedUpByTheSectorsTheOwnerSays() async throws {
        var market = ScriptedMarket()
        market.sectors = [("AAA", "utilities"), ("CCC", "energy")]
        let facts = FactIndex([try await Self.evidence(RiskTool(), [:], market)])
        // 6,000 of AAA at the market; BBB by the cash two puts of 40 take.
        #expect(facts.number(FactLabel.sectorExposure, of: "utilities") == 6_000)
        #expect(facts.number(FactLabel.sectorExposure, of: SectorExposure.unknown) == 8_000)
        #expect(facts.number(FactLabel.sectorWeight, of: "utilities").map { abs($0 - 6.0 / 14) < 1e-12 } == true)
        #expect(facts.text(FactLabel.sectorTickers, of: "utilities") == "AAA")
        #expect(facts.text(FactLabel.sectorsMissing) == nil)
        let without = FactIndex([try await Self.evidence(RiskTool(), [:], ScriptedMarket())])
        #expect(without.subjects(with: FactLabel.sectorWeight).isEmpty)
        #expect(without.text(FactLabel.sectorsMissing)?.contains("connectors.sectors.path") == true)
    }

    // MARK: - Arbitrage

    /// Calls and puts on AAA at 100 that end in 30 days, at a volatility of 30 %, each five cents around its value.
    private static func chain() throws -> OptionChain {
        let expiration = today.adding(days: 30)
        var options: [ListedOption] = []
        for strike in stride(from: 70, through: 135, by: 5) {
            for right in OptionContract.Right.allCases {
                let contract = OptionContract(
                    root: "AAA",
                    expiration: expiration,
                    right: right,
                    strike: Decimal(strike)
                )
                let terms = try OptionTerms(
                    style: contract.style,
                    right: right,
                    spot: 100,
                    strike: Double(strike),
                    rate: 0.04,
                    years: contract.settlement.timeIntervalSince(TestData.now) / (365 * 86_400)
                )
                let cents = try (OptionPricer().price(terms, volatility: 0.3) * 100).rounded()
                guard cents > 10 else { continue }
                options.append(
                    ListedOption(
                        contract: contract,
                        quote: Quote(
                            symbol: contract.symbol,
                            asOf: TestData.now,
                            bid: Decimal(cents - 5) / 100,
                            ask: Decimal(cents + 5) / 100,
                            openInterest: 500,
                            source: "Scripted"
                        )
                    )
                )
            }
        }
        return OptionChain(underlying: "AAA", underlyingPrice: 100, options: options)
    }

    private static func verdict(closesAfter days: Int) async throws -> (FactIndex, OptionChain, [String]) {
        var market = ScriptedMarket()
        let chain = try chain()
        market.chains["AAA"] = chain
        market.predictionMarkets = [
            PredictionMarket(
                ticker: "AAA-100",
                event: "AAA",
                title: "Will AAA end above 100?",
                status: "active",
                yesBid: Decimal(20) / 100,
                yesAsk: Decimal(22) / 100,
                noBid: Decimal(78) / 100,
                closes: today.adding(days: days).newYorkInstant(hour: 16),
                floorStrike: 100
            )
        ]
        let arguments: JSONValue = [
            "symbol": "AAA", "above": "100", "on": .string(today.adding(days: 30).description), "market": "AAA-100",
        ]
        let evidence = try await evidence(ProbabilityTool(), arguments, market)
        return (FactIndex([evidence]), chain, evidence.gaps)
    }

    @Test func aGainThatSurvivesSpreadsAndFeesIsCalledArbitrage() async throws {
        let (facts, chain, _) = try await Self.verdict(closesAfter: 30)
        func quote(_ strike: Decimal) throws -> Quote {
            try #require(chain.options.first { $0.contract.right == .call && $0.contract.strike == strike }?.quote)
        }
        // Selling the spread of 100 and 105, which never pays more than the claim, at the prices it trades at.
        let bid = try #require(quote(100).bid)
        let ask = try #require(quote(105).ask)
        let sold = NSDecimalNumber(decimal: (bid - ask) / 5).doubleValue - 2 * 0.65 / 500
        // Yes costs 0.22 and the fee 0.07 x 0.22 x 0.78, rounded up over a hundred contracts to the cent.
        let fee = 0.0121
        #expect(facts.text(FactLabel.verdict, of: "AAA-100") == PredictionEdge.Verdict.arbitrageBuyingYes.rawValue)
        let locked = try #require(facts.number(FactLabel.lockedBuyingYes, of: "AAA-100"))
        #expect(abs(locked - (sold - 0.22 - fee)) < 1e-9, "\(locked)")
        #expect(locked > 0.1)
    }

    @Test func theSamePricesOnAnotherDayAreAnOpinion() async throws {
        let (facts, _, gaps) = try await Self.verdict(closesAfter: 29)
        #expect(facts.text(FactLabel.verdict, of: "AAA-100") == PredictionEdge.Verdict.differenceOfOpinion.rawValue)
        #expect(facts.number(FactLabel.lockedBuyingYes, of: "AAA-100") == nil)
        #expect(gaps.contains { $0.contains("no difference is called arbitrage") })
    }
}
