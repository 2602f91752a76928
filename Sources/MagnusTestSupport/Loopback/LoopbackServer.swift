import Foundation
import Glibc

/// A real HTTP/1.1 server on 127.0.0.1 for tests: answers by a handler or by a script, can misbehave, and remembers.
///
/// ```swift
/// let server = try LoopbackServer { request in
///     request.path == "/quotes" ? .json(#"{"last": "12.34"}"#) : LoopbackReply(status: 404)
/// }
/// server.script("GET /quotes", LoopbackReply(status: 429, headers: ["Retry-After": "1"]))
/// // the first request gets 429, those after it get the quote
/// ```
/// It stops when it goes away; a stop waits for nothing.
public final class LoopbackServer: Sendable {
    /// The server could not be set up.
    public struct Failure: Error, CustomStringConvertible {
        /// What failed, with the system's error number.
        public var description: String
    }

    /// The port it listens on.
    public let port: Int
    private let core: LoopbackCore

    /// A server that answers by `handler`, which is called on the connection's own thread and may block it.
    ///
    /// - Throws: `Failure` where the system gives no socket.
    public init(_ handler: @escaping @Sendable (LoopbackRequest) -> LoopbackReply) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard listener >= 0 else { throw Failure(description: "socket: error \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isBound else {
            let code = errno
            close(listener)
            throw Failure(description: "bind: error \(code)")
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        let core = LoopbackCore(handler: handler)
        self.core = core
        Thread.detachNewThread { LoopbackServer.accept(on: listener, core: core) }
    }

    /// A server that answers only what is scripted: by `METHOD /path` or by `/path`, the same each time. 404 for the rest.
    ///
    /// - Throws: `Failure` where the system gives no socket.
    public convenience init(routes: [String: LoopbackReply] = [:]) throws {
        try self.init { request in
            routes[request.method + " " + request.path] ?? routes[request.path]
                ?? LoopbackReply(status: 404, "nothing is scripted for \(request.method) \(request.path)")
        }
    }

    deinit {
        core.shutDown()
    }

    /// `http://127.0.0.1:PORT`, without a slash at its end.
    public var baseURL: String { "http://127.0.0.1:\(port)" }

    /// The requests that came, in order.
    public var requests: [LoopbackRequest] { core.counts.requests }

    /// How many connections were accepted.
    public var connections: Int { core.counts.connections }

    /// How many connections the client closed.
    public var clientCloses: Int { core.counts.clientCloses }

    /// How many bytes of bodies were handed to the system for sending.
    public var bodyBytes: Int { core.counts.bodyBytes }

    /// Answers the next requests of `route` (`METHOD /path` or `/path`) with these replies, one each, before the handler
    /// is asked again.
    public func script(_ route: String, _ replies: LoopbackReply...) {
        core.script(route, replies)
    }

    /// Returns when `count` requests have come in all, the server stops, or the task is cancelled.
    public func requestsArrived(_ count: Int = 1) async {
        await core.wait { $0.requests.count >= count }
    }

    /// Returns when the client has closed `count` connections in all, the server stops, or the task is cancelled.
    public func clientClosed(_ count: Int = 1) async {
        await core.wait { $0.clientCloses >= count }
    }

    /// Returns when `count` bytes of bodies were sent in all, the server stops, or the task is cancelled.
    public func bodyBytesSent(_ count: Int) async {
        await core.wait { $0.bodyBytes >= count }
    }

    /// Closes all connections and listens no more. Nothing is waited for.
    public func stop() {
        core.shutDown()
    }

    private static func accept(on listener: Int32, core: LoopbackCore) {
        defer { close(listener) }
        while true {
            var watched = [
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
                pollfd(fd: core.stop.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            _ = poll(&watched, nfds_t(watched.count), -1)
            if watched[1].revents != 0 { return }
            let client = Glibc.accept(listener, nil, nil)
            if client < 0 { continue }
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            _ = fcntl(client, F_SETFL, O_NONBLOCK)
            var isOn: Int32 = 1
            setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
            let connection = LoopbackConnection(
                socket: LoopbackSocket(descriptor: client, stop: core.stop),
                number: core.noteConnection(),
                core: core
            )
            Thread.detachNewThread { connection.serve() }
        }
    }
}
