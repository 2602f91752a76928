import Foundation
public import JSON
import Synchronization

/// Replaces private text by tokens such as `[account-1]`, and tokens by what they stand for.
///
/// The same text has the same token as long as the redactor lives, and what was once told by its surroundings, such as the word account,
/// is replaced wherever it stands in the same text or request and in all that come after. Text that looks like a token gets one of its own, so that
/// putting back what was replaced gives the text as it was, to the byte; a token that was never handed out stands for nothing.
public final class Redactor: Sendable {
    /// What was handed out. Texts are compared by their bytes: two spellings of an accent are two texts.
    private struct Tokens {
        var tokens: [[UInt8]: [UInt8]] = [:]
        var texts: [[UInt8]: [UInt8]] = [:]
        var counts: [PrivatePattern.Kind: Int] = [:]
        /// What is looked for wherever it stands.
        var repeated = RepeatedTexts()

        mutating func token(for text: [UInt8], _ kind: PrivatePattern.Kind) -> [UInt8] {
            if let token = tokens[text] { return token }
            counts[kind, default: 0] += 1
            let token = Array("[\(kind.rawValue)-\(counts[kind, default: 0])]".utf8)
            tokens[text] = token
            texts[token] = text
            repeated.learn(String(decoding: text, as: UTF8.self), kind)
            return token
        }
    }

    /// What is looked for; the pattern is made when a text is first redacted, for most runs of the program redact none.
    private struct Search {
        var terms: PrivateTerms
        var pattern: PrivatePattern?

        mutating func compiled() -> PrivatePattern {
            if let pattern { return pattern }
            let made = PrivatePattern(terms)
            pattern = made
            return made
        }
    }

    private let search: Mutex<Search>
    private let tokens = Mutex(Tokens())

    /// A redactor that knows `terms`.
    public init(_ terms: PrivateTerms) {
        search = Mutex(Search(terms: terms))
    }

    /// Looks for `terms` too from now on.
    public func learn(_ terms: PrivateTerms) {
        search.withLock { search in
            let all = search.terms.adding(terms)
            if all != search.terms { search = Search(terms: all) }
        }
    }

    // MARK: - Out

    /// `text` with tokens for what is private in it.
    public func redact(_ text: String) -> String {
        settled { replace(text) }
    }

    /// JSON text with tokens for what is private in its strings, and for numbers that are account numbers; all else keeps its
    /// bytes. Text that is no JSON is redacted as text.
    public func redact(json text: String) -> String {
        settled { replace(json: text) }
    }

    /// A value with tokens for what is private in its strings and in the names of its members.
    public func redact(_ value: JSONValue) -> JSONValue {
        settled { replace(value) }
    }

    /// What `pass` makes, once more where it found what may stand at earlier places too.
    func settled<Redacted>(_ pass: () -> Redacted) -> Redacted {
        var known = tokens.withLock { $0.repeated.count }
        var redacted = pass()
        // What a further pass finds was hidden by what the one before it took for one text; that ends at once.
        for _ in 0..<3 {
            let count = tokens.withLock { $0.repeated.count }
            if count == known { break }
            known = count
            redacted = pass()
        }
        return redacted
    }

    private func replace(_ text: String) -> String {
        let source = text as NSString
        let found = search.withLock { $0.compiled() }.matches(in: source)
        return tokens.withLock { tokens in
            let matches = Redactor.merged(found, tokens.repeated.matches(in: source))
            guard !matches.isEmpty else { return text }
            var redacted = ""
            var position = 0
            for (range, kind) in matches {
                redacted += source.substring(with: NSRange(location: position, length: range.location - position))
                let bytes = Array(source.substring(with: range).utf8)
                redacted += String(decoding: tokens.token(for: bytes, kind), as: UTF8.self)
                position = range.location + range.length
            }
            return redacted + source.substring(from: position)
        }
    }

    /// The private parts among `found`, and those of `repeated` that overlap none of `found`; in order.
    private static func merged(
        _ found: [(range: NSRange, kind: PrivatePattern.Kind?)],
        _ repeated: [(range: NSRange, kind: PrivatePattern.Kind)]
    ) -> [(range: NSRange, kind: PrivatePattern.Kind)] {
        let first = found.compactMap { match in match.kind.map { (range: match.range, kind: $0) } }
        guard !repeated.isEmpty else { return first }
        var next = 0
        let further = repeated.filter { match in
            while next < found.count, found[next].range.upperBound <= match.range.location { next += 1 }
            return next == found.count || found[next].range.location >= match.range.upperBound
        }
        return (first + further).sorted { $0.range.location < $1.range.location }
    }

