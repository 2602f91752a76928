/// Scripts that are written without spaces between words: Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese.
///
/// Where their words end only a dictionary tells. The full-text index knows each character of them as a word, so that any part
/// of a text is found as characters that stand side by side.
public enum UnspacedScript {
    /// Whether `scalar` is a letter or a mark of such a script. Digits and punctuation are not.
    public static func contains(_ scalar: Unicode.Scalar) -> Bool {
        // Nothing below: the fast way out for nearly all text.
        guard scalar.value >= 0x0E01 else { return false }
        return switch scalar.value {
        // Thai, Lao, Burmese, Hangul of parts, Khmer.
        case 0x0E01...0x0E3A, 0x0E40...0x0E4E, 0x0E81...0x0ECE, 0x0EDC...0x0EDF, 0x1000...0x103F, 0x1050...0x108F,
            0x1100...0x11FF, 0x1780...0x17D3:
            true
        // Radicals, marks of repetition, numerals of letters, kana, bopomofo, Hangul, extensions.
        case 0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3031...0x3035, 0x3038...0x303B, 0x3041...0x3096,
            0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x312F, 0x3131...0x318E, 0x31A0...0x31BF, 0x31F0...0x31FF:
            true
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97C, 0xAC00...0xD7FB, 0xF900...0xFAFF, 0xFF66...0xFF9F,
            0xFFA0...0xFFDC, 0x1B000...0x1B16F, 0x20000...0x323AF:
            true
        default: false
        }
    }
}
