/// Makes text from outside (documents, CSV fields, model replies, questions) safe to show.
///
/// A terminal obeys some characters instead of showing them: they can move the cursor, rename the window, answer for
/// the keyboard, or turn the order of digits around. Here they lose that power. Colour sequences, which hold no text,
/// and invisible fillers disappear; every other such character is shown as a visible ASCII mark (`^[`, `<U+202E>`), so
/// nothing can hide. The result is never obeyed by a terminal, and cleaning it again changes nothing.
enum TerminalText {
    /// What becomes of line breaks and tabs.
    enum Shape: Sendable {
        /// Line breaks and tabs become a space.
        case line
        /// Line breaks of every convention become `\n`, tabs become four spaces.
        case block
    }

    /// The text without anything a terminal would obey.
    static func sanitised(_ text: String, shape: Shape = .block) -> String {
        if isPlain(text, shape) { return text }
        let scalars = Array(text.unicodeScalars)
        var safe = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\u{1B}", let end = endOfColourSequence(in: scalars, from: index) {
                index = end
                continue
            }
            switch scalar {
            case "\r" where index + 1 < scalars.count && scalars[index + 1] == "\n":
                break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                safe.append(shape == .line ? " " : "\n")
            case "\t":
                safe.append(contentsOf: (shape == .line ? " " : "    ").unicodeScalars)
            case "\u{E0020}"..."\u{E007F}" where continuesFlag(scalars, index):
                safe.append(scalar)
            default:
                safe.append(contentsOf: (mark(for: scalar) ?? String(scalar)).unicodeScalars)
            }
            index += 1
        }
        return String(safe)
    }

    /// Whether nothing needs to be done, decided on bytes for the common ASCII case.
    private static func isPlain(_ text: String, _ shape: Shape) -> Bool {
        text.utf8.allSatisfy { (0x20..<0x7F).contains($0) || ($0 == 0x0A && shape == .block) }
    }

    /// The index after `ESC [ digits and separators m`, or nil if that is not what stands here.
    private static func endOfColourSequence(in scalars: [Unicode.Scalar], from start: Int) -> Int? {
        guard start + 1 < scalars.count, scalars[start + 1] == "[" else { return nil }
        var index = start + 2
        while index < scalars.count {
            switch scalars[index] {
            case "0"..."9", ";", ":": index += 1
            case "m": return index + 1
            default: return nil
            }
        }
        return nil
    }

    /// Whether the tag character at `index` belongs to a regional flag: a black flag followed by tags only.
    private static func continuesFlag(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        // A flag has at most six tags and the one that ends them.
        let earlier = scalars[max(0, index - 7)..<index]
        let flag = earlier.last { !("\u{E0020}"..."\u{E007F}").contains($0) }
        return flag == "\u{1F3F4}"
    }

    /// What is shown for a character a terminal would obey or hide; nil for all others, empty to drop it.
    private static func mark(for scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x00..<0x20: "^" + String(Unicode.Scalar(UInt8(scalar.value) + 0x40))
        case 0x7F: "^?"
        case 0x200B, 0x2060, 0xFEFF, 0xAD: ""
        case 0x80..<0xA0,  // C1 controls
            0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069,  // bidirectional controls
            0x2061...0x2064, 0x206A...0x206F, 0xFFF9...0xFFFB,  // invisible operators, deprecated and annotation marks
            0x180E, 0x1D173...0x1D17A, 0xE0000...0xE007F:  // other invisible format characters and tags
            "<U+" + codePoint(scalar.value) + ">"
        default: nil
        }
    }

    private static func codePoint(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
