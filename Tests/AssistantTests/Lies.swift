import Evidence
import Foundation
import MagnusTestSupport
import Markets

/// A false statement among true ones, and how to tell that it reached the owner.
struct Lie {
    /// What kind of lie it is.
    var kind: String
    /// The answer it stands in, with references as a model writes them.
    var answer: String
    /// The false words as they would be shown, marks of emphasis and lists left out.
    var core: String
    /// A figure that stands nowhere in the data, so that it may stand nowhere in what is shown.
    var inventedFigure: String?
}

/// Makes up lies about a turn's facts: kinds x facts x phrasings, the same from the same seed.
struct Liar {
    static let kinds = [
        "invented figure", "swapped subject", "wrong label", "wrong sign", "gain for loss", "stale figure", "too exact",
        "spelled out", "wrong unit", "invented citation", "invented quote", "wrong date", "unknown reference",
        "swapped reference", "beside a true reference", "unknown ticker", "wrong sum", "invented date",
    ]

    /// Ways to state a value; `core` is what a reader would read.
    private static let phrasings: [(text: String, core: String)] = [
        ("S's L is V.", "S's L is V"),
        ("The L of S is V.", "The L of S is V"),
        ("S has a L of V.", "S has a L of V"),
        ("For S, the L stands at V.", "For S, the L stands at V"),
        ("- S: L V", "S: L V"),
        ("| Position | L |\n|---|---:|\n| S | V |", "| S | V |"),
        ("At V, the L of S is what matters.", "At V, the L of S"),
        ("## S\n\nIts L is V.", "Its L is V"),
        ("S (L V) is held.", "S (L V)"),
        ("With a L of V, S stands out.", "With a L of V, S"),
        ("1. S: L is V", "S: L is V"),
        ("**S**: L **V**.", "S: L V"),
        ("Note that S shows L of V today.", "S shows L of V"),
        ("The figure to watch is the L of S: V!", "L of S: V"),
    ]

    private let facts: [Fact]
    private let byLabel: [String: [Fact]]
    private let bySubject: [String: [Fact]]
    private let texts: Set<String>
    private let hasPassage: Bool
    var random: SeededGenerator

    init(_ evidence: [Evidence], seed: UInt64) {
        let all = evidence.flatMap(\.facts)
        var seen: Set<[String]> = []
        facts = all.filter { fact in
            guard let subject = fact.subjects.first, fact.unit != .text else { return false }
            switch fact.value {
            case .text: return false
            case .decimal, .number, .date: return seen.insert([fact.label, subject]).inserted
            }
        }
        byLabel = Dictionary(grouping: facts, by: \.label)
        bySubject = Dictionary(grouping: facts) { $0.subjects[0] }
        texts = Set(all.map { FigureFormat().text($0) })
        hasPassage = evidence.contains { !$0.passages.isEmpty }
        random = SeededGenerator(seed: seed)
    }

