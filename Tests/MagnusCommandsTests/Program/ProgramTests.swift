import Foundation
import MagnusTestSupport
import Testing

@Suite struct ProgramTests {
    @Test func saysItsVersion() throws {
        let run = try ProgramHome().run("--version")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("magnus 0."))
    }

    @Test func everyCommandHasHelpWithAnExample() throws {
        let home = try ProgramHome()
        let commands = [
            "chat", "ask", "positions", "risk", "greeks", "expiring", "import", "quote", "index", "search", "embed",
            "eval",
            "price", "iv",
            "log", "show", "check",
            "doctor", "config", "completions", "man",
        ]
        let overview = try home.run("--help").output
        for command in commands {
            #expect(overview.contains(command))
            let help = try home.run(command, "--help")
            #expect(help.status == 0)
            #expect(help.output.contains("USAGE: magnus \(command)"))
        }
    }

    @Test(arguments: [
        (["positons"], "did you mean `magnus positions`?"),
        (["serch"], "did you mean `magnus search`?"),
        (["posit"], "did you mean `magnus positions`?"),
        (["xyzzy"], "magnus --help"),
        (["ask", "--nonsense"], "nonsense"),
        (["expiring", "--dte", "-3"], "--dte"),
        (["search", "x", "-k", "0"], "-k"),
        (["import"], "no file"),
        (["ask", "x", "--as-of", "2026-02-30"], "as-of"),
        (["log", "-n", "x"], "-n"),
    ])
    func whatIsMisspelledEndsWithStatusTwo(arguments: [String], hint: String) throws {
        let run = try ProgramHome().program.run(arguments)
        #expect(run.status == 2, "\(run.output)")
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(hint))
    }

    @Test func usageErrorsAreJSONWhereJSONWasAskedFor() throws {
        let run = try ProgramHome().run("expiring", "--dte", "x", "--json")
        #expect(run.status == 2)
        #expect((try run.json()["error"] as? [String: Any])?["type"] as? String == "usage")
    }

    @Test func severalWordsAreAQuestion() throws {
        #expect(try ProgramHome().run("what", "is", "theta").status == 0)
        #expect(try ProgramHome().run("what is theta?").status == 0)
        #expect(try ProgramHome().run("--demo", "how", "risky", "is", "my", "book").status == 0)
    }

    @Test func aPipeGetsNoColour() throws {
        let run = try ProgramHome().run("ask", "--demo", "how risky is my book?")
        #expect(!run.output.contains("\u{1B}"))
        #expect(!run.errors.contains("\u{1B}"))
    }

    @Test(arguments: [40, 60, 80, 120, 200])
    func tablesFitTheWidth(width: Int) throws {
        let home = try ProgramHome()
        var program = home.program
        program.environment["COLUMNS"] = String(width)
        let run = try program.run(["positions", "--demo"])
        #expect(run.status == 0)
        #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= width })
    }

    @Test func aReaderThatLeavesIsNoFailure() throws {
        let home = try ProgramHome()
        let run = try home.program.runShell(#"set -o pipefail; "$MAGNUS" positions --demo | head -n 1 >/dev/null"#)
        #expect(run.status == 0)
    }

    @Test func settingsShowTheLayerTheyComeFrom() throws {
        let home = try ProgramHome()
        try home.folder.write("risk_free_rate: 0.031\nmin_confidence: 0.5\n", to: "home/config.yaml")
        var program = home.program
        program.environment["MAGNUS_MIN_CONFIDENCE"] = "0.6"
        let run = try program.run(["config", "show"])
        #expect(run.output.contains("0.031"))
        #expect(run.output.contains("config.yaml"))
        #expect(run.output.contains("MAGNUS_MIN_CONFIDENCE"))
        #expect(run.output.contains("default"))
    }

    @Test(arguments: [
        ("risk_free_rate: high\n", "risk_free_rate"), ("colour: red\n", "colour"), ("- a\n- b\n", "config.yaml"),
        ("a: [\n", "YAML"), ("encoder_precision: half\n", "single or reduced"),
    ])
    func aSettingThatDoesNotHoldIsNamed(yaml: String, named: String) throws {
        let home = try ProgramHome()
        try home.folder.write(yaml, to: "home/config.yaml")
        let run = try home.run("positions", "--demo")
        #expect(run.status == 7)
        #expect(run.errors.contains(named))
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test func completionsAndManualComeFromTheCommands() throws {
        let home = try ProgramHome()
        for shell in ["bash", "zsh", "fish"] {
            #expect(try home.run("completions", shell).output.contains("positions"))
        }
        let page = try home.run("man").output
        #expect(page.hasPrefix(".TH MAGNUS 1"))
        #expect(page.contains("EXIT STATUS"))
    }

    @Test func doctorSaysWhatIsMissingAndHowToGetIt() throws {
        let run = try ProgramHome().run("doctor")
        #expect(run.status == 0)
        #expect(run.output.contains("no embedding model"))
        #expect(run.output.contains("magnus import FILE.csv"))
        let json = try ProgramHome().run("doctor", "--json").json()
        #expect((json["data"] as? [[String: Any]])?.contains { $0["name"] as? String == "database" } == true)
    }

    @Test func aDamagedModelIsNamedAndNothingCrashes() throws {
        let home = try ProgramHome()
        try home.folder.write("not a model", to: "models/all-MiniLM-L6-v2/model.safetensors")
        try home.folder.write("[PAD]\n", to: "models/all-MiniLM-L6-v2/vocab.txt")
        try home.folder.write("{}", to: "models/all-MiniLM-L6-v2/config.json")
        var program = home.program
        program.environment["MAGNUS_MODELS"] = home.folder.path("models")
        let run = try program.run(["embed"], input: Data("x\n".utf8))
        #expect(run.status == 7)
        #expect(run.errors.contains("model.safetensors"))
        #expect(try program.run(["positions", "--demo"]).status == 0)
    }

    @Test(.enabled(if: EmbeddingModel.isExpected))
    func vectorsOfReducedPrecisionAreKeptApart() throws {
        let home = try ProgramHome(hasModel: true)
        var program = home.program
        func encoder() throws -> String {
            let checks = try #require(try program.run(["doctor", "--json"]).json()["data"] as? [[String: Any]])
            return checks.first { $0["name"] as? String == "encoder" }?["details"] as? String ?? ""
        }
        let single = try encoder()
        #expect(single.contains("checksum as expected; single precision on "))
        #expect(!single.contains("-reduced"))
        program.environment["MAGNUS_ENCODER_PRECISION"] = "reduced"
        let reduced = try encoder()
        #expect(reduced.contains("-reduced, checksum as expected; reduced precision on "))
    }

    @Test(.enabled(if: EmbeddingModel.isExpected))
    func embedPrintsOneUnitVectorALine() throws {
        let run = try ProgramHome(hasModel: true).run("embed", input: "covered call\n\ncovered call\n")
        #expect(run.status == 0, "\(run.errors)")
        let vectors = try run.output.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Double])
        }
        #expect(vectors.count == 3)
        for vector in vectors {
            #expect(vector.count == 384)
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
        }
        #expect(zip(vectors[0], vectors[2]).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
