/// Tells a single query from anything that could change a database. The database's own read-only modes are the wall
/// behind it; this is what gives the owner a clear word.
enum SingleSelect {
    /// The statement without the semicolon at its end; nil where it is not one query alone.
    static func statement(_ text: String) -> String? {
        let body = withoutComments(text)
        var trimmed = Substring(body)
        while let last = trimmed.last, last.isWhitespace || last == ";" { trimmed.removeLast() }
        let first = trimmed.drop { $0.isWhitespace || $0 == "(" }.prefix { $0.isLetter }.lowercased()
        guard ["select", "with", "values"].contains(first) else { return nil }
        return String(trimmed)
    }

    /// Comments become a space; quoted parts stay as they are.
    private static func withoutComments(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars[...]
        while let scalar = rest.first {
            if rest.starts(with: "--".unicodeScalars) {
                rest = rest.drop { $0 != "\n" }
                result.append(" ")
            } else if rest.starts(with: "/*".unicodeScalars) {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.starts(with: "*/".unicodeScalars) { rest = rest.dropFirst() }
                rest = rest.dropFirst(2)
                result.append(" ")
            } else if scalar == "'" || scalar == "\"" {
                result.append(scalar)
                rest = rest.dropFirst()
                while let inner = rest.first {
                    result.append(inner)
                    rest = rest.dropFirst()
                    if inner == scalar { break }
                }
            } else {
                result.append(scalar)
                rest = rest.dropFirst()
            }
        }
        return String(result)
    }
}
