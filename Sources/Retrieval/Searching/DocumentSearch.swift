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
    /// Words are searched for, rarest first, until so many matches are to be looked at.
    private static let maximumMatches = 25_000
    /// Titles that the question names whose other chunks are looked at too, and how many of those.
    private static let (maximumTitles, maximumTitled) = (4, 20_000)
    /// Hits that a reranker puts in order.
    private static let reranked = 20

    let store: IndexStore
    private let encoder: (any TextEncoder)?
    private let reranker: (any Reranker)?
    private let kernels = VectorKernels()
    private let tuning: SearchTuning
    private let vectors = Mutex<VectorIndex?>(nil)

    /// A search in `store`; by words alone without an encoder. A reranker puts the best hits in their final order.
    public init(
        store: IndexStore,
        encoder: (any TextEncoder)?,
        reranker: (any Reranker)? = nil,
        tuning: SearchTuning = SearchTuning()
    ) {
        self.store = store
        self.tuning = tuning
        self.encoder = encoder
        self.reranker = reranker
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
        let best = try await reranked(pool.hits, question: question, limit: limit, &pool.notes)
        let relevance = best.prefix(3).map(\.passage.score).max() ?? 0
        return SearchResult(hits: best, relevance: relevance, usedVectors: pool.usedVectors, notes: pool.notes)
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
        var documents: [DocumentRanking.Entry] = []
        var seen: Set<String> = []
        for hit in pool.hits where documents.count < limit && seen.insert(hit.passage.document).inserted {
            documents.append(DocumentRanking.Entry(document: hit.passage.document, score: hit.score))
        }
        let relevance = pool.hits.prefix(3).map(\.passage.score).max() ?? 0
        return DocumentRanking(documents: documents, relevance: relevance, usedVectors: pool.usedVectors)
    }

    /// All that may answer a question, best first.
    private struct Pool {
        var hits: [SearchHit] = []
        var usedVectors = false
        var notes: [String] = []
    }

    private func pool(for question: String, in collections: [DocumentCollection]?) async throws -> Pool {
        let terms = QueryTerms(question)
        var pool = Pool()
        guard !terms.phrases.isEmpty else { return pool }
        let searched = terms.phrases + terms.synonyms
        let counts = try store.frequencies(of: searched)
        let phrases = Self.rarest(searched, frequencies: counts.phrases)
        // Most words are their only part.
        let known = Dictionary(zip(searched, counts.phrases)) { first, _ in first }
        let others = terms.parts.filter { known[$0] == nil }
        let rest = Dictionary(zip(others, try store.frequencies(of: others).phrases)) { first, _ in first }
        let frequencies = terms.parts.map { known[$0] ?? rest[$0] ?? 0 }
        let names = collections?.map(\.rawValue)
        var candidates = Candidates()
        let matches = try store.matches(
            anyOf: phrases,
            weights: Self.weights,
            in: names,
            limit: tuning.candidates
        )
        for (index, match) in matches.enumerated() { candidates.add(match, rank: index + 1) }
        let meaning = try await meaning(of: terms.meaning, &pool.notes)
            .map { index, query in (index: index, cosines: index.cosines(with: query, kernels)) }
        if let meaning {
            pool.usedVectors = true
            let ranges = try collections.map { try store.chunkRanges(of: $0.map(\.rawValue)) }
            candidates.addNearest(meaning.index, meaning.cosines, limit: tuning.candidates) { chunkID in
                ranges?.contains { $0.contains(chunkID) } ?? true
            }
        }
        var chunks = try store.chunks(candidates.all.map(\.chunkID))
        var titles: [String: Double] = [:]
        if tuning.title > 0 {
            let named = try named(by: terms, among: chunks.values)
            titles = named.degrees
            let count = candidates.all.count
            try addTitled(named.certain(limit: Self.maximumTitles), phrases, names, meaning, to: &candidates)
            chunks.merge(try store.chunks(candidates.all[count...].map(\.chunkID))) { first, _ in first }
        }
        pool.hits = try inspect(
            candidates.all,
            chunks: chunks,
            titles: titles,
            terms: terms,
            frequencies: (frequencies, counts.chunks),
            usesMeaning: pool.usedVectors
        )
        return pool
    }

    /// The rarest of `phrases` that together have not too many matches; at least one. What is too common to be searched for
    /// still counts where candidates are scored.
    private static func rarest(_ phrases: [String], frequencies: [Int]) -> [String] {
        var kept: Set<String> = []
        var matches = 0
        for (phrase, frequency) in zip(phrases, frequencies).sorted(by: { $0.1 < $1.1 }) {
            matches += frequency
            if matches > maximumMatches, !kept.isEmpty { break }
            if frequency > 0 || kept.isEmpty { kept.insert(phrase) }
        }
        return phrases.filter(kept.contains)
    }

    private func named(by terms: QueryTerms, among chunks: some Sequence<ChunkRecord>) throws -> NamedTitles {
        try NamedTitles(
            titles: chunks.map(\.title),
            words: terms.phrases,
            stems: { try store.words(of: $0) },
            frequencies: { try store.frequencies(of: $0, inTitles: true) }
        )
    }

    /// Adds the best chunks under the titles that the question names, by words and by meaning.
    private func addTitled(
        _ titles: [String],
        _ phrases: [String],
        _ collections: [String]?,
        _ meaning: (index: VectorIndex, cosines: [Float])?,
        to candidates: inout Candidates
    ) throws {
        guard !titles.isEmpty else { return }
        let matches = try store.matches(
            anyOf: phrases,
            weights: Self.weights,
            titled: titles,
            in: collections,
            limit: tuning.candidates
        )
        for match in matches { candidates.add(match, rank: nil) }
        guard let meaning else { return }
        let chunkIDs = try store.chunkIDs(titled: titles, in: collections, limit: Self.maximumTitled)
        candidates.addNearest(meaning.index, meaning.cosines, limit: tuning.candidates, where: chunkIDs.contains)
    }

    /// The vector of a question, and those to compare it with; nil where there is nothing to compare.
    private func meaning(of question: String, _ notes: inout [String]) async throws -> (VectorIndex, [Float])? {
        guard let encoder else { return nil }
        let index = try currentVectors(encoder)
        guard !index.chunkIDs.isEmpty else { return nil }
        let query: [Float]
        do {
            query = try await encoder.encode([question], as: .question)
        } catch let error as CancellationError {
            throw error
        } catch {
            notes.append("keyword search alone was used: \(error)")
            return nil
        }
        guard query.count == encoder.dimension else {
            throw RetrievalError.unexpectedVectors(
                encoder: encoder.identifier,
                expected: encoder.dimension,
                got: query.count
            )
        }
        return (index, query)
    }

    /// The first `limit` of `hits`, each text once, their head in the reranker's order.
    private func reranked(
        _ hits: [SearchHit],
        question: String,
        limit: Int,
        _ notes: inout [String]
    ) async throws -> [SearchHit] {
        guard let reranker, hits.count > 1 else { return NearDuplicates.removed(from: hits, limit: limit) }
        var best = NearDuplicates.removed(from: hits, limit: max(limit, Self.reranked))
        let count = min(best.count, Self.reranked, reranker.maximumTexts)
        do {
            let texts = best.prefix(count).map { hit in
                EncoderInput.text(title: hit.passage.title, headings: hit.passage.headings, text: hit.passage.text)
            }
            let scores = try await reranker.scores(of: texts, for: question)
            guard scores.count == count else {
                throw RetrievalError.unexpectedScores(reranker: reranker.identifier, expected: count, got: scores.count)
            }
            for (index, score) in scores.enumerated() { best[index].rerankScore = score }
            // Equal scores keep the order they had.
            let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
            best.replaceSubrange(..<count, with: order.map { best[$0] })
        } catch let error as CancellationError {
            throw error
        } catch {
            notes.append("the order is the built-in one: \(error)")
        }
        return Array(best.prefix(limit))
    }

    private func currentVectors(_ encoder: any TextEncoder) throws -> VectorIndex {
        let generation = try store.generation()
        return try vectors.withLock { kept in
            if let kept, kept.generation == generation { return kept }
            let fresh = try VectorIndex(store: store, encoder: encoder)
            kept = fresh
            return fresh
        }
    }

    /// Looks into the texts of the candidates and puts them in their final order.
    private func inspect(
        _ candidates: [Candidate],
        chunks: [Int64: ChunkRecord],
        titles: [String: Double],
        terms: QueryTerms,
        frequencies: (parts: [Int], chunks: Int),
        usesMeaning: Bool
    ) throws -> [SearchHit] {
        let documents = try store.documents(Set(chunks.values.map(\.documentID)))
        let present = candidates.filter { chunks[$0.chunkID] != nil }
        let question = try QuestionWords(
            terms,
            stems: { try store.words(of: $0) },
            frequencies: frequencies.parts,
            chunks: frequencies.chunks
        )
        let texts = present.compactMap { chunks[$0.chunkID] }.map { chunk in
            "\(chunk.title)\n\(chunk.headings.joined(separator: "\n"))\n\(chunk.text)"
        }
        let rows = try store.positions(of: question.vocabulary, in: texts)
        let usualLength = Double(rows.reduce(0) { $0 + $1.count }) / Double(max(rows.count, 1))
        let isCalibrated = encoder?.isCalibrated ?? true
        let closeness = usesMeaning ? Self.closeness(of: present, isCalibrated: isCalibrated) : present.map { _ in 0 }
        let hits = zip(zip(present, closeness), rows).compactMap { candidate, row -> SearchHit? in
            let (candidate, closeness) = candidate
            guard let chunk = chunks[candidate.chunkID], let document = documents[chunk.documentID] else { return nil }
            let measures = question.measures(of: row, usualLength: usualLength)
            return SearchHit(
                passage: Passage(
                    document: document.path,
                    title: chunk.title,
                    headings: chunk.headings,
                    lines: chunk.lines,
                    text: chunk.text,
                    score: Relevance.likelihood(
                        cosine: isCalibrated ? candidate.cosine : nil,
                        coverage: measures.coverage
                    )
                ),
                collection: DocumentCollection(rawValue: document.collection),
                lexicalRank: candidate.lexicalRank,
                lexicalScore: candidate.lexicalScore,
                cosine: candidate.cosine,
                coverage: measures.coverage,
                score: tuning.words * measures.words + tuning.meaning * closeness + tuning.pairs * measures.pairs
                    + tuning.triples * measures.triples + tuning.title * (titles[chunk.title] ?? 0),
                chunkID: candidate.chunkID,
                documentID: chunk.documentID
            )
        }
        // Equal scores keep the order of the lists they came from.
        return hits.enumerated().sorted { ($0.element.score, $1.offset) > ($1.element.score, $0.offset) }.map(\.element)
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

/// A chunk that may be a hit.
private struct Candidate {
    var chunkID: Int64
    var lexicalRank: Int?
    var lexicalScore: Double?
    var cosine: Double?
}

/// The chunks that may be hits, each once.
private struct Candidates {
    private(set) var all: [Candidate] = []
    private var positions: [Int64: Int] = [:]

    mutating func add(_ match: IndexStore.LexicalMatch, rank: Int?) {
        guard positions[match.chunkID] == nil else { return }
        positions[match.chunkID] = all.count
        all.append(Candidate(chunkID: match.chunkID, lexicalRank: rank, lexicalScore: match.score))
    }

    /// Adds the chunks nearest in meaning of those that `isWanted`, and the closeness of those that are here already.
    mutating func addNearest(
        _ index: VectorIndex,
        _ cosines: [Float],
        limit: Int,
        where isWanted: (Int64) -> Bool
    ) {
        var nearest = TopSelection(limit: limit)
        for (row, cosine) in cosines.enumerated() {
            let chunkID = index.chunkIDs[row]
            guard isWanted(chunkID) else { continue }
            nearest.offer(row, score: cosine)
            if let position = positions[chunkID] { all[position].cosine = Double(cosine) }
        }
        for neighbour in nearest.ranked {
            let chunkID = index.chunkIDs[neighbour.index]
            guard positions[chunkID] == nil else { continue }
            positions[chunkID] = all.count
            all.append(Candidate(chunkID: chunkID, cosine: Double(neighbour.score)))
        }
    }
}
