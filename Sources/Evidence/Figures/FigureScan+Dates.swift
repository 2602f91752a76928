import Foundation
import Markets

/// Dates and times of day.
extension FigureScan {
    /// Reads a date or time that begins with a digit; false where there is none.
    mutating func readDate(at start: Int) -> Bool {
        let end = digitsEnd(start)
        let length = end - start
        // Digits that go on from a point, a sign or a letter are no date.
        if start > 0, text[start - 1] == ".", VisibleText.isDigit(text[start - 2]) { return false }
        if length == 4, let date = yearFirst(at: start, yearEnd: end) { return finish(date, from: start) }
        guard length <= 2 else { return false }
        if let (time, timeEnd) = time(at: start, hourEnd: end) {
            if let time {
                note(.value([.time(time)]), start..<timeEnd)
            } else {
                note(.unreadable("no such time"), start..<timeEnd)
            }
            return true
        }
        if text[end] == "/", let date = slashes(at: start, monthEnd: end) { return finish(date, from: start) }
        if text[end] == "-", let date = hyphens(at: start, monthEnd: end) { return finish(date, from: start) }
        if let date = dayFirst(at: start, dayEnd: end) { return finish(date, from: start) }
        return false
    }

    /// Reads a date that begins with the name of a month or of a day of the week; false where there is none.
    mutating func readNamedDate(word: Range<Int>) -> Bool {
        if isTickerOfContract(word) { return false }
        if readMonthlyContract(word) { return true }
        var monthWord = word
        var weekday: Int?
        if let day = Self.weekdays[text.lowercased(word)], VisibleText.isCapital(text[word.lowerBound]) {
            var position = word.upperBound
            if text[position] == "." { position += 1 }
            if text[position] == "," { position += 1 }
            guard text[position] == " " else { return readWeekday(day, word) }
            position += 1
            if text.ahead(position, 4) == "the " { position += 4 }
            weekday = day
            if VisibleText.isDigit(text[position]) {
                return readWeekdayDate(day, from: word.lowerBound, at: position) || readWeekday(day, word)
            }
            monthWord = position..<lettersEnd(position)
            if month(monthWord) == nil { return readWeekday(day, word) }
        }
        guard let month = month(monthWord), var date = monthFirst(month, nameEnd: monthWord.upperBound) else {
            return false
        }
        for index in date.claims.indices { date.claims[index].weekday = weekday }
        let sharesMonth = date.claims.first
        guard finish(date, from: word.lowerBound) else { return false }
        // "Nov 20-24": the second day is of the same month.
        if let first = sharesMonth, first.day != nil, text[index] == "-" || text[index] == "\u{2013}" {
            let start = index + 1
            let end = digitsEnd(start)
            if (1...2).contains(end - start), let day = Int(text.visible(start..<end)), day <= 31,
                !isTokenScalar(text[end])
            {
                let claim = Figure.DateClaim(year: first.year, month: first.month, day: day)
                note(.value([.date(claim)]), start..<end)
            }
        }
        return true
    }

    /// Reads `Dec 67.5 calls`, `January 150 put`; false where there is no strike with a right directly after a month.
    private mutating func readMonthlyContract(_ word: Range<Int>) -> Bool {
        guard let month = month(word) else { return false }
        let end = text[word.upperBound] == "." ? word.upperBound + 1 : word.upperBound
        guard let contract = contract(afterDate: end) else { return false }
        let expiration = Figure.DateClaim(month: month)
        let claim = Figure.ContractClaim(
            root: capitals(before: word.lowerBound),
            expiration: expiration,
            strike: contract.strike,
            right: contract.right
        )
        var readings: [Figure.Reading] = [.contract(claim)]
        var day = Decimal()
        var strike = contract.strike
        NSDecimalRound(&day, &strike, 0, .plain)
        if day == contract.strike, (1...31).contains(day) {
            readings.append(.date(Figure.DateClaim(month: month, day: NSDecimalNumber(decimal: day).intValue)))
        }
        note(.value(readings), word.lowerBound..<contract.end)
        return true
    }

