import Foundation
import GRDB
import MagnusTestSupport
import Testing

/// What happens to the index when the program is killed, the disk is full, several run at once, or the file is damaged.
@Suite struct IndexIntegrityProgramTests {
    private static let isLong = ProcessInfo.processInfo.environment["MAGNUS_FULL_PROOF"] != nil

    private func defects(_ home: ProgramHome) throws -> [String] {
        let run = try home.run("index", "verify", "--json")
        let data = try #require(try run.json()["data"] as? [String: Any], "\(run.errors)")
        return try #require(data["defects"] as? [String])
    }

    private func damage(_ home: ProgramHome, _ sql: String) throws {
        try RawDatabase.write(sql, to: home.folder.path("home/magnus.db"))
    }

    /// Killed at random moments of indexing, 200 with `MAGNUS_FULL_PROOF`: the index is sound each time, and goes on.
    @Test func aKilledRunLeavesASoundIndexAndTheNextGoesOn() throws {
        let home = try ProgramHome()
        let docs = home.folder.path("docs")
        var dice = SeededGenerator(seed: 20_261_126)
        var texts: [String: String] = [:]
        for moment in 0..<(Self.isLong ? 200 : 12) {
            // Files come, change and go between the runs, so that each has something of every kind to do.
            for _ in 0..<20 {
                let name = "n\(Int.random(in: 0..<60, using: &dice)).md"
                let isRemoved = Int.random(in: 0..<5, using: &dice) == 0
                texts[name] =
                    isRemoved
                    ? nil : "# Note\n\n" + String(repeating: "word\(moment) puts and calls.\n\n", count: 40)
                if let text = texts[name] {
                    try home.folder.write(text, to: "docs/\(name)")
                } else if FileManager.default.fileExists(atPath: "\(docs)/\(name)") {
                    try FileManager.default.removeItem(atPath: "\(docs)/\(name)")
                }
            }
            let milliseconds = Int.random(in: 20..<700, using: &dice)
            _ = try home.program.runShell(
                """
                "$MAGNUS" index '\(docs)' --quiet & child=$!
                sleep \(Double(milliseconds) / 1_000)
                kill -9 $child 2>/dev/null; wait $child 2>/dev/null; true
                """
            )
            let verified = try home.run("index", "verify")
            #expect(
                verified.status == 0,
                "after \(milliseconds) ms of run \(moment): \(verified.output)\(verified.errors)"
            )
        }
        let last = try home.run("index", docs, "--json")
        #expect(last.status == 0)
        #expect(try defects(home) == [])
        let status = try #require(try home.run("index", "status", "--json").json()["data"] as? [String: Any])
        #expect((status["changed"] as? [String])?.isEmpty == true)
        #expect((status["missing"] as? [String])?.isEmpty == true)
        let collections = try #require(status["collections"] as? [[String: Any]])
        #expect(collections.first { $0["name"] as? String == "documents" }?["documents"] as? Int == texts.count)
    }

    /// A file that is read in parts, killed at random moments and on a full disk: no word of it is lost or there twice.
    @Test func aLongFileThatIsKilledIsReadOn() throws {
        let home = try ProgramHome()
        let lines = 45_000
        let log = (1...lines).map { number in
            "2026-11-27T10:00:00Z entry n\(number) of the log about puts and calls and what became of them all in the end"
        }
        let file = try home.folder.write(log.joined(separator: "\n") + "\n", to: "docs/long.log")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000)],
            ofItemAtPath: file
        )
        func share() throws -> Int? {
            let status = try #require(try home.run("index", "status", "--json").json()["data"] as? [String: Any])
            let unfinished = try #require(status["unfinished"] as? [[String: Any]])
            return unfinished.first { $0["path"] as? String == file }?["percent"] as? Int
        }
        _ = try home.run("index", "status")
        // No file may grow beyond this, as if the disk were full.
        let full = try home.program.runShell(
            "trap '' XFSZ; ulimit -f 4000; exec \"$MAGNUS\" index '\(file)' --quiet"
        )
        #expect(full.status == 9, "\(full.output)\(full.errors)")
        var dice = SeededGenerator(seed: 20_261_127)
        var last = 0
        for moment in 0..<(Self.isLong ? 60 : 6) {
            let milliseconds = Int.random(in: 100..<1_500, using: &dice)
            _ = try home.program.runShell(
                """
                "$MAGNUS" index '\(file)' --quiet & child=$!
                sleep \(Double(milliseconds) / 1_000)
                kill -9 $child 2>/dev/null; wait $child 2>/dev/null; true
                """
            )
            guard let now = try share() else { break }
            #expect(now >= last, "what is in stays, after run \(moment)")
            last = now
        }
        #expect(try defects(home) == [])
        // Another writer gets its turn while the rest goes in.
        try home.folder.write("# Other\n\nOther words.\n", to: "other/a.md")
        let both = try home.program.runShell(
            """
            "$MAGNUS" index '\(file)' --quiet & child=$!
            "$MAGNUS" index '\(home.folder.path("other"))' || exit 1
            wait $child
            """
        )
        #expect(both.status == 0, "\(both.output)\(both.errors)")
        #expect(try share() == nil)
        #expect(try defects(home) == [])
        let queue = try DatabaseQueue(path: home.folder.path("home/magnus.db"))
        let texts = try queue.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT text FROM chunks WHERE document_id = (SELECT id FROM documents WHERE path = ?) ORDER BY ordinal
                    """,
                arguments: [file]
            )
        }
        try queue.close()
        #expect(texts.joined(separator: "\n") == log.joined(separator: "\n"))
        let hit = try home.run("search", "entry n44321", "--collection", "documents")
        #expect(hit.output.contains("n44321 "))
    }

    @Test func aFullDiskIsToldAndTheNextRunGoesOn() throws {
        let home = try ProgramHome()
        for number in 0..<30 {
            let text = "# Note \(number)\n\n" + String(repeating: "Many words \(number) of puts.\n\n", count: 400)
            try home.folder.write(text, to: "docs/\(number).md")
        }
        _ = try home.run("index", "status")
        // No file may grow beyond this, as if the disk were full.
        let script = """
            trap '' XFSZ; ulimit -f 600; exec "$MAGNUS" index '\(home.folder.path("docs"))' --quiet
            """
        let full = try home.program.runShell(script)
        #expect(full.status == 9, "\(full.output)\(full.errors)")
        #expect(full.errors.contains("nothing was changed"))
        #expect(full.errors.split(separator: "\n").count == 1)
        #expect(try defects(home) == [])
        let rest = try home.run("index", home.folder.path("docs"), "--json")
        #expect(rest.status == 0, "\(rest.errors)")
        let data = try #require(try rest.json()["data"] as? [String: Any])
        let (added, unchanged) = (data["added"] as? Int ?? 0, data["unchanged"] as? Int ?? 0)
        #expect(added > 0)
        #expect(added + unchanged == 30)
        #expect(try defects(home) == [])
    }

    @Test func severalIndexersAtOnceMakeOneIndex() throws {
        let home = try ProgramHome()
        for number in 0..<40 {
            try home.folder.write("# Note \(number)\n\nSome words about puts.\n", to: "docs/\(number).md")
        }
        let docs = home.folder.path("docs")
        let run = try home.program.runShell(
            """
            for n in 1 2 3 4; do "$MAGNUS" index '\(docs)' --quiet & jobs="$jobs $!"; done
            for job in $jobs; do wait $job || exit 1; done
            """
        )
        #expect(run.status == 0, "\(run.errors)")
        #expect(try defects(home) == [])
        let again = try home.run("index", docs)
        #expect(again.output.contains("0 documents added, 0 updated, 40 unchanged, 0 removed"))
    }

    @Test(arguments: [
        ("UPDATE chunks SET text = 'Sell nothing.' WHERE text LIKE '%Sell%'", "is not as it was written"),
        ("DELETE FROM chunks WHERE text LIKE '%Then%'", "of its 2 passages"),
        ("DELETE FROM chunks_fts_data WHERE id > 100", "full-text index"),
        ("DELETE FROM chunks_fts_docsize", "full-text index"),
    ])
    func theDoctorFindsDamageAndMendsIt(sql: String, words: String) throws {
        let home = try ProgramHome()
        try home.folder.write("# Wheel\n\nSell puts.\n\n## Calls\n\nThen calls.\n", to: "docs/wheel.md")
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        let sound = try home.run("doctor")
        #expect(sound.output.contains("ok      index"))
        try damage(home, sql)

        let ill = try home.run("doctor")
        #expect(ill.status == 9)
        #expect(ill.output.contains("failed  index"), "\(ill.output)")
        #expect(ill.output.contains("magnus doctor --repair"))
        let verified = try home.run("index", "verify")
        #expect(verified.status == 9)
        #expect(verified.output.contains(words), "\(verified.output)")

        let mended = try home.run("doctor", "--repair")
        #expect(mended.output.contains("ok      index"), "\(mended.output)")
        #expect(mended.output.contains("mended"))
        #expect(try defects(home) == [])
        #expect(try home.run("search", "sell puts", "--collection", "documents").output.contains("wheel.md:1-3"))
    }

    @Test func aPassageWithTheWrongLinesIsFoundAndMended() throws {
        let home = try ProgramHome()
        try home.folder.write("# Wheel\n\nSell puts.\n\n## Calls\n\nThen calls.\n", to: "docs/wheel.md")
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        try damage(home, "UPDATE chunks SET first_line = 2, last_line = 4 WHERE text LIKE '%Then%'")
        let found = try home.run("index", "verify")
        #expect(found.status == 9)
        #expect(found.output.contains("a passage of it is not as it was written"))
        let mended = try home.run("index", "verify", "--repair")
        #expect(mended.status == 0, "\(mended.output)")
        #expect(mended.output.contains("1 defects were mended"))
        #expect(try home.run("search", "then calls", "--collection", "documents").output.contains("wheel.md:5-7"))
    }

    @Test func aSearchGivesTheLinesThatTheFileHasNow() throws {
        let home = try ProgramHome()
        let file = try home.folder.write("# Wheel\n\nSell puts.\n\n## Calls\n\nThen calls.\n", to: "docs/wheel.md")
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        #expect(try home.run("search", "then calls", "--collection", "documents").output.contains("wheel.md:5-7"))
        try home.folder.write("# Wheel\n\nSell puts.\n\nWait.\n\n## Calls\n\nThen calls.\n", to: "docs/wheel.md")
        let fresh = try home.run("search", "then calls", "--collection", "documents")
        #expect(fresh.output.contains("wheel.md:7-9"), "\(fresh.output)")
        try FileManager.default.removeItem(atPath: file)
        let gone = try home.run("search", "then calls", "--collection", "documents", "--json")
        #expect(gone.status == 3)
        let data = try #require(try gone.json()["data"] as? [String: Any])
        #expect((data["hits"] as? [Any])?.isEmpty == true)
        #expect(data["answered"] as? Bool == false)
        #expect((data["notes"] as? [String])?.contains { $0.contains("wheel.md is gone") } == true)
    }

    // MARK: - Looking after the index

    @Test func collectionsAreKeptApartAndDocumentsTakenOut() throws {
        let home = try ProgramHome()
        try home.folder.write("# Wheel\n\nSell puts.\n", to: "docs/wheel.md")
        try home.folder.write("# Wheel of handbooks\n\nSell puts slowly.\n", to: "hand/book.md")
        let dry = try home.run("index", home.folder.path("docs"), "--dry-run")
        #expect(dry.output.contains("added  \(home.folder.path("docs/wheel.md"))"))
        #expect(dry.output.contains("1 documents to be added"))
        #expect(try home.run("search", "sell puts", "--collection", "documents").status == 3)

        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        #expect(try home.run("index", home.folder.path("hand/../hand/"), "--collection", "handbook").status == 0)
        let status = try home.run("index", "status")
        #expect(status.output.contains("handbook"))
        let own = try home.run("search", "sell puts", "--collection", "handbook")
        #expect(own.output.contains("book.md:1-3") && !own.output.contains("wheel.md"))
        for name in [
            "concepts", "documentation", "conversations", "Upper", "a b", "", String(repeating: "x", count: 65),
        ] {
            #expect(try home.run("index", home.folder.path("docs"), "--collection", name).status == 2)
        }

        #expect(try home.run("index", "rm", home.folder.path("hand"), "--collection", "documents").status == 3)
        let planned = try home.run("index", "rm", home.folder.path("hand"), "--dry-run")
        #expect(planned.output.contains("1 document would leave"))
        let removed = try home.run("index", "rm", home.folder.path("hand"))
        #expect(removed.status == 0)
        #expect(removed.output.contains("1 document left the index"))
        #expect(FileManager.default.fileExists(atPath: home.folder.path("hand/book.md")))
        #expect(try home.run("index", "rm", home.folder.path("hand")).status == 3)
        #expect(try home.run("index", "rm", "/").output.contains("wheel.md"))
        #expect(try home.run("search", "theta").status == 0, "what comes with the program stays")
    }

    @Test func aRebuildReadsEveryFileAnew() throws {
        let home = try ProgramHome()
        try home.folder.write("# Wheel\n\nSell puts.\n", to: "docs/wheel.md")
        try home.folder.write("# Gone\n\nSell calls.\n", to: "docs/gone.md")
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        try damage(home, "UPDATE chunks SET text = 'Sell nothing.' WHERE text LIKE '%Sell puts%'")
        try FileManager.default.removeItem(atPath: home.folder.path("docs/gone.md"))
        let rebuilt = try home.run("index", "rebuild")
        #expect(rebuilt.status == 0, "\(rebuilt.errors)")
        #expect(rebuilt.output.contains("1 documents read anew"))
        #expect(rebuilt.output.contains("1 gone"))
        #expect(try defects(home) == [])
        #expect(try home.run("search", "sell puts", "--collection", "documents").output.contains("wheel.md:1-3"))
    }

    @Test func pastAnswersAndTheProgramsOwnPagesAreCollections() throws {
        let home = try ProgramHome()
        try home.folder.write(
            "# Watching folders\n\nFolders are watched by zebras.\n",
            to: "resources/knowledge/features/watch.md"
        )
        let own = try home.run("search", "watched by zebras", "--collection", "documentation")
        #expect(own.output.contains("features/watch.md:1-3"))
        #expect(try home.run("search", "watched by zebras", "--collection", "concepts").status == 3)
        #expect(try home.run("search", "theta per day", "--collection", "concepts").output.contains("theta.md"))

        #expect(try home.run("ask", "--demo", "how much cash do I have").status == 0)
        let past = try home.run("search", "how much cash", "--collection", "conversations", "--json").json()
        let hits = try #require((past["data"] as? [String: Any])?["hits"] as? [[String: Any]])
        #expect(hits.first?["title"] as? String == "how much cash do I have")
        // What was answered once is no source for another answer.
        let all = try home.run("search", "how much cash do I have", "--json").json()
        let others = ((all["data"] as? [String: Any])?["hits"] as? [[String: Any]]) ?? []
        #expect(others.allSatisfy { $0["collection"] as? String != "conversations" })
        #expect(try home.run("index", "verify").status == 0)
    }
}
