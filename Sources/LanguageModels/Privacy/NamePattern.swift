import Foundation

/// Regular expressions that find persons' names in the forms that people write them in: `Jane Doe`, `DOE, Jane`, `Jane A. Doe`,
/// `Mr. Doe`, `jane`.
///
/// A name of several parts is found in any case. A part that is a word too (`CommonWords`) is a name only beside another part, behind a
/// title, and, unless it is a word of markets, with a capital in the middle of a sentence.
struct NamePattern {
    /// What finds a name of several parts; nil where there is none.
    let phrases: String?
    /// What finds single parts; nil where there are none.
    let words: String?

    /// The shortest part that is looked for alone, in letters.
    private static let shortestPart = 3

    /// Patterns for `names`; those of account names, `whole`, are found as a whole alone.
    init(_ names: [String], whole: [String]) {
        var phrases: [String] = []
        var words: [String] = []
        var unspaced: [String] = []
        for name in names {
            let parts = NamePattern.parts(of: name)
            if let name = NamePattern.unspaced(parts) {
                unspaced.append(name)
            } else if parts.count > 1 {
                phrases += NamePattern.phrases(of: name, parts)
                words += parts.flatMap(NamePattern.words(of:)) + NamePattern.joined(parts)
            } else if name.count >= NamePattern.shortestPart {
                let isWritten = name.contains(where: \.isUppercase) || !NamePattern.isCommon(name)
                words += (isWritten ? NamePattern.forms(name) : []) + NamePattern.words(of: name)
            }
        }
        let accounts = whole.filter { $0.count >= NamePattern.shortestPart }.flatMap { NamePattern.forms($0) }
        if !accounts.isEmpty { phrases.append("(?i:" + NamePattern.any(accounts) + ")") }
        let whole = phrases.isEmpty ? [] : [NamePattern.asWord(phrases)]
        self.phrases = unspaced.isEmpty && whole.isEmpty ? nil : "(" + (unspaced + whole).joined(separator: "|") + ")"
        self.words = words.isEmpty ? nil : "(" + NamePattern.asWord(words) + ")"
    }

    // MARK: - Scripts without spaces

    /// What finds a name of two characters and more in Chinese, Japanese or Korean script, whatever adjoins it, for there no space
    /// stands around names: `王伟` and `김민수` as well as `王 伟`; nil for a name in another script.
    private static func unspaced(_ parts: [String]) -> String? {
        let name = parts.joined()
        guard name.count > 1,
            name.range(of: #"^[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー・]+$"#, options: .regularExpression) != nil
        else { return nil }
        return name.map { any(forms(String($0))) }.joined(separator: #"\s?"#)
    }

    // MARK: - Several parts

    private static func parts(of name: String) -> [String] {
        name.split(whereSeparator: \.isWhitespace).map { part in
            part.drop { !$0.isLetter && !$0.isNumber }
        }.filter { !$0.isEmpty }.map { part in
            var part = part
            while let last = part.last, !last.isLetter, !last.isNumber { part.removeLast() }
            return String(part)
        }
    }

    private static func phrases(of name: String, _ parts: [String]) -> [String] {
        // Letters that stand alone are initials, and belong to a name only between its parts.
        let parts = parts.filter { $0.count > 1 }
        let rare = parts.filter { !isCommon($0) }
        let between = #"(?:,\s*|\s+)(?:\p{L}\.?\s+){0,2}"#
        let each = any(parts.flatMap(forms))
        var phrases: [String] = []
        if parts.count > 1 { phrases.append("(?i:" + any(forms(name)) + ")") }
        if !rare.isEmpty, parts.count > 1 {
            let ones = any(rare.flatMap(forms))
            phrases.append("(?i:\(ones)(?:\(between)\(each))+)")
            phrases.append("(?i:\(each)(?:\(between)\(each))*\(between)\(ones))")
        }
        if rare.count < parts.count {
            let capitals = any(parts.flatMap(capitalised))
            phrases.append("\(capitals)(?:\(between)\(capitals))+")
        }
        return phrases
    }

    /// `janedoe`, as names of users and files run them together.
    private static func joined(_ parts: [String]) -> [String] {
        guard let first = parts.first, let last = parts.last, !isCommon(first) || !isCommon(last),
            first.count + last.count >= 6
        else { return [] }
        return ["(?i:" + any(forms(first + last) + forms(last + first)) + ")"]
    }

    // MARK: - One part

    private static func words(of part: String) -> [String] {
        guard part.count >= shortestPart else { return [] }
        guard isCommon(part) else { return ["(?i:" + any(forms(part)) + ")"] }
        let capitals = any(capitalised(part))
        let title = #"(?<=(?<!\p{L})(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Sir)\.?\s)"#
        let behindWord = #"(?<=(?<!\p{L})\p{Ll}[\p{Ll}'’]{0,20},?[ ])"#
        let isOfMarkets = CommonWords.ofMarkets.contains(folded(part)[...])
        return [title + capitals] + (isOfMarkets ? [] : [behindWord + any(forms(part.capitalized))])
    }

    private static func isCommon(_ part: String) -> Bool {
        let word = folded(part)[...]
        return CommonWords.ofMarkets.contains(word) || CommonWords.ofEveryday.contains(word)
    }

    // MARK: - Spellings

    private static func folded(_ text: String) -> String {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
    }

    private static func capitalised(_ part: String) -> [String] {
        forms(part.capitalized) + forms(part.uppercased()) + forms(part)
    }

    /// The spellings of a text: accents as one character, as a letter and a mark, and left out.
    private static func forms(_ text: String) -> [String] {
        let spellings = [
            text, text.precomposedStringWithCanonicalMapping, text.decomposedStringWithCanonicalMapping,
            text.folding(options: .diacriticInsensitive, locale: nil),
        ]
        // Texts that look alike are equal to Swift; their scalars are not.
        var seen: Set<[UInt8]> = []
        return spellings.filter { !$0.isEmpty && seen.insert(Array($0.utf8)).inserted }.map(PrivatePattern.quoted)
    }

    /// The longest of patterns that fits; each is quoted.
    private static func any(_ patterns: [String]) -> String {
        "(?:" + patterns.sorted { ($0.utf8.count, $1) > ($1.utf8.count, $0) }.joined(separator: "|") + ")"
    }

    private static func asWord(_ patterns: [String]) -> String {
        #"(?<![\p{L}\p{N}])(?:"# + patterns.joined(separator: "|") + #")(?![\p{L}\p{N}])"#
    }
}
