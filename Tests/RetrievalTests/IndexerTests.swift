import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Synchronization
import Testing

@Suite struct IndexerTests {
    let folder: TemporaryFolder
    let store: IndexStore
    let now = Date(timeIntervalSince1970: 1_790_000_000)

    init() throws {
        folder = try TemporaryFolder()
        store = IndexStore(database: try Database())
    }

    private var documents: String { folder.path("docs") }

    @discardableResult
    private func index(_ paths: [String]? = nil, encoder: (any TextEncoder)? = FakeEncoder()) async throws
        -> IndexReport
    {
        try await Indexer(store: store, encoder: encoder).index(paths ?? [documents], in: .documents, now: now)
    }

    private func paths() throws -> [String] {
        try store.documents().map { String($0.path.dropFirst(documents.count + 1)) }
    }

    /// Sets the time of the last change, which is what tells a changed file of the same size.
    private func age(_ path: String, to seconds: Double) throws {
        let date = Date(timeIntervalSince1970: seconds)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    @Test func documentsGoInWithChunksAndVectors() async throws {
        try folder.write("# Wheel\n\nSell puts.\n\n## Calls\n\nThen calls.\n", to: "docs/wheel.md")
        try folder.write("Some notes.\n", to: "docs/sub/my_notes-2026.txt")
        let report = try await index()
        #expect(report.added == 2)
        #expect(report.chunks == 3)
        #expect(report.encoded == 3)
        #expect(report.pending == 0)
        #expect(report.isChanged)
        let stored = try store.documents()
        #expect(stored.map(\.title) == ["my notes 2026", "Wheel"])
        #expect(stored.map(\.chunkCount) == [1, 2])
        #expect(stored.allSatisfy { $0.indexedAt == now })
    }

    @Test func aSecondRunTouchesNothing() async throws {
        try folder.write("# Wheel\n\nSell puts.\n", to: "docs/wheel.md")
        try await index()
        let before = try store.generation()
        let encoder = FakeEncoder(observe: { _ in Issue.record("nothing is to be encoded") })
        let report = try await index(encoder: encoder)
        #expect(report.unchanged == 1)
        #expect(!report.isChanged)
        #expect(try store.generation() == before)
    }

    /// A model is installed after the documents were indexed, or another one is chosen.
    @Test(arguments: [nil, FakeEncoder(identifier: "former")])
    func passagesThatAnotherModelCutsTheSameStay(former: FakeEncoder?) async throws {
        try folder.write("# Wheel\n\nSell puts.\n\n## Calls\n\nThen calls.\n", to: "docs/wheel.md")
        try age(folder.path("docs/wheel.md"), to: 1_000)
        try await index(encoder: former)
        let before = try store.documents()
        let report = try await index()
        #expect((report.updated, report.unchanged, report.encoded, report.pending) == (0, 1, 2, 0))
        let after = try store.documents()
        #expect(after.map(\.id) == before.map(\.id))
        #expect(after.map(\.recipe) != before.map(\.recipe))
        // Once they are known to be the same they are not compared again.
        let generation = try store.generation()
        #expect(try await index().isChanged == false)
        #expect(try store.generation() == generation)
        #expect(try Indexer(store: store, encoder: FakeEncoder()).verify(readsFiles: true).isSound)
    }

    @Test func oldPassagesServeUntilTheNewOnesHaveTheirVectors() async throws {
        struct Stop: Error {}
        let words = (0..<300).map { "word\($0)" }.joined(separator: " ")
        try folder.write("# Long\n\n\(words)\n", to: "docs/long.txt")
        try folder.write("A short text.\n", to: "docs/short.txt")
        for name in ["long", "short"] { try age(folder.path("docs/\(name).txt"), to: 1_000) }
        try await index(encoder: FakeEncoder(identifier: "former"))
        let old = try store.documents().map { ($0.id, $0.chunkCount) }
        // Whoever only reads changes nothing.
        let reading = Indexer(store: store, encoder: FakeEncoder(identifier: "latter", maximumTokens: 42))
        #expect(try reading.read([documents], in: .documents, now: now).unchanged == 2)
        #expect(try reading.isOutdated(.documents) && !reading.isOutdated(.concepts))
        let texts = Mutex(0)
        let encoder = FakeEncoder(identifier: "latter", maximumTokens: 42) { [store] batch in
            #expect(try store.documents().map(\.chunkCount) == old.map(\.1))
            #expect(try store.documents().map(\.id) == old.map(\.0))
            #expect(try store.pendingCount(encoder: "former") == 0)
            if texts.withLock({ count in
                defer { count += batch.count }; return count > 4 && count < 1_000
            }) {
                texts.withLock { $0 = 1_000 }
                throw Stop()
            }
        }
        let latter = Indexer(store: store, encoder: encoder, options: Indexer.Options(batch: 2))
        await #expect(throws: Stop.self) { try await latter.index([documents], in: .documents, now: now) }
        #expect(try store.documents().map(\.id) == old.map(\.0))
        let report = try await latter.index([documents], in: .documents, now: now)
        #expect((report.updated, report.unchanged, report.pending) == (1, 1, 0))
        #expect(try !latter.isOutdated(.documents))
        let document = try #require(try store.documents().first { $0.path.hasSuffix("long.txt") })
        let chunks = try store.chunks(ofDocument: document.id)
        #expect(chunks.allSatisfy { encoder.tokenCount(of: $0.text) <= 40 })
        #expect(chunks.count > 6)
        #expect(try store.pendingCount(encoder: "latter") == 0)
        #expect(try latter.verify(readsFiles: true).isSound)
    }

    @Test func aFileWrittenAgainWithTheSameTextIsUnchanged() async throws {
        let path = try folder.write("# Wheel\n\nSell puts.\n", to: "docs/wheel.md")
        try await index()
        let id = try store.documents().map(\.id)
        try age(path, to: 1_000)
        #expect(try await index().unchanged == 1)
        #expect(try store.documents().map(\.id) == id)
        #expect(try store.documents().first?.modifiedAt == 1_000_000_000_000)
    }

    @Test func aChangedFileOfTheSameSizeIsReadAndOnlyItsNewChunksAreEncoded() async throws {
        let path = try folder.write("# A\n\nOne.\n\n## B\n\nTwo.\n", to: "docs/a.md")
        try await index()
        try folder.write("# A\n\nOne.\n\n## B\n\nSix.\n", to: "docs/a.md")
        try age(path, to: 1_000)
        let encoded = Mutex<[String]>([])
        let report = try await index(encoder: FakeEncoder(observe: { texts in encoded.withLock { $0 += texts } }))
        #expect(report.updated == 1)
        #expect(report.encoded == 1)
        #expect(report.reused == 1)
        #expect(encoded.withLock { $0 } == ["A › B\nSix."])
    }

    @Test func equalChunksAreEncodedOnce() async throws {
        for name in ["a", "b", "c"] { try folder.write("# Same\n\nThe same text.\n", to: "docs/\(name).md") }
        let report = try await index()
        #expect(report.chunks == 3)
        #expect(report.encoded == 1)
        #expect(report.reused == 2)
    }

    @Test func removedAndRenamedFilesLeaveTheIndex() async throws {
        for name in ["a", "sub/b", "sub/c"] { try folder.write("# \(name)\n\nText.\n", to: "docs/\(name).md") }
        try folder.write("# Other\n\nElsewhere.\n", to: "elsewhere/d.md")
        try await index([documents, folder.path("elsewhere")])
        try FileManager.default.removeItem(atPath: folder.path("docs/sub"))
        try FileManager.default.moveItem(atPath: folder.path("docs/a.md"), toPath: folder.path("docs/z.md"))
        let report = try await index()
        #expect(report.removed == 3)
        #expect(report.added == 1)
        #expect(report.encoded == 0, "the text moved with its vector")
        #expect(try store.documents().map { ($0.path as NSString).lastPathComponent } == ["z.md", "d.md"])
        #expect(try store.database.health().problems == [])
    }

    @Test func aFolderThatIsMissingTakesNothingAway() async throws {
        try folder.write("# A\n\nText.\n", to: "docs/a.md")
        try await index()
        try FileManager.default.moveItem(atPath: documents, toPath: folder.path("unmounted"))
        let report = try await index()
        #expect(report.removed == 0)
        #expect(report.skipped.map(\.path) == [documents])
        #expect(try store.documents().count == 1)
    }

    @Test func namesAreRelativeToTheBase() async throws {
        try folder.write("# A\n\nText.\n", to: "docs/sub/a.md")
        let indexer = Indexer(store: store, encoder: nil)
        for _ in 0..<2 {
            _ = try await indexer.index([documents], in: .concepts, relativeTo: documents, now: now)
            #expect(try store.documents(in: "concepts").map(\.path) == ["sub/a.md"])
        }
        try FileManager.default.removeItem(atPath: folder.path("docs/sub/a.md"))
        #expect(try await indexer.index([documents], in: .concepts, relativeTo: documents, now: now).removed == 1)
    }

    @Test func whatIsNoTextIsExplainedAndOldTextIsReadWithAWarning() async throws {
        try folder.write("good", to: "docs/good.md")
        try Data([1, 0, 2]).write(to: URL(fileURLWithPath: folder.path("docs/data.txt")))
        try Data([0x63, 0x61, 0x66, 0xE9, 0x20, 0x6F, 0x6B]).write(
            to: URL(fileURLWithPath: folder.path("docs/old.txt"))
        )
        try folder.write("", to: "docs/empty.md")
        let report = try await index([documents, folder.path("none.md")])
        #expect(report.added == 3)
        #expect(
            Set(report.skipped.map(\.description)) == [
                "\(folder.path("docs/data.txt")): not text; save it as plain text or Markdown",
                "\(folder.path("none.md")): no such file or folder; check the path",
            ]
        )
        #expect(report.warnings.count == 2)
        #expect(report.warnings.contains { $0.hasPrefix(folder.path("docs/old.txt")) && $0.contains("Windows-1252") })
        #expect(report.warnings.contains("\(folder.path("docs/empty.md")): has no text"))
        try Data([0]).write(to: URL(fileURLWithPath: folder.path("docs/good.md")))
        #expect(try await index().removed == 1, "what has become data leaves the index")
    }