    /// A lie of a kind; nil where the facts at hand do not lend themselves to it.
    mutating func lie(_ kind: String) -> Lie? {
        guard let fact = facts.randomElement(using: &random) else { return nil }
        let subject = fact.subjects[0]
        let told = text(fact)
        switch kind {
        case "invented figure":
            guard let value = invented(like: fact) else { return nil }
            return stated(kind, subject, fact.label, value, invented: value, about: fact)
        case "swapped subject":
            guard
                let other = byLabel[fact.label]?.filter({ text($0) != told && !Self.overlaps($0, fact) })
                    .randomElement(using: &random), isTelling(other)
            else { return nil }
            return stated(kind, subject, fact.label, text(other), about: fact)
        case "swapped reference":
            guard
                let other = byLabel[fact.label]?.filter({ text($0) != told && !Self.overlaps($0, fact) })
                    .randomElement(using: &random), isTelling(other)
            else { return nil }
            return stated(kind, subject, fact.label, "{\(other.id)}", shown: text(other), about: fact)
        case "wrong label":
            guard let other = bySubject[subject]?.filter({ isOther($0, than: fact) }).randomElement(using: &random),
                isTelling(other)
            else { return nil }
            return stated(kind, subject, fact.label, text(other), about: fact)
        case "wrong sign":
            guard fact.unit == .dollars || fact.unit == .ratio, told.contains(where: { ("1"..."9").contains($0) })
            else { return nil }
            guard !told.hasPrefix("-") else { return nil }
            return stated(kind, subject, fact.label, "-" + told, about: fact)
        case "gain for loss":
            guard fact.label == "unrealised P&L", told.contains(where: { ("1"..."9").contains($0) }) else { return nil }
            let isLoss = told.hasPrefix("-")
            let magnitude = isLoss ? String(told.dropFirst()) : told
            let words = isLoss ? "an unrealised gain of" : "an unrealised loss of"
            return framed(
                kind,
                "\(subject) shows \(words) \(magnitude).",
                core: "\(subject) shows \(words) \(magnitude)"
            )
        case "stale figure":
            guard let value = drifted(told) else { return nil }
            return stated(kind, subject, fact.label, value, invented: value, about: fact)
        case "too exact":
            guard fact.unit == .dollarsPerShare || fact.unit == .fraction,
                let point = told.lastIndex(where: \.isNumber)
            else { return nil }
            let value = told[...point] + "37" + told[told.index(after: point)...]
            guard told.contains("."), !texts.contains(String(value)) else { return nil }
            return stated(kind, subject, fact.label, String(value), invented: String(value), about: fact)
        case "spelled out":
            guard fact.label == "quantity" || fact.label == "days to expiration", case .decimal(let amount) = fact.value
            else { return nil }
            let words = [2: "two", 3: "three", 5: "five", 7: "seven", 9: "nine", 11: "eleven", 13: "thirteen"]
            let known = Set((bySubject[subject] ?? []).map { text($0) })
            guard
                let (number, word) = words.sorted(by: { $0.key < $1.key })
                    .filter({
                        Decimal($0.key) != amount.magnitude && !known.contains("\($0.key)")
                            && !known.contains("-\($0.key)")
                    })
                    .randomElement(using: &random)
            else { return nil }
            _ = number
            let noun = fact.label == "quantity" ? (fact.unit == .shares ? "shares" : "contracts") : "days to expiration"
            let phrase =
                ["\(subject) has \(word) \(noun)", "There are \(word) \(noun) of \(subject)"].randomElement(
                    using: &random
                )
                ?? ""
            return framed(kind, phrase + ".", core: phrase)
        case "wrong unit":
            guard fact.unit == .dollars || fact.unit == .dollarsPerShare else { return nil }
            let bare = told.filter { $0 != "$" && $0 != "-" && $0 != "," }
            guard !texts.contains(bare + "%"), !texts.contains(bare) else { return nil }
            let value = [bare + "%", bare + " days", bare + " shares"].randomElement(using: &random) ?? bare + "%"
            return stated(kind, subject, fact.label, value, about: fact)
        case "invented citation":
            let phrase = "\(subject) is discussed there at length [\(7 + Int.random(in: 0...80, using: &random))]"
            return framed(kind, phrase + ".", core: phrase)
        case "invented quote":
            guard hasPassage else { return nil }
            let phrase = "It says \"a holder never exercises before the last day of all\" [1]"
            return framed(kind, phrase + ".", core: phrase)
        case "wrong date", "invented date":
            guard case .date(let date) = fact.value else { return nil }
            let days = kind == "wrong date" ? 7 : Int.random(in: 400...2_000, using: &random)
            let wrong = date.adding(days: days).description
            guard !texts.contains(wrong) else { return nil }
            return stated(kind, subject, fact.label, wrong, invented: wrong, about: fact)
        case "unknown reference":
            let mark = ["P99.3", "P1.pnl", "pnl", "D1.99", "P1"].randomElement(using: &random) ?? "P99.3"
            return stated(kind, subject, fact.label, "{\(mark)}", about: fact)
        case "beside a true reference":
            guard let value = invented(like: fact) else { return nil }
            let phrase =
                [
                    "\(subject)'s \(fact.label) is {\(fact.id)}, against \(value) before",
                    "\(subject)'s \(fact.label) went from \(value) to {\(fact.id)}",
                    "The \(fact.label) of \(subject), {\(fact.id)}, is close to \(value)",
                ].randomElement(using: &random) ?? ""
            return framed(kind, phrase + ".", core: phrase.replacing("{\(fact.id)}", with: told), invented: value)
        case "unknown ticker":
            guard isTelling(fact) else { return nil }
            let ticker = ["TSLA", "GME", "PLTR"].randomElement(using: &random) ?? "TSLA"
            return stated(kind, ticker, fact.label, told, about: fact)
        case "wrong sum":
            guard let other = byLabel[fact.label]?.filter({ !Self.overlaps($0, fact) }).randomElement(using: &random),
                fact.unit == .dollars, case .decimal(let left) = fact.value, case .decimal(let right) = other.value
            else { return nil }
            let sum = FigureFormat().text(
                left + right + Decimal(Int.random(in: 3...90, using: &random)),
                unit: .dollars
            )
            guard !texts.contains(sum) else { return nil }
            let phrase = "Together the \(fact.label) of \(subject) and \(other.subjects[0]) is \(sum)"
            return framed(kind, phrase + ".", core: phrase, invented: sum)
        default: return nil
        }
    }

