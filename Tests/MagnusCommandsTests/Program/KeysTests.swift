import Foundation
import MagnusTestSupport
import Testing

@Suite struct KeysTests {
    private static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func aKeyIsKeptPrivatelyAndNeverShown() throws {
        let home = try ProgramHome()
        let kept = try home.run("keys", "set", "TRADIER_TOKEN", input: "  s3cret:\"value\"\n")
        #expect(kept.status == 0)
        let path = home.program.home + "/keys.yaml"
        #expect(try Self.mode(path) == 0o600)
        let listed = try home.run("keys", "list", "--json")
        #expect(try listed.json()["data"] as? [String] == ["TRADIER_TOKEN"])
        for run in [kept, listed] { #expect(!(run.output + run.errors).contains("s3cret")) }
        #expect(try home.run("keys", "rm", "TRADIER_TOKEN").status == 0)
        #expect(try home.run("keys", "rm", "TRADIER_TOKEN").status == 3)
        #expect(try home.run("keys", "list").output == "no keys are kept\n")
    }

    @Test func aFileOpenToOthersIsRefusedWithTheWayOut() throws {
        let home = try ProgramHome()
        #expect(try home.run("keys", "set", "A_KEY", input: "x").status == 0)
        let path = home.program.home + "/keys.yaml"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        let run = try home.run("keys", "list")
        #expect(run.status == 7)
        #expect(run.errors.contains("chmod 600"))
    }

    @Test(arguments: ["lower", "WITH SPACE", "9LIVES", "A-B", ""])
    func aNameThatIsNoneIsRefused(name: String) throws {
        let run = try ProgramHome().run("keys", "set", name, input: "x")
        #expect(run.status == 2)
    }

    @Test(arguments: [
        ["keys", "set", "A_KEY", "sk-canary"], ["keys", "set", "A_KEY", "sk-canary", "--json"],
        ["keys", "set", "A_KEY", "-sk-canary"], ["keys", "set", "A_KEY", "--value=sk-canary"],
        ["keys", "set", "A_KEY=sk-canary"], ["keys", "set", "sk-canary"], ["keys", "set", "sk-canary", "A_KEY"],
        ["keys", "sk-canary"], ["keys", "rm", "sk-canary"], ["keys", "list", "sk-canary"],
        ["keys", "add", "sk-canary"],
        ["--json", "keys", "set", "A_KEY", "sk-canary"],
    ])
    func whatIsGivenToKeysIsNeverPrinted(arguments: [String]) throws {
        let home = try ProgramHome()
        let run = try home.program.run(arguments, input: Data("x".utf8))
        #expect(run.status == 2, "\(run.output) \(run.errors)")
        #expect(!(run.output + run.errors).contains("canary"))
        #expect((run.output + run.errors).contains("standard input"))
        if arguments.contains("--json") { #expect(try run.json()["ok"] as? Bool == false) }
        #expect(!FileManager.default.fileExists(atPath: home.program.home + "/keys.yaml"))
    }

    @Test func theHelpOfKeysIsStillShown() throws {
        let run = try ProgramHome().run("keys", "set", "--help")
        #expect(run.status == 0)
        #expect(run.output.contains("The key's name, such as TRADIER_TOKEN."))
    }

    @Test func aValueIsNeverTakenFromArguments() throws {
        let refused = try ProgramHome().run("keys", "set", "A_KEY", "value")
        #expect(refused.status == 2)
        #expect(refused.errors.contains("values are never taken from arguments"))
        let empty = try ProgramHome().run("keys", "set", "A_KEY", input: "\n")
        #expect(empty.status == 2)
        #expect(empty.errors.contains("empty"))
    }

    @Test(arguments: [
        ("canary-1\ncanary-2", "several lines"), ("canary\u{0}x", "control characters"),
        ("\u{1B}[31mcanary", "control characters"), ("canary-kéy", "ASCII"), ("canary def", "a space"),
        (String(repeating: "canary", count: 10_000), "longer than 8192 bytes"),
        (String(repeating: "canary", count: 20_000), "longer than 8192 bytes"), (" \n ", "empty"),
    ])
    func aValueThatCanBeNoKeyIsNotKept(value: String, says: String) throws {
        let home = try ProgramHome()
        let run = try home.run("keys", "set", "A_KEY", input: value)
        #expect(run.status == 2 && run.errors.contains(says), "\(run.errors)")
        #expect(!(run.output + run.errors).contains("canary"))
        #expect(!FileManager.default.fileExists(atPath: home.program.home + "/keys.yaml"))
    }

    /// The shown catalogue's OpenAI is asked with the key; the server says which one came.
    private func askWithKey(_ file: String?, variable: String? = nil) throws -> (run: BuiltProgram.Run, asked: [String])
    {
        let server = try LoopbackServer { request in
            .json(#"{"error": {"message": "no such key"}}"#, status: request.path.isEmpty ? 500 : 401)
        }
        let home = try ProgramHome()
        if let file {
            try FileManager.default.createDirectory(atPath: home.program.home, withIntermediateDirectories: true)
            let path = home.program.home + "/keys.yaml"
            #expect(
                FileManager.default.createFile(
                    atPath: path,
                    contents: Data(file.utf8),
                    attributes: [.posixPermissions: 0o600]
                )
            )
        }
        try home.folder.write(
            "providers: {far: {protocol: openai, base_url: \"\(server.baseURL)/v1\", keys: [FAR_KEY], models: {m: {}}}}\n",
            to: "home/models.yaml"
        )
        var program = home.program
        if let variable { program.environment["FAR_KEY"] = variable }
        let run = try program.run(["models", "test", "far/m"])
        return (run, server.requests.map { $0.headers["authorization"] ?? "none" })
    }

    @Test(arguments: [
        ("FAR_KEY: {command: \"echo abc\"}", "Bearer abc"),
        ("FAR_KEY: {key_cmd: \"printf '  abc\\n\\n'\"}", "Bearer abc"),
        // What the command leaves behind holds its output open.
        ("FAR_KEY: {command: \"sleep 3600 & echo abc\"}", "Bearer abc"), ("FAR_KEY: \" abc \"", "Bearer abc"),
        ("FAR_KEY:", "none"), ("FAR_KEY: ~", "none"), ("FAR_KEY: \"\"", "none"), ("OTHER: x", "none"),
    ])
    func theFileSaysWhichKeyIsSent(file: String, sent: String) throws {
        let (run, asked) = try askWithKey(file + "\n")
        #expect(asked.allSatisfy { $0 == sent } && !asked.isEmpty, "\(run.errors) \(asked)")
    }

    @Test(arguments: [
        ("FAR_KEY: {command: \"echo canary; echo canary\"}", "printed several lines"),
        ("FAR_KEY: {command: \"yes canary\"}", "wrote more than 65536 bytes"),
        (
            "FAR_KEY: {command: \"echo 'no such entry' >&2; echo more >&2; exit 3\"}",
            "ended with exit status 3, and said: no such entry;"
        ),
        ("FAR_KEY: {command: \"echo 'bad sk-canary-0123456789' >&2; exit 1\"}", "exit status 1, and said: bad ••••"),
        ("FAR_KEY: {command: \"true\"}", "printed nothing"), ("FAR_KEY: {command: \"echo canary b\"}", "holds a space"),
        ("FAR_KEY: {command: \"echo a\", key_cmd: \"echo b\"}", "neither a value nor one command"),
        ("FAR_KEY: \"canary\\nb\"", "holds several lines"), ("FAR_KEY: \"canary\\u001B[1m\"", "control characters"),
        ("FAR_KEY: [canary]", "neither a value nor one command"),
    ])
    func aKeyThatCannotBeUsedIsToldByItsName(file: String, says: String) throws {
        let (run, asked) = try askWithKey(file + "\n")
        #expect(run.status == 7 && run.errors.contains(says) && run.errors.contains("FAR_KEY"), "\(run.errors)")
        #expect(!(run.output + run.errors).contains("canary") && asked.isEmpty)
    }

    @Test func aVariableIsTrimmedOrToldByItsName() throws {
        #expect(try askWithKey(nil, variable: " abc\n").asked.first == "Bearer abc")
        #expect(try askWithKey("FAR_KEY: file\n", variable: " \n").asked.first == "Bearer file")
        let (run, asked) = try askWithKey(nil, variable: "canary\u{1B}[0m")
        #expect(
            run.status == 7 && run.errors.contains("FAR_KEY") && run.errors.contains("control characters"),
            "\(run.errors)"
        )
        #expect(!(run.output + run.errors).contains("canary") && asked.isEmpty)
    }

    @Test func aFolderBroughtAlongHasNoSayOnConnectors() throws {
        let home = try ProgramHome()
        try FileManager.default.createDirectory(atPath: home.program.home, withIntermediateDirectories: true)
        try Data("connectors: {tradier: {url: \"http://127.0.0.1:1\"}}\n".utf8)
            .write(to: URL(fileURLWithPath: home.program.home + "/config.yaml"))
        #expect(try home.run("config", "show").status == 0)
        let folder = try TemporaryFolder()
        try folder.write("connectors: {tradier: {url: \"http://127.0.0.1:1\"}}\n", to: ".magnus.yaml")
        let run = try home.run(in: folder, "config", "show")
        #expect(run.status == 7)
        #expect(run.errors.contains("only your own config.yaml"))
    }
}
