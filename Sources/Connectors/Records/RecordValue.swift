public import Foundation
public import Markets

/// A typed value of a record.
public enum RecordValue: Sendable, Hashable, Codable {
    /// What a field can hold.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case text, decimal, integer, date, instant, boolean, symbol
    }

    /// One line of text without control characters. It is data: nothing in it is an instruction.
    case text(String)
    /// A number, exact.
    case decimal(Decimal)
    /// A whole number.
    case integer(Int)
    /// A day.
    case date(TradingDate)
    /// A moment.
    case instant(Date)
    /// Yes or no.
    case boolean(Bool)
    /// A ticker in upper case, or the OCC symbol of an option without padding.
    case symbol(String)

    /// What it is.
    public var kind: Kind {
        switch self {
        case .text: .text
        case .decimal: .decimal
        case .integer: .integer
        case .date: .date
        case .instant: .instant
        case .boolean: .boolean
        case .symbol: .symbol
        }
    }

    /// The text or symbol.
    public var string: String? {
        switch self {
        case .text(let text), .symbol(let text): text
        default: nil
        }
    }

    /// The number, whole or not.
    public var decimal: Decimal? {
        switch self {
        case .decimal(let number): number
        case .integer(let number): Decimal(number)
        default: nil
        }
    }

    /// The moment; of a day its beginning in New York.
    public var instant: Date? {
        switch self {
        case .instant(let instant): instant
        case .date(let date): date.newYorkInstant(hour: 0)
        default: nil
        }
    }

    /// The day; of a moment New York's.
    public var date: TradingDate? {
        switch self {
        case .date(let date): date
        case .instant(let instant): TradingDate(newYorkDateOf: instant)
        default: nil
        }
    }

    /// Whether this comes before `other`; nil where the two cannot be compared, such as a text and a number.
    public func isBefore(_ other: RecordValue) -> Bool? {
        switch (self, other) {
        case (.text(let first), .text(let second)), (.symbol(let first), .symbol(let second)),
            (.text(let first), .symbol(let second)), (.symbol(let first), .text(let second)):
            return first < second
        case (.date(let first), .date(let second)): return first < second
        case (.boolean(let first), .boolean(let second)): return !first && second
        default: break
        }
        if let first = decimal, let second = other.decimal { return first < second }
        if let first = instant, let second = other.instant { return first < second }
        return nil
    }
}

extension RecordValue: CustomStringConvertible {
    /// As it is shown: `2026-11-20`, `1.55`, `yes`.
    public var description: String {
        switch self {
        case .text(let text), .symbol(let text): text
        case .decimal(let number): number.description
        case .integer(let number): String(number)
        case .date(let date): date.description
        case .instant(let instant): NewYorkTime.description(of: instant)
        case .boolean(let value): value ? "yes" : "no"
        }
    }
}
