import Foundation
import Retrieval
import Storage

/// Times searches in a large index:  swift run -c release SearchBenchmark [FOLDER] [CHUNKS] [QUESTIONS]
///
/// The index is made in FOLDER where it is not there yet. Its texts are random words that are as frequent as in English, and its
/// vectors are random: good for speed alone. A question is not encoded by the model, which takes some 3 ms more, and its best
/// hits are not told apart by their words' vectors. Times are wall times; the processor's time stands beside them, for a machine
/// that is busy.
@main struct SearchBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        let folder = arguments.first ?? NSTemporaryDirectory() + "magnus-search-benchmark"
        let chunks = arguments.dropFirst().first.flatMap { Int($0) } ?? 100_000
        let questions = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 300
        let path = "\(folder)/\(chunks).db"
        let text = SyntheticText()
        if !FileManager.default.fileExists(atPath: path) {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let unfinished = path + ".unfinished"
            try await build(unfinished, chunks: chunks, text)
            // The database is closed by now, its log is part of it.
            try FileManager.default.moveItem(atPath: unfinished, toPath: path)
        }
        let start = ContinuousClock.now
        let store = IndexStore(database: try Database(path: path))
        var numbers = SeededNumbers(99)
        let asked = (0..<questions).map { _ in text.text(words: Int.random(in: 8...16, using: &numbers), &numbers) }
        let search = DocumentSearch(store: store, encoder: RandomEncoder())
        _ = try await search.search(asked[0])
        print("\(chunks) chunks; opened and searched once in \(milliseconds(ContinuousClock.now - start)) ms")
        try await report("words and meaning", asked, search)
        try await report("words and meaning, again", asked, search)
        let words = DocumentSearch(store: store, encoder: nil)
        try await report("words alone", asked, words)
        try await report("words alone, again", asked, words)
    }

    private static func report(_ name: String, _ questions: [String], _ search: DocumentSearch) async throws {
        var times: [Duration] = []
        let processor = clock()
        for question in questions {
            let start = ContinuousClock.now
            _ = try await search.search(question)
            times.append(ContinuousClock.now - start)
        }
        let used = Double(clock() - processor) / Double(CLOCKS_PER_SEC) * 1_000 / Double(questions.count)
        times.sort()
        print(
            "\(name): median \(milliseconds(times[times.count / 2])) ms, p95 "
                + "\(milliseconds(times[times.count * 95 / 100])) ms; "
                + "processor \(String(format: "%.1f", used)) ms a search"
        )
    }

    private static func milliseconds(_ duration: Duration) -> String {
        String(format: "%.1f", duration / .milliseconds(1))
    }

    private static func build(_ path: String, chunks: Int, _ text: SyntheticText) async throws {
        let store = IndexStore(database: try Database(path: path))
        let encoder = RandomEncoder()
        var numbers = SeededNumbers(7)
        let perDocument = 20
        for document in 0..<(chunks / perDocument) {
            let title = text.text(words: 5, &numbers)
            let records = (0..<perDocument).map { index in
                ChunkRecord(
                    title: title,
                    headings: [text.text(words: 3, &numbers)],
                    text: text.text(words: 90, &numbers),
                    lines: (index * 10 + 1)...(index * 10 + 10),
                    hash: withUnsafeBytes(of: (document * perDocument + index).byteSwapped) { Data($0) }
                )
            }
            try store.put(
                DocumentRecord(
                    collection: "documents",
                    path: "\(document).md",
                    title: title,
                    size: 0,
                    modifiedAt: 0,
                    contentHash: Data(),
                    recipe: "benchmark",
                    indexedAt: Date(timeIntervalSince1970: 0),
                    note: ""
                ),
                chunks: records
            )
        }
        try await Indexer(store: store, encoder: encoder, options: .init(batch: 512)).encodePending()
    }
}
