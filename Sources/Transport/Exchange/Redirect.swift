/// Where a redirect leads, and with which request (RFC 9110, section 15.4).
///
/// Only the same host is followed, and never from `https` to `http`: header fields with credentials stay where they were meant
/// to go.
enum Redirect {
    /// How many are followed in a row.
    static let limit = 5

    /// The request that follows a redirect; nil where `head` is none.
    ///
    /// - Throws: `TransportError.redirectRefused`.
    static func next(after request: HTTPRequest, at address: CurlAddress, head: ResponseHead) throws -> HTTPRequest? {
        guard [301, 302, 303, 307, 308].contains(head.status), let location = head.headers["Location"] else {
            return nil
        }
        func refused(_ detail: String) -> TransportError {
            TransportError(.redirectRefused, host: address.host, detail: detail)
        }
        guard let target = try? address.resolve(location) else { throw refused("it points to no usable address") }
        guard target.host == address.host else { throw refused("it points to another host, \(target.host)") }
        if target.scheme == address.scheme {
            guard target.port == address.port else { throw refused("it points to another port, \(target.port)") }
        } else {
            guard target.scheme == "https" else { throw refused("it points from https to http") }
            guard address.port == "80", target.port == "443" else {
                throw refused("it points to another port, \(target.port)")
            }
        }
        var next = request
        next.url = target.text
        let becomesGet =
            head.status == 303
            ? request.method != .head && request.method != .get : head.status <= 302 && request.method == .post
        if becomesGet {
            next.method = .get
            next.body = nil
            next.headers["Content-Type"] = nil
        }
        return next
    }
}
