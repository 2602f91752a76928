import Evidence
import Foundation
import Kernels
public import Storage
import Synchronization

/// Finds the chunks that answer a question, by their words and by their meaning.
///
/// Vectors are read at the first search that needs them and kept until the index changes.
public final class DocumentSearch: Sendable {
    /// What a word in a title, a heading or the text is worth where candidates are picked.
    private static let weights = IndexStore.ColumnWeights(title: 2, headings: 1.5, text: 1)
    /// Titles that the question names whose other chunks are looked at too, and how many of those by their meaning.
    private static let (maximumTitles, maximumTitled) = (4, 20_000)
    /// The best chunks, of which the likeliest says whether the question is answered.
    static let judged = 5
    /// Hits that a reranker puts in order.
    private static let reranked = 20

    let store: IndexStore
    private let encoder: (any TextEncoder)?
    private let reranker: (any Reranker)?
    private let kernels = VectorKernels()
    private let tuning: SearchTuning
    private let frequencies: TermFrequencies
    private let vectors = Mutex<VectorIndex?>(nil)

    /// A search in `store`; by words alone without an encoder. A reranker puts the best hits in their final order.
    public init(
        store: IndexStore,
        encoder: (any TextEncoder)?,
        reranker: (any Reranker)? = nil,
        tuning: SearchTuning = SearchTuning()
    ) {
        self.store = store
        frequencies = TermFrequencies(store: store)
        self.tuning = tuning
        self.encoder = encoder
        self.reranker = reranker
    }

    /// The same search, among some documents only.
    public func searching(_ documentIDs: Set<Int64>) -> DocumentSearch {
        searching(store.searching(documentIDs))
    }

    /// The same search in another view of the index.
    func searching(_ store: IndexStore) -> DocumentSearch {
        DocumentSearch(store: store, encoder: encoder, reranker: reranker, tuning: tuning)
    }

    /// The chunks that answer `question` best.
    ///
    /// Where the encoder or the reranker fails the search goes on without it, and a note of the result says why.
    /// - Parameters:
    ///   - question: Any text; nothing in it is taken for syntax.
    ///   - collections: The collections to search; all if nil.
    ///   - limit: The most hits.
    /// - Throws: `StorageError`, `CancellationError`.
    public func search(
        _ question: String,
        in collections: [DocumentCollection]? = nil,
        limit: Int = 8
    ) async throws -> SearchResult {
        guard limit > 0 else { return SearchResult(hits: [], relevance: 0, usedVectors: false) }
        var pool = try await pool(for: question, in: collections)
        let count = reranker == nil ? limit : max(limit, Self.reranked)
        var best = try hits(of: NearDuplicates.removed(from: pool.chunks, limit: count))
        if let reranker { try await rerank(&best, by: reranker, question: question, &pool.notes) }
        best = Array(best.prefix(limit))
        let relevance = SearchResult.relevance(of: best)
        var result = SearchResult(hits: best, relevance: relevance, usedVectors: pool.usedVectors, notes: pool.notes)
        result.encoder = pool.usedVectors ? encoder?.identifier : nil
        return result
    }

    /// The documents that answer `question` best, each as good as its best chunk, and how likely they answer it, 0 to 1.
    ///
    /// It is what `search` finds before near-identical passages are taken out, and before a reranker that is set.
    /// - Throws: `StorageError`, `CancellationError`.
    public func ranking(
        for question: String,
        in collections: [DocumentCollection]? = nil,
        limit: Int = 100
    ) async throws -> DocumentRanking {
        let pool = try await pool(for: question, in: collections)
        var best: [RankedChunk] = []
        var seen: Set<Int64> = []
        for chunk in pool.chunks where best.count < limit && seen.insert(chunk.chunk.documentID).inserted {
            best.append(chunk)
        }
        let documents = try hits(of: best).map { hit in
            DocumentRanking.Entry(document: hit.passage.document, score: hit.score)
        }
        let relevance = pool.chunks.prefix(Self.judged).map(\.likelihood).max() ?? 0
        return DocumentRanking(documents: documents, relevance: relevance, usedVectors: pool.usedVectors)
    }

    private func hits(of chunks: [RankedChunk]) throws -> [SearchHit] {
        let documents = try store.documents(Set(chunks.map(\.chunk.documentID)))
        return chunks.compactMap { chunk in documents[chunk.chunk.documentID].map(chunk.hit(in:)) }
    }

    /// All that may answer a question, best first.
    struct Pool {
        var chunks: [RankedChunk] = []
        var usedVectors = false
        var notes: [String] = []
    }

