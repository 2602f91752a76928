import Foundation

/// A word of an expression and where it stands.
struct ScanToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case number(Double, isPercent: Bool)
        case name(String)
        case text(String)
        case compare(ScanComparison)
        case plus, minus, times, over
        case open, close, comma
        case and, or, not, between, isIn
        case end
    }

    let kind: Kind
    let position: Int

    /// How it is named in a message.
    var title: String {
        switch kind {
        case .number: "a number"
        case .name(let name): "'\(name)'"
        case .text(let text): "the text '\(text)'"
        case .compare(let comparison): "'\(comparison.rawValue)'"
        case .plus: "'+'"
        case .minus: "'-'"
        case .times: "'*'"
        case .over: "'/'"
        case .open: "'('"
        case .close: "')'"
        case .comma: "','"
        case .and: "'and'"
        case .or: "'or'"
        case .not: "'not'"
        case .between: "'between'"
        case .isIn: "'in'"
        case .end: "the end"
        }
    }
}

/// How two values are compared.
enum ScanComparison: String, Sendable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    func holds(_ left: Double, _ right: Double) -> Bool {
        switch self {
        case .equal: left == right
        case .unequal: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

/// Cuts an expression into words, in one pass.
struct ScanLexer {
    private let characters: [Character]
    private var index = 0

    static func tokens(_ text: String) throws(ScanExpressionError) -> [ScanToken] {
        var lexer = ScanLexer(text)
        var tokens: [ScanToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        tokens.append(ScanToken(kind: .end, position: lexer.characters.count))
        return tokens
    }

    private init(_ text: String) {
        characters = Array(text)
    }

    private func peek(_ offset: Int = 0) -> Character? {
        index + offset < characters.count ? characters[index + offset] : nil
    }

    private mutating func next() throws(ScanExpressionError) -> ScanToken? {
        while let character = peek(), character.isWhitespace { index += 1 }
        guard let character = peek() else { return nil }
        let start = index
        if character.isASCIIDigit || (character == "." && peek(1)?.isASCIIDigit == true) { return try number() }
        if character == "$", peek(1)?.isASCIIDigit == true || peek(1) == "." {
            index += 1
            return try number()
        }
        if character == "'" || character == "\"" { return try text(character) }
        if character.isNameStart { return name() }
        if let (kind, length) = symbol(character) {
            index += length
            return ScanToken(kind: kind, position: start)
        }
        throw ScanExpressionError(.unexpectedCharacter(String(character)), at: start)
    }

    private func symbol(_ character: Character) -> (ScanToken.Kind, Int)? {
        let following = peek(1)
        switch character {
        case "(": return (.open, 1)
        case ")": return (.close, 1)
        case ",": return (.comma, 1)
        case "+": return (.plus, 1)
        case "-", "\u{2212}": return (.minus, 1)
        case "*", "\u{D7}": return (.times, 1)
        case "/": return (.over, 1)
        case "\u{2264}": return (.compare(.lessOrEqual), 1)
        case "\u{2265}": return (.compare(.greaterOrEqual), 1)
        case "\u{2260}": return (.compare(.unequal), 1)
        case "=": return (.compare(.equal), following == "=" ? 2 : 1)
        case "<" where following == "=": return (.compare(.lessOrEqual), 2)
        case "<" where following == ">": return (.compare(.unequal), 2)
        case "<": return (.compare(.less), 1)
        case ">": return following == "=" ? (.compare(.greaterOrEqual), 2) : (.compare(.greater), 1)
        case "!": return following == "=" ? (.compare(.unequal), 2) : (.not, 1)
        case "&": return following == "&" ? (.and, 2) : nil
        case "|": return following == "|" ? (.or, 2) : nil
        default: return nil
        }
    }

    /// Digits, thousands separated by `_`, with a unit: `%`, `k`, `m`, `b` or `d` for days.
    private mutating func number() throws(ScanExpressionError) -> ScanToken {
        let start = index
        var digits = ""
        while let character = peek(), character.isASCIIDigit || character == "." || character == "_" {
            if character != "_" { digits.append(character) }
            index += 1
        }
        guard var value = Double(digits), value.isFinite else {
            throw ScanExpressionError(.badNumber(String(characters[start..<index])), at: start)
        }
        var isPercent = false
        if peek() == "%" {
            isPercent = true
            index += 1
        } else if let unit = peek(), unit.isNameStart {
            let scale: Double? =
                switch unit.lowercased() {
                case "k": 1e3
                case "m": 1e6
                case "b": 1e9
                case "d": 1
                default: nil
                }
            guard let scale, peek(1)?.isNamePart != true else {
                while peek()?.isNamePart == true { index += 1 }
                throw ScanExpressionError(.badNumber(String(characters[start..<index])), at: start)
            }
            value *= scale
            index += 1
        }
        return ScanToken(kind: .number(value, isPercent: isPercent), position: start)
    }

    private mutating func text(_ mark: Character) throws(ScanExpressionError) -> ScanToken {
        let start = index
        index += 1
        var content = ""
        while let character = peek(), character != mark {
            content.append(character)
            index += 1
        }
        guard peek() == mark else { throw ScanExpressionError(.unendedText, at: start) }
        index += 1
        return ScanToken(kind: .text(content), position: start)
    }

    private mutating func name() -> ScanToken {
        let start = index
        while peek()?.isNamePart == true { index += 1 }
        let name = String(characters[start..<index])
        let kind: ScanToken.Kind =
            switch name.lowercased() {
            case "and": .and
            case "or": .or
            case "not": .not
            case "between": .between
            case "in": .isIn
            default: .name(name)
            }
        return ScanToken(kind: kind, position: start)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { self >= "0" && self <= "9" && isASCII }
    fileprivate var isNameStart: Bool { isLetter || self == "_" }
    /// Letters, digits, and the dot of a share class.
    fileprivate var isNamePart: Bool { isLetter || isASCIIDigit || self == "_" || self == "." }
}
