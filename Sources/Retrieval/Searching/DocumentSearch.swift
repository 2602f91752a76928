import Evidence
import Foundation
import Kernels
public import Storage
import Synchronization

/// Finds the chunks that answer a question, by their words and by their meaning.
///
/// Vectors are read at the first search that needs them and kept until the index changes.
public final class DocumentSearch: Sendable {
    /// The weights, picked on public collections of abstracts and of financial reports, and on the built-in knowledge.
    private struct Tuning {
        /// What a word in a title, a heading or the text is worth.
        var weights = IndexStore.ColumnWeights(title: 2, headings: 1.5, text: 1)
        /// The part of meaning in the order of hits; words have the rest.
        var denseWeight = 0.5
        /// What pairs of the question's words side by side add.
        var pairWeight = 0.3
        /// What the share of the question's words adds.
        var coverageWeight = 0.3
        /// Chunks taken from each of the two lists.
        var candidates = 100
        /// Hits that a reranker puts in order.
        var reranked = 20
    }

    private let store: IndexStore
    private let encoder: (any TextEncoder)?
    private let reranker: (any Reranker)?
    private let kernels = VectorKernels()
    private let tuning = Tuning()
    private let vectors = Mutex<VectorIndex?>(nil)

    /// A search in `store`; by words alone without an encoder. A reranker puts the best hits in their final order.
    public init(store: IndexStore, encoder: (any TextEncoder)?, reranker: (any Reranker)? = nil) {
        self.store = store
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
        var candidates = Candidates()
        let matches = try store.matches(
            anyOf: terms.phrases + terms.synonyms,
            weights: tuning.weights,
            in: collections?.map(\.rawValue),
            limit: tuning.candidates
        )
        for (index, match) in matches.enumerated() { candidates.add(match, rank: index + 1) }
        if let (index, query) = try await meaning(of: terms.meaning, &pool.notes) {
            try addNeighbours(of: query, from: index, in: collections, to: &candidates)
            pool.usedVectors = true
        }
        let ranked = candidates.ranked(denseWeight: pool.usedVectors ? tuning.denseWeight : 0)
        pool.hits = try inspect(ranked, terms: terms)
        return pool
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
        var best = NearDuplicates.removed(from: hits, limit: max(limit, tuning.reranked))
        let count = min(best.count, tuning.reranked, reranker.maximumTexts)
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

    /// Adds the chunks nearest in meaning, and the closeness of those that are candidates already.
    private func addNeighbours(
        of query: [Float],
        from index: VectorIndex,
        in collections: [DocumentCollection]?,
        to candidates: inout Candidates
    ) throws {
        let ranges = try collections.map { try store.chunkRanges(of: $0.map(\.rawValue)) }
        let cosines = index.cosines(with: query, kernels)
        var nearest = TopSelection(limit: tuning.candidates)
        for (row, cosine) in cosines.enumerated() {
            let chunkID = index.chunkIDs[row]
            if let ranges, !ranges.contains(where: { $0.contains(chunkID) }) { continue }
            nearest.offer(row, score: cosine)
            candidates.note(cosine: Double(cosine), of: chunkID)
        }
        for neighbour in nearest.ranked {
            candidates.add(index.chunkIDs[neighbour.index], cosine: Double(neighbour.score))
        }
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

    /// Looks into the texts of the best candidates and puts them in their final order.
    private func inspect(_ ranked: [Candidate], terms: QueryTerms) throws -> [SearchHit] {
        let chunks = try store.chunks(ranked.map(\.chunkID))
        let documents = try store.documents(Set(chunks.values.map(\.documentID)))
        let frequencies = try store.frequencies(of: terms.phrases)
        let present = ranked.filter { chunks[$0.chunkID] != nil }
        let texts = present.compactMap { chunks[$0.chunkID] }.map { chunk in
            "\(chunk.title)\n\(chunk.headings.joined(separator: "\n"))\n\(chunk.text)"
        }
        let words = try store.words(of: terms.phrases + texts)
        let coverage = WordCoverage(
            terms: Array(words.prefix(terms.phrases.count)),
            frequencies: frequencies.phrases,
            chunks: frequencies.chunks
        )
        let isCalibrated = encoder?.isCalibrated ?? true
        let hits = zip(present, words.dropFirst(terms.phrases.count)).compactMap { candidate, words -> SearchHit? in
            guard let chunk = chunks[candidate.chunkID], let document = documents[chunk.documentID] else { return nil }
            let share = coverage.share(of: words)
            return SearchHit(
                passage: Passage(
                    document: document.path,
                    title: chunk.title,
                    headings: chunk.headings,
                    lines: chunk.lines,
                    text: chunk.text,
                    score: Relevance.likelihood(
                        cosine: isCalibrated ? candidate.cosine : nil,
                        coverage: share.words
                    )
                ),
                collection: DocumentCollection(rawValue: document.collection),
                lexicalRank: candidate.lexicalRank,
                lexicalScore: candidate.lexicalScore,
                cosine: candidate.cosine,
                coverage: share.words,
                score: candidate.score + tuning.pairWeight * share.pairs + tuning.coverageWeight * share.words
            )
        }
        return hits.sorted { $0.score > $1.score }
    }
}

/// A chunk that may be a hit.
private struct Candidate {
    var chunkID: Int64
    var lexicalRank: Int?
    var lexicalScore: Double?
    var cosine: Double?
    var score = 0.0
}

/// The chunks that may be hits, each once.
private struct Candidates {
    private(set) var all: [Candidate] = []
    private var positions: [Int64: Int] = [:]

    mutating func add(_ match: IndexStore.LexicalMatch, rank: Int) {
        positions[match.chunkID] = all.count
        all.append(Candidate(chunkID: match.chunkID, lexicalRank: rank, lexicalScore: match.score))
    }

    mutating func add(_ chunkID: Int64, cosine: Double) {
        guard positions[chunkID] == nil else { return }
        positions[chunkID] = all.count
        all.append(Candidate(chunkID: chunkID, cosine: cosine))
    }

    mutating func note(cosine: Double, of chunkID: Int64) {
        guard let position = positions[chunkID] else { return }
        all[position].cosine = cosine
    }

    /// The candidates, best first. What has none of the words, or no vector yet, counts as the lowest of the others.
    func ranked(denseWeight: Double) -> [Candidate] {
        let lowestLexical = all.compactMap(\.lexicalScore).min() ?? 0
        let lowestCosine = all.compactMap(\.cosine).min() ?? 0
        let scores = ScoreFusion.fused(
            lexical: all.map { $0.lexicalScore ?? lowestLexical },
            dense: denseWeight > 0 ? all.map { $0.cosine ?? lowestCosine } : nil,
            denseWeight: denseWeight
        )
        return zip(all, scores).map { candidate, score in
            var candidate = candidate
            candidate.score = score
            return candidate
        }.sorted { ($0.score, $1.chunkID) > ($1.score, $0.chunkID) }
    }
}
