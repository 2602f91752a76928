/// Puts back what tokens stand for in a text that comes in pieces; a token may be cut anywhere.
///
/// Held back is only what can still become a token that was handed out.
struct TokenRestorer: Sendable {
    private let redactor: Redactor
    private let escapes: Bool
    private var held: [UInt8] = []

    /// - Parameter escapes: Whether the text is JSON, where what is put back needs escapes.
    init(_ redactor: Redactor, escapes: Bool = false) {
        self.redactor = redactor
        self.escapes = escapes
    }

    /// What can be handed on after `piece`.
    mutating func restore(_ piece: String) -> String {
        let bytes = held + Array(piece.utf8)
        held = []
        var restored: [UInt8] = []
        restored.reserveCapacity(bytes.count)
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "[") else {
                restored.append(bytes[position])
                position += 1
                continue
            }
            var end = position + 1
            while end < bytes.count, TokenRestorer.isInToken(bytes[end]) { end += 1 }
            if end == bytes.count {
                if redactor.hasToken(beginningWith: bytes[position...]) {
                    held = Array(bytes[position...])
                    break
                }
            } else if bytes[end] == UInt8(ascii: "]"), let text = redactor.text(of: bytes[position...end]) {
                restored += escapes ? Redactor.escaped(text) : text
                position = end + 1
                continue
            }
            restored += bytes[position..<end]
            position = end
        }
        // A piece is whole characters and a token is ASCII, so that what is handed on is whole characters too.
        return String(decoding: restored, as: UTF8.self)
    }

    /// What was held back: no token came of it.
    mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    private static func isInToken(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || (97...122).contains(byte) || (48...57).contains(byte)
    }
}
