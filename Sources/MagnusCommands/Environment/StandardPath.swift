/// Paths as the index knows them.
enum StandardPath {
    /// An absolute path without `.`, `..` and double slashes, so that a file has one name however it was written; links stay.
    static func of(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/")
    }
}
