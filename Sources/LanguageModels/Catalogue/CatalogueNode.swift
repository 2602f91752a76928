import Foundation
import JSON
import Yams

/// A part of a catalogue file, read strictly: what is not understood is an error that names the file, the line and the place.
///
/// It remembers which file it came from, so that an error in two files laid over each other names the right one.
struct CatalogueNode {
    private enum Content {
        case mapping([(key: String, value: CatalogueNode)])
        case list([CatalogueNode])
        case scalar(String, isQuoted: Bool)
    }

    private var content: Content
    private let file: String
    private let line: Int?
    /// The keys that lead here, joined by dots.
    let path: String

    /// The whole file.
    ///
    /// - Throws: `CatalogueError` where it is no YAML or has a key twice.
    init(text: String, file: String) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw CatalogueNode.translated(error, file: file)
        }
        // A file of nothing but comments says nothing.
        let node = root.flatMap { $0.null == nil ? $0 : nil } ?? Node.mapping(Node.Mapping([]))
        try self.init(node, path: "", file: file)
    }

    private init(_ node: Node, path: String, file: String) throws {
        self.file = file
        self.path = path
        line = node.mark?.line
        switch node {
        case .scalar(let scalar):
            let isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
            content = .scalar(scalar.string, isQuoted: isQuoted)
        case .sequence(let sequence):
            content = .list(try sequence.map { try CatalogueNode($0, path: path, file: file) })
        case .mapping(let mapping):
            content = .mapping(
                try mapping.map { key, value in
                    guard let name = key.scalar?.string else {
                        throw CatalogueError(
                            file: file,
                            line: key.mark?.line,
                            path: path,
                            reason: "has a key that is no word",
                            nextStep: "write `name: value` lines"
                        )
                    }
                    let inner = path.isEmpty ? name : path + "." + name
                    return (name, try CatalogueNode(value, path: inner, file: file))
                }
            )
        case .alias:
            throw CatalogueError(
                file: file,
                line: node.mark?.line,
                path: path,
                reason: "refers to another part of the file",
                nextStep: "write the value itself"
            )
        }
    }

    private static func translated(_ error: YamlError, file: String) -> CatalogueError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return CatalogueError(
                file: file,
                line: mark.line,
                reason: "it is no YAML: \(problem)",
                nextStep: "correct that line"
            )
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\($0)'" }.joined(separator: ", ")
            return CatalogueError(
                file: file,
                line: context.mark.line,
                reason: "the key \(names) stands twice",
                nextStep: "leave one of them out"
            )
        default:
            return CatalogueError(
                file: file,
                reason: "it is no YAML that can be read",
                nextStep: "correct or remove it"
            )
        }
    }

    // MARK: - Laying one file over another

    /// This part with `upper` laid over it: mappings key by key, everything else as a whole. `null` takes a key away.
    ///
    /// - Parameter wholes: Keys whose values are replaced as a whole.
    func overlaid(by upper: CatalogueNode, wholes: Set<String>) -> CatalogueNode {
        guard case .mapping(var members) = content, case .mapping(let others) = upper.content else { return upper }
        for (key, value) in others {
            let index = members.firstIndex { $0.key == key }
            if value.isNull {
                if let index { members.remove(at: index) }
            } else if let index {
                members[index].value =
                    wholes.contains(key) ? value : members[index].value.overlaid(by: value, wholes: wholes)
            } else {
                members.append((key, value))
            }
        }
        // The lower file's place is kept only for what it still says; the whole is the upper one's now.
        var whole = upper
        whole.content = .mapping(members)
        return whole
    }

    private var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return ["", "~", "null"].contains(text)
    }

    // MARK: - Reading

    /// An error about this part.
    func error(_ reason: String, _ nextStep: String) -> CatalogueError {
        CatalogueError(file: file, line: line, path: path, reason: reason, nextStep: nextStep)
    }

    private func wrong(_ expected: String) -> CatalogueError {
        let seen: String
        switch content {
        case .scalar(let text, _): seen = text.isEmpty ? "is empty" : "is '\(text.prefix(60))'"
        case .mapping: seen = "is a group of keys"
        case .list: seen = "is a list"
        }
        return error(seen, "write " + expected)
    }

    /// The keys and their parts, in order; keys with `null` are left out.
    func pairs() throws -> [(key: String, value: CatalogueNode)] {
        guard case .mapping(let members) = content else { throw wrong("`name: value` lines") }
        return members.filter { !$0.value.isNull }
    }

    /// The parts under `known` keys.
    ///
    /// - Throws: `CatalogueError` for a key that is none of them.
    func members(_ known: [String]) throws -> [String: CatalogueNode] {
        let pairs = try pairs()
        if let stranger = pairs.first(where: { !known.contains($0.key) }) {
            throw stranger.value.error("is not known", "choose from " + known.joined(separator: ", "))
        }
        return Dictionary(pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// A text that is not empty.
    func text(_ expected: String = "a text") throws -> String {
        guard case .scalar(let text, _) = content, !text.isEmpty, !isNull else { throw wrong(expected) }
        return text
    }

    /// A list of texts; a single one is a list of one.
    func texts(_ expected: String = "a list such as [one, two]") throws -> [String] {
        switch content {
        case .list(let parts): try parts.map { try $0.text(expected) }
        case .scalar: [try text(expected)]
        case .mapping: throw wrong(expected)
        }
    }

    /// Keys with texts.
    func table() throws -> [String: String] {
        Dictionary(try pairs().map { ($0.key, try $0.value.text()) }, uniquingKeysWith: { $1 })
    }

    /// `true` or `false`.
    func flag() throws -> Bool {
        guard case .scalar(let text, isQuoted: false) = content, text == "true" || text == "false" else {
            throw wrong("true or false")
        }
        return text == "true"
    }

    /// A whole number above 0.
    func count(from least: Int = 1) throws -> Int {
        guard case .scalar(let text, _) = content, let value = Int(text.replacing("_", with: "")),
            (least...1_000_000_000).contains(value)
        else { throw wrong("a whole number from \(least) up, such as 128000") }
        return value
    }

    /// An amount of money from 0 up.
    func amount() throws -> Decimal {
        guard case .scalar(let text, _) = content, let value = WireValue.text(text).decimal, value >= 0, value < 100_000
        else { throw wrong("US dollars for a million tokens, such as 0.15") }
        return value
    }

    /// Any value, as JSON: what is quoted is a text, else `true`, `false`, `null`, a number, or a text.
    func json() throws -> JSONValue {
        switch content {
        case .list(let parts): return .array(try parts.map { try $0.json() })
        case .mapping(let members):
            return .object(
                Dictionary(try members.map { ($0.key, try $0.value.json()) }, uniquingKeysWith: { $1 })
            )
        case .scalar(let text, isQuoted: true): return .string(text)
        case .scalar("true", _): return .bool(true)
        case .scalar("false", _): return .bool(false)
        case .scalar(let text, _):
            if isNull { return .null }
            return WireValue.text(text).double.map(JSONValue.number) ?? .string(text)
        }
    }
}
