import Agents
import Connectors
import Evidence
import Foundation
import JSON
import Markets
import Testing
import Transport

/// Where the facts of every tool come from, over the demonstration's own files.
@Suite struct FactRecordTests {
    private struct NoSecrets: SecretSource {
        func secret(_ name: String) throws -> Secret? { nil }
    }

    private static func context() throws -> ToolContext {
        let folder = DemoFiles.folder.path
        let snapshot = try DemoPortfolio(folder: folder).snapshot()
        guard case .known(let portfolio) = snapshot.state else { throw ToolError.portfolioNotSupplied }
        let moment = snapshot.market.now
        let environment = ConnectorEnvironment(
            transport: OfflineTransport(),
            settings: ConnectorSettings([
                "chain_files": ["folder": [folder + "/chains"]], "price_files": ["folder": [folder + "/prices"]],
                "earnings": ["files": [folder + "/earnings.csv"]],
                "volatility_files": ["files": [folder + "/volatility.csv"]],
                "sectors": ["path": [folder + "/sectors.csv"]],
            ]),
            secrets: NoSecrets(),
            clock: { moment },
            folder: folder
        )
        let connectors: [any Connector] = [
            ChainFiles(environment: environment), PriceFiles(environment: environment), EarningsFiles(environment),
            VolatilityFiles(environment),
            try DeclarativeConnector(
                path: DemoFiles.package.appendingPathComponent("connectors/sectors.yaml").path,
                environment: environment
            ),
        ]
        return ToolContext(
            portfolio: snapshot.state,
            valuation: PortfolioValuation(portfolio, market: snapshot.market),
            market: snapshot.market,
            transactions: snapshot.transactions,
            portfolioSource: snapshot.source,
            documents: NoDocuments(),
            data: DataService(
                connectors: connectors,
                options: DataServiceOptions(deadline: .seconds(600)),
                clock: { moment }
            )
        )
    }

    /// What each tool is asked. News, filings, series and prediction markets have no source among the files.
    private static let questions: [(tool: String, arguments: JSONValue)] = [
        ("positions", [:]), ("greeks", [:]), ("expiring_positions", ["through": "2026-12-18"]), ("assignment", [:]),
        ("risk", [:]), ("income", ["by": "month"]), ("income", ["by": "symbol"]), ("wheel", [:]),
        ("wheel", ["symbols": ["INTC"], "legs": "all"]), ("wash_sales", [:]), ("equity", [:]),
        ("activity", ["from": "2025-01-01", "limit": 500]), ("accounts", [:]), ("freshness", [:]), ("decay", [:]),
        ("hedge", [:]), ("prices", ["symbols": ["KO", "AMD", "KO261218C00067500"]]), ("dividends", [:]),
        ("earnings", [:]), ("volatility", ["symbols": ["AMD", "KO"]]), ("option_chain", ["symbol": "AMD"]),
        ("scan", ["kind": "csp"]), ("scan", ["kind": "cc"]), ("scan", ["kind": "calendar"]),
        ("screen", ["expression": "price < 400"]), ("roll", [:]), ("records", ["collection": "sectors"]),
        ("performance", ["by": "month"]), ("unusual_activity", [:]), ("correlation", [:]),
        ("technicals", ["symbol": "AMD"]),
        ("implied_probability", ["symbol": "AMD", "above": "160", "on": "2026-12-18"]),
        ("search_documents", ["query": "theta"]),
    ]

    private static func facts() async throws -> [(tool: String, fact: Fact)] {
        let context = try context()
        var found: [(tool: String, fact: Fact)] = []
        for (name, arguments) in questions {
            let tool = try ToolRegistry.standard.tool(name)
            try tool.parameters.validate(arguments, tool: name)
            let evidence = try await tool.run(arguments, identifier: "P1", context: context)
            found += evidence.facts.map { (name, $0) }
        }
        return found
    }

    /// Whether a cell of a table says a value; what left an account is written in brackets, with an `S`, or with a sign.
    private static func says(_ cell: String, _ value: Fact.Value) -> Bool {
        let bare = cell.filter { !"$,()".contains($0) }
        let digits = bare.hasSuffix("S") ? String(bare.dropLast()) : bare
        switch value {
        case .decimal(let decimal): return Decimal(string: digits)?.magnitude == decimal.magnitude
        case .number(let number): return Double(digits).map { abs($0 - number) < 1e-12 } ?? false
        case .date(let date): return cell == date.description
        case .text(let text): return cell == text
        }
    }

    @Test func theRecordOfEveryFactHoldsItsValue() async throws {
        let files = try DemoFiles()
        var seen: Set<String> = []
        for (tool, fact) in try await Self.facts() {
            guard let key = fact.record, let records = files.records(key, in: fact.source) else { continue }
            seen.insert(DemoFiles.file(fact.source))
            #expect(
                records.contains { $0.values.contains { Self.says($0, fact.value) } },
                "\(tool): \(fact.label) \(fact.value) of \(fact.subjects) from \(fact.source), record \(key)"
            )
        }
        #expect(
            seen.isSuperset(of: [
                "quotes.csv", "dividends.csv", "earnings.csv", "volatility.csv", "activity.csv", "sectors.csv",
                "AMD-2026-11-17.csv", "SPY-2026-11-17.csv", "AMD.csv",
            ])
        )
    }

    @Test func whatAnOptionIsOnHasItsOwnRecord() async throws {
        let evidence = try await AssignmentTool().run([:], identifier: "P1", context: try Self.context())
        let call = evidence.facts.filter { $0.subjects.first == "KO 2026-12-18 67.5 call" }
        func fact(_ label: String) throws -> Fact { try #require(call.first { $0.label == label }) }
        let price = try fact(FactLabel.underlyingPrice)
        #expect(price.value == .decimal(Decimal(7_230) / 100))
        #expect(price.record == "KO")
        let dividend = try fact(FactLabel.dividend)
        #expect(dividend.value == .decimal(Decimal(53) / 100))
        #expect(dividend.record == "KO")
        #expect(try fact(FactLabel.exDividendDate).record == "KO")
        #expect(try fact(FactLabel.mark).record == "KO261218C00067500")
        #expect(try fact(FactLabel.strike).record == "KO261218C00067500")
        // Two rows of a history could add up to it, so it is read from none.
        #expect(try fact(FactLabel.quantity).record == nil)
        #expect(try fact(FactLabel.quantity).formula != nil)
    }

    @Test func everyComputedFactSaysHow() async throws {
        let computed = try await Self.facts().filter { $0.fact.source == "computed" }
        #expect(computed.count > 500)
        for (tool, fact) in computed where fact.inputs.isEmpty {
            #expect(fact.formula?.isEmpty == false, "\(tool): \(fact.label) of \(fact.subjects)")
        }
    }
}
