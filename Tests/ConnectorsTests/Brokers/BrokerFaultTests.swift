import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing
import Transport

/// What goes wrong with any service, told by each connector in the same way.
@Suite("Faults of brokers")
struct BrokerFaultTests {
    /// A service that answers the first read of every connector with `reply`.
    private func service(_ reply: LoopbackReply) throws -> Service {
        let paths = ["/v2/stocks/snapshots", "/markets/quotes", "/market-data/by-type", "/v8/finance/chart/AAPL"]
        var routes = Dictionary(uniqueKeysWithValues: paths.map { ("GET " + $0, reply) })
        routes["POST /oauth/token"] = .json(#"{"access_token": "access-token-1", "expires_in": 900}"#)
        return try Service(routes: routes, settings: ["yahoo": ["enabled": ["true"]]], now: "2026-11-20T21:30:00Z")
    }

    private func failures(_ reply: LoopbackReply) async throws -> [ConnectorError] {
        let environment = try service(reply)
        let connectors: [any QuoteSource] = [
            Alpaca(environment.environment), Tradier(environment.environment), Tastytrade(environment.environment),
            Yahoo(environment.environment),
        ]
        var failures: [ConnectorError] = []
        for connector in connectors {
            let error = try await connectorFailure { try await connector.quotes(of: ["AAPL"]) }
            #expect(error.connector == connector.name)
            failures.append(error)
        }
        return failures
    }

    @Test(
        "Statuses",
        arguments: [
            (401, ConnectorError.Code.unauthorised), (403, .forbidden), (400, .requestRefused(status: 400)),
            (418, .requestRefused(status: 418)), (500, .serviceFailed(status: 500)), (503, .serviceFailed(status: 503)),
        ]
    )
    func statuses(_ status: Int, _ code: ConnectorError.Code) async throws {
        let errors = try await failures(.json(#"{"message": "because"}"#, status: status))
        #expect(errors.map(\.code) == Array(repeating: code, count: 4))
        #expect(errors.allSatisfy { $0.detail == "HTTP \(status) (because)" })
    }

    @Test(
        "The wait that a limit asks for",
        arguments: [
            (["Retry-After": "7"], 7), (["Retry-After": "Fri, 20 Nov 2026 21:31:00 GMT"], 60),
            (["X-RateLimit-Reset": "1795210242"], 42), (["X-Ratelimit-Expiry": "1795210260000"], 60),
            (["X-RateLimit-Reset": "30"], 30), (["X-RateLimit-Reset": "1795210100"], 0),
            (["X-RateLimit-Remaining": "0"], nil), ([:], nil),
        ] as [([String: String], Int?)]
    )
    func limits(_ headers: [String: String], _ seconds: Int?) async throws {
        let errors = try await failures(LoopbackReply(status: 429, headers: headers, "Quota Violation"))
        let wait = seconds.map { Duration.seconds($0) }
        #expect(errors.map(\.code) == Array(repeating: .rateLimited(retryAfter: wait), count: 4))
        #expect(errors.allSatisfy { $0.isTransient && $0.detail == "HTTP 429 (Quota Violation)" })
    }

    @Test(
        "Answers that are no answer",
        arguments: ["", "<html><body>Sign in</body></html>", #"{"AAPL": "#, "[]", "null", "17", #""text""#]
    )
    func garbled(_ body: String) async throws {
        let service = try service(LoopbackReply(headers: ["Content-Type": "application/json"], body))
        for connector in [
            Tradier(service.environment) as any QuoteSource, Tastytrade(service.environment),
            Yahoo(service.environment),
        ] {
            let error = try await connectorFailure { try await connector.quotes(of: ["AAPL"]) }
            #expect(error.code == .unexpectedAnswer)
        }
        // A snapshot is an object by symbol; null is Alpaca's empty one.
        guard body != "null" else { return }
        let error = try await connectorFailure { try await Alpaca(service.environment).quotes(of: ["AAPL"]) }
        #expect(error.code == .unexpectedAnswer)
    }

    @Test("A cut answer, a closed and a reset connection, and no server at all", arguments: 0..<3)
    func connections(_ number: Int) async throws {
        let replies = [LoopbackReply.json(#"{"AAPL": {"latestTrade": {"p": 1}}}"#).cut(after: 10), .closed, .reset]
        #expect(try await failures(replies[number]).allSatisfy { $0.code == .unreachable && $0.isTransient })
        let service = try service(.closed)
        service.server.stop()
        let error = try await connectorFailure { try await Alpaca(service.environment).quotes(of: ["AAPL"]) }
        #expect(error.code == .unreachable)
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

    @Test("A service that says nothing is given up")
    func silent() async throws {
        let service = try service(.silence)
        var environment = service.environment
        var transport = TestTransport(server: service.server)
        transport.patience = .milliseconds(50)
        environment.transport = transport
        for connector in [Alpaca(environment) as any QuoteSource, Tradier(environment)] {
            let error = try await connectorFailure { try await connector.quotes(of: ["AAPL"]) }
            #expect(error.code == .timedOut)
            #expect(error.isTransient)
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
