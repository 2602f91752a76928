import Connectors
import Foundation
import Markets

extension Subject {
    private static func dates(_ first: String, _ last: String) throws -> ClosedRange<TradingDate> {
        try day(first)...day(last)
    }

    // MARK: Alpaca

    static func alpaca() throws -> [Subject] {
        let account = try Contract.body("alpaca/account")
        let holdings = [
            "/v2/account": account,
            "/v2/positions": try Contract.body("alpaca/positions"),
        ]
        let fills = """
            [{"id": "1::a", "activity_type": "FILL", "symbol": "AAPL", "side": "buy", "qty": "10", "price": "5.25",
              "transaction_time": "2026-11-17T02:30:00Z", "type": "fill"},
             {"id": "4::d", "activity_type": "DIV", "symbol": "AAPL", "date": "2026-11-18", "qty": "100",
              "per_share_amount": "0.26", "net_amount": "26"}]
            """
        let snapshots = """
            {"AAPL": {
              "dailyBar": {"c": 173.03, "t": "2022-08-16T04:00:00Z", "v": 56457696},
              "latestQuote": {"ap": 172.7, "bp": 172.6, "t": "2022-08-16T18:18:27.052763263Z"},
              "latestTrade": {"p": 172.61, "t": "2022-08-16T18:18:24.114694956Z"},
              "prevDailyBar": {"c": 173.19, "t": "2022-08-15T04:00:00Z", "v": 54091719}}}
            """
        let chain = [
            "/v1beta1/options/snapshots/AAPL": try Contract.body("alpaca/option_snapshots")
                .replacing(/"next_page_token":"[^"]*"/, with: #""next_page_token":null"#),
            "/v2/options/contracts": """
            {"next_page_token": null, "option_contracts": [
              {"symbol": "AAPL240426C00162500", "multiplier": "100", "open_interest": "3957",
               "close_price": "4.25", "close_price_date": "2024-04-19"},
              {"symbol": "AAPL240426C00999000", "multiplier": "100", "open_interest": "7", "close_price": "0.01",
               "close_price_date": "2024-04-19"}]}
            """,
            "/v2/stocks/snapshots": #"{"AAPL": {"latestTrade": {"p": 165.84, "t": "2024-04-22T20:00:00Z"}}}"#,
        ]
        let history = [
            "/v2/stocks/bars": try Contract.body("alpaca/stock_bars")
                .replacing(/"next_page_token":"[^"]*"/, with: #""next_page_token":null"#),
            "/v1/corporate-actions": """
            {"next_page_token": null, "corporate_actions": {
              "forward_splits": [{"ex_date": "2022-01-04", "new_rate": 20, "old_rate": 1}],
              "cash_dividends": [{"ex_date": "2022-01-05", "rate": 0.22, "currency": "USD"}]}}
            """,
        ]
        let news = """
            {"news": [{"id": 7, "headline": "Up 5", "summary": "More of it", "created_at": "2026-11-17T10:00:00Z",
             "source": "benzinga", "symbols": ["AAPL"], "url": "https://example.com/7"}], "next_page_token": null}
            """
        let january = try dates("2022-01-03", "2022-01-31")
        let expirations = try dates("2024-04-26", "2024-05-31")
        let asksHoldings: Ask = { .init(try await Alpaca($0).holdings()) }
        let asksChain: Ask = { .init(try await Alpaca($0).chain(of: "AAPL", expirations: expirations)) }
        let asksHistory: Ask = { .init(try await Alpaca($0).history(of: "AAPL", in: january)) }
        return [
            Subject("alpaca", "holdings", holdings, primary: "/v2/positions", asksHoldings),
            Subject("alpaca", "balances", holdings, primary: "/v2/account", asksHoldings),
            Subject(
                "alpaca",
                "activity",
                ["/v2/account": account, "/v2/account/activities": fills],
                primary: "/v2/account/activities"
            ) { .init(try await Alpaca($0).activity(since: day("2026-11-16"))) },
            Subject("alpaca", "quotes", ["/v2/stocks/snapshots": snapshots], primary: "/v2/stocks/snapshots") {
                .init(try await Alpaca($0).quotes(of: ["AAPL"]))
            },
            Subject("alpaca", "chain", chain, primary: "/v1beta1/options/snapshots/AAPL", asksChain),
            Subject("alpaca", "contracts", chain, primary: "/v2/options/contracts", isNeeded: false, asksChain),
            Subject("alpaca", "history", history, primary: "/v2/stocks/bars", asksHistory),
            Subject("alpaca", "splits", history, primary: "/v1/corporate-actions", isNeeded: false, asksHistory),
            Subject("alpaca", "news", ["/v1beta1/news": news], primary: "/v1beta1/news") {
                .init(try await Alpaca($0).news(about: ["AAPL"], since: instant("2026-11-16T00:00:00Z"), limit: 3))
            },
        ]
    }

