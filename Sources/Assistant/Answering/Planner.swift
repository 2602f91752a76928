public import Agents
import JSON
public import Markets

/// Which agents work on a request, and with which calls. Ids of evidence are given here, so that they do not depend
/// on which agent happens to end first.
public struct Planner: Sendable {
    /// How far ahead a question about expirations of no particular ticker looks when it does not say.
    public static let defaultExpirationDays = 30
    /// How far ahead a dashboard looks for what ends soon.
    public static let dashboardDays = 14

    private let today: TradingDate

    /// A planner for the day `today` in New York.
    public init(today: TradingDate) {
        self.today = today
    }

    /// Calls by agent; empty for requests that need no data.
    ///
    /// - Parameter withRules: Whether agents work on what is gathered; a table alone needs nothing for their rules.
    public func plan(_ request: Request, withRules: Bool = true) -> [String: [PlannedCall]] {
        var numbering: [ToolDomain: Int] = [:]
        var plan: [String: [PlannedCall]] = [:]
        for (agent, calls) in withRules ? calls(for: request) : tableCalls(for: request) {
            plan[agent] = calls.map { call in
                let domain: ToolDomain = call.tool == "search_documents" ? .documents : .portfolio
                numbering[domain, default: 0] += 1
                return PlannedCall(evidence: "\(domain.rawValue)\(numbering[domain] ?? 0)", call: call)
            }
        }
        return plan
    }

    private func calls(for request: Request) -> [(agent: String, calls: [ToolCall])] {
        let selection = selection(of: request)
        let positions = ToolCall("positions", .object(selection))
        let assignment = ToolCall("assignment", .object(with(request.horizon, selection)))
        let risk = ToolCall("risk")
        switch request.intent {
        case .positions:
            return [("analyst", [positions]), ("strategist", [assignment]), ("risk-manager", [risk])]
        case .dashboard:
            let through = request.horizon?.through ?? today.adding(days: Planner.dashboardDays)
            let soon = with(Request.Horizon(through: through, words: ""), [:])
            let calls = [
                ToolCall("accounts"), positions, ToolCall("greeks"), ToolCall("expiring_positions", .object(soon)),
                ToolCall("freshness"),
            ]
            return [("analyst", calls), ("strategist", [assignment]), ("risk-manager", [risk])]
        case .activity:
            return [
                (
                    "analyst",
                    [ToolCall("activity", .object(activity(request))), ToolCall("accounts", accounts(request))]
                )
            ]
        case .decay:
            return [("analyst", [ToolCall("decay", .object(decay(request)))])]
        case .profitAndLoss:
            return [("analyst", [positions])]
        case .greeks:
            return [("analyst", [ToolCall("greeks", .object(selection))])]
        case .risk:
            let greeks = ToolCall("greeks", .object(selection))
            return [("analyst", [positions, greeks]), ("strategist", [assignment]), ("risk-manager", [risk])]
        case .cash:
            return [("risk-manager", [risk])]
        case .assignment:
            let query = "\(request.question) early assignment ex-dividend exercise of short options"
            return [
                ("analyst", [assignment]),
                ("researcher", [search(query, limit: 3, collections: ["concepts"])]),
                ("strategist", []),
                ("risk-manager", [risk]),
            ]
        case .expiring:
            // "When does my NVDA put expire?" is of any day; only a question about all looks no further than it is likely to mean.
            let soon =
                request.symbols.isEmpty
                ? Request.Horizon(through: today.adding(days: Planner.defaultExpirationDays), words: "") : nil
            let arguments = with(request.horizon ?? soon, selection)
            var expiring = arguments
            if let from = request.horizon?.from { expiring["from"] = .string(from.description) }
            return [
                ("analyst", [ToolCall("expiring_positions", .object(expiring))]),
                ("strategist", [ToolCall("assignment", .object(arguments))]),
            ]
        case .management:
            return [("analyst", [positions]), ("strategist", [assignment]), ("risk-manager", [risk])]
        case .income:
            return [("analyst", [ToolCall("income", .object(income(request)))])]
        case .equity:
            return [("analyst", [ToolCall("equity", .object(equity(request)))])]
        case .washSales:
            return [("analyst", [ToolCall("wash_sales", .object(income(request)))])]
        case .wheel:
            return [("analyst", [ToolCall("wheel", sourceArguments(request))])]
        case .performance:
            return [("analyst", [ToolCall("performance", sourceArguments(request))])]
        case .price:
            return [("analyst", [ToolCall("prices", ["symbols": symbols(request)])])]
        case .dividends:
            return [("analyst", [ToolCall("dividends", ["symbols": symbols(request)])])]
        case .news, .earnings, .watchlists, .predictions, .filings, .series, .volatility, .chain, .scan, .screen, .roll,
            .records, .unusual, .correlation, .technicals, .probability, .hedge:
            return [("researcher", [ToolCall(request.intent.rawValue, sourceArguments(request))])]
        case .documents:
            return [("researcher", [search(request.query, limit: 6, collections: [])])]
        case .explanation, .sources, .help, .order:
            return []
        }
    }

