import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Tradier")
struct TradierTests {
    private static let profile = #"{"profile": {"account": {"account_number": "VA000000", "type": "margin"}}}"#

    private func holdings(
        positions: String? = nil,
        balances: LoopbackReply? = nil,
        profile: String = TradierTests.profile,
        settings: [String: [String: [String]]] = [:]
    ) async throws -> (answer: Sourced<[AccountHoldings]>, paths: [String]) {
        let service = try Service(
            routes: [
                "GET /user/profile": .json(profile),
                "GET /accounts/VA000000/positions": .json(try positions ?? Contract.body("tradier/positions")),
                "GET /accounts/VA000000/balances": try balances ?? .json(Contract.body("tradier/balances")),
                "GET /accounts/VA000001/positions": .json(#"{"positions": null}"#),
                "GET /accounts/VA000001/balances": .json(
                    #"{"balances": {"total_cash": 5, "total_equity": 5, "cash": {"cash_available": 4.5}}}"#
                ),
            ],
            settings: settings
        )
        let answer = try await Tradier(service.environment).holdings()
        #expect(service.server.requests.allSatisfy { $0.headers["authorization"] == "Bearer tradier-token-1234" })
        #expect(service.server.requests.allSatisfy { $0.headers["accept"] == "application/json" })
        return (answer, service.server.requests.map(\.path))
    }

    @Test("The cost of a position is divided among shares and contracts")
    func positions() async throws {
        let answer = try await holdings().answer
        let shares = HeldPosition(
            symbol: "AAPL",
            quantity: 100,
            averagePrice: try decimal("190.5"),
            opened: try day("2026-01-02")
        )
        let puts = HeldPosition(
            symbol: "AAPL270115P00170000",
            multiplier: 100,
            quantity: -2,
            averagePrice: try decimal("1.55"),
            opened: try day("2026-11-10")
        )
        let account = Account(broker: "tradier", number: "VA000000", nickname: "margin")
        let balances = AccountBalances(
            cash: 7700,
            netLiquidation: 26440,
            buyingPower: try decimal("12727.7"),
            optionBuyingPower: try decimal("6363.8")
        )
        #expect(answer.value == [AccountHoldings(account: account, positions: [shares, puts], balances: balances)])
        #expect(answer.source == "Tradier")
        #expect(answer.notes.isEmpty)
    }

    @Test("One position comes without a list, none as the text null")
    func oneOrNone() async throws {
        let one = try await holdings(positions: Contract.variant("tradier/positions", when: "one position")).answer
        #expect(one.value.first?.positions.map(\.averagePrice) == [try decimal("207.01")])
        let none = try await holdings(positions: Contract.variant("tradier/positions", when: "none")).answer
        #expect(none.value.first?.positions.isEmpty == true)
        #expect(none.notes.isEmpty)
    }

    @Test("All open accounts are read, or those that the owner chose")
    func accounts() async throws {
        let profile = """
            {"profile": {"account": [{"account_number": "VA000000", "status": "active"},
             {"account_number": "VA000001"}, {"account_number": "VA000002", "status": "closed"}]}}
            """
        let all = try await holdings(profile: profile).answer
        #expect(all.value.map(\.account.number) == ["VA000000", "VA000001"])
        #expect(all.value.last?.balances?.optionBuyingPower == (try decimal("4.5")))
        let chosen = try await holdings(settings: ["tradier": ["accounts": ["VA000001"]]])
        #expect(chosen.answer.value.map(\.account.number) == ["VA000001"])
        #expect(!chosen.paths.contains("/user/profile"))
    }

    @Test("Balances that fail are missed, not the positions; what an adjusted contract costs per share is not known")
    func parts() async throws {
        let answer = try await holdings(balances: LoopbackReply(status: 503)).answer
        #expect(answer.value.first?.positions.count == 2)
        #expect(answer.value.first?.balances == nil)
        #expect(answer.notes == ["no balances of tradier margin: HTTP 503"])
        let adjusted = try Contract.body("tradier/positions").changing("AAPL270115P", to: "AAPL1270115P")
        #expect(try await holdings(positions: adjusted).answer.value.first?.positions.last?.averagePrice == nil)
    }

    @Test("A renamed field is named")
    func drift() async throws {
        let renamed = try Contract.body("tradier/positions").changing("cost_basis", to: "cost")
        let answer = try await holdings(positions: renamed).answer
        #expect(answer.value.first?.positions.map(\.quantity) == [100, -2])
        #expect(answer.notes == ["Tradier no longer sends 'cost_basis' as it did (2 records)"])
        let error = try await connectorFailure { try await holdings(positions: #"{"holdings": []}"#) }
        #expect(error.detail == "the answer has no 'positions'")
    }

    private func chain(
        expirations: String? = nil,
        options: String? = nil,
        in dates: ClosedRange<TradingDate>? = nil
    ) async throws -> (answer: Sourced<OptionChain>, asked: [String?]) {
        let service = try Service(routes: [
            "GET /markets/options/expirations": .json(try expirations ?? Contract.body("tradier/expirations")),
            "GET /markets/options/chains": .json(try options ?? Contract.body("tradier/option_chain")),
            "GET /markets/quotes": .json(
                #"{"quotes": {"quote": {"symbol": "AAPL", "last": 200.5, "bid": 200.4, "ask": 200.6, "volume": 1,"#
                    + #" "prevclose": 199, "trade_date": 1795200000000, "bid_date": 1795200000000, "ask_date": 0}}}"#
            ),
        ])
        let answer = try await Tradier(service.environment).chain(of: "AAPL", expirations: dates)
        return (
            answer,
            service.requests("/markets/options/chains").map { $0.query["expiration"] }.sorted {
                ($0 ?? "") < ($1 ?? "")
            }
        )
    }

    @Test("Options of the wanted expirations come with quotes and Greeks; Greeks may be null")
    func options() async throws {
        let january = try day("2027-01-15")...day("2027-01-15")
        let (answer, asked) = try await chain(in: january)
        #expect(asked == ["2027-01-15"])
        #expect(answer.value.underlyingPrice == (try decimal("200.5")))
        #expect(answer.value.options.map(\.contract.symbol) == ["AAPL270115C00170000", "AAPL270115P00170000"])
        let put = answer.value.options[1]
        let quote = Quote(
            symbol: "AAPL270115P00170000",
            asOf: Date(timeIntervalSince1970: 1_795_200_000),
            bid: try decimal("1.5"),
            ask: try decimal("1.6"),
            last: try decimal("1.55"),
            previousClose: try decimal("1.7"),
            openInterest: 3957,
            volume: 436,
            source: "Tradier"
        )
        #expect(put.quote == quote)
        #expect(put.impliedVolatility == 0.391)
        #expect(
            put.greeks == ReportedGreeks(delta: -0.2216, gamma: 0.0081, theta: -0.0502, vega: 0.1341, rho: -0.0352)
        )
        #expect(answer.value.options[0].greeks == nil)
        #expect(answer.notes.isEmpty)
    }

    @Test("One expiration comes as a text, none as null; an expiration without options is empty")
    func oneExpiration() async throws {
        let one = try await chain(expirations: #"{"expirations": {"date": "2027-01-15"}}"#)
        #expect(one.asked == ["2027-01-15"])
        let none = try await chain(expirations: #"{"expirations": null}"#)
        #expect(none.asked.isEmpty)
        #expect(none.answer.value.options.isEmpty)
        let all = try await chain(options: Contract.variant("tradier/option_chain", when: "no chain"))
        #expect(all.asked == ["2026-11-27", "2026-12-18", "2027-01-15"])
        #expect(all.answer.value.options.isEmpty)
        let single = try Contract.variant("tradier/option_chain", when: "one contract only")
        let alone = try await chain(expirations: #"{"expirations": {"date": ["2027-01-15"]}}"#, options: single)
        #expect(alone.answer.value.options.map(\.contract.symbol) == ["AAPL270115P00170000"])
    }

    @Test("A volatility of 0 in the middle of the market is none; the smoothed one is taken")
    func smoothed() async throws {
        let body = try Contract.body("tradier/option_chain").changing(#""mid_iv":0.391"#, to: #""mid_iv":0"#)
        let answer = try await chain(expirations: #"{"expirations": {"date": "2027-01-15"}}"#, options: body).answer
        #expect(answer.value.options[1].impliedVolatility == 0.39)
    }

    @Test("A vega that no option can have per point is left out, with theta and rho, and said")
    func units() async throws {
        let body = try Contract.body("tradier/option_chain").changing(#""vega":0.1341"#, to: #""vega":13.41"#)
        let answer = try await chain(expirations: #"{"expirations": {"date": "2027-01-15"}}"#, options: body).answer
        #expect(answer.value.options[1].greeks == ReportedGreeks(delta: -0.2216, gamma: 0.0081))
        #expect(answer.notes == ["theta, vega and rho of 1 options are in a unit of their own and left out"])
    }

    @Test("Share classes have a slash at Tradier; what it does not know is left out; its time is the provider's")
    func quotes() async throws {
        let body = """
            {"quotes": {"quote": [
              {"symbol": "BRK/B", "last": 500.25, "bid": 0, "ask": 500.5, "volume": 12, "prevclose": null,
               "trade_date": 1795199940000, "bid_date": 1795200000000, "ask_date": 1795200000000},
              {"symbol": "SPX", "last": "6800.5", "bid": null, "ask": 0, "volume": 0, "prevclose": 6790,
               "trade_date": 1795199000000},
              {"symbol": "NEW", "last": null, "bid": null, "ask": null, "volume": 0, "prevclose": null, "trade_date": 0}
            ], "unmatched_symbols": {"symbol": "ZZZZ"}}}
            """
        let service = try Service(routes: ["GET /markets/quotes": .json(body)])
        let answer = try await Tradier(service.environment).quotes(of: ["BRK.B", "SPX", "NEW", "ZZZZ"])
        #expect(service.server.requests.first?.query["symbols"] == "BRK/B,SPX,NEW,ZZZZ")
        #expect(answer.value.map(\.symbol) == ["BRK.B", "SPX"])
        #expect(answer.value.map(\.asOf.timeIntervalSince1970) == [1_795_199_940, 1_795_199_000])
        #expect(answer.value.map(\.bid) == [nil, nil])
        #expect(answer.notes.isEmpty)
        #expect(answer.value.map(\.last) == [try decimal("500.25"), try decimal("6800.5")])
    }

    @Test("Daily bars are one, many or none; a day without prices is left out, and adjustment is not promised")
    func history() async throws {
        func history(_ body: String) async throws -> Sourced<PriceHistory> {
            let service = try Service(routes: ["GET /markets/history": .json(body)])
            let dates = try day("2026-11-16")...day("2026-11-20")
            let answer = try await Tradier(service.environment).history(of: "AAPL", in: dates)
            #expect(service.server.requests.first?.query["start"] == "2026-11-16")
            return answer
        }
        let bar = #"{"date": "2026-11-17", "open": 1.5, "high": 2, "low": 1.25, "close": 1.75, "volume": 9}"#
        let one = try await history(#"{"history": {"day": \#(bar)}}"#)
        #expect(one.value.bars.map(\.close) == [try decimal("1.75")])
        #expect(one.notes == ["Tradier does not say whether its daily prices are adjusted for splits"])
        let gap = bar.replacingOccurrences(of: "1.5,", with: "\"NaN\",").replacingOccurrences(of: "-17", with: "-16")
        let many = try await history(#"{"history": {"day": [\#(gap), \#(bar)]}}"#)
        #expect(many.value.bars.map(\.date) == [try day("2026-11-17")])
        #expect(many.notes.contains("1 of 2 bars of Tradier could not be read and are left out"))
        #expect(try await history(#"{"history": null}"#).value.bars.isEmpty)
    }
}
