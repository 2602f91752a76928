import Foundation
import LanguageModels
import Storage
import Synchronization
import Transport
import Yams

/// The owner's keys and tokens: from the environment first, then from `keys.yaml`, which only the owner may read.
///
/// A line of the file is `NAME: value`, or `NAME: {command: "pass show broker"}` for a command whose output is the value; `key_cmd`
/// says the same as `command`. A line without a value sets nothing. No key is ever taken from arguments, and none is shown.
final class KeyRing: SecretSource {
    /// Where the file is.
    let path: String

    private enum Entry {
        case value(String)
        case command(String)
    }

    /// The words for a command.
    private static let commandNames = ["command", "key_cmd"]
    /// How long a command may take, a password typed included.
    private static let commandTime: Duration = .seconds(30)

    private let environment: ProcessEnvironment
    private let entries = Mutex<[String: Entry]?>(nil)

    /// A key ring over the variables of `environment` and the file at `path`.
    init(environment: ProcessEnvironment, path: String) {
        self.environment = environment
        self.path = path
    }

    /// The secret `name`.
    ///
    /// - Throws: `CommandError` for a file that others can read or that is no YAML, for a command that fails, and for a value that can
    ///   be no key.
    func secret(_ name: String) throws -> Secret? {
        if let value = environment[name], let secret = try secret(value, name, from: "the environment") {
            return secret
        }
        let entry = try entries.withLock { entries in
            let read = try entries ?? readFile()
            entries = read
            return read[name]
        }
        switch entry {
        case .value(let value): return try secret(value, name, from: path)
        case .command(let command): return try output(of: command, for: name)
        case nil: return nil
        }
    }

    /// `value` without white space at its ends; nil where nothing is left.
    private func secret(_ value: String, _ name: String, from place: String) throws -> Secret? {
        let value = value.trimmingCharacters(in: .whitespacesAndNewlines)
        switch Secret.flaw(of: value, isPath: KeyRing.isPath(name)) {
        case nil: return Secret(value)
        case .empty: return nil
        case let flaw?:
            throw CommandError(
                .configuration,
                type: "keys",
                "the value of \(name) in \(place) can be no key: it \(flaw)",
                hint: "set it anew: `magnus keys set \(name)`, or correct it where it is set"
            )
        }
    }

    private static func isPath(_ name: String) -> Bool {
        name.hasSuffix("_PATH") || name.hasSuffix("_FILE")
    }

    /// The names of the keys in the file, in order.
    ///
    /// - Throws: `CommandError`.
    func names() throws -> [String] {
        try readFile().keys.sorted()
    }

    /// Keeps `value` under `name`, without white space at its ends; one that can be no key is refused.
    ///
    /// - Throws: `CommandError`, `StorageError`; the file is then as it was.
    func set(_ name: String, to value: String) throws {
        try KeyRing.check(name)
        let value = value.trimmingCharacters(in: .whitespacesAndNewlines)
        if let flaw = Secret.flaw(of: value, isPath: KeyRing.isPath(name)) { throw KeyRing.refusal(of: name, flaw) }
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

    /// That a value is not kept, and why; it is not repeated.
    static func refusal(of name: String, _ flaw: Secret.Flaw) -> CommandError {
        let hint =
            flaw == .empty
            ? "paste the key" : "a key is one word of letters, digits and signs; give it without anything else"
        return CommandError(.usage, type: "usage", "the value of \(name) \(flaw)", hint: hint)
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
            if value.null != nil { continue }
            if let text = value.scalar?.string {
                entries[name] = .value(text)
                continue
            }
            let commands = KeyRing.commandNames.compactMap { value.mapping?[$0]?.scalar?.string }
            guard commands.count == 1, !commands[0].isEmpty else {
                throw broken("has neither a value nor one command for \(name.prefix(60))")
            }
            entries[name] = .command(commands[0])
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

    /// What a command prints, without the line break at its end. It ends with all that it started after half a minute, or once it has
    /// printed more than a key.
    private func output(of command: String, for name: String) throws -> Secret {
        func failed(_ reason: String, hint: String = "run it by hand to see why") -> CommandError {
            CommandError(.configuration, type: "keys", "the command for \(name) in \(path) \(reason)", hint: hint)
        }
        let output: ChildOutput
        do {
            output = try ChildOutput.run(
                ChildCommand("/bin/sh", ["-c", command], environment: environment.variables),
                maximumBytes: 65_536,
                timeLimit: KeyRing.commandTime
            )
        } catch let error as ChildProcessError {
            throw failed(error.detail)
        }
        guard case .status(0) = output.exit else {
            throw failed("ended with \(output.exit)\(KeyRing.complaint(output.errorText))")
        }
        let value = String(decoding: output.data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        switch Secret.flaw(of: value, isPath: KeyRing.isPath(name)) {
        case nil: return Secret(value)
        case .empty: throw failed("printed nothing\(KeyRing.complaint(output.errorText))")
        case .severalLines:
            throw failed("printed several lines, and a key is one", hint: "let it print the key alone: `… | head -1`")
        case let flaw?: throw failed("printed what can be no key: it \(flaw)", hint: "let it print the key alone")
        }
    }

    /// The first line of what a command wrote to its standard error, where that holds no key.
    private static func complaint(_ errors: String) -> String {
        let lines = errors.split(whereSeparator: \.isNewline).lazy.map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.filter { $0.properties.generalCategory != .control }))
                .trimmingCharacters(in: .whitespaces)
        }
        guard let line = lines.first(where: { !$0.isEmpty }) else { return "" }
        let masked = SecretScan.masked(line)
        return SecretScan.findsSecret(in: masked) ? "" : ", and said: \(masked.prefix(200))"
    }
}
