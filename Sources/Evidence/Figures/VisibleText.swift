/// A text as its reader sees it: characters without width are left out but remembered, and letters of other
/// scripts that look like Latin ones are read as those.
struct VisibleText {
    /// The text's UTF-8.
    let bytes: [UInt8]
    /// Whether the text is ASCII, so that positions are offsets.
    private let isPlain: Bool
    /// The visible scalars.
    private(set) var scalars: [Unicode.Scalar]
    /// Offset in `bytes` of each visible scalar, and the length at the end.
    private(set) var offsets: [Int]
    /// Positions in `scalars` before which something invisible stands.
    private(set) var hidden: Set<Int> = []
    /// The first position before which the text turns the direction of writing, so that digits may be shown in
    /// another order.
    private var turn: Int?

    init(_ text: String) {
        bytes = Array(text.utf8)
        isPlain = bytes.allSatisfy { $0 < 0x80 }
        if isPlain {
            scalars = bytes.map { Unicode.Scalar($0) }
            offsets = Array(0...bytes.count)
            return
        }
        scalars = []
        offsets = []
        scalars.reserveCapacity(bytes.count)
        offsets.reserveCapacity(bytes.count + 1)
        var offset = 0
        for scalar in text.unicodeScalars {
            let width = UTF8.width(scalar)
            defer { offset += width }
            if width > 1 {
                if turn == nil, Self.turnsDirection(scalar) { turn = scalars.count }
                if Self.isInvisible(scalar) {
                    hidden.insert(scalars.count)
                    continue
                }
            }
            scalars.append(width == 1 ? scalar : Self.lookalikes[scalar] ?? scalar)
            offsets.append(offset)
        }
        offsets.append(bytes.count)
    }

    var count: Int { scalars.count }

    /// The scalar at a position, or U+0000 outside of the text.
    @inline(__always)
    subscript(_ index: Int) -> Unicode.Scalar {
        index >= 0 && index < scalars.count ? scalars[index] : "\0"
    }

    /// Offsets in the UTF-8 of a range of positions.
    func byteRange(_ range: Range<Int>) -> Range<Int> {
        let start = offsets[range.lowerBound]
        guard range.upperBound > range.lowerBound else { return start..<start }
        // Up to the end of the last visible scalar and whatever invisible follows it.
        return start..<offsets[range.upperBound]
    }

    /// The original text of a range of positions.
    func original(_ range: Range<Int>) -> String {
        String(decoding: bytes[byteRange(range)], as: UTF8.self)
    }

    /// The visible text of a range of positions, ASCII letters in lower case.
    func lowercased(_ range: Range<Int>) -> String {
        let range = range.clamped(to: 0..<scalars.count)
        if isPlain {
            return String(unsafeUninitializedCapacity: range.count) { buffer in
                for (offset, byte) in bytes[range].enumerated() {
                    buffer[offset] = byte >= 65 && byte <= 90 ? byte + 32 : byte
                }
                return range.count
            }
        }
        var text = String.UnicodeScalarView()
        for index in range {
            let scalar = scalars[index]
            if scalar >= "A", scalar <= "Z", let lower = Unicode.Scalar(scalar.value + 32) {
                text.append(lower)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    /// The visible text of a range of positions.
    func visible(_ range: Range<Int>) -> String {
        if isPlain { return String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self) }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range.clamped(to: 0..<scalars.count)])
        return String(text)
    }

    /// At most `length` visible characters from a position.
    func ahead(_ start: Int, _ length: Int) -> String {
        visible(start..<start + length)
    }

    /// Whether something invisible stands in, directly before or directly after a range of positions.
    func hidesSomething(in range: Range<Int>) -> Bool {
        !hidden.isEmpty && (range.lowerBound...range.upperBound).contains { hidden.contains($0) }
    }

    /// Whether what stands before a position of a line may be shown in another order.
    func isReordered(before position: Int) -> Bool {
        turn.map { $0 <= position } ?? false
    }

    // MARK: - Kinds of characters

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar >= "0" && scalar <= "9"
    }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 {
            return (scalar >= "a" && scalar <= "z") || (scalar >= "A" && scalar <= "Z")
        }
        return scalar.properties.isAlphabetic && scalar.properties.numericType == nil
    }

    static func isCapital(_ scalar: Unicode.Scalar) -> Bool {
        scalar >= "A" && scalar <= "Z"
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
            || (scalar.value >= 0x80 && scalar.properties.isWhitespace)
    }

    /// A digit or number of another script or shape: fullwidth, Arabic-Indic, superscript, a fraction in one character.
    static func isForeignNumber(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x80 && scalar.properties.numericType != nil
    }

    /// A currency sign other than the dollar's.
    static func isForeignCurrency(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x80 && scalar.properties.generalCategory == .currencySymbol
    }

    private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: return true
        default: return false
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isDefaultIgnorableCodePoint { return true }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return true
        default: return false
        }
    }

    /// Cyrillic and Greek letters that cannot be told from Latin ones.
    private static let lookalikes: [Unicode.Scalar: Unicode.Scalar] = {
        let foreign = "АВЕКМНОРСТХІЅаеорсухіѕԁΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"
        let latin = "ABEKMHOPCTXISaeopcyxisdABEZHIKMNOPTYXo"
        return Dictionary(uniqueKeysWithValues: zip(foreign.unicodeScalars, latin.unicodeScalars))
    }()
}
