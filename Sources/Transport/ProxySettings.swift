/// Which proxy a request goes through. This machine itself (`localhost`, 127.0.0.0/8, `::1`) is always reached directly.
public struct ProxySettings: Sendable, Hashable {
    /// The proxy for `http` addresses, as an address: `http://proxy.example:3128`, `socks5h://127.0.0.1:1080`.
    public var http: String?
    /// The proxy for `https` addresses.
    public var https: String?
    /// The proxy for either, where it has none of its own.
    public var all: String?
    /// Hosts that are reached directly, separated by commas: names with all names below them, addresses, networks
    /// (10.0.0.0/8), or `*` for all.
    public var excluded: String?

    /// Settings with all their values.
    public init(http: String? = nil, https: String? = nil, all: String? = nil, excluded: String? = nil) {
        self.http = http
        self.https = https
        self.all = all
        self.excluded = excluded
    }

    /// Settings by the usual variables: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`; all but the first count in
    /// capitals too.
    public init(environment: [String: String]) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        // HTTP_PROXY in capitals is what a web server sets from a client's `Proxy` header: curl does not read it either.
        self.init(
            http: value("http_proxy"),
            https: value("https_proxy", "HTTPS_PROXY"),
            all: value("all_proxy", "ALL_PROXY"),
            excluded: value("no_proxy", "NO_PROXY")
        )
    }

    /// The proxy for a request; nil for none. Whether `host` is excluded is left to curl, which knows networks and names.
    func proxy(scheme: String, host: String) -> String? {
        if ThisMachine.isNamed(host) { return nil }
        return (scheme == "https" ? https : http) ?? all
    }
}
