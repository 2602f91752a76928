import Foundation
import MagnusTestSupport
import Synchronization
import Testing
import Transport

/// What concerns the whole process, each in a process of its own.
@Suite(.timeLimit(.minutes(20))) struct ProcessTests {
    @Test func programsThatAreStartedGetNoConnections() async {
        await #expect(processExitsWith: .success) {
            let server = try LoopbackServer { _ in LoopbackReply("0123456789").cut(after: 3, ending: .hang) }
            let stream = try await CurlTransport().stream(HTTPRequest(.get, server.baseURL + "/"))
            var connections = 0
            for descriptor in Int32(3)..<1024 where ports(of: descriptor).contains(server.port) {
                connections += 1
                #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            }
            // The listener, its end of the connection, and ours.
            #expect(connections == 3 && stream.status == 200)
            withExtendedLifetime(stream) {}
        }
    }

    /// Otherwise a program that ends while a request is under way crashes now and then: TLS is taken down under the thread.
    @Test(.enabled(if: TestCertificate.isExpected, "openssl is not installed"))
    func tlsWorksUntilTheProcessHasEnded() async {
        await #expect(processExitsWith: .exitCode(0)) {
            // Handlers run in reverse: this one, set up before TLS is, after those of TLS.
            atexit { _exit(LastAct.isDone() ? 0 : 3) }
            let certificate = try TestCertificate()
            let server = try ServerProcess(openssl: certificate)
            let transport = CurlTransport(options: TransportOptions(certificateFile: certificate.authority))
            let url = "https://127.0.0.1:\(server.port)/"
            _ = try await transport.text(url)
            LastAct.action.withLock { action in
                action = {
                    let answer = try? await transport.text(url)
                    withExtendedLifetime(certificate) { server.end() }
                    return answer?.isEmpty == false
                }
            }
            exit(0)
        }
    }
}

/// The ports at both ends of a socket; none for anything else.
private func ports(of descriptor: Int32) -> [Int] {
    [getsockname, getpeername].compactMap { name in
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isSocket = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(descriptor, $0, &length) == 0 }
        }
        let isInternet = isSocket && address.sin_family == sa_family_t(AF_INET)
        return isInternet ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }
}

/// What is done at the very end of a process.
private enum LastAct {
    static let action = Mutex<(@Sendable () async -> Bool)?>(nil)

    /// Does it, while nothing else of the process runs any more.
    static func isDone() -> Bool {
        guard let action = action.withLock({ $0 }) else { return false }
        let result = Mutex(false)
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            let isGood = await action()
            result.withLock { $0 = isGood }
            done.signal()
        }
        done.wait()
        return result.withLock { $0 }
    }
}