    private func replace(json text: String) -> String {
        guard let first = text.first(where: { !$0.isWhitespace }), first == "{" || first == "[",
            JSONValue(json: text) != nil
        else { return replace(text) }
        let accounts = Set(search.withLock { $0.terms.accounts })
        let bytes = Array(text.utf8)
        var redacted: [UInt8] = []
        redacted.reserveCapacity(bytes.count)
        var position = 0
        var name = ""
        while position < bytes.count {
            var end = position + 1
            if bytes[position] == UInt8(ascii: "\"") {
                while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
                    end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
                }
                end = min(end + 1, bytes.count)
                let literal = bytes[position..<end]
                if bytes[end...].first(where: { !Redactor.isSpace($0) }) == UInt8(ascii: ":") {
                    name = String(decoding: literal.dropFirst().dropLast(), as: UTF8.self)
                    redacted += replace(literal: literal, isAccount: false)
                } else {
                    redacted += replace(literal: literal, isAccount: Redactor.namesAccount(name))
                }
            } else if Redactor.isDigit(bytes[position]) {
                while end < bytes.count, Redactor.isNumeric(bytes[end]) { end += 1 }
                let digits = String(decoding: bytes[position..<end], as: UTF8.self)
                let isAccount =
                    accounts.contains(digits) || tokens.withLock { $0.repeated.isAccount(digits) }
                    || (Redactor.namesAccount(name) && Redactor.isAccountNumber(digits))
                if isAccount {
                    let token = tokens.withLock { $0.token(for: Array(digits.utf8), .account) }
                    redacted += [UInt8(ascii: "\"")] + token + [UInt8(ascii: "\"")]
                } else {
                    redacted += bytes[position..<end]
                }
            } else {
                redacted.append(bytes[position])
            }
            position = end
        }
        return String(decoding: redacted, as: UTF8.self)
    }

    private func replace(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: value
        case .string(let text): .string(replace(text))
        case .array(let elements): .array(elements.map(replace))
        case .object(let members):
            .object(
                Dictionary(
                    members.map { (replace($0.key), replace($0.value)) },
                    uniquingKeysWith: { first, _ in first }
                )
            )
        }
    }

    /// - Parameter isAccount: Whether it is the value of a member that holds an account's number.
    private func replace(literal: ArraySlice<UInt8>, isAccount: Bool) -> [UInt8] {
        guard let text = JSONValue(json: Data(literal))?.string else { return Array(literal) }
        if isAccount, Redactor.isAccountNumber(text) {
            let token = tokens.withLock { $0.token(for: Array(text.utf8), .account) }
            return [UInt8(ascii: "\"")] + token + [UInt8(ascii: "\"")]
        }
        let redacted = replace(text)
        guard Array(redacted.utf8) != Array(text.utf8) else { return Array(literal) }
        return [UInt8(ascii: "\"")] + Redactor.escaped(Array(redacted.utf8)) + [UInt8(ascii: "\"")]
    }

    /// Whether a member of this name holds an account's number: `account`, `account_number`, `acctNo`.
    private static func namesAccount(_ name: String) -> Bool {
        let letters = name.lowercased().filter(\.isLetter)
        return ["account", "acct"].contains { word in
            ["", "number", "no", "id", "num"].contains { letters.hasSuffix(word + $0) }
        }
    }

    /// Whether a text is one word with four digits and more; not a date.
    private static func isAccountNumber(_ text: String) -> Bool {
        (4...34).contains(text.utf8.count) && text.utf8.count(where: isDigit) >= 4
            && text.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") || (65...90).contains($0 & 0xDF) }
            && text.range(of: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", options: .regularExpression) == nil
    }

    // MARK: - In

    /// `text` with what its tokens stand for.
    public func restore(_ text: String) -> String {
        var restorer = TokenRestorer(self)
        return restorer.restore(text) + restorer.finish()
    }

    /// JSON text with what the tokens in its strings stand for, escaped as JSON wants it.
    public func restore(json text: String) -> String {
        var restorer = TokenRestorer(self, escapes: true)
        return restorer.restore(text) + restorer.finish()
    }

    /// What a token stands for; nil where it was never handed out.
    func text(of token: ArraySlice<UInt8>) -> [UInt8]? {
        tokens.withLock { $0.texts[Array(token)] }
    }

    /// Whether a token that was handed out begins with `beginning` and goes on.
    func hasToken(beginningWith beginning: ArraySlice<UInt8>) -> Bool {
        tokens.withLock { $0.texts.keys.contains { $0.count > beginning.count && $0.starts(with: beginning) } }
    }

    /// The content of a JSON string (RFC 8259, section 7).
    static func escaped(_ text: [UInt8]) -> [UInt8] {
        text.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
            case 0..<32: Array((byte < 16 ? "\\u000" : "\\u00").utf8) + Array(String(byte, radix: 16).utf8)
            default: [byte]
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        " \t\r\n".utf8.contains(byte)
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || ".eE+-".utf8.contains(byte)
    }
}
