import Synchronization

/// A passage's figures and words.
struct ReadPassage {
    let figures: [Figure]
    /// Whether each figure is only computed with, before an equals sign.
    let isOperand: [Bool]
    /// The sentence each figure stands in, by its rank, and the stems of the words of each sentence.
    let sentences: [Int]
    let stems: [Set<String>]
    /// All words of each sentence.
    let sentenceWords: [Set<String>]
    /// What is measured in each sentence.
    let classes: [LabelClasses]
    /// Whether each sentence is a heading.
    let isHeading: [Bool]
    let words: String
    let tokens: Set<String>
    /// The stem of the word directly after each figure.
    let following: [String]
    /// Which way the words around each figure say it goes.
    let directions: [Direction?]
    /// Whether each figure is told as one of a year: "annualised `1.05 / 170 * 365 / 23 = 9.8 %`".
    let isAnnual: [Bool]
}

/// The passages of a turn that were needed, each read once for all drafts that are checked.
final class ReadPassages: Sendable {
    private let passages = Mutex<[String: ReadPassage]>([:])

    /// A passage by its id, read at its first use.
    func passage(_ id: String, read: () -> ReadPassage?) -> ReadPassage? {
        if let known = passages.withLock({ $0[id] }) { return known }
        let made = read()
        if let made { passages.withLock { $0[id] = made } }
        return made
    }
}

extension Verification {
    /// A passage's figures and words, read once.
    func read(_ id: String) -> ReadPassage? {
        grounding.passages.passage(id) { index.passages[id].map(read) }
    }

    private func read(_ passage: Passage) -> ReadPassage {
        let located = TokenizedText(Self.unwrapped(passage.text), scanner: grounding.scanner)
        var ranks = Array(repeating: 0, count: located.figures.count)
        for (rank, sentence) in located.sentences.enumerated() {
            for figure in sentence.compactMap(\.figure) { ranks[figure] = rank }
        }
        var following = Array(repeating: "", count: located.figures.count)
        var directions: [Direction?] = Array(repeating: nil, count: located.figures.count)
        for sentence in located.sentences {
            for (position, token) in sentence.enumerated() {
                if let figure = token.figure {
                    let near = sentence[max(0, position - 4)..<position].map(\.word)
                    directions[figure] = near.reversed().lazy.compactMap { WordLists.outcomes[$0] }.first
                }
                guard let figure = token.figure, position + 1 < sentence.count, sentence[position + 1].kind == .word,
                    !sentence[position + 1].isParted
                else {
                    continue
                }
                following[figure] = PassageSupport.stem(sentence[position + 1].word)
            }
        }
        return ReadPassage(
            figures: located.figures.map(\.figure),
            isOperand: located.figures.indices.map { Self.isOperand(located, $0, ranks[$0]) },
            sentences: ranks,
            stems: located.sentences.map { Set(PassageSupport.words($0.map(\.word))) },
            sentenceWords: located.sentences.map { Set($0.map(\.word)) },
            classes: located.sentences.map { LabelLexicon.classes(of: $0.map(\.word)).withMaximum },
            isHeading: located.sentences.indices.map {
                located.text.visible(0..<located.sentences[$0][0].span.lowerBound).hasSuffix("# ")
            },
            words: Self.spaced(passage.text),
            tokens: Set(passage.text.split { $0.isWhitespace || ",;()\"".contains($0) }.map(String.init)),
            following: following,
            directions: directions,
            isAnnual: Self.annual(located)
        )
    }

    /// Whether the words before each figure, back to the percentage before it, say that it is of a year.
    private static func annual(_ text: TokenizedText) -> [Bool] {
        var annual = Array(repeating: false, count: text.figures.count)
        for sentence in text.sentences {
            var isSaid = false
            for token in sentence {
                if token.word == "annualised" { isSaid = true }
                guard let figure = token.figure else { continue }
                annual[figure] = isSaid
                if text.figures[figure].figure.measure == .fraction { isSaid = false }
            }
        }
        return annual
    }

    /// Whether a figure of a text stands before the equals sign of its line.
    private static func isOperand(_ text: TokenizedText, _ figure: Int, _ sentence: Int) -> Bool {
        guard let last = text.sentences[sentence].last else { return false }
        let start = text.figures[figure].span.upperBound
        return (start..<max(start, last.span.lowerBound)).contains { text.text[$0] == "=" }
    }

    /// A text whose paragraphs and list items are one line each.
    private static func unwrapped(_ text: String) -> String {
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0 == " " }
            let begins =
                trimmed.isEmpty || trimmed.hasPrefix("- ") || trimmed.hasPrefix("#") || trimmed.hasPrefix("|")
                || (lines.last.map { $0.isEmpty || $0.hasPrefix("#") } ?? true)
            if begins { lines.append(String(trimmed)) } else { lines[lines.count - 1] += " " + trimmed }
        }
        return lines.joined(separator: "\n")
    }

    /// A text with every run of white space as one space.
    static func spaced(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