    // MARK: - Wording

    private mutating func stated(
        _ kind: String,
        _ subject: String,
        _ label: String,
        _ value: String,
        shown: String? = nil,
        invented: String? = nil,
        about fact: Fact
    ) -> Lie? {
        guard let phrasing = Self.phrasings.randomElement(using: &random) else { return nil }
        func filled(_ template: String, _ value: String) -> String {
            template.map { character -> String in
                switch character {
                case "S": subject
                case "L": label
                case "V": value
                default: String(character)
                }
            }.joined()
        }
        return framed(
            kind,
            filled(phrasing.text, value),
            core: filled(phrasing.core, shown ?? value),
            invented: invented
        )
    }

    /// The lie between two true statements.
    private mutating func framed(_ kind: String, _ words: String, core: String, invented: String? = nil) -> Lie {
        func truth() -> String {
            guard let fact = facts.randomElement(using: &random) else { return "" }
            return "The \(fact.label) of \(fact.subjects[0]) is {\(fact.id)}."
        }
        let isBlock = words.hasPrefix("|") || words.hasPrefix("#") || words.hasPrefix("-") || words.hasPrefix("1.")
        let joint = isBlock || Bool.random(using: &random) ? "\n\n" : " "
        return Lie(
            kind: kind,
            answer: truth() + joint + words + joint + truth(),
            core: core,
            inventedFigure: invented
        )
    }

    // MARK: - Values

    private func text(_ fact: Fact) -> String { FigureFormat().text(fact) }

    /// Whether two facts are about the same, so that one's value may be said of the other.
    private static func overlaps(_ left: Fact, _ right: Fact) -> Bool {
        !Set(left.subjects).isDisjoint(with: right.subjects)
    }

    /// Whether a value is so particular that its standing beside a name says something: not 1, not 100.
    private func isTelling(_ fact: Fact) -> Bool {
        text(fact).count { $0.isNumber } >= 3
    }

    /// Whether a fact is of the same unit, of another value and of another label that does not mean the same.
    private func isOther(_ other: Fact, than fact: Fact) -> Bool {
        let words = Set(fact.label.lowercased().split(separator: " "))
        return other.unit == fact.unit && text(other) != text(fact)
            && words.isDisjoint(with: other.label.lowercased().split(separator: " "))
    }

    /// A value of the same kind that no fact has.
    private mutating func invented(like fact: Fact) -> String? {
        for _ in 0..<20 {
            let factor = Decimal(Int.random(in: 113...971, using: &random)) / 100
            let value: String
            switch fact.value {
            case .decimal(let amount):
                let made = (amount == 0 ? 17 : amount) * factor + (fact.unit == .dollars ? 3 : 1)
                value = FigureFormat().text(made, unit: fact.unit == .dollarsPerShare ? .dollars : fact.unit)
            case .number(let number):
                guard number.isFinite else { return nil }
                value = FigureFormat().text(.number((number == 0 ? 0.17 : number) * 1.37 + 0.061), unit: fact.unit)
            case .date, .text: return nil
            }
            let bare = value.filter { $0 != "-" }
            if !texts.contains(value), !texts.contains(bare), !texts.contains("-" + bare),
                bare.count(where: \.isNumber) >= 3
            {
                return value
            }
        }
        return nil
    }

    /// A figure with one digit changed, as it may have been the day before.
    private mutating func drifted(_ text: String) -> String? {
        let places = text.indices.filter { text[$0].isNumber }
        guard places.count >= 3, let place = places.dropFirst().randomElement(using: &random),
            let digit = text[place].wholeNumberValue
        else { return nil }
        let changed = text.replacingCharacters(in: place...place, with: "\((digit + 3) % 10)")
        return texts.contains(changed) ? nil : changed
    }
}
