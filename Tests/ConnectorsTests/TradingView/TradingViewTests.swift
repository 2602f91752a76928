import Connectors
import Foundation
import JSON
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20)))
struct TradingViewTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func environment(_ settings: [String: [String]]) -> ConnectorEnvironment {
        ConnectorEnvironment(
            transport: testTransport(),
            settings: ConnectorSettings(["tradingview": settings]),
            secrets: NoSecrets(),
            clock: { Date(timeIntervalSince1970: 1_795_208_400) },
            folder: folder.path("private")
        )
    }

    private func connector(_ settings: [String: [String]]) -> TradingView {
        TradingView(environment: environment(settings), version: "1")
    }

    private func fixture(_ name: String, filePath: String = #filePath) throws -> String {
        let tests = URL(fileURLWithPath: filePath).deletingLastPathComponent().deletingLastPathComponent()
        let url = tests.appendingPathComponent("Fixtures/TradingView/\(name)")
        return String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    @Test func itNeedsFilesOrASignIn() throws {
        #expect(!connector([:]).readiness.isReady)
        #expect(connector(["files": ["/x/list.txt"]]).readiness == .ready)
        #expect(!connector(["files": ["/x/list.txt"], "enabled": ["no"]]).readiness.isReady)
    }

    @Test(arguments: ["watchlist_export.txt", "watchlist_export_multiline.txt"])
    func anExportedListIsReadWithItsSections(name: String) async throws {
        let path = try folder.write(try fixture(name), to: "Wheel.txt")
        let changed = Date(timeIntervalSince1970: 1_790_000_000)
        try FileManager.default.setAttributes([.modificationDate: changed], ofItemAtPath: path)
        let answer = try await connector(["files": [path]]).watchlists()
        let list = try #require(answer.value.first)
        #expect(answer.value.count == 1)
        #expect(answer.notes.isEmpty)
        #expect(list.name == "Wheel")
        #expect(list.synced == changed)
        #expect(list.sections.map(\.title) == ["PUTS", "CALLS"])
        #expect(
            list.sections[0].entries == [
                Watchlist.Entry(exchange: "NASDAQ", symbol: "AAPL"),
                Watchlist.Entry(exchange: "NASDAQ", symbol: "NVDA"),
            ]
        )
        #expect(list.sections[1].entries.first == Watchlist.Entry(exchange: "AMEX", symbol: "SPY"))
        if name == "watchlist_export.txt" {
            #expect(list.symbols == ["AAPL", "NVDA", "SPY", "BRK.B", "VIX"])
        }
    }

    @Test func aFolderGivesAllItsListsAndWhatIsNoSymbolIsCounted() async throws {
        try folder.write(
            "\u{FEFF}aapl, NASDAQ:MSFT\r\n\r\n ES1! ,NASDAQ:AAPL/NASDAQ:QQQ,a b,A:B:C,",
            to: "lists/one.txt"
        )
        try folder.write("###EMPTY\n", to: "lists/two.txt")
        try folder.write("# notes, not a list", to: "lists/readme.md")
        let answer = try await connector(["files": [folder.path("lists")]]).watchlists()
        #expect(answer.value.map(\.name) == ["one", "two"])
        #expect(answer.value.first?.symbols == ["AAPL", "MSFT", "ES1!"])
        #expect(answer.value.last?.sections == [Watchlist.Section(title: "EMPTY", entries: [])])
        #expect(answer.notes == ["3 entries of one.txt are no symbols and are left out"])
    }

    @Test func aMissingFileIsToldAndAllMissingIsAnError() async throws {
        let path = try folder.write("NYSE:F", to: "a.txt")
        let answer = try await connector(["files": [path, "/no/such/list.txt"]]).watchlists()
        #expect(answer.value.map(\.name) == ["a"])
        #expect(answer.notes.count == 1)
        let error = await #expect(throws: ConnectorError.self) {
            try await connector(["files": ["/no/such/list.txt"]]).watchlists()
        }
        #expect(error?.code == .unreadable)
        #expect(error?.description.contains("/no/such/list.txt") == true)
    }

    // MARK: The server

    /// A signed-in connector with a scripted server that answers its two tools.
    private func served(
        _ settings: [String: [String]] = [:],
        answer: @escaping @Sendable (_ tool: String, _ arguments: WireValue) -> String
    ) throws -> (TradingView, LoopbackServer) {
        let tools = WireValue(json: Data(try fixture("mcp_tools.json").utf8))?["read_tools"]?.items ?? []
        let schema = #"{"type":"object","properties":{"watchlist_id":{"type":"string"}}}"#
        let offered = tools.compactMap(\.string).map { #"{"name":"\#($0)","inputSchema":\#(schema)}"# }
        let server = try LoopbackServer { request in
            ScriptedMCP.reply(to: request, tools: offered.joined(separator: ",")) { id, params in
                let text = answer(params["name"]?.string ?? "", params["arguments"] ?? .null)
                return .json(ScriptedMCP.result(id, #"{"content":[],"structuredContent":\#(text)}"#))
            }
        }
        let environment = environment(settings.merging(["url": [server.baseURL + "/mcp"]]) { $1 })
        let tokens = OAuthTokens(access: Secret("token"), details: ["resource": server.baseURL + "/mcp"])
        try TokenFile("tradingview", in: environment).save(tokens)
        return (TradingView(environment: environment, version: "1"), server)
    }

    @Test func listsOfTheServerAreReadWithTheirSymbols() async throws {
        let (connector, server) = try served { tool, arguments in
            guard tool == "mcp-watchlist-get-watchlist" else {
                return """
                    {"watchlists":[{"id":101,"name":"Wheel","symbols":["###PUTS","NASDAQ:AAPL"]},
                     {"id":102,"name":"","color":"red"}]}
                    """
            }
            return arguments["watchlist_id"] == .text("102")
                ? #"{"watchlist":{"id":102,"name":"Red","symbols":["NYSE:F"]}}"# : #"{"watchlist":{}}"#
        }
        #expect(connector.readiness == .ready)
        let lists = try await connector.watchlists().value
        #expect(lists.map(\.name) == ["Wheel", "Red"])
        #expect(
            lists[0].sections == [
                Watchlist.Section(title: "PUTS", entries: [Watchlist.Entry(exchange: "NASDAQ", symbol: "AAPL")])
            ]
        )
        #expect(lists[1].symbols == ["F"])
        #expect(lists[0].synced == Date(timeIntervalSince1970: 1_795_208_400))
        #expect(server.requests.first?.headers["authorization"] == "Bearer token")
    }

    @Test func aServerOfAnotherShapeIsANoteBesideFilesAndAnErrorWithoutThem() async throws {
        let path = try folder.write("NYSE:F", to: "a.txt")
        let answer: @Sendable (String, WireValue) -> String = { _, _ in #"{"lists":[]}"# }
        let both = try served(["files": [path]], answer: answer)
        let lists = try await both.0.watchlists()
        #expect(lists.value.map(\.name) == ["a"])
        #expect(lists.notes.count == 1)
        let alone = try served(answer: answer)
        let error = await #expect(throws: ConnectorError.self) { try await alone.0.watchlists() }
        #expect(error?.code == .unexpectedAnswer)
    }

    @Test func noToolThatWritesIsOnTheList() throws {
        let tools = try #require(WireValue(json: Data(try fixture("mcp_tools.json").utf8)))
        let writing = tools["write_tools_never_allow"]?.items.compactMap(\.string) ?? []
        #expect(writing.count == 8)
        #expect(TradingView.readTools.isDisjoint(with: writing))
        #expect(TradingView.readTools.isSubset(of: tools["read_tools"]?.items.compactMap(\.string) ?? []))
    }
}
