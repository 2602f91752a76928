/// The gate every answer passes: each figure, date and citation must trace to a fact or a passage, else it is struck.
///
/// A figure traces to a fact when all of this holds:
/// - **Value**: the fact's value, rounded to the digits shown, gives those digits. Both neighbours of a half pass.
/// - **Unit**: dollars with money, percent with fractions, counted nouns with their unit; a plain number with a
///   plain measure, and with money only where a label or a contract says what it is.
/// - **Sign**: as written. The magnitude of a value below zero may stand without its sign beside a word such as
///   "loss" or "short"; beside "gain" or "up" it may not, and a gain may not be called a loss.
/// - **Subject**: the fact is about whom the sentence, row or section names. Where several are named, the nearest
///   one, or the one in the same place of a list. Facts about nobody (portfolio, rules) may stand beside a name
///   unless the words name something the named one has a value of its own for. A ticker without any fact has none.
/// - **Base**: "41.8% of the exposure" must be a part of exposure by the fact's label or formula, or the ratio of two facts.
/// - **Label**: where the words beside the figure, or the column's title, name a label for which the subject has a
///   fact of a fitting unit, the figure must be of that label.
///
/// What equals no fact may be the sum, difference or ratio of figures that the sentence itself states and that trace, the
/// same of a label's values of those it names, a count of them, or what follows from them by a formula that every trader
/// knows (`Verification+Operations`); the words must say so. It is then recomputed from exact values. A hedge ("about",
/// "just under") widens what is written (`Hedge`).
///
/// Names that are written like tickers must be known to the evidence or the question.
///
/// Dates must be dates of the subject, of its contracts, or the time evidence was true at. A figure in a clause with
/// a citation must stand in the cited passage, or be a fact about somebody that very sentence names. The passage's words
/// must support the sentence, better than those of another passage do. Quotes must be
/// the passage's words. Figures of the question pass only in sentences that say so ("you asked", "if"). Texts of
/// facts, labels, formulas and gaps may stand word for word. What is written so that a reader and a machine could
/// differ (other scripts' digits, invisible characters, entities, odd separators) is struck.
public struct Grounding: Sendable {
    let index: EvidenceIndex
    let question: [Figure]
    let citations: [Int: String]
    let scanner: FigureScanner
    let passages = ReadPassages()
    /// Whom a sentence is about where neither it nor anything before it says so: those the question names, or the one
    /// ticker the evidence is about.
    let presumed: [Target]

    /// A check against all evidence of a turn.
    ///
    /// - Parameters:
    ///   - evidence: What the turn's tools returned.
    ///   - question: The owner's words.
    ///   - citations: What each mark like `[1]` stands for: the id of a passage, a fact or evidence. Marks that are
    ///     such an id themselves, `[P1.3]`, need no entry.
    public init(evidence: [Evidence], question: String = "", citations: [Int: String] = [:]) {
        let index = EvidenceIndex(evidence, question: question)
        let names = index.names
        self.index = index
        self.question = question.isEmpty ? [] : FigureScanner().figures(in: question)
        self.citations = citations
        let scanner = FigureScanner { names.contains($0) }
        self.scanner = scanner
        let asked = TokenizedText(question, scanner: scanner)
        let named = asked.sentences.flatMap {
            SentenceReading($0, figures: asked.figures, index: index, inherited: []).mentions.map(\.target)
        }.filter { !$0.isUnknown }
        let sole =
            index.subjects.soleTicker ?? Self.soleTicker(of: evidence).flatMap(index.subjects.ticker)
        presumed = named.isEmpty ? sole.map { [Target(tickers: [$0])] } ?? [] : named
    }

    /// The one ticker that the first evidence with facts about anybody is about, which answers the question; nil where there are
    /// several.
    private static func soleTicker(of evidence: [Evidence]) -> String? {
        guard let first = evidence.first(where: { $0.facts.contains { !$0.subjects.isEmpty } }) else {
            return nil
        }
        var sole: String?
        for fact in first.facts {
            guard let name = fact.subjects.last else { continue }
            if let sole, sole != name { return nil }
            sole = name
        }
        return sole
    }

    /// Checks a draft. Linear in its length; the size of the evidence hardly matters.
    public func verify(_ draft: Draft) -> GroundingReport {
        var verification = Verification(grounding: self)
        return verification.report(on: draft)
    }
}