    func pool(for question: String, in collections: [DocumentCollection]?) async throws -> Pool {
        let terms = QueryTerms(question)
        var pool = Pool()
        guard !terms.phrases.isEmpty else { return pool }
        let collections = collections?.map(\.rawValue)
        let ranges = try store.chunkRanges(of: collections)
        let vocabulary = try QuestionVocabulary(terms) { try store.words(of: $0) }
        // The question's vector is made, and its neighbours are found and read, on another processor while words are looked up.
        async let neighbours = neighbours(of: terms.meaning, vocabulary, in: ranges)
        let generation = try store.generation()
        let searched = terms.phrases + terms.synonyms
        let counts = try frequencies.frequencies(of: searched, generation: generation)
        let phrases = rarest(searched, frequencies: counts.words)
        let known = Dictionary(zip(searched, counts.words)) { first, _ in first }
        let found = try store.scores(
            anyOf: phrases,
            worths: phrases.map { QuestionWords.weight(frequency: known[$0] ?? 0, chunks: counts.chunks) },
            weights: Self.weights,
            in: collections
        )
        let meaning = try await neighbours
        pool.usedVectors = meaning.closeness != nil
        pool.notes += meaning.note.map { [$0] } ?? []
        var candidates = Candidates(closeness: meaning.closeness)
        candidates.add(found.best(tuning.candidates), areRanked: true)
        candidates.addNearest()
        var read = meaning.read
        let others = candidates.all.map(\.chunkID).filter { read[$0] == nil }
        read.merge(try await readAtOnce(others, vocabulary)) { first, _ in first }
        var titles: [String: Double] = [:]
        // Within a document that the question names, every chunk has neighbours with some of its words.
        var surroundings = tuning.surroundings
        if tuning.title > 0 || tuning.period > 0 {
            let named = try NamedTitles(
                titles: read.values.map(\.chunk.title),
                question: terms,
                frequencies: known,
                NamedTitles.Lookup(
                    stems: { try self.store.words(of: $0) },
                    positions: { try self.store.positions(of: $0, in: $1) },
                    frequencies: { try self.frequencies.frequencies(of: $0, generation: generation, inTitles: true) },
                    titles: { try self.store.titles(ofChunksWith: $0) }
                )
            )
            titles = named.scores(tuning)
            let certain = named.certain(limit: Self.maximumTitles)
            if !certain.isEmpty {
                surroundings = 0
                let count = candidates.all.count
                let titled = try store.chunkIDs(titled: certain, in: collections)
                candidates.add(found.best(tuning.candidates, among: titled), areRanked: false)
                if pool.usedVectors {
                    candidates.addNearest(tuning.candidates, among: Array(titled.prefix(Self.maximumTitled)))
                }
                let added = try await readAtOnce(candidates.all[count...].map(\.chunkID), vocabulary)
                read.merge(added) { first, _ in first }
            }
        }
        try candidates.settle()
        let measured = QuestionWords(
            terms,
            vocabulary,
            frequencies: try frequencies.frequencies(of: terms.parts, generation: generation).words,
            chunks: counts.chunks
        )
        pool.chunks = ranked(
            candidates.all.compactMap { candidate in read[candidate.chunkID].map { (candidate, $0) } },
            titles: titles,
            measured,
            pool.usedVectors,
            surroundings
        )
        return pool
    }

    /// The rarest of `phrases` that together have not too many matches; at least one. What is too common to be searched for
    /// still counts where candidates are scored.
    private func rarest(_ phrases: [String], frequencies: [Int]) -> [String] {
        var kept: Set<String> = []
        var matches = 0
        for (phrase, frequency) in zip(phrases, frequencies).sorted(by: { $0.1 < $1.1 }) {
            matches += frequency
            if matches > tuning.matches, !kept.isEmpty { break }
            if frequency > 0 || kept.isEmpty { kept.insert(phrase) }
        }
        return phrases.filter(kept.contains)
    }

    /// What is near a question in meaning.
    private struct Neighbours {
        /// Nil where there is nothing to compare.
        var closeness: Closeness?
        /// Why that is not known.
        var note: String?
        /// The nearest chunks.
        var read: [Int64: ReadChunk] = [:]
    }

