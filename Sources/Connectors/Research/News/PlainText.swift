/// Text without the markup it was written in.
enum PlainText {
    /// The words of an HTML fragment on one line, cut to `limit` characters. Scripts and styles are no words.
    static func line(_ html: String, limit: Int) -> String {
        guard html.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else {
            return DisplayText.line(html, limit: limit)
        }
        var tokenizer = MarkupTokenizer(Array(html.utf8))
        var text = ""
        var hidden: String?
        while let token = tokenizer.next() {
            switch token {
            case .text(let words):
                if hidden == nil { text += words }
            case .open(let name, _, let isEmpty):
                let name = name.lowercased()
                if hidden == nil, !isEmpty, ["script", "style", "iframe", "noscript"].contains(name) { hidden = name }
                if !inline.contains(name) { text += " " }
            case .close(let name):
                let name = name.lowercased()
                if name == hidden { hidden = nil }
                if !inline.contains(name) { text += " " }
            }
        }
        return DisplayText.line(text, limit: limit)
    }

    /// Elements that do not end a word.
    private static let inline: Set<String> = [
        "a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u", "wbr",
    ]
}
