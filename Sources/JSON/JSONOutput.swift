import Foundation

/// The text written so far, and the objects and lists that are open in it.
///
/// What is open is told by depth: writing to an outer object closes those inside it. A type that writes to two nested
/// containers in turns is therefore refused; none that the compiler writes does.
final class JSONOutput {
    private struct Member {
        let key: String
        /// Where the key begins in the text.
        let start: Int
    }

    private struct Container {
        let isObject: Bool
        /// Where its bracket is.
        let start: Int
        var members: [Member] = []
        var isEmpty = true
        var isSorted = true
    }

    private(set) var text: JSONText
    private var open: [Container] = []
    private var scratch: [UInt8] = []
    private var snakeCased: [String: String] = [:]
    private var dictionaryKeys: [ObjectIdentifier: Bool] = [:]

    init(_ style: JSONWriter.KeyStyle) {
        text = JSONText(style)
    }

    // MARK: - Structure

    /// Opens an object or a list at the end of the text, or goes on with the one that began at `start`.
    func begin(isObject: Bool, at start: Int) -> Int {
        if let last = open.last, last.start == start, last.isObject == isObject { return open.count }
        open.append(Container(isObject: isObject, start: text.bytes.count))
        text.bytes.append(UInt8(ascii: isObject ? "{" : "["))
        return open.count
    }

    /// Begins a member of the object at a depth: its value is written next.
    func beginMember(_ key: String, at depth: Int) throws {
        try close(to: depth)
        let index = depth - 1
        if !open[index].isEmpty { text.bytes.append(UInt8(ascii: ",")) }
        if let last = open[index].members.last, !last.key.utf8.lexicographicallyPrecedes(key.utf8) {
            open[index].isSorted = false
        }
        open[index].isEmpty = false
        open[index].members.append(Member(key: key, start: text.bytes.count))
        text.append(key)
        text.bytes.append(UInt8(ascii: ":"))
    }

    /// Begins an element of the list at a depth: it is written next.
    func beginElement(at depth: Int) throws {
        try close(to: depth)
        if !open[depth - 1].isEmpty { text.bytes.append(UInt8(ascii: ",")) }
        open[depth - 1].isEmpty = false
    }

    private func close(to depth: Int) throws {
        guard open.count >= depth else {
            throw EncodingError.invalidValue(
                depth,
                .init(codingPath: [], debugDescription: "a container was written to after it was closed")
            )
        }
        while open.count > depth { closeLast() }
    }

    private func closeLast() {
        let last = open.removeLast()
        if !last.isSorted { sort(last) }
        text.bytes.append(UInt8(ascii: last.isObject ? "}" : "]"))
    }

    private func sort(_ object: Container) {
        let members = object.members
        let order = members.indices.sorted { members[$0].key.utf8.lexicographicallyPrecedes(members[$1].key.utf8) }
        scratch.removeAll(keepingCapacity: true)
        for (rank, index) in order.enumerated() {
            if rank > 0 { scratch.append(UInt8(ascii: ",")) }
            let end = index + 1 < members.count ? members[index + 1].start - 1 : text.bytes.count
            scratch += text.bytes[members[index].start..<end]
        }
        text.bytes.replaceSubrange(members[0].start..., with: scratch)
    }

    // MARK: - Keys

    /// The name a key is written under.
    func name<Key: CodingKey>(_ key: Key) -> String {
        guard text.style == .snakeCase, !isOfDictionary(Key.self) else { return key.stringValue }
        if let known = snakeCased[key.stringValue] { return known }
        let name = Self.snakeCase(key.stringValue)
        snakeCased[key.stringValue] = name
        return name
    }

    private func isOfDictionary<Key: CodingKey>(_ type: Key.Type) -> Bool {
        let identifier = ObjectIdentifier(type)
        if let known = dictionaryKeys[identifier] { return known }
        // The standard library does not publish the type; its name is the only way to tell.
        let isOfDictionary = String(describing: type) == "_DictionaryCodingKey"
        dictionaryKeys[identifier] = isOfDictionary
        return isOfDictionary
    }

    private static func snakeCase(_ name: String) -> String {
        let letters = Array(name)
        var words = ""
        for (index, letter) in letters.enumerated() {
            if letter.isUppercase, index > 0, letters[index - 1] != "_" {
                let isNext = index + 1 < letters.count && letters[index + 1].isLowercase
                if !letters[index - 1].isUppercase || isNext { words.append("_") }
            }
            words += letter.lowercased()
        }
        return words
    }

    // MARK: - Values

    func write<Value: Encodable>(_ value: Value) throws {
        if Value.self == Date.self, let date = value as? Date {
            text.append(date)
        } else if Value.self == Decimal.self, let decimal = value as? Decimal {
            text.append(raw: decimal.description)
        } else if let value = value as? any JSONWritable {
            try value.write(to: &text)
        } else {
            let (depth, start) = (open.count, text.bytes.count)
            try value.encode(to: JSONOutputEncoder(output: self, start: start))
            try close(to: depth)
            if text.bytes.count == start { text.append(raw: "{}") }
        }
    }

    func write(_ write: (inout JSONText) throws -> Void) rethrows {
        try write(&text)
    }
}
