import Foundation
import Kernels
import Retrieval
import Storage

/// Times the search for the ten nearest in a whole index, and says how many of them it finds.
///
/// The index is a file as the program makes it; vectors are of random direction around a hundred centres. What is nearest is told
/// by the floats that its vectors were made of, which are made again for that.
enum LargeIndex {
    private static let dimension = 384
    private static let chunksInDocument = 1_000

    static func run(folder: String, chunks: Int, queries count: Int) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/vectors-\(chunks).db"
        if !FileManager.default.fileExists(atPath: path) {
            try build(path + ".unfinished", chunks: chunks)
            try FileManager.default.moveItem(atPath: path + ".unfinished", toPath: path)
        }
        let queries = (0..<count).map { vector(-1 - $0) }
        let exact = nearest(queries, chunks: chunks)
        let start = ContinuousClock.now
        let store = IndexStore(database: try Database(path: path))
        let processors = ProcessInfo.processInfo.activeProcessorCount
        let index = try VectorIndex(store, encoder: "random", dimension: dimension, workers: processors)
        print("\(index.chunkIDs.count) vectors read in \((ContinuousClock.now - start) / .milliseconds(1)) ms")
        for round in ["first", "again"] {
            var times: [Double] = []
            var hits = 0
            for (query, exact) in zip(queries, exact) {
                let start = ContinuousClock.now
                let found = try index.nearest(10, to: query)
                times.append((ContinuousClock.now - start) / .milliseconds(1))
                hits += Set(found.map(\.index)).intersection(exact).count
            }
            times.sort()
            func time(_ part: Int) -> String {
                String(format: "%.2f", times[min(times.count * part / 100, times.count - 1)])
            }
            print(
                "ten nearest, \(round): least \(time(0)) ms, median \(time(50)) ms, p95 \(time(95)) ms; recall "
                    + String(format: "%.4f", Double(hits) / Double(10 * count)) + "; resident "
                    + residentMegabytes()
            )
        }
    }

    private static func build(_ path: String, chunks: Int) throws {
        let store = IndexStore(database: try Database(path: path))
        for first in stride(from: 0, to: chunks, by: chunksInDocument) {
            let numbers = first..<min(first + chunksInDocument, chunks)
            try store.put(
                DocumentRecord(
                    collection: "documents",
                    path: "\(first).md",
                    title: "Title",
                    size: 0,
                    modifiedAt: 0,
                    contentHash: Data(),
                    recipe: "benchmark",
                    indexedAt: Date(timeIntervalSince1970: 0),
                    note: ""
                ),
                chunks: numbers.map { number in
                    ChunkRecord(title: "Title", headings: [], text: "word", lines: 1...1, hash: hash(number))
                }
            )
            let records = numbers.compactMap { VectorRecord(hash: hash($0), vector: vector($0)[...]) }
            try store.add(records, encoder: "random", dimension: dimension)
        }
        try store.packVectors(encoder: "random")
    }

    /// Scattered, as digests of texts are.
    private static func hash(_ number: Int) -> Data {
        var own = SeededNumbers(UInt64(number))
        return (0..<4).reduce(into: Data()) { data, _ in withUnsafeBytes(of: own.next()) { data.append(contentsOf: $0) }
        }
    }

    private static func vector(_ number: Int) -> [Float] {
        var own = SeededNumbers(UInt64(bitPattern: Int64(number)) &* 0x9E37_79B9_7F4A_7C15)
        var centre = SeededNumbers(own.next() % 100)
        func value(_ numbers: inout SeededNumbers) -> Float {
            Float(Int32(truncatingIfNeeded: numbers.next())) / Float(Int32.max)
        }
        let values = (0..<dimension).map { _ in value(&centre) + value(&own) }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / length }
    }

    /// The rows nearest to each query, by floats.
    private static func nearest(_ queries: [[Float]], chunks: Int) -> [Set<Int>] {
        let kernels = VectorKernels()
        var best = queries.map { _ in TopSelection(limit: 10) }
        for first in stride(from: 0, to: chunks, by: chunksInDocument) {
            let rows = (first..<min(first + chunksInDocument, chunks)).flatMap(vector)
            for (place, query) in queries.enumerated() {
                kernels.scores(ofRows: rows, query: query).withUnsafeBufferPointer {
                    best[place].offer($0, from: first)
                }
            }
        }
        return best.map { Set($0.ranked.map(\.index)) }
    }

    /// What the process has in memory now and had at most.
    private static func residentMegabytes() -> String {
        let lines = ((try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? "").split(separator: "\n")
        return lines.filter { $0.hasPrefix("VmRSS") || $0.hasPrefix("VmHWM") }
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.joined(separator: ", ")
    }
}
