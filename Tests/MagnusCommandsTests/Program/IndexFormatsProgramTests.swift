import Foundation
import MagnusTestSupport
import Testing

/// Files of many formats, standard input, patterns, and folders that are watched, through the built program.
@Suite struct IndexFormatsProgramTests {
    private func hits(_ home: ProgramHome, _ words: String) throws -> [[String: Any]] {
        let run = try home.run("search", words, "--collection", "documents", "--json")
        let data = try #require(try run.json()["data"] as? [String: Any], "\(run.errors)")
        return try #require(data["hits"] as? [[String: Any]])
    }

    /// Without the line breaks of a terminal.
    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test func aFolderOfManyFormatsIsIndexed() throws {
        let home = try ProgramHome()
        try home.folder.write(
            "<title>Site</title><nav>Menu zebra</nav><main><p>Collars cap gains of shares you hold for a very long time, which is what a collar is made for.</p></main>",
            to: "docs/page.html"
        )
        try home.folder.write("Ticker,Strike\nNVDA,170\n", to: "docs/sub/table.csv")
        try home.folder.write("{\"broker\": {\"name\": \"Quux\"}}", to: "docs/book.json")
        try home.folder.write("Subject: Rolling\nFrom: a@example.com\n\nRoll the put tomorrow.\n", to: "docs/mail.eml")
        try home.folder.write("ignored.txt\n", to: "docs/.gitignore")
        try home.folder.write("zebra", to: "docs/ignored.txt")
        let run = try home.run("index", home.folder.path("docs"))
        #expect(run.output.contains("4 documents added"), "\(run.output)\(run.errors)")
        let table = try #require(try hits(home, "NVDA strike").first)
        #expect(table["text"] as? String == "Ticker: NVDA | Strike: 170")
        #expect(table["lines"] as? String == "2-2")
        #expect(try hits(home, "Quux").first?["text"] as? String == "broker.name: Quux")
        #expect(try hits(home, "roll the put").first?["title"] as? String == "Rolling")
        #expect(try hits(home, "zebra").isEmpty)
    }

