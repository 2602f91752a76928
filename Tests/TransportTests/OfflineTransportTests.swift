import MagnusTestSupport
import Testing
import Transport

@Suite struct OfflineTransportTests {
    @Test func nothingIsSent() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 200) }
        defer { server.stop() }
        let transport = OfflineTransport()
        let request = HTTPRequest(.get, "\(server.baseURL)/")
        for ask in [
            { _ = try await transport.response(to: request) }, { _ = try await transport.stream(request) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: TransportError.self) { try await ask() }
            #expect(error?.code == .cannotConnect)
        }
        #expect(server.connections == 0)
    }
}
