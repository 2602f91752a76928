import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// Searches of files that have gone, and of a database that is damaged: nothing is shown that cannot be looked up.
@Suite struct CurrentSearchTests {
    let folder: TemporaryFolder
    let database: String
    let now = Date(timeIntervalSince1970: 1_790_000_000)

    init() throws {
        folder = try TemporaryFolder()
        database = folder.path("magnus.sqlite")
    }

    private func store() throws -> IndexStore {
        IndexStore(database: try Storage.Database(path: database))
    }

    private func indexer() throws -> Indexer {
        Indexer(store: try store(), encoder: FakeEncoder())
    }

    private func write(_ text: String, to name: String) throws {
        let path = try folder.write(text, to: "docs/" + name)
        let date = Date(timeIntervalSince1970: 1_000)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
    }

    @discardableResult
    private func index() async throws -> IndexReport {
        try await indexer().index([folder.path("docs")], in: .documents, now: now)
    }

    private func search(_ words: String, limit: Int = 5) async throws -> SearchResult {
        let search = DocumentSearch(store: try store(), encoder: FakeEncoder())
        return try await indexer().current(limit: limit, now: now) { hidden, limit in
            try await search.hiding(hidden).search(words, limit: limit)
        }
    }

    private func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: folder.path("docs/" + name))
    }

    /// The database as a version wrote it that knew no checksums of passages.
    private func makeOld() throws {
        try RawDatabase.write("UPDATE chunks SET checksum = NULL; UPDATE documents SET has_checksums = 0", to: database)
    }

    private static let table = "# Grams\n\nFirst line.\n\n## Tuesday\n\nTuesday acacia gives 310 grams.\n"

    // MARK: - Files that are gone

    @Test func theCopyThatIsLeftTakesThePlaceOfTheOneThatIsGone() async throws {
        try write("# Notes\n\nThe numbat burrow code is 4471.\n", to: "a.md")
        try write("# Notes\n\nThe numbat burrow code is 4471.\n", to: "b.md")
        try await index()
        #expect(try await search("numbat burrow code").hits.map(\.passage.document) == [folder.path("docs/a.md")])
        try remove("a.md")
        let result = try await search("numbat burrow code")
        #expect(result.hits.map(\.passage.document) == [folder.path("docs/b.md")])
        #expect(
            result.notes.contains { $0.contains("left out: \(folder.path("docs/a.md")) is gone") },
            "\(result.notes)"
        )
    }

    @Test func aFileThatChangesAfterEverySearchIsNotShownWithOldLines() async throws {
        try write(Self.table, to: "a.md")
        try await index()
        let search = DocumentSearch(store: try store(), encoder: FakeEncoder())
        var text = Self.table
        let result = try await indexer().current(limit: 5, now: now) { hidden, limit in
            let found = try await search.hiding(hidden).search("tuesday acacia grams", limit: limit)
            text = "One more line.\n\n" + text
            try write(text, to: "a.md")
            return found
        }
        #expect(result.hits.isEmpty, "\(result.hits.map(\.passage.lines))")
        #expect(result.notes.contains { $0.contains("a.md changes while it is searched") }, "\(result.notes)")
        #expect(try await self.search("tuesday acacia grams").hits.first?.passage.lines.upperBound == 15)
    }

    /// More have gone than candidates are looked at.
    @Test func whatIsLeftIsFoundBehindAFolderThatIsGone() async throws {
        for number in 0..<150 {
            try write("The numbat burrow code is n\(number) of numbat burrow code.\n", to: "gone/n\(number).md")
        }
        try write("Among long words about other animals of the plain, one burrow has a numbat.\n", to: "left.md")
        try await index()
        try remove("gone")
        let result = try await search("numbat burrow code", limit: 3)
        #expect(result.hits.map(\.passage.document) == [folder.path("docs/left.md")])
    }

    @Test func whatIsLeftOutSaysNothingOfHowLikelyTheAnswerIs() async throws {
        try write("The numbat burrow code is 4471.\n", to: "a.md")
        try write("Wombats sleep; nobody knows their code or gate.\n", to: "b.md")
        try await index()
        let before = try await search("numbat burrow code")
        try remove("a.md")
        let after = try await search("numbat burrow code")
        #expect(after.relevance < before.relevance)
        #expect(after.relevance == after.hits.map(\.passage.score).max() ?? 0)
        try remove("b.md")
        let none = try await search("numbat burrow code")
        #expect(none.hits.isEmpty)
        #expect(none.relevance == 0)
        #expect(none.notes.count { $0.hasPrefix("left out: ") } == 2)
    }

    // MARK: - Passages that are not as they were written

    private static let damages = [
        "UPDATE chunks SET first_line = first_line + 3, last_line = last_line + 3 WHERE text LIKE '%Tuesday acacia%'",
        "UPDATE chunks SET text = replace(text, '310', '999') WHERE text LIKE '%Tuesday acacia%'",
        "UPDATE chunks SET text = replace(text, '## Tuesday', '## Monday') WHERE text LIKE '%Tuesday acacia%'",
        "UPDATE chunks SET headings = 'Monday' WHERE text LIKE '%Tuesday acacia%'",
        """
        UPDATE chunks SET document_id = (SELECT id FROM documents WHERE path LIKE '%/b.txt') WHERE text LIKE '%Tuesday acacia%'
        """,
    ]

    @Test(arguments: damages)
    func aDamagedPassageIsNamedAndNotShown(sql: String) async throws {
        try write(Self.table, to: "a.md")
        try write("Other acacia words.\n", to: "b.txt")
        try await index()
        #expect(try await search("Tuesday acacia grams").hits.first?.passage.lines == 5...7)
        try RawDatabase.write(sql, to: database)
        let result = try await search("Tuesday acacia grams", limit: 1)
        #expect(result.hits.count == 1, "the next best takes its place")
        #expect(result.hits.allSatisfy { !$0.passage.text.contains("grams") })
        #expect(
            result.notes.contains { $0.hasPrefix("left out: ") && $0.contains("magnus doctor --repair") },
            "\(result.notes)"
        )
        // What is known of each passage is enough to find it, without a look at the files.
        let found = try indexer().verify(readsFiles: false)
        #expect(!found.isSound)
        _ = try await indexer().repair(found, now: now)
        let again = try indexer().verify(readsFiles: true)
        #expect(again.isSound, "\(again.defects)")
        let mended = try await search("Tuesday acacia grams").hits.first?.passage
        #expect(mended?.lines == 5...7)
        #expect(mended?.text.contains("310") == true)
        #expect(mended?.document == folder.path("docs/a.md"))
    }

    @Test func aTableIsNotMadeWholeWithADamagedPart() async throws {
        var rows = "# Grams\n\n| tree | grams |\n|---|---|\n"
        for number in 0..<120 { rows += "| tree\(number) of the northern forest | \(number) grams |\n" }
        try write(rows, to: "a.md")
        try await index()
        let search = DocumentSearch(store: try store(), encoder: FakeEncoder())
        let result = try await search.search("tree3 northern forest", limit: 1)
        let whole = try search.context(of: result, within: 10_000)
        #expect(whole.first?.text.contains("tree119 ") == true)
        try RawDatabase.write(
            "UPDATE chunks SET text = replace(text, '119 grams', '999 grams') WHERE text LIKE '%tree119 %'",
            to: database
        )
        let rest = try search.context(of: result, within: 10_000)
        #expect(rest.first?.text.contains("tree3 ") == true)
        #expect(rest.first?.text.contains("999") == false)
    }

    // MARK: - Passages without checksums

    @Test(arguments: damages)
    func aDamagedPassageOfAnOlderVersionIsHeldToItsFile(sql: String) async throws {
        try write(Self.table, to: "a.md")
        try write("Other acacia words.\n", to: "b.txt")
        try await index()
        try makeOld()
        try RawDatabase.write(sql, to: database)
        #expect(try await search("Tuesday acacia grams").hits.allSatisfy { !$0.passage.text.contains("grams") })
        let found = try indexer().verify(readsFiles: false)
        #expect(!found.isSound)
        _ = try await indexer().repair(found, now: now)
        #expect(try indexer().verify(readsFiles: true).isSound)
        #expect(try await search("Tuesday acacia grams").hits.first?.passage.lines == 5...7)
    }

    @Test func passagesOfAnOlderVersionGetTheirChecksumsWhereTheyAreThoseOfTheFile() async throws {
        try write(Self.table, to: "a.md")
        try write("Other acacia words.\n", to: "b.txt")
        try await index()
        try makeOld()
        try RawDatabase.write(Self.damages[0], to: database)
        let report = try await index()
        #expect((report.updated, report.unchanged, report.encoded) == (1, 1, 0))
        #expect(try store().documentsWithoutChecksums().isEmpty)
        #expect(try await search("Tuesday acacia grams").hits.first?.passage.lines == 5...7)
        #expect(try indexer().verify(readsFiles: true).isSound)
    }

    @Test func aLookAtTheWholeIndexGivesSoundPassagesTheirChecksums() async throws {
        try write(Self.table, to: "a.md")
        try await index()
        _ = try indexer().add(Data("Straddles gain.".utf8), named: "notes.txt", in: .documents, now: now)
        try makeOld()
        try indexer().note(try indexer().verify(readsFiles: false))
        #expect(try store().documentsWithoutChecksums().isEmpty)
        #expect(try indexer().verify(readsFiles: true).isSound)
    }
}