    // MARK: Tradier

    static func tradier() throws -> [Subject] {
        let holdings = [
            "/user/profile": #"{"profile": {"account": [{"account_number": "VA000000", "type": "margin"}]}}"#,
            "/accounts/VA000000/positions": try Contract.body("tradier/positions"),
            "/accounts/VA000000/balances": try Contract.body("tradier/balances"),
            "/accounts/VA000000/history": try Contract.body("tradier/history"),
        ]
        let quotes = """
            {"quotes": {"quote": [{"symbol": "AAPL", "last": 200.5, "bid": 200.4, "ask": 200.6, "volume": 1,
             "prevclose": 199, "trade_date": 1795200000000, "bid_date": 1795200000000, "ask_date": 1795200001000}]}}
            """
        let chain = [
            "/markets/options/expirations": #"{"expirations": {"date": ["2027-01-15"]}}"#,
            "/markets/options/chains": try Contract.body("tradier/option_chain"),
            "/markets/quotes": quotes,
        ]
        let bars = """
            {"history": {"day": [{"date": "2026-11-17", "open": 1.5, "high": 2, "low": 1.25, "close": 1.75, "volume": 9}]}}
            """
        let asksHoldings: Ask = { .init(try await Tradier($0).holdings()) }
        let asksChain: Ask = { .init(try await Tradier($0).chain(of: "AAPL", expirations: nil)) }
        let november = try dates("2026-11-16", "2026-11-20")
        return [
            Subject("tradier", "holdings", holdings, primary: "/accounts/VA000000/positions", asksHoldings),
            Subject("tradier", "accounts", holdings, primary: "/user/profile", asksHoldings),
            Subject(
                "tradier",
                "balances",
                holdings,
                primary: "/accounts/VA000000/balances",
                isNeeded: false,
                asksHoldings
            ),
            Subject(
                "tradier",
                "activity",
                holdings,
                primary: "/accounts/VA000000/history",
                notes: ["Tradier does not say which option 1 of its events are about"]
            ) { .init(try await Tradier($0).activity(since: day("2026-11-01"))) },
            Subject("tradier", "quotes", ["/markets/quotes": quotes], primary: "/markets/quotes") {
                .init(try await Tradier($0).quotes(of: ["AAPL"]))
            },
            Subject("tradier", "chain", chain, primary: "/markets/options/chains", asksChain),
            Subject("tradier", "expirations", chain, primary: "/markets/options/expirations", asksChain),
            Subject(
                "tradier",
                "history",
                ["/markets/history": bars],
                primary: "/markets/history",
                notes: ["Tradier does not say whether its daily prices are adjusted for splits"]
            ) { .init(try await Tradier($0).history(of: "AAPL", in: november)) },
        ]
    }

    // MARK: tastytrade

