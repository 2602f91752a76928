import Agents
import Evidence
import Foundation
import JSON
import Markets
import Testing

@Suite struct ToolTests {
    private func facts(_ tool: any Tool, _ arguments: JSONValue = [:], context: ToolContext = TestData.context())
        async throws -> (Evidence, FactIndex)
    {
        let evidence = try await tool.run(arguments, identifier: "P1", context: context)
        return (evidence, FactIndex([evidence]))
    }

    @Test func positionsAreWorthWhatTheirMarksSay() async throws {
        let (evidence, facts) = try await facts(PositionsTool())
        let put = TestData.put.description
        #expect(facts.subjects(with: FactLabel.quantity) == ["AAA", put])
        #expect(facts.decimal(FactLabel.marketValue, of: "AAA") == 6_000)
        #expect(facts.decimal(FactLabel.unrealised, of: "AAA") == 1_000)
        #expect(facts.decimal(FactLabel.dayChange, of: "AAA") == 200)
        #expect(facts.decimal(FactLabel.quantity, of: put) == -2)
        #expect(facts.decimal(FactLabel.cost, of: put) == -300)
        #expect(facts.decimal(FactLabel.marketValue, of: put) == -120)
        #expect(facts.decimal(FactLabel.unrealised, of: put) == 180)
        #expect(facts.number(FactLabel.percentOfMaximumProfit, of: put).map { abs($0 - 0.6) < 1e-12 } == true)
        #expect(facts.decimal(FactLabel.positionsValue) == 5_880)
        #expect(facts.decimal(FactLabel.unrealised) == 1_180)
        #expect(facts.decimal(FactLabel.cash) == 10_000)
        #expect(facts.decimal(FactLabel.netLiquidation) == 15_880)
        #expect(evidence.facts.allSatisfy { $0.id.hasPrefix("P1.") })
        #expect(Set(evidence.facts.map(\.id)).count == evidence.facts.count)
    }

    @Test func whatIsComputedNamesItsFormulaAndInputs() async throws {
        let (evidence, facts) = try await facts(PositionsTool())
        let value = try #require(facts.fact(FactLabel.marketValue, of: "AAA"))
        let mark = try #require(facts.fact(FactLabel.mark, of: "AAA"))
        #expect(value.formula != nil)
        let quantity = try #require(facts.fact(FactLabel.quantity, of: "AAA"))
        #expect(value.inputs == [mark.id])
        #expect(FormulaInputs(evidence.facts).ids(of: value) == [mark.id, quantity.id])
        #expect(value.asOf == TestData.now)
        #expect(evidence.gaps.isEmpty)
    }

    @Test func aPositionWithoutAQuoteIsNamedAndLeftOutOfTheTotals() async throws {
        let quotes = TestData.standardQuotes.filter { $0.symbol != "AAA" }
        let (evidence, facts) = try await facts(PositionsTool(), context: TestData.context(quotes: quotes))
        #expect(facts.fact(FactLabel.mark, of: "AAA") == nil)
        #expect(facts.decimal(FactLabel.cost, of: "AAA") == 5_000)
        #expect(facts.text(FactLabel.gap, of: "AAA") != nil)
        #expect(facts.decimal(FactLabel.positionsValue) == -120)
        #expect(facts.integer(FactLabel.unpricedCount) == 1)
        // 10,000 of cash less the 120 that the puts would cost; without a price for the shares it is no liquidation value.
        #expect(facts.fact(FactLabel.netLiquidation) == nil)
        #expect(facts.decimal(FactLabel.pricedValue) == 9_880)
        #expect(evidence.gaps.contains { $0.contains("AAA is not priced") })
    }

    private static let selections: [(arguments: JSONValue, count: Int)] = [
        (["symbols": ["BBB"]], 1), (["right": "put"], 1), (["right": "call"], 0), (["side": "long"], 1),
        (["holding": "shares"], 1), (["symbols": ["ZZZ"]], 0), ([:], 2),
        // The put's strike of 40 is below the price of 42.
        (["moneyness": "out"], 1), (["moneyness": "in"], 0),
    ]

    @Test(arguments: selections)
    func positionsCanBeChosen(arguments: JSONValue, count: Int) async throws {
        let (_, facts) = try await facts(PositionsTool(), arguments)
        #expect(facts.integer(FactLabel.matchCount) == count)
    }

