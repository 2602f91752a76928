import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// From 50,000 rows on the signs of vectors are looked at first, from the second search.
@Suite struct LateSignsTests {
    private static let (count, dimension) = (50_500, 24)

    @Test func whatIsFoundBySignsIsWhatIsFoundWithoutThem() throws {
        let folder = try TemporaryFolder()
        let store = IndexStore(database: try Database(path: folder.path("magnus.db")))
        var generator = SeededGenerator(seed: 11)
        func vector() -> [Float] {
            let values = (0..<Self.dimension).map { _ in Float.random(in: -1...1, using: &generator) }
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return values.map { $0 / length }
        }
        func hash(_ number: Int) -> Data { withUnsafeBytes(of: UInt32(number).bigEndian) { Data($0) } }
        let vectors = (0..<Self.count).map { _ in vector() }
        let document = DocumentRecord(
            collection: "documents",
            path: "a.txt",
            title: "",
            size: 1,
            modifiedAt: 0,
            contentHash: Data([1]),
            recipe: "r",
            indexedAt: Date(timeIntervalSince1970: 0)
        )
        let chunks = vectors.indices.map { number in
            ChunkRecord(title: "", headings: [], text: "a", lines: 1...1, hash: hash(number))
        }
        try store.put(document, chunks: chunks)
        let records = try vectors.enumerated().map { number, vector in
            try #require(VectorRecord(hash: hash(number), vector: vector[...]))
        }
        try store.add(records, encoder: "e", dimension: Self.dimension)
        try store.packVectors(encoder: "e")
        let kept = try VectorIndex(store, encoder: "e", dimension: Self.dimension, workers: 2)
        #expect(kept.chunkIDs.count == Self.count)
        _ = try kept.nearest(10, to: vector())
        for _ in 0..<5 {
            let query = vector()
            let once = try VectorIndex(store, encoder: "e", dimension: Self.dimension, workers: 2)
            let found = try once.nearest(10, to: query)
            #expect(try kept.nearest(10, to: query) == found)
            let exact = vectors.map { zip($0, query).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
            let nearest = Set(exact.indices.sorted { exact[$0] > exact[$1] }.prefix(10))
            #expect(nearest.intersection(found.map(\.index)).count >= 9)
        }
    }
}
