import Markets

/// Reads when something of a row falls.
extension ClaimReader {
    /// "Expire this week", "expiring on Nov 27", "expire before December", "report in November".
    func expiry(at position: Int, _ range: Range<Int>) -> Reading? {
        let kind: LabelClasses
        switch tokens[position].word {
        case "expires", "expire", "expiring", "expiry", "expiration", "lapse", "lapses", "mature", "matures":
            kind = .expiration
        case "reports", "report", "reporting": kind = .earnings
        case "run",
            "runs" where word(position + 1) == "out":
            kind = .expiration
        default: return nil
        }
        var next = position + (word(position + 1) == "out" ? 2 : 1)
        var relation: Relation?
        while next < range.upperBound {
            switch tokens[next].word {
            case "on", "in", "at", "during", "of", "the", "their", "its", "earnings", "date": break
            case "by", "through", "until", "within": relation = .atMost
            case "before": relation = .below
            case "after", "beyond", "past": relation = .above
            default:
                guard let period = period(at: next, range) else { return nil }
                let (first, last) = (period.first.daysSinceEpoch, period.last.daysSinceEpoch)
                let held = relation
                let condition = Condition { row in
                    let days = days(kind, row).map(\.daysSinceEpoch)
                    guard let day = days.first, Set(days).count == 1 else { return kind == .earnings ? false : nil }
                    switch held {
                    case nil: return (first...last).contains(day)
                    case .below: return day < first
                    case .above: return day > last
                    default: return day <= last
                    }
                }
                return Reading(condition: condition, length: next + period.length - position)
            }
            next += 1
        }
        return nil
    }

    /// The days that words mean: a date, a month, this week.
    private func period(at position: Int, _ range: Range<Int>) -> (first: TradingDate, last: TradingDate, length: Int)?
    {
        let words = tokens[position..<min(position + 3, range.upperBound)].map(\.word)
        if let today = index.today, ["this", "next"].contains(words.first), words.count > 1,
            ["week", "month"].contains(words[1])
        {
            let isNext = words[0] == "next"
            if words[1] == "week" {
                let monday = today.adding(days: 1 - today.weekday + (isNext ? 7 : 0))
                return (monday, monday.adding(days: 6), 2)
            }
            let month = today.civil.year * 12 + today.civil.month - 1 + (isNext ? 1 : 0)
            return Self.month(month / 12, month % 12 + 1).map { ($0.first, $0.last, 2) }
        }
        if tokens[position].isCapitalised, let month = FigureScan.months[tokens[position].word],
            !reading.dateTokens.contains(position + 1)
        {
            return self.month(month, year: nil).map { ($0.first, $0.last, 1) }
        }
        guard reading.dateTokens.contains(position),
            case .date(let claim)? = reading.values[position]?.first(where: {
                if case .date = $0 { return true }
                return false
            })
        else { return nil }
        if let month = claim.month, claim.day == nil {
            return self.month(month, year: claim.year).map { ($0.first, $0.last, 1) }
        }
        let dates = Set(index.days(of: nil).map(\.date).filter(claim.agrees))
        if let date = dates.first, dates.count == 1 { return (date, date, 1) }
        guard dates.isEmpty, let today = index.today, let month = claim.month, let day = claim.day,
            let date = TradingDate(year: claim.year ?? today.civil.year, month: month, day: day)
        else { return nil }
        return (date, date, 1)
    }

    /// A month, of the year that facts have days of it in, where none is written.
    private func month(_ month: Int, year: Int?) -> (first: TradingDate, last: TradingDate)? {
        if let year { return Self.month(year, month) }
        let years = Set(index.days(of: nil).map(\.date.civil).filter { $0.month == month }.map(\.year))
        guard let year = years.first ?? index.today?.civil.year, years.count <= 1 else { return nil }
        return Self.month(year, month)
    }

    private static func month(_ year: Int, _ month: Int) -> (first: TradingDate, last: TradingDate)? {
        guard let first = TradingDate(year: year, month: month, day: 1),
            let next = TradingDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
        else { return nil }
        return (first, next.adding(days: -1))
    }

    /// "From February to November", of months.
    func months(at position: Int, _ range: Range<Int>) -> Reading? {
        guard word(position) == "from", position + 3 < range.upperBound,
            ["to", "through", "until"].contains(word(position + 2)),
            let first = FigureScan.months[word(position + 1)], let last = FigureScan.months[word(position + 3)],
            first <= last
        else { return nil }
        let condition = Condition { row in
            let days = index.subjects.groups[row].tickers.compactMap(index.subjects.day(of:))
            return days.first.map { (first...last).contains($0.civil.month) }
        }
        return Reading(condition: condition, length: 4, isTelling: false, span: last - first + 1)
    }
}