    @Test func standardInputIsADocumentUnderItsName() throws {
        let home = try ProgramHome()
        let first = try home.run("index", "-", "--name", "page.html", input: "<h1>Boxes</h1><p>A box lends money.</p>")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("1 documents added"))
        let hit = try #require(try hits(home, "box lends").first)
        #expect(hit["document"] as? String == "stdin:page.html")
        let second = try home.run("index", "-", "--name", "page.html", input: "<h1>Boxes</h1><p>A box borrows.</p>")
        #expect(second.output.contains("0 documents added, 1 updated"))
        #expect(try hits(home, "lends").isEmpty)
        #expect(try home.run("index", "verify").status == 0)
        #expect(try home.run("index", "rm", "stdin:page.html").status == 0)
        #expect(try hits(home, "box").isEmpty)
        #expect(try home.run("index", "-", home.folder.url.path, input: "x").status == 2)
        #expect(try home.run("index", "-", "--watch", input: "x").status == 2)
    }

    @Test func aPatternThatTheShellLeftIsResolved() throws {
        let home = try ProgramHome()
        try home.folder.write("One.", to: "docs/a/one.md")
        try home.folder.write("Two.", to: "docs/b/two.txt")
        let run = try home.run("index", home.folder.path("docs/**/*.md"))
        #expect(run.output.contains("1 documents added"), "\(run.output)")
        #expect(try home.run("index", home.folder.path("none/*.md")).status == 8)
    }

    @Test func whatCannotBeReadHereIsExplained() throws {
        let home = try ProgramHome()
        let file = try home.folder.write("%PDF-1.4", to: "paper.pdf")
        let program = BuiltProgram(
            home: home.program.home,
            environment: home.program.environment.merging(["PATH": home.folder.path("nothing")]) { $1 }
        )
        let run = try program.run(["index", file])
        #expect(run.status == 8)
        #expect(
            Self.oneLine(run.errors).contains(
                "needs pdftotext, which is not installed; `sudo apt install poppler-utils`"
            )
        )
    }

    /// A program in place of pdftotext, so that its limits are met.
    @Test(arguments: [
        ("echo 'Sell puts.'", 0, ""), ("echo 'May not open' >&2; exit 1", 8, "pdftotext cannot read it (May not open)"),
        ("exec cat /dev/zero", 8, "pdftotext gave more than 64 MB"),
    ])
    func aProgramThatReadsFilesIsLimited(script: String, status: Int, words: String) throws {
        let home = try ProgramHome()
        let tool = try home.folder.write("#!/bin/sh\n\(script)\n", to: "bin/pdftotext")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
        let file = try home.folder.write("%PDF-1.4", to: "paper.pdf")
        let program = BuiltProgram(
            home: home.program.home,
            environment: home.program.environment.merging(["PATH": home.folder.path("bin") + ":/usr/bin:/bin"]) { $1 }
        )
        let run = try program.run(["index", file])
        #expect(Int(run.status) == status, "\(run.errors)")
        #expect(words.isEmpty || Self.oneLine(run.errors).contains(words), "\(run.errors)")
    }

    @Test func changesOfAWatchedFolderAreIndexedAndCtrlCEndsIt() throws {
        let home = try ProgramHome()
        try home.folder.write("First words.\n", to: "docs/first.md")
        let docs = home.folder.path("docs")
        let log = home.folder.path("log")
        let run = try home.program.runShell(
            """
            set -m
            "$MAGNUS" index '\(docs)' --watch > '\(log)' 2>&1 & child=$!
            until_seen() { for n in $(seq 300); do grep -q "$1" '\(log)' && return 0; sleep 0.1; done; cat '\(log)'; exit 7; }
            until_seen 'watching'
            echo 'Second words.' > '\(docs)/second.md'
            until_seen '1 documents added, 0 updated, 1 unchanged'
            mkdir '\(docs)/deep' && echo 'Deep words.' > '\(docs)/deep/third.md'
            until_seen '1 documents added, 0 updated, 2 unchanged'
            echo 'Deeper words.' > '\(docs)/deep/third.md'
            until_seen '0 documents added, 1 updated, 2 unchanged'
            mv '\(docs)/second.md' '\(docs)/deep/renamed.md'
            until_seen '1 documents added, 0 updated, 2 unchanged, 1 removed'
            rm '\(docs)/first.md'
            until_seen '0 documents added, 0 updated, 2 unchanged, 1 removed'
            kill -INT $child; wait $child; status=$?
            exit $status
            """
        )
        #expect(run.status == 130, "\(run.output)\(run.errors)")
        let left = try hits(home, "words").compactMap {
            ($0["document"] as? String)?.split(separator: "/").last.map(String.init)
        }
        #expect(Set(left) == ["third.md", "renamed.md"])
        #expect(try home.run("index", "verify").status == 0)
    }

    @Test func aWatchFollowsLinksAndPatterns() throws {
        let home = try ProgramHome()
        try home.folder.write("Linked words.\n", to: "elsewhere/t.md")
        try home.folder.write("First words.\n", to: "docs/first.md")
        try home.folder.write("No words.\n", to: "docs/other.txt")
        let (docs, log) = (home.folder.path("docs"), home.folder.path("log"))
        try FileManager.default.createSymbolicLink(
            atPath: docs + "/link.md",
            withDestinationPath: home.folder.path("elsewhere/t.md")
        )
        let run = try home.program.runShell(
            """
            set -m
            "$MAGNUS" index '\(docs)/*.md' --watch > '\(log)' 2>&1 & child=$!
            until_seen() { for n in $(seq 300); do grep -q "$1" '\(log)' && return 0; sleep 0.1; done; cat '\(log)'; exit 7; }
            until_seen 'watching'
            echo 'Second words.' > '\(docs)/second.md'
            until_seen '1 documents added, 0 updated, 2 unchanged'
            echo 'Other linked words.' > '\(home.folder.path("elsewhere/t.md"))'
            until_seen '0 documents added, 1 updated, 2 unchanged'
            kill -INT $child; wait $child; status=$?
            exit $status
            """
        )
        #expect(run.status == 130, "\(run.output)\(run.errors)")
    }

    @Test func aSearchKeepsToPathsAndDays() throws {
        let home = try ProgramHome()
        let days = ["a/old.md": "2026-10-31", "a/new.md": "2026-11-01", "b/other.md": "2026-11-02"]
        for (name, day) in days {
            let file = try home.folder.write("Words about zebras in \(name).\n", to: "docs/\(name)")
            let noon = try Date("\(day)T12:00:00Z", strategy: .iso8601)
            try FileManager.default.setAttributes([.modificationDate: noon], ofItemAtPath: file)
        }
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        func names(_ arguments: String...) throws -> Set<String> {
            let run = try home.program.run(["search", "zebras", "--json"] + arguments)
            let data = try #require(try run.json()["data"] as? [String: Any], "\(run.errors)")
            let hits = try #require(data["hits"] as? [[String: Any]])
            return Set(hits.compactMap { ($0["document"] as? String)?.split(separator: "/").last.map(String.init) })
        }
        #expect(try names() == ["old.md", "new.md", "other.md"])
        #expect(try names("--path", home.folder.path("docs/a")) == ["old.md", "new.md"])
        #expect(try names("--path", home.folder.path("docs/a/../b/")) == ["other.md"])
        #expect(try names("--path", home.folder.path("docs/*/o*.md")) == ["old.md", "other.md"])
        #expect(try names("--since", "2026-11-01") == ["new.md", "other.md"])
        #expect(try names("--until", "2026-11-01") == ["old.md", "new.md"])
        #expect(
            try names("--since", "2026-11-01", "--until", "2026-11-01", "--path", home.folder.path("docs/a")) == [
                "new.md"
            ]
        )
        #expect(try names("--path", home.folder.path("docs"), "--collection", "concepts") == [])
        #expect(try home.run("search", "zebras", "--since", "yesterday").status == 2)
    }
}
