/// What a search goes by: one configuration for all documents, picked on public collections of abstracts, of financial
/// reports with tables and of annual reports. `magnus eval retrieval --ablation` tells what each part adds.
public struct SearchTuning: Hashable, Sendable {
    /// What BM25 of words adds, as a part of the most there could be.
    public var words = 5.0
    /// What the question's words add that are in the chunks beside one, where these were found too and the question names no
    /// document.
    public var surroundings = 3.5
    /// What closeness in meaning adds, by its cosine.
    public var meaning = 5.0
    /// What the question's pairs of neighbours add that stand side by side, where most of its words are common ones; where
    /// each of them tells something, word order counts the less.
    public var pairs = 3.5
    /// What three in a row add, likewise.
    public var triples = 3.5
    /// What a title adds whose words the question has, as `BOEING 2022 10K`.
    public var title = 3.0
    /// What it adds that a document which the question names is of the year asked about, and takes that it is of another.
    public var period = 1.0
    /// Words are searched for, rarest first, until so many matches are to be looked at.
    public var matches = 15_000
    /// Chunks taken from each list.
    public var candidates = 100

    /// The usual configuration.
    public init() {}

    /// The usual configuration without one part after the other, each with a name: what the part adds is the difference.
    public static var ablations: [(name: String, tuning: SearchTuning)] {
        func without(_ part: WritableKeyPath<SearchTuning, Double>) -> SearchTuning {
            var tuning = SearchTuning()
            tuning[keyPath: part] = 0
            return tuning
        }
        var wordsAlone = SearchTuning()
        (wordsAlone.meaning, wordsAlone.pairs, wordsAlone.triples, wordsAlone.title) = (0, 0, 0, 0)
        (wordsAlone.period, wordsAlone.surroundings) = (0, 0)
        var meaningAlone = SearchTuning()
        (meaningAlone.words, meaningAlone.pairs, meaningAlone.triples, meaningAlone.title) = (0, 0, 0, 0)
        (meaningAlone.period, meaningAlone.surroundings) = (0, 0)
        var wordless = SearchTuning()
        (wordless.words, wordless.surroundings) = (0, 0)
        var phraseless = SearchTuning()
        (phraseless.pairs, phraseless.triples) = (0, 0)
        var titleless = SearchTuning()
        (titleless.title, titleless.period) = (0, 0)
        return [
            ("all parts", SearchTuning()), ("without words", wordless), ("without meaning", without(\.meaning)),
            ("without pairs", without(\.pairs)), ("without triples", without(\.triples)),
            ("without pairs and triples", phraseless), ("without titles", without(\.title)),
            ("without surroundings", without(\.surroundings)),
            ("without periods", without(\.period)), ("without titles and periods", titleless),
            ("words alone", wordsAlone), ("meaning alone", meaningAlone),
        ]
    }
}
