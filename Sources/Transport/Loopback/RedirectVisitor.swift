import Foundation

/// One connection to `LoopbackRedirect`.
struct RedirectVisitor {
    /// What reading led to.
    enum Progress {
        /// The request is not complete.
        case more
        /// The connection is over, or what came is no request.
        case gone
        /// A complete GET request for this target.
        case target(String)
    }

    private static let maximumHeadBytes = 16_384

    let descriptor: Int32
    private var head = Data()

    init(descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    mutating func read() -> Progress {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) ? .more : .gone }
        head.append(contentsOf: buffer[..<count])
        guard head.count <= RedirectVisitor.maximumHeadBytes else { return .gone }
        guard let end = head.range(of: Data("\r\n\r\n".utf8)) else { return .more }
        let line = String(decoding: head[..<end.lowerBound], as: UTF8.self).prefix { $0 != "\r\n" && $0 != "\n" }
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "GET", words[2].hasPrefix("HTTP/1.") else { return .gone }
        return .target(String(words[1]))
    }

    /// Sends the page, or that there is nothing here. Nothing of the request stands in it.
    func answer(isWanted: Bool) {
        let body = isWanted ? RedirectVisitor.page : "There is nothing here.\n"
        let head = [
            isWanted ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found",
            "Content-Type: text/html; charset=utf-8",
            "Content-Length: \(body.utf8.count)",
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'",
            "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "Connection: close",
        ]
        let bytes = Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        // A page this small fits the socket's buffer; a browser that does not take it misses a courtesy.
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
    }

    private static let page = """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><title>Magnus</title>
        <body style="font-family: sans-serif; margin: 4em auto; max-width: 30em">
        <h1>Back to the terminal</h1>
        <p>Magnus has what it was waiting for. You can close this page.</p>
        </body></html>

        """
}
