import Foundation
import Kernels
import Retrieval
import Storage

/// Times searches in a large index.
///
///     swift run -c release SearchBenchmark [--folder F] [--chunks N] [--questions N]
///     swift run -c release SearchBenchmark --nearest N [--folder F] [--questions N]
///     swift run -c release SearchBenchmark --model DIR --encoder NAME --index A.db,B.db --ask A.jsonl,B.jsonl
///
/// By itself it makes an index of random words that are as frequent as in English, with random vectors. With indexes that
/// `magnus eval retrieval` kept (`cache/evaluation/*.db`), the name of the encoder they have vectors of and its folder, it joins
/// those to one of as many chunks and asks the questions of BEIR files, by the model; that is what a user waits for. `--once`
/// asks one question and ends, for the time of a whole process. `--nearest` times the search for the ten nearest of N vectors
/// alone, and tells how many of them are found. `--vectors` is what `Benchmarks/peers/vectors.py` calls. Times are wall times;
/// the processor's time stands beside them, for a machine that is busy. The questions are left in the folder for
/// `Benchmarks/peers/fulltext.py`.
@main struct SearchBenchmark {
    static func main() async throws {
        let options = Options(Array(CommandLine.arguments.dropFirst()))
        if let folder = options["vectors"] {
            try VectorSearch.run(folder: folder, dimension: options["dimension"].flatMap { Int($0) } ?? 384)
            return
        }
        if let chunks = options["nearest"].flatMap({ Int($0) }) {
            let folder = options["folder"] ?? NSTemporaryDirectory() + "magnus-search-benchmark"
            let queries = options["questions"].flatMap { Int($0) } ?? 50
            try LargeIndex.run(folder: folder, chunks: chunks, queries: queries)
            return
        }
        let folder = options["folder"] ?? NSTemporaryDirectory() + "magnus-search-benchmark"
        let chunks = options["chunks"].flatMap { Int($0) } ?? 100_000
        let count = options["questions"].flatMap { Int($0) } ?? 300
        let isReal = options["model"] != nil
        let path = "\(folder)/\(isReal ? "real" : "random")-\(chunks).db"
        let model = try options["model"].map {
            try ModelEncoder(folder: $0, identifier: options["encoder"] ?? "all-MiniLM-L6-v2")
        }
        let encoder: any TextEncoder = model ?? RandomEncoder()
        if !FileManager.default.fileExists(atPath: path) {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let unfinished = path + ".unfinished"
            if isReal {
                let indexes = options.list("index")
                let (name, dimension) = (encoder.identifier, encoder.dimension)
                try RealText.build(unfinished, from: indexes, encoder: name, dimension: dimension, chunks: chunks)
            } else {
                try await SyntheticText().build(unfinished, chunks: chunks)
            }
            // The database is closed by now, its log is part of it.
            try FileManager.default.moveItem(atPath: unfinished, toPath: path)
        }
        let asked = try questions(options, count: count)
        if options["once"] != nil {
            let search = DocumentSearch(store: IndexStore(database: try Database(path: path)), encoder: encoder)
            print(try await search.search(asked[0]).hits.first?.passage.document ?? "nothing found")
            return
        }
        try Data(asked.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/questions.txt"))
        let start = ContinuousClock.now
        let store = IndexStore(database: try Database(path: path))
        try store.packVectors(encoder: encoder.identifier)
        let search = DocumentSearch(store: store, encoder: encoder)
        _ = try await search.search(asked[0])
        print("\(chunks) chunks; opened and searched once in \(milliseconds(ContinuousClock.now - start)) ms")
        try await report("question to vector", asked) { _ = try await encoder.encode([$0], as: .question) }
        try await reportVectors(asked, store, encoder)
        let words = DocumentSearch(store: store, encoder: nil)
        for again in ["", ", again"] {
            try await report("words alone" + again, asked) { _ = try await words.search($0) }
        }
        for again in ["", ", again"] {
            try await report("words and meaning" + again, asked) { _ = try await search.search($0) }
        }
    }

    private static func reportVectors(_ asked: [String], _ store: IndexStore, _ encoder: any TextEncoder) async throws {
        let start = ContinuousClock.now
        let vectors = try store.vectors(encoder: encoder.identifier, dimension: encoder.dimension)
        print("\(vectors.chunkIDs.count) vectors read in \(milliseconds(ContinuousClock.now - start)) ms")
        let kernels = VectorKernels()
        var queries: [[Float]] = []
        for question in asked { queries.append(try await encoder.encode([question], as: .question)) }
        for workers in [1, 2] {
            try await report("nearest 100 of all vectors, threads \(workers)", queries) { query in
                _ = kernels.nearest(
                    100,
                    toQuery: query,
                    inCodes: vectors.components,
                    scales: vectors.scales,
                    workers: workers
                )
            }
        }
    }

    /// As many questions as wanted, those of several files in turn.
    private static func questions(_ options: Options, count: Int) throws -> [String] {
        let files = options.list("ask")
        guard !files.isEmpty else {
            var numbers = SeededNumbers(99)
            let text = SyntheticText()
            return (0..<count).map { _ in text.text(words: Int.random(in: 8...16, using: &numbers), &numbers) }
        }
        let lists = try files.map { file in
            try BenchmarkLines.questions(in: try Data(contentsOf: URL(fileURLWithPath: file)), named: file).map(\.text)
        }
        let longest = lists.map(\.count).max() ?? 0
        let all = (0..<longest).flatMap { place in lists.compactMap { place < $0.count ? $0[place] : nil } }
        return all.prefix(count).map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
    }

    private static func report<Input: Sendable>(
        _ name: String,
        _ inputs: [Input],
        _ body: @Sendable (Input) async throws -> Void
    ) async throws {
        var times: [Duration] = []
        let processor = clock()
        for input in inputs {
            let start = ContinuousClock.now
            try await body(input)
            times.append(ContinuousClock.now - start)
        }
        let used = Double(clock() - processor) / Double(CLOCKS_PER_SEC) * 1_000 / Double(inputs.count)
        times.sort()
        print(
            "\(name): median \(milliseconds(times[times.count / 2])) ms, p95 "
                + "\(milliseconds(times[times.count * 95 / 100])) ms, most \(milliseconds(times[times.count - 1])) ms; "
                + "processor \(String(format: "%.2f", used)) ms each"
        )
    }

    private static func milliseconds(_ duration: Duration) -> String {
        String(format: "%.2f", duration / .milliseconds(1))
    }
}

/// The words after the program's name: `--name value`, or `--name` alone.
struct Options {
    private var values: [String: String] = [:]

    init(_ arguments: [String]) {
        var name: String?
        for argument in arguments {
            if argument.hasPrefix("--") {
                name = String(argument.dropFirst(2))
                values[name ?? ""] = ""
            } else if let name {
                values[name] = argument
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    func list(_ name: String) -> [String] {
        values[name]?.split(separator: ",").map(String.init) ?? []
    }
}
