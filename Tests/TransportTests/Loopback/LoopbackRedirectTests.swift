import Foundation
import MagnusTestSupport
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(20)))
struct LoopbackRedirectTests {
    /// Longer than any machine takes for a few visits: once the wait is over, a visitor waits for an answer that nobody gives.
    private static let patience = Duration.seconds(3_600)

    /// Sends `request` to the listener as a browser would, and returns all it answers.
    ///
    /// On a thread of its own: it blocks, and the listener's side needs the threads that tasks share.
    private func visit(_ redirect: LoopbackRedirect, _ request: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try exchange(redirect, request) }) }
        }
    }

    private func exchange(_ redirect: LoopbackRedirect, _ request: String) throws -> String {
        let descriptor = try connected(redirect)
        defer { close(descriptor) }
        let bytes = Array(request.utf8)
        try #require(send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            answer.append(contentsOf: buffer[..<count])
        }
        return String(decoding: answer, as: UTF8.self)
    }

    private func connected(_ redirect: LoopbackRedirect) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(redirect.port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(code == 0)
        return descriptor
    }

    @Test func theQueryIsReturnedDecodedAndTheBrowserShownAPage() async throws {
        let redirect = try LoopbackRedirect()
        async let query = redirect.query(within: Self.patience)
        let page = try await visit(
            redirect,
            "GET /callback?code=a%2Fb+c&state=x%3D&empty=&code=second HTTP/1.1\r\nHost: x\r\n\r\n"
        )
        #expect(try await query == ["code": "a/b c", "state": "x=", "empty": ""])
        #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(page.contains("close this page"))
        #expect(page.contains("Cache-Control: no-store"))
        #expect(!page.contains("a/b"))
    }

    @Test func whatElseComesIsTurnedAway() async throws {
        let redirect = try LoopbackRedirect()
        async let query = redirect.query(within: Self.patience)
        let silent = try connected(redirect)
        defer { close(silent) }
        #expect(try await visit(redirect, "GET /favicon.ico HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 404"))
        #expect(try await visit(redirect, "POST /callback?code=1 HTTP/1.1\r\n\r\n").isEmpty)
        #expect(try await visit(redirect, "nonsense\r\n\r\n").isEmpty)
        #expect(try await visit(redirect, String(repeating: "x", count: 40_000)).isEmpty)
        #expect(try await visit(redirect, "GET /callback?code=2 HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 200"))
        #expect(try await query == ["code": "2"])
    }

    @Test func theWaitEnds() async throws {
        let redirect = try LoopbackRedirect()
        let error = await #expect(throws: TransportError.self) { try await redirect.query(within: .milliseconds(20)) }
        #expect(error?.code == .totalTimeout)
    }

    @Test func cancellingEndsTheWait() async throws {
        let redirect = try LoopbackRedirect()
        let waiting = Task { try await redirect.query(within: .seconds(1_000)) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test func eachHasAPortOfItsOwn() throws {
        let (first, second) = (try LoopbackRedirect(), try LoopbackRedirect())
        #expect(first.port != second.port)
        #expect(first.port > 1_023)
    }
}