    static func tastytrade() throws -> [Subject] {
        let holdings = [
            "/customers/me/accounts": """
            {"data": {"items": [{"account": {"account-number": "5WT00000", "nickname": "Wheel 1",
             "is-closed": false}}]}}
            """,
            "/accounts/5WT00000/positions": try Contract.body("tastytrade/positions"),
            "/accounts/5WT00000/balances": """
            {"data": {"cash-balance": "7700.5", "net-liquidating-value": "26440.0", "equity-buying-power": "12727.7",
             "derivative-buying-power": "6363.8", "updated-at": "2026-11-20T21:00:00.000+00:00"}}
            """,
            "/accounts/5WT00000/transactions": try Contract.body("tastytrade/transactions"),
        ]
        let market = """
            {"data": {"items": [
              {"symbol": "AAPL  270115P00170000", "updated-at": "2026-11-20T20:59:59.5Z", "bid": "1.5", "ask": "1.6",
               "last": "1.55", "prev-close": "1.7", "open-interest": "3957", "volume": "436"},
              {"symbol": "AAPL", "updated-at": "2026-11-20T21:00:00Z", "bid": "312.5", "ask": "312.6", "last": "312.55",
               "prev-close": "310.5", "volume": "31878433"}]}}
            """
        let chain = [
            "/option-chains/AAPL/nested": try Contract.body("tastytrade/option_chain_nested"),
            "/market-data/by-type": market,
        ]
        let metrics = ["/market-metrics": try Contract.body("tastytrade/market_metrics")]
        let january = try dates("2027-01-01", "2027-01-31")
        let asksHoldings: Ask = { .init(try await Tastytrade($0).holdings()) }
        return [
            Subject("tastytrade", "holdings", holdings, primary: "/accounts/5WT00000/positions", asksHoldings),
            Subject("tastytrade", "accounts", holdings, primary: "/customers/me/accounts", asksHoldings),
            Subject(
                "tastytrade",
                "balances",
                holdings,
                primary: "/accounts/5WT00000/balances",
                isNeeded: false,
                asksHoldings
            ),
            Subject("tastytrade", "activity", holdings, primary: "/accounts/5WT00000/transactions") {
                .init(try await Tastytrade($0).activity(since: day("2026-11-01")))
            },
            Subject("tastytrade", "quotes", ["/market-data/by-type": market], primary: "/market-data/by-type") {
                .init(try await Tastytrade($0).quotes(of: ["AAPL", "AAPL270115P00170000"]))
            },
            Subject("tastytrade", "chain", chain, primary: "/option-chains/AAPL/nested") {
                .init(try await Tastytrade($0).chain(of: "AAPL", expirations: nil))
            },
            Subject("tastytrade", "volatility", metrics, primary: "/market-metrics") {
                .init(try await Tastytrade($0).volatility(of: ["AAPL"]))
            },
            Subject("tastytrade", "earnings", metrics, primary: "/market-metrics") {
                .init(try await Tastytrade($0).earnings(of: ["AAPL"], in: january))
            },
        ]
    }

    // MARK: Yahoo

