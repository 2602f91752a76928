/// Turns the bytes a terminal sends into key presses.
///
/// Bytes may arrive cut anywhere. Sequences it does not know are swallowed whole, so they never end up in the text.
/// While ``isWaiting`` is true an escape has begun that may also have been the Escape key alone; the caller decides by
/// the clock and calls ``timeOut()``.
struct KeyDecoder: Sendable {
    private enum State: Equatable {
        case ground
        /// Inside a UTF-8 sequence that needs this many more bytes.
        case character(missing: Int)
        case escape
        /// After `ESC [`.
        case control
        /// After `ESC O`.
        case application
        /// After `ESC ]`, `ESC P` and the like: a message to be skipped, and whether its last byte was ESC.
        case message(sawEscape: Bool)
        case paste
    }

    /// More than this is no paste but an accident; the rest is dropped.
    static let pasteLimit = 1 << 20
    private static let sequenceLimit = 64
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private var state = State.ground
    private var bytes: [UInt8] = []

    /// Whether an unfinished escape is pending.
    var isWaiting: Bool {
        switch state {
        case .ground, .character, .paste: false
        case .escape, .control, .application, .message: true
        }
    }

    /// Takes the next byte and returns the keys it completes: none, one, or two.
    mutating func decode(_ byte: UInt8) -> [KeyPress] {
        switch state {
        case .ground: return ground(byte)
        case .character(let missing): return character(byte, missing: missing)
        case .escape: return escape(byte)
        case .control: return control(byte)
        case .application:
            state = .ground
            return KeyDecoder.cursorKey(byte, isByWord: false).map { [$0] } ?? []
        case .message(let sawEscape):
            message(byte, sawEscape: sawEscape)
            return []
        case .paste: return paste(byte)
        }
    }

    /// Takes several bytes.
    mutating func decode(_ bytes: some Sequence<UInt8>) -> [KeyPress] {
        bytes.flatMap { decode($0) }
    }

    /// Ends a pending escape: Escape alone, Alt with `[` or `O`, or nothing if it was a broken sequence.
    mutating func timeOut() -> [KeyPress] {
        defer { if isWaiting { reset() } }
        return switch state {
        case .escape: [.escape]
        case .control where bytes.isEmpty: [.alt("[")]
        case .application: [.alt("O")]
        default: []
        }
    }

    private mutating func reset() {
        state = .ground
        bytes = []
    }

    private mutating func ground(_ byte: UInt8) -> [KeyPress] {
        switch byte {
        case 0x1B:
            state = .escape
            return []
        case 0x0D, 0x0A: return [.enter]
        case 0x09: return [.tab]
        case 0x08, 0x7F: return [.backspace]
        case 0x00..<0x20: return KeyDecoder.controlCharacter(byte).map { [.control($0)] } ?? []
        case 0x20..<0x7F: return [.text(Unicode.Scalar(byte))]
        case 0xC2...0xDF: return begin(byte, missing: 1)
        case 0xE0...0xEF: return begin(byte, missing: 2)
        case 0xF0...0xF4: return begin(byte, missing: 3)
        default: return [.text("\u{FFFD}")]
        }
    }

    private mutating func begin(_ byte: UInt8, missing: Int) -> [KeyPress] {
        bytes = [byte]
        state = .character(missing: missing)
        return []
    }

    private mutating func character(_ byte: UInt8, missing: Int) -> [KeyPress] {
        guard KeyDecoder.continuation(after: bytes).contains(byte) else {
            reset()
            return [.text("\u{FFFD}")] + decode(byte)
        }
        bytes.append(byte)
        if missing > 1 {
            state = .character(missing: missing - 1)
            return []
        }
        let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first
        reset()
        guard let scalar, TerminalText.sanitised(String(scalar)) == String(scalar) else { return [] }
        return [.text(scalar)]
    }

