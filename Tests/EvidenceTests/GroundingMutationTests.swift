import Evidence
import Foundation
import JSON
import Markets
import Testing

/// Every figure of a correct answer is spoilt in every way that applies; each spoilt answer must be caught.
@Suite struct GroundingMutationTests {
    struct Mutation: CustomTestStringConvertible {
        let kind: String
        let segment: Int
        let cell: Int
        let range: Range<Int>
        let original: String
        let text: String

        var testDescription: String { "\(kind): \(original) to \(text) in piece \(segment)" }
    }

    static let mutations: [Mutation] = {
        var random = Seeded(state: 20_261_108)
        let facts = Book.evidence.flatMap(\.facts)
        let byID = Dictionary(facts.map { ($0.id, $0) }) { first, _ in first }
        var mutations: [Mutation] = []
        for entry in Book.grounding.verify(Book.answer).figures {
            func add(_ kind: String, _ text: String?) {
                guard let text, text != entry.text else { return }
                mutations.append(
                    Mutation(
                        kind: kind,
                        segment: entry.segment,
                        cell: entry.cell,
                        range: entry.range,
                        original: entry.text,
                        text: text
                    )
                )
            }
            add("digit", changedDigit(entry.text, &random))
            add("digit", changedDigit(entry.text, &random))
            guard case .matched(let ids) = entry.status, let fact = ids.first.flatMap({ byID[$0] }) else { continue }
            if let date = TradingDate(entry.text) {
                add("day later", date.adding(days: 1).description)
                add("day earlier", date.adding(days: -1).description)
            }
            guard isPlainNumber(entry.text), isNumber(fact) else { continue }
            add("tenfold", tenfold(entry.text))
            add("unit", otherUnit(entry.text))
            if entry.text.hasPrefix("-") {
                add("sign", String(entry.text.dropFirst()))
            } else if !isNegative(fact), !entry.text.allSatisfy({ $0 == "0" }) {
                add("sign", "-" + entry.text)
            }
            for other in facts where other.unit == fact.unit && isNumber(other) {
                let text = written(other, like: entry.text)
                let isOtherSubject =
                    other.label == fact.label && Set(other.subjects).isDisjoint(with: fact.subjects)
                    && !other.subjects.isEmpty
                if isOtherSubject { add("other subject", text) }
                if other.subjects == fact.subjects, !fact.subjects.isEmpty, other.label != fact.label {
                    add("other label", text)
                }
            }
        }
        return mutations
    }()

    @Test func areMany() {
        #expect(Self.mutations.count >= 400)
        #expect(Set(Self.mutations.map(\.kind)).count == 8)
    }

    @Test func areAllCaught() {
        for mutation in Self.mutations {
            var segment = Book.answer.segments[mutation.segment]
            var texts = segment.texts.map { Array($0.utf8) }
            texts[mutation.cell].replaceSubrange(mutation.range, with: mutation.text.utf8)
            let spoilt = texts.map { String(decoding: $0, as: UTF8.self) }
            segment.content = Self.content(segment.content, spoilt)
            let isCaught = Book.grounding.verify(Draft([segment])).struck > 0
            #expect(isCaught, "\(mutation.testDescription): \(spoilt.joined(separator: " | "))")
        }
    }

    private static func content(_ content: Draft.Segment.Content, _ texts: [String]) -> Draft.Segment.Content {
        switch content {
        case .row(_, let columns): .row(cells: texts, columns: columns)
        case .columns: .columns(texts)
        case .heading: .heading(texts.joined())
        case .question: .question(texts.joined())
        case .quote(_, let passage): .quote(texts.joined(), passage: passage)
        case .prose: .prose(texts.joined())
        }
    }

    // MARK: - Ways to spoil

    private static func changedDigit(_ text: String, _ random: inout Seeded) -> String? {
        var characters = Array(text)
        // Only digits up to the last of the value; those of a quote too.
        let places = characters.indices.filter { characters[$0].isASCII && characters[$0].isNumber }
        guard !places.isEmpty else { return nil }
        let place = places[random.next(places.count)]
        let old = characters[place].wholeNumberValue ?? 0
        let new = (old + 1 + random.next(8)) % 10
        characters[place] = Character(String(new))
        return String(characters)
    }

    private static func tenfold(_ text: String) -> String {
        let digits = text.filter { $0 != "," }
        if let point = digits.firstIndex(of: ".") {
            return String(digits[..<point]) + "0" + String(digits[point...])
        }
        return digits.hasSuffix("%") ? String(digits.dropLast()) + "0%" : digits + "0"
    }

    private static func otherUnit(_ text: String) -> String {
        if text.contains("$") { return text.filter { $0 != "$" } + "%" }
        if text.hasSuffix("%") { return "$" + text.dropLast() }
        return text + "%"
    }

    private static func isPlainNumber(_ text: String) -> Bool {
        text.allSatisfy { $0.isNumber || "$%,.-".contains($0) } && TradingDate(text) == nil
            && text.count { $0 == "-" } <= 1
    }

    private static func isNumber(_ fact: Fact) -> Bool {
        switch fact.value {
        case .decimal, .number: true
        case .date, .text: false
        }
    }

    private static func isNegative(_ fact: Fact) -> Bool {
        switch fact.value {
        case .decimal(let decimal): decimal < 0
        case .number(let number): number < 0
        case .date, .text: false
        }
    }

    /// Another fact's value with as many places and as much sign as the text it replaces.
    private static func written(_ fact: Fact, like text: String) -> String? {
        let places = text.split(separator: ".").dropFirst().first?.prefix { $0.isNumber }.count ?? 0
        let format = FigureFormat(dollars: places == 0 ? .whole : .cents, percentPlaces: places, ratioPlaces: places)
        let written = format.text(fact)
        return isNegative(fact) && !text.hasPrefix("-") ? String(written.dropFirst()) : written
    }

    struct Seeded {
        var state: UInt64

        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }
}
