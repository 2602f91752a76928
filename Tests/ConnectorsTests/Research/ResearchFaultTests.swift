import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Testing
import Transport

/// What every service that is asked over HTTP does when it is badly treated.
@Suite struct ResearchFaultTests {
    /// A connector, what it is given, and one question to it.
    struct Subject: Sendable, CustomTestStringConvertible {
        var name: String
        var secrets: [String: String]
        var settings: [String: [String]]
        var ask: @Sendable (ConnectorEnvironment) async throws -> Void
        var testDescription: String { name }
    }

    static let secret = "S3CRETw0rdsThatMustNotShow"

    /// The identifier stands for a secret; the key itself is a throw-away one.
    private static let kalshiSecrets = [
        "KALSHI_API_KEY_ID": secret,
        "KALSHI_PRIVATE_KEY": (try? KalshiAccountTests.Vector.read())?.private_key_pem ?? "",
    ]

    static let subjects: [Subject] = [
        Subject(name: "kalshi", secrets: kalshiSecrets, settings: [:]) { environment in
            _ = try await Kalshi(environment).predictionPositions()
        },
        Subject(name: "kalshi", secrets: [:], settings: [:]) { environment in
            _ = try await Kalshi(environment).markets(PredictionFilter())
        },
        Subject(name: "finnhub", secrets: ["FINNHUB_API_KEY": secret], settings: [:]) { environment in
            _ = try await Finnhub(environment).earnings(of: ["A"], in: day("2026-11-24")...day("2026-11-30"))
        },
        Subject(name: "finnhub", secrets: ["FINNHUB_API_KEY": secret], settings: [:]) { environment in
            _ = try await Finnhub(environment).news(about: ["A"], since: ResearchService.now, limit: 5)
        },
        Subject(name: "alphavantage", secrets: ["ALPHAVANTAGE_API_KEY": secret], settings: [:]) { environment in
            _ = try await AlphaVantage(environment).earnings(of: [], in: day("2026-11-24")...day("2026-11-30"))
        },
        Subject(name: "fred", secrets: ["FRED_API_KEY": secret], settings: [:]) { environment in
            _ = try await FRED(environment).series("DGS3MO", in: day("2026-11-01")...day("2026-11-30"))
        },
        Subject(name: "sec", secrets: [:], settings: ["contact": ["owner@example.com"]]) { environment in
            _ = try await SECEdgar(environment).filings(of: "TSLA", forms: [], limit: 1)
        },
        Subject(name: "feeds", secrets: [:], settings: [:]) { environment in
            var environment = environment
            let url = environment.settings["feeds", "url"] ?? ""
            environment.settings.set("feeds", "urls", [url + "/feed?token=" + secret])
            _ = try await NewsFeeds(environment).news(about: [], since: ResearchService.now, limit: 5)
        },
    ]

