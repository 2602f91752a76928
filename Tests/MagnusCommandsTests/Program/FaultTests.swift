import Foundation
import MagnusTestSupport
import Testing

@testable import Storage

/// What the program does where the machine lets it down: one line that names the thing and the next step, the right
/// exit status, and nothing half-written.
@Suite struct FaultTests {
    private static let activity = """
        "Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"
        "11/20/2026","11/20/2026","11/23/2026","NVDA","NVDA 1/15/2027 Put $170.00","STO","2","$1.55","$309.90"
        "11/09/2026","11/09/2026","11/09/2026","","ACH Deposit","ACH","","","$5,000.00"

        """

    /// So many rows that no tiny disk holds them.
    private static let manyRows: String = {
        let header = activity.split(separator: "\n")[0] + "\n"
        let rows = (0..<8_000).map { row in
            "\"11/09/2026\",\"11/09/2026\",\"11/09/2026\",\"\",\"ACH Deposit number \(row)\",\"ACH\",\"\",\"\",\"$\(row).01\"\n"
        }
        return header + rows.joined()
    }()

    private func expect(
        _ run: BuiltProgram.Run,
        status: Int32,
        _ words: String...,
        at line: SourceLocation = #_sourceLocation
    ) {
        #expect(run.status == status, "\(run.errors)", sourceLocation: line)
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)", sourceLocation: line)
        #expect(run.errors.hasPrefix("magnus: "), sourceLocation: line)
        for word in words { #expect(run.errors.contains(word), "\(run.errors)", sourceLocation: line) }
    }

    /// What a home holds: the number of transactions, if its database is sound.
    private func transactions(_ program: BuiltProgram) throws -> Int? {
        let checks = try program.run(["doctor", "--json"]).json()["data"] as? [[String: Any]] ?? []
        let states = Dictionary(checks.map { ($0["name"] as? String ?? "", $0) }) { first, _ in first }
        guard states["database"]?["state"] as? String == "ok" else { return nil }
        let details = states["portfolio"]?["details"] as? String ?? ""
        return Int(details.prefix { $0.isNumber }) ?? 0
    }

    // MARK: - Disk

