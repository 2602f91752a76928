import Connectors
import Foundation
import JSON
import MagnusTestSupport
import Testing
import Transport

/// One kind of data of one connector, with answers of its service that hold some of it.
struct Subject: Sendable, CustomTestStringConvertible {
    /// What came of asking.
    struct Reading: Sendable, Hashable {
        /// All values, written out.
        var values: String
        var notes: [String]

        init<Value>(_ answer: Sourced<Value>) {
            values = "\(answer.value)"
            notes = answer.notes
        }
    }

    /// `tradier`.
    var connector: String
    /// `activity`.
    var data: String
    /// Answers by path, or by tool of a Model Context Protocol server.
    var answers: [String: String]
    /// The answer that faults are done to: a key of `answers`.
    var primary: String
    /// What the owner is told about the answers as they are.
    var notes: [String] = []
    /// Fields whose loss changes what is read and is not told, with the reason.
    var untold: [String: String] = [:]
    /// Whether the question fails without the primary answer.
    var isNeeded = true
    var ask: Ask

    /// A question to a connector that is made with the environment.
    typealias Ask = @Sendable (ConnectorEnvironment) async throws -> Reading

    init(
        _ connector: String,
        _ data: String,
        _ answers: [String: String],
        primary: String,
        notes: [String] = [],
        isNeeded: Bool = true,
        _ ask: @escaping Ask
    ) {
        self.connector = connector
        self.data = data
        self.answers = answers
        self.primary = primary
        self.notes = notes
        self.isNeeded = isNeeded
        self.ask = ask
    }

    /// The subject with fields that it is silent about.
    func silent(_ untold: [String: String]) -> Subject {
        var subject = self
        subject.untold = untold
        return subject
    }

    /// Fields whose new name is not told, by subject, with the reason.
    private static let untold: [String: [String: String]] = [
        "alpaca activity": ["type": "only words beside a fill"],
        "alpaca chain": ["latestTrade": "a new contract has none"],
        "kalshi markets": ["cap_strike": "a market has a strike or none", "floor_strike": "a market has one or none"],
        "robinhood accounts": ["nickname": "not every account has one"],
        "robinhood chain": ["guide": "no data: it marks the wrapping, and the list inside is named"],
        "robinhood earnings": ["guide": "no data: it marks the wrapping, and the list inside is named"],
        "robinhood orders of options": ["created_at": "the first of three times is named"],
        "robinhood orders of shares": ["guide": "no data: it marks the wrapping, and the list inside is named"],
        "robinhood watchlists": ["guide": "no data: it marks the wrapping, and the list inside is named"],
        "sec figures": [
            "Revenues": "a concept is data: the error names those that are near",
            "us-gaap": "a taxonomy is data", "start": "a figure of one day has none",
        ],
        "sec filings": ["items": "only some forms have them"],
        "tastytrade accounts": ["nickname": "not every account has one"],
        "tastytrade earnings": ["earnings": "a fund has none"],
        "tastytrade volatility": ["earnings": "a fund has none"],
        "tradier accounts": ["type": "a name for the owner; the number stands in for it"],
        "tradingview watchlists": ["name": "a list without a name has a color"],
        "yahoo history": ["events": "without splits and dividends there are none"],
    ]

    /// All kinds of data that come from services in JSON.
    static let all: [Subject] = {
        do {
            let subjects =
                try alpaca() + tradier() + tastytrade() + yahoo() + robinhood() + tradingView() + research()
            return subjects.map { $0.silent(untold[$0.testDescription] ?? [:]) }
        } catch {
            preconditionFailure("the answers of the contracts cannot be read: \(error)")
        }
    }()

    var testDescription: String { "\(connector) \(data)" }

    /// The moment at which everything is asked: 16:30 in New York.
    static let now = Date(timeIntervalSince1970: 1_795_210_200)

    /// A secret that is in every connector's keys.
    static let secret = "S3CRETw0rdsThatMustNotShow"

    /// The service with `answer` in place of the primary one.
    func service(answering answer: String? = nil) throws -> SubjectService {
        var answers = answers
        if let answer { answers[primary] = answer }
        return try SubjectService(answers: answers, now: Subject.now)
    }

