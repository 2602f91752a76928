/// Where sentences and words end.
enum SentenceBreaks {
    /// What ends with a full stop without ending a sentence.
    private static let abbreviations: Set<String> = [
        "al", "approx", "cf", "co", "corp", "dept", "dr", "e.g", "eg", "est", "etc", "fig", "i.e", "ie", "inc", "jr",
        "ltd",
        "mr", "mrs", "ms", "no", "nos", "p", "pp", "prof", "sec", "sr", "st", "u.k", "u.s", "vol", "vs",
    ]

    /// The sentences of `text`, each with the white space behind it; together they are the whole text.
    static func sentences(in text: Substring) -> [Substring] {
        var sentences: [Substring] = []
        let bytes = text.utf8
        var start = text.startIndex
        var wordStart = text.startIndex
        var index = text.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            let next = bytes.index(after: index)
            if byte == 0x20 || byte == 0x09 {
                var end = next
                while end < bytes.endIndex, bytes[end] == 0x20 || bytes[end] == 0x09 { end = bytes.index(after: end) }
                if endsSentence(text[wordStart..<index]), begins(text[end...]) {
                    sentences.append(text[start..<end])
                    start = end
                }
                wordStart = end
                index = end
            } else if let end = ideographicEnd(in: bytes, at: index) {
                sentences.append(text[start..<end])
                (start, wordStart, index) = (end, end, end)
            } else {
                index = next
            }
        }
        if start < text.endIndex { sentences.append(text[start...]) }
        return sentences
    }

    /// Where a sentence ends that a full stop, an exclamation or a question mark of the width of an ideograph closes, behind which
    /// no space stands: with the closing marks and the space behind it, if there are any.
    private static func ideographicEnd(in bytes: Substring.UTF8View, at index: Substring.Index) -> Substring.Index? {
        guard bytes[index] == 0xE3 || bytes[index] == 0xEF else { return nil }
        let rest = Substring(bytes[index...])
        guard let mark = rest.first, "。！？".contains(mark) else { return nil }
        return rest.dropFirst().firstIndex { !("。！？」』）”’".contains($0) || $0 == " " || $0 == "\t") } ?? rest.endIndex
    }

    /// Whether `text` ends as a sentence does.
    static func endsSentence(_ text: Substring) -> Bool {
        var rest = text[...]
        while let last = rest.last, last.isWhitespace || "\"'”’)]*_".contains(last) { rest.removeLast() }
        guard let mark = rest.last else { return false }
        if "!?。！？".contains(mark) { return true }
        guard mark == "." else { return false }
        let word = rest.dropLast().reversed().prefix { !$0.isWhitespace && $0 != "(" }
        let lowered = String(word.reversed()).lowercased()
        return !abbreviations.contains(lowered) && !(lowered.count == 1 && lowered.first?.isLetter == true)
    }

    /// Whether a sentence may begin like this: not with a small letter.
    private static func begins(_ text: Substring) -> Bool {
        guard let first = text.first(where: { !"\"'“‘([*_".contains($0) }) else { return true }
        return !first.isLowercase
    }

    /// The words of `text`, each with the white space behind it; a longer one than `limit` bytes in several pieces.
    static func words(in text: Substring, atMost limit: Int) -> [Substring] {
        var words: [Substring] = []
        let bytes = text.utf8
        var start = text.startIndex
        var length = 0
        var isInSpace = false
        for index in text.unicodeScalars.indices {
            let byte = bytes[index]
            let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
            if (isInSpace && !isSpace) || length >= limit {
                words.append(text[start..<index])
                start = index
                length = 0
            }
            isInSpace = isSpace
            length += 1
        }
        if start < text.endIndex { words.append(text[start...]) }
        return words
    }
}
