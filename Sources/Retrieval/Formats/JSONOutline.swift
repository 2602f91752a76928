/// JSON as lines that each hold one value with the way to it: `positions[2].strike: 170`.
///
/// Values keep the characters they are written with; what belongs to one element of the outermost list or object stays together.
struct JSONOutline {
    private let bytes: [UInt8]
    private var index = 0
    private var line: Int
    private var block: [(text: String, place: ClosedRange<Int>)] = []
    private var builder = OutlineBuilder()

    /// How deep values may be nested.
    private static let maximumDepth = 200

    /// Where the text stops being JSON.
    struct Fault: Error {
        var line: Int
    }

    private init(_ bytes: [UInt8], line: Int) {
        self.bytes = bytes
        self.line = line
    }

    /// The outline of `text`.
    /// - Throws: `Fault` where it is not one value of JSON.
    static func outline(of text: String) throws -> DocumentOutline {
        var reader = JSONOutline(Array(text.utf8), line: 1)
        try reader.readDocument()
        return reader.builder.outline(title: nil)
    }

    /// The outlines of values that stand one on each line, some thousand lines at a time; a line that is no value of JSON is
    /// taken as it stands.
    static func outlines(ofLines text: String) -> some Sequence<DocumentOutline> {
        let lines = TextLines(text)
        return sequence(state: 0) { number -> DocumentOutline? in
            var builder = OutlineBuilder()
            let end = min(number + 4_000, lines.count)
            while number < end || (number < lines.count && builder.isEmpty) {
                defer { number += 1 }
                guard !lines.isBlank(number) else { continue }
                builder.add(block(of: lines[number], line: number + 1), breakStrength: 2.5)
            }
            return builder.isEmpty ? nil : builder.outline(title: nil)
        }
    }

    /// The outline of values that stand one on each line.
    static func outline(ofLines lines: TextLines) -> DocumentOutline {
        var builder = OutlineBuilder()
        for number in 0..<lines.count where !lines.isBlank(number) {
            builder.add(block(of: lines[number], line: number + 1), breakStrength: 2.5)
        }
        return builder.outline(title: nil)
    }

    private static func block(of text: Substring, line: Int) -> [(text: String, place: ClosedRange<Int>)] {
        var reader = JSONOutline(Array(text.utf8), line: line)
        do {
            try reader.value("", depth: 1)
            reader.skipSpace()
        } catch {
            return [(String(text), line...line)]
        }
        return reader.index == reader.bytes.count ? reader.block : [(String(text), line...line)]
    }

    private mutating func readDocument() throws {
        try value("", depth: 0)
        closeBlock()
        skipSpace()
        guard index == bytes.count else { throw Fault(line: line) }
    }

    private mutating func closeBlock() {
        builder.add(block, breakStrength: 2.5)
        block = []
    }

    private mutating func skipSpace() {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) {
            if bytes[index] == 0x0A { line += 1 }
            index += 1
        }
    }

    private mutating func expect(_ byte: UInt8) throws {
        skipSpace()
        guard index < bytes.count, bytes[index] == byte else { throw Fault(line: line) }
        index += 1
    }

    /// Whether `byte` comes next; it is then passed.
    private mutating func passes(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func value(_ path: String, depth: Int) throws {
        guard depth < Self.maximumDepth else { throw Fault(line: line) }
        skipSpace()
        guard index < bytes.count else { throw Fault(line: line) }
        switch bytes[index] {
        case 0x7B:
            index += 1
            try members(path, depth: depth)
        case 0x5B:
            index += 1
            try elements(path, depth: depth)
        case 0x22:
            let first = line
            try emit(path, try string(), first)
        default:
            let start = index
            while index < bytes.count, ![0x2C, 0x7D, 0x5D, 0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
            let word = String(decoding: bytes[start..<index], as: UTF8.self)
            let isNumber = Double(word) != nil && word.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
            guard isNumber || ["true", "false", "null"].contains(word) else { throw Fault(line: line) }
            if word != "null" { try emit(path, word, line) }
        }
    }

    private mutating func members(_ path: String, depth: Int) throws {
        guard !passes(0x7D) else { return }
        repeat {
            skipSpace()
            guard index < bytes.count, bytes[index] == 0x22 else { throw Fault(line: line) }
            let name = OutlineBuilder.oneLine(try string())
            try expect(0x3A)
            try value(path.isEmpty ? name : "\(path).\(name)", depth: depth + 1)
            if depth == 0 { closeBlock() }
        } while passes(0x2C)
        try expect(0x7D)
    }

    private mutating func elements(_ path: String, depth: Int) throws {
        guard !passes(0x5D) else { return }
        var number = 0
        repeat {
            try value("\(path)[\(number)]", depth: depth + 1)
            if depth == 0 { closeBlock() }
            number += 1
        } while passes(0x2C)
        try expect(0x5D)
    }

    private mutating func emit(_ path: String, _ text: String, _ first: Int) throws {
        block.append((path.isEmpty ? text : "\(path): \(text)", first...line))
    }

    /// The string that begins here, its escapes resolved.
    private mutating func string() throws -> String {
        index += 1
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case 0x22: return String(decoding: text, as: UTF8.self)
            case 0x5C: try escape(into: &text)
            case 0x0A: throw Fault(line: line)
            default: text.append(byte)
            }
        }
        throw Fault(line: line)
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard index < bytes.count else { throw Fault(line: line) }
        let byte = bytes[index]
        index += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case 0x6E, 0x72, 0x74, 0x62, 0x66: text.append(0x20)
        case 0x75:
            var unit = try codeUnit()
            var code = UInt32(unit)
            if (0xD800..<0xDC00).contains(unit), index + 1 < bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x75
            {
                index += 2
                unit = try codeUnit()
                code = 0x10000 + ((code - 0xD800) << 10) + ((UInt32(unit) &- 0xDC00) & 0x3FF)
            }
            text += Array(String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8)
        default: throw Fault(line: line)
        }
    }

    private mutating func codeUnit() throws -> UInt16 {
        guard index + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw Fault(line: line) }
        index += 4
        return unit
    }
}
