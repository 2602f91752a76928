import Agents
import Connectors
import Evidence
import Foundation
import JSON
import Markets
import Synchronization
import Testing

/// A broker with one account, its activity and what was kept of its balances.
private struct ScriptedBroker: HoldingsSource, ActivitySource, BalanceHistorySource {
    let name = "broker"
    let title = "Broker"
    let kind = ConnectorKind.api
    let readiness = ConnectorReadiness.ready
    var entries: [AccountActivity] = []
    var days: [DailyBalance] = []
    /// What comes instead of its activity.
    var failure: ConnectorError?

    static let account = Account(broker: "broker", number: "48219034")

    func holdings() async throws -> Sourced<[AccountHoldings]> {
        let balances = AccountBalances(cash: 7_700, netLiquidation: 27_430, buyingPower: 15_400, asOf: TestData.now)
        return Sourced(
            [AccountHoldings(account: Self.account, positions: [], balances: balances)],
            source: title,
            asOf: TestData.now
        )
    }

    func activity(since start: TradingDate) async throws -> Sourced<[AccountActivity]> {
        if let failure { throw failure }
        return Sourced(entries.filter { $0.date >= start }, source: title, asOf: TestData.now)
    }

    func balances(since start: TradingDate) async throws -> Sourced<[DailyBalance]> {
        Sourced(days.filter { $0.date >= start }, source: "kept balances")
    }
}

@Suite struct AccountToolTests {
    private static let today = TradingDate(newYorkDateOf: TestData.now)
    /// The history of `TestData` begins 50 days before.
    private static let from: JSONValue = ["from": .string(TradingDate(daysSinceEpoch: 20_700).description)]

    private static func facts(
        _ tool: any Tool,
        _ arguments: JSONValue,
        _ broker: ScriptedBroker? = nil
    ) async throws -> (FactIndex, [String]) {
        var context = TestData.context()
        if let broker {
            context.data = DataService(connectors: [broker], clock: { TestData.now })
            context.holdings = HoldingsOrigin(asOf: TestData.now, freshness: .live)
        }
        try tool.parameters.validate(arguments, tool: tool.name)
        let evidence = try await tool.run(arguments, identifier: "P1", context: context)
        return (FactIndex([evidence]), evidence.gaps)
    }

    @Test func theImportedHistoryIsShownLatestFirstWithItsSum() async throws {
        let (facts, _) = try await Self.facts(ActivityTool(), Self.from)
        // 14,700 paid in, 5,000 for shares, 300 of premium.
        #expect(facts.decimal(FactLabel.netAmount) == 10_000)
        #expect(facts.subjects(with: FactLabel.action) == ["entry 1", "entry 2", "entry 3"])
        #expect(facts.text(FactLabel.action, of: "entry 1") == "sell to open")
        #expect(facts.decimal(FactLabel.quantity, of: "entry 1") == -2)
        #expect(facts.text(FactLabel.instrument, of: "entry 1") == TestData.put.description)
        #expect(facts.decimal(FactLabel.amount, of: "entry 2") == -5_000)
        #expect(facts.fact(FactLabel.action, of: "entry 3")?.source == "activity.csv:1")
        #expect(facts.fact(FactLabel.quantity, of: "entry 3") == nil)
    }

    @Test func thatNothingHappenedIsNotSaidForABrokerThatDidNotAnswer() async throws {
        let today: JSONValue = ["from": .string(Self.today.description)]
        let (quiet, _) = try await Self.facts(ActivityTool(), today, ScriptedBroker())
        #expect(quiet.text("portfolio") == "Your portfolio" && quiet.integer(FactLabel.entryCount) == 0)
        var broken = ScriptedBroker()
        broken.failure = ConnectorError("broker", .unreachable, "nothing answers there")
        let (facts, gaps) = try await Self.facts(ActivityTool(), today, broken)
        #expect(facts.text("portfolio") == "Your portfolio without broker")
        #expect(gaps.contains { $0.contains("nothing answers there") })
    }

