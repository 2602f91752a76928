import Markets

/// Reads how far ahead a question looks: `this week`, `next 30 days`, `by Friday`, `in December`, `by 2026-12-18`.
struct HorizonParser {
    /// New York's date.
    let today: TradingDate

    /// The horizon a question names; nil where it names none.
    func horizon(in text: QuestionText) -> Request.Horizon? {
        named(in: text) ?? counted(in: text) ?? weekday(in: text) ?? dated(in: text) ?? month(in: text)
    }

    private func named(in text: QuestionText) -> Request.Horizon? {
        let (year, month, _) = today.civil
        // At the weekend "this week" is the one whose trading lies ahead.
        let friday = today.adding(days: today.weekday <= 5 ? 5 - today.weekday : 12 - today.weekday)
        let thisMonth = endOfMonth(year: year, month: month)
        let phrases: [(String, from: TradingDate?, through: TradingDate?)] = [
            ("next week", friday.adding(days: 3), friday.adding(days: 7)),
            ("this week", nil, friday),
            ("the week", nil, friday),
            ("end of week", nil, friday),
            ("next month", thisMonth?.adding(days: 1), endOfMonth(year: year, month: month + 1)),
            ("this month", nil, thisMonth),
            ("end of month", nil, thisMonth),
            ("this year", nil, TradingDate(year: year, month: 12, day: 31)),
            ("tomorrow", today.adding(days: 1), today.adding(days: 1)),
            ("today", nil, today),
            ("tonight", nil, today),
        ]
        for (phrase, from, through) in phrases where text.contains(phrase) {
            return through.map { Request.Horizon(from: from, through: $0, words: phrase) }
        }
        return nil
    }

    /// `next 30 days`, `within 2 weeks`, `45 dte`.
    private func counted(in text: QuestionText) -> Request.Horizon? {
        let units: [String: Int] = [
            "day": 1, "days": 1, "dte": 1, "d": 1, "week": 7, "weeks": 7, "month": 30, "months": 30,
        ]
        let lower = text.lowercased
        for index in lower.indices.dropLast() {
            guard let unit = units[lower[index + 1]], let count = HorizonParser.count(lower[index]), count <= 1_200
            else { continue }
            let days = count * unit
            return Request.Horizon(through: today.adding(days: days), words: "the next \(days) days")
        }
        return nil
    }

    private func weekday(in text: QuestionText) -> Request.Horizon? {
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        for (offset, name) in names.enumerated() where text.contains(name) {
            let days = (offset + 1 - today.weekday + 7) % 7
            return Request.Horizon(through: today.adding(days: days), words: "by \(name.capitalized)")
        }
        return nil
    }

    private func dated(in text: QuestionText) -> Request.Horizon? {
        for word in text.lowercased {
            guard let date = TradingDate(word), date >= today else { continue }
            return Request.Horizon(through: date, words: "by \(date)")
        }
        return nil
    }

    private func month(in text: QuestionText) -> Request.Horizon? {
        guard let month = NamedMonth(in: text), let last = month.lastDay(from: today) else { return nil }
        let (year, number, _) = last.civil
        let first = month.isBound(in: text) ? nil : TradingDate(year: year, month: number, day: 1)
        return Request.Horizon(from: first.flatMap { $0 > today ? $0 : nil }, through: last, words: "by \(last)")
    }

    private func endOfMonth(year: Int, month: Int) -> TradingDate? {
        let (nextYear, nextMonth) = month >= 12 ? (year + (month) / 12, month % 12 + 1) : (year, month + 1)
        return TradingDate(year: nextYear, month: nextMonth, day: 1)?.adding(days: -1)
    }

    private static func count(_ word: String) -> Int? {
        let words = ["one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10]
        return words[word] ?? (word.count <= 4 ? Int(word) : nil).flatMap { $0 >= 0 ? $0 : nil }
    }
}