    @Test func anotherEncoderEncodesAnewWhatItCutsTheSame() async throws {
        try folder.write("# A\n\nText.\n", to: "docs/a.md")
        try await index(encoder: nil)
        #expect(try await index(encoder: nil).unchanged == 1)
        let first = try await index()
        #expect((first.updated, first.unchanged, first.encoded) == (0, 1, 1))
        #expect(try await index().encoded == 0)
        let other = try await index(encoder: FakeEncoder(identifier: "other"))
        #expect((other.updated, other.unchanged, other.encoded) == (0, 1, 1))
    }

    // MARK: - Stopping

    private struct Stop: Error {}

    private func writeMany(_ count: Int) throws {
        for index in 0..<count {
            try folder.write("# T\(index)\n\nText number \(index).\n", to: "docs/\(100 + index).md")
        }
    }

    @Test func aStoppedRunLeavesWholeDocumentsAndGoesOn() async throws {
        try writeMany(10)
        let indexer = Indexer(store: store, encoder: FakeEncoder())
        await #expect(throws: Stop.self) {
            try await indexer.index([documents], in: .documents, now: now) { progress in
                if progress == .reading(done: 4, total: 10) { throw Stop() }
            }
        }
        #expect(try store.documents().count == 4)
        #expect(try store.database.health().problems == [])
        let report = try await index()
        #expect(report.unchanged == 4)
        #expect(report.added == 6)
        #expect(report.encoded == 10)
    }

    @Test func aStoppedEncodingKeepsItsBatchesAndGoesOn() async throws {
        try writeMany(10)
        let indexer = Indexer(store: store, encoder: FakeEncoder(), options: Indexer.Options(batch: 3))
        var seen: [IndexProgress] = []
        await #expect(throws: Stop.self) {
            try await indexer.index([documents], in: .documents, now: now) { progress in
                if case .encoding(let done, _) = progress {
                    seen.append(progress)
                    if done == 6 { throw Stop() }
                }
            }
        }
        #expect(seen == [.encoding(done: 3, total: 10), .encoding(done: 6, total: 10)])
        #expect(try store.pendingCount(encoder: "fake") == 4)
        #expect(try await indexer.encodePending() == 4)
        #expect(try await indexer.encodePending() == 0)
    }

    @Test func aFailingEncoderLeavesTheFullText() async throws {
        try writeMany(2)
        await #expect(throws: Stop.self) { try await index(encoder: FakeEncoder(observe: { _ in throw Stop() })) }
        #expect(try store.documents().count == 2)
        #expect(try await index().encoded == 2)
    }

    @Test func vectorsThatAreNoNumbersAreRefused() async throws {
        struct Broken: TextEncoder {
            var values: [Float]
            let identifier = "broken"
            let dimension = 2
            let maximumTokens = 256
            func tokenCount(of text: String) -> Int { 1 }
            func encode(_ texts: [String], as role: EncodedRole) -> [Float] { values }
        }
        try writeMany(1)
        await #expect(throws: RetrievalError.invalidVector(encoder: "broken")) {
            try await index(encoder: Broken(values: [.nan, 1]))
        }
        await #expect(throws: RetrievalError.unexpectedVectors(encoder: "broken", expected: 2, got: 1)) {
            try await index(encoder: Broken(values: [1]))
        }
        #expect(try store.pendingCount(encoder: "broken") == 1)
    }

    @Test func aKilledRunLeavesWholeSteps() async throws {
        try writeMany(20)
        let (database, documents) = (folder.path("magnus.sqlite"), documents)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [database = database as String, documents = documents as String] in
            let store = IndexStore(database: try Database(path: database))
            let indexer = Indexer(store: store, encoder: FakeEncoder(), options: Indexer.Options(batch: 3))
            _ = try await indexer.index([documents], in: .documents, now: Date(timeIntervalSince1970: 0)) { progress in
                if progress == .encoding(done: 9, total: 20) { kill(getpid(), SIGKILL) }
            }
        }
        let store = IndexStore(database: try Database(path: database))
        #expect(try store.database.health().problems == [])
        #expect(try store.pendingCount(encoder: "fake") == 11)
        let report = try await Indexer(store: store, encoder: FakeEncoder()).index(
            [documents],
            in: .documents,
            now: now
        )
        #expect(report.unchanged == 20)
        #expect(report.encoded == 11)
    }

    @Test func twoRunsAtOnceEndWithOneIndex() async throws {
        try writeMany(30)
        let database = folder.path("magnus.sqlite")
        _ = try Database(path: database)
        let documents = documents
        let now = now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    let store = IndexStore(database: try Database(path: database))
                    let indexer = Indexer(store: store, encoder: FakeEncoder())
                    _ = try await indexer.index([documents], in: .documents, now: now)
                }
            }
            try await group.waitForAll()
        }
        let store = IndexStore(database: try Database(path: database))
        #expect(try store.documents().count == 30)
        #expect(try store.counts()["documents"]?.chunks == 30)
        #expect(try store.pendingCount(encoder: "fake") == 0)
        #expect(try store.database.health().problems == [])
    }

    @Test func aDocumentOrAFolderIsTakenOutByName() async throws {
        for name in ["a", "sub/b", "sub/c", "subway"] {
            try folder.write("# \(name)\n\nText.\n", to: "docs/\(name).md")
        }
        try await index()
        let indexer = Indexer(store: store, encoder: nil)
        #expect(try indexer.remove("\(documents)/sub", from: .documents).count == 2)
        #expect(try indexer.remove("\(documents)/a.md", from: .concepts).isEmpty)
        #expect(try indexer.remove("\(documents)/a.md", isDryRun: true).count == 1)
        #expect(try paths() == ["a.md", "subway.md"])
        #expect(try indexer.remove("\(documents)/a.md/").count == 1)
        #expect(try paths() == ["subway.md"])
    }
}
