import Foundation
import MagnusTestSupport
import Synchronization
import Testing
import Transport

/// Answers everything, and notes the addresses it was asked for.
private final class RecordingTransport: HTTPTransport {
    private let asked = Mutex<[String]>([])
    var addresses: [String] { asked.withLock { $0 } }

    func response(to request: HTTPRequest) async throws -> HTTPResponse {
        asked.withLock { $0.append(request.url) }
        return HTTPResponse(status: 200)
    }

    func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        asked.withLock { $0.append(request.url) }
        return HTTPStream(status: 200, headers: [:], body: AsyncThrowingStream { $0.finish() })
    }
}

@Suite struct LocalOnlyTransportTests {
    @Test(arguments: [
        "https://api.anthropic.com/v1/messages", "https://api.openai.com/v1/embeddings",
        "http://192.168.1.20:11434/api/chat",
        "http://10.0.0.1/", "http://0.0.0.0:11434/", "http://[::]/", "http://[fe80::1]/", "http://[2606:4700::1111]/",
        "http://localhost.example.com/", "http://127.0.0.1.nip.io/", "http://localtest.me/", "http://my.localhost/",
        "http://127.example/", "http://128.0.0.1/", "http://1.127.0.0/", "http://metadata/", "http://localhost./",
        "https://user@localhost/", "ftp://localhost/", "http://localhost\0.example/", "http://localhost@example.com/",
        "",
    ])
    func whatIsNotThisMachineIsNeverAsked(url: String) async throws {
        let base = RecordingTransport()
        let transport = LocalOnlyTransport(base)
        let request = HTTPRequest(.post, url, headers: ["Authorization": "Bearer s3cret"], body: Data("x".utf8))
        for ask in [
            { _ = try await transport.response(to: request) }, { _ = try await transport.stream(request) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: TransportError.self) { try await ask() }
            #expect(error?.code == .hostForbidden || error?.code == .badAddress)
            #expect(error?.description.contains("s3cret") == false)
        }
        #expect(base.addresses == [])
        #expect(!LocalOnlyTransport.isLocal(url))
    }

    @Test(arguments: [
        "http://localhost:11434/api/chat", "http://LOCALHOST/", "http://127.0.0.1:8080/v1", "http://127.1.2.3/",
        "http://[::1]:11434/", "https://localhost/",
    ])
    func thisMachineIsAsked(url: String) async throws {
        let base = RecordingTransport()
        let transport = LocalOnlyTransport(base)
        #expect(try await transport.response(to: HTTPRequest(.get, url)).status == 200)
        _ = try await transport.stream(HTTPRequest(.get, url))
        #expect(base.addresses == [url, url])
        #expect(LocalOnlyTransport.isLocal(url))
    }

    @Test func aNameIsRefusedForWhatItIsNotWhereItLeads() async throws {
        let base = RecordingTransport()
        let transport = LocalOnlyTransport(base)
        let error = await #expect(throws: TransportError.self) {
            try await transport.response(to: HTTPRequest(.get, "https://api.example.com/?key=s3cret"))
        }
        #expect(error?.code == .hostForbidden)
        #expect(
            error?.description
                == "api.example.com: nothing may leave this machine; change `privacy` in your config.yaml if it may be asked"
        )
    }

    @Test(arguments: ["https://api.example.com/stolen", "//api.example.com/stolen", "http://[::ffff:93.184.216.34]/"])
    func aRedirectDoesNotLeaveTheMachine(location: String) async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 307, headers: ["Location": location]) }
        defer { server.stop() }
        let transport = LocalOnlyTransport(CurlTransport())
        let error = await #expect(throws: TransportError.self) {
            try await transport.response(to: HTTPRequest(.post, server.baseURL + "/", body: Data("x".utf8)))
        }
        #expect(error?.code == .redirectRefused)
        #expect(server.requests.count == 1)
    }

    @Test func aProxyIsNoWayOut() async throws {
        let proxy = try LoopbackServer { _ in LoopbackReply("through a proxy") }
        let server = try LoopbackServer { _ in LoopbackReply("direct") }
        defer {
            proxy.stop()
            server.stop()
        }
        let options = TransportOptions(
            environment: ["http_proxy": proxy.baseURL, "all_proxy": proxy.baseURL],
            version: "test"
        )
        let transport = LocalOnlyTransport(CurlTransport(options: options))
        let answer = try await transport.response(to: HTTPRequest(.get, server.baseURL + "/"))
        #expect(String(decoding: answer.body, as: UTF8.self) == "direct")
        #expect(proxy.connections == 0)
    }
}
