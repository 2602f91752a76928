import Foundation
import MagnusTestSupport
import Testing

/// What searches, answers and the doctor say of an index that is damaged, and of files and collections that are not there.
@Suite struct IndexRepairProgramTests {
    private static let table = "# Grams\n\nFirst line.\n\n## Tuesday\n\nTuesday acacia gives 310 grams.\n"

    private func home(with files: [String: String]) throws -> ProgramHome {
        let home = try ProgramHome()
        for (name, text) in files { try home.folder.write(text, to: "docs/" + name) }
        #expect(try home.run("index", home.folder.path("docs")).status == 0)
        return home
    }

    private func damage(_ home: ProgramHome, _ sql: String) throws {
        try RawDatabase.write(sql, to: home.folder.path("home/magnus.db"))
    }

    private func state(of name: String, _ home: ProgramHome, _ arguments: String...) throws -> [String: Any] {
        let run = try home.program.run(["doctor", "--json"] + arguments)
        let checks = try #require(try run.json()["data"] as? [[String: Any]], "\(run.errors)")
        return try #require(checks.first { $0["name"] as? String == name })
    }

    // MARK: - What is gone

    @Test func theCopyThatIsLeftIsFoundAndAnswers() throws {
        let text = "# Notes\n\nThe numbat burrow code is 4471.\n"
        let home = try home(with: ["a.md": text, "b.md": text])
        try FileManager.default.removeItem(atPath: home.folder.path("docs/a.md"))
        let found = try home.run("search", "numbat burrow code", "--collection", "documents")
        #expect(found.status == 0)
        #expect(found.output.contains("docs/b.md:1-3"), "\(found.output)")
        #expect(found.errors.contains("docs/a.md is gone"), "\(found.errors)")
        let answered = try home.run("ask", "what is the numbat burrow code?")
        #expect(answered.status == 0)
        #expect(answered.output.contains("4471"), "\(answered.output)")
    }

    @Test func aFileThatIsGoneIsNamedWhereNothingIsLeft() throws {
        let home = try home(with: ["a.md": "The numbat burrow code is 4471.\n"])
        try FileManager.default.removeItem(atPath: home.folder.path("docs/a.md"))
        let found = try home.run("search", "numbat burrow code", "--collection", "documents")
        #expect(found.status == 3)
        #expect(found.errors.contains("left out: \(home.folder.path("docs/a.md")) is gone"), "\(found.errors)")
    }

    @Test func aFolderThatIsGoneIsToldHowToForget() throws {
        let home = try home(with: ["a.md": "One.\n", "b.md": "Two.\n"])
        try FileManager.default.removeItem(atPath: home.folder.path("docs"))
        let again = try home.run("index", home.folder.path("docs"))
        #expect(again.status == 8)
        #expect(again.errors.contains("2 documents of it stay in the index; `magnus index rm` forgets them"))
    }

    // MARK: - What there never was

    @Test func aCollectionOrAPathThatThereIsNotIsNamed() throws {
        let home = try home(with: ["a.md": "The numbat burrow code is 4471.\n"])
        let collection = try home.run("search", "numbat", "--collection", "handbok")
        #expect(collection.status == 3)
        #expect(collection.errors.contains("there is no collection 'handbok'"), "\(collection.errors)")
        #expect(collection.errors.contains("documents"), "those that there are")
        let path = try home.run("search", "numbat", "--path", home.folder.path("dcs"))
        #expect(path.status == 3)
        #expect(path.errors.contains("nothing is indexed of \(home.folder.path("dcs"))"), "\(path.errors)")
        // Where another one is there it is searched.
        let both = try home.run("search", "numbat", "--collection", "handbok", "--collection", "documents")
        #expect(both.status == 0)
        #expect(both.errors.contains("there is no collection 'handbok'"))
        for command in [["index", home.folder.path("docs")], ["index", "rm", home.folder.path("docs")]] {
            let refused = try home.program.run(command + ["--collection", "My Notes"])
            #expect(refused.status == 2)
            #expect(refused.errors.contains("small letters, digits, - and _"), "\(refused.errors)")
        }
    }

