import Foundation

/// Where a browser comes back to after a sign-in (RFC 8252, section 7.3): a listener on 127.0.0.1 that takes one request.
///
/// What else comes (a favicon, a connection that says nothing) is turned away and does not end the wait.
public final class LoopbackRedirect: Sendable {
    /// The port the system gave it.
    public let port: Int
    /// The path it waits for: `/callback`.
    public let path: String

    private let listener: Int32
    private let wake: StreamPair

    /// Listens on a free port of 127.0.0.1.
    ///
    /// - Throws: `TransportError` where the system gives no port.
    public init(path: String = "/callback") throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard listener >= 0, let wake = StreamPair() else {
            if listener >= 0 { close(listener) }
            throw LoopbackRedirect.failure(.cannotConnect, "no free descriptor to listen with")
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isBound else {
            let reason = String(cString: strerror(errno))
            for descriptor in [listener, wake.ours, wake.theirs] { close(descriptor) }
            throw LoopbackRedirect.failure(.cannotConnect, "cannot listen: \(reason)")
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        self.path = path
        self.listener = listener
        self.wake = wake
    }

    deinit {
        for descriptor in [listener, wake.ours, wake.theirs] { close(descriptor) }
    }

    /// Waits for the browser, shows it a small page, and returns what stood in the query. To be called once.
    ///
    /// - Throws: `TransportError` of code `totalTimeout`; `CancellationError`.
    public func query(within patience: Duration) async throws -> [String: String] {
        let end = ContinuousClock.now + patience
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread { continuation.resume(with: Result { try self.serve(until: end) }) }
            }
        } onCancel: {
            var byte: UInt8 = 0
            _ = send(wake.theirs, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        }
    }

    private func serve(until end: ContinuousClock.Instant) throws -> [String: String] {
        var visitors: [RedirectVisitor] = []
        defer { for visitor in visitors { close(visitor.descriptor) } }
        while true {
            let rest = ContinuousClock.now.duration(to: end)
            guard rest > .zero else {
                throw LoopbackRedirect.failure(.totalTimeout, "no answer from the browser in time")
            }
            let watched = [wake.ours, listener] + visitors.map(\.descriptor)
            var descriptors = watched.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&descriptors, nfds_t(descriptors.count), Int32(min(60_000, rest / .milliseconds(1))) + 1)
            if descriptors[0].revents != 0 { throw CancellationError() }
            for index in visitors.indices.reversed() where descriptors[index + 2].revents != 0 {
                switch visitors[index].read() {
                case .more: continue
                case .gone: break
                case .target(let target):
                    let isWanted = target.prefix { $0 != "?" } == path
                    visitors[index].answer(isWanted: isWanted)
                    if isWanted { return LoopbackRedirect.query(of: target) }
                }
                close(visitors.remove(at: index).descriptor)
            }
            if descriptors[1].revents != 0 {
                let descriptor = accept(listener, nil, nil)
                if descriptor >= 0 { visitors.append(RedirectVisitor(descriptor: descriptor)) }
                // Whoever opens connections and says nothing does not keep the browser out.
                if visitors.count > 32 { close(visitors.removeFirst().descriptor) }
            }
        }
    }

    /// Names and values of a query, decoded; of a name that occurs twice the first.
    private static func query(of target: String) -> [String: String] {
        guard let start = target.firstIndex(of: "?") else { return [:] }
        var query: [String: String] = [:]
        for pair in target[target.index(after: start)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let decoded = parts.map { part in
                let spaced = part.replacing("+", with: " ")
                return spaced.removingPercentEncoding ?? String(spaced)
            }
            if query[decoded[0]] == nil { query[decoded[0]] = decoded.count > 1 ? decoded[1] : "" }
        }
        return query
    }

    private static func failure(_ code: TransportError.Code, _ detail: String) -> TransportError {
        TransportError(code, host: "127.0.0.1", detail: detail)
    }
}