    private func neighbours(
        of question: String,
        _ vocabulary: QuestionVocabulary,
        in ranges: [ClosedRange<Int64>]?
    ) async throws -> Neighbours {
        guard let encoder else { return Neighbours() }
        let index = try currentVectors(encoder)
        guard !index.chunkIDs.isEmpty else { return Neighbours() }
        let query: [Float]
        do {
            query = try await encoder.encode([question], as: .question)
        } catch let error as CancellationError {
            throw error
        } catch {
            return Neighbours(note: "keyword search alone was used: \(error)")
        }
        guard query.count == encoder.dimension else {
            throw RetrievalError.unexpectedVectors(
                encoder: encoder.identifier,
                expected: encoder.dimension,
                got: query.count
            )
        }
        let closeness = try Closeness(index: index, question: query, limit: tuning.candidates, in: ranges)
        let nearest = closeness.nearest.map { index.chunkIDs[$0.index] }
        return Neighbours(closeness: closeness, read: try read(nearest, vocabulary))
    }

    /// Puts the head of `best` in the reranker's order; where that fails it stays as it is.
    private func rerank(
        _ best: inout [SearchHit],
        by reranker: any Reranker,
        question: String,
        _ notes: inout [String]
    ) async throws {
        let count = min(best.count, Self.reranked, reranker.maximumTexts)
        guard best.count > 1 else { return }
        do {
            let texts = best.prefix(count).map { hit in
                EncoderInput.text(title: hit.passage.title, headings: hit.passage.headings, text: hit.passage.text)
            }
            let scores = try await reranker.scores(of: texts, for: question)
            guard (1...count).contains(scores.count) else {
                throw RetrievalError.unexpectedScores(reranker: reranker.identifier, expected: count, got: scores.count)
            }
            for (index, score) in scores.enumerated() { best[index].rerankScore = score }
            // Equal scores keep the order they had.
            let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
            best.replaceSubrange(..<scores.count, with: order.map { best[$0] })
            if scores.count < count {
                notes.append("\(reranker.identifier) read the first \(scores.count) of \(count) passages in its time")
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            notes.append("the order is the built-in one: \(error)")
        }
    }

    private func currentVectors(_ encoder: any TextEncoder) throws -> VectorIndex {
        let generation = try store.generation()
        return try vectors.withLock { kept in
            if let kept, kept.generation == generation { return kept }
            let fresh = try VectorIndex(
                store,
                encoder: encoder.identifier,
                dimension: encoder.dimension,
                kernels: kernels,
                workers: ProcessInfo.processInfo.activeProcessorCount
            )
            kept = fresh
            return fresh
        }
    }

    /// Puts the candidates in their final order, by their texts.
    private func ranked(
        _ present: [(Candidate, ReadChunk)],
        titles: [String: Double],
        _ question: QuestionWords,
        _ usesMeaning: Bool,
        _ surroundings: Double
    ) -> [RankedChunk] {
        let places = present.map { QuestionWords.Place(document: $1.chunk.documentID, chunk: $1.chunk.id) }
        let all = question.measures(of: present.map(\.1.row), at: places)
        let isCalibrated = encoder?.isCalibrated ?? true
        let closeness =
            usesMeaning ? Self.closeness(of: present.map(\.0), isCalibrated: isCalibrated) : present.map { _ in 0 }
        var ranked: [RankedChunk] = []
        ranked.reserveCapacity(present.count)
        for (index, (candidate, read)) in present.enumerated() {
            let (chunk, measures) = (read.chunk, all[index])
            let likelihood = Relevance.likelihood(
                cosine: isCalibrated ? candidate.cosine : nil,
                coverage: measures.coverage
            )
            let score =
                tuning.words * measures.words + surroundings * measures.surroundings
                + tuning.meaning * closeness[index] + (titles[chunk.title] ?? 0)
                + question.orderWeight * (tuning.pairs * measures.pairs + tuning.triples * measures.triples)
            ranked.append(
                RankedChunk(
                    chunk: chunk,
                    candidate: candidate,
                    measures: measures,
                    likelihood: likelihood,
                    score: score
                )
            )
        }
        // Equal scores keep the order of the lists they came from.
        let order = ranked.indices.sorted { (ranked[$0].score, $1) > (ranked[$1].score, $0) }
        return order.map { ranked[$0] }
    }

    /// How close each candidate is in meaning; what has no vector yet counts as the farthest of the others. Cosines of
    /// encoders on another scale are brought to that of all-MiniLM-L6-v2, by which the weights were picked.
    private static func closeness(of candidates: [Candidate], isCalibrated: Bool) -> [Double] {
        let lowest = candidates.compactMap(\.cosine).min() ?? 0
        let cosines = candidates.map { $0.cosine ?? lowest }
        guard !isCalibrated else { return cosines }
        let (usualMean, usualDeviation) = (0.45, 0.11)
        return ScoreFusion.standardized(cosines).map { usualMean + usualDeviation * $0 }
    }
}
