import Evidence
import Storage

/// A chunk with what speaks for it.
struct RankedChunk {
    var chunk: ChunkRecord
    var candidate: Candidate
    var measures: QuestionWords.Measures
    /// How likely it is to be about the question, 0 to 1.
    var likelihood: Double
    /// What chunks are ordered by.
    var score: Double

    /// The hit that it is in a document.
    func hit(in document: DocumentRecord) -> SearchHit {
        SearchHit(
            passage: Passage(
                document: document.path,
                title: chunk.title,
                headings: chunk.headings,
                lines: chunk.lines,
                text: chunk.text,
                score: likelihood
            ),
            collection: DocumentCollection(rawValue: document.collection),
            lexicalRank: candidate.lexicalRank,
            lexicalScore: candidate.lexicalScore,
            cosine: candidate.cosine,
            coverage: measures.coverage,
            score: score,
            chunkID: chunk.id,
            documentID: chunk.documentID
        )
    }
}
