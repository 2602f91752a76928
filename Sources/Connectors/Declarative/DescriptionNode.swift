import Foundation
import JSON
import Yams

/// A part of a description, read strictly: what is not understood is an error that names the line.
struct DescriptionNode {
    private let node: Node
    private let file: String
    /// How messages call it: `source.paging`.
    private let name: String

    /// The whole file.
    ///
    /// - Throws: `DescriptionError` where it is no YAML, has a key twice, or is not a mapping.
    init(text: String, file: String) throws {
        self.file = file
        name = "the file"
        do {
            guard let root = try Yams.compose(yaml: text) else {
                throw DescriptionError(file: file, line: nil, reason: "the file is empty")
            }
            node = root
        } catch let error as YamlError {
            throw DescriptionNode.translated(error, file: file)
        }
    }

    private init(_ node: Node, name: String, file: String) {
        self.node = node
        self.name = name
        self.file = file
    }

    private static func translated(_ error: YamlError, file: String) -> DescriptionError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return DescriptionError(file: file, line: mark.line, reason: "no YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\($0)'" }.joined(separator: ", ")
            return DescriptionError(file: file, line: context.mark.line, reason: "the key \(names) stands twice")
        default:
            return DescriptionError(file: file, line: nil, reason: "no YAML that can be read")
        }
    }

    /// The line it begins on.
    var line: Int? { node.mark?.line }

    /// An error about this part.
    func error(_ reason: String, _ nextStep: String = "") -> DescriptionError {
        DescriptionError(file: file, line: line, reason: reason, nextStep: nextStep)
    }

    /// Refuses keys that are none of `known`.
    func allowOnly(_ known: [String]) throws {
        guard case .mapping(let mapping) = node else { throw wrong("keys with values") }
        for (key, _) in mapping {
            let text = key.scalar?.string ?? "?"
            if known.contains(text) { continue }
            throw DescriptionError(
                file: file,
                line: key.mark?.line,
                reason: "\(name) has no key '\(DisplayText.line(text))'",
                nextStep: "known are \(known.joined(separator: ", "))"
            )
        }
    }

    /// The part under `key`; nil where there is none.
    func child(_ key: String) throws -> DescriptionNode? {
        guard case .mapping(let mapping) = node else { throw wrong("keys with values") }
        guard let value = mapping[key] else { return nil }
        return DescriptionNode(value, name: "'\(key)'", file: file)
    }

    /// The part under `key`, which must be there.
    func required(_ key: String) throws -> DescriptionNode {
        guard let child = try child(key) else { throw error("\(name) lacks the key '\(key)'") }
        return child
    }

    /// Whether this is a list.
    var isList: Bool { node.sequence != nil }

    /// Whether this has keys.
    var isMapping: Bool { node.mapping != nil }

    /// The elements of a list.
    func list() throws -> [DescriptionNode] {
        guard case .sequence(let sequence) = node else { throw wrong("a list") }
        return sequence.map { DescriptionNode($0, name: name, file: file) }
    }

    /// The keys and their parts, in order.
    func pairs() throws -> [(key: String, value: DescriptionNode)] {
        guard case .mapping(let mapping) = node else { throw wrong("keys with values") }
        return try mapping.map { key, value in
            guard let text = key.scalar?.string else { throw wrong("keys that are words") }
            return (text, DescriptionNode(value, name: "'\(text)'", file: file))
        }
    }

    /// A text that is not empty. A number or a word such as `yes` counts as the text it is written as.
    func text() throws -> String {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty, node.null == nil || isQuoted(scalar) else {
            throw wrong("a text")
        }
        return scalar.string
    }

    /// A name in lower case: letters, digits and underscores, a letter first; hyphens where `hyphens`.
    func identifier(hyphens: Bool = false) throws -> String {
        let text = try text()
        let isSound = text.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): index > 0
            case UInt8(ascii: "-"): hyphens && index > 0
            default: false
            }
        }
        guard isSound, text.utf8.count <= 40 else { throw wrong("a name in lower case such as entry_price") }
        return text
    }

    /// `true` or `false`.
    func flag() throws -> Bool {
        guard case .scalar(let scalar) = node, !isQuoted(scalar), let value = node.bool else {
            throw wrong("true or false")
        }
        return value
    }

    /// A whole number in `range`.
    func integer(in range: ClosedRange<Int>) throws -> Int {
        guard case .scalar(let scalar) = node, !isQuoted(scalar), let value = Int(scalar.string), range.contains(value)
        else { throw wrong("a whole number from \(range.lowerBound) to \(range.upperBound)") }
        return value
    }

    /// A span such as `30s`, `5m`, `2h`, `1d`.
    func duration() throws -> Duration {
        let text = try text()
        let seconds: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = text.last, let scale = seconds[unit], let count = Int(text.dropLast()),
            (0...100_000).contains(count)
        else { throw wrong("a span such as 30s, 5m, 2h or 1d") }
        return .seconds(count * scale)
    }

    /// A value that is bound to a parameter: what is quoted is a text, else a number, `true`, `false`, `null` or a text.
    func scalar() throws -> WireValue {
        guard case .scalar(let scalar) = node else { throw wrong("a single value") }
        if isQuoted(scalar) { return .text(scalar.string) }
        if node.null != nil { return .null }
        if scalar.string == "true" || scalar.string == "false" { return .bool(scalar.string == "true") }
        return WireValue.text(scalar.string).decimal.map(WireValue.number) ?? .text(scalar.string)
    }

    private func isQuoted(_ scalar: Node.Scalar) -> Bool {
        scalar.style == .singleQuoted || scalar.style == .doubleQuoted
    }

    private func wrong(_ expected: String) -> DescriptionError {
        let seen: String
        switch node {
        case .scalar(let scalar): seen = scalar.string.isEmpty ? "empty" : "'\(DisplayText.line(scalar.string))'"
        case .mapping: seen = "a mapping"
        case .sequence: seen = "a list"
        case .alias: seen = "an alias"
        }
        return error("\(name) is \(seen), expected \(expected)")
    }
}