    @Test func aFullDiskIsNamedAndNothingIsHalfWritten() throws {
        let home = try ProgramHome()
        let disk = try TinyDisk(home.folder.path("disk"), kilobytes: 700)
        defer { disk.remove() }
        let program = BuiltProgram(home: disk.path, environment: home.program.environment)
        let small = try home.folder.write(Self.activity, to: "small.csv")
        let large = try home.folder.write(Self.manyRows, to: "large.csv")
        #expect(try program.run(["import", small, "--yes", "--quiet"]).status == 0)

        let limit = disk.isMounted ? "" : "trap '' XFSZ; ulimit -f 700; "
        let failed = try program.runShell("\(limit)exec \"$MAGNUS\" import '\(large)' --yes --quiet")
        expect(failed, status: 9, "magnus.db", "what was stored before is whole", "try again")
        #expect(try program.run(["positions", "--quiet", "--as-of", "2026-11-20"]).output.contains("$5,309.90"))
        if disk.isMounted { #expect(failed.errors.contains("no space is left")) }

        disk.grow(toKilobytes: 50_000)
        #expect(try transactions(program) == 2)
        #expect(try program.run(["import", large, "--yes", "--quiet"]).status == 0)
        #expect(try transactions(program) == 8_002)
    }

    @Test func anIndexOnAFullDiskKeepsWholeDocuments() throws {
        let home = try ProgramHome()
        let disk = try TinyDisk(home.folder.path("disk"), kilobytes: 700)
        defer { disk.remove() }
        let program = BuiltProgram(home: disk.path, environment: home.program.environment)
        for number in 0..<30 {
            let paragraph = "Document \(number) tells of collars, boxes and rolls, word after word after word.\n\n"
            try home.folder.write(
                "# Page \(number)\n\n" + String(repeating: paragraph, count: 400),
                to: "docs/page-\(number).md"
            )
        }
        let limit = disk.isMounted ? "" : "trap '' XFSZ; ulimit -f 700; "
        let docs = home.folder.path("docs")
        expect(try program.runShell("\(limit)exec \"$MAGNUS\" index '\(docs)' --quiet"), status: 9, "magnus.db")
        disk.grow(toKilobytes: 100_000)
        #expect(try transactions(program) == 0)
        let again = try program.run(["index", docs])
        #expect(again.status == 0, "\(again.errors)")
        #expect(try program.run(["index", docs]).output.contains("30 unchanged"))
    }

    @Test func aHomeThatCannotBeWrittenIsNamed() throws {
        let home = try ProgramHome()
        let disk = try TinyDisk(home.folder.path("disk"), kilobytes: 2_000)
        defer { disk.remove() }
        let program = BuiltProgram(home: disk.path, environment: home.program.environment)
        let file = try home.folder.write(Self.activity, to: "activity.csv")
        try disk.makeReadOnly()
        expect(try program.run(["import", file, "--yes", "--quiet"]), status: 9, disk.path, "cannot be written")
        expect(try program.run(["log"]), status: 9, disk.path, "make it writable")
        // What needs no database needs no home.
        #expect(try program.run(["positions", "--demo", "--quiet"]).status == 0)
        #expect(try program.run(["positions", "--portfolio", file, "--quiet"]).status == 0)
    }

    // MARK: - Database

    @Test func aDatabaseThatAnotherProcessWritesToIsLeftAlone() throws {
        let home = try ProgramHome()
        let file = try home.folder.write(Self.activity, to: "activity.csv")
        #expect(try home.run("import", file, "--yes", "--quiet").status == 0)
        let holder = try Database(path: home.folder.path("home/magnus.db"))
        try holder.write { _ in
            expect(try home.run("quote", "set", "NVDA", "180"), status: 9, "magnus.db", "another process", "try again")
            // Readers do not wait for a writer.
            #expect(try home.run("positions", "--quiet", "--as-of", "2026-11-20").output.contains("$5,309.90"))
        }
        #expect(try home.run("quote", "set", "NVDA", "180", "--on", "2026-11-20").status == 0)
    }

    @Test func aDatabaseWithDamageInTheMiddleIsNamedAndNeverWrittenTo() throws {
        let home = try ProgramHome()
        let file = try home.folder.write(Self.manyRows, to: "activity.csv")
        #expect(try home.run("import", file, "--yes", "--quiet").status == 0)
        let path = home.folder.path("home/magnus.db")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for offset in stride(from: 4_096 * 3, to: bytes.count - 2_000, by: 4_096 * 2) {
            bytes.replaceSubrange(offset..<offset + 2_000, with: Data(repeating: 0xFF, count: 2_000))
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        expect(try home.run("positions", "--quiet"), status: 9, "magnus.db", "damaged", "magnus doctor")
        expect(try home.run("import", file, "--yes", "--quiet"), status: 9, "magnus.db", "damaged")
        let doctor = try home.run("doctor")
        #expect(doctor.status == 9)
        // Nobody is sent where he already is, and told once what mends it.
        let words = (doctor.output + doctor.errors).replacing(/\s+/, with: " ")
        #expect(words.ranges(of: "magnus doctor").count == 1, "\(doctor.output)")
        #expect(words.contains("magnus doctor --repair saves what can be read"), "\(doctor.output)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
        let mending = try home.run("doctor", "--repair")
        #expect(!(mending.output + mending.errors).contains("magnus doctor"), "\(mending.output)")
    }

    // MARK: - Model

    /// The weights of a model, spoilt in the ways files are spoilt.
    @Test(.enabled(if: EmbeddingModel.isExpected), arguments: ["cut", "header", "empty", "missing vocabulary"])
    func aDamagedModelIsNamedAndKeywordsGoOn(kind: String) throws {
        let home = try ProgramHome()
        let model = home.folder.path("models/all-MiniLM-L6-v2")
        try FileManager.default.createDirectory(atPath: model, withIntermediateDirectories: true)
        let original = URL(fileURLWithPath: (EmbeddingModel.folder ?? "") + "/all-MiniLM-L6-v2")
        for name in try FileManager.default.contentsOfDirectory(atPath: original.path)
        where name != "model.safetensors" && !(kind == "missing vocabulary" && name == "vocab.txt") {
            try FileManager.default.copyItem(
                atPath: original.appendingPathComponent(name).path,
                toPath: model + "/" + name
            )
        }
        let weights = try FileHandle(forReadingFrom: original.appendingPathComponent("model.safetensors"))
        var bytes = try #require(try weights.read(upToCount: 2_000_000))
        if kind == "header" { bytes.replaceSubrange(0..<8, with: Data(repeating: 0xFF, count: 8)) }
        if kind == "empty" { bytes = Data() }
        try bytes.write(to: URL(fileURLWithPath: model + "/model.safetensors"))
        var program = home.program
        program.environment["MAGNUS_MODELS"] = home.folder.path("models")
        let named = kind == "missing vocabulary" ? "vocab.txt" : "model.safetensors"
        // A file that is not there is told like any other missing file.
        let status: Int32 = kind == "missing vocabulary" ? 8 : 7
        expect(try program.run(["embed"], input: Data("x\n".utf8)), status: status, named)
        let asked = try program.run(["ask", "what is theta?"])
        #expect(asked.status == 0, "\(asked.errors)")
        #expect(asked.output.contains("Theta is the change of an option's price per day."))
        #expect(asked.output.contains("the embedding model is damaged"))
        #expect(try program.run(["doctor", "--json"]).output.contains(named))
    }

    // MARK: - Input

    @Test func aFileThatMayNotBeReadIsNamed() throws {
        let home = try ProgramHome()
        let file = try home.folder.write(Self.activity, to: "secret.csv")
        chmod(file, 0)
        defer { chmod(file, 0o600) }
        // The superuser may read everything, so nobody asks.
        let nobody = getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : ""
        let run = try home.program.runShell("exec \(nobody)\"$MAGNUS\" import '\(file)'")
        expect(run, status: 8, "secret.csv")
    }

    @Test func aQuestionOfAnyBytesIsRefusedOrAnswered() throws {
        let home = try ProgramHome()
        var generator = SeededGenerator(seed: 5)
        for length in [1, 10, 1_000, 1_000_000] {
            let bytes = Data((0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
            let run = try home.program.run(["ask", "-"], input: bytes)
            #expect([0, 2, 3, 8].contains(run.status), "\(length) bytes: \(run.status) \(run.errors.prefix(300))")
            if run.status == 8 { #expect(run.errors.split(separator: "\n").count == 1) }
        }
    }

    private static let spoiltFiles: [(bytes: Data, named: String)] = {
        let sound = Data(activity.utf8)
        var latin = Data("\"Activity Date\",\"caf".utf8)
        latin.append(contentsOf: [0xE9, 0x22, 0x0A])
        var unbalanced = sound
        unbalanced.append(contentsOf: "\"11/21/2026\",\"unbalanced\n".utf8)
        var withNUL = Data(sound.prefix(400))
        withNUL.append(0)
        return [
            (latin, "activity.csv"),
            (unbalanced, "line 4"),
            (Data(activity.replacing("11/20/2026", with: "02/30/2026").utf8), "line 2"),
            (Data(activity.replacing("\"2\",", with: "\"two\",").utf8), "line 2"),
            (withNUL, "activity.csv"),
        ]
    }()

    @Test(arguments: spoiltFiles)
    func aFileThatCannotBeRightIsRefusedWhole(bytes: Data, named: String) throws {
        let home = try ProgramHome()
        let file = home.folder.path("activity.csv")
        try bytes.write(to: URL(fileURLWithPath: file))
        expect(try home.run("import", file, "--yes"), status: 8, "activity.csv", named)
        #expect(try transactions(home.program) == 0)
    }

    // MARK: - Kill

    /// Killed at many moments of an index: what is left is whole documents, and a second run completes it.
    @Test func aKilledIndexLeavesWholeDocuments() throws {
        let home = try ProgramHome()
        for number in 0..<60 {
            let paragraph = "Document \(number) tells of collars, boxes and rolls, word after word after word.\n\n"
            try home.folder.write(
                "# Page \(number)\n\n" + String(repeating: paragraph, count: 60),
                to: "docs/page-\(number).md"
            )
        }
        let docs = home.folder.path("docs")
        for delay in ["0.05", "0.1", "0.2", "0.3", "0.5"] {
            let killed = try home.program.runShell("timeout -s KILL \(delay) \"$MAGNUS\" index '\(docs)' --quiet; true")
            #expect(killed.status == 0)
            #expect(try transactions(home.program) == 0)
        }
        #expect(try home.run("index", docs).status == 0)
        #expect(try home.run("index", docs).output.contains("60 unchanged, 0 removed"))
        #expect(
            try home.run("search", "Document 59 collars", "--collection", "documents").output.contains("page-59.md")
        )
    }
}

/// A disk that is soon full: a small file system in memory where one may be mounted, else a plain folder, for which
/// the caller limits the size of files.
private final class TinyDisk {
    let path: String
    let isMounted: Bool

    init(_ path: String, kilobytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        isMounted = mount("tmpfs", path, "tmpfs", 0, "size=\(kilobytes)k") == 0
    }

    func grow(toKilobytes kilobytes: Int) {
        guard isMounted else { return }
        #expect(mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(kilobytes)k") == 0)
    }

    func makeReadOnly() throws {
        if isMounted {
            #expect(mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0)
        } else {
            chmod(path, 0o500)
        }
    }

    func remove() {
        if isMounted {
            umount2(path, Int32(MNT_DETACH))
        } else {
            chmod(path, 0o700)
        }
    }
}
