public import Foundation

/// A folder that a test has to itself, removed when the value goes away.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let url: URL

    /// A new, empty folder.
    ///
    /// - Throws: The file system's error.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("magnus-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// The path of a file in the folder.
    public func path(_ name: String) -> String {
        url.appendingPathComponent(name).path
    }

    /// Writes a file in the folder, and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}
