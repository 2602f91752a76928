/// Why an expression cannot be read, and where.
public struct ScanExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Kind: Sendable, Hashable {
        /// There is nothing to read.
        case empty
        /// It is longer than ``ScanExpression/longest``.
        case tooLong
        /// A character that no expression has.
        case unexpectedCharacter(String)
        /// A text in quotation marks that does not end.
        case unendedText
        /// A number that cannot be read.
        case badNumber(String)
        /// A name that is no field; the closest field if one is close.
        case unknownField(String, suggestion: String?)
        /// Something else was expected here.
        case expected(String, found: String)
        /// A parenthesis without its partner.
        case unbalanced
        /// An operation on what it does not fit.
        case mismatch(String)
    }

    /// What is wrong.
    public let kind: Kind
    /// Where, counted in characters from 0.
    public let position: Int

    init(_ kind: Kind, at position: Int) {
        self.kind = kind
        self.position = position
    }

    /// What is wrong and what to do, in one line; positions from 1.
    public var description: String {
        let place = "at character \(position + 1)"
        switch kind {
        case .empty:
            return "The expression is empty: write a condition such as iv_rank > 50 and price < 100."
        case .tooLong:
            return "The expression is longer than \(ScanExpression.longest) characters: split it."
        case .unexpectedCharacter(let character):
            return "'\(character)' \(place) has no meaning in an expression."
        case .unendedText:
            return "The text that begins \(place) does not end: close the quotation mark."
        case .badNumber(let text):
            return "'\(text)' \(place) is not a number."
        case .unknownField(let name, let suggestion):
            let hint = suggestion.map { ": did you mean \($0)?" } ?? "; the page on scans lists them."
            return "'\(name)' \(place) is not a field\(hint)"
        case .expected(let wanted, let found):
            return "Expected \(wanted) \(place), found \(found)."
        case .unbalanced:
            return "The parenthesis \(place) has no partner."
        case .mismatch(let text):
            return "\(text) (\(place))."
        }
    }
}
