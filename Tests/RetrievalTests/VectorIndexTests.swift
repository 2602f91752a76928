import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// The nearest vectors of an index, held against a search through the floats they were made of.
@Suite struct VectorIndexTests {
    private static let (count, dimension) = (6_000, 96)
    private let folder: TemporaryFolder
    private let store: IndexStore
    private let vectors: [[Float]]
    private let queries: [[Float]]

    init() throws {
        folder = try TemporaryFolder()
        store = IndexStore(database: try Database(path: folder.path("magnus.db")))
        var generator = SeededGenerator(seed: 5)
        // Around a few centres, so that the nearest are close to each other.
        let centres = (0..<4).map { _ in (0..<Self.dimension).map { _ in Float.random(in: -1...1, using: &generator) } }
        func vector() -> [Float] {
            let centre = centres[Int.random(in: 0..<centres.count, using: &generator)]
            let values = centre.map { $0 + Float.random(in: -1...1, using: &generator) }
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return values.map { $0 / length }
        }
        vectors = (0..<Self.count).map { _ in vector() }
        queries = (0..<40).map { _ in vector() }
        let chunks = vectors.indices.map { number in
            ChunkRecord(title: "Title", headings: [], text: "text", lines: 1...1, hash: Self.hash(number))
        }
        try store.put(
            DocumentRecord(
                collection: "documents",
                path: "a.txt",
                title: "Title",
                size: 1,
                modifiedAt: 0,
                contentHash: Data([1]),
                recipe: "r",
                indexedAt: Date(timeIntervalSince1970: 0),
                note: ""
            ),
            chunks: chunks
        )
    }

    private static func hash(_ number: Int) -> Data {
        withUnsafeBytes(of: UInt32(number).bigEndian) { Data($0) }
    }

    private func records() throws -> [VectorRecord] {
        try vectors.enumerated().map { number, vector in
            try #require(VectorRecord(hash: Self.hash(number), vector: vector[...]))
        }
    }

    /// The part of the ten nearest that is found, and the largest error of their cosines.
    private func found() throws -> (recall: Double, error: Double) {
        let index = try VectorIndex(store, encoder: "e", dimension: Self.dimension, workers: 2)
        #expect(index.chunkIDs.count == Self.count)
        var (hits, error) = (0, 0.0)
        for query in queries {
            let exact = vectors.map { zip($0, query).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
            let nearest = exact.indices.sorted { exact[$0] > exact[$1] }.prefix(10)
            let rows = try index.nearest(10, to: query)
            #expect(rows.count == 10)
            #expect(rows.map(\.score) == rows.map(\.score).sorted(by: >))
            hits += Set(nearest).intersection(rows.map(\.index)).count
            for row in rows { error = max(error, abs(Double(row.score) - exact[row.index])) }
        }
        return (Double(hits) / Double(queries.count * 10), error)
    }

    @Test func theTenNearestAreThoseByWholeFloats() throws {
        try store.add(try records(), encoder: "e", dimension: Self.dimension)
        let whole = try found()
        #expect(whole.recall >= 0.999)
        // The same vectors as they were kept before: bytes alone.
        try store.removeVectors(encoder: "e")
        let bytes = try records().map { VectorRecord(hash: $0.hash, scale: $0.scale, components: $0.components) }
        try store.add(bytes, encoder: "e", dimension: Self.dimension)
        let coarse = try found()
        #expect(coarse.recall < whole.recall)
        #expect(coarse.recall > 0.9)
        #expect(whole.error * 100 < coarse.error)
    }

    @Test func aPackOfThemGivesTheSame() throws {
        try store.add(try records(), encoder: "e", dimension: Self.dimension)
        let single = try VectorIndex(store, encoder: "e", dimension: Self.dimension, workers: 1)
        try store.packVectors(encoder: "e")
        let packed = try VectorIndex(store, encoder: "e", dimension: Self.dimension, workers: 2)
        for query in queries {
            for limit in [1, 10, 100] {
                #expect(try single.nearest(limit, to: query) == packed.nearest(limit, to: query))
            }
            #expect(try packed.nearest(100, to: query).count == 100)
            #expect(try packed.nearest(0, to: query).isEmpty)
        }
    }

    @Test func eachValueIsKeptInTwoBytes() throws {
        let vector: [Float] = [0.5, -0.25, 0.126, 0, -0.49999, 0.001, 0.3333]
        let record = try #require(VectorRecord(hash: Data([1]), vector: vector[...]))
        #expect(record.components.count == 7)
        #expect(record.residuals.count == 7)
        #expect(record.scale == 0.5 / 127)
        for (place, value) in vector.enumerated() {
            let kept = (Float(record.components[place]) + Float(record.residuals[place]) / 254) * record.scale
            #expect(abs(kept - value) <= record.scale / 508 * 1.01)
        }
        let zero = try #require(VectorRecord(hash: Data([1]), vector: [0, 0, 0][...]))
        #expect(zero.scale == 0)
        #expect(zero.components == [0, 0, 0])
        #expect(zero.residuals == [0, 0, 0])
        #expect(VectorRecord(hash: Data([1]), vector: [1, .nan][...]) == nil)
        #expect(VectorRecord(hash: Data([1]), vector: [-.infinity][...]) == nil)
    }

    @Test func rowsOfBothKindsStandTogether() throws {
        let mixed = try records().enumerated().map { number, record in
            number.isMultiple(of: 2)
                ? record : VectorRecord(hash: record.hash, scale: record.scale, components: record.components)
        }
        try store.add(mixed, encoder: "e", dimension: Self.dimension)
        let index = try VectorIndex(store, encoder: "e", dimension: Self.dimension, workers: 2)
        var (fine, coarse) = (0.0, 0.0)
        for query in queries {
            let rows = try index.nearest(20, to: query)
            #expect(rows.map(\.score) == rows.map(\.score).sorted(by: >))
            for row in rows {
                let exact = zip(vectors[row.index], query).reduce(0) { $0 + Double($1.0) * Double($1.1) }
                let error = abs(Double(row.score) - exact)
                if row.index.isMultiple(of: 2) { fine = max(fine, error) } else { coarse = max(coarse, error) }
            }
        }
        #expect(fine > 0 && fine * 50 < coarse)
    }
}
