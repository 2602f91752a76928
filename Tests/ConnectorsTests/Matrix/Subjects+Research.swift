import Connectors
import Foundation
import Markets

extension Subject {
    /// Markets on events, calendars, news, filings and series.
    static func research() throws -> [Subject] {
        let week = try day("2026-11-21")...day("2026-11-27")
        let november = try day("2026-11-01")...day("2026-11-30")
        return kalshi() + sec() + [
            Subject(
                "finnhub",
                "earnings",
                [
                    "/api/v1/calendar/earnings": """
                    {"earningsCalendar": [{"date": "2026-11-25", "epsActual": 1.25, "epsEstimate": 1.31, "hour": "amc",
                     "quarter": 3, "symbol": "NVDA"}]}
                    """
                ],
                primary: "/api/v1/calendar/earnings"
            ) { .init(try await Finnhub($0).earnings(of: [], in: week)) },
            Subject(
                "finnhub",
                "news",
                [
                    "/api/v1/company-news": """
                    [{"category": "company", "datetime": 1795190400, "headline": "Up 5", "id": 25286, "related": "AAPL",
                      "source": "Wire", "summary": "More", "url": "https://example.com/1"}]
                    """
                ],
                primary: "/api/v1/company-news"
            ) {
                let start = Subject.now.addingTimeInterval(-7 * 86_400)
                return .init(try await Finnhub($0).news(about: ["AAPL"], since: start, limit: 5))
            },
            Subject(
                "fred",
                "series",
                [
                    "/fred/series/observations": """
                    {"count": 2, "observations": [{"date": "2026-11-10", "value": "4.12"},
                     {"date": "2026-11-12", "value": "4.08"}]}
                    """
                ],
                primary: "/fred/series/observations"
            ) { .init(try await FRED($0).series("DGS10", in: november)) },
        ]
    }

    private static func kalshi() -> [Subject] {
        let event = """
            {"event": {"event_ticker": "KXNFLGAME-26NOV22DALPHI", "series_ticker": "KXNFLGAME",
             "title": "Dallas at Philadelphia"}}
            """
        let market = """
            {"cursor": "", "markets": [{"ticker": "A1", "event_ticker": "KXNFLGAME-26NOV22DALPHI",
             "yes_sub_title": "Philadelphia", "close_time": "2026-11-24T01:20:00Z", "status": "active",
             "yes_bid_dollars": "0.61", "yes_ask_dollars": "0.62", "no_bid_dollars": "0.38",
             "last_price_dollars": "0.62", "volume_fp": "154321", "open_interest_fp": "98765",
             "floor_strike": 100.5, "cap_strike": 101.5}]}
            """
        let book = #"{"orderbook_fp": {"yes_dollars": [["0.61", "10"]], "no_dollars": [["0.38", "20"]]}}"#
        let positions = """
            {"cursor": "", "market_positions": [{"ticker": "A1", "position_fp": "-100", "market_exposure_dollars": "38.5",
             "realized_pnl_dollars": "0.5", "fees_paid_dollars": "1.67", "last_updated_ts": "2026-11-20T15:00:00Z"}]}
            """
        let root = "/trade-api/v2"
        let markets = ["\(root)/markets": market, "\(root)/events/KXNFLGAME-26NOV22DALPHI": event]
        return [
            Subject("kalshi", "markets", markets, primary: "\(root)/markets") {
                .init(try await Kalshi($0).markets(PredictionFilter()))
            },
            Subject("kalshi", "book", ["\(root)/markets/A1/orderbook": book], primary: "\(root)/markets/A1/orderbook") {
                .init(try await Kalshi($0).book(of: "A1"))
            },
            Subject(
                "kalshi",
                "positions",
                ["\(root)/portfolio/positions": positions],
                primary: "\(root)/portfolio/positions"
            ) { .init(try await Kalshi($0).predictionPositions()) },
        ]
    }

    private static func sec() -> [Subject] {
        let tickers = #"{"0": {"cik_str": 1318605, "ticker": "TSLA", "title": "Tesla, Inc."}}"#
        let filings = """
            {"filings": {"recent": {"accessionNumber": ["0001318605-26-000015"], "filingDate": ["2026-11-20"],
             "reportDate": ["2026-09-30"], "form": ["8-K"], "items": ["2.02,9.01"], "primaryDocument": ["tsla-8k.htm"],
             "primaryDocDescription": ["CURRENT REPORT"]}, "files": []}}
            """
        let facts = """
            {"facts": {"us-gaap": {"Revenues": {"label": "Revenues", "units": {"USD": [{"start": "2026-07-01",
             "end": "2026-09-30", "val": 28095000000, "accn": "0001318605-26-000014", "fy": 2026, "fp": "Q3", "form": "10-Q",
             "filed": "2026-10-23"}]}}}}}
            """
        let company = "CIK0001318605.json"
        return [
            Subject(
                "sec",
                "filings",
                ["/files/company_tickers.json": tickers, "/submissions/\(company)": filings],
                primary: "/submissions/\(company)"
            ) { .init(try await SECEdgar($0).filings(of: "TSLA", forms: [], limit: 3)) },
            Subject(
                "sec",
                "figures",
                ["/files/company_tickers.json": tickers, "/api/xbrl/companyfacts/\(company)": facts],
                primary: "/api/xbrl/companyfacts/\(company)"
            ) { .init(try await SECEdgar($0).figures(of: "TSLA", concept: "Revenues")) },
        ]
    }
}