    @Test func expiringPositionsEndByTheDate() async throws {
        let last = TestData.put.expiration
        let (_, included) = try await facts(ExpiringPositionsTool(), ["through": .string(last.description)])
        #expect(included.integer(FactLabel.matchCount) == 1)
        let (_, excluded) = try await facts(
            ExpiringPositionsTool(),
            ["through": .string(last.adding(days: -1).description)]
        )
        #expect(excluded.integer(FactLabel.matchCount) == 0)
    }

    @Test func assignmentTakesTheStrikeInCash() async throws {
        let (_, facts) = try await facts(AssignmentTool())
        let put = TestData.put.description
        #expect(facts.decimal(FactLabel.cashIfAssigned, of: put) == 8_000)
        // Two dollars out of the money: no intrinsic value, the whole mark is extrinsic.
        #expect(facts.decimal(FactLabel.intrinsic, of: put) == 0)
        #expect(facts.decimal(FactLabel.extrinsic, of: put) == Decimal(60) / 100)
        let probability = try #require(facts.number(FactLabel.assignmentProbability, of: put))
        #expect((0.01..<0.5).contains(probability))
    }

    @Test func riskAddsUpWhatCouldBeDemanded() async throws {
        let (_, facts) = try await facts(RiskTool())
        #expect(facts.decimal(FactLabel.cashIfAllAssigned) == 8_000)
        // 6,000 of AAA against the worst case of 8,000 in BBB: 6/14 and 8/14, HHI (36 + 64) / 196.
        #expect(facts.number(FactLabel.weight, of: "BBB").map { abs($0 - 8.0 / 14) < 1e-9 } == true)
        #expect(facts.number(FactLabel.concentrationIndex).map { abs($0 - 100.0 / 196) < 1e-9 } == true)
    }

    @Test func incomeIsSummedByMonth() async throws {
        let (_, facts) = try await facts(IncomeTool())
        #expect(facts.decimal(FactLabel.netPremium) == 300)
        #expect(facts.subjects(with: FactLabel.netPremium).filter { !$0.isEmpty }.count == 1)
    }

    @Test func incomeKeepsToThePeriodAskedFor() async throws {
        let sold = TradingDate(daysSinceEpoch: 20_703)
        let period: JSONValue = ["from": .string(sold.description), "through": .string(sold.description)]
        let (_, facts) = try await facts(IncomeTool(), period)
        #expect(facts.decimal(FactLabel.netPremium) == 300)
        let earlier = sold.adding(days: -1).description
        let (_, before) = try await self.facts(IncomeTool(), ["through": .string(earlier)])
        #expect(before.decimal(FactLabel.netPremium) == nil)
        await #expect(throws: ToolError.self) { try await self.facts(IncomeTool(), ["from": "soon"]) }
    }

    @Test func aMarkNamesTheQuoteItCameFrom() async throws {
        let (_, facts) = try await facts(PositionsTool())
        #expect(facts.fact(FactLabel.mark, of: "AAA")?.source == "quotes.csv (mid)")
    }

    @Test func aPriceThatIsNotKnownIsAGap() async throws {
        let (evidence, facts) = try await facts(PricesTool(), ["symbols": ["AAA", "ZZZ"]])
        #expect(facts.decimal(FactLabel.mark, of: "AAA") == 60)
        #expect(evidence.gaps.contains { $0.contains("ZZZ") })
    }

    @Test func withoutAPortfolioToolsSaySo() async throws {
        var context = TestData.context()
        context.portfolio = .notSupplied
        context.valuation = nil
        await #expect(throws: ToolError.portfolioNotSupplied) {
            try await PositionsTool().run([:], identifier: "P1", context: context)
        }
    }

    private static let misfits: [(arguments: JSONValue, named: String)] = [
        (["limit": 0, "query": "x"], "limit"), (["query": 3], "query"), (["colour": "red", "query": "x"], "colour"),
        ([:], "query"),
        (["query": "x", "collections": [1]], "collections"), ("text", "object"),
    ]

    @Test(arguments: misfits)
    func argumentsAreCheckedAgainstTheSchema(arguments: JSONValue, named: String) {
        let tool = SearchDocumentsTool()
        let error = #expect(throws: ToolError.self) { try tool.parameters.validate(arguments, tool: tool.name) }
        #expect(error?.description.contains(named) == true)
    }

    @Test func schemasAreJSONSchemas() throws {
        let schema = SearchDocumentsTool().parameters.json
        #expect(schema["type"] == "object")
        #expect(schema["required"] == ["query"])
        #expect(schema["properties"]?["limit"]?["maximum"] == 20)
        #expect(schema["additionalProperties"] == false)
    }
}