    /// Which bytes may follow: all continuation bytes, but for overlong forms, surrogates and values above 10FFFF.
    private static func continuation(after bytes: [UInt8]) -> ClosedRange<UInt8> {
        guard bytes.count == 1 else { return 0x80...0xBF }
        return switch bytes[0] {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
    }

    private mutating func escape(_ byte: UInt8) -> [KeyPress] {
        switch byte {
        case 0x1B: return [.escape]
        case UInt8(ascii: "["): state = .control
        case UInt8(ascii: "O"): state = .application
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            state = .message(sawEscape: false)
        case 0x08, 0x7F:
            state = .ground
            return [.altBackspace]
        case 0x0D, 0x0A:
            state = .ground
            return [.alt("\n")]
        case 0x20..<0x7F:
            state = .ground
            return [.alt(Character(Unicode.Scalar(byte)))]
        default:
            // Escape, then a key of its own: a control key or the start of a character.
            state = .ground
            return [.escape] + decode(byte)
        }
        return []
    }

    private mutating func control(_ byte: UInt8) -> [KeyPress] {
        switch byte {
        case 0x20..<0x40:
            if bytes.count < KeyDecoder.sequenceLimit { bytes.append(byte) }
            return []
        case UInt8(ascii: "[") where bytes.isEmpty:
            // The Linux console sends function keys as `ESC [ [ A`: one more letter follows.
            bytes = [byte]
            return []
        case 0x40..<0x7F:
            let parameters = bytes
            reset()
            if parameters == [UInt8(ascii: "[")] { return [] }
            return finish(parameters, final: byte)
        case 0x1B:
            bytes = []
            state = .escape
            return []
        default:
            reset()
            return decode(byte)
        }
    }

    /// A complete `ESC [ parameters final`.
    private mutating func finish(_ bytes: [UInt8], final: UInt8) -> [KeyPress] {
        let parameters = String(decoding: bytes, as: UTF8.self).split(separator: ";", omittingEmptySubsequences: false)
        let code = parameters.first ?? ""
        let modifier = parameters.count > 1 ? Int(parameters[1]) ?? 1 : 1
        // Modifiers count from 1: Shift adds 1, Alt 2, Control 4.
        let isByWord = (modifier - 1) & 6 != 0
        if final == UInt8(ascii: "Z") { return [.backTab] }
        guard final == UInt8(ascii: "~") else {
            return KeyDecoder.cursorKey(final, isByWord: isByWord).map { [$0] } ?? []
        }
        switch code {
        case "1", "7": return [.home]
        case "4", "8": return [.end]
        case "3": return [.delete]
        case "200":
            state = .paste
            return []
        default: return []
        }
    }

    private static func cursorKey(_ final: UInt8, isByWord: Bool) -> KeyPress? {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): isByWord ? .wordRight : .right
        case UInt8(ascii: "D"): isByWord ? .wordLeft : .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "M"): .enter
        // rxvt: arrows with Control.
        case UInt8(ascii: "c"): .wordRight
        case UInt8(ascii: "d"): .wordLeft
        default: nil
        }
    }

    /// The character that makes a control byte together with Control.
    private static func controlCharacter(_ byte: UInt8) -> Character? {
        switch byte {
        case 0x01...0x1A: Character(Unicode.Scalar(byte + 0x60))
        case 0x1F: "_"
        default: nil
        }
    }

    private mutating func message(_ byte: UInt8, sawEscape: Bool) {
        let isEnd = byte == 0x07 || (sawEscape && byte == UInt8(ascii: "\\"))
        state = isEnd ? .ground : .message(sawEscape: byte == 0x1B)
    }

    private mutating func paste(_ byte: UInt8) -> [KeyPress] {
        bytes.append(byte)
        if bytes.suffix(KeyDecoder.pasteEnd.count) == KeyDecoder.pasteEnd[...] {
            let text = String(decoding: bytes.dropLast(KeyDecoder.pasteEnd.count), as: UTF8.self)
            reset()
            return [.paste(TerminalText.sanitised(text))]
        }
        if bytes.count > KeyDecoder.pasteLimit + KeyDecoder.pasteEnd.count {
            bytes.remove(at: bytes.count - KeyDecoder.pasteEnd.count)
        }
        return []
    }
}
