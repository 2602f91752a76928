import Foundation

/// Private texts that were told by what stands beside them, and are looked for alone from then on: an account's number behind the
/// word account stands without it in the next sentence.
struct RepeatedTexts: Sendable {
    private var texts: [[UInt8]: PrivatePattern.Kind] = [:]
    /// Made when it is first needed; nil after a text was added.
    private var expression: NSRegularExpression?

    /// How many there are.
    var count: Int { texts.count }

    /// Looks for a text from now on, where it is of a kind that is told by its surroundings and is more than a small number.
    mutating func learn(_ text: String, _ kind: PrivatePattern.Kind) {
        guard [.account, .number, .key, .phone].contains(kind), RepeatedTexts.isTelling(text) else { return }
        if texts.updateValue(kind, forKey: Array(text.utf8)) == nil { expression = nil }
    }

    /// Whether a number in JSON is one of the accounts.
    func isAccount(_ digits: String) -> Bool {
        digits.utf8.count > 4 && texts[Array(digits.utf8)] == .account
    }

    /// Where they stand in `text`, in order, as ranges of UTF-16.
    mutating func matches(in text: NSString) -> [(range: NSRange, kind: PrivatePattern.Kind)] {
        guard !texts.isEmpty else { return [] }
        if expression == nil { expression = try? NSRegularExpression(pattern: RepeatedTexts.pattern(texts.keys)) }
        let whole = NSRange(location: 0, length: text.length)
        return expression?.matches(in: text as String, range: whole).map { match in
            let found = text.substring(with: match.range)
            return (match.range, texts[Array(found.utf8)] ?? .account)
        } ?? []
    }

    /// Four digits, unless they may be a year, are the least that tells anything.
    private static func isTelling(_ text: String) -> Bool {
        let isNumber = text.utf8.allSatisfy { (48...57).contains($0) }
        guard isNumber, text.utf8.count <= 4 else { return text.utf8.count >= 4 }
        return text.utf8.count == 4 && !text.hasPrefix("19") && !text.hasPrefix("20")
    }

    private static func pattern(_ texts: some Sequence<[UInt8]>) -> String {
        let texts = texts.map { String(decoding: $0, as: UTF8.self) }.sorted { ($0.count, $1) > ($1.count, $0) }
        let words = texts.filter { $0.contains(where: \.isLetter) }.map(PrivatePattern.quoted)
        let numbers = texts.filter { !$0.contains(where: \.isLetter) }.map(PrivatePattern.quoted)
        var alternatives: [String] = []
        if !words.isEmpty {
            alternatives.append(#"(?<![\p{L}\p{N}])(?i:"# + words.joined(separator: "|") + #")(?![\p{L}\p{N}])"#)
        }
        if !numbers.isEmpty {
            // Neither part of an amount or a date, nor a quantity or a strike.
            alternatives.append(
                #"(?<![\p{L}\p{N}_$€£¥/-])(?<![$€£¥] )(?<![0-9][.,])(?:"# + numbers.joined(separator: "|") + ")"
                    + PrivatePattern.isNoQuantity + #"(?!-[0-9])"#
            )
        }
        return alternatives.joined(separator: "|")
    }
}
