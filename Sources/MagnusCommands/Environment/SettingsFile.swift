import Foundation
import Storage
import Yams

/// The owner's `config.yaml`, in which one setting can be changed while everything else stays as it was written.
struct SettingsFile {
    /// Where it is.
    let path: String

    /// Gives a setting at the top of the file a value, or takes it out with nil. The file is made where it is missing.
    ///
    /// - Throws: `StorageError`; `CommandError` where the file is written in a way that this would break. It then stays as it was.
    func set(_ name: String, to value: String?) throws {
        // A link stays one.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let exists = FileManager.default.fileExists(atPath: target)
        let text = exists ? String(decoding: try FileReader(maximumBytes: 1_000_000).read(target), as: UTF8.self) : ""
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        let line = value.map { "\(name): \($0)" }
        if let index = lines.firstIndex(where: { $0.hasPrefix(name + ":") }) {
            lines.replaceSubrange(index...index, with: line.map { [$0] } ?? [])
        } else if let line {
            lines.append(line)
        }
        let changed = lines.map { $0 + "\n" }.joined()
        guard changed != text else { return }
        var expected = try settings(in: text)
        expected[name] = value.map { Node($0) }
        guard let found = try? settings(in: changed), Self.isSame(found, expected) else {
            throw CommandError(
                .configuration,
                type: "configuration",
                "\(path) is written in a way that cannot be changed line by line",
                hint: "write `\(line ?? "\(name): none")` there yourself"
            )
        }
        try PrivateFile.write(Data(changed.utf8), to: target)
    }

    private func settings(in text: String) throws -> [String: Node] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw CommandError(
                .configuration,
                type: "configuration",
                "\(path) is not YAML",
                hint: "correct or remove it"
            )
        }
        var settings: [String: Node] = [:]
        for (key, value) in root?.mapping ?? [:] { settings[key.string ?? ""] = value }
        return settings
    }

    private static func isSame(_ found: [String: Node], _ expected: [String: Node]) -> Bool {
        found.keys == expected.keys
            && found.allSatisfy { name, node in
                // Texts, whatever type YAML gives them.
                expected[name].map { $0 == node || ($0.scalar != nil && $0.scalar?.string == node.scalar?.string) }
                    ?? false
            }
    }
}
