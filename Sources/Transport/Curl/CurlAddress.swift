import CCurl
import CCurlShim

/// An address of a request, read by the parser that curl itself connects by, so that what is checked is what is used.
struct CurlAddress: Hashable, Sendable {
    /// The whole address.
    let text: String
    /// `http` or `https`.
    let scheme: String
    /// The host in lower case; IPv6 in brackets.
    let host: String
    /// The port, whether written or not.
    let port: String

    /// Whether the host is written as a loopback address (127.0.0.0/8, `[::1]`), or as `localhost`.
    var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Scheme, host and port: what credentials are given to (RFC 6454).
    var origin: [String] { [scheme, host, port] }

    /// The address `text`.
    ///
    /// - Throws: `TransportError.badAddress`, which does not repeat the address.
    init(_ text: String) throws {
        try self.init(text, base: nil)
    }

    /// The address that `location` names as seen from this one.
    ///
    /// - Throws: `TransportError.badAddress`.
    func resolve(_ location: String) throws -> CurlAddress {
        try CurlAddress(location, base: self)
    }

    private init(_ text: String, base: CurlAddress?) throws {
        func refused(_ detail: String) -> TransportError {
            TransportError(.badAddress, host: base?.host ?? "the address", detail: detail)
        }
        guard ccurl_prepare() == CURLE_OK else {
            throw TransportError(.cannotConnect, host: "the network", detail: "libcurl (libcurl.so.4) cannot be loaded")
        }
        guard let parser = ccurl_url() else { throw refused("out of memory") }
        defer { ccurl_url_cleanup(parser) }
        // A later address is resolved against the one set before. Servers send spaces and the like unescaped.
        if let base, ccurl_url_set(parser, CURLUPART_URL, base.text, 0) != CURLUE_OK {
            throw refused("it is no address")
        }
        // An embedded NUL would end the text for C, and another address would be used than was checked.
        if text.utf8.contains(0) { throw refused("it is no address") }
        let flags = UInt32(CURLU_DISALLOW_USER) | UInt32(base == nil ? 0 : CURLU_URLENCODE)
        switch ccurl_url_set(parser, CURLUPART_URL, text, flags) {
        case CURLUE_OK: break
        case CURLUE_USER_NOT_ALLOWED: throw refused("it carries a user name; credentials go into header fields")
        case CURLUE_UNSUPPORTED_SCHEME, CURLUE_BAD_SCHEME: throw refused("only http and https are spoken")
        default: throw refused("it is no address")
        }
        guard let whole = CurlAddress.part(CURLUPART_URL, of: parser),
            let scheme = CurlAddress.part(CURLUPART_SCHEME, of: parser)?.lowercased(),
            let host = CurlAddress.part(CURLUPART_HOST, of: parser)?.lowercased(), !host.isEmpty,
            let port = CurlAddress.part(CURLUPART_PORT, of: parser, flags: UInt32(CURLU_DEFAULT_PORT))
        else { throw refused("it is no address") }
        guard scheme == "http" || scheme == "https" else { throw refused("only http and https are spoken") }
        (self.text, self.scheme, self.host, self.port) = (whole, scheme, host, port)
    }

    private static func part(_ part: CURLUPart, of parser: OpaquePointer, flags: UInt32 = 0) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard ccurl_url_get(parser, part, &text, flags) == CURLUE_OK, let text else { return nil }
        // curl allocated the text for us; it is copied before it is freed.
        defer { ccurl_free(text) }
        return String(cString: text)
    }
}
