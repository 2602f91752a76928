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
        let kept = try home.run("keys", "set", "TRADIER_TOKEN", input: "s3cret: \"value\"\n")
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