    /// Reads a day of the week that stands alone: `this Friday`, `by Friday`. Not `the third Friday of the month`.
    private mutating func readWeekday(_ weekday: Int, _ word: Range<Int>) -> Bool {
        guard word.count >= 6, !isTokenScalar(text[word.upperBound]) else {
            return false
        }
        let before = precedingWord(word.lowerBound)
        if let before, Self.ordinals.contains(before) { return false }
        let week: Figure.DateClaim.Week =
            switch before {
            case "next": .next
            case "last", "past", "previous": .last
            default: .this
            }
        let claim = Figure.DateClaim(relative: .weekday(weekday, week))
        note(.value([.date(claim)]), word)
        return true
    }

    private static let ordinals: Set<String> = ["first", "second", "third", "fourth", "fifth", "every", "each", "a"]

    /// Reads `tomorrow`, `yesterday`, `the day after tomorrow`.
    mutating func readRelativeDay(_ word: Range<Int>) -> Bool {
        var days = 0
        switch text.lowercased(word) {
        case "tomorrow": days = text.lowercased(max(0, word.lowerBound - 10)..<word.lowerBound) == "day after " ? 2 : 1
        case "yesterday": days = -1
        default: return false
        }
        note(.value([.date(Figure.DateClaim(relative: .days(days)))]), word)
        return true
    }

    /// Whether a word is the ticker of a contract, `MAR 2026-12-18 250 put`, though it looks like a month or a day.
    private func isTickerOfContract(_ word: Range<Int>) -> Bool {
        let start = word.upperBound + 1
        guard text[word.upperBound] == " ", word.allSatisfy({ VisibleText.isCapital(text[$0]) }),
            VisibleText.isDigit(text[start]), let date = yearFirst(at: start, yearEnd: digitsEnd(start))
        else { return false }
        return date.trouble == nil && contract(afterDate: date.end) != nil
    }

    /// What can be read as a date: one or more readings, other readings, and the end.
    private struct WrittenDate {
        var claims: [Figure.DateClaim]
        var others: [Figure.Reading] = []
        var end: Int
        var trouble: String?
    }

    /// Notes a date, with the contract that may go on after it.
    private mutating func finish(_ date: WrittenDate, from start: Int) -> Bool {
        if let trouble = date.trouble {
            note(.unreadable(trouble), start..<date.end)
            return true
        }
        if let contract = contract(afterDate: date.end) {
            let root = capitals(before: start)
            let readings = date.claims.map {
                Figure.Reading.contract(
                    .init(root: root, expiration: $0, strike: contract.strike, right: contract.right)
                )
            }
            note(.value(readings), start..<contract.end)
            return true
        }
        note(.value(date.claims.map { .date($0) } + date.others), start..<date.end)
        if text[date.end] == "T", index == date.end, VisibleText.isDigit(text[date.end + 1]) { index += 1 }
        return true
    }

    /// A date of which the year, where there is one, has two or four digits; trouble where there is no such day.
    private func date(_ year: Int?, _ month: Int, _ day: Int, end: Int) -> WrittenDate {
        let full = year.map { $0 < 100 ? 2_000 + $0 : $0 }
        let exists = TradingDate(year: full ?? 2_000, month: month, day: day) != nil
        return WrittenDate(
            claims: [Figure.DateClaim(year: full, month: month, day: day)],
            end: end,
            trouble: exists ? nil : "no such day"
        )
    }

    private func number(_ range: Range<Int>) -> Int {
        Int(text.visible(range)) ?? 0
    }

    // MARK: - Figures first

