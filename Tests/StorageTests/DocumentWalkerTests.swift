import Foundation
import MagnusTestSupport
import Storage
import Testing

@Suite struct DocumentWalkerTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func names(_ result: DocumentWalker.Result) -> [String] {
        result.files.map { String($0.path.dropFirst(folder.url.path.count + 1)) }
    }

    @Test func documentsAreFoundInOrderAndOthersLeftOut() throws {
        for name in ["b.md", "a/z.TXT", "a/b/c.markdown", "a.text", "image.png", ".hidden.md", ".git/x.md", "noending"]
        {
            try folder.write("text", to: name)
        }
        let result = DocumentWalker().walk([folder.url.path + "/"])
        #expect(names(result) == ["a.text", "a/b/c.markdown", "a/z.TXT", "b.md"])
        #expect(result.skipped.isEmpty)
        #expect(result.files.allSatisfy { $0.root == folder.url.path && $0.size == 4 && $0.modifiedAt > 0 })
        #expect(result.folders.sorted() == [folder.url.path, folder.path("a"), folder.path("a/b")])
    }

    @Test func whatIsAskedForByNameIsTakenOrExplained() throws {
        try folder.write("text", to: ".hidden.md")
        try folder.write("text", to: "image.png")
        try #require(mkfifo(folder.path("pipe.md"), 0o600) == 0)
        let asked = [".hidden.md", "image.png", "pipe.md", "none.md"].map { folder.path($0) }
        let result = DocumentWalker().walk(asked)
        #expect(names(result) == [".hidden.md"])
        #expect(
            result.skipped.map(\.path) == [folder.path("image.png"), folder.path("none.md"), folder.path("pipe.md")]
        )
        #expect(result.skipped[0].reason == .unknownType)
        guard case .unreadable(let missing) = result.skipped[1].reason,
            case .unreadable(let pipe) = result.skipped[2].reason
        else {
            Issue.record("\(result.skipped)")
            return
        }
        #expect(missing.code == .notFound)
        #expect(pipe.code == .notRegularFile)
        for skipped in result.skipped { #expect(skipped.description.hasPrefix(skipped.path)) }
    }

    @Test func linksThatLeadInACircleEnd() throws {
        try folder.write("text", to: "a/one.md")
        try FileManager.default.createSymbolicLink(atPath: folder.path("a/up"), withDestinationPath: folder.url.path)
        try FileManager.default.createSymbolicLink(atPath: folder.path("a/self"), withDestinationPath: "self")
        try FileManager.default.createSymbolicLink(atPath: folder.path("b.md"), withDestinationPath: "a/one.md")
        let result = DocumentWalker().walk([folder.url.path])
        #expect(names(result) == ["a/one.md"], "a file reached by two names is one document")
    }

    @Test func whatIsNoFileIsPassedOverInAFolder() throws {
        try folder.write("text", to: "a.md")
        try #require(mkfifo(folder.path("pipe.md"), 0o600) == 0)
        try #require(mknod(folder.path("socket.md"), S_IFSOCK | 0o600, 0) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder.path("null.md"), withDestinationPath: "/dev/null")
        try FileManager.default.createSymbolicLink(atPath: folder.path("gone.md"), withDestinationPath: "nowhere")
        let result = DocumentWalker().walk([folder.url.path])
        #expect(names(result) == ["a.md"])
        #expect(result.skipped.map(\.path) == [folder.path("gone.md")])
        for name in ["pipe.md", "socket.md", "null.md"] {
            guard case .unreadable(let error) = DocumentWalker().walk([folder.path(name)]).skipped.first?.reason else {
                Issue.record("\(name) is taken for a file")
                continue
            }
            #expect(error.code == .notRegularFile)
        }
    }

    @Test func namesMayHoldAnythingThatIsText() throws {
        let names = [
            "a\nb.md", "tab\t.md", "*.md", "naïve 日本 🙂.md", "e\u{301}.md", "\u{E9}.md", " .md", "-.md", "\\.md",
        ]
        for name in names { try folder.write("text", to: name) }
        let result = DocumentWalker().walk([folder.url.path])
        #expect(Set(self.names(result).map { Array($0.utf8) }) == Set(names.map { Array($0.utf8) }))
        #expect(result.skipped.isEmpty)
        for file in result.files { #expect(try FileReader(maximumBytes: 9).read(file.path) == Data("text".utf8)) }
    }

    @Test func aNameThatIsNoTextIsNamed() throws {
        try folder.write("text", to: "a.md")
        for name in ["b\u{FF}.md", "c\u{FF}.png"] {
            // As a file system has it that knows bytes only.
            let bytes = Array((folder.url.path + "/").utf8) + name.unicodeScalars.map { UInt8($0.value) } + [0]
            let descriptor = bytes.withUnsafeBytes { raw in
                open(raw.bindMemory(to: CChar.self).baseAddress!, O_CREAT | O_WRONLY, 0o600)
            }
            try #require(descriptor >= 0)
            close(descriptor)
        }
        let result = DocumentWalker().walk([folder.url.path])
        #expect(names(result) == ["a.md"])
        #expect(
            result.skipped.map(\.description) == ["\(folder.path("b\u{FFFD}.md")): its name is not UTF-8; rename it"]
        )
    }

    @Test func foldersMayBeNestedAsDeepAsThereIsAPathForThem() throws {
        var path = folder.url.path
        let name = String(repeating: "d", count: 200)
        while path.utf8.count < 3_600 {
            path += "/" + name
            try #require(mkdir(path, 0o700) == 0)
        }
        try Data("text".utf8).write(to: URL(fileURLWithPath: path + "/a.md"))
        // Deeper still, where no path leads.
        let here = open(path, O_RDONLY | O_DIRECTORY)
        defer { close(here) }
        var inner = here
        for _ in 0..<4 {
            try #require(mkdirat(inner, name, 0o700) == 0)
            inner = openat(inner, name, O_RDONLY | O_DIRECTORY)
        }
        let result = DocumentWalker().walk([folder.url.path])
        #expect(result.files.map(\.path) == [path + "/a.md"])
        guard case .unreadable(let error) = result.skipped.first?.reason else {
            Issue.record("\(result.skipped)")
            return
        }
        #expect(error.message == "the path is longer than the system allows")
        // FileManager cannot remove it.
        for depth in stride(from: 3, through: 0, by: -1) {
            var parent = here
            for _ in 0..<depth { parent = openat(parent, name, O_RDONLY | O_DIRECTORY) }
            unlinkat(parent, name, AT_REMOVEDIR)
        }
    }

    @Test func aFileAskedForTwiceIsTakenOnce() throws {
        let path = try folder.write("text", to: "a/one.md")
        #expect(names(DocumentWalker().walk([path, folder.url.path, folder.path("a")])) == ["a/one.md"])
    }

    @Test func aHugeFileIsPassedOverWithItsSize() throws {
        let path = try folder.write("", to: "huge.md")
        try #require(truncate(path, 1_000_000_000) == 0)
        let result = DocumentWalker().walk([folder.url.path])
        #expect(result.files.isEmpty)
        #expect(result.skipped.map(\.reason) == [.tooLarge(bytes: 1_000_000_000)])
        #expect(result.skipped.first?.description == "\(path): too large (1000 MB); split the file")
    }

    @Test func aFolderThatCannotBeReadIsNotTakenForAnEmptyOne() throws {
        try folder.write("text", to: "closed/one.md")
        chmod(folder.path("closed"), 0)
        chmod(folder.url.path, 0o755)
        defer { chmod(folder.path("closed"), 0o700) }
        try Unprivileged.run(owning: []) {
            let result = DocumentWalker().walk([folder.url.path])
            #expect(result.skipped.map(\.path) == [folder.path("closed")])
            #expect(result.folders == [folder.url.path])
        }
    }

    @Test func whatGitignoreNamesIsLeftOut() throws {
        for name in [
            "a.md", "draft.md", "notes/b.md", "notes/draft.md", "notes/keep/draft.md", "build/c.md", "deep/build/d.md",
            "deep/x/y/z.md", "deep/only.md", "top.txt", "deep/top.txt", "#odd.md", "w/a1.md", "w/ab.md",
        ] {
            try folder.write("text", to: name)
        }
        try folder.write(
            "# comment\ndraft.md\nbuild/\n/top.txt\ndeep/**/z.md\n\\#odd.md  \nw/a[0-9].md\n",
            to: ".gitignore"
        )
        try folder.write("!draft.md\n", to: "notes/keep/.gitignore")
        #expect(
            names(DocumentWalker().walk([folder.url.path]))
                == ["a.md", "deep/only.md", "deep/top.txt", "notes/b.md", "notes/keep/draft.md", "w/ab.md"]
        )
        // A folder of a repository keeps to the rules above it; a file that is asked for is taken.
        #expect(names(DocumentWalker().walk([folder.path("notes")])).contains("notes/draft.md"))
        try folder.write("", to: ".git/HEAD")
        #expect(names(DocumentWalker().walk([folder.path("notes")])) == ["notes/b.md", "notes/keep/draft.md"])
        #expect(names(DocumentWalker().walk([folder.path("draft.md")])) == ["draft.md"])
    }

    @Test(arguments: [
        ("docs/*.md", ["docs/a.md"]),
        ("docs/**/*.md", ["docs/a.md", "docs/x/b.md", "docs/x/y/c.md"]),
        ("docs/**", ["docs/a.md", "docs/x/b.md", "docs/x/y/c.md", "docs/x/y/d.txt"]),
        ("*/x/[ab].md", ["docs/x/b.md"]),
        ("docs/?.md", ["docs/a.md"]),
        ("docs/*.rst", []),
        ("nowhere/*.md", []),
    ])
    func patternsAreResolved(pattern: String, found: [String]) throws {
        for name in ["docs/a.md", "docs/x/b.md", "docs/x/y/c.md", "docs/x/y/d.txt", "other/e.md"] {
            try folder.write("text", to: name)
        }
        let result = DocumentWalker().walk([folder.path(pattern)])
        #expect(names(result) == found)
        #expect(result.folders.isEmpty, "what does not match is not gone")
        #expect(result.skipped.isEmpty == !found.isEmpty)
        let both = DocumentWalker().walk([folder.path(pattern), folder.path("docs")])
        #expect(names(both).filter { $0.hasPrefix("docs") }.count == 4)
    }

    @Test func aFileWhoseNameLooksLikeAPatternIsAFile() throws {
        try folder.write("text", to: "a[1].md")
        #expect(names(DocumentWalker().walk([folder.path("a[1].md")])) == ["a[1].md"])
    }

    @Test func whatIsADocumentCanBeSaid() throws {
        for name in ["a.md", "b.pdf"] { try folder.write("text", to: name) }
        let walker = DocumentWalker(isDocument: { $0.hasSuffix(".pdf") })
        #expect(names(walker.walk([folder.url.path])) == ["b.pdf"])
    }
}
