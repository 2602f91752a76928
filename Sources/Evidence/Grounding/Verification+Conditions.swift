import Foundation
import Markets

/// Claims in words about what a position is likely to come to, what it is worth inside, and in which week something falls.
extension Verification {
    /// "Early assignment on KO is unlikely", "the JPM put is unlikely to be assigned".
    func likelihood(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        let word = tokens[position].word
        guard ["likely", "unlikely"].contains(word), position > 0,
            ["is", "are", "very", "quite", "highly", "be"].contains(tokens[position - 1].word),
            let isDenied = isDenied(at: position, reading)
        else { return nil }
        let part = Set(tokens[reading.part(of: position)].map(\.word))
        guard !part.isDisjoint(with: ["assigned", "assignment"]),
            part.isDisjoint(with: [
                "if", "would", "could", "more", "less", "most", "least", "than", "or", "before", "after",
            ])
        else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard targets.count == 1, let target = targets.first, !target.isUnknown else { return nil }
        let name = part.contains("early") ? "early assignment probability" : "assignment probability"
        let values = self.values(name, index.subjects.groups(of: target))
        guard let first = values.first, values.allSatisfy({ ($0.value < 0.5) == (first.value < 0.5) }) else {
            return nil
        }
        let isLikely = (word == "likely") != isDenied
        // What is between may be called either.
        guard first.value < 0.4 || first.value > 0.5 else { return nil }
        return Verdict(isRight: (first.value > 0.5) == isLikely, ids: [first.id], tokens: position..<position + 1)
    }

    /// "The KO calls have no intrinsic value", "the AMD put has some intrinsic value".
    func intrinsic(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        guard tokens[position].word == "intrinsic", position > 1, position + 1 < tokens.count,
            tokens[position + 1].word == "value"
        else { return nil }
        let part = reading.part(of: position)
        guard !tokens[part].contains(where: { ["if", "would", "could", "more", "less", "or"].contains($0.word) }),
            !tokens[part].contains(where: { token in token.isNumeral && token.figure != nil && token.digits.isEmpty })
        else { return nil }
        let before = tokens[max(0, position - 2)..<position].map(\.word)
        let isNone = before.last == "no"
        guard isNone || before.last.map({ ["has", "have", "some"].contains($0) }) ?? false,
            !tokens[part.lowerBound..<position].contains(where: { ["not", "don", "doesn", "never"].contains($0.word) })
        else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard targets.count == 1, let target = targets.first, !target.isUnknown else { return nil }
        let values = self.values("intrinsic value", index.subjects.groups(of: target))
        guard let first = values.first, values.allSatisfy({ ($0.value > 0) == (first.value > 0) }) else { return nil }
        return Verdict(isRight: (first.value > 0) != isNone, ids: [first.id], tokens: position..<position + 1)
    }

    /// "You made a net profit on premium this year": whether what the portfolio has of a measure is won or lost as is said.
    func wholeResult(at position: Int, _ reading: SentenceReading) -> Verdict? {
        let tokens = reading.tokens
        guard let isGain = ["profit": true, "loss": false][tokens[position].word], reading.mentions.isEmpty,
            isDenied(at: position, reading) == false
        else { return nil }
        let part = reading.part(of: position)
        let words = Set(tokens[part].map(\.word))
        guard !tokens[part].contains(where: { $0.isNumeral || FigureScan.months[$0.word] != nil }),
            words.isDisjoint(with: [
                "if", "would", "could", "month", "quarter", "target", "maximum", "max", "or", "of", "probability",
            ]),
            tokens[part.lowerBound..<position].contains(where: {
                ["made", "has", "is", "took", "booked", "net"].contains($0.word)
            }),
            let label = reading.labels.first(where: { mention in
                part.overlaps(mention.tokens) && !mention.classes.isDisjoint(with: .premium)
            })
        else { return nil }
        let values = index.values(from: 0, through: .infinity, of: [0]).filter {
            $0.unit == .dollars && !index.labels[$0.label].classes.isDisjoint(with: label.classes) && $0.magnitude > 0
        }
        guard let first = values.first, values.allSatisfy({ $0.isNegative == first.isNegative }) else { return nil }
        return Verdict(
            isRight: first.isNegative != isGain,
            ids: [index.ids[first.source]],
            tokens: position..<position + 1
        )
    }

    /// "The KO calls expire this week", "JPM reports next month": the week or month in which a day of somebody falls.
    func span(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        guard ["week", "month"].contains(tokens[position].word), position > 1,
            ["this", "next"].contains(tokens[position - 1].word), let today = index.today,
            let kind: LabelClasses = [
                "expires": .expiration, "expire": .expiration, "reports": .earnings, "report": .earnings,
            ][tokens[position - 2].word], let isDenied = isDenied(at: position, reading)
        else { return nil }
        let part = Set(tokens[reading.part(of: position)].map(\.word))
        guard part.isDisjoint(with: ["if", "would", "could", "or", "may", "might", "only", "to", "that", "which"])
        else {
            return nil
        }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard targets.count == 1, let target = targets.first, !target.isUnknown,
            let days = dates(of: target, kind)
        else { return nil }
        let isNext = tokens[position - 1].word == "next"
        let sunday = today.adding(days: 7 - today.weekday)
        let month = today.civil.year * 12 + today.civil.month + (isNext ? 1 : 0)
        let own = days.filter { day in
            guard tokens[position].word == "week" else {
                return day.date.civil.year * 12 + day.date.civil.month == month
            }
            let last = isNext ? sunday.adding(days: 7) : sunday
            return day.date <= last && (!isNext || day.date > sunday)
        }
        guard own.isEmpty || own.count == days.count else { return nil }
        return Verdict(isRight: own.isEmpty == isDenied, ids: days.map(\.id), tokens: position - 1..<position + 1)
    }
}
