import Connectors
import Foundation
import LanguageModels
import Storage
import Synchronization
import Transport
import Yams

/// The owner's keys and tokens: from the environment first, then from `keys.yaml`, which only the owner may read.
///
/// A line of the file is `NAME: value`, or `NAME: {command: "pass show broker"}` for a command whose output is the value.
/// No key is ever taken from arguments, and none is shown.
final class KeyRing: SecretSource {
    /// Where the file is.
    let path: String

    private enum Entry {
        case value(String)
        case command(String)
    }

    private let environment: ProcessEnvironment
    private let entries = Mutex<[String: Entry]?>(nil)

    /// A key ring over the variables of `environment` and the file at `path`.
    init(environment: ProcessEnvironment, path: String) {
        self.environment = environment
        self.path = path
    }

    /// The secret `name`.
    ///
    /// - Throws: `CommandError` for a file that others can read or that is no YAML, and for a command that fails.
    func secret(_ name: String) throws -> Secret? {
        if let value = environment[name] { return Secret(value) }
        let entry = try entries.withLock { entries in
            let read = try entries ?? readFile()
            entries = read
            return read[name]
        }
        switch entry {
        case .value(let value): return Secret(value)
        case .command(let command): return try Secret(output(of: command, for: name))
        case nil: return nil
        }
    }

    /// The names of the keys in the file, in order.
    ///
    /// - Throws: `CommandError`.
    func names() throws -> [String] {
        try readFile().keys.sorted()
    }

    /// Keeps `value` under `name`; an empty one is refused.
    ///
    /// - Throws: `CommandError`, `StorageError`; the file is then as it was.
    func set(_ name: String, to value: String) throws {
        try KeyRing.check(name)
        guard !value.isEmpty else {
            throw CommandError(.usage, type: "usage", "the value of \(name) is empty", hint: "paste the key")
        }
        var mapping = try storedNode()
        mapping[name] = Node(value, Tag(.str), .doubleQuoted)
        try write(mapping)
    }

    /// Forgets `name`.
    ///
    /// - Returns: Whether it was there.
    /// - Throws: `CommandError`, `StorageError`; the file is then as it was.
    func remove(_ name: String) throws -> Bool {
        try KeyRing.check(name)
        var mapping = try storedNode()
        guard mapping[name] != nil else { return false }
        mapping[name] = nil
        try write(mapping)
        return true
    }

    /// A name is one of an environment variable.
    ///
    /// - Throws: `CommandError`, which does not repeat it.
    static func check(_ name: String) throws {
        let isName =
            name.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
            && name.utf8.first.map { (65...90).contains($0) } == true
        guard isName, !SecretScan.findsSecret(in: name) else {
            throw CommandError(
                .usage,
                type: "usage",
                // What was given may be the key itself.
                "what was given is no name of a key",
                hint: "names are written like TRADIER_TOKEN; the value is given at the prompt or on standard input, "
                    + "never as an argument"
            )
        }
    }

    private func storedNode() throws -> Node.Mapping {
        guard let data = try PrivateFile.read(path) else { return Node.Mapping([]) }
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(decoding: data, as: UTF8.self))
        } catch {
            throw broken("is not YAML")
        }
        guard let root, root.scalar?.string.isEmpty != true else { return Node.Mapping([]) }
        guard let mapping = root.mapping else { throw broken("does not hold `NAME: value` lines") }
        return mapping
    }

    private func readFile() throws -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for (key, value) in try storedNode() {
            guard let name = key.string else { throw broken("has a name that is no text") }
            if let text = value.scalar?.string {
                entries[name] = .value(text)
            } else if let command = value.mapping?["command"]?.scalar?.string {
                entries[name] = .command(command)
            } else {
                throw broken("has neither a value nor a command for \(name.prefix(60))")
            }
        }
        return entries
    }

    private func write(_ mapping: Node.Mapping) throws {
        let text = try Yams.serialize(node: Node.mapping(mapping))
        try PrivateFile.write(Data(text.utf8), to: path)
        entries.withLock { $0 = nil }
    }

    private func broken(_ reason: String) -> CommandError {
        CommandError(
            .configuration,
            type: "keys",
            "\(path) \(reason)",
            hint: "correct it, or remove it and set the keys again"
        )
    }

    /// What a command prints, without the line break at its end.
    private func output(of command: String, for name: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        func failed(_ reason: String) -> CommandError {
            CommandError(
                .configuration,
                type: "keys",
                "the command for \(name) in \(path) \(reason)",
                hint: "run it by hand to see why"
            )
        }
        do { try process.run() } catch { throw failed("cannot be started") }
        // The pipe ends with the command; what it prints beyond a key's length is no key.
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw failed("ended with \(process.terminationStatus)") }
        let value = String(decoding: data.prefix(65_536), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !value.isEmpty else { throw failed("printed nothing") }
        return value
    }
}
