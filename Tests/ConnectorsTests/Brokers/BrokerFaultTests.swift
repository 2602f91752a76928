import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing
import Transport

/// Keys, cancellation and what is sent. What goes wrong with answers is in `FaultMatrixTests`.
@Suite("Faults of brokers")
struct BrokerFaultTests {
    /// A service that answers the first read of every connector with `reply`.
    private func service(_ reply: LoopbackReply) throws -> Service {
        let paths = ["/v2/stocks/snapshots", "/markets/quotes", "/market-data/by-type", "/v8/finance/chart/AAPL"]
        var routes = Dictionary(uniqueKeysWithValues: paths.map { ("GET " + $0, reply) })
        routes["POST /oauth/token"] = .json(#"{"access_token": "access-token-1", "expires_in": 900}"#)
        return try Service(routes: routes, settings: ["yahoo": ["enabled": ["true"]]], now: "2026-11-20T21:30:00Z")
    }

    @Test("A key that a service repeats stands in no error, nor do control characters")
    func secrets() async throws {
        let service = try service(LoopbackReply(status: 401, "Invalid Access Token"))
        let error = try await connectorFailure { try await Tradier(service.environment).quotes(of: ["AAPL"]) }
        #expect(error.detail == "HTTP 401 (Invalid Access Token)")
        #expect(error.nextStep == "check TRADIER_TOKEN; the sandbox has a token of its own")
        let echo = try self.service(
            LoopbackReply.json(#"{"message": "tradier-token-1234 alpaca-secret-5678 \u001b]0;x"}"#, status: 403)
        )
        for connector in [Alpaca(echo.environment) as any QuoteSource, Tradier(echo.environment)] {
            let error = try await connectorFailure { try await connector.quotes(of: ["AAPL"]) }
            let own = connector.name == "alpaca" ? "alpaca-secret-5678" : "tradier-token-1234"
            #expect(!error.description.contains(own))
            #expect(error.description.contains("••••"))
            #expect(!error.description.contains("\u{1b}"))
        }
    }

    @Test("Cancelling a read ends it")
    func cancelled() async throws {
        let service = try service(.silence)
        let task = Task { try await Alpaca(service.environment).quotes(of: ["AAPL"]) }
        await service.server.requestsArrived(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await service.server.clientClosed(1)
    }

    @Test("Whatever is asked of them, connectors send nothing but reads and requests for tokens")
    func readsAlone() async throws {
        let service = try service(LoopbackReply(status: 404))
        let environment = service.environment
        let dates = try day("2026-11-01")...day("2026-11-20")
        func ask(_ connector: any Connector) async {
            func attempt(_ read: () async throws -> some Any) async { _ = try? await read() }
            if let source = connector as? any HoldingsSource { await attempt { try await source.holdings() } }
            if let source = connector as? any QuoteSource {
                await attempt { try await source.quotes(of: ["AAPL", "AAPL270115P00170000"]) }
            }
            if let source = connector as? any OptionChainSource {
                await attempt { try await source.chain(of: "AAPL", expirations: nil) }
            }
            if let source = connector as? any PriceHistorySource {
                await attempt { try await source.history(of: "AAPL", in: dates) }
            }
            if let source = connector as? any ActivitySource {
                await attempt { try await source.activity(since: dates.lowerBound) }
            }
            if let source = connector as? any VolatilitySource {
                await attempt { try await source.volatility(of: ["AAPL"]) }
            }
            if let source = connector as? any EarningsSource {
                await attempt { try await source.earnings(of: ["AAPL"], in: dates) }
            }
            if let source = connector as? any NewsSource {
                await attempt { try await source.news(about: ["AAPL"], since: service.clock.now, limit: 5) }
            }
        }
        for connector in [
            Alpaca(environment) as any Connector, Tradier(environment), Tastytrade(environment), Yahoo(environment),
        ] {
            await ask(connector)
        }
        let requests = service.server.requests
        #expect(requests.count > 15)
        #expect(requests.filter { $0.method != "GET" }.allSatisfy { $0.method == "POST" && $0.path == "/oauth/token" })
        #expect(requests.contains { $0.method == "POST" })
        #expect(requests.filter { $0.method == "GET" }.allSatisfy { $0.body.isEmpty })
    }
}
