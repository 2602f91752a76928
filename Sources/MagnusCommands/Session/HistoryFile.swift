import Foundation
import Storage

/// The questions asked at the prompt, kept in a private file.
struct HistoryFile: HistoryStore {
    /// Where it is.
    let path: String
    private static let maximumBytes = 4_000_000

    /// The lines kept so far, oldest first; none where the file cannot be read, for a conversation needs no history.
    func load() -> [String] {
        guard let data = try? FileReader(maximumBytes: HistoryFile.maximumBytes).read(path) else { return [] }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Adds a line.
    ///
    /// - Throws: `StorageError`.
    func append(_ line: String) throws {
        try PrivateFile.append(line, to: path)
    }
}
