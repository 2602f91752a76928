import Foundation

/// What is looked for in a text that is about to leave the machine: one regular expression whose alternatives are either kinds
/// of private text, or figures and symbols that must stay as they are.
///
/// Of the alternatives that fit at a place the first one counts, so that what must stay is listed before what it resembles.
struct PrivatePattern: Sendable {
    /// The kinds of private text; also the words in their tokens.
    enum Kind: String, CaseIterable, Sendable {
        case account, name, email, path, phone, number, key
        /// Text that looks like a token of ours.
        case text
    }

    /// Nil where it does not compile, which only a mistake in this file can cause: terms are quoted.
    private let expression: NSRegularExpression?
    /// The kind that each group of the expression stands for; nil for what stays.
    private let kinds: [Kind?]

    /// The pattern that also finds `terms`.
    init(_ terms: PrivateTerms) {
        let alternatives = PrivatePattern.alternatives(terms)
        kinds = alternatives.map(\.kind)
        expression = try? NSRegularExpression(pattern: alternatives.map { "(?:\($0.pattern))" }.joined(separator: "|"))
    }

    /// The private parts of `text` in order, as ranges of UTF-16; all of it where nothing can be told apart.
    func matches(in text: NSString) -> [(range: NSRange, kind: Kind)] {
        let whole = NSRange(location: 0, length: text.length)
        guard let expression else { return [(whole, .text)] }
        return expression.matches(in: text as String, range: whole).compactMap { match in
            for (index, kind) in kinds.enumerated() {
                let range = match.range(at: index + 1)
                if range.location != NSNotFound { return kind.map { (range, $0) } }
            }
            return nil
        }
    }

    // MARK: - Alternatives