    static func yahoo() throws -> [Subject] {
        let chart = try Contract.body("yahoo/chart")
        let events = """
            "events":{"splits":{"1598880600":{"date":1598880600,"numerator":4,"denominator":1,"splitRatio":"4:1"}},\
            "dividends":{"1577975400":{"amount":0.1925,"date":1577975400}}},"meta":{
            """
        let path = "/v8/finance/chart/AAPL"
        let january = try dates("2020-01-01", "2020-01-31")
        return [
            Subject("yahoo", "quotes", [path: chart], primary: path) {
                .init(try await Yahoo($0).quotes(of: ["AAPL"]))
            },
            Subject("yahoo", "history", [path: try chart.changing(#""meta":{"#, to: events)], primary: path) {
                .init(try await Yahoo($0).history(of: "AAPL", in: january))
            },
            Subject(
                "yahoo",
                "chain",
                ["/v7/finance/options/AAPL": try Contract.body("yahoo/options")],
                primary: "/v7/finance/options/AAPL"
            ) { .init(try await Yahoo($0).chain(of: "AAPL", expirations: nil)) },
        ]
    }

    // MARK: Robinhood and TradingView

    static func robinhood() throws -> [Subject] {
        var tools = Dictionary(
            uniqueKeysWithValues: try [
                "get_portfolio", "get_equity_positions", "get_option_positions", "get_option_instruments",
                "get_option_quotes", "get_option_orders",
            ].map { ($0, try RobinhoodServer.file($0)) }
        )
        tools["get_accounts"] = #"{"data":{"accounts":[{"account_number":"000000001","nickname":"Main"}]}}"#
        tools["get_equity_quotes"] = try RobinhoodServer.file("get_equity_quotes").changing("NVDA", to: "AAPL")
        tools["get_equity_orders"] = """
            {"data":{"orders":[{"id":"e1","symbol":"AAPL","side":"buy","state":"filled","cumulative_quantity":"10.5",
             "average_price":"190.25","last_transaction_at":"2026-11-12T01:30:00Z"}],"next":null},"guide":""}
            """
        tools["get_option_chains"] =
            #"{"data":{"chains":[{"symbol":"NVDA","expiration_dates":["2027-01-15"]}]},"guide":""}"#
        tools["get_watchlists"] = #"{"data":{"results":[{"id":"w1","display_name":"Wheel 1"}]},"guide":""}"#
        tools["get_watchlist_items"] = #"{"data":{"results":[{"symbol":"AAPL"}]},"guide":""}"#
        tools["get_earnings_calendar"] = """
            {"data":{"results":[{"symbol":"NVDA","eps":{"estimate":"1.25","actual":null},
             "report":{"date":"2026-11-25","timing":"pm","verified":true}}]},"guide":""}
            """
        func subject(_ data: String, _ primary: String, _ ask: @escaping Ask) -> Subject {
            Subject("robinhood", data, tools, primary: primary, ask)
        }
        let december = try dates("2026-11-20", "2026-12-20")
        let holdings: Ask = { .init(try await Robinhood(environment: $0, version: "1").holdings()) }
        let activity: Ask = {
            .init(try await Robinhood(environment: $0, version: "1").activity(since: day("2026-11-01")))
        }
        let chain: Ask = {
            .init(try await Robinhood(environment: $0, version: "1").chain(of: "NVDA", expirations: nil))
        }
        return [
            subject("accounts", "get_accounts", holdings), subject("balances", "get_portfolio", holdings),
            subject("shares", "get_equity_positions", holdings), subject("options", "get_option_positions", holdings),
            subject("orders of shares", "get_equity_orders", activity),
            subject("orders of options", "get_option_orders", activity),
            subject("chain", "get_option_chains", chain), subject("contracts", "get_option_instruments", chain),
            subject("quotes of options", "get_option_quotes", chain),
            subject("quotes", "get_equity_quotes") {
                .init(try await Robinhood(environment: $0, version: "1").quotes(of: ["AAPL"]))
            },
            subject("watchlists", "get_watchlists") {
                .init(try await Robinhood(environment: $0, version: "1").watchlists())
            },
            subject("earnings", "get_earnings_calendar") {
                .init(try await Robinhood(environment: $0, version: "1").earnings(of: ["NVDA"], in: december))
            },
        ]
    }

    static func tradingView() -> [Subject] {
        let list = "mcp-watchlist-list-watchlists"
        let answers = [
            list: #"{"watchlists":[{"id":101,"name":"Wheel","symbols":["NASDAQ:AAPL1"]}]}"#,
            "mcp-watchlist-get-watchlist": #"{"watchlist":{}}"#,
        ]
        return [
            Subject("tradingview", "watchlists", answers, primary: list) {
                .init(try await TradingView(environment: $0, version: "1").watchlists())
            }
        ]
    }
}
