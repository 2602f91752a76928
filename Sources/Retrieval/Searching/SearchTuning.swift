/// What a search goes by: one configuration for all documents, picked on public collections of abstracts, of financial
/// reports with tables and of annual reports. `magnus eval retrieval --ablation` tells what each part adds.
public struct SearchTuning: Hashable, Sendable {
    /// What BM25 of words adds, as a part of the most there could be.
    public var words = 5.0
    /// What closeness in meaning adds, by its cosine.
    public var meaning = 5.0
    /// What the question's pairs of neighbours add that stand side by side.
    public var pairs = 2.0
    /// What three in a row add.
    public var triples = 2.0
    /// What a title adds whose words the question has, as `BOEING 2022 10K`.
    public var title = 3.0
    /// What it adds that each of the question's words has a near one in the text, by the cosines of their vectors in place.
    public var tokens = 8.0
    /// Where the best chunks are this close to the first they are told apart by their words' vectors.
    public var contested = 0.5
    /// The most chunks that are; each costs some 10 ms.
    public var contestants = 3
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
        wordsAlone.tokens = 0
        var meaningAlone = SearchTuning()
        (meaningAlone.words, meaningAlone.pairs, meaningAlone.triples, meaningAlone.title) = (0, 0, 0, 0)
        meaningAlone.tokens = 0
        var phraseless = SearchTuning()
        (phraseless.pairs, phraseless.triples) = (0, 0)
        return [
            ("all parts", SearchTuning()), ("without words", without(\.words)), ("without meaning", without(\.meaning)),
            ("without pairs", without(\.pairs)), ("without triples", without(\.triples)),
            ("without pairs and triples", phraseless), ("without titles", without(\.title)),
            ("without words' vectors", without(\.tokens)),
            ("words alone", wordsAlone),
            ("meaning alone", meaningAlone),
        ]
    }
}