    /// Each has one group, around what is private.
    private static func alternatives(_ terms: PrivateTerms) -> [(kind: Kind?, pattern: String)] {
        var all: [(kind: Kind?, pattern: String)] = [
            (.text, #"(\[(?:\#(Kind.allCases.map(\.rawValue).joined(separator: "|")))-[0-9]+\])"#),
            (nil, "((?<![A-Za-z0-9])" + optionSymbol + ")"),
            (nil, #"(\{[A-Z][0-9]+(?:\.[A-Za-z0-9_]+)*\})"#),
        ]
        // A very short number would be found in every other figure.
        let accounts = quoted(terms.accounts.filter { $0.count >= 5 })
        if !accounts.isEmpty { all.append((.account, whole("(?i:" + accounts + ")"))) }
        let phrases = terms.names.filter { $0.contains(where: \.isWhitespace) }
        let words = terms.names.filter { !$0.contains(where: \.isWhitespace) && $0.count >= 3 }
        if !phrases.isEmpty { all.append((.name, whole("(?i:" + quoted(phrases) + ")"))) }
        all += [
            (.email, #"((?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)"#),
            (.key, "(" + keys.joined(separator: "|") + ")"),
            (.path, "(" + paths(terms.folders).joined(separator: "|") + ")"),
        ]
        if !words.isEmpty { all.append((.name, whole(quoted(words)))) }
        all += [
            (.phone, "(" + phones.joined(separator: "|") + ")"),
            (.account, #"((?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9]))"#),
            (.account, accountByItsTitle),
            (.number, #"((?<![\p{L}\p{N}.,])[0-9]{4}(?:[ -][0-9]{4}){3}(?![\p{L}\p{N}]))"#),
            (.number, #"((?<![\p{L}\p{N}.,-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![\p{L}\p{N}-]))"#),
            (nil, #"([$€£¥] ?[0-9][0-9,]*(?:\.[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]++\.[0-9]++)"#),
            (
                .number,
                #"((?<![\p{L}\p{N}_])[0-9]{9,}+(?![\p{L}\p{N}_%]|[.,][0-9]| ?(?:shares|contracts|USD|dollars|percent)\b))"#
            ),
        ]
        return all
    }

    /// `NVDA  261218P00170000`, padded or not.
    private static let optionSymbol = "[A-Z]{1,6} {0,5}[0-9]{6}[CP][0-9]{8}(?![A-Za-z0-9])"

    /// What follows the word account, where it has four digits and is neither a date nor an amount.
    private static let accountByItsTitle =
        #"(?i:(?<![\p{L}\p{N}])(?:account|acct)(?: ?(?:number|no\.?|id|#))? ?[:#=]? ?)"#
        + #"((?![0-9]{4}-[0-9]{2}-[0-9]{2})(?!"# + optionSymbol + #")"#
        + #"(?=(?:[A-Za-z-]*[0-9]){4})[A-Za-z0-9][A-Za-z0-9-]{4,33}(?![\p{L}\p{N}_%]|[.,][0-9]))"#

    /// How keys begin that services make.
    static let keysOfServices = [
        "sk[-_][A-Za-z0-9_-]{8,}", "gsk_[A-Za-z0-9]{8,}", "xai-[A-Za-z0-9_-]{8,}", "AIza[A-Za-z0-9_-]{16,}",
        "gh[pousr]_[A-Za-z0-9]{16,}", "github_pat_[A-Za-z0-9_]{16,}", "xox[abeprs]-[A-Za-z0-9-]{8,}",
        "AKIA[A-Z0-9]{12,}", "pa-[A-Za-z0-9_-]{16,}", "(?:jina|hf|r8|nvapi|pplx|csk|fw)[-_][A-Za-z0-9_-]{16,}",
        #"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"#,
    ]

    /// Texts that are long and of digits with both kinds of letters, or hexadecimal.
    static let longTexts = [
        "(?=[a-zA-Z_-]*[0-9])(?=[a-z0-9_-]*[A-Z])(?=[A-Z0-9_-]*[a-z])[A-Za-z0-9_-]{32,}", hexadecimal,
    ]

    /// Long numbers in hexadecimal.
    static let hexadecimal = "[0-9a-f]{32,}|[0-9A-F]{32,}"

    /// Any of `patterns` as a word.
    static func word(_ patterns: [String]) -> String {
        "(?<![A-Za-z0-9_-])(?:" + patterns.joined(separator: "|") + ")(?![A-Za-z0-9_-])"
    }

    private static let keys = [
        word(keysOfServices + ["[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"] + longTexts)
    ]

    private static let phones = [
        #"(?<![\p{L}\p{N}+])\+[0-9]{10,15}(?![\p{L}\p{N}]|[.,][0-9])"#,
        // Grouped in any way, with 8 to 15 digits in all.
        #"(?<![\p{L}\p{N}+])(?=\+(?:[ ()-]{0,3}[0-9]){8,15}(?![0-9]))\+[0-9]{1,3}[ -](?:\([0-9]{1,4}\)[ -]?)?"#
            + #"(?:[0-9]{1,4}(?:[ -][0-9]{2,8}){1,4}|[0-9]{6,12})(?![\p{L}\p{N}]|[.,][0-9])"#,
        #"(?<![\p{L}\p{N}$.,-])(?:\([0-9]{3}\) ?[0-9]{3}[-. ]|[0-9]{3}-[0-9]{3}-|[0-9]{3}\.[0-9]{3}\.)[0-9]{4}(?![\p{L}\p{N}%-]|[.,][0-9])"#,
    ]

    /// A word of a name of a file or folder that has spaces in it.
    private static let word = #"[\p{L}\p{N}_#&](?:[\p{L}\p{N}_&.+#-]*[\p{L}\p{N}_&+#-])?"#

    /// The suffixes of names of files, small and large.
    private static let suffixes: String = {
        let known = [
            "pdf", "csv", "tsv", "txt", "md", "rst", "rtf", "htm", "html", "xml", "json", "yaml", "yml", "toml", "doc",
            "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "numbers", "pages", "epub", "zip", "gz", "tgz",
            "tar", "7z", "png", "jpg", "jpeg", "gif", "tif", "tiff", "heic", "webp", "svg", "eml", "msg", "mbox", "ics",
            "vcf", "qfx", "ofx", "qif", "db", "sqlite", "log", "bak", "pem", "p12", "pfx", "key", "kdbx", "gpg", "asc",
            "mp3", "mp4", "mov", "wav", "parquet", "py", "swift", "js", "ts", "sh", "ipynb",
        ]
        return "(?:" + (known + known.map { $0.uppercased() }).joined(separator: "|") + ")"
    }()

    /// A word behind a space, inside a name rather than in the sentence after it.
    private static let furtherWord =
        #" (?!(?:and|or|then|but|is|are|was|were|has|have|had|holds|contains|shows|says|which|that|when|where|because|for"#
        + #"|with|to|at|as|if|it|its|see|open|read)(?![\p{L}\p{N}]))"#

    /// A name with a suffix, and a sentence, have ended.
    private static let goesOn = #"(?<![.!])(?<!\.\#(suffixes))"#

    /// Words after the first one of a folder's name. Pairs such as `P/E`, `bid/ask` and `165/170` are no folders.
    private static let wordsBeforeSlash =
        goesOn + #"(?:\#(furtherWord)\#(word)){0,4}\#(furtherWord)"#
        + #"(?!(?:[A-Z]{1,5}/[A-Z]{1,5}|(?i:put/call|call/put|bid/ask|risk/reward|profit/loss|buy/sell|long/short|yes/no))"#
        + #"(?![\p{L}\p{N}_/-]|\.\p{L}))(?![0-9]{1,3}(?:\.[0-9]+)?/[0-9]+(?![\p{L}\p{N}_-]|\.\p{L}))\#(word)"#

    /// Words after the first one of a file's name, up to its suffix.
    private static let wordsBeforeSuffix =
        goesOn + #"(?:\#(furtherWord)\#(word)){0,4}\#(furtherWord)"#
        + #"[\p{L}\p{N}_#&][\p{L}\p{N}_&.+#-]*\.\#(suffixes)(?![\p{L}\p{N}_/-])"#

    /// Absolute paths of two parts and more, what is in the home folder, and `folders` themselves.
    private static func paths(_ folders: [String]) -> [String] {
        let part = #"[^\s/\\"'`<>|*?:;,()\[\]{}]+"#
        // The first part may go on behind a space where a capital follows, as in `/My Documents/`.
        let second = #"(?:/\#(part)|(?: \p{Lu}[\p{L}\p{N}_-]+){1,3}/\#(part))"#
        let rest = #"(?:/\#(part)|\#(wordsBeforeSlash)/\#(part)|\#(wordsBeforeSuffix))"#
        let start = #"(?<![\p{L}\p{N}_.~/\\%-])"#
        let end = #"(?:/(?![\p{L}\p{N}]))?(?<![.!])"#
        let given = quoted(folders.filter { $0.count > 1 })
        let own = given.isEmpty ? [] : [start + "(?:" + given + #")(?![\p{L}\p{N}_-])(?:\#(rest))*"# + end]
        return [
            #"(?<=["'`])(?:~|[A-Za-z]:)?[/\\](?![/\\])[^"'`\n]{1,400}[/\\][^"'`\n]{1,200}(?=["'`])"#
        ] + own + [
            #"file://[^\s"'<>]+"#,
            start + "~(?:[a-z_][a-z0-9_-]*)?/\(part)(?:\(rest))*" + end,
            start + "/(?!/)\(part)\(second)(?:\(rest))*" + end,
            #"(?<![\p{L}\p{N}])[A-Za-z]:\\(?:\#(part)(?: \#(word)){0,5}\\)*\#(part)(?:\#(wordsBeforeSuffix))?"#,
            #"(?<![\p{L}\p{N}\\])\\\\\#(part)(?:\\\#(part))+"#,
        ]
    }

    /// `pattern` where no letter or digit adjoins it, in a group.
    private static func whole(_ pattern: String) -> String {
        #"((?<![\p{L}\p{N}])\#(pattern)(?![\p{L}\p{N}]))"#
    }

    /// Any of `texts` as they stand, longest first; any white space for white space.
    private static func quoted(_ texts: [String]) -> String {
        let escaped = texts.sorted { ($0.count, $1) > ($1.count, $0) }.map { text in
            text.split(whereSeparator: \.isWhitespace).map { NSRegularExpression.escapedPattern(for: String($0)) }
                .joined(separator: #"\s+"#)
        }.filter { !$0.isEmpty }
        return escaped.isEmpty ? "" : "(?:" + escaped.joined(separator: "|") + ")"
    }
}
