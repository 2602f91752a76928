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

    /// The private parts of `text` in order, as ranges of UTF-16, those of kind nil are what must stay; all of it is private where
    /// nothing can be told apart.
    func matches(in text: NSString) -> [(range: NSRange, kind: Kind?)] {
        let whole = NSRange(location: 0, length: text.length)
        guard let expression else { return [(whole, .text)] }
        return expression.matches(in: text as String, range: whole).compactMap { match in
            for (index, kind) in kinds.enumerated() {
                let range = match.range(at: index + 1)
                if range.location != NSNotFound { return (range, kind) }
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
        let accounts = any(terms.accounts.filter { $0.count >= 5 })
        if !accounts.isEmpty { all.append((.account, whole("(?i:" + accounts + ")"))) }
        let names = NamePattern(terms.names, whole: terms.accountNames)
        if let phrases = names.phrases { all.append((.name, phrases)) }
        all += [
            (.key, passwordInAddress),
            (.email, email),
            (.key, "(" + keys.joined(separator: "|") + ")"),
            (.path, "(" + paths(terms.folders).joined(separator: "|") + ")"),
        ]
        if let words = names.words { all.append((.name, words)) }
        all += [
            (nil, publicNumber),
            (.phone, "(" + phones.joined(separator: "|") + ")"),
            (.account, #"((?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9]))"#),
            (.account, accountByItsTitle), (.account, accountByItsMark), (.account, furtherAccount),
            (.account, accountByItsShape),
            (.number, #"((?<![\p{L}\p{N}.,])[0-9]{4}(?:[ -][0-9]{4}){3}(?![\p{L}\p{N}]))"#),
            (.number, #"((?<![\p{L}\p{N}.,-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![\p{L}\p{N}-]))"#),
            (nil, #"([$€£¥] ?[0-9][0-9,]*(?:\.[0-9]+)?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]++\.[0-9]++)"#),
            (.number, #"((?<![\p{L}\p{N}_])[0-9]{9,}+"# + isNoQuantity + ")"),
        ]
        return all
    }

    /// Behind a number that is not followed by its unit and does not go on.
    static let isNoQuantity =
        #"(?![\p{L}\p{N}_%]|[.,][0-9]| ?(?:shares|contracts|lots|units|calls?|puts?|strikes?|points?|days|times|bps"#
        + #"|USD|dollars|percent)\b)"#

    /// `user:password` in `https://user:password@host`.
    private static let passwordInAddress = #"((?<=[A-Za-z0-9]://)[^\s/?#@"'<>]{1,256}(?=@))"#

    private static let email =
        #"((?<![\p{L}\p{N}._%+-])(?![0-9.]+@[0-9.]+(?![\p{L}\p{N}]))[\p{L}\p{N}._%+-]{1,64}+@(?:[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+|localhost(?![\p{L}\p{N}])))"#

    /// `NVDA  261218P00170000`, padded or not.
    private static let optionSymbol = "[A-Z]{1,6} {0,5}[0-9]{6}[CP][0-9]{8}(?![A-Za-z0-9])"

    /// Numbers that anyone may know: of securities (CUSIP, ISIN, SEDOL) behind their title, ISINs by their form, and of filings
    /// and filers at the SEC.
    private static let publicNumber =
        #"((?<![\p{L}\p{N}])(?:(?i:CUSIPs?|ISINs?|SEDOLs?|CIKs?)(?: ?(?i:number|no\.?|code|#))?(?: is)? ?[:#=]? ?[A-Z0-9]{6,12}"#
        + #"|[0-9]{10}-[0-9]{2}-[0-9]{6}|(?=(?:[A-Z]*[0-9]){6})[A-Z]{2}[A-Z0-9]{9}[0-9]|(?<=/)0[0-9]{17}(?=[/.]))"#
        + #"(?![A-Za-z0-9]))"#

    /// The word account, in its forms.
    private static let accountTitle =
        #"(?i:(?<![\p{L}\p{N}])(?:accounts?|accts?\.?|a/c)(?: ?(?:numbers?|nos?\.?|ids?|#))?(?: is)? ?[:#=]? ?)"#

    /// Neither a date nor a pair of strikes or years nor an option. Two groups of four digits, as Schwab writes its numbers, are no
    /// strikes beside the word account.
    private static let isNoDate =
        #"(?![0-9]{4}-[0-9]{2}-[0-9]{2})(?!(?:19|20)[0-9]{2}-(?:19|20)[0-9]{2}(?![A-Za-z0-9-]))"#
        + #"(?!(?![0-9]{4}-[0-9]{4})[0-9]{1,4}-[0-9]{1,4}(?![A-Za-z0-9-]))(?!"# + optionSymbol + ")"

    /// What follows the word account, where it has four digits and is neither a date nor an amount.
    private static let accountByItsTitle =
        accountTitle + "(" + isNoDate
        + #"(?=(?:[A-Za-z-]*[0-9]){4})[A-Za-z0-9][A-Za-z0-9-]{4,33}"# + isNoQuantity + ")"

    /// A few digits behind the word account with a mark: `acct #1234`, `account ending in 1234`, `account ...1234`.
    private static let accountByItsMark =
        #"(?i:(?<![\p{L}\p{N}])(?:accounts?|accts?\.?|a/c)(?: ?(?:numbers? |nos?\.? ?|ids? )(?:is )?[:#=]? ?| ?# ?"#
        + #"| ?[:=] ?(?!(?:19|20)[0-9]{2}(?![0-9]))(?=[0-9]{4})"#
        + #"|,? \(?(?:that |which )?(?:ends?|ending)(?: (?:in|with|on))? ?#?| ?\(?(?:[*•·x]{1,12}|\.{2,4}|…)[ -]?))"#
        + "([0-9]{3,8}" + isNoQuantity + "(?!-[0-9]))"

    /// The second of several behind the word accounts.
    private static let furtherAccount =
        #"((?<![\p{L}\p{N}-])(?=(?:[A-Za-z-]{0,30}[0-9]){4})"# + isNoDate
        // Looked for last, for looking back is slow.
        + #"(?<=(?i:accounts|accts)[ :]{1,2}[A-Za-z0-9-]{5,20}(?:, and | and |, | or | & ))"#
        + #"[A-Za-z0-9][A-Za-z0-9-]{4,33}(?![\p{L}\p{N}_%]|[.,][0-9]))"#

    /// Numbers in the brokers' own forms: Interactive Brokers' `U1234567`, Fidelity's `Z12345678` and `X12-345678`, tastytrade's
    /// `5WT12345`, Alpaca's `PA3XYZ12QQ`.
    private static let accountByItsShape =
        #"((?<![\p{L}\p{N}_/-])(?:D?[UF][0-9]{7,8}|[XYZ][0-9]{2}-?[0-9]{6}|[0-9][A-Z]{2}[0-9]{5}"#
        + #"|PA[0-9](?=[A-Z]*[0-9])[A-Z0-9]{7,9})(?![\p{L}\p{N}_-]))"#

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
        let given = any(folders.filter { $0.count > 1 })
        let own = given.isEmpty ? [] : [start + "(?:" + given + #")(?![\p{L}\p{N}_-])(?:\#(rest))*"# + end]
        return [
            #"(?<=["'`])(?:~|[A-Za-z]:)?[/\\](?![/\\])[^"'`\n]{1,400}[/\\][^"'`\n]{1,200}(?=["'`])"#
        ] + own + [
            #"file://[^\s"'<>]+"#,
            start + "~(?:[a-z_][a-z0-9_-]*)?/\(part)(?:\(rest))*" + end,
            start + "/(?!/)\(part)\(second)(?:\(rest))*" + end,
            #"(?<![\p{L}\p{N}])[A-Za-z]:\\(?:\#(part)(?: \#(word)){0,5}\\)*\#(part)(?:\#(wordsBeforeSuffix))?"#,
            #"(?<![\p{L}\p{N}\\])\\\\\#(part)(?:\\\#(part))+"#,
        ] + relativePaths
    }

    /// Paths that start at no root: from `./` or `../`, and others up to a file's suffix. The shipped knowledge and hosts, which
    /// are written like folders, are no one's.
    private static let relativePaths: [String] = {
        let part = #"[^\s/\\"'`<>|*?:;,()\[\]{}=@]+"#
        let start = #"(?<![\p{L}\p{N}_.~/\\%@:-])"#
        let last = #"[^\s/\\"'`<>|*?:;,()\[\]{}=@]*\.\#(suffixes)(?![\p{L}\p{N}_/-])"#
        let foreign =
            #"(?!knowledge/|(?:[A-Za-z0-9-]+\.)+(?:com|org|net|gov|edu|io|co|us|uk|de|eu|info|ai|dev|app|int|mil)/)"#
        let spaced =
            #"(?:\#(furtherWord)\#(word)){0,4}\#(furtherWord)[\p{L}\p{N}_#&][\p{L}\p{N}_&.+#-]*\.\#(suffixes)"#
            + #"(?![\p{L}\p{N}_/-])"#
        // Most words are no path, which is told at once.
        let slashed = #"(?=[^\s/\\"'`<>|*?:;,()\[\]{}=@]*[/\\])"#
        let forms = [
            #"\.{1,2}/(?:\#(part)/)*(?:\#(last)|\#(word)\#(spaced)|\#(part)(?<![.!]))"#,
            foreign + #"(?:\#(part)/)+\#(last)"#,
            foreign + #"\#(part)/(?:\#(part)/)+\#(word)\#(spaced)"#,
            #"(?:\#(part)\\)+\#(last)"#,
        ]
        return [start + slashed + "(?:" + forms.joined(separator: "|") + ")"]
    }()

    /// `pattern` where no letter or digit adjoins it, in a group.
    private static func whole(_ pattern: String) -> String {
        #"((?<![\p{L}\p{N}])\#(pattern)(?![\p{L}\p{N}]))"#
    }

    /// Any of `texts` as they stand, longest first.
    private static func any(_ texts: [String]) -> String {
        let quoted = texts.sorted { ($0.count, $1) > ($1.count, $0) }.map(quoted).filter { !$0.isEmpty }
        return quoted.isEmpty ? "" : "(?:" + quoted.joined(separator: "|") + ")"
    }

    /// `text` as it stands; any white space for white space.
    static func quoted(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).map { NSRegularExpression.escapedPattern(for: String($0)) }
            .joined(separator: #"\s+"#)
    }
}