    // MARK: - What is damaged

    @Test(arguments: [
        "UPDATE chunks SET first_line = first_line + 3, last_line = last_line + 3 WHERE text LIKE '%310%'",
        "UPDATE chunks SET text = replace(text, '310', '999') WHERE text LIKE '%310%'",
        "UPDATE chunks SET document_id = (SELECT id FROM documents WHERE path LIKE '%/b.txt') WHERE text LIKE '%310%'",
    ])
    func aPassageThatIsNotAsItWasWrittenIsNotShown(sql: String) throws {
        let home = try home(with: ["a.md": Self.table, "b.txt": "Acacia trees are common.\n"])
        try damage(home, sql)
        let found = try home.run("search", "tuesday acacia grams", "-k", "1", "--collection", "documents")
        #expect(!found.output.contains("8-10") && !found.output.contains("999") && !found.output.contains("b.txt:5"))
        #expect(found.errors.contains("magnus doctor --repair"), "\(found.errors)")
        #expect(try !home.run("ask", "how many grams does the acacia give on tuesday?").output.contains("999"))
        #expect(try state(of: "index", home)["state"] as? String == "failed")
        #expect(try state(of: "index", home, "--repair")["state"] as? String == "ok")
        let mended = try home.run("search", "tuesday acacia grams", "-k", "1", "--collection", "documents")
        #expect(mended.output.contains("a.md:5-7") && mended.output.contains("310"), "\(mended.output)")
        #expect(mended.errors.isEmpty || !mended.errors.contains("left out"))
    }

    @Test func theDatabaseIsJudgedAsTheRepairLeavesIt() throws {
        let home = try home(with: ["a.md": Self.table])
        try damage(home, "DELETE FROM chunks_fts_docsize WHERE id = (SELECT id FROM chunks WHERE text LIKE '%310%')")
        let ill = try state(of: "database", home)
        #expect(ill["next_step"] as? String == "magnus doctor --repair mends it")
        let mended = try home.run("doctor", "--repair")
        #expect(mended.status == 0 || mended.status == 7, "\(mended.output)")
        #expect(mended.output.contains("ok      database"), "\(mended.output)")
        #expect(mended.output.contains("mended"))
    }

    @Test func whatCameOnStandardInputIsKeptAndNamed() throws {
        let home = try home(with: ["a.md": Self.table])
        #expect(try home.run("index", "-", "--name", "p.md", input: "stdin pademelon\n").status == 0)
        try damage(home, "UPDATE documents SET chunk_count = chunk_count + 1 WHERE path = 'stdin:p.md'")
        let mended = try home.run("doctor", "--repair")
        #expect(mended.output.contains("stdin:p.md"), "\(mended.output)")
        #expect(try home.run("search", "pademelon", "--collection", "documents").output.contains("stdin:p.md"))
        #expect(try home.run("index", "verify").status == 0)
    }

    @Test func wordsThatCannotBeLookedUpAreNoLackOfDocuments() throws {
        let home = try home(with: ["a.md": Self.table])
        try damage(home, "DELETE FROM chunks_fts_data WHERE id > 10")
        let answered = try home.run("ask", "what is the acacia?")
        #expect(answered.status == 9, "\(answered.output)")
        #expect(!answered.output.contains("None of the indexed documents"))
        let found = try home.run("search", "acacia")
        #expect(found.status == 9)
        #expect(found.errors.contains("magnus doctor --repair"), "\(found.errors)")
        _ = try home.run("doctor", "--repair")
        #expect(try home.run("search", "acacia", "--collection", "documents").status == 0)
    }

    @Test func aCollectionWithoutItsNameComesBack() throws {
        let home = try home(with: ["a.md": Self.table])
        try damage(home, "DELETE FROM collections WHERE name = 'documents'")
        #expect(try home.run("index", "verify").status == 9)
        #expect(try state(of: "index", home)["state"] as? String == "failed")
        #expect(try state(of: "index", home, "--repair")["state"] as? String == "ok")
        #expect(try home.run("search", "tuesday acacia", "--collection", "documents").output.contains("a.md:5-7"))
    }
}
