import Foundation
import JSON
import Markets

extension FieldDescription {
    /// What was found where a value should be.
    enum Reading {
        /// Nothing.
        case none
        /// A value.
        case value(RecordValue)
        /// Something that it cannot be.
        case wrong(seen: String, expected: String)
    }

    /// Reads a value as this field holds it. Blank text is nothing.
    func read(_ raw: WireValue) -> Reading {
        switch raw {
        case .null: return .none
        case .text(let text) where text.allSatisfy(\.isWhitespace): return .none
        case .list, .object: return .wrong(seen: "a list or an object", expected: expected)
        default: break
        }
        let text = DisplayText.trimmed(raw.text)
        if let value = value(raw, text) { return .value(value) }
        return .wrong(seen: "'\(DisplayText.line(text, limit: 40))'", expected: expected)
    }

    private func value(_ raw: WireValue, _ text: String) -> RecordValue? {
        switch field.kind {
        case .text:
            guard let word = word(text) else { return nil }
            return .text(DisplayText.line(word, limit: 4_000))
        case .symbol:
            guard let word = word(text) else { return nil }
            return FieldDescription.symbol(word).map(RecordValue.symbol)
        case .decimal: return number(raw, text).map(RecordValue.decimal)
        case .integer:
            return number(raw, text)?.wholeNumber.map(RecordValue.integer)
        case .boolean:
            switch text.lowercased() {
            case "true", "yes", "t", "y", "1": return .boolean(true)
            case "false", "no", "f", "n", "0": return .boolean(false)
            default: return nil
            }
        case .date:
            if let date = ImportDates.date(Array(text.utf8)[...]) { return .date(date) }
            return instant(raw, text).map { .date(TradingDate(newYorkDateOf: $0)) }
        case .instant: return instant(raw, text).map(RecordValue.instant)
        }
    }

    /// Our word for the source's; nil where the field has words and this is none of them.
    private func word(_ text: String) -> String? {
        words.isEmpty ? text : words[text.lowercased()]
    }

    private func number(_ raw: WireValue, _ text: String) -> Decimal? {
        if case .number(let number) = raw { return number }
        var digits = text
        if field.unit == "%", digits.last == "%" { digits.removeLast() }
        return ExactNumber(Array(digits.utf8)[...])?.decimal
    }

    /// A moment with its zone, or in the zone that the description gives.
    private func instant(_ raw: WireValue, _ text: String) -> Date? {
        if case .number(let number) = raw {
            return WireTime.instant(sinceEpoch: NSDecimalNumber(decimal: number).doubleValue)
        }
        guard let instant = WireTime.instant(text) else { return nil }
        let behindDay = text.dropFirst(11)
        if behindDay.contains(where: { "Zz+-".contains($0) }) { return instant }
        switch zone {
        case .utc: return instant
        case .newYork:
            // The clock's reading was taken as UTC; the offset at that wall time is the one of its own day.
            let date = TradingDate(daysSinceEpoch: Int((instant.timeIntervalSince1970 / 86_400).rounded(.down)))
            let seconds = instant.timeIntervalSince1970 - Double(date.daysSinceEpoch) * 86_400
            let hour = Int(seconds) / 3_600
            let start = date.newYorkInstant(hour: hour)
            return start.addingTimeInterval(seconds - Double(hour) * 3_600)
        case nil: return nil
        }
    }

    /// A ticker, or an option's OCC symbol with or without padding.
    static func symbol(_ text: String) -> String? {
        if let ticker = Ticker.normalised(Array(text.utf8)[...]) { return ticker }
        return OptionContract(symbol: text)?.symbol
    }

    /// What the field should hold, for messages.
    var expected: String {
        switch field.kind {
        case .text: field.values.isEmpty ? "a text" : "one of \(words.keys.sorted().joined(separator: ", "))"
        case .symbol: "a ticker such as AAPL or an option symbol"
        case .decimal: "a number such as 12.50"
        case .integer: "a whole number"
        case .boolean: "yes or no"
        case .date: "a date that exists, such as 2026-11-20"
        case .instant:
            zone == nil
                ? "a time with its zone, such as 2026-11-20T15:30:00Z" : "a time such as 2026-11-20 15:30"
        }
    }
}

extension WireValue {
    /// The value as it would stand in a text file.
    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): number.description
        case .bool(let value): value ? "true" : "false"
        case .null, .list, .object: ""
        }
    }
}
