import Markets

/// Reads the part of the past a question is about: `this month`, `last year`, `ytd`, `in October`.
struct PeriodParser {
    /// New York's date.
    let today: TradingDate

    /// The period a question names; nil where it names none.
    func period(in text: QuestionText) -> Request.Period? {
        let (year, month, _) = today.civil
        let (lastMonth, itsYear) = month == 1 ? (12, year - 1) : (month - 1, year)
        let monday = today.adding(days: 1 - today.weekday)
        let firstOfMonth = TradingDate(year: year, month: month, day: 1)
        let firstOfYear = TradingDate(year: year, month: 1, day: 1)
        let phrases: [(phrases: [String], from: TradingDate?, through: TradingDate?)] = [
            (["last week"], monday.adding(days: -7), monday.adding(days: -1)),
            (["this week"], monday, today),
            (["today"], today, today),
            (["yesterday"], today.adding(days: -1), today.adding(days: -1)),
            (["last month"], TradingDate(year: itsYear, month: lastMonth, day: 1), firstOfMonth?.adding(days: -1)),
            (["this month", "month to date", "mtd"], firstOfMonth, today),
            (["last year"], TradingDate(year: year - 1, month: 1, day: 1), firstOfYear?.adding(days: -1)),
            (["this year", "year to date", "ytd"], firstOfYear, today),
        ]
        if let days = NamedMonth(in: text)?.days(until: today) {
            return Request.Period(from: days.first, through: text.contains("since") ? today : days.last)
        }
        guard let found = phrases.first(where: { text.containsAny($0.phrases) }), let from = found.from,
            let through = found.through
        else { return nil }
        return Request.Period(from: from, through: through)
    }
}
