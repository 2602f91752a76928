import Foundation
import LanguageModels
import MagnusTestSupport
import Testing
import Transport

@Suite("What would be sent")
struct RequestPreviewTests {
    private static func request(_ base: String) -> HTTPRequest {
        HTTPRequest(
            .post,
            base + "/v1/messages?key=s3cret&alt=sse",
            headers: ["Content-Type": "application/json", "x-api-key": "s3cret", "anthropic-version": "2023-06-01"],
            body: Data(#"{"model":"small","messages":[{"role":"user","content":"é [account-1]"}]}"#.utf8)
        )
    }

    @Test("Every byte but keys")
    func text() {
        let preview = RequestPreview(Self.request("https://api.example.com"))
        #expect(
            preview.description == """
                POST https://api.example.com/v1/messages?key=••••&alt=sse
                Content-Type: application/json
                x-api-key: ••••
                anthropic-version: 2023-06-01

                {"model":"small","messages":[{"role":"user","content":"é [account-1]"}]}
                """
        )
    }

    @Test(
        "Fields and parameters that hold secrets",
        arguments: [
            "Authorization", "X-Goog-Api-Key", "api-key", "Cookie", "X-Auth-Token", "Proxy-Authorization", "x-session",
        ]
    )
    func secrets(name: String) {
        let request = HTTPRequest(
            .get,
            "https://api.example.com/?\(name)=s3cret&\(name)",
            headers: HTTPHeaders([.init(name, "s3cret")])
        )
        let text = RequestPreview(request).description
        #expect(!text.contains("s3cret"))
        #expect(text.contains("\(name)=••••&\(name)") && text.contains("\(name): ••••"))
    }

    @Test("What is shown is what is sent, in order; a preview sends nothing")
    func equality() async throws {
        let server = try LoopbackServer { _ in LoopbackReply("{}") }
        defer { server.stop() }
        let request = Self.request(server.baseURL)
        let transport = PreviewTransport()
        #expect(transport.kept.isEmpty)
        let error = await #expect(throws: TransportError.self) { try await transport.stream(request) }
        #expect(error?.code == .hostForbidden)
        await #expect(throws: TransportError.self) {
            try await transport.response(to: HTTPRequest(.get, server.baseURL + "/second"))
        }
        #expect(server.connections == 0)
        #expect(transport.kept.map(\.preview.url) == [RequestPreview(request).url, server.baseURL + "/second"])
        let preview = try #require(transport.kept.first?.preview)

        _ = try await CurlTransport().response(to: request)
        let received = try #require(server.requests.first)
        #expect(received.body == preview.body)
        #expect(preview.description.hasSuffix("\n\n" + String(decoding: received.body, as: UTF8.self)))
        #expect(received.method == preview.method)
        #expect(server.baseURL + received.target.replacing("s3cret", with: "••••") == preview.url)
        for field in preview.headers {
            #expect(received.headers[field.name.lowercased()]?.replacing("s3cret", with: "••••") == field.value)
        }
    }
}
