import Markets

/// A month that a question names: `in December`, `by Jan 2027`, `during march`.
struct NamedMonth: Hashable {
    /// 1 for January.
    let month: Int
    /// The year that stands behind it; nil where none does.
    let year: Int?

    /// The first month in `text` that follows a word such as `in`, or that a year follows; other words that look like months, such as
    /// the verbs `may` and `march`, are none.
    init?(in text: QuestionText) {
        let words = text.lowercased
        for (index, word) in words.enumerated() {
            guard let month = NamedMonth.months[word] else { continue }
            let year = index + 1 < words.count ? NamedMonth.year(words[index + 1]) : nil
            guard year != nil || (index > 0 && NamedMonth.openings.contains(words[index - 1])) else { continue }
            self.month = month
            self.year = year
            return
        }
        return nil
    }

    /// Whether the question looks at all days up to its end: `by December`, `until the end of December`.
    func isBound(in text: QuestionText) -> Bool {
        text.containsAny(["by", "until", "till", "through", "before"])
    }

    /// How many months without a year may lie ahead or behind; what lies further is more likely the other one of that name.
    private static let reach = 8

    /// The last day of the month, where it ends today or later.
    func lastDay(from today: TradingDate) -> TradingDate? {
        let (thisYear, thisMonth, _) = today.civil
        if year == nil, (month - thisMonth + 12) % 12 > NamedMonth.reach { return nil }
        let last = NamedMonth.days(month, year ?? (month < thisMonth ? thisYear + 1 : thisYear))?.last
        return last.flatMap { $0 >= today ? $0 : nil }
    }

    /// Its days up to today, where it began by then.
    func days(until today: TradingDate) -> (first: TradingDate, last: TradingDate)? {
        let (thisYear, thisMonth, _) = today.civil
        if year == nil, (thisMonth - month + 12) % 12 > NamedMonth.reach { return nil }
        let days = NamedMonth.days(month, year ?? (month > thisMonth ? thisYear - 1 : thisYear))
        guard let days, days.first <= today else { return nil }
        return (days.first, min(days.last, today))
    }

    private static func days(_ month: Int, _ year: Int) -> (first: TradingDate, last: TradingDate)? {
        let (nextMonth, itsYear) = month == 12 ? (1, year + 1) : (month + 1, year)
        guard let first = TradingDate(year: year, month: month, day: 1),
            let next = TradingDate(year: itsYear, month: nextMonth, day: 1)
        else { return nil }
        return (first, next.adding(days: -1))
    }

    private static func year(_ word: String) -> Int? {
        guard word.count == 4, let year = Int(word), (1980...2100).contains(year) else { return nil }
        return year
    }

    private static let openings: Set<String> = [
        "in", "by", "for", "during", "through", "until", "till", "of", "this", "next", "last", "end", "since", "before",
    ]

    private static let months: [String: Int] = [
        "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5,
        "june": 6, "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sep": 9, "sept": 9,
        "october": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
    ]
}