    @Test func entriesKeepToTheTickerTheRightAndTheDays() async throws {
        let whole = Self.from.adding(["symbols": ["BBB"]])
        #expect(try await Self.facts(ActivityTool(), whole).0.decimal(FactLabel.netAmount) == 300)
        let puts = Self.from.adding(["right": "put", "limit": 1])
        #expect(try await Self.facts(ActivityTool(), puts).0.integer(FactLabel.entryCount) == 1)
        // Without a day, the last 30 count, and there is nothing in them.
        let (none, _) = try await Self.facts(ActivityTool(), [:])
        #expect(none.integer(FactLabel.entryCount) == 0)
        #expect(none.date(FactLabel.from) == Self.today.adding(days: -30))
        await #expect(throws: ToolError.self) { try await Self.facts(ActivityTool(), ["from": "yesterday"]) }
        await #expect(throws: ToolError.self) {
            try await Self.facts(ActivityTool(), ["from": "2026-11-02", "through": "2026-11-01"])
        }
    }

    @Test func aTradeThatImportAndBrokerBothHaveCountsOnce() async throws {
        func entry(_ identifier: String, _ day: Int, _ quantity: Decimal, _ amount: Decimal) -> AccountActivity {
            AccountActivity(
                account: ScriptedBroker.account,
                identifier: identifier,
                kind: quantity < 0 ? .sell : .buy,
                date: TradingDate(daysSinceEpoch: day),
                symbol: "AAA",
                quantity: quantity,
                price: 50,
                amount: amount
            )
        }
        var broker = ScriptedBroker()
        // The imported purchase again, the same once more on that day, and a sale.
        broker.entries = [
            entry("1", 20_702, 100, -5_000), entry("2", 20_702, 100, -5_000), entry("3", 20_710, -50, 2_500),
        ]
        let (facts, _) = try await Self.facts(ActivityTool(), Self.from, broker)
        #expect(facts.integer(FactLabel.entryCount) == 5)
        #expect(facts.decimal(FactLabel.netAmount) == 7_500)
        #expect(facts.text(FactLabel.account, of: "entry 1") == "broker ••9034")
        #expect(facts.fact(FactLabel.amount, of: "entry 1")?.source == "Broker")
        let mine = Self.from.adding(["account": "9034"])
        #expect(try await Self.facts(ActivityTool(), mine, broker).0.integer(FactLabel.entryCount) == 2)
    }

    @Test func aMovementThatImportAndBrokerBothHaveCountsOnce() async throws {
        func entry(_ kind: AccountActivity.Kind, _ day: Int, _ symbol: String?, _ quantity: Decimal?, _ amount: Decimal)
            -> AccountActivity
        {
            AccountActivity(
                account: ScriptedBroker.account,
                identifier: "\(day) \(amount)",
                kind: kind,
                date: TradingDate(daysSinceEpoch: day),
                symbol: symbol,
                quantity: quantity,
                amount: amount
            )
        }
        let deposit = try #require(TestData.history.first)
        var broker = ScriptedBroker()
        // The imported deposit again, one of another amount on that day, and an expiration that nobody imported.
        broker.entries = [
            entry(.transfer, deposit.date.daysSinceEpoch, nil, nil, 14_700),
            entry(.transfer, deposit.date.daysSinceEpoch, nil, nil, 700),
            entry(.expiration, deposit.date.daysSinceEpoch, TestData.put.symbol, 1, 0),
        ]
        let (facts, _) = try await Self.facts(ActivityTool(), Self.from, broker)
        #expect(facts.integer(FactLabel.entryCount) == 5)
        #expect(facts.decimal(FactLabel.netAmount) == 10_700)
    }

    @Test func cashOfThePastIsWhatTheLaterRowsLeaveOfIt() async throws {
        let (facts, _) = try await Self.facts(AccountsTool(), [:])
        // All rows are of September 2026 and later months have none: 10,000 at every end.
        let days = facts.subjects(with: FactLabel.balanceDate)
        let month = try #require(days.first)
        #expect(days.count == 1)
        #expect(facts.date(FactLabel.balanceDate, of: month)?.description == "2026-09-30")
        #expect(facts.decimal(FactLabel.cash, of: month) == 10_000)
        #expect(facts.decimal(FactLabel.cash) == 10_000)
    }

    @Test func balancesOfBrokersAreByAccountWithThePastOnesThatWereKept() async throws {
        var broker = ScriptedBroker()
        broker.days = [
            DailyBalance(
                account: "broker ••9034",
                date: Self.today.adding(days: -2),
                cash: 7_000,
                netLiquidation: 26_000,
                source: "Broker",
                asOf: TestData.now.addingTimeInterval(-172_800)
            )
        ]
        let (facts, _) = try await Self.facts(AccountsTool(), [:], broker)
        #expect(facts.decimal(FactLabel.netLiquidation, of: "broker ••9034") == 27_430)
        #expect(facts.decimal(FactLabel.buyingPower, of: "broker ••9034") == 15_400)
        let past = try #require(facts.subjects(with: FactLabel.balanceDate).first)
        #expect(facts.decimal(FactLabel.netLiquidation, of: past) == 26_000)
        #expect(facts.date(FactLabel.balanceDate, of: past) == Self.today.adding(days: -2))
    }

    @Test func whatIsNotCurrentIsNamedWithItsReason() async throws {
        var context = TestData.context()
        context.quoteFreshness = ["AAA": .stale(reason: "fetched 3 h ago; nobody answers")]
        context.holdings = HoldingsOrigin(asOf: nil, freshness: .stale(reason: "fetched 2 h ago"))
        let evidence = try await FreshnessTool().run([:], identifier: "P1", context: context)
        let facts = FactIndex([evidence])
        #expect(facts.text(FactLabel.notCurrent, of: "AAA") == "fetched 3 h ago; nobody answers")
        #expect(facts.text(FactLabel.notCurrent, of: "holdings") == "fetched 2 h ago")
        #expect(facts.subjects(with: FactLabel.notCurrent) == ["AAA", "holdings"])
        #expect(facts.integer(FactLabel.checkedPrices) == 2)
    }
}

extension JSONValue {
    /// An object with further members.
    fileprivate func adding(_ members: [String: JSONValue]) -> JSONValue {
        guard case .object(let own) = self else { return self }
        return .object(own.merging(members) { $1 })
    }
}
