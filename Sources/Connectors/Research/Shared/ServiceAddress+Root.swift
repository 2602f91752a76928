extension ServiceAddress {
    /// The address of `path` under `root`, unless the address names a path of its own.
    ///
    /// The owner may write `http://127.0.0.1:8080` or `http://127.0.0.1:8080/trade-api/v2`: both mean the same.
    func url(_ path: String, under root: String) -> String {
        base + (self.path.isEmpty ? root : "") + path
    }

    /// The path of the address: `/trade-api/v2`; empty where there is none.
    var path: String {
        guard let scheme = base.range(of: "://") else { return "" }
        return String(base[scheme.upperBound...].drop { $0 != "/" })
    }

    /// The host without its port.
    static func host(of url: String) -> String {
        guard let scheme = url.range(of: "://") else { return "" }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last.map(String.init) ?? ""
        return host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : String(host.prefix { $0 != ":" })
    }
}
