import Foundation
import MagnusTestSupport
import Storage
import Testing

@Suite struct FolderWatchTests {
    let folder: TemporaryFolder
    let watch: FolderWatch

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("text", to: "docs/a.md")
        watch = FolderWatch()
        #expect(watch.add(folders: [folder.path("docs")], roots: [folder.path("docs")]) == [])
    }

    /// What has happened is known to the kernel when the call that did it returns.
    private func changes(_ change: () throws -> Void) throws -> Bool {
        _ = try watch.hasChanged(within: 0)
        try change()
        return try watch.hasChanged(within: 0)
    }

    @Test func everyKindOfChangeIsSeen() throws {
        let manager = FileManager.default
        let (a, b) = (folder.path("docs/a.md"), folder.path("docs/b.md"))
        #expect(try changes { try Data("more".utf8).write(to: URL(fileURLWithPath: a)) })
        #expect(try changes { try manager.moveItem(atPath: a, toPath: b) })
        #expect(try changes { try manager.removeItem(atPath: b) })
        #expect(try changes { try folder.write("deep", to: "docs/sub/c.md") })
        #expect(watch.add(folders: [folder.path("docs"), folder.path("docs/sub")], roots: []) == [])
        #expect(try changes { try folder.write("deeper", to: "docs/sub/d.md") })
        #expect(try changes { try manager.removeItem(atPath: folder.path("docs")) })
        #expect(try changes { try folder.write("again", to: "docs/a.md") }, "a root that comes back is seen")
    }

    @Test func whatIsBesideARootOrHiddenIsNot() throws {
        #expect(try !changes { try folder.write("text", to: "other.md") })
        #expect(try !changes { try folder.write("text", to: "docs/.a.md.swp") })
        #expect(try changes { try folder.write("draft.md", to: "docs/.gitignore") })
    }

    @Test func aFolderThatIsNotThereCannotBeWatched() {
        #expect(watch.add(folders: [folder.path("none")], roots: []) == [folder.path("none")])
    }

    @Test func whereSomethingCannotBeWatchedItIsLookedAtAfterAWhile() throws {
        // It would wait for ever without a period, for nothing changes.
        try watch.waitForChanges(quiet: 1, period: 1)
        #expect(try !watch.hasChanged(within: 0))
    }

    @Test func withoutAWatchLeftEveryFolderIsRefused() async {
        await #expect(processExitsWith: .success) {
            // No descriptor can be opened any more.
            var limit = rlimit(rlim_cur: 3, rlim_max: 3)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            let watch = FolderWatch()
            try #require(watch.add(folders: ["/"], roots: ["/"]) == ["/"])
            let hasChanged = try watch.hasChanged(within: 1)
            try #require(!hasChanged)
            try watch.waitForChanges(quiet: 1, period: 1)
        }
    }

    @Test func aBurstIsOneChange() throws {
        for number in 0..<500 { try folder.write("text", to: "docs/\(number).md") }
        try watch.waitForChanges(quiet: 1)
        #expect(try !watch.hasChanged(within: 0))
    }

    @Test func aCancelledTaskStopsWaiting() async {
        let task = Task { [watch] in try watch.waitForChanges() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
