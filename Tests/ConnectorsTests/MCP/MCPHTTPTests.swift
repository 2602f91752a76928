import Connectors
import Foundation
import JSON
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20)))
struct MCPHTTPTests {
    private func client(
        _ server: LoopbackServer,
        authorization: (any MCPAuthorization)? = nil
    ) -> MCPClient {
        let channel = MCPHTTPChannel(
            server: "x",
            endpoint: server.baseURL + "/mcp",
            transport: testTransport(),
            authorization: authorization,
            maximumMessageBytes: 100_000
        )
        return MCPClient(channel: channel, version: "0.1.0", limits: MCPServers.patience)
    }

    @Test func theConversationIsThatOfTheSpecification() async throws {
        let server = try LoopbackServer { request in
            ScriptedMCP.reply(to: request, session: "1868a90c") { id, _ in
                ScriptedMCP.events([
                    #"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":2,"progress":0.5}}"#,
                    ScriptedMCP.result(id, #"{"content":[{"type":"text","text":"{\"data\":{\"accounts\":[]}}"}]}"#),
                ])
            }
        }
        let client = client(server)
        let result = try await client.call("get_accounts")
        #expect(result.value == .object(["data": .object(["accounts": .list([])])]))
        await client.close()

        let requests = server.requests
        #expect(requests.map(\.method) == ["POST", "POST", "POST", "DELETE"])
        #expect(requests.allSatisfy { $0.path == "/mcp" })
        for request in requests.dropLast() {
            #expect(request.headers["accept"] == "application/json, text/event-stream")
            #expect(request.headers["content-type"] == "application/json")
        }
        #expect(requests[0].headers["mcp-session-id"] == nil)
        #expect(requests[0].headers["mcp-protocol-version"] == nil)
        let greeting = try #require(WireValue(json: requests[0].body))
        #expect(greeting["params"]?["protocolVersion"] == .text("2025-06-18"))
        #expect(greeting["params"]?["clientInfo"] == .object(["name": .text("magnus"), "version": .text("0.1.0")]))
        for request in requests[1...2] {
            #expect(request.headers["mcp-session-id"] == "1868a90c")
            #expect(request.headers["mcp-protocol-version"] == "2025-06-18")
        }
        #expect(requests[3].headers["mcp-session-id"] == "1868a90c")
    }

    @Test(arguments: [400, 404, 405])
    func whatTheServerSaysToTheEndOfTheSessionDoesNotMatter(status: Int) async throws {
        let server = try LoopbackServer { request in
            request.method == "DELETE" ? LoopbackReply(status: status) : ScriptedMCP.reply(to: request, session: "s")
        }
        let client = client(server)
        try await client.connect()
        await client.close()
        #expect(server.requests.last?.method == "DELETE")
    }

    @Test func anEndedSessionIsBegunAgainOnceAndTheCallRepeated() async throws {
        let server = try LoopbackServer { ScriptedMCP.reply(to: $0, session: "first") }
        let client = client(server)
        try await client.connect()
        server.script("POST /mcp", LoopbackReply(status: 404))
        #expect(try await client.call("t").text == "ok")
        let methods = server.requests.compactMap { WireValue(json: $0.body)?["method"]?.string }
        #expect(methods.filter { $0 == "initialize" }.count == 2)
        #expect(methods.filter { $0 == "tools/call" }.count == 2)
        // Greeted without the session that had ended.
        let second = server.requests.last { WireValue(json: $0.body)?["method"] == .text("initialize") }
        #expect(second?.headers["mcp-session-id"] == nil)
        await client.close()
    }

    @Test func aSessionThatIsAlwaysEndedIsAnErrorNotALoop() async throws {
        let server = try LoopbackServer { request in
            WireValue(json: request.body)?["method"] == .text("tools/call")
                ? LoopbackReply(status: 404) : ScriptedMCP.reply(to: request, session: "s")
        }
        let client = client(server)
        let error = await #expect(throws: MCPError.self) { try await client.call("t") }
        #expect(error?.code == .sessionExpired)
        await client.close()
    }

    @Test func manyCallsOfAnEndedSessionBeginOneNewOne() async throws {
        let server = try LoopbackServer { request in
            // The first session is over for everyone; any other is good.
            if request.headers["mcp-session-id"] == "1" { return LoopbackReply(status: 404) }
            return ScriptedMCP.reply(to: request, session: "2")
        }
        server.script(
            "POST /mcp",
            .json(ScriptedMCP.greeting(1), headers: ["Mcp-Session-Id": "1"]),
            LoopbackReply(status: 202)
        )
        let client = client(server)
        try await client.connect()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await client.call("t") } }
            try await group.waitForAll()
        }
        let greetings = server.requests.filter { WireValue(json: $0.body)?["method"] == .text("initialize") }
        #expect(greetings.count == 2)
        await client.close()
    }

    @Test func aDemandToSignInIsReportedWithItsChallenge() async throws {
        let challenge = #"Bearer resource_metadata="https://host/.well-known/oauth-protected-resource""#
        let server = try LoopbackServer { _ in LoopbackReply(status: 401, headers: ["WWW-Authenticate": challenge]) }
        let error = await #expect(throws: MCPError.self) { try await client(server).connect() }
        #expect(error?.code == .unauthorised(challenge: challenge))
    }

    @Test func aRefusedTokenIsRenewedOnceAndSentWithEveryRequest() async throws {
        let server = try LoopbackServer { request in
            request.headers["authorization"] == "Bearer new"
                ? ScriptedMCP.reply(to: request, session: "s") : LoopbackReply(status: 401)
        }
        let accepted = client(server, authorization: FixedTokens(first: "old", second: "new"))
        #expect(try await accepted.call("t").text == "ok")
        await accepted.close()
        let refused = client(server, authorization: FixedTokens(first: "old", second: "older"))
        let count = server.requests.count
        let error = await #expect(throws: MCPError.self) { try await refused.connect() }
        #expect(error?.code == .unauthorised(challenge: nil))
        #expect(server.requests.count == count + 2)
        #expect(error?.description.contains("older") == false)
    }

    @Test func aTokenThatTheServerRepeatsIsNotShown() async throws {
        let server = try LoopbackServer { request in
            let header = request.headers["authorization"] ?? ""
            return .json(#"{"error":{"message":"bad header \#(header)"}}"#, status: 400)
        }
        let client = client(server, authorization: FixedTokens(first: "very-secret", second: "other"))
        let error = await #expect(throws: MCPError.self) { try await client.connect() }
        #expect(error?.words == "bad header Bearer ••••")
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var reply: LoopbackReply
        var code: MCPError.Code
    }

    static let faults: [Fault] = [
        Fault(testDescription: "500", reply: LoopbackReply(status: 500, "oops"), code: .http(status: 500)),
        Fault(testDescription: "403", reply: LoopbackReply(status: 403), code: .http(status: 403)),
        Fault(testDescription: "429", reply: LoopbackReply(status: 429), code: .rateLimited(retryAfter: nil)),
        Fault(
            testDescription: "429 with a wait",
            reply: LoopbackReply(status: 429, headers: ["Retry-After": "17"]),
            code: .rateLimited(retryAfter: .seconds(17))
        ),
        Fault(
            testDescription: "429 with a date",
            reply: LoopbackReply(
                status: 429,
                headers: [
                    "Date": "Fri, 20 Nov 2026 15:00:00 GMT", "Retry-After": "Fri, 20 Nov 2026 15:02:30 GMT",
                ]
            ),
            code: .rateLimited(retryAfter: .seconds(150))
        ),
        Fault(
            testDescription: "429 with nonsense",
            reply: LoopbackReply(status: 429, headers: ["Retry-After": "soon"]),
            code: .rateLimited(retryAfter: nil)
        ),
        Fault(testDescription: "202 for a request", reply: LoopbackReply(status: 202), code: .malformed),
        Fault(testDescription: "no JSON", reply: .json("<html>"), code: .malformed),
        Fault(testDescription: "another request's", reply: .json(ScriptedMCP.result(99, "{}")), code: .malformed),
        Fault(testDescription: "no JSON-RPC", reply: .json(#"{"result":{}}"#), code: .malformed),
        Fault(testDescription: "an event of no JSON", reply: .events(["data: {\n\n"]), code: .malformed),
        Fault(testDescription: "a stream that ends", reply: .events([": hello\n\n"]), code: .closed),
        Fault(
            testDescription: "a cut answer",
            reply: .raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
            code: .closed
        ),
        Fault(testDescription: "no HTTP", reply: .garbled, code: .malformed),
        Fault(
            testDescription: "too large",
            reply: .json("\"" + String(repeating: "x", count: 200_000) + "\""),
            code: .tooLarge
        ),
        Fault(
            testDescription: "a large stream",
            reply: .events(Array(repeating: "data: {\"jsonrpc\":\"2.0\",\"method\":\"m\"}\n\n", count: 5_000)),
            code: .tooLarge
        ),
        Fault(
            testDescription: "a refusal",
            reply: .json(#"{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"Unknown tool: t"}}"#),
            code: .refused(code: -32_602)
        ),
        Fault(
            testDescription: "a tool's failure",
            reply: .json(
                #"{"jsonrpc":"2.0","id":2,"result":{"isError":true,"content":[{"type":"text","text":"no"}]}}"#
            ),
            code: .toolFailed
        ),
    ]

    @Test(arguments: faults)
    func whatGoesWrongIsAnErrorOfItsKind(fault: Fault) async throws {
        let server = try LoopbackServer { request in
            WireValue(json: request.body)?["method"] == .text("tools/call")
                ? fault.reply : ScriptedMCP.reply(to: request)
        }
        let client = client(server)
        let error = await #expect(throws: MCPError.self) { try await client.call("t") }
        #expect(error?.code == fault.code, "\(String(describing: error))")
        await client.close()
    }

    @Test func aServerThatKeepsSilentRunsIntoTheDeadlineAndIsTold() async throws {
        let server = try LoopbackServer { request in
            WireValue(json: request.body)?["method"] == .text("tools/call") ? .silence : ScriptedMCP.reply(to: request)
        }
        let client = client(server)
        let error = await #expect(throws: MCPError.self) { try await client.call("t", deadline: .milliseconds(200)) }
        #expect(error?.code == .timedOut)
        await server.requestsArrived(4)
        let last = try #require(server.requests.last.flatMap { WireValue(json: $0.body) })
        #expect(last["method"] == .text("notifications/cancelled"))
        #expect(last["params"]?["requestId"] == .number(2))
    }

    @Test func nobodyThereIsAnError() async throws {
        let server = try LoopbackServer()
        server.stop()
        let channel = MCPHTTPChannel(server: "x", endpoint: "http://127.0.0.1:1/mcp", transport: testTransport())
        let error = await #expect(throws: MCPError.self) {
            try await MCPClient(channel: channel, version: "1").connect()
        }
        #expect(error?.code == .unreachable)
    }

    @Test func aRequestOfTheServersInAStreamIsAnsweredByAPost() async throws {
        let server = try LoopbackServer { request in
            ScriptedMCP.reply(to: request) { id, _ in
                ScriptedMCP.events([#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#, ScriptedMCP.text(id, "ok")])
            }
        }
        let client = client(server)
        #expect(try await client.call("t").text == "ok")
        let reply = server.requests.compactMap { WireValue(json: $0.body) }.last { $0["method"] == nil }
        #expect(reply == .object(["jsonrpc": .text("2.0"), "id": .text("p"), "result": .object([:])]))
        await client.close()
    }
}

/// Tokens that do not change but once.
private struct FixedTokens: MCPAuthorization {
    var first: String
    var second: String

    func token() async throws -> Secret? { Secret(first) }
    func token(insteadOf refused: Secret) async throws -> Secret? { Secret(second) }
}