    /// `2026-11-20`, `2026/11/20`, `2026-11`.
    private func yearFirst(at start: Int, yearEnd: Int) -> WrittenDate? {
        let separator = text[yearEnd]
        guard separator == "-" || separator == "/" else { return nil }
        let monthEnd = digitsEnd(yearEnd + 1)
        let month = number(yearEnd + 1..<monthEnd)
        guard (1...2).contains(monthEnd - yearEnd - 1) else { return nil }
        let dayEnd = digitsEnd(monthEnd + 1)
        if text[monthEnd] == separator, (1...2).contains(dayEnd - monthEnd - 1) {
            let tail = text[dayEnd]
            guard !isTokenScalar(tail) || tail == "T" else { return nil }
            return date(number(start..<yearEnd), month, number(monthEnd + 1..<dayEnd), end: dayEnd)
        }
        let year = number(start..<yearEnd)
        guard monthEnd - yearEnd == 3, (1_900...2_099).contains(year), (1...12).contains(month), separator == "-",
            !isTokenScalar(text[monthEnd]), text[monthEnd] != "%"
        else { return nil }
        return WrittenDate(claims: [Figure.DateClaim(year: year, month: month)], end: monthEnd)
    }

    /// `11/20/2026`, `11/20/26`, `11/20`, and the part `1/2`.
    private func slashes(at start: Int, monthEnd: Int) -> WrittenDate? {
        let dayEnd = digitsEnd(monthEnd + 1)
        guard (1...2).contains(dayEnd - monthEnd - 1) else { return nil }
        let (first, second) = (number(start..<monthEnd), number(monthEnd + 1..<dayEnd))
        if text[dayEnd] == "/" {
            let yearEnd = digitsEnd(dayEnd + 1)
            // "29/30/31" are strikes.
            guard yearEnd - dayEnd == 3 || yearEnd - dayEnd == 5, !isTokenScalar(text[yearEnd]),
                first <= 12 || second <= 12 || yearEnd - dayEnd == 5
            else { return nil }
            return date(number(dayEnd + 1..<yearEnd), first, second, end: yearEnd)
        }
        guard !isTokenScalar(text[dayEnd]), text[dayEnd] != "%",
            text[dayEnd] != "." || !VisibleText.isDigit(text[dayEnd + 1])
        else { return nil }
        var result = date(nil, first, second, end: dayEnd)
        // "2/7 of it"
        let isPart = text.ahead(dayEnd, 4) == " of "
        if result.trouble != nil || isPart { result.claims = [] }
        if first > 0, first < second, second <= 16 {
            let part = Decimal(first) / Decimal(second)
            let slack = Decimal(sign: .plus, exponent: -3, significand: 5)
            for measure in isPart ? [Figure.Quantity.Measure.fraction, .bare] : [.bare, .fraction] {
                result.others.append(.quantity(.init(magnitude: part, slack: slack, measure: measure)))
            }
        }
        guard !result.claims.isEmpty || !result.others.isEmpty else { return nil }
        result.trouble = nil
        return result
    }

    /// `11-20-2026`.
    private func hyphens(at start: Int, monthEnd: Int) -> WrittenDate? {
        let dayEnd = digitsEnd(monthEnd + 1)
        guard (1...2).contains(dayEnd - monthEnd - 1), text[dayEnd] == "-" else {
            return monthName(at: start, dayEnd: monthEnd)
        }
        let yearEnd = digitsEnd(dayEnd + 1)
        guard yearEnd - dayEnd == 5, !isTokenScalar(text[yearEnd]) else { return nil }
        return date(number(dayEnd + 1..<yearEnd), number(start..<monthEnd), number(monthEnd + 1..<dayEnd), end: yearEnd)
    }

    /// `20 Nov 2026`, `20th of November`, `20NOV26`.
    private func dayFirst(at start: Int, dayEnd: Int) -> WrittenDate? {
        var position = dayEnd
        let suffix = text.ahead(position, 2)
        if ["st", "nd", "rd", "th"].contains(suffix) { position += 2 }
        if text[position] == " " { position += 1 }
        if text.ahead(position, 3) == "of " { position += 3 }
        if isCountOfContracts(position) { return nil }
        return monthName(at: start, dayEnd: dayEnd, nameStart: position)
    }

    /// `Dec 245 calls` after a number: so many contracts, not a day.
    func isCountOfContracts(_ position: Int) -> Bool {
        let end = lettersEnd(position)
        guard month(position..<end) != nil, let contract = contract(afterDate: end) else { return false }
        return contract.isPlural
    }

