import Foundation
import Glibc

/// One client's connection: reads requests and sends replies until either side ends it. Used by one thread.
struct LoopbackConnection {
    let socket: LoopbackSocket
    let number: Int
    let core: LoopbackCore

    /// Serves the connection to its end, and closes it.
    func serve() {
        defer { close(socket.descriptor) }
        var unread = Data()
        do {
            while let request = try readRequest(&unread) {
                let reply = core.reply(to: request)
                for step in reply.steps(answering: request) {
                    guard try perform(step) else { return }
                }
                if request.headers["connection"]?.lowercased() == "close" { return }
            }
        } catch LoopbackSocket.Interruption.closedByClient {
            core.noteClientClose()
        } catch {
            return
        }
    }

    /// Whether the connection goes on.
    private func perform(_ step: LoopbackStep) throws -> Bool {
        switch step {
        case .send(let data, let isBody):
            try socket.send(data) { count in if isBody { core.noteBodyBytes(count) } }
        case .pause(let duration): try socket.pause(duration)
        case .wait(let gate): try socket.pause(until: gate)
        case .end(.keepAlive): return true
        case .end(.close): return false
        case .end(.reset):
            socket.reset()
            return false
        case .end(.hang): try socket.pause(nil)
        }
        return true
    }

    /// The next request; nil where what came is none.
    private func readRequest(_ unread: inout Data) throws -> LoopbackRequest? {
        var end = unread.range(of: Data("\r\n\r\n".utf8))
        while end == nil {
            unread += try socket.receive()
            end = unread.range(of: Data("\r\n\r\n".utf8))
        }
        guard let end else { return nil }
        let head = String(decoding: unread[..<end.lowerBound], as: UTF8.self)
        unread = Data(unread[end.upperBound...])
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let name = line.prefix { $0 != ":" }
            let value = line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
            headers[name.lowercased()] = headers[name.lowercased()].map { $0 + ", " + value } ?? value
        }
        if headers["expect"]?.lowercased() == "100-continue" {
            try socket.send(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)) { _ in }
        }
        let length = Int(headers["content-length"] ?? "") ?? 0
        while unread.count < length { unread += try socket.receive() }
        let body = Data(unread.prefix(length))
        unread = Data(unread.dropFirst(length))
        return LoopbackRequest(
            method: String(words[0]),
            target: String(words[1]),
            headers: headers,
            body: body,
            connection: number
        )
    }
}
