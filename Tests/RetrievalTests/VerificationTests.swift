import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// The index against the files it was made of.
@Suite struct VerificationTests {
    let folder: TemporaryFolder
    let database: String
    let now = Date(timeIntervalSince1970: 1_790_000_000)

    init() async throws {
        folder = try TemporaryFolder()
        database = folder.path("magnus.sqlite")
        try folder.write("# Wheel\n\nSell puts.\n\n## Calls\n\nThen calls.\n", to: "docs/wheel.md")
        try folder.write("Collars cap gains.\n", to: "docs/collar.txt")
        for name in ["docs/wheel.md", "docs/collar.txt"] { try age(name, 1_000) }
        _ = try await indexer().index([folder.path("docs")], in: .documents, now: now)
    }

    private func store() throws -> IndexStore {
        IndexStore(database: try Storage.Database(path: database))
    }

    private func indexer() throws -> Indexer {
        Indexer(store: try store(), encoder: FakeEncoder())
    }

    private func age(_ name: String, _ seconds: Double) throws {
        let date = Date(timeIntervalSince1970: seconds)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.path(name))
    }

    private func damage(_ sql: String) throws {
        try RawDatabase.write(sql, to: database)
    }

    private func search(_ words: String) async throws -> SearchResult {
        try await DocumentSearch(store: try store(), encoder: FakeEncoder()).search(words, limit: 5)
    }

    @Test(arguments: [false, true])
    func aFreshIndexIsSound(readsFiles: Bool) throws {
        let found = try indexer().verify(readsFiles: readsFiles)
        #expect(found.isSound)
        #expect((found.documents, found.chunks, found.vectors, found.pending, found.files) == (2, 3, 3, 0, 2))
        #expect(found.changed.isEmpty && found.missing.isEmpty && found.unreadable.isEmpty)
    }

    /// The record of a document is lost, and with it the path that its passages came from.
    @Test func theFileOfALostRecordIsFoundByItsPassages() async throws {
        // Neither is it: one has other words, the other was never asked for.
        try folder.write("# Wheel\n\nOther words.\n", to: "docs/a.md")
        try folder.write("Nothing.\n", to: "docs/b.md")
        try damage("DELETE FROM documents WHERE path LIKE '%/wheel.md'")
        let found = try indexer().verify(readsFiles: false)
        #expect(found.defects.map(\.description) == ["2 passages belong to no document (of 'Wheel')"])
        let report = try await indexer().repair(found, now: now)
        let path = folder.path("docs/wheel.md")
        #expect(report.warnings == ["\(path): its record was lost; the file was found by its passages and read again"])
        #expect(try store().documents().map(\.path) == [folder.path("docs/collar.txt"), path])
        let after = try indexer().verify(readsFiles: true)
        #expect(after.isSound && after.pending == 0)
        #expect(try await search("then calls").hits.first?.passage.lines.contains(7) == true)
    }

    @Test func aLostRecordOfAFileThatIsNotFoundIsNamed() async throws {
        try damage("DELETE FROM documents WHERE path LIKE '%/wheel.md'")
        try FileManager.default.removeItem(atPath: folder.path("docs/wheel.md"))
        let report = try await indexer().repair(indexer().verify(readsFiles: false), now: now)
        #expect(report.warnings.count == 1)
        #expect(report.warnings.first?.contains("titled 'Wheel' was lost with its path, and its 2 passages") == true)
        #expect(try indexer().verify(readsFiles: true).isSound)
    }

    @Test func rebuildingFindsThemAsWell() async throws {
        try damage("DELETE FROM documents WHERE path LIKE '%/wheel.md'")
        let report = try await indexer().rebuild(now: now)
        #expect(report.warnings.first?.contains("wheel.md: its record was lost") == true)
        #expect(try store().documents().count == 2)
    }

    @Test func filesThatChangedOrWentAreNamed() throws {
        try folder.write("Collars cap losses.\n", to: "docs/collar.txt")
        try FileManager.default.removeItem(atPath: folder.path("docs/wheel.md"))
        for readsFiles in [false, true] {
            let found = try indexer().verify(readsFiles: readsFiles)
            #expect(found.isSound)
            #expect(found.changed == [folder.path("docs/collar.txt")])
            #expect(found.missing == [folder.path("docs/wheel.md")])
        }
    }

    @Test(arguments: [
        "UPDATE chunks SET first_line = first_line + 1, last_line = last_line + 1 WHERE text LIKE '%Then%'",
        "UPDATE chunks SET text = 'Sell nothing.' WHERE text LIKE '%Sell%'",
        "UPDATE chunks SET headings = 'Puts' WHERE text LIKE '%Then%'",
        "DELETE FROM chunks WHERE text LIKE '%Then%'",
        "UPDATE vectors SET scale = 0.5",
        "DELETE FROM chunks_fts_data WHERE id > 100",
    ])
    func whatIsDamagedIsFoundAndMendedFromTheFiles(sql: String) async throws {
        let before = try await search("then calls")
        try damage(sql)
        let found = try indexer().verify(readsFiles: true)
        #expect(!found.isSound)
        let report = try await indexer().repair(found, now: now)
        #expect(report.pending == 0)
        #expect(report.warnings == [])
        let after = try indexer().verify(readsFiles: true)
        #expect(after.isSound, "\(after.defects)")
        #expect((after.documents, after.chunks, after.pending) == (2, 3, 0))
        let again = try await search("then calls")
        #expect(again.hits.map(\.passage) == before.hits.map(\.passage))
    }

    @Test func whatCannotBeReadAgainIsNotFoundAgain() async throws {
        try damage("UPDATE chunks SET text = 'Sell nothing.' WHERE text LIKE '%Sell%'")
        try FileManager.default.removeItem(atPath: folder.path("docs/wheel.md"))
        let report = try await indexer().repair(try indexer().verify(readsFiles: false), now: now)
        #expect(report.warnings == ["\(folder.path("docs/wheel.md")): is gone and cannot be read again"])
        #expect(try await search("sell nothing puts").hits.allSatisfy { $0.passage.document.hasSuffix("collar.txt") })
        #expect(try indexer().verify(readsFiles: true).isSound)
    }

    @Test func aTextThatWasLostIsNamedThoughTheRepairWasBrokenOff() async throws {
        struct Break: Error {}
        let text = Data("Straddles gain from large moves.".utf8)
        _ = try indexer().add(text, named: "notes.txt", in: .documents, now: now)
        try damage("UPDATE chunks SET text = 'other' WHERE text LIKE 'Straddles%'")
        let found = try indexer().verify(readsFiles: false)
        await #expect(throws: Break.self) {
            _ = try await indexer().repair(found, now: now) { step in
                if case .words = step { throw Break() }
            }
        }
        let again = try indexer().verify(readsFiles: false)
        #expect(again.defects.contains { "\($0)".contains("stdin:notes.txt") }, "\(again.defects)")
        let report = try await indexer().repair(again, now: now)
        #expect(report.warnings == ["stdin:notes.txt: came as text and was lost; index it again"])
        #expect(report.removed == 1)
        let after = try indexer().verify(readsFiles: true)
        #expect(after.isSound, "\(after.defects)")
        #expect(after.documents == 2)
    }

    @Test func aTextKeepsWhatIsWholeOfIt() async throws {
        let paragraphs = (0..<3).map { number in
            String(repeating: "Straddle n\(number) gains from large moves. ", count: 30)
        }
        _ = try indexer().add(
            Data(paragraphs.joined(separator: "\n\n").utf8),
            named: "notes.txt",
            in: .documents,
            now: now
        )
        let before = try await search("straddle n1 gains")
        let count = try indexer().verify(readsFiles: false).chunks - 3
        try #require(count > 1)
        try damage("UPDATE documents SET chunk_count = chunk_count + 1 WHERE path = 'stdin:notes.txt'")
        let report = try await indexer().repair(try indexer().verify(readsFiles: false), now: now)
        #expect(report.removed == 0)
        #expect(report.warnings.count == 1)
        #expect(report.warnings[0].hasPrefix("stdin:notes.txt: came as text"), "\(report.warnings)")
        #expect(try indexer().verify(readsFiles: true).isSound)
        let same = try await search("straddle n1 gains")
        #expect(Set(same.hits.map(\.passage.text)) == Set(before.hits.map(\.passage.text)))

        try damage("UPDATE chunks SET text = 'other' WHERE text LIKE 'Straddle n0%'")
        _ = try await indexer().repair(try indexer().verify(readsFiles: false), now: now)
        let after = try indexer().verify(readsFiles: true)
        #expect(after.isSound, "\(after.defects)")
        #expect(after.chunks - 3 < count)
        #expect(try await search("straddle n2 gains").hits.first?.passage.document == "stdin:notes.txt")
    }

    @Test func documentsWhoseCollectionIsGoneComeBack() async throws {
        let before = try await search("then calls")
        try damage("DELETE FROM collections WHERE name = 'documents'")
        let found = try indexer().verify(readsFiles: false)
        #expect(found.defects.contains(.collections(1)), "\(found.defects)")
        _ = try await indexer().repair(found, now: now)
        #expect(try indexer().verify(readsFiles: true).isSound)
        #expect(try await search("then calls").hits.map(\.passage) == before.hits.map(\.passage))
        #expect(try store().collectionNames() == ["documents"])
    }

    // MARK: - Searching what has changed since

    @Test func aPassageOfAFileThatChangedIsReadAgainBeforeItIsGiven() async throws {
        let stale = try await search("then calls")
        #expect(stale.hits.first?.passage.lines == 5...7)
        #expect(try indexer().freshen(stale.hits, now: now) == Indexer.Freshness())

        try folder.write("# Wheel\n\nSell puts.\n\nAnd wait.\n\n## Calls\n\nThen calls.\n", to: "docs/wheel.md")
        let freshness = try indexer().freshen(stale.hits, now: now)
        #expect(freshness.isIndexChanged)
        #expect(freshness.lost.isEmpty)
        let fresh = try await search("then calls")
        #expect(fresh.hits.first?.passage.lines == 7...9)
        #expect(try !indexer().freshen(fresh.hits, now: now).isIndexChanged)
    }

    @Test func aPassageOfAFileThatIsGoneIsNamed() async throws {
        let stale = try await search("then calls")
        try FileManager.default.moveItem(atPath: folder.path("docs/wheel.md"), toPath: folder.path("docs/other.md"))
        let freshness = try indexer().freshen(stale.hits, now: now)
        #expect(freshness.lost == [PathKey(folder.path("docs/wheel.md"))])
        #expect(!freshness.isIndexChanged)
        #expect(try store().documents().count == 2, "it may be on a disk that is not mounted")
    }

    @Test func aFileOfTheSameSizeAndTimeThatWasReadTooSoonIsReadAgain() async throws {
        // Written and read within the same tick of the clock, then written again with neither size nor time changed.
        let path = try folder.write("One two.\n", to: "docs/new.txt")
        let stamp = try FileStamp(path: path)
        _ = try await indexer().index([folder.path("docs")], in: .documents, now: now)
        try folder.write("One six.\n", to: "docs/new.txt")
        var times = [timespec(), timespec()]
        for index in times.indices {
            times[index].tv_sec = stamp.modifiedAt / 1_000_000_000
            times[index].tv_nsec = stamp.modifiedAt % 1_000_000_000
        }
        try #require(utimensat(AT_FDCWD, path, &times, 0) == 0)
        #expect(try FileStamp(path: path).modifiedAt == stamp.modifiedAt)
        let report = try await indexer().index([folder.path("docs")], in: .documents, now: now)
        #expect(report.updated == 1)
        #expect(report.unchanged == 2)
        #expect(try await search("six").hits.first?.passage.text == "One six.")
    }

    /// A change that keeps size and time, as of a copy that keeps the time of what it was copied from.
    @Test func aFileWhoseSizeAndTimeWereKeptIsReadAgain() async throws {
        for (number, way) in ["index", "search", "verify"].enumerated() {
            let name = "docs/quoll.txt"
            try folder.write("The quoll count is 1\(number).\n", to: name)
            try age(name, 1_000)
            _ = try await indexer().index([folder.path("docs")], in: .documents, now: now)
            let stale = try await search("quoll count")
            try folder.write("The quoll count is 7\(number).\n", to: name)
            try age(name, 1_000)
            switch way {
            case "index":
                let report = try await indexer().index([folder.path("docs")], in: .documents, now: now)
                #expect((report.updated, report.unchanged) == (1, 2))
            case "search":
                #expect(try indexer().freshen(stale.hits, now: now).isIndexChanged)
            default:
                let found = try indexer().verify(readsFiles: false)
                #expect(found.changed == [folder.path(name)])
                _ = try await indexer().index([folder.path("docs")], in: .documents, now: now)
            }
            #expect(try await search("quoll count").hits.first?.passage.text == "The quoll count is 7\(number).")
        }
    }

    /// The same, where the system's own time of the change is not known either.
    @Test func aChangeThatOnlyReadingShowsIsNotedForTheNextRun() async throws {
        try folder.write("Collars cap losses.\n", to: "docs/collar.txt")
        try folder.write("Collars cap gain.s\n", to: "docs/collar.txt")
        try age("docs/collar.txt", 1_000)
        try damage("UPDATE documents SET status_changed_at = NULL")
        let found = try indexer().verify(readsFiles: true)
        #expect(found.changed == [folder.path("docs/collar.txt")])
        try indexer().note(found)
        let report = try await indexer().index([folder.path("docs")], in: .documents, now: now)
        #expect((report.updated, report.unchanged) == (1, 1))
        #expect(try indexer().verify(readsFiles: true).changed == [])
    }

    @Test func aFileOfAnotherModeHasNotChanged() async throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("docs/wheel.md"))
        #expect(try indexer().verify(readsFiles: false).changed == [])
        let report = try await indexer().index([folder.path("docs")], in: .documents, now: now)
        #expect((report.updated, report.unchanged) == (0, 2))
    }

    @Test func whereTheDatabaseCanOnlyBeReadNothingIsNoted() async throws {
        let hits = try await search("then calls").hits
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("docs/wheel.md"))
        try damage("UPDATE chunks SET checksum = NULL; UPDATE documents SET has_checksums = 0")
        let store = IndexStore(database: try Storage.Database(path: database, access: .readOnly))
        let indexer = Indexer(store: store, encoder: FakeEncoder())
        #expect(try indexer.freshen(hits, now: now) == Indexer.Freshness())
        let report = try indexer.read([folder.path("docs")], in: .documents, now: now)
        #expect(report.unchanged == 2)
    }
}
