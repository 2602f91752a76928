public import Foundation

/// A value as a service sent it in JSON, numbers exact.
public enum WireValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, exact up to 38 significant digits.
    case number(Decimal)
    /// A string.
    case text(String)
    /// A list.
    case list([WireValue])
    /// An object.
    case object([String: WireValue])

    /// Reads JSON.
    ///
    /// - Returns: nil where `json` is no JSON text.
    public init?(json: Data) {
        guard let value = json.withUnsafeBytes({ JSONReader.value($0) }) else { return nil }
        self = value
    }

    /// Reads JSON, and keeps of it what `selection` names.
    ///
    /// - Returns: nil where `json` is no JSON text.
    package init?(json: UnsafeRawBufferPointer, keeping selection: JSONSelection? = nil) {
        guard let value = JSONReader.value(json, keeping: selection) else { return nil }
        self = value
    }

    /// The member `key` of an object, unless it is missing or null.
    public subscript(key: String) -> WireValue? {
        guard case .object(let members) = self, let member = members[key] else { return nil }
        if case .null = member { return nil }
        return member
    }

    /// The elements of a list; an object or a value by itself is a list of one; null, and the text `null`, are none.
    ///
    /// Some services send one element as it is and many as a list.
    public var items: [WireValue] {
        switch self {
        case .list(let elements): elements
        case .null, .text("null"), .text(""): []
        default: [self]
        }
    }

    /// A number, or a text that is one.
    public var decimal: Decimal? {
        switch self {
        case .number(let number): number
        case .text(let text): WireValue.decimal(text)
        default: nil
        }
    }

    // By its text, for `NSDecimalNumber.doubleValue` is off by a unit in the last place at times.
    /// A number, or a text that is one, as a binary fraction.
    public var double: Double? { decimal.flatMap { Double($0.description) } }

    /// A whole number, or a text that is one.
    public var integer: Int? { decimal?.wholeNumber }

    /// A text that is not empty, or a number as text.
    public var string: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .number(let number): number.description
        default: nil
        }
    }

    /// `true` or `false`, also as text.
    public var bool: Bool? {
        switch self {
        case .bool(let value): value
        case .text("true"): true
        case .text("false"): false
        default: nil
        }
    }

    /// A number written in full, nothing before or behind it: `-12.5`, `1e-05`.
    private static func decimal(_ text: String) -> Decimal? {
        var rest = text.utf8[...]
        func skipSign() {
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        }
        func skipDigits() -> Int {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest.removeFirst(digits)
            return digits
        }
        skipSign()
        var digits = skipDigits()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            digits += skipDigits()
        }
        guard digits > 0 else { return nil }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            skipSign()
            guard skipDigits() > 0 else { return nil }
        }
        guard rest.isEmpty, let value = Decimal(string: text, locale: nil), !value.isNaN else { return nil }
        return value
    }
}

extension Decimal {
    /// The number, where it is a whole one.
    package var wholeNumber: Int? {
        var (number, whole) = (self, Decimal())
        NSDecimalRound(&whole, &number, 0, .plain)
        return whole == self ? Int(whole.description) : nil
    }
}
