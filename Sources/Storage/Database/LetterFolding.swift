/// Letters that stand for several, as Unicode's full case folding has it, and the long s and the final sigma: `Straße` is `strasse`.
///
/// SQLite's own tokenizer folds one letter to one letter alone.
enum LetterFolding {
    /// What becomes of each letter.
    static let letters: [(letter: Unicode.Scalar, folded: String)] = [
        ("\u{DF}", "ss"), ("\u{1E9E}", "ss"), ("\u{149}", "\u{2BC}n"), ("\u{17F}", "s"), ("\u{3C2}", "\u{3C3}"),
        ("\u{587}", "\u{565}\u{582}"),
        ("\u{FB00}", "ff"), ("\u{FB01}", "fi"), ("\u{FB02}", "fl"), ("\u{FB03}", "ffi"), ("\u{FB04}", "ffl"),
        ("\u{FB05}", "st"), ("\u{FB06}", "st"),
        ("\u{FB13}", "\u{574}\u{576}"), ("\u{FB14}", "\u{574}\u{565}"), ("\u{FB15}", "\u{574}\u{56B}"),
        ("\u{FB16}", "\u{57E}\u{576}"), ("\u{FB17}", "\u{574}\u{56D}"),
    ]

    /// A pattern of SQLite's GLOB for texts that have one.
    static let pattern = "*[" + letters.map { String($0.letter) }.joined() + "]*"

    private static let byBytes = Dictionary(
        uniqueKeysWithValues: letters.map { letter, folded in (key(Array(String(letter).utf8)[...]), Array(folded.utf8))
        }
    )
    /// Whether a byte begins one of them.
    private static let isBeginning = letters.reduce(into: [Bool](repeating: false, count: 256)) { beginnings, letter in
        for byte in String(letter.letter).utf8.prefix(1) { beginnings[Int(byte)] = true }
    }

    /// A text with its letters folded, and where each byte and the end of it were; nil where there are none to fold.
    static func folded(_ text: UnsafeRawBufferPointer) -> (bytes: [UInt8], places: [CInt])? {
        guard let first = text.indices.first(where: { letter(in: text, at: $0) != nil }) else { return nil }
        var bytes = Array(text[..<first])
        var places = (0..<CInt(first)).map { $0 }
        var index = first
        while index < text.count {
            if let (length, folded) = letter(in: text, at: index) {
                bytes += folded
                places += repeatElement(CInt(index), count: folded.count)
                index += length
            } else {
                bytes.append(text[index])
                places.append(CInt(index))
                index += 1
            }
        }
        places.append(CInt(text.count))
        return (bytes, places)
    }

    private static func letter(in text: UnsafeRawBufferPointer, at index: Int) -> (length: Int, folded: [UInt8])? {
        let first = text[index]
        guard first >= 0xC3, isBeginning[Int(first)] else { return nil }
        let length = first < 0xE0 ? 2 : 3
        guard index + length <= text.count else { return nil }
        return byBytes[key(text[index..<index + length])].map { (length, $0) }
    }

    private static func key(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
