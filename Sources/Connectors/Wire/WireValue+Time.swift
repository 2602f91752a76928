public import Foundation
public import JSON
public import Markets

extension WireValue {
    /// A moment: ISO 8601, with or without fractions of a second or seconds; or seconds or milliseconds since 1970, also as
    /// a text.
    public var instant: Date? {
        switch self {
        case .text(let text):
            // A smaller number is no moment that a service would send: 1e8 seconds are of 1973.
            WireTime.instant(text) ?? double.flatMap { $0 > 1e8 ? WireTime.instant(sinceEpoch: $0) : nil }
        case .number: double.flatMap { WireTime.instant(sinceEpoch: $0) }
        default: nil
        }
    }

    /// A day: `2026-11-20`.
    public var date: TradingDate? {
        guard case .text(let text) = self else { return nil }
        return TradingDate(text)
    }
}
