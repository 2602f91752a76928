/// The text of a line being edited, with a cursor between two characters.
///
/// The unit is the grapheme cluster, so no movement or deletion can tear an accent from its letter or a family of
/// emoji apart. The text may hold line breaks; "line" below means the stretch between two of them.
struct LineBuffer: Sendable, Equatable {
    /// The text as characters.
    private(set) var characters: [Character] = []
    /// The number of characters before the cursor.
    private(set) var cursor = 0

    /// An empty line.
    init() {}

    /// A line with the cursor at its end.
    init(_ text: String) {
        characters = Array(text)
        cursor = characters.count
    }

    /// The whole text.
    var text: String { String(characters) }
    /// Whether there is no text.
    var isEmpty: Bool { characters.isEmpty }
    /// The text before the cursor.
    var beforeCursor: String { String(characters[..<cursor]) }
    /// Whether the cursor stands on the first line.
    var isOnFirstLine: Bool { lineStart == 0 }
    /// Whether the cursor stands on the last line.
    var isOnLastLine: Bool { lineEnd == characters.count }

    /// The number of characters before the line of the cursor.
    var lineStart: Int { (characters[..<cursor].lastIndex(of: "\n") ?? -1) + 1 }
    /// The number of characters up to the end of the line of the cursor.
    var lineEnd: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }

    /// The start of the word (letters and digits) before the cursor.
    var wordStart: Int { boundaryBefore { $0.isWordPart } }
    /// The end of the word (letters and digits) after the cursor.
    var wordEnd: Int {
        var index = cursor
        while index < characters.count, !characters[index].isWordPart { index += 1 }
        while index < characters.count, characters[index].isWordPart { index += 1 }
        return index
    }
    /// The start of the stretch without spaces before the cursor.
    var spacedWordStart: Int { boundaryBefore { !$0.isWhitespace } }

    private var isBetweenASCII: Bool {
        (cursor == 0 || characters[cursor - 1].isASCII) && (cursor == characters.count || characters[cursor].isASCII)
    }

    private func boundaryBefore(_ isPart: (Character) -> Bool) -> Int {
        var index = cursor
        while index > 0, !isPart(characters[index - 1]) { index -= 1 }
        while index > 0, isPart(characters[index - 1]) { index -= 1 }
        return index
    }

    /// Moves the cursor, no further than the ends of the text.
    mutating func move(to position: Int) {
        cursor = min(max(0, position), characters.count)
    }

    /// Moves the cursor up or down by lines, keeping its distance from the line's start where the line is long enough.
    mutating func moveLine(down: Bool) {
        guard down ? !isOnLastLine : !isOnFirstLine else { return }
        let column = cursor - lineStart
        cursor = down ? lineEnd + 1 : lineStart - 1
        cursor = min(lineStart + column, lineEnd)
    }

    /// Puts text at the cursor and the cursor after it. A combining mark joins the character before it.
    mutating func insert(_ text: String) {
        if let character = text.first, text.utf8.count == 1, isBetweenASCII {
            // Nothing can join here, and typing stays fast in a long text.
            characters.insert(character, at: cursor)
            cursor += 1
            return
        }
        let before = beforeCursor + text
        let bytesBefore = before.utf8.count
        characters = Array(before + String(characters[cursor...]))
        // Joining may have shortened the text on either side, so the cursor is found again by bytes.
        var bytes = 0
        cursor =
            characters.firstIndex { character in
                if bytes >= bytesBefore { return true }
                bytes += character.utf8.count
                return false
            } ?? characters.count
    }

    /// Removes the characters in a range and leaves the cursor where they were; returns them.
    @discardableResult
    mutating func remove(_ range: Range<Int>) -> String {
        let range = range.clamped(to: 0..<characters.count)
        let removed = String(characters[range])
        let before = String(characters[..<range.lowerBound])
        let after = String(characters[range.upperBound...])
        self = LineBuffer(before)
        let position = cursor
        characters = Array(before + after)
        // Neighbours may join when what stood between them is gone.
        cursor = min(position, characters.count)
        return removed
    }

    /// Exchanges the characters around the cursor, or the last two at the end of a line, and moves on.
    mutating func transpose() {
        let end = cursor == lineEnd ? cursor - 1 : cursor
        guard end > lineStart, end < characters.count else { return }
        characters.swapAt(end - 1, end)
        cursor = end + 1
    }
}

extension Character {
    /// Whether word movements count the character as part of a word.
    fileprivate var isWordPart: Bool { isLetter || isNumber }
}
