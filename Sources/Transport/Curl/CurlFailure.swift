import CCurl
import CCurlShim

/// What a result of curl's means. Its own texts may hold the address; ours never do.
struct CurlFailure {
    let code: TransportError.Code
    let detail: String

    /// - Parameters:
    ///   - handle: The transfer, before it is released.
    ///   - isBehindProxy: Whether the request was to go through a proxy.
    init(_ result: CURLcode, handle: UnsafeMutableRawPointer, isBehindProxy: Bool) {
        let number = "(curl error \(result.rawValue))"
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST: (code, detail) = (.hostNotFound, "no such host is known")
        case CURLE_COULDNT_RESOLVE_PROXY: (code, detail) = (.hostNotFound, "the proxy's name is not known")
        case CURLE_COULDNT_CONNECT:
            (code, detail) = (.cannotConnect, isBehindProxy ? "the proxy does not answer" : "nothing answers there")
        case CURLE_OPERATION_TIMEDOUT: (code, detail) = (.connectTimeout, "no connection in time")
        case CURLE_PEER_FAILED_VERIFICATION: (code, detail) = (.untrustedServer, CurlFailure.distrust(handle))
        case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            (code, detail) = (.untrustedServer, "the file of CA certificates cannot be read")
        case CURLE_SSL_CONNECT_ERROR: (code, detail) = (.cannotConnect, "no TLS connection came about")
        case CURLE_GOT_NOTHING: (code, detail) = (.connectionLost, "the connection was closed without an answer")
        case CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            (code, detail) = (.connectionLost, "the connection broke before the answer was complete")
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PROXY:
            (code, detail) = CurlFailure.loss(handle) ?? (.connectionLost, "the connection broke " + number)
        case CURLE_BAD_CONTENT_ENCODING: (code, detail) = (.malformedResponse, "the answer's encoding is broken")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_WRITE_ERROR:
            (code, detail) = (.malformedResponse, "the answer is no HTTP " + number)
        default: (code, detail) = (.connectionLost, "the exchange failed " + number)
        }
    }

    /// What a proxy said to a request for a way through; nil where it said nothing of the kind.
    private static func loss(_ handle: UnsafeMutableRawPointer) -> (TransportError.Code, String)? {
        var status = 0
        ccurl_getinfo_long(handle, CURLINFO_HTTP_CONNECTCODE, &status)
        if status < 300 { return nil }
        return (
            .cannotConnect, status == 407 ? "the proxy asks for a login" : "the proxy refused with status \(status)"
        )
    }

    /// Why a certificate does not hold; the numbers are OpenSSL's (`X509_V_ERR_…`).
    private static func distrust(_ handle: UnsafeMutableRawPointer) -> String {
        var reason = 0
        ccurl_getinfo_long(handle, CURLINFO_SSL_VERIFYRESULT, &reason)
        return switch reason {
        // The name is compared before the rest is looked at, and curl leaves 1, which says nothing.
        case 0, 1: "its certificate is for another host"
        case 9: "its certificate is not valid yet"
        case 10: "its certificate has expired"
        case 18, 19: "its certificate is signed by itself"
        case 2, 20, 21: "its certificate is signed by nobody known"
        default: "its certificate does not hold (reason \(reason))"
        }
    }
}
