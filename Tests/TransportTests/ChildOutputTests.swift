import Foundation
import Testing
import Transport

@Suite struct ChildOutputTests {
    private func run(_ script: String, maximumBytes: Int = 1_000_000, timeLimit: Duration = .seconds(30)) throws
        -> ChildOutput
    {
        try ChildOutput.run(
            ChildCommand("/bin/sh", ["-c", script]),
            maximumBytes: maximumBytes,
            timeLimit: timeLimit
        )
    }

    @Test func allThatAChildWritesIsKept() throws {
        let output = try run("printf out; printf err >&2; exit 3")
        #expect(output.data == Data("out".utf8))
        #expect(output.errorText == "err")
        #expect(output.exit == .status(3))
        #expect(try run("head -c 900000 /dev/zero").data.count == 900_000)
        #expect(try run("kill -9 $$").exit == .signal(SIGKILL))
        #expect(try run("cat").data.isEmpty, "nothing comes on standard input")
        #expect(try run("head -c 500000 /dev/zero >&2; echo done").data == Data("done\n".utf8))
    }

    @Test func tooMuchOutputEndsIt() {
        let error = #expect(throws: ChildProcessError.self) { try run("yes", maximumBytes: 100_000) }
        #expect(error?.code == .tooMuchOutput)
    }

    @Test(arguments: ["sleep 1000", "exec >&- 2>&-; sleep 1000", "(sleep 1000); sleep 1000"])
    func timeIsLimited(script: String) {
        let error = #expect(throws: ChildProcessError.self) { try run(script, timeLimit: .milliseconds(300)) }
        #expect(error?.code == .tooSlow)
    }

    @Test func aProgramThatIsNotThereIsNamed() {
        let error = #expect(throws: ChildProcessError.self) {
            try ChildOutput.run(ChildCommand("no-such-program"), maximumBytes: 10, timeLimit: .seconds(1))
        }
        #expect(error?.code == .cannotStart)
        #expect(error?.program == "no-such-program")
    }

    @Test func aCancelledTaskEndsIt() async {
        let task = Task { try run("sleep 1000", timeLimit: .seconds(1_000)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
