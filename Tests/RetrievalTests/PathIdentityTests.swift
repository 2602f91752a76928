import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// Names that look alike and are of other bytes: one file each, also in the index.
@Suite struct PathIdentityTests {
    let folder: TemporaryFolder
    let store: IndexStore
    let now = Date(timeIntervalSince1970: 1_790_000_000)
    /// `é` as one character, and as a letter with an accent.
    private let composed = "caf\u{E9}"
    private let decomposed = "cafe\u{301}"

    init() throws {
        folder = try TemporaryFolder()
        store = IndexStore(database: try Database())
    }

    private var root: String { folder.url.path + "/docs" }

    /// Writes a file by the bytes of its name.
    @discardableResult
    private func write(_ text: String, to name: String, in folder: String? = nil) throws -> String {
        let folder = folder.map { "\(root)/\($0)" } ?? root
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(name)"
        let file = try #require(fopen(path, "w"))
        #expect(fputs(text, file) >= 0)
        #expect(fclose(file) == 0)
        return path
    }

    @discardableResult
    private func index() async throws -> IndexReport {
        try await Indexer(store: store, encoder: nil).index([root], in: .documents, now: now)
    }

    /// The text of each document by the bytes of its path.
    private func texts() throws -> [[UInt8]: String] {
        var texts: [[UInt8]: String] = [:]
        for document in try store.documents() {
            texts[Array(document.path.utf8)] = try store.chunks(ofDocument: document.id).map(\.text).joined()
        }
        return texts
    }

    @Test func filesWhoseNamesLookAlikeAreTwoDocuments() async throws {
        let first = try write("The first one.\n", to: "\(composed).txt")
        let second = try write("Another one.\n", to: "\(decomposed).txt")
        #expect(try FileManager.default.contentsOfDirectory(atPath: root).count == 2)
        #expect(try await index().added == 2)
        #expect(try await index().unchanged == 2)
        let both = [Array(first.utf8): "The first one.", Array(second.utf8): "Another one."]
        #expect(try texts() == both)

        try write("The second one, now longer.\n", to: "\(decomposed).txt")
        #expect(try await index().updated == 1)
        #expect(try texts()[Array(first.utf8)] == "The first one.")
        #expect(try texts()[Array(second.utf8)] == "The second one, now longer.")

        #expect(unlink(second) == 0)
        let hits = try await DocumentSearch(store: store, encoder: nil).search("one").hits
        let freshness = try Indexer(store: store, encoder: nil).freshen(hits, now: now)
        #expect(hits.count == 2)
        #expect(freshness.lost == [PathKey(second)])
        #expect(try await index().removed == 1)
        #expect(try texts() == [Array(first.utf8): "The first one."])
    }

    @Test func foldersWhoseNamesLookAlikeAreTwoFolders() async throws {
        let first = try write("The first one.\n", to: "note.txt", in: composed)
        let second = try write("Another one.\n", to: "note.txt", in: decomposed)
        #expect(try await index().added == 2)
        let indexer = Indexer(store: store, encoder: nil)
        #expect(try indexer.remove("\(root)/\(composed)").map { Array($0.path.utf8) } == [Array(first.utf8)])
        #expect(try texts().keys.map { $0 } == [Array(second.utf8)])
        // Named alone, a folder says nothing about the other one.
        try await index()
        #expect(unlink(first) == 0)
        let report = try await indexer.index(["\(root)/\(decomposed)"], in: .documents, now: now)
        #expect((report.unchanged, report.removed) == (1, 0))
        #expect(try await index().removed == 1)
    }

    @Test func aMarkBehindASlashBelongsToTheName() async throws {
        let path = try write("An accent alone.\n", to: "\u{301}a.txt", in: "sub")
        #expect(try await index().added == 1)
        #expect(unlink(path) == 0)
        #expect(try await index().removed == 1)
        #expect(try store.documents().isEmpty)
    }
}
