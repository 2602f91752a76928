/// Paths in one form, so that a file has one name however it was written. Nothing is looked up: links stay as they are.
public enum StandardPath {
    /// An absolute path without `.`, `..` and double slashes.
    public static func of(_ path: String) -> String {
        "/" + resolved(path, in: "")
    }

    /// `path` as seen from `folder`, without `.`, `..`, double slashes and slashes at its ends; never above where `folder` begins.
    public static func resolved(_ path: String, in folder: String) -> String {
        var parts = folder.split(separator: "/")
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}
