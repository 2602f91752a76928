extension HTTPRequest {
    /// Refuses header fields that would end early and become others (RFC 9110, section 5.5).
    ///
    /// - Throws: `TransportError.badAddress`, which names the field and does not repeat its value.
    func checkHeaders() throws {
        for field in headers.fields {
            let isName = !field.name.isEmpty && field.name.utf8.allSatisfy(HTTPRequest.isTokenCharacter)
            let isValue = field.value.utf8.allSatisfy { ($0 >= 32 || $0 == 9) && $0 != 127 }
            guard !isName || !isValue else { continue }
            let host = (try? CurlAddress(url))?.host ?? "the address"
            let detail =
                isName ? "the header field \(field.name) holds a control character" : "a header field has a bad name"
            throw TransportError(.badAddress, host: host, detail: detail)
        }
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