    /// What is read of the answers, `answer` in place of the primary one.
    func read(_ answer: String? = nil) async throws -> Result<Reading, ConnectorError> {
        let service = try service(answering: answer)
        do {
            return .success(try await ask(service.environment))
        } catch let error as ConnectorError {
            return .failure(error)
        }
    }
}

/// A service behind a loopback server, found by every connector under its setting.
struct SubjectService {
    let server: LoopbackServer
    let environment: ConnectorEnvironment
    private let folder: TemporaryFolder

    /// A service that gives `answers`.
    ///
    /// - Parameters:
    ///   - faults: Replies in place of answers, by path; `/mcp` for all calls of tools.
    ///   - patience: How long a first byte may take.
    ///   - address: Where connectors look for the service, instead of where it is.
    init(
        answers: [String: String],
        faults: [String: LoopbackReply] = [:],
        now: Date,
        patience: Duration = .seconds(20),
        address: String? = nil
    ) throws {
        let folder = try TemporaryFolder()
        server = try LoopbackServer { request in
            if request.path == "/oauth/token" {
                return .json(##"{"access_token": "\##(Subject.secret)", "expires_in": 900}"##)
            }
            if request.path == "/" {
                return LoopbackReply(status: 404, headers: ["Set-Cookie": "A3=d=x&S=y; Domain=.yahoo.com; Secure"])
            }
            if request.path == "/v1/test/getcrumb" { return LoopbackReply("haT3oykhHqZ") }
            guard request.path == "/mcp" else {
                return faults[request.path] ?? answers[request.path].map { .json($0) } ?? LoopbackReply(status: 404)
            }
            let tools = answers.keys.filter { !$0.hasPrefix("/") }.sorted().map {
                #"{"name":"\#($0)","inputSchema":{"type":"object","properties":{"list_id":{"type":"string"}}}}"#
            }
            let isCall = WireValue(json: request.body)?["method"] == .text("tools/call")
            if isCall, let fault = faults["/mcp"] { return fault }
            return ScriptedMCP.reply(to: request, tools: tools.joined(separator: ",")) { id, params in
                .json(ScriptedMCP.text(id, answers[params["name"]?.string ?? ""] ?? #"{"data":{"results":[]}}"#))
            }
        }
        self.folder = folder
        let address = address ?? server.baseURL
        let settings = SubjectService.settings(address)
        environment = ConnectorEnvironment(
            transport: OnceTransport(server: server, patience: patience),
            settings: ConnectorSettings(settings),
            secrets: FixedSecrets(SubjectService.secrets),
            clock: { now },
            folder: folder.path("private")
        )
        for name in ["robinhood", "tradingview"] {
            let tokens = OAuthTokens(
                access: Secret(Subject.secret),
                details: ["resource": address + "/mcp"]
            )
            try TokenFile(name, in: environment).save(tokens)
        }
    }

    private static func settings(_ url: String) -> [String: [String: [String]]] {
        [
            "alpaca": ["trading_url": [url], "data_url": [url]],
            "tradier": ["url": [url]], "tastytrade": ["url": [url]],
            "yahoo": ["url": [url], "crumb_url": [url], "cookie_url": [url], "enabled": ["true"]],
            "robinhood": ["url": [url + "/mcp"]], "tradingview": ["url": [url + "/mcp"]],
            "kalshi": ["url": [url]], "finnhub": ["url": [url]], "alphavantage": ["url": [url]],
            "fred": ["url": [url]], "sec": ["url": [url], "contact": ["owner@example.com"]],
            "feeds": ["urls": [url + "/feed?token=" + Subject.secret]],
        ]
    }

    private static let secrets: [String: String] = {
        var secrets = Dictionary(
            uniqueKeysWithValues: [
                "ALPACA_API_KEY_ID", "ALPACA_API_SECRET_KEY", "TRADIER_TOKEN", "TASTYTRADE_CLIENT_SECRET",
                "TASTYTRADE_REFRESH_TOKEN", "FINNHUB_API_KEY", "ALPHAVANTAGE_API_KEY", "FRED_API_KEY",
                "KALSHI_API_KEY_ID",
            ].map { ($0, Subject.secret) }
        )
        secrets["KALSHI_PRIVATE_KEY"] = (try? KalshiAccountTests.Vector.read())?.private_key_pem
        return secrets
    }()
}
