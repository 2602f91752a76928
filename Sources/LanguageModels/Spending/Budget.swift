public import Foundation

/// What the owner is willing to spend on language models, in US dollars.
public struct Budget: Hashable, Sendable {
    /// The most that one question may cost; nil for no cap.
    public var perQuestion: Decimal?
    /// The most that one day may cost, by the calendar of the owner's time zone; nil for no cap.
    public var perDay: Decimal?
    /// The most that one month may cost, by the calendar of the owner's time zone; nil for no cap.
    public var perMonth: Decimal?
    /// The part of a cap at which the owner is warned, from 0 to 1.
    public var warnAt: Decimal
    /// Whether models whose price is not known may be asked although there is a cap.
    public var allowsUnknownPrice: Bool

    /// A budget; without caps unless they are given.
    public init(
        perQuestion: Decimal? = nil,
        perDay: Decimal? = nil,
        perMonth: Decimal? = nil,
        warnAt: Decimal = Decimal(sign: .plus, exponent: -1, significand: 8),
        allowsUnknownPrice: Bool = false
    ) {
        self.perQuestion = perQuestion
        self.perDay = perDay
        self.perMonth = perMonth
        self.warnAt = warnAt
        self.allowsUnknownPrice = allowsUnknownPrice
    }

    /// Whether there is any cap.
    public var isLimited: Bool { perQuestion != nil || perDay != nil || perMonth != nil }
}
