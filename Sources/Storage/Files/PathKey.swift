import Foundation

/// A path by its bytes, as a file system and the database tell paths apart.
///
/// To `String` an `é` that is one character and one that is an `e` with an accent are equal; they name two files. The same holds
/// for what a path begins with and where its slashes are: a mark may stand behind a slash.
public struct PathKey: Hashable, Comparable, Sendable, ExpressibleByStringLiteral {
    /// The path as it is written.
    public let path: String

    /// The key of `path`.
    public init(_ path: String) {
        self.path = path
    }

    /// The key of a path in source text.
    public init(stringLiteral path: String) {
        self.path = path
    }

    /// The folder that `path` stands in, as far as its text says; nil for one without a slash.
    public var folder: PathKey? {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { PathKey(String(path[..<$0])) }
    }

    /// Whether it is `folder`, or a path below it. Everything absolute is below `/`.
    public func isBelow(_ folder: PathKey) -> Bool {
        let (own, other) = (path.utf8, folder.path.utf8)
        guard own.starts(with: other) else { return false }
        let rest = own.dropFirst(other.count)
        return rest.isEmpty || other.last == UInt8(ascii: "/") || rest.first == UInt8(ascii: "/")
    }

    /// Whether the bytes are the same.
    public static func == (first: PathKey, second: PathKey) -> Bool {
        first.path.utf8.count == second.path.utf8.count && first.path.utf8.elementsEqual(second.path.utf8)
    }

    /// The order of the bytes.
    public static func < (first: PathKey, second: PathKey) -> Bool {
        first.path.utf8.lexicographicallyPrecedes(second.path.utf8)
    }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) {
        var path = path
        path.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
