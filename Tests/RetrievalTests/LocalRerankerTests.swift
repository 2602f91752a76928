import Encoder
import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Synchronization
import Testing

@Suite struct LocalRerankerTests {
    private static let texts = (0..<9).map { "The put option of stock \($0) closes below strike \($0 * 5)." }
    private static let question = "What is the strike of the put?"

    /// The tiny cross-encoder of the encoder's fixtures.
    private func encoder() throws -> CrossEncoder {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("EncoderTests/Fixtures/models/cross-encoder").path
        let weights = try MappedFile(path: "\(folder)/model.safetensors")
        let vocabulary = try MappedFile(path: "\(folder)/vocab.txt")
        return try CrossEncoder(
            identifier: "cross-encoder",
            configuration: try FileReader(maximumBytes: 1_000_000).read("\(folder)/config.json"),
            vocabulary: vocabulary.bytes,
            weights: try SafetensorsFile(bytes: weights.bytes, owner: weights)
        )
    }

    @Test(arguments: [1, 2, 5]) func itScoresAsTheModelDoes(workers: Int) async throws {
        let encoder = try encoder()
        let reranker = LocalReranker(encoder, workers: workers) { .zero }
        let scores = try await reranker.scores(of: Self.texts, for: Self.question)
        #expect(scores == encoder.scores(of: Self.texts, for: Self.question).map(Double.init))
        #expect(reranker.identifier == "cross-encoder")
        #expect(try await reranker.scores(of: [], for: Self.question).isEmpty)
    }

    @Test func itStopsWhenItsTimeIsOverAfterOneRoundAtLeast() async throws {
        // Each look at the clock finds it 0.4 s later.
        let time = Mutex(Duration.zero)
        let reranker = LocalReranker(try encoder(), workers: 1, budget: .seconds(1)) {
            time.withLock { time in
                time += .milliseconds(400)
                return time
            }
        }
        // Begun at 0.4 s; rounds of two texts begin while 0.4 s and 0.8 s have passed, and not at 1.2 s.
        let scores = try await reranker.scores(of: Self.texts, for: Self.question)
        #expect(scores.count == 6)
        let late = LocalReranker(try encoder(), workers: 1, budget: .zero) { .zero }
        #expect(try await late.scores(of: Self.texts, for: Self.question).count == 2)
    }

    @Test func aSearchSaysHowManyPassagesWereRead() async throws {
        let folder = try TemporaryFolder()
        for index in 0..<6 {
            try folder.write("# Note \(index)\n\nThe put number \(index) closes near the strike.\n", to: "\(index).md")
        }
        let store = IndexStore(database: try Database())
        let now = Date(timeIntervalSince1970: 0)
        _ = try await Indexer(store: store, encoder: nil).index([folder.url.path], in: .documents, now: now)
        let reranker = LocalReranker(try encoder(), workers: 1, budget: .zero) { .zero }
        let search = DocumentSearch(store: store, encoder: nil, reranker: reranker)
        let plain = try await DocumentSearch(store: store, encoder: nil).search("put strike")
        let result = try await search.search("put strike")
        #expect(plain.hits.count == 6)
        #expect(result.notes == ["cross-encoder read the first 2 of 6 passages in its time"])
        let scores = result.hits.map(\.rerankScore)
        #expect(scores[..<2].allSatisfy { $0 != nil } && scores[2...].allSatisfy { $0 == nil })
        #expect(scores[0] ?? 0 >= scores[1] ?? 0)
        // What was not read stays where it was.
        #expect(result.hits[2...].map(\.passage.document) == plain.hits[2...].map(\.passage.document))
    }
}
