import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("What an Alpaca account holds")
struct AlpacaHoldingsTests {
    private func service(
        account: String? = nil,
        positions: String? = nil,
        settings: [String: [String: [String]]] = [:]
    ) throws -> Service {
        try Service(
            routes: [
                "GET /v2/account": .json(try account ?? Contract.body("alpaca/account")),
                "GET /v2/positions": .json(try positions ?? Contract.body("alpaca/positions")),
            ],
            settings: settings
        )
    }

    @Test("Shares and short options come with price per share, sign and balances")
    func positions() async throws {
        let service = try service()
        let answer = try await Alpaca(service.environment).holdings()
        let account = Account(broker: "alpaca", number: "PALPACA_123", nickname: "paper")
        let shares = HeldPosition(
            symbol: "AAPL",
            quantity: 100,
            averagePrice: try decimal("190.5"),
            mark: try decimal("312.51")
        )
        let puts = HeldPosition(
            symbol: "AAPL270115P00170000",
            multiplier: 100,
            quantity: -2,
            averagePrice: try decimal("1.55"),
            mark: try decimal("1.55")
        )
        let balances = AccountBalances(
            cash: try decimal("122086.5"),
            netLiquidation: try decimal("123346.11"),
            buyingPower: try decimal("245432.61"),
            optionBuyingPower: try decimal("122716.305")
        )
        #expect(answer.value == [AccountHoldings(account: account, positions: [shares, puts], balances: balances)])
        #expect(answer.source == "Alpaca paper")
        #expect(answer.asOf == nil)
        #expect(answer.notes.isEmpty)
        #expect(answer.value.first?.positions.last?.instrument.contract?.right == .put)
        let headers = try #require(service.server.requests.first).headers
        #expect(headers["apca-api-key-id"] == "alpaca-key-1234")
        #expect(headers["apca-api-secret-key"] == "alpaca-secret-5678")
    }

    @Test("Numbers may come as numbers, and a price may be null")
    func numbersAndNull() async throws {
        let positions = try Contract.body("alpaca/positions").changing(#""qty":"100""#, to: #""qty":100"#)
            .changing(#""current_price":"312.51""#, to: #""current_price":null"#)
            .changing(#""avg_entry_price":"190.5""#, to: #""avg_entry_price":190.5"#)
        let answer = try await Alpaca(try service(positions: positions).environment).holdings()
        let shares = try #require(answer.value.first?.positions.first)
        #expect(shares.quantity == 100)
        #expect(shares.averagePrice == (try decimal("190.5")))
        #expect(shares.mark == nil)
        #expect(answer.notes.isEmpty)
    }

    @Test("A short side with a positive quantity is short all the same")
    func side() async throws {
        let positions = try Contract.body("alpaca/positions").changing(#""qty":"-2""#, to: #""qty":"2""#)
        let answer = try await Alpaca(try service(positions: positions).environment).holdings()
        #expect(answer.value.first?.positions.map(\.quantity) == [100, -2])
    }

    @Test("The size of an adjusted contract follows from its cost")
    func adjusted() async throws {
        let positions = try Contract.body("alpaca/positions")
            .changing("AAPL270115P00170000", to: "AAPL1270115P00170000")
            .changing(#""cost_basis":"-310""#, to: #""cost_basis":"-465""#)
        let answer = try await Alpaca(try service(positions: positions).environment).holdings()
        #expect(answer.value.first?.positions.last?.multiplier == 150)
    }

    @Test("A renamed field is named; the position without it is left out, the others stay")
    func drift() async throws {
        let body = try Contract.body("alpaca/positions")
        let one = try body.changing(#""qty":"100""#, to: #""quantity":"100""#)
        let answer = try await Alpaca(try service(positions: one).environment).holdings()
        #expect(answer.value.first?.positions.map(\.symbol) == ["AAPL270115P00170000"])
        #expect(
            answer.notes == [
                "1 of 2 positions of Alpaca could not be read and are left out",
                "Alpaca no longer sends 'qty' as it did (1 record)",
            ]
        )
        let all = try body.changing(#""qty":"#, to: #""quantity":"#)
        let error = try await connectorFailure { try await Alpaca(try service(positions: all).environment).holdings() }
        #expect(error.code == .unexpectedAnswer)
        #expect(error.detail.contains("'qty'"))
        let prices = try body.changing(#""avg_entry_price""#, to: #""average""#)
        let unpriced = try await Alpaca(try service(positions: prices).environment).holdings()
        #expect(unpriced.value.first?.positions.map(\.averagePrice) == [nil, nil])
        #expect(unpriced.notes == ["Alpaca no longer sends 'avg_entry_price' as it did (2 records)"])
    }

    @Test("Other classes are left out with a note; no positions are no error")
    func otherClasses() async throws {
        let coins = try Contract.body("alpaca/positions").changing("us_option", to: "crypto")
        let answer = try await Alpaca(try service(positions: coins).environment).holdings()
        #expect(answer.value.first?.positions.count == 1)
        #expect(answer.notes == ["positions of the class crypto at Alpaca are left out"])
        let none = try await Alpaca(try service(positions: "[]").environment).holdings()
        #expect(none.value.first?.positions.isEmpty == true)
    }

    @Test("An answer of another shape is refused, not taken for an empty account", arguments: ["{}", "null", "\"ok\""])
    func wrongType(_ body: String) async throws {
        let error = try await connectorFailure { try await Alpaca(try service(positions: body).environment).holdings() }
        #expect(error.code == .unexpectedAnswer)
        let other = try await connectorFailure { try await Alpaca(try service(account: body).environment).holdings() }
        #expect(other.code == .unexpectedAnswer)
    }

    @Test("A live account is asked at the live address and is no paper account")
    func live() async throws {
        let service = try service(settings: ["alpaca": ["mode": ["live"]]])
        let answer = try await Alpaca(service.environment).holdings()
        #expect(answer.value.first?.account.nickname == nil)
        #expect(answer.source == "Alpaca")
    }

    @Test("Readiness names what is missing")
    func readiness() throws {
        func readiness(_ keys: [String: String], _ settings: [String: [String]] = [:]) throws -> ConnectorReadiness {
            let service = try Service(keys: keys)
            var environment = service.environment
            for (name, list) in settings { environment.settings.set("alpaca", name, list) }
            return Alpaca(environment).readiness
        }
        #expect(try readiness(Service.keys) == .ready)
        #expect(try readiness(["APCA_API_KEY_ID": "key", "APCA_API_SECRET_KEY": "secret"]) == .ready)
        #expect(try readiness([:]) == .notConfigured(reason: "no key", nextStep: "set ALPACA_API_KEY_ID"))
        let half = ["ALPACA_API_KEY_ID": "key"]
        #expect(try readiness(half) == .notConfigured(reason: "no key", nextStep: "set ALPACA_API_SECRET_KEY"))
        let off = ConnectorReadiness.disabled(nextStep: "set connectors.alpaca.enabled to true in config.yaml")
        #expect(try readiness(Service.keys, ["enabled": ["false"]]) == off)
        let addresses = [
            "http://example.com", "ftp://example.com", "http://localhost@example.com", "https://",
            "https://data.alpaca.markets@example.com", "http://127.0.0.1.example.com",
        ]
        for address in addresses {
            guard case .notConfigured(let reason, _) = try readiness(Service.keys, ["data_url": [address]]) else {
                Issue.record("\(address) was taken")
                continue
            }
            #expect(reason == "data_url is no https address")
        }
        #expect(try readiness(Service.keys, ["mode": ["paper?"]]) != .ready)
    }
}
