import Agents
import Evidence
import Foundation

/// Answers from the documents: the passages' own words, each under a mark that cites it.
extension Composer {
    private var passages: [Passage] {
        evidence.flatMap(\.passages)
    }

    /// An answer in the best passage's words, with the next best to read on.
    func documents() -> Answer {
        var answer = Answer()
        let isAnswered = facts.text("answered") == "yes"
        guard let best = passages.first, isAnswered else {
            let words =
                reports.couldNotSearch
                ? "The documents could not be searched." : "None of the indexed documents answers this." + unknownWords
            answer.blocks = [.paragraph(words)]
            if !passages.isEmpty {
                answer.blocks.append(.heading("Closest"))
                let nearest = Array(passages.prefix(3))
                answer.citations = Composer.citations(of: nearest)
                answer.blocks.append(.list(zip(nearest, answer.citations).map(Composer.pointer)))
            }
            answer.blocks += caveats()
            return answer
        }
        // Passages of the same page that follow on from the best one belong to the answer; others are pointed at.
        let companions = passages.dropFirst().filter { $0.document == best.document && $0.score >= best.score * 0.8 }
        let quoted = [best] + companions.prefix(1).sorted { $0.lines.lowerBound < $1.lines.lowerBound }
        let others = passages.filter { passage in !quoted.contains { $0.id == passage.id } }.prefix(3)
        answer.citations = Composer.citations(of: quoted + others)
        for (passage, citation) in zip(quoted, answer.citations) {
            answer.blocks.append(
                .heading(([passage.title] + passage.headings.filter { $0 != passage.title }).joined(separator: " › "))
            )
            answer.blocks.append(.quote(.init(text: passage.text, passage: passage.id, citation: citation.number)))
        }
        if !others.isEmpty {
            answer.blocks.append(.heading("See also"))
            answer.blocks.append(.list(zip(others, answer.citations.dropFirst(quoted.count)).map(Composer.pointer)))
        }
        answer.blocks += caveats()
        return answer
    }

    /// That nothing is held of the tickers and companies a question names; empty where it names none, or known ones.
    private var unknownWords: String {
        guard !request.unknownSymbols.isEmpty, request.unknownSymbols == request.symbols else { return "" }
        let unknown = Array(request.unknownSymbols.prefix(10))
        return " Nothing is held of \(Composer.list(unknown)); "
            + "\u{201C}what is \(unknown[0]) at?\u{201D} asks for its price."
    }

    /// A pointer to the page that explains what an answer about the portfolio is about.
    func background() -> (blocks: [Answer.Block], citations: [Answer.Citation])? {
        guard facts.text("answered") == "yes", let best = passages.first else { return nil }
        let citations = Composer.citations(of: [best])
        return ([.heading("Background"), .list([Composer.pointer(best, citations[0])])], citations)
    }

    private static func citations(of passages: [Passage]) -> [Answer.Citation] {
        passages.enumerated().map { Answer.Citation(number: $0.offset + 1, passage: $0.element.id) }
    }

    private static func pointer(_ passage: Passage, _ citation: Answer.Citation) -> Answer.Item {
        let heading = passage.headings.last.map { $0 == passage.title ? "" : " › \($0)" } ?? ""
        return Answer.Item("\(passage.title)\(heading) [\(citation.number)]")
    }
}

extension [AgentReport] {
    /// Whether the search of the documents itself failed, so that nothing can be said of what they hold.
    var couldNotSearch: Bool {
        allSatisfy(\.evidence.isEmpty)
            && contains { report in
                if case .failed = report.outcome { true } else { false }
            }
    }
}
