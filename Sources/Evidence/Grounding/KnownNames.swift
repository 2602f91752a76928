/// Names with digits in them that the evidence itself uses: ids, sources, documents, tickers.
struct KnownNames: Sendable {
    private var names: Set<String> = []
    private var counts: [String: Int] = [:]
    private var last = ""

    mutating func add(_ item: Evidence) {
        names.insert(item.id)
        counts[item.id] = item.facts.count + item.passages.count
        add(words: item.tool)
        for fact in item.facts {
            if fact.source != last {
                last = fact.source
                add(words: fact.source)
            }
            if !fact.id.utf8.starts(with: item.id.utf8) { add(fact.id[...]) }
        }
        for passage in item.passages {
            add(words: passage.document)
            add(words: passage.title)
            for heading in passage.headings { add(words: heading) }
            add(passage.id[...])
        }
    }

    /// Whether a word with digits is a name the evidence uses.
    func contains(_ name: String) -> Bool {
        if names.contains(name) { return true }
        guard let point = name.lastIndex(of: "."), let count = counts[String(name[..<point])],
            let rank = Int(name[name.index(after: point)...])
        else { return false }
        return rank >= 1 && rank <= count
    }

    private mutating func add(words text: String) {
        guard text.utf8.contains(where: { $0 >= 48 && $0 <= 57 }) else { return }
        add(text[...])
        if text.utf8.contains(UInt8(ascii: " ")) {
            for word in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "(" || $0 == ")" }) { add(word) }
        }
        if let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")) { add(text[text.utf8.index(after: slash)...]) }
    }

    /// Adds a ticker with digits in it.
    mutating func add(ticker: String) {
        add(ticker[...])
    }

    private mutating func add(_ name: Substring) {
        var (hasDigit, hasLetter) = (false, false)
        for byte in name.utf8 {
            if byte >= 48, byte <= 57 {
                hasDigit = true
            } else if (byte | 32) >= 97, (byte | 32) <= 122 {
                hasLetter = true
            }
        }
        if hasDigit, hasLetter { names.insert(String(name)) }
    }
}

/// Texts with figures in them that may stand in an answer word for word: labels, text values, formulas, gaps.
struct KnownPhrases {
    private struct Phrase {
        let bytes: [UInt8]
        /// Where the digits begin by which it was found.
        let anchor: Int
        let group: Int
        let id: String
    }

    private var byDigits: [String: [Phrase]] = [:]
    private var seen: Set<String> = []

    /// Adds a text, unless it has no digits, or is so short and bare (`12.5`) that it would stand anywhere.
    /// Each sentence of it is a text of its own, for answers are checked sentence by sentence.
    mutating func add(_ text: String, group: Int, id: String) {
        guard text.utf8.contains(where: Self.isDigit) else { return }
        guard text.contains(". ") || text.utf8.contains(UInt8(ascii: "\n")) else {
            return add(phrase: text, group: group, id: id)
        }
        for sentence in TokenizedText.sentences(text) { add(phrase: sentence, group: group, id: id) }
    }

    private mutating func add(phrase text: String, group: Int, id: String) {
        var hasDigit = false
        var hasLetter = false
        for byte in text.utf8 {
            if byte >= 48, byte <= 57 {
                hasDigit = true
            } else if (byte | 32) >= 97, (byte | 32) <= 122 {
                hasLetter = true
            }
        }
        guard hasDigit, hasLetter || text.utf8.count >= 6, group != 0 || seen.insert(text).inserted else { return }
        let bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count {
            guard Self.isDigit(bytes[position]) else {
                position += 1
                continue
            }
            let start = position
            while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
            let key = String(decoding: bytes[start..<position], as: UTF8.self)
            byDigits[key, default: []].append(Phrase(bytes: bytes, anchor: start, group: group, id: id))
        }
    }

    /// The id of what has a text that stands word for word around a figure and within its sentence, of the groups
    /// admitted.
    func source(around range: Range<Int>, in bytes: [UInt8], sentence: Range<Int>, admits: (Int) -> Bool) -> String? {
        guard !byDigits.isEmpty, let start = range.first(where: { Self.isDigit(bytes[$0]) }) else { return nil }
        var end = start
        while end < bytes.count, Self.isDigit(bytes[end]) { end += 1 }
        guard let candidates = byDigits[String(decoding: bytes[start..<end], as: UTF8.self)] else { return nil }
        return candidates.first { phrase in
            let first = start - phrase.anchor
            let last = first + phrase.bytes.count
            guard first >= sentence.lowerBound, last <= sentence.upperBound, first <= range.lowerBound,
                last >= range.upperBound,
                admits(phrase.group)
            else { return false }
            guard first == 0 || !Self.isWord(bytes[first - 1]), last == bytes.count || !Self.isWord(bytes[last]) else {
                return false
            }
            return bytes[first..<last].elementsEqual(phrase.bytes) { $0 == $1 || ($0 | 32 == $1 | 32 && $0 >= 65) }
        }?.id
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || ((byte | 32) >= 97 && (byte | 32) <= 122) || byte >= 128
    }
}
