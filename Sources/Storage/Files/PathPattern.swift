import Foundation

/// A pattern for paths as in a shell and in `.gitignore`: `*`, `?` and `[...]` within a name, `**` for any folders.
public struct PathPattern: Sendable, Hashable {
    private let parts: [String]

    /// Whether a path has something in it that means more than itself.
    public static func isPattern(_ path: String) -> Bool {
        path.contains { "*?[".contains($0) }
    }

    /// A pattern.
    public init(_ pattern: some StringProtocol) {
        parts = String(pattern).split(separator: Character("/")).map(String.init)
    }

    /// Whether it is the pattern of `path`, which has no slash at its ends.
    public func matches(_ path: some StringProtocol) -> Bool {
        Self.matches(parts[...], String(path).split(separator: Character("/")).map(String.init)[...])
    }

    private static func matches(_ parts: ArraySlice<String>, _ names: ArraySlice<String>) -> Bool {
        guard let part = parts.first else { return names.isEmpty }
        if part == "**" {
            let rest = parts.dropFirst()
            // At the end it stands for what is inside, not for the folder itself.
            if rest.isEmpty { return !names.isEmpty }
            return names.indices.contains { matches(rest, names[$0...]) }
        }
        guard let name = names.first, fnmatch(part, name, 0) == 0 else { return false }
        return matches(parts.dropFirst(), names.dropFirst())
    }
}
