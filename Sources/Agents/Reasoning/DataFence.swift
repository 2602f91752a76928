/// Marks text of documents, sources and people as data in a prompt, so that nothing in it reads as an instruction.
///
/// A fence is a courtesy to the model. What protects the owner is that only a reply's own tool calls are carried out, that
/// they only ever read, and that every figure of an answer is checked.
public enum DataFence {
    /// `text` between `<data name="NAME">` and `</data>`; marks of that kind inside it are broken.
    public static func fenced(_ text: String, as name: String) -> String {
        let attribute = name.filter { $0.isLetter || $0.isNumber || "-_. ".contains($0) }
        return "<data name=\"\(attribute)\">\n\(broken(text))\n</data>"
    }

    /// `text` in one line of at most `limit` characters, fit to stand inside a fence.
    public static func line(_ text: String, limit: Int = 240) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return broken(words.count > limit ? words.prefix(limit) + "…" : words[...])
    }

    private static func broken(_ text: some StringProtocol) -> String {
        var result = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "<") {
            result += rest[..<mark]
            let tail = rest[rest.index(after: mark)...]
            let isFence = ["data", "/data"].contains { tail.prefix($0.count).lowercased() == $0 }
            result += isFence ? "< " : "<"
            rest = tail
        }
        return result + rest
    }
}
