import Foundation
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20)), .enabled(if: TestCertificate.isExpected, "openssl is not installed"))
struct TLSTests {
    private func error(
        with certificate: TestCertificate,
        host: String = "127.0.0.1",
        authority: String?
    ) async throws -> TransportError? {
        let server = try ServerProcess(openssl: certificate)
        let transport = CurlTransport(options: TransportOptions(certificateFile: authority))
        let request = HTTPRequest(.get, "https://\(host):\(server.port)/", timeouts: patient, retry: .never)
        return try await failure {
            let response = try await transport.response(to: request)
            #expect(response.status == 200 && !response.body.isEmpty)
        }
    }

    @Test func trustIsWhatTheOptionsSay() async throws {
        let certificate = try TestCertificate()
        let untrusted = try await error(with: certificate, authority: nil)
        #expect(untrusted?.code == .untrustedServer && untrusted?.host == "127.0.0.1")
        #expect(untrusted?.detail == "its certificate is signed by nobody known")
        #expect(try await error(with: certificate, authority: certificate.authority) == nil)
    }

    @Test func theNameMustMatch() async throws {
        let certificate = try TestCertificate(name: "DNS:other.example")
        let error = try await error(with: certificate, authority: certificate.authority)
        #expect(error?.code == .untrustedServer && error?.detail == "its certificate is for another host")
    }

    @Test func theNameMayBeAHosts() async throws {
        let certificate = try TestCertificate(name: "DNS:localhost")
        #expect(try await error(with: certificate, host: "localhost", authority: certificate.authority) == nil)
    }

    @Test func anExpiredCertificate() async throws {
        let certificate = try TestCertificate(days: -1)
        let error = try await error(with: certificate, authority: certificate.authority)
        #expect(error?.code == .untrustedServer && error?.detail == "its certificate has expired")
    }

    @Test func aFileOfCertificatesThatIsNotThere() async throws {
        let error = try await error(with: TestCertificate(), authority: "/nowhere/ca.pem")
        #expect(error?.code == .untrustedServer && error?.detail == "the file of CA certificates cannot be read")
    }

    private static let nghttpd = ["/usr/sbin/nghttpd", "/usr/bin/nghttpd"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The server refuses a client that does not offer HTTP/2, so an answer is the proof.
    @Test(.enabled(if: nghttpd != nil, "nghttpd (nghttp2-server) is not installed")) func speaksHTTP2() async throws {
        let certificate = try TestCertificate()
        var server: ServerProcess?
        // The port of a server that has just stopped is free, unless somebody else takes it first.
        while server == nil {
            server = try? ServerProcess(
                nghttpd: TLSTests.nghttpd ?? "",
                certificate: certificate,
                port: LoopbackServer().port
            )
        }
        let url = "https://127.0.0.1:\(server?.port ?? 0)/"
        let transport = CurlTransport(options: TransportOptions(certificateFile: certificate.authority))
        let missing = try await transport.response(to: HTTPRequest(.get, url + "missing", timeouts: patient))
        #expect(missing.status == 404 && missing.headers["server"]?.hasPrefix("nghttpd") == true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let body = Data("order \(number)".utf8)
                    let request = HTTPRequest(.post, url + "echo", body: body, timeouts: patient)
                    let response = try await transport.response(to: request)
                    #expect(response.status == 200 && response.body == body)
                }
            }
            try await group.waitForAll()
        }
        _ = server
    }
}
