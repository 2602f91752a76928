/// The address of a service, as it stands in settings or by default.
///
/// Keys go to it, so it must be encrypted; a server on this machine, such as a test's, may do without.
public struct ServiceAddress: Sendable, Hashable {
    /// The address without a slash at its end.
    public let base: String

    /// The address in the setting `name` of `connector`, else `fallback`.
    ///
    /// - Returns: nil where the setting holds no address that keys may be sent to.
    public init?(_ settings: ConnectorSettings, _ connector: String, _ name: String, default fallback: String) {
        var base = settings[connector, name] ?? fallback
        while base.hasSuffix("/") { base.removeLast() }
        guard Self.isSafe(base) else { return nil }
        self.base = base
    }

    /// The address of `path`, which begins with a slash.
    public func url(_ path: String) -> String { base + path }

    private static func isSafe(_ address: String) -> Bool {
        // `https://api.example.com@elsewhere` leads elsewhere.
        guard !address.contains("@") else { return false }
        if address.hasPrefix("https://") { return address.utf8.count > 8 }
        guard address.hasPrefix("http://") else { return false }
        let authority = address.dropFirst(7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        return ["127.0.0.1", "localhost", "[::1]"].contains(String(host))
    }
}