    private func monthName(at start: Int, dayEnd: Int, nameStart: Int? = nil) -> WrittenDate? {
        let nameStart = nameStart ?? dayEnd + 1
        let nameEnd = lettersEnd(nameStart)
        let day = number(start..<dayEnd)
        guard let month = month(nameStart..<nameEnd), (1...31).contains(day) else { return nil }
        var position = nameEnd
        if text[position] == "." { position += 1 }
        if text[position] == "," { position += 1 }
        if text[position] == " " || text[position] == "-" { position += 1 }
        if text[position] == "'" || text[position] == "\u{2019}" { position += 1 }
        let yearEnd = digitsEnd(position)
        let length = yearEnd - position
        let isYear = length == 4 || (length == 2 && (text[position - 1] != " "))
        if isYear, !isTokenScalar(text[yearEnd]) {
            return date(number(position..<yearEnd), month, day, end: yearEnd)
        }
        return date(nil, month, day, end: nameEnd)
    }

    // MARK: - Names first

    /// `Nov 20`, `November 20th, 2026`, `Nov 2026`, `Jan '27`.
    private func monthFirst(_ month: Int, nameEnd: Int) -> WrittenDate? {
        var position = nameEnd
        if text[position] == "." { position += 1 }
        if text[position] == " " || text[position] == "-" || text[position] == "\u{A0}" { position += 1 }
        if text.ahead(position, 4) == "the " { position += 4 }
        let hasApostrophe = text[position] == "'" || text[position] == "\u{2019}"
        if hasApostrophe { position += 1 }
        let end = digitsEnd(position)
        let length = end - position
        let first = number(position..<end)
        if length == 4, (1_900...2_099).contains(first), !isTokenScalar(text[end]) {
            return WrittenDate(claims: [Figure.DateClaim(year: first, month: month)], end: end)
        }
        guard (1...2).contains(length), !(text[end] == "." && VisibleText.isDigit(text[end + 1])), text[end] != "%"
        else {
            return nil
        }
        if hasApostrophe {
            return length == 2
                ? WrittenDate(claims: [Figure.DateClaim(year: 2_000 + first, month: month)], end: end) : nil
        }
        var dayEnd = end
        let suffix = text.ahead(end, 2)
        if ["st", "nd", "rd", "th"].contains(suffix) { dayEnd += 2 }
        guard first >= 1, !isTokenScalar(text[dayEnd]), text[dayEnd] != ",", first <= 31 else {
            return first >= 1 && first <= 31 && text[dayEnd] == "," ? withYear(month, first, dayEnd) : nil
        }
        return withYear(month, first, dayEnd)
    }

    /// The year after a day, or the day alone. `Jan 27` may also be January 2027.
    private func withYear(_ month: Int, _ day: Int, _ dayEnd: Int) -> WrittenDate {
        var position = dayEnd
        if text[position] == "," { position += 1 }
        if text[position] == " " || text[position] == "-" { position += 1 }
        let hasApostrophe = text[position] == "'" || text[position] == "\u{2019}"
        if hasApostrophe { position += 1 }
        let end = digitsEnd(position)
        let year = number(position..<end)
        let isYear = end - position == 4 ? (1_900...2_099).contains(year) : end - position == 2 && hasApostrophe
        if position > dayEnd, isYear, !isTokenScalar(text[end]) { return date(year, month, day, end: end) }
        var result = date(nil, month, day, end: dayEnd)
        if day >= 24, contract(afterDate: dayEnd) != nil {
            result.claims.append(Figure.DateClaim(year: 2_000 + day, month: month))
        }
        return result
    }

