extension Secret {
    /// Why a text can be no key: services give out one word of visible ASCII, which a header field can carry.
    public enum Flaw: String, Sendable, Hashable, CustomStringConvertible {
        /// There is nothing in it.
        case empty
        /// It is longer than any key.
        case tooLong
        /// It holds a line break.
        case severalLines
        /// It holds characters that are not shown: escape sequences, tabs, NUL.
        case controlCharacters
        /// It holds letters or signs beyond ASCII.
        case notASCII
        /// It holds a space.
        case space

        /// What it is or holds, to follow the key's name.
        public var description: String {
            switch self {
            case .empty: "is empty"
            case .tooLong: "is longer than \(Secret.maximumBytes) bytes"
            case .severalLines: "holds several lines"
            case .controlCharacters: "holds control characters"
            case .notASCII: "holds letters or signs that are not ASCII"
            case .space: "holds a space"
            }
        }
    }

    /// No key is longer, in bytes.
    public static let maximumBytes = 8_192

    /// What keeps `text`, which is trimmed, from being a key; nil where nothing does. A private key in PEM form has several lines.
    ///
    /// - Parameter isPath: Whether it is the path of a file that holds the key, which may be written in any letters.
    public static func flaw(of text: String, isPath: Bool = false) -> Flaw? {
        let bytes = text.utf8
        if bytes.isEmpty { return .empty }
        if bytes.count > maximumBytes { return .tooLong }
        func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
        let isPEM = text.hasPrefix("-----BEGIN ") && text.hasSuffix("-----")
        if !isPEM, bytes.contains(where: isBreak) { return .severalLines }
        if text.unicodeScalars.contains(where: {
            $0.properties.generalCategory == .control && !isBreak(UInt8(clamping: $0.value))
        }) {
            return .controlCharacters
        }
        if isPath { return nil }
        if bytes.contains(where: { $0 > 0x7E }) { return .notASCII }
        return !isPEM && bytes.contains(UInt8(ascii: " ")) ? .space : nil
    }
}
