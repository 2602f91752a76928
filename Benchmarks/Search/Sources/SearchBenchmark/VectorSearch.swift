import Foundation
import Kernels
import Storage

/// Times the search among given vectors, for comparison with other programs on the same ones.
enum VectorSearch {
    private struct Line: Encodable {
        var name: String
        var p50_ms: Double
        var p95_ms: Double
        var least_ms: Double
        var nearest: [[Int]]
    }

    /// Reads `rows.f32` and `queries.f32` of a folder and prints a JSON object a line: the ten nearest of each query, and how long
    /// that took.
    static func run(folder: String, dimension: Int) throws {
        let file = try MappedFile(path: folder + "/rows.f32")
        let data = try MappedFile(path: folder + "/queries.f32")
        let values = Array(data.bytes.bindMemory(to: Float.self))
        let queries = stride(from: 0, to: values.count, by: dimension).map { Array(values[$0..<$0 + dimension]) }
        // In memory of its own, as other programs have them.
        let memory = (
            rows: UnsafeMutableRawPointer.allocate(byteCount: file.count, alignment: 64),
            codes: UnsafeMutableRawPointer.allocate(byteCount: file.count / 4, alignment: 64)
        )
        defer {
            memory.rows.deallocate()
            memory.codes.deallocate()
        }
        let valueCount = file.count / MemoryLayout<Float>.stride
        let rows = UnsafeMutableBufferPointer(
            start: memory.rows.bindMemory(to: Float.self, capacity: valueCount),
            count: valueCount
        )
        _ = rows.initialize(from: file.bytes.bindMemory(to: Float.self))
        let all = UnsafeBufferPointer(rows)
        let count = rows.count / dimension
        let codes = UnsafeMutableBufferPointer(
            start: memory.codes.bindMemory(to: Int8.self, capacity: valueCount),
            count: valueCount
        )
        let scales = (0..<count).map { row in
            let own = (row * dimension)..<((row + 1) * dimension)
            let scale = all[own].reduce(0) { max($0, abs($1)) } / 127
            for place in own { codes[place] = Int8((all[place] / scale).rounded()) }
            return scale
        }
        let kernels = VectorKernels()
        do {
            let codes = UnsafeBufferPointer(codes)
            try scales.withUnsafeBufferPointer { scales in
                let signs = kernels.signs(ofCodes: codes, scales: scales, dimension: dimension)
                for workers in [1, 2] {
                    let threads = "threads \(workers)"
                    try report("magnus, floats, \(threads)", queries) {
                        kernels.nearest(10, toQuery: $0, inRows: all, workers: workers)
                    }
                    try report("magnus, bytes, \(threads)", queries) {
                        kernels.nearest(10, toQuery: $0, inCodes: codes, scales: scales, workers: workers)
                    }
                    for (name, signs) in [("bytes", nil), ("signs, bytes", signs)] as [(String, SignRows?)] {
                        try report("magnus, \(name) and 40 by floats, \(threads)", queries) { query in
                            let first = kernels.nearest(
                                40,
                                toQuery: query,
                                inCodes: codes,
                                scales: scales,
                                signs: signs,
                                workers: workers
                            )
                            var best = TopSelection(limit: 10)
                            for row in first.map(\.index) {
                                let own = all[(row * dimension)..<((row + 1) * dimension)]
                                let score = query.withUnsafeBufferPointer {
                                    kernels.dot(UnsafeBufferPointer(rebasing: own), $0)
                                }
                                best.offer(row, score: score)
                            }
                            return best.ranked
                        }
                    }
                    try report("magnus, signs then bytes, \(threads)", queries) { query in
                        kernels.nearest(
                            10,
                            toQuery: query,
                            inCodes: codes,
                            scales: scales,
                            signs: signs,
                            workers: workers
                        )
                    }
                }
            }
        }
    }

    private static func report(_ name: String, _ queries: [[Float]], _ search: ([Float]) -> [RankedIndex]) throws {
        _ = search(queries[0])
        var times: [Double] = []
        var nearest: [[Int]] = []
        for query in queries {
            let start = ContinuousClock.now
            let found = search(query)
            times.append((ContinuousClock.now - start) / .milliseconds(1))
            nearest.append(found.map(\.index))
        }
        times.sort()
        let line = Line(
            name: name,
            p50_ms: rounded(times[times.count / 2]),
            p95_ms: rounded(times[times.count * 95 / 100]),
            least_ms: rounded(times[0]),
            nearest: nearest
        )
        print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
    }

    private static func rounded(_ value: Double) -> Double {
        (value * 1_000).rounded() / 1_000
    }
}
