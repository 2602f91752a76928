import Foundation
import MagnusTestSupport
import Retrieval
import Storage
import Testing

/// Where an indexer says that changes matter, a watch sees them.
@Suite struct WatchedPlacesTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// What is known to the kernel when the call that did it returns.
    private func changes(watching path: String, _ change: () throws -> Void) throws -> Bool {
        let store = IndexStore(database: try Storage.Database(path: folder.path("magnus.sqlite")))
        let places = Indexer(store: store, encoder: nil).watchedPlaces(of: [path])
        let watch = FolderWatch()
        #expect(watch.add(folders: places.folders, roots: [path] + places.files) == [])
        try change()
        return try watch.hasChanged(within: 0)
    }

    @Test func aFileThatALinkLeadsToIsWatched() throws {
        try folder.write("One.\n", to: "elsewhere/t.md")
        try folder.write("Two.\n", to: "docs/a.md")
        let link = folder.path("docs/link.md")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "../elsewhere/t.md")
        #expect(try changes(watching: folder.path("docs")) { try folder.write("Other.\n", to: "elsewhere/t.md") })
        #expect(try !changes(watching: folder.path("docs")) { try folder.write("Other.\n", to: "elsewhere/u.md") })
        #expect(try changes(watching: link) { try folder.write("Again.\n", to: "elsewhere/t.md") })
    }

    @Test func aNewFileThatAPatternMatchesIsSeen() throws {
        try folder.write("One.\n", to: "ml/a.md")
        try folder.write("Two.\n", to: "ml/sub/b.md")
        #expect(try changes(watching: folder.path("ml/*.md")) { try folder.write("New.\n", to: "ml/n.md") })
        #expect(try changes(watching: folder.path("ml/**/*.md")) { try folder.write("New.\n", to: "ml/sub/n.md") })
    }
}
