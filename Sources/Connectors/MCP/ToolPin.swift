import Foundation
import Storage

/// The list of tools a server had when the owner signed in, remembered to notice when it becomes another.
struct ToolPin: Sendable, Hashable {
    private struct Form: Codable {
        var digest: String
        var names: [String]
    }

    private let path: String

    /// The file `NAME.tools.json` in the private folder of `environment`.
    init(_ name: String, in environment: ConnectorEnvironment) {
        path = environment.folder + "/" + name + ".tools.json"
    }

    /// What is different from when the list was remembered, in words that follow the server's name; the first list is
    /// remembered and different from nothing.
    ///
    /// A file that cannot be read is taken for none; one that cannot be written is written the next time.
    func changes(in tools: [MCPTool]) -> [String] {
        let names = tools.map(\.name).sorted()
        let digest = tools.digest
        guard let data = try? FileReader(maximumBytes: 1_000_000).read(path),
            let pinned = try? JSONDecoder().decode(Form.self, from: data)
        else {
            try? PrivateFile.write(try JSONEncoder().encode(Form(digest: digest, names: names)), to: path)
            return []
        }
        guard pinned.digest != digest else { return [] }
        func listed(_ names: [String]) -> String {
            names.prefix(5).map { DisplayText.line($0, limit: 40) }.joined(separator: ", ")
                + (names.count > 5 ? " and \(names.count - 5) more" : "")
        }
        let added = names.filter { !pinned.names.contains($0) }
        let gone = pinned.names.filter { !names.contains($0) }
        var changes: [String] = []
        if !added.isEmpty { changes.append("offers tools it did not when you signed in: \(listed(added))") }
        if !gone.isEmpty { changes.append("no longer offers tools it did when you signed in: \(listed(gone))") }
        return changes.isEmpty ? ["takes other arguments for its tools than when you signed in"] : changes
    }

    /// Forgets the list; the next one is remembered in its place.
    func forget() throws {
        try PrivateFile.remove(path)
    }
}
