import Foundation
import MagnusTestSupport

/// A server that plays Tradier with an account of 100 shares and two puts, quoted a minute and a half ago.
final class TradierServer: Sendable {
    static let token = "tradier-token-0123456789"

    /// An expiration two months ahead, so that the puts are alive whenever the tests run.
    private static let expiration = Date().addingTimeInterval(60 * 86_400).formatted(.iso8601.year().month().day())
    /// The puts' symbol.
    static let put = "AAPL\(expiration.replacing("-", with: "").dropFirst(2))P00170000"
    /// What facts about the puts are about.
    static let putName = "AAPL \(expiration) 170 put"

    /// When the quotes are said to be made.
    let quoted = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 - 90).rounded(.down))
    let server: LoopbackServer

    init() throws {
        let moment = Int(quoted.timeIntervalSince1970) * 1_000
        server = try LoopbackServer { request in
            guard request.headers["authorization"] == "Bearer \(Self.token)" else {
                return LoopbackReply(status: 401, headers: ["Content-Type": "text/plain"], "Invalid Access Token")
            }
            switch request.path {
            case "/v1/user/profile":
                return .json(#"{"profile": {"account": {"account_number": "VA000000", "type": "margin"}}}"#)
            case "/v1/accounts/VA000000/positions":
                return .json(
                    """
                    {"positions": {"position": [
                     {"cost_basis": 19050.0, "date_acquired": "2026-01-02T14:30:00.000Z", "id": 1, "quantity": 100.0,
                      "symbol": "AAPL"},
                     {"cost_basis": -310.0, "date_acquired": "2026-11-10T15:30:00.000Z", "id": 2, "quantity": -2.0,
                      "symbol": "\(Self.put)"}]}}
                    """
                )
            case "/v1/accounts/VA000000/balances":
                return .json(
                    """
                    {"balances": {"total_cash": 7700.0, "total_equity": 27430.0, "account_type": "margin",
                     "margin": {"option_buying_power": 6363.8, "stock_buying_power": 12727.7}}}
                    """
                )
            case "/v1/accounts/VA000000/history":
                return .json(
                    """
                    {"history": {"event": [
                     {"amount": 309.9, "date": "\(Self.day(12))", "type": "trade", "trade": {"commission": 0.1,
                      "description": "PUT", "price": 1.55, "quantity": -2.0, "symbol": "\(Self.put)",
                      "trade_type": "Option"}},
                     {"amount": 1500.25, "date": "\(Self.day(11))", "type": "ach", "ach": {"description": "ACH",
                      "quantity": 0}},
                     {"amount": 0.42, "date": "\(Self.day(10))", "type": "interest", "interest": {
                      "description": "CREDIT", "quantity": 0}}]}}
                    """
                )
            case "/v1/markets/quotes":
                let quotes = [Self.quote("AAPL", 200.4, 200.6, moment), Self.quote(Self.put, 1.5, 1.6, moment)]
                let asked = Set(request.query["symbols"]?.split(separator: ",").map(String.init) ?? [])
                let found = zip(["AAPL", Self.put], quotes).filter { asked.contains($0.0) }.map(\.1)
                return .json("{\"quotes\": {\"quote\": [\(found.joined(separator: ","))]}}")
            default: return LoopbackReply(status: 404)
            }
        }
    }

    /// The day so many days ago, as Tradier writes it.
    private static func day(_ ago: Int) -> String {
        Date().addingTimeInterval(Double(-ago) * 86_400).formatted(.iso8601.year().month().day()) + "T00:00:00Z"
    }

    private static func quote(_ symbol: String, _ bid: Double, _ ask: Double, _ moment: Int) -> String {
        """
        {"symbol": "\(symbol)", "last": \(bid), "volume": 436, "prevclose": \(bid), "bid": \(bid), "ask": \(ask),
         "trade_date": \(moment), "bid_date": \(moment), "ask_date": \(moment), "open_interest": 3957}
        """
    }

    /// What `config.yaml` says of it.
    var settings: String { "connectors: {tradier: {url: \"\(server.baseURL)/v1\"}}\n" }
}