    /// `Friday the 20th`, `Fri 11/20`.
    private mutating func readWeekdayDate(_ weekday: Int, from start: Int, at position: Int) -> Bool {
        let end = digitsEnd(position)
        var found: WrittenDate?
        if end - position == 4 { found = yearFirst(at: position, yearEnd: end) }
        if end - position <= 2 {
            if text[end] == "/" { found = slashes(at: position, monthEnd: end) }
            if found == nil { found = dayFirst(at: position, dayEnd: end) }
            let suffix = text.ahead(end, 2)
            let day = number(position..<end)
            if found == nil, ["st", "nd", "rd", "th"].contains(suffix), (1...31).contains(day) {
                found = WrittenDate(claims: [Figure.DateClaim(day: day)], end: end + 2)
            }
        }
        guard var date = found, !date.claims.isEmpty else { return false }
        date.others = []
        for index in date.claims.indices { date.claims[index].weekday = weekday }
        return finish(date, from: start)
    }

    // MARK: - Times

    /// `15:45`, `3:45 pm`, `4pm`, `16:00:30`; the claim is nil where the clock has no such time.
    private func time(at start: Int, hourEnd: Int) -> (Figure.TimeClaim?, Int)? {
        var hour = number(start..<hourEnd)
        var (minute, second): (Int, Int?) = (0, nil)
        var end = hourEnd
        let hasMinutes = text[hourEnd] == ":" && digitsEnd(hourEnd + 1) == hourEnd + 3
        if hasMinutes {
            minute = number(hourEnd + 1..<hourEnd + 3)
            end = hourEnd + 3
            if text[end] == ":", digitsEnd(end + 1) == end + 3 {
                second = number(end + 1..<end + 3)
                end += 3
            }
        }
        let half = halfDay(at: end)
        guard hasMinutes || half != nil else { return nil }
        if let half {
            guard (1...12).contains(hour) else { return (nil, half.end) }
            hour = hour % 12 + (half.isAfternoon ? 12 : 0)
            end = half.end
        }
        guard hour <= 23, minute <= 59, second ?? 0 <= 59, half != nil || !isTokenScalar(text[end]) || text[end] == "Z"
        else {
            return (nil, end)
        }
        let claim = Figure.TimeClaim(
            hour: hour,
            minute: minute,
            second: second,
            isNewYork: isNewYork(after: end),
            isUniversal: ["UTC", "GMT", "Z"].contains(zone(after: end))
        )
        return (claim, end)
    }

    private func halfDay(at end: Int) -> (isAfternoon: Bool, end: Int)? {
        let start = text[end] == " " ? end + 1 : end
        let first = text[start]
        guard first == "a" || first == "p" || first == "A" || first == "P" else { return nil }
        let isAfternoon = first == "p" || first == "P"
        if text[start + 1] == "m" || text[start + 1] == "M", !isTokenScalar(text[start + 2]) {
            return (isAfternoon, start + 2)
        }
        if text[start + 1] == ".", text[start + 2] == "m", text[start + 3] == "." { return (isAfternoon, start + 4) }
        return nil
    }

    private func zone(after end: Int) -> String {
        let start = text[end] == " " ? end + 1 : end
        return text.visible(start..<lettersEnd(start))
    }

    private func isNewYork(after end: Int) -> Bool {
        !["UTC", "GMT", "Z", "CT", "CST", "CDT", "PT", "PST", "PDT", "MT", "CET", "CEST", "BST", "MST"].contains(
            zone(after: end)
        )
    }

    // MARK: - Names

    private func month(_ word: Range<Int>) -> Int? {
        guard (3...9).contains(word.count) else { return nil }
        let name = text.lowercased(word)
        // Written small these are words of their own.
        if ["may", "march", "mar"].contains(name), !VisibleText.isCapital(text[word.lowerBound]) { return nil }
        return Self.months[name]
    }

    /// Names of months and days.
    static var dateWords: Set<String> { Set(months.keys).union(weekdays.keys) }

    static let months: [String: Int] = {
        let names = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november",
            "december",
        ]
        var months = ["sept": 9]
        for (index, name) in names.enumerated() {
            months[name] = index + 1
            months[String(name.prefix(3))] = index + 1
        }
        return months
    }()

    private static let weekdays: [String: Int] = {
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        var weekdays = ["tues": 2, "thur": 4, "thurs": 4]
        for (index, name) in names.enumerated() {
            weekdays[name] = index + 1
            weekdays[String(name.prefix(3))] = index + 1
        }
        return weekdays
    }()
}
