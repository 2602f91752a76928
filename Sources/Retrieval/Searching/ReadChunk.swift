import Storage

/// A chunk, and where the words of a question stand in it.
struct ReadChunk: Sendable {
    var chunk: ChunkRecord
    /// Its words in their order, title and headings first: places in the question's vocabulary, -1 for every other word.
    var row: [Int32]
}

extension DocumentSearch {
    /// Reads chunks by their ids; those that are gone or not searched are missing.
    func read(_ ids: some Sequence<Int64>, _ vocabulary: QuestionVocabulary) throws -> [Int64: ReadChunk] {
        let chunks = Array(try store.chunks(ids).values)
        let texts = chunks.map { chunk in
            "\(chunk.title)\n\(chunk.headings.joined(separator: "\n"))\n\(chunk.text)"
        }
        let rows = try store.positions(of: vocabulary.stems, in: texts)
        return Dictionary(
            uniqueKeysWithValues: zip(chunks, rows).map { ($0.id, ReadChunk(chunk: $0, row: $1)) }
        )
    }

    /// The same on two threads.
    func readAtOnce(_ ids: [Int64], _ vocabulary: QuestionVocabulary) async throws -> [Int64: ReadChunk] {
        // What lies side by side in the file is read by one of them.
        let sorted = ids.sorted()
        async let second = read(sorted[(sorted.count / 2)...], vocabulary)
        let first = try read(sorted[..<(sorted.count / 2)], vocabulary)
        return first.merging(try await second) { first, _ in first }
    }
}
