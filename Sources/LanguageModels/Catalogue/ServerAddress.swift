import Foundation
import Transport

/// Where a server of models is: an `http` or `https` address without a slash at its end.
public struct ServerAddress: Sendable, Hashable {
    /// The address.
    public let text: String
    /// The host in lower case; IPv6 without brackets.
    public let host: String

    /// The address `text`; nil where it is none, or carries a user name, a query or a fragment.
    public init?(_ text: String) {
        let trimmed = ServerAddress.trimmed(text)
        guard let parts = URLComponents(string: trimmed), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host?.lowercased(), !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { return nil }
        var address = Substring(trimmed)
        while address.last == "/" { address.removeLast() }
        self.text = String(address)
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    }

    /// The address that `text` names as Ollama's own client reads `OLLAMA_HOST`: a host, host and port, or an address; what is
    /// missing is `http`, 127.0.0.1 and the port of `other` (80 or 443 behind a written scheme).
    public init?(host text: String, like other: ServerAddress) {
        let trimmed = ServerAddress.trimmed(text)
        var scheme = "http"
        var port = URLComponents(string: other.text)?.port.map(String.init) ?? "80"
        var rest = Substring(trimmed)
        if let separator = trimmed.range(of: "://") {
            scheme = trimmed[..<separator.lowerBound].lowercased()
            if scheme == "http" || scheme == "https" { port = scheme == "http" ? "80" : "443" }
            rest = trimmed[separator.upperBound...]
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let path = rest[slash...]
        var host = String(rest[..<slash])
        guard !host.contains("@") else { return nil }
        if let colon = host.lastIndex(of: ":"),
            host.hasPrefix("[") ? host[..<colon].hasSuffix("]") : !host[..<colon].contains(":")
        {
            let written = host[host.index(after: colon)...]
            if let number = UInt16(written) { port = String(number) }
            host = String(host[..<colon])
        }
        host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        // A server that listens everywhere is reached here.
        switch host {
        case "", "0.0.0.0": host = "127.0.0.1"
        case "::": host = "::1"
        default: break
        }
        let name = host.contains(":") ? "[\(host)]" : host
        self.init("\(scheme)://\(name):\(port)\(path)")
    }

    /// Whether it is on this machine, as `LocalOnlyTransport` sees it.
    public var isLocal: Bool { ThisMachine.isNamed(host) && !host.hasSuffix(".localhost") }

    /// Blanks and quotes around a value, as they come from files of variables.
    private static func trimmed(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines).trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
    }
}
