/// The names of this machine itself.
public enum ThisMachine {
    /// Whether `host`, in lower case, is this machine whatever a name server says: `localhost` and names below it,
    /// 127.0.0.0/8, `::1`, with brackets or without.
    public static func isNamed(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
