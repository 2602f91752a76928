/// Where a redirect leads, and with which request (RFC 9110, section 15.4).
///
/// Without the request's leave only the same host is followed, and never from `https` to `http`: header fields with credentials
/// stay where they were meant to go.
enum Redirect {
    /// How many are followed in a row.
    static let limit = 5

    /// What another host may be told: which part of what is wanted, and in which form.
    private static let publicHeaders = ["Accept", "Accept-Encoding", "Range", "If-Range", "User-Agent"]

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
        if request.redirects == .anyHostWithoutCredentials, target.origin != address.origin {
            guard request.method == .get || request.method == .head, request.body == nil else {
                throw refused("it points to another host, \(target.host), and the request carries a body")
            }
            guard target.isLoopback == address.isLoopback else {
                throw refused(target.isLoopback ? "it points into this machine" : "it points out of this machine")
            }
            guard target.scheme == "https" || address.scheme == "http" && target.isLoopback else {
                throw refused("it points to \(target.host) without encryption")
            }
            var next = request
            next.url = target.text
            next.headers = HTTPHeaders()
            for name in publicHeaders { next.headers[name] = request.headers[name] }
            return next
        }
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