    /// A fault, and what it is to be called; nil for any code.
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var code: ConnectorError.Code?
        var reply: LoopbackReply
        var testDescription: String { name }
    }

    /// Words of a service that repeat the key.
    private static let words =
        #"{"error": "no: S3CRETw0rdsThatMustNotShow", "error_message": "S3CRETw0rdsThatMustNotShow"}"#

    static let faults: [Fault] = [
        Fault(name: "401", code: .unauthorised, reply: .json(words, status: 401)),
        Fault(name: "403", code: .forbidden, reply: .json(words, status: 403)),
        Fault(name: "404", code: .notFound, reply: .json(words, status: 404)),
        Fault(name: "429", code: .rateLimited(retryAfter: nil), reply: .json(words, status: 429)),
        Fault(
            name: "429 with seconds",
            code: .rateLimited(retryAfter: .seconds(7)),
            reply: .json(words, status: 429, headers: ["Retry-After": "7"])
        ),
        Fault(
            name: "429 with a moment",
            code: .rateLimited(retryAfter: .seconds(30)),
            reply: .json(words, status: 429, headers: ["X-RateLimit-Reset": "1795539630"])
        ),
        Fault(name: "500", code: .serviceFailed(status: 500), reply: .json(words, status: 500)),
        Fault(name: "503 with a page", code: .serviceFailed(status: 503), reply: LoopbackReply(status: 503, "<html>")),
        Fault(name: "no JSON", code: .unexpectedAnswer, reply: LoopbackReply("{\"a\": ")),
        Fault(name: "another JSON", code: nil, reply: .json("[[\"\(secret)\"]]")),
        Fault(name: "a number", code: nil, reply: .json("7")),
        Fault(name: "nothing", code: .unexpectedAnswer, reply: LoopbackReply("")),
        Fault(name: "cut", code: .unreachable, reply: LoopbackReply.json("{\"markets\": []}").cut(after: 3)),
        Fault(name: "closed", code: .unreachable, reply: .closed),
        Fault(name: "garbled", code: .unexpectedAnswer, reply: .garbled),
        Fault(name: "silence", code: .timedOut, reply: .silence),
    ]

    @Test(arguments: subjects, faults)
    func callsFaultsByTheirNames(_ subject: Subject, _ fault: Fault) async throws {
        let service = try ResearchService(
            subject.name,
            secrets: subject.secrets,
            settings: subject.settings,
            patience: fault.name == "silence" ? .milliseconds(50) : .seconds(5)
        ) { _ in fault.reply }
        let error = try await #require(throws: ConnectorError.self) { try await subject.ask(service.environment) }
        if let code = fault.code { #expect(error.code == code) }
        #expect(error.connector == subject.name)
        var dumped = ""
        dump(error, to: &dumped)
        let knowsSecret = !subject.secrets.isEmpty || subject.name == "feeds"
        for text in [error.description, error.detail, error.nextStep, dumped, String(reflecting: error)] {
            #expect(!knowsSecret || !text.contains(Self.secret))
            #expect(!text.contains("http://"))
        }
        // A question that was refused is not asked again by the connector.
        #expect(service.server.requests.count <= 1)
    }

    @Test func nobodyListens() async throws {
        for subject in Self.subjects {
            let service = try ResearchService(
                subject.name,
                secrets: subject.secrets,
                settings: subject.settings
            ) { _ in LoopbackReply() }
            // Port 1 is nobody's; one that a server has left may be another test's a moment later.
            var changed = service.environment
            changed.settings.set(subject.name, "url", ["http://127.0.0.1:1"])
            let environment = changed
            let error = try await #require(throws: ConnectorError.self) { try await subject.ask(environment) }
            #expect([.unreachable, .timedOut].contains(error.code))
            #expect(!error.description.contains(Self.secret))
        }
    }

    @Test func switchedOffIsSwitchedOff() async throws {
        for subject in Self.subjects {
            let service = try ResearchService(
                subject.name,
                secrets: subject.secrets,
                settings: subject.settings.merging(["enabled": ["false"]]) { $1 }
            ) { _ in LoopbackReply() }
            let environment = service.environment
            let error = try await #require(throws: ConnectorError.self) { try await subject.ask(environment) }
            #expect(error.code == .notConfigured)
            #expect(error.nextStep.contains("connectors.\(subject.name).enabled"))
            #expect(service.server.requests.isEmpty)
        }
    }

    /// The alternative forms of the same key: nothing of a connector prints it.
    @Test func connectorsDoNotPrintTheirKeys() throws {
        let secrets = [
            "FINNHUB_API_KEY": Self.secret, "ALPHAVANTAGE_API_KEY": Self.secret, "FRED_API_KEY": Self.secret,
        ]
        let service = try ResearchService("finnhub", secrets: [:]) { _ in LoopbackReply() }
        var environment = service.environment
        environment.secrets = HiddenSecrets(values: secrets)
        for connector in [Finnhub(environment), AlphaVantage(environment), FRED(environment)] as [any Connector] {
            #expect(connector.readiness == .ready)
            var dumped = ""
            dump(connector, to: &dumped)
            #expect(!dumped.contains(Self.secret))
        }
    }
}

/// Secrets behind a closure, so that nothing but a connector's own copy could print them.
private struct HiddenSecrets: SecretSource {
    private let read: @Sendable (String) -> Secret?

    init(values: [String: String]) {
        let secrets = values.mapValues(Secret.init)
        read = { secrets[$0] }
    }

    func secret(_ name: String) throws -> Secret? { read(name) }
}
