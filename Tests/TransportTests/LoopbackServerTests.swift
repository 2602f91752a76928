import Foundation
import MagnusTestSupport
import Testing

/// The server that the tests of all connectors rely on, seen by a client that shares no code with ours.
@Suite struct LoopbackServerTests {
    @Test func answersByHandlerAndRecords() throws {
        let server = try LoopbackServer { request in .json(#"{"path": "\#(request.path)"}"#) }
        let run = try curl(["-s", "-d", "a=1&b=x+y", "\(server.baseURL)/one%20two?q=%C3%A9&r="])
        #expect(run.output == #"{"path": "/one two"}"#)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.query == ["q": "é", "r": ""])
        #expect(request.form == ["a": "1", "b": "x y"])
    }

    @Test func playsTheScriptThenTheRoutes() throws {
        let server = try LoopbackServer(routes: ["/a": LoopbackReply("steady")])
        server.script("GET /a", LoopbackReply("first"), LoopbackReply(status: 500, "second"))
        let run = try curl(["-s", "\(server.baseURL)/a", "\(server.baseURL)/a", "\(server.baseURL)/a"])
        #expect(run.output == "firstsecondsteady")
        #expect(server.connections == 1)
    }

    @Test(arguments: [
        ("closed", 52), ("reset", 56), ("cut", 18), ("garbled", 1), ("silence", 28), ("late", 0), ("dripped", 0),
        ("chunked", 0),
    ])
    func misbehavesAsTold(path: String, status: Int32) throws {
        let whole = LoopbackReply("0123456789")
        let server = try LoopbackServer(routes: [
            "/closed": .closed, "/reset": .reset, "/cut": whole.cut(after: 3), "/garbled": .garbled,
            "/silence": .silence, "/late": whole.after(.milliseconds(20)),
            "/dripped": whole.dripping(3, pause: .milliseconds(2)), "/chunked": .chunked(["0123", "456789"]),
        ])
        let run = try curl(["-s", "-m", path == "silence" ? "0.2" : "20", "\(server.baseURL)/\(path)"])
        #expect(run.status == status)
        #expect(run.output == (status == 0 ? "0123456789" : path == "cut" ? "012" : ""))
    }

    @Test(.timeLimit(.minutes(20))) func noticesThatTheClientClosed() async throws {
        let server = try LoopbackServer(routes: ["/": .silence])
        _ = try curl(["-s", "-m", "0.1", server.baseURL + "/"])
        await server.clientClosed()
        #expect(server.clientCloses == 1)
    }

    @Test(.timeLimit(.minutes(20))) func stopEndsWaits() async throws {
        let server = try LoopbackServer()
        async let wait: Void = server.clientClosed(5)
        server.stop()
        await wait
        // 7: refused; until its thread has let the port go, a connection is still taken and dropped.
        while try curl(["-s", server.baseURL + "/"]).status != 7 {}
    }

    private func curl(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["--noproxy", "*"] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