    /// The calls whose facts a table shows.
    private func tableCalls(for request: Request) -> [(agent: String, calls: [ToolCall])] {
        switch request.intent {
        case .positions, .expiring: Array(calls(for: request).prefix(1))
        case .risk: [("analyst", [ToolCall("greeks")]), ("risk-manager", [ToolCall("risk")])]
        default: calls(for: request)
        }
    }

    private func search(_ query: String, limit: Int, collections: [String]) -> ToolCall {
        ToolCall(
            "search_documents",
            [
                "query": .string(String(query.prefix(2_000))),
                "limit": .number(Double(limit)),
                "collections": .array(collections.map(JSONValue.string)),
            ]
        )
    }

    /// What a question about income is asked with.
    private func income(_ request: Request) -> [String: JSONValue] {
        var arguments = period(request)
        if case .object(let given)? = request.arguments { arguments.merge(given) { $1 } }
        return arguments
    }

    private func period(_ request: Request) -> [String: JSONValue] {
        var arguments = ["symbols": symbols(request)]
        if let period = request.period {
            arguments["from"] = .string(period.from.description)
            arguments["through"] = .string(period.through.description)
        }
        return arguments
    }

    /// What a question about past values is asked with; tickers do not matter.
    private func equity(_ request: Request) -> [String: JSONValue] {
        var arguments = period(request)
        arguments["symbols"] = nil
        if case .object(let given)? = request.arguments { arguments.merge(given) { $1 } }
        return arguments
    }

    /// What a question about past trades is asked with.
    private func activity(_ request: Request) -> [String: JSONValue] {
        var arguments = period(request)
        if let right = request.right { arguments["right"] = .string(right.rawValue) }
        if case .object(let given)? = request.arguments { arguments.merge(given) { $1 } }
        return arguments
    }

    /// What balances are asked with beside past trades.
    private func accounts(_ request: Request) -> JSONValue {
        guard let account = request.arguments?["account"] else { return [:] }
        return ["account": account]
    }

    /// What a projection is asked with: the days given, else those to the horizon the question names.
    private func decay(_ request: Request) -> [String: JSONValue] {
        var arguments: [String: JSONValue] = ["symbols": symbols(request)]
        if let right = request.right { arguments["right"] = .string(right.rawValue) }
        if let through = request.horizon?.through {
            arguments["days"] = .number(Double(min(max(today.days(until: through), 1), 365)))
        }
        if case .object(let given)? = request.arguments { arguments.merge(given) { $1 } }
        return arguments
    }

    /// What a question to the sources of data is asked with: the tickers it names, and what else was given.
    private func sourceArguments(_ request: Request) -> JSONValue {
        var arguments: [String: JSONValue] = [:]
        if case .object(let given)? = request.arguments { arguments = given }
        switch request.intent {
        case .filings, .chain, .technicals, .probability:
            if let symbol = request.symbols.first { arguments["symbol"] = .string(symbol) }
        case .news, .earnings, .volatility, .scan, .screen, .roll, .performance, .unusual, .correlation, .wheel:
            arguments["symbols"] = symbols(request)
        default: break
        }
        if request.intent == .chain || request.intent == .roll, let right = request.right {
            arguments["right"] = .string(right.rawValue)
        }
        return .object(arguments)
    }

    private func symbols(_ request: Request) -> JSONValue {
        .array(request.symbols.map(JSONValue.string))
    }

    private func selection(of request: Request) -> [String: JSONValue] {
        var arguments: [String: JSONValue] = [:]
        if !request.symbols.isEmpty { arguments["symbols"] = symbols(request) }
        if let right = request.right { arguments["right"] = .string(right.rawValue) }
        if let side = request.side { arguments["side"] = .string(side.rawValue) }
        if let holding = request.holding { arguments["holding"] = .string(holding.rawValue) }
        if let moneyness = request.moneyness { arguments["moneyness"] = .string(moneyness.rawValue) }
        return arguments
    }

    private func with(_ horizon: Request.Horizon?, _ arguments: [String: JSONValue]) -> [String: JSONValue] {
        guard let horizon else { return arguments }
        return arguments.merging(["through": .string(horizon.through.description)]) { $1 }
    }
}
