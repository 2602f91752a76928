import Foundation

/// Reads JSON text (RFC 8259) into values whose numbers are exact: no number passes through a binary fraction.
///
/// Broken UTF-8 in a string is replaced, not refused; of members with the same name the last one counts.
struct JSONReader {
    /// Lists and objects may stand in one another so deep; a deeper text is refused, for it would exhaust the stack.
    static let deepest = 200

    private let bytes: UnsafeRawBufferPointer
    private let selection: JSONSelection?
    private var position = 0
    private var depth = 0
    /// How many members that are kept whole the next value stands in.
    private var wholes = 0

    /// The value that `bytes` hold; nil where they are no JSON text.
    ///
    /// - Parameter selection: The members that are kept; nil for all.
    static func value(_ bytes: UnsafeRawBufferPointer, keeping selection: JSONSelection? = nil) -> WireValue? {
        var reader = JSONReader(bytes: bytes, selection: selection)
        // Some servers put a byte order mark before the text.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        guard let value = reader.value() else { return nil }
        reader.skipSpace()
        return reader.position == bytes.count ? value : nil
    }

    private init(bytes: UnsafeRawBufferPointer, selection: JSONSelection?) {
        self.bytes = bytes
        self.selection = selection
    }

    // MARK: - Values

    private mutating func value() -> WireValue? {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return nested { $0.object() }
        case UInt8(ascii: "["): return nested { $0.list() }
        case UInt8(ascii: "\""): return string().map(WireValue.text)
        case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return take("null") ? .null : nil
        default: return number()
        }
    }

    private mutating func nested(_ read: (inout JSONReader) -> WireValue?) -> WireValue? {
        guard depth < Self.deepest else { return nil }
        depth += 1
        defer { depth -= 1 }
        position += 1
        return read(&self)
    }

    private mutating func object() -> WireValue? {
        skipSpace()
        if take("}") { return .object([:]) }
        // Room for what most objects hold; growing from one member up would move all of them at each step.
        var members = [String: WireValue](minimumCapacity: 6)
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { return nil }
            if let selection, wholes == 0 {
                guard selectedMember(of: selection, into: &members) else { return nil }
            } else {
                guard let name = string() else { return nil }
                skipSpace()
                guard take(":"), let member = value() else { return nil }
                members[name] = member
            }
            skipSpace()
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    /// Reads a member, and keeps it if it is one of the selection. False where it is no JSON.
    private mutating func selectedMember(
        of selection: JSONSelection,
        into members: inout [String: WireValue]
    ) -> Bool {
        let start = position + 1
        let choice: JSONSelection.Choice?
        if skipPlainString() {
            choice = selection.choice(UnsafeRawBufferPointer(rebasing: bytes[start..<position - 1]))
        } else {
            guard var name = string() else { return false }
            choice = name.withUTF8 { selection.choice(UnsafeRawBufferPointer($0)) }
        }
        skipSpace()
        guard take(":") else { return false }
        guard let choice else { return skipValue() }
        wholes += choice.isWhole ? 1 : 0
        defer { wholes -= choice.isWhole ? 1 : 0 }
        guard let member = value() else { return false }
        members[choice.name] = member
        return true
    }

    // MARK: - What is not kept

    private mutating func skipValue() -> Bool {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return skipNested(UInt8(ascii: "}"), isObject: true)
        case UInt8(ascii: "["): return skipNested(UInt8(ascii: "]"), isObject: false)
        case UInt8(ascii: "\""): return skipPlainString() || string() != nil
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return numeral() != nil
        }
    }

    private mutating func skipNested(_ end: UInt8, isObject: Bool) -> Bool {
        guard depth < Self.deepest else { return false }
        depth += 1
        defer { depth -= 1 }
        position += 1
        skipSpace()
        if next == end {
            position += 1
            return true
        }
        repeat {
            if isObject {
                skipSpace()
                guard next == UInt8(ascii: "\""), skipPlainString() || string() != nil else { return false }
                skipSpace()
                guard take(":") else { return false }
            }
            guard skipValue() else { return false }
            skipSpace()
        } while take(",")
        guard next == end else { return false }
        position += 1
        return true
    }

    /// Passes over the string whose opening quote is next. False, and nothing passed over, where it holds an escape.
    private mutating func skipPlainString() -> Bool {
        var end = position + 1
        while end < bytes.count {
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") {
                position = end + 1
                return true
            }
            guard byte != UInt8(ascii: "\\"), byte >= 0x20 else { return false }
            end += 1
        }
        return false
    }

    // MARK: - Parts

    private mutating func list() -> WireValue? {
        var elements: [WireValue] = []
        skipSpace()
        if take("]") { return .list(elements) }
        repeat {
            guard let element = value() else { return nil }
            elements.append(element)
            skipSpace()
        } while take(",")
        return take("]") ? .list(elements) : nil
    }

    /// The string whose opening quote is next.
    private mutating func string() -> String? {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        // Most strings hold no escape and are taken as they are.
        if next == UInt8(ascii: "\"") {
            defer { position += 1 }
            return text(start..<position)
        }
        var units = Array(bytes[start..<position])
        while let byte = next, byte >= 0x20 {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                units.append(contentsOf: String(scalar).utf8)
            default: units.append(byte)
            }
        }
        return nil
    }

    /// The character that an escape stands for; half a surrogate pair stands for the replacement character.
    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let unit = hexadecimal() else { return nil }
            guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
            let behind = position
            guard take("\\u"), let low = hexadecimal(), (0xDC00..<0xE000).contains(low) else {
                position = behind
                return "\u{FFFD}"
            }
            return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        default: return nil
        }
    }

    private mutating func hexadecimal() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 + UInt32(digit)
        }
        position += 4
        return value
    }

    /// A number; null where it is beyond what a decimal holds, some 1e±128.
    private mutating func number() -> WireValue? {
        let start = position
        guard let numeral = numeral() else { return nil }
        let (whole, fraction) = (numeral.whole, numeral.fraction)
        if !numeral.hasExponent, whole.count + fraction.count <= 18 {
            var significand: UInt64 = 0
            for index in whole { significand = significand * 10 + UInt64(bytes[index] - UInt8(ascii: "0")) }
            for index in fraction { significand = significand * 10 + UInt64(bytes[index] - UInt8(ascii: "0")) }
            return .number(
                Decimal(
                    sign: numeral.isNegative && significand > 0 ? .minus : .plus,
                    exponent: -fraction.count,
                    significand: Decimal(significand)
                )
            )
        }
        guard let value = Decimal(string: text(start..<position), locale: nil), !value.isNaN else { return .null }
        return .number(value)
    }

    private struct Numeral {
        var isNegative: Bool
        var whole: Range<Int>
        var fraction = 0..<0
        var hasExponent = false
    }

    /// Where the parts of the number are that is next; nil where none is.
    private mutating func numeral() -> Numeral? {
        let isNegative = take("-")
        var numeral = Numeral(isNegative: isNegative, whole: digits())
        let whole = numeral.whole
        guard whole.count > 0, whole.count == 1 || bytes[whole.lowerBound] != UInt8(ascii: "0") else { return nil }
        if take(".") {
            numeral.fraction = digits()
            guard !numeral.fraction.isEmpty else { return nil }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if !take("-") { _ = take("+") }
            guard !digits().isEmpty else { return nil }
            numeral.hasExponent = true
        }
        return numeral
    }

    private mutating func digits() -> Range<Int> {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return start..<position
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { return false }
        for index in 0..<count where bytes[position + index] != word.utf8Start[index] { return false }
        position += count
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }
}
